"""Prisma's own engine answers made-up changes; gonogo must say the same.

`GONOGO_CASES=600 pytest tests/checks/migrations/prisma/test_against_engine.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.checks.migrations.face import Answer, Question
from tests.checks.migrations.prisma.engine import Engine, EngineError, missing
from tests.checks.migrations.prisma.generate import EDITS, Spec, make
from tests.checks.migrations.prisma.project import FIRST, FOLDER, SECOND, judge

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "60"))
# Without one of these a migration may still do all that it must: what they drop goes with its table or column.
_IMPLIED = ("DROP INDEX", "DROP CONSTRAINT", "CREATE SCHEMA")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_the_engine_says(seed: int, engine: Engine, counts: Counter[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    base, head, kinds, sql = _change(chance, engine)
    counts.update([f"kind: {kind}" for kind in kinds] + [f"provider: {head.provider}"])

    assert bool(_found(base, head, None)) is bool(sql), sql
    counts["without: needed" if sql else "without: not needed"] += 1
    if not sql:
        return
    assert _found(base, head, sql) == [], sql
    counts["with what the engine writes"] += 1
    cut = _cut(chance, sql)
    if cut is not None:
        assert _found(base, head, sql.replace(cut, "", 1)), cut
        counts["with one statement gone"] += 1


def _change(chance: random.Random, engine: Engine) -> tuple[Spec, Spec, list[str], str]:
    """A base and a head that the engine takes, the kinds of edits between them, and its SQL."""
    while True:
        base = make(chance.randrange(2**32), chance.choice(["postgresql", "postgresql", "sqlite"]))
        head, kinds = base, []
        for kind in chance.choices(list(EDITS), k=chance.choice([1, 1, 1, 2, 3])):
            edited = EDITS[kind](head, chance)
            if edited is not None:
                head = edited
                kinds.append(kind)
        try:
            return base, head, kinds, engine.diff(base.provider, base.text(), head.text())
        except EngineError:
            continue


def _cut(chance: random.Random, sql: str) -> str | None:
    """A statement that the migration cannot do without; None where it has one alone."""
    statements = [one for one in sql.split(";\n") if any(word in one for word in ("CREATE ", "ALTER ", "DROP "))]
    needed = [one for one in statements if not any(word in one for word in _IMPLIED)]
    if len(statements) < 2 or not needed or "PRAGMA" in sql:
        return None
    return chance.choice(needed)


def _found(base: Spec, head: Spec, sql: str | None) -> list[str]:
    old = {"prisma/schema.prisma": base.text(), f"{FOLDER}/migration_lock.toml": "", FIRST: "SELECT 1;"}
    new = {**old, "prisma/schema.prisma": head.text(), **({SECOND: sql} if sql is not None else {})}
    answer: Answer = judge(old, new)
    assert not answer.unknowns[Question.MISSING]
    return [one.message for one in answer.findings[Question.MISSING]]
