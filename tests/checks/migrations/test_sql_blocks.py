"""What a block of PL/pgSQL runs for certain is followed; whatever else it may do is not understood."""

from __future__ import annotations

import time

import pytest

from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.hidden import may_take_away
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.schema import Schema
from tests.checks.migrations.django.memory import MemoryTree

_DROP = "ALTER TABLE a DROP COLUMN b;"


def _columns(sql: str) -> tuple[list[str], bool]:
    """The columns of a table after the SQL, and whether all of it was understood."""
    schema = Schema(dialect="postgres")
    opaque = [*apply(schema, "CREATE TABLE a (b int, c int);"), *apply(schema, sql)]
    return sorted(schema.tables[schema.key("a")].columns), not opaque


@pytest.mark.parametrize(
    "sql",
    [
        f"DO $$ BEGIN {_DROP} END $$;",
        f"do $x$\nbegin\n  {_DROP}\nend;\n$x$ language plpgsql;",
        f"DO LANGUAGE plpgsql $$ BEGIN {_DROP} END; $$",
        f"DO $$ BEGIN {_DROP} EXCEPTION WHEN duplicate_object OR duplicate_column THEN NULL; END $$;",
        "DO $$ BEGIN ALTER TABLE a DROP b, ALTER c TYPE numeric(1, 2); END $$;",
        "DO $$ BEGIN ALTER TABLE a DROP b; EXCEPTION WHEN duplicate_table THEN null; END $$;",
        f"DO $$ BEGIN {_DROP} EXCEPTION WHEN duplicate_table THEN null; WHEN duplicate_object THEN null; END; $$;",
    ],
)
def test_statements_one_after_the_other_are_done(sql: str) -> None:
    assert _columns(sql) == (["c"], True)


@pytest.mark.parametrize(
    "sql",
    [
        f"DO $$ BEGIN IF now() > now() THEN {_DROP} END IF; END $$;",
        f"DO $$ BEGIN {_DROP} EXCEPTION WHEN others THEN NULL; END $$;",
        f"DO $$ BEGIN SELECT 1/0; EXCEPTION WHEN duplicate_object THEN {_DROP} END $$;",
        f"DO $$ DECLARE x int; BEGIN {_DROP} END $$;",
        f"DO $$ BEGIN BEGIN {_DROP} END; END $$;",
        f"DO $$ BEGIN DO $x$ BEGIN {_DROP} END $x$; END $$;",
        # A handler takes back all that its block did.
        f"DO $$ BEGIN {_DROP} ALTER TABLE a ADD COLUMN c int; EXCEPTION WHEN duplicate_column THEN NULL; END $$;",
        "DO $$ BEGIN ALTER TABLE a DROP b, ADD c int; EXCEPTION WHEN duplicate_column THEN NULL; END $$;",
        f"DO $$ BEGIN {_DROP} RAISE duplicate_table; EXCEPTION WHEN duplicate_table THEN NULL; END $$;",
        f"DO $$ BEGIN NULL; END; {_DROP} $$;",
        f"DO '{_DROP}';",
    ],
)
def test_what_may_not_be_done_is_not_understood(sql: str) -> None:
    assert _columns(sql) == (["b", "c"], False)


@pytest.mark.parametrize(
    ("body", "takes"),
    [
        (
            "IF (SELECT count(*) FROM a) <> (SELECT count(*) FROM other) THEN RAISE EXCEPTION 'not alike'; END IF;",
            False,
        ),
        ("FOR r IN DELETE FROM a RETURNING b LOOP RAISE WARNING 'deleted %', r.b; END LOOP;", False),
        ("PERFORM setval('a_id_seq', (SELECT max(b) FROM a)); PERFORM 1 FROM a;", False),
        ("PERFORM setval('a_id_seq', 1); PERFORM any_other();", True),
        ("IF (SELECT count(*) FROM a) = 0 THEN ALTER TABLE a DROP COLUMN b; END IF;", True),
        ("IF (SELECT count(*) FROM a) = 0 THEN SELECT take(); END IF;", True),
        ("IF (SELECT count(*) FROM a) = 0 THEN PERFORM any_other(); END IF;", True),
    ],
)
def test_a_block_that_reads_and_writes_rows_alone_takes_nothing_away(body: str, *, takes: bool) -> None:
    schema = Schema(dialect="postgres")
    made = f"CREATE TABLE a (b int); CREATE FUNCTION take() RETURNS void AS $f$ BEGIN {_DROP} END $f$ LANGUAGE plpgsql;"
    assert not list(apply(schema, made))

    [one] = apply(schema, f"DO $$ DECLARE r record; BEGIN {body} END $$;")

    assert may_take_away(one, {"a"}) is takes


@pytest.mark.parametrize(
    "sql",
    [
        "".join(f"DO $a{at}$BEGIN " for at in range(500))
        + _DROP
        + "".join(f" END $a{at}$;" for at in range(499, -1, -1)),
        "DO $$ BEGIN NULL; END $$" + " " * 100_000 + "x;",
    ],
    ids=["nested", "blanks"],
)
def test_a_block_that_costs_much_is_not_followed(sql: str) -> None:
    begin = time.monotonic()

    assert _columns(sql) == (["b", "c"], False)
    assert time.monotonic() - begin < 2


def test_what_goes_back_to_a_savepoint_is_not_done() -> None:
    assert _columns(f"BEGIN; SAVEPOINT x; {_DROP} ROLLBACK TO SAVEPOINT x; COMMIT;") == (["b", "c"], True)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "BEGIN;",
        "BEGIN; SAVEPOINT x; RELEASE x;",
        "BEGIN; SAVEPOINT x; COMMIT;",
        "BEGIN; SAVEPOINT y; SAVEPOINT x; ROLLBACK TO y;",
    ],
)
def test_what_goes_back_to_no_savepoint_takes_nothing_back_for_sure(before: str) -> None:
    assert _columns(f"{before} {_DROP} ROLLBACK TO x;") == (["c"], False)


@pytest.mark.parametrize("unit", ["a", "a ", "a(", '"', "create function "])
def test_calls_are_looked_for_in_time_in_proportion_to_the_text(unit: str) -> None:
    begin = time.monotonic()

    text = unit * (800_000 // len(unit))

    assert find_merged(MemoryTree({"a.sql": text}), ["a.sql"], [text]) == set()
    assert time.monotonic() - begin < 2
