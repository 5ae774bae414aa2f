from __future__ import annotations

import time

import pytest

from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.comments import find_doubtful, with_run_comments
from bot.checks.migrations.sql.schema import Schema

TABLE = "CREATE TABLE a (id int, b int);\n"


def _columns(text: str, dialect: str) -> tuple[list[str], list[str]]:
    """The columns that are left, and what is not understood."""
    schema = Schema(dialect=dialect)
    opaque = [one.words for one in apply(schema, TABLE + text)]
    return [*schema.tables["a"].columns] if "a" in schema.tables else [], opaque


@pytest.mark.parametrize(
    "text",
    [
        "/*! ALTER TABLE a DROP COLUMN b */;",
        "/*!50100 ALTER TABLE a DROP COLUMN b */;",
        "ALTER TABLE a /*!50100 DROP COLUMN b */;",
        "SELECT '/*!'; /*!ALTER TABLE a DROP COLUMN b*/",
    ],
)
def test_mysql_runs_such_comments(text: str) -> None:
    assert _columns(text, "mysql") == (["id"], [])


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("/*!99999 ALTER TABLE a DROP COLUMN b */;", "mysql"),
        ("/*M! ALTER TABLE a DROP COLUMN b */;", "mysql"),
        ("/*!50100 ALTER TABLE a DROP COLUMN b */;", "postgres"),
    ],
)
def test_what_only_some_servers_run_is_not_known(text: str, dialect: str) -> None:
    [doubt] = _columns(text, dialect)[1]
    assert doubt.startswith("/*! ALTER TABLE")


@pytest.mark.parametrize(
    "text",
    [
        "/* /*! */ -- ALTER TABLE a DROP COLUMN b",
        "-- /*! ALTER TABLE a DROP COLUMN b */",
        "SELECT '/*! ALTER TABLE a DROP COLUMN b */';",
        "/*!40101 SET NAMES utf8 */;",
    ],
)
def test_other_comments_are_none(text: str) -> None:
    assert _columns(text, "mysql") == (["id", "b"], [])


@pytest.mark.parametrize("text", ["/*" * 200_000, "'" * 400_001, "/*!" * 120_000, "`" * 400_001, "--" * 200_000])
def test_comments_without_end_end(text: str) -> None:
    started = time.process_time()
    with_run_comments(f"{text}/*!")
    list(find_doubtful(f"{text}/*!", "mysql"))

    assert time.process_time() - started < 10


def test_no_comment_is_passed_over_for_its_place() -> None:
    text = "/*! DROP TABLE z */;\n" * 50 + "/*! DROP TABLE a */;\n" * 2
    found = list(find_doubtful(text, "postgres"))

    assert [line for line, _ in found] == list(range(1, 22))
    assert found[-1][1].endswith("DROP TABLE a   DROP TABLE a ")
