"""Coverage of the change, from the reports that the project's own tests wrote.

Rule: lines that tests reached stay reached, and of the lines that the change adds enough are reached; in the numbers of
the tool that measured. No report is made here, and none is believed that cannot be of the code it is given for.
Source: docs/coverage.md.
Out of sight: whether a test that reaches a line asserts anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Check, CheckResult, ItemSpec, Request


def _items() -> Sequence[ItemSpec]:
    from bot.checks.coverage.settings import CoverageIndirectSettings, CoveragePatchSettings, CoverageTotalSettings

    return (
        ItemSpec(id="coverage.total", title="Test coverage does not drop", settings=CoverageTotalSettings),
        ItemSpec(id="coverage.patch", title="Tests reach the changed lines", settings=CoveragePatchSettings),
        ItemSpec(
            id="coverage.indirect", title="No unchanged line loses its coverage", settings=CoverageIndirectSettings
        ),
    )


def _run(request: Request) -> CheckResult:
    from bot.checks.coverage.check import check_coverage

    return check_coverage(request)


CHECK = Check(name="coverage", items=_items, run=_run)
