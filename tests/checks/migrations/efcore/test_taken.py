"""SQL of migrations that is not understood and that may take away what the snapshot has."""

from __future__ import annotations

import pytest

from tests.checks.migrations.efcore.project import BASE, Files, judge, migration, told
from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_AWAY, TAKES_LATER, TAKES_NOTHING


def _step(sql: str, stamp: str = "20240202000000", name: str = "Step") -> Files:
    text = (sql % "Orders" if "%s" in sql else sql).replace("name", "Name").replace('"', '""')
    return migration(stamp, name, f'            migrationBuilder.Sql(@"{text}");')


@pytest.mark.parametrize("sql", TAKES_AWAY)
def test_sql_that_may_take_away_what_is_declared_is_no_pass(sql: str) -> None:
    [said] = told(judge(BASE, {**BASE, **_step(sql)}))

    assert said.startswith("? `")
    assert said.endswith("may change what the code declares, and is not understood")


@pytest.mark.parametrize("sql", TAKES_NOTHING)
def test_sql_that_is_not_understood_and_takes_nothing_away_is_quiet(sql: str) -> None:
    assert told(judge(BASE, {**BASE, **_step(sql)})) == []


@pytest.mark.parametrize(("made", "passes"), [(TAKES_LATER, False), (KEEPS_LATER, True)])
@pytest.mark.parametrize("merged", [True, False])
def test_a_function_of_another_migration_may_take_away_what_is_declared(
    made: str, *, merged: bool, passes: bool
) -> None:
    first = {**BASE, **_step(made)}
    head = {**first, **_step("SELECT take()", "20240203000000", "Later")}

    answer = told(judge(first if merged else BASE, head))

    assert answer == (
        [] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"]
    )
