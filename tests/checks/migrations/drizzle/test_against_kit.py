"""drizzle-kit itself answers made-up changes; gonogo must say the same.

`GONOGO_CASES=400 pytest tests/checks/migrations/drizzle/test_against_kit.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.checks.migrations.asked import KitError
from tests.checks.migrations.drizzle.generate import EDITS, Spec, make
from tests.checks.migrations.drizzle.kit import Kit, missing
from tests.checks.migrations.drizzle.project import files, judge, told

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "60"))
# Edits that the kit does not take for a rename of something that another edit takes away.
_BESIDE = ("order", "comment", "default", "nullability")
_DONE = "SELECT 1;"
_STRUCTURE = ("CREATE TABLE", "ADD COLUMN", "DROP COLUMN", "ADD VALUE")


@pytest.fixture(scope="module")
def kit() -> Iterator[Kit]:
    with Kit() as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_the_kit_says(seed: int, kit: Kit, counts: Counter[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    base, head, kinds = _change(chance)
    try:
        before, after, sql = kit.ask(base.dialect, base.text(), head.text())
    except KitError:
        pytest.xfail("drizzle-kit refuses the made-up schema")
    counts.update([f"kind: {kind}" for kind in kinds] + [f"dialect: {base.dialect}"])
    old = files(base.dialect, base.text(), (before, _DONE))

    assert bool(told(judge(old, files(base.dialect, head.text(), (before, _DONE))))) is bool(sql), sql
    counts["without: needed" if sql else "without: not needed"] += 1
    if not sql:
        return
    new = files(base.dialect, head.text(), (before, _DONE), (after, "\n--> statement-breakpoint\n".join(sql)))
    assert told(judge(old, new)) == [], sql
    counts["with what the kit writes"] += 1
    empty = files(base.dialect, head.text(), (before, _DONE), (after, "-- nothing"))
    words = " ".join(sql)
    # What SQLite cannot alter is made anew, perhaps for a default alone, which is not compared with the SQL.
    if "PRAGMA" not in words and any(one in words for one in _STRUCTURE):
        assert told(judge(old, empty)), sql
        counts["with an empty migration"] += 1


def _change(chance: random.Random) -> tuple[Spec, Spec, list[str]]:
    dialect = chance.choice(["postgresql", "postgresql", "sqlite", "mysql"])
    base = head = make(chance.randrange(2**32), dialect)
    kinds = []
    for kind in [chance.choice(list(EDITS)), *chance.choices(_BESIDE, k=chance.choice([0, 1]))]:
        edited = EDITS[kind](head, chance)
        if edited is not None:
            head = edited
            kinds.append(kind)
    return base, head, kinds
