"""One door to all that knows advisories, as the user allows it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.collect.advisories.folder import FolderAdvisories
from bot.collect.advisories.osv import OsvClient
from bot.collect.advisories.pip_audit import MAX_PACKAGES, PipAudit, join
from bot.collect.advisories.service import Service
from bot.collect.tools import EngineTools
from bot.model import Advisories, AdvisoryAnswer, Evidence, Package, PackageAnswer

BUDGET_S: Final = 10.0
"""Seconds that a service may be silent."""
# pip-audit starts slowly, and then asks for one package after another.
_AUDIT_S: Final = 8.0
_AUDIT_PACKAGE_S: Final = 0.5
_PYTHON: Final = "PyPI"


class OnlineAdvisories:
    """A service that speaks OSV's API, at a root that `parse_service_url` gives; Python's packages by pip-audit too."""

    def __init__(self, root: str, tools: EngineTools, *, budget_s: float = BUDGET_S) -> None:
        self._root, self._tools, self._budget_s = root, tools, budget_s

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """What the service says of packages."""
        service = Service(self._root, until=time.monotonic() + self._budget_s)
        answers = OsvClient(service).ask([*added, *before])
        python = _choose(added, answers)
        opinions = self._audit(python)
        joined = {package: join(answers[package], opinion) for package, opinion in opinions.items()}
        text = f"{service.host} was asked about {len(added):,} package versions that the change adds"
        more = f", pip-audit about {len(python):,} of them" if python else ""
        return AdvisoryAnswer(packages={**answers, **joined}, evidence=[Evidence(text=text + more)])

    def _audit(self, packages: Sequence[Package]) -> Mapping[Package, PackageAnswer]:
        allowed_s = _AUDIT_S + _AUDIT_PACKAGE_S * len(packages)
        return PipAudit(self._tools, self._root, until=time.monotonic() + allowed_s).ask(packages)


def _choose(added: Sequence[Package], answers: Mapping[Package, PackageAnswer]) -> Sequence[Package]:
    """What pip-audit is asked about: Python's packages, unless the service was silent on them.

    Many at a time would take minutes: then what the service knows of gets a second opinion.
    """
    python = [package for package in added if package.ecosystem == _PYTHON and not answers[package].gap]
    if len(python) <= MAX_PACKAGES:
        return python
    return [package for package in python if answers[package].advisories][:MAX_PACKAGES]


class BothAdvisories:
    """A service, and a folder that knows more: a team's own advisories.

    What the service does not answer stays a gap, however much the folder holds; what the folder lacks is none.
    """

    def __init__(self, service: Advisories, folder: Advisories) -> None:
        self._service, self._folder = service, folder

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """What both say of packages, together."""
        first, second = self._service.ask(added, before), self._folder.ask(added, before)
        packages = {
            package: PackageAnswer(
                advisories=[*answer.advisories, *second.packages[package].advisories],
                gap=answer.gap or second.packages[package].gap,
            )
            for package, answer in first.packages.items()
        }
        return AdvisoryAnswer(
            packages=packages,
            unknowns=[*first.unknowns, *second.unknowns],
            evidence=[*first.evidence, *second.evidence],
        )


def open_door(root: str | None, folder: Path | None, scratch: Path) -> Advisories | None:
    """Who answers: the service, the folder, both, or nobody.

    Raises:
        UsageError: there is no such folder.
    """
    service = OnlineAdvisories(root, EngineTools(scratch)) if root else None
    known = FolderAdvisories(folder, alone=service is None) if folder else None
    return BothAdvisories(service, known) if service and known else service or known
