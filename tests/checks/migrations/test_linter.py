"""Squawk's advice on the SQL that a change adds, through the whole check."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.migrations.check import check_migrations
from bot.checks.migrations.face import Question
from bot.checks.migrations.settings import RiskySettings
from bot.checks.migrations.sql.folder import SqlFile
from bot.checks.migrations.sql.linter import lint, may_be_postgres
from bot.collect.tools import EngineTools, find_engine
from bot.model import ItemRequest, Outcome, Request, State
from tests.checks.migrations.django.memory import make_change

BASE = {
    "migrations/1_a.up.sql": 'CREATE TABLE "shop" ("id" bigint PRIMARY KEY, "note" text, "owner" bigint);\n',
    "migrations/1_a.down.sql": "DROP TABLE shop;\n",
}


def _advice(tmp_path: Path, *texts: str) -> Outcome:
    """The outcome of a change that brings a migration for each text, from `2_step` on."""
    new = {f"migrations/{number}_step.up.sql": sql for number, sql in enumerate(texts, start=2)}
    undo = {path.replace(".up.", ".down."): "SELECT 1;\n" for path in new}
    item = ItemRequest(id=Question.RISKY.value, settings=RiskySettings(), matches=lambda _: True)
    change = make_change(BASE, {**BASE, **new, **undo})
    request = Request(change=change, items=[item], tools=EngineTools(tmp_path), salt=b"", deadline_s=60)
    [outcome] = check_migrations(request).outcomes
    return outcome


def _told(outcome: Outcome) -> list[tuple[str, int | None]]:
    return [(one.rule, one.line) for one in outcome.findings]


RISKS = {
    "CREATE INDEX i ON shop (owner)": "require-concurrent-index-creation",
    "DROP INDEX i": "require-concurrent-index-deletion",
    "ALTER TABLE shop DROP COLUMN note": "ban-drop-column",
    "DROP TABLE shop": "ban-drop-table",
    "ALTER TABLE shop ADD COLUMN state text NOT NULL": "adding-required-field",
    "ALTER TABLE shop ADD COLUMN state text DEFAULT random()": "adding-field-with-default",
    "ALTER TABLE shop ALTER COLUMN note SET NOT NULL": "adding-not-nullable-field",
    "ALTER TABLE shop ALTER COLUMN note TYPE varchar(9)": "changing-column-type",
    "ALTER TABLE shop RENAME COLUMN note TO words": "renaming-column",
    "ALTER TABLE shop RENAME TO store": "renaming-table",
    "ALTER TABLE shop ADD CONSTRAINT u UNIQUE (note)": "disallowed-unique-constraint",
    "ALTER TABLE shop ADD CONSTRAINT c CHECK (id > 0)": "constraint-missing-not-valid",
    "ALTER TABLE shop ADD CONSTRAINT f FOREIGN KEY (owner) REFERENCES owners (id)": "adding-foreign-key-constraint",
}
SAFE = (
    "ALTER TABLE shop ADD COLUMN state text",
    "CREATE INDEX CONCURRENTLY i ON shop (owner)",
    "ALTER TABLE shop ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
    "CREATE TABLE item (id int, t varchar(9));\nCREATE INDEX j ON item (t);\nALTER TABLE item ADD c int NOT NULL",
    "UPDATE shop SET note = 'x' WHERE id = 1",
)


def test_each_risk_is_told_once_and_what_is_safe_or_a_matter_of_taste_is_not(tmp_path: Path) -> None:
    outcome = _advice(tmp_path, *(f"-- a comment\n\n{one};\n" for one in [*RISKS, *SAFE]))
    expected = {
        (f"migrations/{number}_step.up.sql", 3, f"sql-{rule}") for number, rule in enumerate(RISKS.values(), start=2)
    }

    assert {(one.path, one.line, one.rule) for one in outcome.findings} == expected
    assert len(outcome.findings) == len(expected)
    assert all(one.fix and one.help for one in outcome.findings)
    assert outcome.state is State.PASS


def test_gonogos_own_steps_stay_for_what_squawk_has_no_rule_for(tmp_path: Path) -> None:
    outcome = _advice(tmp_path, "DELETE FROM shop;\nALTER TABLE shop DROP COLUMN note;\n")

    assert _told(outcome) == [("sql-delete-rows", None), ("sql-ban-drop-column", 2)]


def test_gonogos_own_steps_stand_where_squawk_cannot_look(tmp_path: Path) -> None:
    quoted, broken = (
        "ALTER TABLE `shop` DROP COLUMN `note`;\n",
        "ALTER TABLE shop DROP COLUMN note; ALTER TABLE shop ADD (;\n",
    )
    outcome = _advice(tmp_path, quoted, broken)

    assert {one.path for one in outcome.findings} == {"migrations/2_step.up.sql", "migrations/3_step.up.sql"}
    assert {one.rule for one in outcome.findings} <= {"sql-drop-column", "sql-unread-sql"}


def test_a_configuration_of_the_change_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / ".squawk.toml").write_text('excluded_rules = ["ban-drop-column"]\n')

    assert _told(_advice(tmp_path, "-- squawk\nALTER TABLE shop DROP COLUMN note;\n")) == [("sql-ban-drop-column", 2)]


@pytest.mark.parametrize("excuse", ["squawk-ignore-file", "squawk-ignore ban-drop-column", "squawk-ignore"])
def test_a_comment_of_the_change_does_not_excuse_it(tmp_path: Path, excuse: str) -> None:
    outcome = _advice(tmp_path, f"-- {excuse}\nALTER TABLE shop DROP COLUMN note; /* {excuse} */\n")

    assert _told(outcome) == [("sql-ban-drop-column", 2)]


def test_text_that_no_encoding_has_is_looked_at_all_the_same(tmp_path: Path) -> None:
    files = [SqlFile("1.sql", "SELECT '\ud800';\nDROP TABLE shop;\n")]

    findings, linted = lint(files, "sql", EngineTools(tmp_path))

    assert [one.rule for one in findings] == ["sql-ban-drop-table"]
    assert linted == {"1.sql"}


def test_a_squawk_that_ends_without_a_report_leaves_it_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.collect.tools.find_engine", lambda _: Path("/bin/false"))

    outcome = _advice(tmp_path, "DROP TABLE shop;\n")

    assert outcome.state is State.NOT_CHECKED
    assert "squawk ended with status 1, without a report" in outcome.reason
    assert [one.rule for one in outcome.findings] == ["sql-drop-table"]


def test_a_squawk_that_is_not_there_leaves_it_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.collect.tools.find_engine", lambda _: None)

    outcome = _advice(tmp_path, "SELECT 1;\n")

    assert outcome.state is State.NOT_CHECKED
    assert "squawk is installed neither" in outcome.reason


@pytest.mark.parametrize(
    ("path", "text", "may"),
    [
        ("db/postgres/1.sql", "SELECT 1;", True),
        ("db/mysql/1.sql", "SELECT 1;", False),
        ("db/1.sql", "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT);", False),
        ("db/1.sql", "ALTER TABLE `a` DROP COLUMN `b`;", False),
    ],
)
def test_other_databases_are_told_by_path_and_words(path: str, text: str, may: bool) -> None:  # noqa: FBT001 - a case
    assert may_be_postgres(SqlFile(path, text)) is may


def test_squawk_is_installed() -> None:
    assert find_engine("squawk") is not None
