from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.checks.secrets import check
from tests.checks.secrets import corpus
from tests.checks.secrets.conftest import RunCheck
from tests.checks.secrets.corpus import Recipe
from tests.checks.secrets.evaluate import Score, score, write_corpus
from tests.fixtures import ReadChange
from tests.repo import GitRepo

BASIC = tuple(corpus.RECIPES)
from tests.checks.secrets import corpus_more  # noqa: E402, F401 - it adds its recipes to the list

MORE = tuple(corpus.RECIPES[len(BASIC) :])


def _run(
    tmp_path: Path,
    read_change: ReadChange,
    run_check: RunCheck,
    monkeypatch: pytest.MonkeyPatch,
    recipes: Sequence[Recipe],
    seed: int,
) -> Score:
    monkeypatch.setattr(check, "MAX_VALUES", 10_000)
    repo = GitRepo(tmp_path / "corpus")
    cases = write_corpus(repo, recipes, seed)
    ran = run_check(read_change(repo.folder))
    assert ran.added.unknowns == []
    said = repr(ran.result.outcomes)
    assert [value for value in ran.result.masks if value in said] == []
    return score(cases, ran.found)


@pytest.mark.parametrize("seed", [101, 202, 303])
def test_every_secret_of_the_corpus_is_found_at_its_line_and_nothing_else_is(
    tmp_path: Path, read_change: ReadChange, run_check: RunCheck, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    total = _run(tmp_path, read_change, run_check, monkeypatch, BASIC, seed)

    assert (total.missed, total.strays, total.exact) == ([], [], total.expected.total())


@pytest.mark.parametrize("seed", [404, 505, 606])
def test_of_the_further_corpus_nearly_all_is_found_and_what_is_quiet_stays_quiet(
    tmp_path: Path, read_change: ReadChange, run_check: RunCheck, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    total = _run(tmp_path, read_change, run_check, monkeypatch, MORE, seed)

    assert total.false_alarms == []
    assert len(total.strays) <= 1
    assert total.exact == total.found.total() >= 0.92 * total.expected.total()
