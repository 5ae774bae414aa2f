"""The rule `coverage-thresholds`: a limit of coverage that fails a build which a change has to get through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing.limits import Limit, find_limits
from bot.checks.readiness.rules.testing.runs import has_code, nothing, searched
from bot.model import Evidence, Finding, State, Strength


class CoverageAsk(Ask):
    """Settings of the rule `coverage-thresholds`."""


def judge_coverage_thresholds(look: Look, ask: CoverageAsk) -> Judged:
    """Whether a limit of coverage is set and a pipeline runs what holds it."""
    if not has_code(look):
        return Judged(state=State.NOT_APPLICABLE, reason=f"no source code to cover; {searched(look)}")
    limits = [_of_part(look, one) for one in find_limits(look)]
    evidence = sorted(
        (_evidence(look, one) for one in limits if not one.weak), key=lambda one: one.strength is not Strength.WIRED
    )
    weak = [
        Finding(rule="weak-limit", message=f"{one.tool} holds nothing: {one.weak}", path=one.path, line=one.line)
        for one in limits
        if one.weak
    ]
    if not evidence:
        what = weak[0].message if weak else "no limit of coverage"
        missing = weak or [nothing(what, ask.fix)]
        reason = f"{what}; {searched(look)}"
        return Judged(state=State.FAIL, reason=reason, missing=missing, measures=_measures(limits))
    return Judged(
        state=State.PASS, reason=evidence[0].text, evidence=evidence, measures=_measures(limits),
    )  # fmt: skip


_ENDINGS = {
    **dict.fromkeys(("Jest", "Vitest", "nyc"), (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs")),
    **dict.fromkeys(("coverage.py", "pytest-cov"), (".py",)),
    "SimpleCov": (".rb",),
    "JaCoCo": (".java", ".kt"),
    "coverlet": (".cs",),
    "ExUnit": (".exs",),
}
_MOST = 0.5
_MEASURES_NOTHING = re.compile(r"--no-cov(?:erage)?\b(?!-)|--coverage[= ]false\b")


def _of_part(look: Look, limit: Limit) -> Limit:
    """A limit, weak where it is one of a package that holds less than half of the tests in its language."""
    folder = limit.path.rpartition("/")[0]
    if not folder or limit.weak or limit.tool not in _ENDINGS:
        return limit
    # A helper of RSpec and the like stands among the tests.
    while folder.rpartition("/")[2] in {"spec", "test", "tests", ".config", "config"}:
        folder = folder.rpartition("/")[0]
    tests = [path for path in look.suites.candidates if path.endswith(_ENDINGS[limit.tool])]
    inside = [path for path in tests if not folder or path.startswith(f"{folder}/")]
    if len(inside) >= _MOST * len(tests):
        return limit
    return replace(limit, weak=f"it is for {folder} alone, {len(inside):,} of {len(tests):,} files of tests")


def _evidence(look: Look, limit: Limit) -> Evidence:
    amount = "a limit" if limit.percent is None else f"{limit.percent:g}%"
    runs = [
        ran
        for ran in look.workflows.ran
        if limit.by and re.search(limit.by, ran.text) and not _MEASURES_NOTHING.search(ran.text)
    ]
    wired = not limit.by or any(ran.guards for ran in runs)
    how = "" if wired else ": no pipeline runs it on a change"
    return Evidence(
        path=limit.path,
        line=limit.line,
        text=f"{amount} of coverage by {limit.tool}{how}",
        strength=Strength.WIRED if wired else Strength.CONFIGURED,
    )


def _measures(limits: Sequence[Limit]) -> dict[str, Measure]:
    # One that holds nothing, being for a part or too low, may go; but a change that lowers it lowers a limit.
    return {
        f"limit of coverage, {one.tool} in {one.path}": Measure(
            value=one.percent or 0, path=one.path, line=one.line, may_go=bool(one.weak)
        )
        for one in reversed(limits)
        if one.percent is not None
    }
