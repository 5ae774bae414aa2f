"""Whom a user allows to be asked about packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model import Advisories, AdvisoryAnswer, Package, PackageAnswer, Unknown


class NobodyAsked:
    """Knows nothing of any package, for a reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """A gap for each package."""
        gap = Unknown(reason=self._reason, settle="set `osv: true`, or give `advisories`")
        return AdvisoryAnswer(packages={package: PackageAnswer(gap=gap) for package in (*added, *before)})


@dataclass(frozen=True, kw_only=True)
class AskedAdvisories:
    """What the command line or the action's inputs say.

    Attributes:
        online: whether a service is asked; `url` asks one as well.
        url: of the service; empty for the public one. An error names it as `option`.
        forbidden: why a service is not asked, where that is no laptop's silence: what is not looked up then counts as
            not checked.
    """

    online: bool = False
    url: str = ""
    folder: Path | None = None
    forbidden: str = ""
    option: str = "--osv-url"

    @property
    def opens_connections(self) -> bool:
        """Whether a service is asked."""
        return self.online or bool(self.url)

    def door(self, scratch: Path) -> Advisories | None:
        """Who answers; None where nobody may be asked. Engines run in folders of their own in `scratch`.

        Raises:
            UsageError: the address or the folder stands for nothing.
        """
        if not self.opens_connections and self.folder is None:
            return NobodyAsked(self.forbidden) if self.forbidden else None
        from bot.collect.advisories.ask import open_door
        from bot.collect.advisories.service import parse_service_url

        root = parse_service_url(self.url, self.option) if self.opens_connections else None
        return open_door(root, self.folder, scratch)
