"""Rails itself runs made-up migrations and writes the schema; gonogo must say whether they agree.

`GONOGO_CASES=1000 pytest tests/checks/migrations/rails/test_against_rails.py -s` runs more and prints the counts;
`GONOGO_RAILS=FOLDER` takes the Rails of a checkout.
"""

from __future__ import annotations

import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.checks.migrations.rails.generate import BASE, make
from tests.checks.migrations.rails.project import FIRST, SECOND, judge, migration, told
from tests.checks.migrations.rails.rails import Rails, RailsError, missing, run_rails

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "40"))
_VERSIONS = ((5, 0), (5, 1), (5, 2), (6, 0), (6, 1), (7, 0), (7, 1), (7, 2), (8, 0))
_OLD, _NEW = 20240101000000, 20240202000000


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with run_rails() as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_rails_does(seed: int, rails: Rails, counts: Counter[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    versions = [one for one in _VERSIONS if one <= rails.version]
    first = migration(BASE, "CreateUsers", "{}.{}".format(*rails.version))
    second = migration(make(chance), "ChangeUsers", "{}.{}".format(*chance.choice(versions)))
    try:
        before, after = rails.run([(_OLD, "CreateUsers", first), (_NEW, "ChangeUsers", second)])
    except RailsError:
        counts["refused by Rails or the database"] += 1
        return
    old = {"Gemfile.lock": "    pg (1.5)\n", "db/schema.rb": before, FIRST: first}

    assert told(judge(old, {**old, "db/schema.rb": after, SECOND: second})) == [], second
    counts["migration and schema: quiet"] += 1
    stale = told(judge(old, {**old, SECOND: second}))
    assert [one for one in stale if one.startswith("rails-schema-version")], second
    changed = _without_version(before) != _without_version(after)
    assert any(one.startswith("rails-schema-") and "version" not in one for one in stale) is changed, (second, stale)
    counts["migration without its schema: found"] += 1
    alone = told(judge(old, {**old, "db/schema.rb": re.sub(str(_NEW), str(_OLD), after)}))
    assert bool(alone) is changed, (second, alone)
    counts["schema without its migration: found" if changed else "nothing for the schema: quiet"] += 1


def _without_version(schema: str) -> str:
    return re.sub(r"version: \d+", "", schema)
