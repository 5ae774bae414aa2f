"""Django's own autodetector answers made-up changes; gonogo must say the same, or that it cannot tell.

`GONOGO_CASES=3000 pytest tests/checks/migrations/django/test_against_django.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks.migrations.django.cases import Case, make_case
from tests.checks.migrations.django.oracle import Oracle

_CASES = int(os.environ.get("GONOGO_CASES", "150"))
_MOST_ABSTAINED = 0.1


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as one:
        yield one


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")
    assert counter["abstained"] <= _MOST_ABSTAINED * max(counter["answered"], 1)


@settings(
    max_examples=_CASES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(seed=st.integers(0, 2**48))
def test_gonogo_agrees_with_the_autodetector_or_abstains(
    seed: int, oracle: Oracle, counts: Counter[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    case = make_case(Random(seed), oracle, _folder(tmp_path_factory))  # noqa: S311 - made up, no secret
    if case is None:
        counts["refused by Django"] += 1
        return
    counts.update(["answered", case.verdict, f"mode: {case.mode}", f"kind: {case.kind}"])
    counts["needed"] += bool(case.needed)
    counts["wrong or incomplete"] += case.mode == "wrong" and bool(case.needed)
    assert case.verdict in {"agreed", "abstained"}, _words(case)


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "case"


def _words(case: Case) -> str:
    said = [finding.message for finding in case.outcome.findings]
    return f"{case.verdict}: {case.mode} {case.kind}; Django: {case.needed}; gonogo: {case.outcome.state} {said}"
