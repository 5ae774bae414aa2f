"""MikroORM itself answers made-up changes; gonogo must say the same.

`GONOGO_CASES=300 pytest tests/checks/migrations/mikroorm/test_against_mikroorm.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.asked import KitError
from tests.checks.migrations.mikroorm.generate import EDITS, Spec, make
from tests.checks.migrations.mikroorm.kit import DIALECTS, Kit, missing
from tests.checks.migrations.mikroorm.project import files, judge, migration, told

_CASES = int(os.environ.get("GONOGO_CASES", "16"))
_BESIDE = ("order", "comment", "default", "nullability", "method")


@pytest.fixture(scope="module")
def kits() -> Iterator[dict[int, Kit]]:
    opened: dict[int, Kit] = {}
    yield opened
    for one in opened.values():
        one.__exit__(None, None, None)


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


@pytest.mark.parametrize("version", DIALECTS)
@pytest.mark.parametrize("seed", range(_CASES // 2))
def test_gonogo_says_what_mikroorm_says(seed: int, version: int, kits: dict[int, Kit], counts: Counter[str]) -> None:
    if reason := missing(version):
        pytest.skip(reason)
    kit = kits.setdefault(version, Kit(version)) if version not in kits else kits[version]
    chance = random.Random(seed * 10 + version)  # noqa: S311 - made up, no secret
    base, head, kinds = _change(chance, version)
    try:
        said = kit.ask(base.dialect, base.text(), head.text(), keeps=base.keeps, strict=base.strict)
    except KitError as error:
        pytest.xfail(f"MikroORM refuses the made-up entities: {str(error)[:300]}")
    counts.update([f"kind: {kind}" for kind in kinds] + [f"dialect: {base.dialect} {version}"])
    first = migration(1, *said.made)
    rules = {"tsconfig.json": json.dumps({"compilerOptions": {"strict": base.strict}})}

    def project(spec: Spec, *steps: str | None, after: bool = False, kept: bool = True) -> dict[str, str]:
        options = ["namingStrategy: EntityCaseNamingStrategy"] if spec.keeps else []
        snapshot = (said.after if after else said.before) if kept else None
        more = [migration(2, *(one for one in steps if one))] if steps else []
        return files(
            spec.dialect, spec.text(), first, *more, snapshot=snapshot, version=version, options=options, more=rules
        )

    old = project(base)
    without = told(judge(old, project(head)), Question.MISSING)

    assert bool(without) is bool(said.sql), (kinds, said.sql, without)
    assert not any(one.startswith("?") for one in without), (kinds, without)
    counts["without: needed" if said.sql else "without: not needed"] += 1
    plain = project(base, kept=False)
    assert bool(told(judge(plain, project(head, kept=False)), Question.MISSING)) is bool(said.sql), (kinds, said.sql)
    done = told(judge(plain, project(head, *said.sql, kept=False)), Question.MISSING) if said.sql else []
    assert done == [], (kinds, done, said.sql)
    counts["the same where no snapshot is kept"] += 1
    if not said.sql:
        return
    wrong = told(judge(old, project(head, *said.sql, after=True)), Question.MISSING)
    assert wrong == [], (kinds, wrong, said.sql)
    counts["with what MikroORM writes"] += 1
    forgotten = told(judge(old, project(head, *said.sql)), Question.MISSING)
    assert forgotten, (kinds, said.sql)
    counts["with its SQL and without its snapshot"] += 1
    if base.dialect != "sqlite" or not _is_silent(said.sql):
        empty = told(judge(old, project(head, None, after=True)), Question.MISSING)
        assert empty, (kinds, said.sql)
        counts["with its snapshot and without its SQL"] += 1


def _is_silent(sql: list[str]) -> bool:
    """Whether SQLite can say nothing of a change: its columns are not altered."""
    return not sql


def _change(chance: random.Random, version: int) -> tuple[Spec, Spec, list[str]]:
    dialect = chance.choice(DIALECTS[version])
    base = head = make(chance.randrange(2**32), dialect, version, keeps=chance.random() < 0.2)
    kinds = []
    for kind in [chance.choice(list(EDITS)), *chance.choices(_BESIDE, k=chance.choice([0, 0, 1]))]:
        edited = EDITS[kind](head, chance)
        if edited is not None:
            head = edited
            kinds.append(kind)
    return base, head, kinds
