"""Runs the check over the whole corpus, as one pull request, and counts what it found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.model import Finding
from tests.checks.secrets.corpus import Case, Files, Recipe
from tests.checks.secrets.make import Maker
from tests.repo import GitRepo


@dataclass
class Score:
    """Counts over a corpus.

    Attributes:
        expected: secrets to find, by kind; `found` those that were, whatever the certainty.
        exact: those of `found` whose line and `in_head` are right.
        strays: findings that nobody expects; `false_alarms` those that fail in a case where nothing is a secret.
    """

    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    exact: int = 0
    strays: list[Finding] = field(default_factory=list)
    false_alarms: list[Finding] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def write_corpus(repo: GitRepo, recipes: Sequence[Recipe], seed: int) -> list[Case]:
    """Make the cases of a seed; commit their steps, each case in a folder of its own, on `main` and then `change`."""
    maker = Maker(seed)
    cases = [recipe(maker) for recipe in recipes]
    for step in range(max(len(case.steps) for case in cases)):
        if step == 1:
            repo.branch("change")
        files: Files = {}
        for number, case in enumerate(cases):
            if step < len(case.steps):
                files |= {f"c{number:03d}/{name}": content for name, content in case.steps[step].items()}
        repo.commit(files, f"step {step}")
    return cases


def score(cases: Sequence[Case], findings: Sequence[Finding]) -> Score:
    """Compare what was found with what was expected."""
    by_case: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_case[int((finding.path or "c999/").partition("/")[0][1:])].append(finding)
    total = Score()
    for number, case in enumerate(cases):
        _score_case(total, number, case, by_case[number])
    return total


def _score_case(total: Score, number: int, case: Case, findings: Sequence[Finding]) -> None:
    path_of: Callable[[Finding], str] = lambda finding: (finding.path or "").partition("/")[2]  # noqa: E731 - one word
    total.expected[case.kind] += len(case.expected)
    for wanted in case.expected:
        here = [finding for finding in findings if path_of(finding) == wanted.path]
        exact = [one for one in here if (one.line, one.in_head) == (wanted.line, wanted.in_head)]
        total.found[case.kind] += bool(here)
        total.exact += bool(exact)
        if not here:
            total.missed.append(f"{number} {case.kind} {wanted.path}")
    places = {(wanted.path, wanted.line) for wanted in case.expected}
    strays = [finding for finding in findings if (path_of(finding), finding.line) not in places]
    total.strays += strays
    if not case.expected:
        total.false_alarms += [finding for finding in strays if finding.fails]
