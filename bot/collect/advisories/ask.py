"""One door to all that knows advisories, as the user allows it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.collect.advisories.folder import FolderAdvisories
from bot.collect.advisories.osv import OsvClient
from bot.collect.advisories.service import Service
from bot.model import Advisories, AdvisoryAnswer, Evidence, Package, PackageAnswer

BUDGET_S: Final = 10.0
"""Seconds for all questions to a service."""


class OnlineAdvisories:
    """A service that speaks OSV's API, at a root that `parse_service_url` gives."""

    def __init__(self, root: str, *, budget_s: float = BUDGET_S) -> None:
        self._root, self._budget_s = root, budget_s

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """What the service says of packages."""
        service = Service(self._root, until=time.monotonic() + self._budget_s)
        answers = OsvClient(service).ask([*added, *before])
        text = f"{service.host} was asked about {len(added):,} package versions that the change adds"
        return AdvisoryAnswer(packages=answers, evidence=[Evidence(text=text)])


class BothAdvisories:
    """A service, and a folder that knows more: a team's own advisories.

    What the service does not answer stays a gap, however much the folder holds.
    """

    def __init__(self, service: Advisories, folder: Advisories) -> None:
        self._service, self._folder = service, folder

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """What both say of packages, together."""
        first, second = self._service.ask(added, before), self._folder.ask(added, before)
        packages = {
            package: PackageAnswer(
                advisories=[*answer.advisories, *second.packages[package].advisories], gap=answer.gap
            )
            for package, answer in first.packages.items()
        }
        return AdvisoryAnswer(
            packages=packages,
            unknowns=[*first.unknowns, *second.unknowns],
            evidence=[*first.evidence, *second.evidence],
        )


def open_door(root: str | None, folder: Path | None) -> Advisories | None:
    """Who answers: the service, the folder, both, or nobody.

    Raises:
        UsageError: there is no such folder.
    """
    service = OnlineAdvisories(root) if root else None
    known = FolderAdvisories(folder) if folder else None
    return BothAdvisories(service, known) if service and known else service or known
