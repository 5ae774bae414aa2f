"""SQL that revisions execute, that is not understood, and that may take away what the models declare."""

from __future__ import annotations

import pytest

from tests.checks.migrations.alembic.project import missing, project, revision
from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_AWAY, TAKES_LATER, TAKES_NOTHING

BASE = project()
SECOND, THIRD = ("migrations/versions/0002.py", "migrations/versions/0003.py")


def _step(sql: str, name: str = "aaa2", down: str = "aaa1") -> str:
    text = (sql % "book" if "%s" in sql else sql).replace("name", "title")
    return revision(f"op.execute({text!r})", name, down)


@pytest.mark.parametrize("sql", TAKES_AWAY)
def test_sql_that_may_take_away_what_is_declared_is_no_pass(sql: str) -> None:
    said = missing(BASE, {**BASE, SECOND: _step(sql)})[-1]

    assert said.startswith("? `")
    assert said.endswith("may change what the code declares, and is not understood")


@pytest.mark.parametrize("sql", TAKES_NOTHING)
def test_sql_that_is_not_understood_and_takes_nothing_away_is_quiet(sql: str) -> None:
    assert missing(BASE, {**BASE, SECOND: _step(sql)}) == []


@pytest.mark.parametrize(("made", "passes"), [(TAKES_LATER, False), (KEEPS_LATER, True)])
@pytest.mark.parametrize("merged", [True, False])
def test_a_function_of_another_revision_may_take_away_what_is_declared(
    made: str, *, merged: bool, passes: bool
) -> None:
    first = {**BASE, SECOND: _step(made)}
    head = {**first, THIRD: _step("SELECT take()", "aaa3", "aaa2")}

    answer = missing(first if merged else BASE, head)

    assert answer == (
        [] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"]
    )
