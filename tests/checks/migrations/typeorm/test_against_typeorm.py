"""TypeORM itself answers made-up changes; gonogo must say the same.

`GONOGO_CASES=300 pytest tests/checks/migrations/typeorm/test_against_typeorm.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.alembic.postgres import run_server
from tests.checks.migrations.asked import KitError
from tests.checks.migrations.typeorm.generate import EDITS, Spec, make
from tests.checks.migrations.typeorm.kit import Kit, missing
from tests.checks.migrations.typeorm.project import files, judge, migration, told

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "24"))
_SNAKE = """import { DataSource } from 'typeorm';
import { SnakeNamingStrategy } from 'typeorm-naming-strategies';
export const source = new DataSource({ type: 'postgres', namingStrategy: new SnakeNamingStrategy() });
"""
_BESIDE = ("order", "comment", "default", "nullability", "method")


@pytest.fixture(scope="module")
def kit() -> Iterator[Kit]:
    with run_server() as url, Kit(url.rpartition("host=")[2]) as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_typeorm_says(seed: int, kit: Kit, counts: Counter[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    base, head, kinds = _change(chance)
    try:
        made, sql = kit.ask(base.dialect, base.text(), head.text(), snake=base.snake)
    except KitError as error:
        if "Error: " not in str(error) or "QueryFailedError" not in str(error):
            pytest.xfail(f"TypeORM refuses the made-up entities: {str(error)[:200]}")
        raise
    counts.update([f"kind: {kind}" for kind in kinds] + [f"dialect: {base.dialect}"])
    more = {"src__source.ts": _SNAKE} if base.snake else {}
    first = migration(1, *made, name="Init")
    old = files(base.dialect, base.text(), first, **more)
    without = told(judge(old, files(base.dialect, head.text(), first, **more)), Question.MISSING)

    assert bool(without) is bool(sql), (kinds, sql, without)
    assert not any(one.startswith("?") for one in without)
    counts["without: needed" if sql else "without: not needed"] += 1
    if not sql:
        return
    done = files(base.dialect, head.text(), first, migration(2, *sql), **more)
    wrong = told(judge(old, done), Question.MISSING)
    assert wrong == [], (kinds, wrong, sql)
    counts["with what TypeORM writes"] += 1
    empty = files(base.dialect, head.text(), first, migration(2), **more)
    assert told(judge(old, empty), Question.MISSING), (kinds, sql)
    counts["with an empty migration"] += 1


def _change(chance: random.Random) -> tuple[Spec, Spec, list[str]]:
    dialect = chance.choice(["postgres", "sqlite"])
    base = head = make(chance.randrange(2**32), dialect, snake=chance.random() < 0.3)
    kinds = []
    for kind in [chance.choice(list(EDITS)), *chance.choices(_BESIDE, k=chance.choice([0, 0, 1]))]:
        edited = EDITS[kind](head, chance)
        if edited is not None:
            head = edited
            kinds.append(kind)
    return base, head, kinds
