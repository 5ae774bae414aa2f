"""SQL of a change that takes away what ent's code declares, in other words than `ALTER TABLE ... DROP`."""

from __future__ import annotations

import pytest

from tests.checks.migrations.ent.project import FIRST, files, judge, told, with_column, with_field
from tests.checks.migrations.ent.test_ent import NICK, NICK_COLUMN

PG = FIRST["postgres"]
BASE = files(PG)
DROP = "ALTER TABLE users DROP COLUMN age"


@pytest.mark.parametrize(
    "sql",
    [
        "DROP INDEX user_age;",
        "DROP INDEX users_email_key;",
        "DROP SCHEMA public CASCADE;",
        'ALTER TABLE "users" RENAME age TO years;',
        "ALTER TABLE posts DROP CONSTRAINT posts_users_posts;",
    ],
)
def test_what_is_taken_away_under_other_names_is_found(sql: str) -> None:
    found = told(judge(BASE, files(PG, sql)))

    assert found
    assert all(one.startswith("ent-") for one in found)


@pytest.mark.parametrize(
    "sql",
    [
        f"DO $$ BEGIN EXECUTE '{DROP}'; END $$;",
        f"CREATE FUNCTION f() RETURNS void AS $$ {DROP} $$ LANGUAGE sql; SELECT f();",
        "CALL drop_it();",
        "ALTER TABLE users SET SCHEMA old;",
        "ALTER TABLE users OWNER TO me, DROP COLUMN age;",
        "DROP OWNED BY me;",
        f"/*!50100 {DROP} */;",
    ],
)
def test_what_may_take_something_away_is_no_pass(sql: str) -> None:
    assert told(judge(BASE, files(PG, sql)))[0].startswith("? ")


def test_what_is_rolled_back_adds_nothing_for_sure() -> None:
    sql = 'BEGIN; ALTER TABLE "users" ADD COLUMN "nick" character varying NULL; ROLLBACK;'
    head = files(PG, sql, user=with_field(NICK), generated=with_column(NICK_COLUMN))

    assert told(judge(BASE, head))[0].startswith("? ")


@pytest.mark.parametrize(
    "sql", ["UPDATE users SET age = 1;", "GRANT SELECT ON users TO me;", "CREATE TABLE a (b int);"]
)
def test_what_takes_nothing_away_is_quiet(sql: str) -> None:
    assert told(judge(BASE, files(PG, sql))) == []


@pytest.mark.parametrize(("body", "passes"), [(DROP, False), ("SELECT 1", True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(body: str, *, passes: bool) -> None:
    made = f"CREATE FUNCTION f() RETURNS void AS $$ {body} $$ LANGUAGE sql;"

    said = told(judge(files(PG, made), files(PG, made, "SELECT f();")))

    assert said == ([] if passes else ["? `SELECT f ( )` may change what the code declares, and is not understood"])
