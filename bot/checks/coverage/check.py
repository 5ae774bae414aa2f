"""Runs the check: from a request to the outcomes of its items."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.drop import Floors
from bot.checks.coverage.gather import Gatherer
from bot.checks.coverage.indirect import judge_indirect
from bot.checks.coverage.patch import judge_patch
from bot.checks.coverage.settings import CoverageIndirectSettings, CoveragePatchSettings, CoverageTotalSettings
from bot.checks.coverage.total import judge_total
from bot.model import CheckResult, ItemRequest, Outcome, Request, State

TOTAL, PATCH, INDIRECT = "coverage.total", "coverage.patch", "coverage.indirect"
_NONE = "no coverage report is configured, so that nothing is said of coverage"


def check_coverage(request: Request) -> CheckResult:
    """Answer the items that are asked for. The reports are read once for all."""
    if request.coverage.head is None:
        return CheckResult([Outcome(item=i.id, state=State.NOT_APPLICABLE, reason=_NONE) for i in request.items])
    items = {item.id: item for item in request.items}
    known = Gatherer(request.change, request.coverage.head, request.coverage.base, _total_settings(items)).gather()
    floors = _floors(items)
    outcomes = []
    for item in request.items:
        match item.id:
            case "coverage.total":
                outcomes.append(judge_total(known, item, floors))
            case "coverage.patch":
                outcomes.append(judge_patch(known, item, request.change.head))
            case _:
                outcomes.append(judge_indirect(known, item, request.change.head))
    return CheckResult(outcomes)


def _total_settings(items: Mapping[str, ItemRequest]) -> CoverageTotalSettings:
    item = items.get(TOTAL)
    return CoverageTotalSettings.model_validate(item.settings) if item else CoverageTotalSettings()


def _floors(items: Mapping[str, ItemRequest]) -> Floors:
    patch, indirect = items.get(PATCH), items.get(INDIRECT)
    of_patch = CoveragePatchSettings.model_validate(patch.settings) if patch else CoveragePatchSettings()
    of_rest = CoverageIndirectSettings.model_validate(indirect.settings) if indirect else CoverageIndirectSettings()
    return Floors(patch=of_patch.min_lines, noise=of_rest.noise_lines)
