"""The rule `coverage-thresholds`: a limit of coverage that fails a build which a change has to get through."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    limits = find_limits(look)
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
        return Judged(state=State.FAIL, reason=f"{what}; {searched(look)}", missing=missing)
    return Judged(
        state=State.PASS, reason=evidence[0].text, evidence=evidence, measures=_measures(limits),
    )  # fmt: skip


def _evidence(look: Look, limit: Limit) -> Evidence:
    amount = "a limit" if limit.percent is None else f"{limit.percent:g}%"
    runs = [ran for ran in look.workflows.ran if limit.by and re.search(limit.by, ran.text)]
    wired = not limit.by or any(ran.guards for ran in runs)
    how = "" if wired else ": no pipeline runs it on a change"
    return Evidence(
        path=limit.path,
        line=limit.line,
        text=f"{amount} of coverage by {limit.tool}{how}",
        strength=Strength.WIRED if wired else Strength.CONFIGURED,
    )


def _measures(limits: Sequence[Limit]) -> dict[str, Measure]:
    strong = [one for one in limits if not one.weak and one.percent is not None]
    return {
        f"limit of coverage, {one.tool} in {one.path}": Measure(value=one.percent or 0, path=one.path, line=one.line)
        for one in reversed(strong)
    }
