"""Sequelize itself answers made-up changes; gonogo must say the same.

`GONOGO_CASES=300 pytest tests/checks/migrations/sequelize/test_against_sequelize.py -s` runs more, with counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.checks.migrations.sequelize.inflection import pluralize, singularize
from tests.checks.migrations.asked import KitError
from tests.checks.migrations.sequelize.generate import EDITS, Spec, comparable, make, migration, steps
from tests.checks.migrations.sequelize.project import judge, told
from tests.checks.migrations.sequelize.real import Real, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "25"))
_PACKAGE = {"package.json": '{"dependencies": {"sequelize": "^6.37.7", "sqlite3": "^5.1.7"}}'}
_WORDS = [
    "User", "Users", "Category", "Person", "people", "Box", "Boxes", "fox", "ox", "Bus", "Status", "statuses",
    "Address", "News", "Knife", "Shelf", "Leaf", "Life", "Series", "Data", "Media", "Quota", "Metadata",
    "Analysis", "Hypothesis", "Child", "children", "Man", "Woman", "Mouse", "House", "Datum", "Criterion",
    "Matrix", "Vertex", "Index", "Quiz", "Quizzes", "Potato", "Photo", "Video", "Hero", "Day", "Key", "City",
    "Company", "Query", "Reply", "Equipment", "Information", "orderLine", "UserAddress", "user_status", "Sheep",
    "Fish", "Foot", "Tooth", "Goose", "Movie", "Cookie", "Shoe", "Toe", "Alias", "Campus", "Virus", "Octopus",
    "Axis", "Basis", "Crisis", "Drive", "Hive", "Move", "Curve", "Wave", "Glove", "Proof", "Roof", "Church",
    "Brush", "Class", "Process", "Access", "Canvas", "Bonus", "Whereas", "Genus", "Money", "Staff", "Team",
    "Wishlist", "Cache", "Migration", "Settings", "Analytics", "Logs", "Permission", "MediaFile", "ApiKey",
    "OAuthToken",
]  # fmt: skip
_HARMLESS = ("another style", "comment", "nullability spelled out", "order", "validation", "virtual attribute")


@pytest.fixture(scope="module")
def real() -> Iterator[Real]:
    with Real() as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


def _files(spec: Spec, *migrations: str) -> dict[str, str]:
    models = {f"models/{shape.name.lower()}.js": shape.text() for shape in spec}
    return _PACKAGE | models | {f"migrations/2024010100000{at}-step.js": text for at, text in enumerate(migrations)}


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_sequelize_says(seed: int, real: Real, counts: Counter[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    base, head, kinds = _change(chance)
    try:
        wanted, _ = real.ask([shape.text() for shape in base], [])
        first = migration(list(steps({}, wanted)), chance)
        _, before = real.ask([], [first])
        after, _ = real.ask([shape.text() for shape in head], [])
    except KitError:
        pytest.xfail("Sequelize refuses the made-up models")
    assert comparable(before) == comparable(wanted)
    needed = comparable(after) != comparable(wanted)
    counts.update([f"kind: {kind}" for kind in kinds])
    old = _files(base, first)

    assert bool(told(judge(old, _files(head, first)))) is needed, kinds
    counts["without: needed" if needed else "without: not needed"] += 1
    if not needed:
        return
    calls = list(steps(wanted, after))
    assert told(judge(old, _files(head, first, migration([], chance)))) != [], kinds
    counts["with an empty migration"] += 1
    for text, whole in ((migration(calls, chance), True), (migration(calls[1:], chance), False)):
        try:
            _, migrated = real.ask([], [first, text])
        except KitError:
            counts["refused by Sequelize"] += 1
            continue
        right = comparable(migrated) == comparable(after)
        found = told(judge(old, _files(head, first, text)))
        if right or not whole:
            assert bool(found) is not right, (kinds, text)
            counts["with what leads there" if right else "without one step of it"] += 1
        else:
            # Where SQLite cannot alter a table Sequelize makes it anew, and may lose an index that nobody took away.
            counts["what Sequelize loses in SQLite"] += 1


def test_names_are_those_of_sequelize(real: Real) -> None:
    plural, singular = real.ask_words(_WORDS)

    assert [pluralize(word) for word in _WORDS] == plural
    assert [singularize(word) for word in _WORDS] == singular


def _change(chance: random.Random) -> tuple[Spec, Spec, list[str]]:
    base = head = make(chance)
    kinds = []
    for kind in [chance.choice(list(EDITS)), *chance.choices(_HARMLESS, k=chance.choice([0, 1]))]:
        edited = EDITS[kind](head, chance)
        if edited is not None:
            head = edited
            kinds.append(kind)
    return base, head, kinds
