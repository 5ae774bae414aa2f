"""The same question to gonogo and to the real Alembic, for schemas made at random.

`GONOGO_CASES=1000 pytest tests/checks/migrations/alembic/test_differential.py -s` asks more and prints the counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter

import pytest
import sqlalchemy as sa
from alembic.util import CommandError
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from bot.checks.migrations.alembic import ORM
from bot.checks.migrations.face import Question
from tests.checks.migrations.alembic.oracle import Database, leave_out, loaded, revision_source, rewrite
from tests.checks.migrations.alembic.postgres import connect
from tests.checks.migrations.alembic.sources import project_files
from tests.checks.migrations.alembic.spec import STYLES, SchemaSpec, change_schema, make_schema
from tests.checks.migrations.django.memory import make_change

CASES = int(os.environ.get("GONOGO_CASES", "8"))
COUNTS: Counter[str] = Counter()


@settings(max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**40))
@pytest.mark.parametrize("style", STYLES)
def test_gonogo_agrees_with_autogenerate_or_abstains_on_sqlite(style: str, seed: int) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        check_case(Database(connection), style, seed, "sqlite:///app.db")


@settings(max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**40))
@pytest.mark.parametrize("style", STYLES)
def test_gonogo_agrees_with_autogenerate_or_abstains_on_postgresql(
    postgresql: sa.Engine, style: str, seed: int
) -> None:
    with connect(postgresql) as connection:
        check_case(Database(connection), style, seed, "postgresql://localhost/app")


def check_case(database: Database, style: str, seed: int, url: str) -> None:
    chance = random.Random(seed)  # noqa: S311 - cases, no secrets
    before = make_schema(chance, style)
    after, kinds = change_schema(chance, before)
    way = chance.choices(["full", "none", "partial"], [3, 5, 5])[0]
    try:
        base, head, missing = make_case(database, before, after, way, chance, url)
    except (ValueError, KeyError, sa.exc.SQLAlchemyError, CommandError) as error:
        # SQLite's batch mode cannot work on constraints without a name, a NOT NULL column needs a default, and so on.
        COUNTS["refused by Alembic"] += 1
        COUNTS[f"refused: {type(error).__name__}"] += 1
        reject()
    answer = ORM.judge(make_change(base, head), ())
    findings, unknowns = answer.findings.get(Question.MISSING, ()), answer.unknowns.get(Question.MISSING, ())
    said = "fail" if findings else "abstains" if unknowns else "pass"
    right = said == ("fail" if missing else "pass")
    COUNTS[f"{'needs' if missing else 'quiet'}: {'agrees' if right else said}"] += 1
    for kind in dict.fromkeys(kinds):
        COUNTS[f"kind {kind}"] += 1
    COUNTS[f"migration {way}"] += 1
    COUNTS["migration partial, and something is missing"] += way == "partial" and bool(missing)
    if said == "abstains":
        return
    assert right, explain(base, head, missing, [one.message for one in findings], kinds, way)


def make_case(
    database: Database, before: SchemaSpec, after: SchemaSpec, way: str, chance: random.Random, url: str
) -> tuple[dict[str, str], dict[str, str], list[object]]:
    """The files of the base and of the head, and what the real tool finds missing at head that was not at base."""
    old, new = project_files(before), project_files(after)
    with loaded(old) as metadata:
        first = revision_source(database.write(metadata), "aaa1", None, batch=database.is_sqlite)
        database.run(first, metadata)
        drift = [repr(one) for one in database.missing(metadata)]
    with loaded(new) as metadata:
        steps = database.write(metadata)
        if way == "partial":
            leave_out(steps, chance)
        second = rewrite(revision_source(steps, "bbb2", "aaa1", batch=database.is_sqlite), chance)
        if way != "none":
            database.run(second, metadata)
        missing = [one for one in database.missing(metadata) if repr(one) not in drift]
    base = {**old, "migrations/versions/0001.py": first}
    head = {**new, "migrations/versions/0001.py": first}
    if way != "none":
        head["migrations/versions/0002.py"] = second
    for files in (base, head):
        files["alembic.ini"] = files["alembic.ini"].format(url=url)
    return base, head, missing


def explain(
    base: dict[str, str], head: dict[str, str], missing: list[object], said: list[str], kinds: list[str], way: str
) -> str:
    import difflib

    parts = [f"migration: {way}; change: {kinds}", f"alembic: {missing}", f"gonogo: {said}"]
    for path in sorted({*base, *head}):
        if base.get(path) != head.get(path):
            old, new = base.get(path, "").splitlines(), head.get(path, "").splitlines()
            parts.append("\n".join(difflib.unified_diff(old, new, path, path, lineterm="", n=30)))
    return "\n".join(parts)


def teardown_module() -> None:
    lines = (f"{name}: {count}" for name, count in sorted(COUNTS.items()))
    sys.stdout.write("\n".join(("", *lines, "")))
