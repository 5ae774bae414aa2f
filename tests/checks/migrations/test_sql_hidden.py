"""Ways of SQL to change a table that do not look like `ALTER TABLE`: they are followed, or said to be unknown."""

from __future__ import annotations

import pytest

from bot.checks.migrations.sql.replay import replay
from bot.checks.migrations.sql.schema import Column, Schema, Table

DROP = "ALTER TABLE a DROP COLUMN b"


def _replay(text: str, dialect: str) -> tuple[list[str], list[str]]:
    """The columns that are left of a table, and what is not understood."""
    columns = {name: Column(name=name, type="MOOD" if name == "m" else "INT") for name in ("id", "b", "m")}
    schema = Schema(dialect=dialect, caseless=True, tables={"a": Table(name="a", columns=columns)})
    opaque = [one.words for one in replay(schema, text, ["a"])]
    return [*schema.tables["a"].columns] if "a" in schema.tables else [], opaque


@pytest.mark.parametrize(
    ("text", "dialect", "left"),
    [
        (f"BEGIN EXECUTE IMMEDIATE '{DROP}'; END;", "oracle", ["id", "m"]),
        ("DROP SCHEMA public CASCADE", "postgres", []),
        ("DROP TYPE mood CASCADE", "postgres", ["id", "b"]),
        ("ALTER TABLE a\n-- x\nDROP /* y */ COLUMN b", "postgres", ["id", "m"]),
        ("ALTER TABLE IF EXISTS ONLY a DROP b CASCADE", "postgres", ["id", "m"]),
        ("IF COL_LENGTH('a','b') IS NOT NULL\nBEGIN\nALTER TABLE [dbo].[a] DROP COLUMN [b]\nEND", "tsql", ["id", "m"]),
        ("ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4, DROP COLUMN b", "mysql", ["id", "m"]),
        ("ALTER TABLE a OWNER TO me, DROP COLUMN b", "postgres", ["id", "m"]),
        (f"EXEC sp_executesql N'{DROP}'", "tsql", ["id", "m"]),
    ],
)
def test_other_words_are_followed(text: str, dialect: str, left: list[str]) -> None:
    assert _replay(text, dialect)[0] == left


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (f"CREATE FUNCTION f() RETURNS void AS $$ BEGIN {DROP}; END $$ LANGUAGE plpgsql; SELECT f();", "postgres"),
        (f"CREATE OR REPLACE FUNCTION x.f() RETURNS void AS '{DROP}' LANGUAGE sql; SELECT 1, x.f();", "postgres"),
        ("DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN b', 'a'); END $$", "postgres"),
        ("DO $$ BEGIN IF true THEN EXECUTE 'ALTER TABLE ' || 'a' || ' DROP COLUMN b'; END IF; END $$", "postgres"),
        (f"SET @s = '{DROP}'; PREPARE st FROM @s; EXECUTE st;", "mysql"),
        ("ALTER TABLE a SET UNUSED (b)", "oracle"),
        ("ALTER TABLE a SET SCHEMA old", "postgres"),
        ("DROP DOMAIN mood CASCADE", "postgres"),
        ("DROP EXTENSION mood CASCADE", "postgres"),
        ("DROP OWNED BY me", "postgres"),
        ("BEGIN; ALTER TABLE a ADD COLUMN c int; ROLLBACK;", "postgres"),
    ],
)
def test_what_is_not_followed_is_said(text: str, dialect: str) -> None:
    assert _replay(text, dialect)[1]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("DROP SCHEMA other CASCADE", "postgres"),
        ("DROP EXTENSION IF EXISTS postgis", "postgres"),
        ("DROP TYPE mood", "postgres"),
        (
            "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql; SELECT f();",
            "postgres",
        ),
        ("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();", "postgres"),
        ("ALTER TABLE a SET (fillfactor = 70); ALTER TABLE a OWNER TO me", "postgres"),
        ("ALTER TABLE a ENGINE=InnoDB, COMMENT 'x'; ALTER TABLE a ADD INDEX i (b), DROP INDEX j", "mysql"),
        ("ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE = InnoDB", "mysql"),
        ("ALTER TABLE a ENABLE ROW LEVEL SECURITY, OWNER TO me", "postgres"),
        ("BEGIN; SAVEPOINT x; ROLLBACK TO SAVEPOINT x; COMMIT;", "postgres"),
    ],
)
def test_what_takes_no_column_away_is_quiet(text: str, dialect: str) -> None:
    assert _replay(text, dialect) == (["id", "b", "m"], [])
