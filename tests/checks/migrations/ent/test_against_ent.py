"""Ent itself answers made-up changes; gonogo must say the same.

Its answers to the first are kept in `answers.json.gz`, so that no Go is needed to hold gonogo to them.
`python -m bench.migrations_ent --first 1000 --count 400` asks ent about more.
"""

from __future__ import annotations

import os

import pytest

from tests.checks.migrations.ent.generate import make_change
from tests.checks.migrations.ent.oracle import kept_answers
from tests.checks.migrations.ent.verdicts import differences, find_wrong

_CASES = int(os.environ.get("GONOGO_CASES", "60"))
_KEPT = kept_answers()


@pytest.mark.parametrize("part", range(10))
def test_gonogo_makes_the_tables_that_ent_generates(part: int) -> None:
    for seed, answer in list(_KEPT.items())[part::10]:
        base, head, kinds = make_change(int(seed))

        assert differences(base, answer.base) == [], (seed, kinds)
        assert differences(head, answer.head) == [], (seed, kinds)


@pytest.mark.parametrize("part", range(10))
def test_gonogo_says_what_ent_says(part: int) -> None:
    for seed, answer in list(_KEPT.items())[:_CASES][part::10]:
        base, head, kinds = make_change(int(seed))

        assert find_wrong(base, head, answer).wrong == [], (seed, kinds)
