"""Security findings that the change adds, and what it adds to hide them.

Rule: a finding counts when head has it more often than the merge base, scanned by the same engines under settings of
gonogo's own. Source: docs/security.md.
Out of sight: flows of data between functions and files; bring CodeQL's or Semgrep's answer for these.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Check, CheckResult, ItemSpec, Request


def _items() -> Sequence[ItemSpec]:
    from bot.checks.security import settings

    return (
        ItemSpec(id="security.code", title="No security faults are added", settings=settings.CodeSettings),
        ItemSpec(
            id="security.suppressions",
            title="Nothing is hidden from security scanners",
            settings=settings.SuppressionsSettings,
        ),
        ItemSpec(
            id="security.dependencies",
            title="No vulnerable dependencies are added",
            settings=settings.SeveritySettings,
        ),
        ItemSpec(id="security.workflows", title="Workflows are safe", settings=settings.SeveritySettings),
        ItemSpec(id="security.containers", title="Dockerfiles are sound", settings=settings.ContainersSettings),
        ItemSpec(id="security.sarif", title="Other scanners find nothing new", settings=settings.SarifSettings),
        ItemSpec(
            id="security.infrastructure",
            title="Infrastructure has no new faults",
            settings=settings.SarifSettings,
        ),
    )


def _run(request: Request) -> CheckResult:
    from bot.checks.security.check import check_security

    return check_security(request)


CHECK = Check(name="security", items=_items, run=_run)
