from __future__ import annotations

from dataclasses import replace

import pytest

from bot.checks.migrations.check import check_migrations
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.plain import ORM
from bot.checks.migrations.plain.atlas import check_seal, seal, total
from bot.checks.migrations.plain.folders import parse_name
from bot.checks.migrations.plain.tools import NUMBERED
from bot.checks.migrations.settings import MigrationsSettings
from bot.model import Certainty, ItemRequest, NotRead, Request, State, Status, Unknown
from tests.checks.migrations.django.memory import make_change
from tests.checks.readiness.look import MemoryTree as TreeWithGaps

TABLE = "CREATE TABLE a (id int);\n"
COLUMN = "ALTER TABLE a ADD COLUMN b int;\n"
# Each tool with a folder of its own: a first migration, the name of a second, and one that is too late.
FOLDERS = {
    "flyway": ("src/main/resources/db/migration", "V1__first.sql", "V3__third.sql", "V2__second.sql"),
    "golang-migrate": ("migrations", "000001_first.up.sql", "000003_third.up.sql", "000002_second.up.sql"),
    "goose": ("db/goose", "00001_first.sql", "00003_third.sql", "00002_second.sql"),
    "dbmate": ("db/dbmate", "20240101000000_first.sql", "20240301000000_third.sql", "20240201000000_second.sql"),
    "sqlx": ("app/migrations", "1_first.sql", "3_third.sql", "2_second.sql"),
    "diesel": ("db", "2024-01-01-000000_first/up.sql", "2024-03-01-000000_third/up.sql", "2024-02-01-0_second/up.sql"),
    "supabase": ("supabase/migrations", "20240101000000_a.sql", "20240301000000_c.sql", "20240201000000_b.sql"),
}
MARKS = {"goose": "-- +goose Up\n{}-- +goose Down\nDROP TABLE a;\n", "dbmate": "-- migrate:up\n{}-- migrate:down\n"}
LATE = {
    "flyway": True,
    "golang-migrate": True,
    "goose": True,
    "dbmate": False,
    "diesel": False,
    "sqlx": False,
    "supabase": True,
}


def _text(tool: str, sql: str) -> str:
    return MARKS.get(tool, "{}").format(sql)


def _base(tool: str, *names: str) -> dict[str, str]:
    folder = FOLDERS[tool][0]
    manifest = {"app/Cargo.toml": '[dependencies]\nsqlx = "0.8"\n'} if tool == "sqlx" else {}
    return {**manifest, **{f"{folder}/{name}": _text(tool, TABLE) for name in names}}


def _judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    return ORM.judge(make_change(base, head), ())


def _rules(answer: Answer, question: Question) -> list[str]:
    return [one.rule for one in answer.findings[question]]


@pytest.mark.parametrize("tool", FOLDERS)
def test_each_tool_is_told_by_its_files(tool: str) -> None:
    present = ORM.is_present(make_change({}, _base(tool, *FOLDERS[tool][1:3])))

    assert present is not None
    assert present.text.lower() == f"sql files of {tool}"


@pytest.mark.parametrize(
    "name", ["V2__x.SQL", "R__x.SQL", "afterMigrate.sql", "afterMigrate.SQL", "beforeEachMigrate__x.sql"]
)
def test_what_flyway_runs_under_other_names_is_advised_on(name: str) -> None:
    folder = "src/main/resources/db/migration"
    base = {f"{folder}/V1__a.sql": TABLE, f"{folder}/afterMigrateError.sql": "SELECT 1;"}
    answer = _judge(base, {**base, f"{folder}/{name}": "ALTER TABLE b DROP COLUMN c;"})

    assert _rules(answer, Question.RISKY) == ["sql-drop-column"]
    assert ORM.concerns(f"{folder}/{name}")
    assert list(answer.findings[Question.CONFLICTS]) == []


def test_a_callback_of_flyway_that_is_edited_is_advised_on() -> None:
    base = {"db/afterMigrate.sql": "SELECT 1;"}
    answer = _judge(base, {"db/afterMigrate.sql": "DROP TABLE b;"})

    assert _rules(answer, Question.RISKY) == ["sql-drop-table"]
    assert list(answer.findings[Question.EDITED]) == []


@pytest.mark.parametrize("name", ["afterClean.sql", "beforeEachUndo__x.sql", "afterwards.sql", "createSchema.sql"])
def test_what_takes_back_or_throws_away_is_no_step_of_a_migration(name: str) -> None:
    base = {"db/V1__a.sql": TABLE}

    assert _rules(_judge(base, {**base, f"db/{name}": "DROP TABLE b;"}), Question.RISKY) == []


def test_versions_are_compared_whatever_the_case_of_the_ending() -> None:
    base = {"db/V1__a.sql": TABLE}

    assert _rules(_judge(base, {**base, "db/V1__b.SQL": COLUMN}), Question.CONFLICTS) == ["sql-same-version"]


@pytest.mark.parametrize("tool", FOLDERS)
def test_a_new_migration_at_the_end_is_quiet(tool: str) -> None:
    folder, first, third, _ = FOLDERS[tool]
    base = _base(tool, first, first.replace("first", "zero").replace("1", "0", 1) if tool != "supabase" else first)
    answer = _judge(base, {**base, f"{folder}/{third}": _text(tool, COLUMN)})

    assert {question: list(answer.findings[question]) for question in (Question.CONFLICTS, Question.EDITED)} == {
        Question.CONFLICTS: [],
        Question.EDITED: [],
    }


@pytest.mark.parametrize("tool", FOLDERS)
def test_one_that_comes_after_a_later_one_is_found(tool: str) -> None:
    folder, first, third, second = FOLDERS[tool]
    base = _base(tool, first, third)
    answer = _judge(base, {**base, f"{folder}/{second}": _text(tool, COLUMN)})

    [one] = answer.findings[Question.CONFLICTS]
    assert (one.rule, one.path, one.certainty == "likely") == ("sql-late", f"{folder}/{second}", LATE[tool])


@pytest.mark.parametrize("tool", FOLDERS)
def test_two_of_one_version_are_found(tool: str) -> None:
    folder, first, third, _ = FOLDERS[tool]
    base = _base(tool, first, third)
    twin = third.replace("third", "other").replace("_c.", "_d.")
    answer = _judge(base, {**base, f"{folder}/{twin}": _text(tool, COLUMN)})

    assert _rules(answer, Question.CONFLICTS) == ["sql-same-version"]


@pytest.mark.parametrize("tool", FOLDERS)
def test_a_merged_file_that_is_edited_is_found(tool: str) -> None:
    folder, first, third, _ = FOLDERS[tool]
    base = _base(tool, first, third)
    answer = _judge(base, {**base, f"{folder}/{first}": _text(tool, COLUMN)})

    assert _rules(answer, Question.EDITED) == ["sql-merged-migration-edited"]


@pytest.mark.parametrize("tool", FOLDERS)
def test_a_comment_counts_where_the_tool_keeps_a_sum_of_the_file(tool: str) -> None:
    folder, first, third, _ = FOLDERS[tool]
    base = _base(tool, first, third)
    answer = _judge(base, {**base, f"{folder}/{first}": _text(tool, f"-- words\n{TABLE}")})

    assert bool(_rules(answer, Question.EDITED)) is (tool in {"flyway", "sqlx"})


@pytest.mark.parametrize("tool", FOLDERS)
def test_a_version_is_free_once_the_change_takes_its_file_away(tool: str) -> None:
    folder, first, third, _ = FOLDERS[tool]
    base = _base(tool, first, third)
    head = {path: text for path, text in base.items() if not path.endswith(third)}
    other = third.replace("third", "other").replace("_c.", "_d.")
    answer = _judge(base, {**head, f"{folder}/{other}": _text(tool, COLUMN)})

    assert _rules(answer, Question.CONFLICTS) == []


def test_versions_are_compared_as_numbers() -> None:
    folder = FOLDERS["flyway"][0]
    base = {f"{folder}/V1.9__a.sql": TABLE, f"{folder}/V1.10__b.sql": TABLE}

    assert _rules(_judge(base, {**base, f"{folder}/V2__c.sql": COLUMN}), Question.CONFLICTS) == []
    assert _rules(_judge(base, {**base, f"{folder}/V1.9.1__c.sql": COLUMN}), Question.CONFLICTS) == ["sql-late"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("2026-08-14_01_c.sql", []),
        ("2026-08-14_00_c.sql", ["sql-same-version"]),
        ("2026-08-13_02_c.sql", ["sql-late"]),
        ("2026-08-15_c.sql", []),
        ("2026-08-11_c.sql", ["sql-late"]),
    ],
)
def test_a_day_is_a_version_and_several_may_be_written_on_one(name: str, rules: list[str]) -> None:
    base = {f"migrator/{each}": TABLE for each in ("2026-08-11_a.sql", "2026-08-14_00_b.sql")}

    assert _rules(_judge(base, {**base, f"migrator/{name}": COLUMN}), Question.CONFLICTS) == rules


def test_repeatable_files_may_change() -> None:
    folder = FOLDERS["flyway"][0]
    base = {f"{folder}/V1__a.sql": TABLE, f"{folder}/R__view.sql": "CREATE VIEW v AS SELECT 1;"}
    answer = _judge(base, {**base, f"{folder}/R__view.sql": "CREATE VIEW v AS SELECT 2;"})

    assert _rules(answer, Question.EDITED) == []


def test_a_file_that_goes_up_has_one_that_goes_down() -> None:
    base = {"migrations/1_a.up.sql": TABLE, "migrations/1_a.down.sql": "DROP TABLE a;"}

    alone = _judge(base, {**base, "migrations/2_b.up.sql": COLUMN})
    only_down = _judge(base, {**base, "migrations/2_b.down.sql": COLUMN})
    both = _judge(base, {**base, "migrations/2_b.up.sql": COLUMN, "migrations/2_b.down.sql": COLUMN})

    assert _rules(alone, Question.CONFLICTS) == ["sql-no-down"]
    assert _rules(only_down, Question.CONFLICTS) == ["sql-no-up"]
    assert _rules(both, Question.CONFLICTS) == []


def test_pairs_that_are_told_by_a_word_of_the_name_are_no_twins() -> None:
    base = {"migrations/1_a_up.sql": TABLE, "migrations/1_a_down.sql": "DROP TABLE a;"}
    head = {**base, "migrations/2_b_up.sql": COLUMN, "migrations/2_b_down.sql": "SELECT 1;"}

    assert _rules(_judge(base, head), Question.CONFLICTS) == []
    assert _rules(_judge(head, {**head, "migrations/2_c_up.sql": COLUMN}), Question.CONFLICTS) == ["sql-same-version"]


def test_what_goes_down_may_be_edited() -> None:
    base = {"migrations/1_a.up.sql": TABLE, "migrations/1_a.down.sql": "DROP TABLE a;"}

    assert _rules(_judge(base, {**base, "migrations/1_a.down.sql": "DROP TABLE IF EXISTS a;"}), Question.EDITED) == []


def test_advice_is_about_what_goes_up_and_not_about_new_tables() -> None:
    base = _base("goose", "00001_first.sql", "00002_second.sql")
    sql = f"{TABLE.replace('a (', 'n (')}CREATE INDEX i ON n (id);\nALTER TABLE a DROP COLUMN b;\n"
    answer = _judge(base, {**base, "db/goose/00003_third.sql": _text("goose", sql)})

    assert _rules(answer, Question.RISKY) == ["sql-drop-column"]


def _sealed(**files: str) -> dict[str, str]:
    named = [(f"{name}.sql", text.encode()) for name, text in files.items()]
    hashes = seal(named)
    lines = [f"h1:{total(hashes)}", *(f"{name} h1:{value}" for name, value in hashes.items())]
    written = {f"migrations/{name}": text.decode() for name, text in named}
    return {**written, "migrations/atlas.sum": "\n".join(lines) + "\n"}


def test_a_sealed_folder_is_verified() -> None:
    base = _sealed(**{"1_a": TABLE})
    good = _sealed(**{"1_a": TABLE, "2_b": COLUMN})
    broken = {
        "edited": {**good, "migrations/1_a.sql": COLUMN},
        "added": {**good, "migrations/3_c.sql": COLUMN},
        "gone": {path: text for path, text in good.items() if "2_b" not in path},
        "whole": {**good, "migrations/atlas.sum": good["migrations/atlas.sum"].replace("h1:", "h1:A", 1)},
    }

    assert _rules(_judge(base, good), Question.CONFLICTS) == []
    for files in broken.values():
        assert _rules(_judge(base, files), Question.CONFLICTS) == ["sql-seal"]


def test_a_sealed_folder_is_atlas_and_refuses_what_comes_late() -> None:
    base = _sealed(**{"1_a": TABLE, "3_c": COLUMN})
    head = _sealed(**{"1_a": TABLE, "2_b": COLUMN, "3_c": COLUMN})

    assert _rules(_judge(base, head), Question.CONFLICTS) == ["sql-late"]
    [late] = _judge(base, head).findings[Question.CONFLICTS]
    assert late.certainty is Certainty.LIKELY


def _other_seal(text: str) -> dict[str, str]:
    return {**_sealed(**{"1_a": TABLE, "2_b": COLUMN}), "migrations/atlas.sum": text}


def test_a_seal_is_read_as_atlas_reads_it() -> None:
    good = _sealed(**{"1_a": TABLE, "2_b": COLUMN})["migrations/atlas.sum"]
    whole, first, second = good.splitlines()
    twice = "\n".join((whole, first.replace("h1:", "h1:A"), first, second))
    for text in (twice, f"{whole}\n{first}\nunsealed\n{second}\n", f"{whole}\n{second}\n{first}\n", f"{good}\n"):
        files = _other_seal(text)
        assert _rules(_judge({}, files), Question.CONFLICTS) == ["sql-seal"]
    assert _rules(_judge({}, _other_seal(good.replace("\n", "\r\n"))), Question.CONFLICTS) == []


def test_a_seal_that_is_deleted_while_its_files_stay_is_found() -> None:
    base = _sealed(**{"1_a": TABLE, "2_b": COLUMN})
    without = {path: text for path, text in base.items() if path.endswith(".sql")}

    assert _rules(_judge(base, {**without, "migrations/3_c.sql": COLUMN}), Question.CONFLICTS) == ["sql-seal"]
    assert _rules(_judge(base, {"other.sql": TABLE}), Question.CONFLICTS) == []


@pytest.mark.parametrize("lost", ["migrations/atlas.sum", "migrations/1_a.sql"])
def test_a_seal_of_what_is_not_read_is_not_taken_to_hold(lost: str) -> None:
    files = _sealed(**{"1_a": TABLE})
    tree = TreeWithGaps({**files, lost: NotRead("too large", "raise the limit")})

    found = check_seal(tree, "migrations")

    assert isinstance(found, Unknown)
    assert found.path == lost


@pytest.mark.parametrize(
    "files", [{"seeds/1_a.sql": "INSERT INTO a VALUES (1)"}, {"queries/users.sql": TABLE}, {"x/V1.sql": TABLE}]
)
def test_other_sql_is_no_migration(files: dict[str, str]) -> None:
    assert ORM.is_present(make_change({}, files)) is None


def test_drizzle_answers_for_its_own_folder() -> None:
    names = ("0000_a.sql", "0001_b.sql", "meta/_journal.json")
    files = {f"drizzle/migrations/{name}": TABLE for name in names}

    assert ORM.is_present(make_change({}, files)) is None


def test_no_models_means_that_missing_does_not_apply_and_order_still_does() -> None:
    base = _base("flyway", "V1__first.sql")
    change = make_change(base, {**base, f"{FOLDERS['flyway'][0]}/V2__second.sql": COLUMN})
    items = [
        ItemRequest(id=question.value, settings=MigrationsSettings(), matches=lambda _: True)
        for question in (Question.MISSING, Question.CONFLICTS)
    ]
    result = check_migrations(Request(change=change, items=items, tools=None, salt=b"", deadline_s=9))  # type: ignore[arg-type]

    assert [one.state for one in result.outcomes] == [State.NOT_APPLICABLE, State.PASS]


def test_a_folder_that_moves_with_what_it_holds_is_a_note() -> None:
    base = {f"migrations/{name}": TABLE for name in ("1_a.up.sql", "1_a.down.sql")}
    head = {path.replace("migrations/", "db/migrations/"): text for path, text in base.items()}
    change = make_change(base, head)
    moved = replace(
        next(file for file in change.files if file.path.endswith("db/migrations/1_a.up.sql")),
        status=Status.RENAMED,
        old_path="migrations/1_a.up.sql",
    )
    moved = replace(moved, old_oid=moved.new_oid, old_mode=moved.new_mode)
    [found] = ORM.judge(replace(change, files=[moved]), ()).findings[Question.EDITED]

    assert found.certainty is Certainty.NOTE


def test_a_new_file_that_is_not_read_is_not_safe() -> None:
    base = {"migrations/1_a.up.sql": TABLE}
    change = make_change(base, {**base, "migrations/2_b.up.sql": COLUMN})
    gap = TreeWithGaps({**base, "migrations/2_b.up.sql": NotRead("too large", "raise the limit")})

    answer = ORM.judge(replace(change, head=gap), ())

    assert [one.path for one in answer.unknowns[Question.RISKY]] == ["migrations/2_b.up.sql"]


@pytest.mark.parametrize("name", [f"{'1' * 5000}_a.up.sql", f"V{'1' * 5000}__a.sql", f"{'1' * 5000}_a/up.sql"])
def test_a_version_without_end_is_none(name: str) -> None:
    assert ORM.is_present(make_change({}, {f"migrations/{name}": TABLE})) is None


def test_a_file_that_is_not_read_does_not_hide_the_marks_of_the_others() -> None:
    base = _base("goose", "00001_first.sql", "00003_third.sql")
    late = "db/goose/00002_second.sql"
    change = make_change(base, {**base, late: _text("goose", COLUMN)})
    gap = TreeWithGaps({**base, late: _text("goose", COLUMN), "db/goose/00001_first.sql": NotRead("too large", "")})

    [found] = ORM.judge(replace(change, head=gap), ()).findings[Question.CONFLICTS]
    assert (found.rule, found.certainty) == ("sql-late", Certainty.LIKELY)


@pytest.mark.parametrize("other", ["V1__x.sql", "00000_x.sql", "00004_x.up.sql"])
def test_a_file_of_another_tool_does_not_hide_those_beside_it(other: str) -> None:
    base = _base("goose", "00001_first.sql", "00003_third.sql")
    late = {"db/goose/00002_second.sql": _text("goose", "ALTER TABLE a DROP COLUMN id;\n")}
    answer = _judge(base, {**base, **late, f"db/goose/{other}": TABLE})

    assert {*late} <= {one.path for one in answer.findings[Question.CONFLICTS] if one.certainty is Certainty.LIKELY}
    assert "sql-drop-column" in _rules(answer, Question.RISKY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-- +goose Down\n", ""),
        ("-- +goose Down\n", "-- +goose Up\n"),
        ("-- +goose Up\n", "-- +goose Up\n/*! DROP TABLE b */;\n"),
        ("-- +goose Up\n", "-- +goose NO TRANSACTION\n-- +goose Up\n"),
    ],
)
def test_what_a_tool_or_database_reads_in_comments_counts_as_an_edit(old: str, new: str) -> None:
    base = _base("goose", "00001_first.sql")
    path = "db/goose/00001_first.sql"

    assert _rules(_judge(base, {path: base[path].replace(old, new)}), Question.EDITED) == [
        "sql-merged-migration-edited"
    ]
    assert _rules(_judge(base, {path: f"-- a word\n{base[path]}"}), Question.EDITED) == []


def test_comments_that_mysql_runs_get_advice() -> None:
    base = _base("golang-migrate", "000001_first.up.sql")
    path = "migrations/000002_second.up.sql"
    answer = _judge(base, {**base, path: "/*!50100 ALTER TABLE a DROP COLUMN b */;\n"})

    assert _rules(answer, Question.RISKY) == ["sql-drop-column"]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP SCHEMA public CASCADE;",
        "DROP TYPE mood CASCADE;",
        "DELETE FROM a WHERE true;",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT 1;",
        "CREATE FUNCTION f() RETURNS void AS $$ DROP TABLE a $$ LANGUAGE sql; SELECT f();",
    ],
)
def test_rows_and_tables_that_go_in_other_words_get_advice(sql: str) -> None:
    base = _base("golang-migrate", "000001_first.up.sql")
    answer = _judge(base, {**base, "migrations/000002_second.up.sql": sql.replace(" a ", " other ")})

    assert _rules(answer, Question.RISKY)


def test_what_flyway_runs_again_gets_advice() -> None:
    folder = FOLDERS["flyway"][0]
    base = {**_base("flyway", "V1__first.sql"), f"{folder}/R__views.sql": "SELECT 1;\n"}
    answer = _judge(base, {**base, f"{folder}/R__views.sql": "ALTER TABLE b DROP COLUMN c;\n"})

    assert _rules(answer, Question.RISKY) == ["sql-drop-column"]
    assert _rules(answer, Question.EDITED) == []


def test_numbers_that_are_no_day_are_a_version() -> None:
    one, other = (parse_name(f"migrations/{name}_c.sql", NUMBERED) for name in ("2024_12_31", "2024_13_77"))

    assert one is not None
    assert other is not None
    assert (one.version, one.is_day) == ((2024, 12, 31), True)
    assert (other.version, other.is_day) == ((2024,), False)
