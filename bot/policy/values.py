"""The policy as the stages see it: all defaults filled in, all that it extends merged, nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from bot.globs import Glob
from bot.model import Finding, Level, SignOff

if TYPE_CHECKING:
    from pydantic import BaseModel

POLICY_PATH = ".github/gonogo.yml"
DEFAULT_POLICY = "pull-request"
GATE_POLICY_PATH = ".github/gonogo-gate.yml"
GATE_POLICY = "deploy-gate"


@dataclass(frozen=True)
class PathFilter:
    """The paths that an item looks at: in `include` and not in `exclude`, both patterns of `bot.globs`."""

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()

    @cached_property
    def _globs(self) -> tuple[list[Glob], list[Glob]]:
        return [Glob(pattern) for pattern in self.include], [Glob(pattern) for pattern in self.exclude]

    def matches(self, path: str) -> bool:
        """Whether a path (it may hold surrogate escapes) is looked at."""
        include, exclude = self._globs
        return any(glob.matches(path) for glob in include) and not any(glob.matches(path) for glob in exclude)


@dataclass(frozen=True, kw_only=True)
class PolicyItem:
    """One line of the checklist: which check answers it, how, and what its answer decides.

    Attributes:
        settings: an instance of the settings model that the check gives for the item.
        ratchet: whether it blocks where the change makes it worse, and else is only shown; None where the check itself
            compares with the merge base.
        line: 1-based, where the file itself speaks of the item; None where it only inherits it.
    """

    id: str
    section: str
    title: str
    check: str
    level: Level
    settings: BaseModel
    paths: PathFilter
    ratchet: bool | None = None
    line: int | None = field(default=None, compare=False)

    def matches(self, path: str) -> bool:
        """Whether the item looks at a path."""
        return self.paths.matches(path)


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that a person answers for, until a day.

    Attributes:
        fingerprint: the finding's own; None where `path` alone narrows the waiver.
        path: a pattern of `bot.globs`; None where `fingerprint` alone narrows it.
        expires: the last day on which it counts.
        line: 1-based, in the file that holds the waiver.
    """

    item: str
    fingerprint: str | None
    path: str | None
    owner: str
    reason: str
    expires: date
    line: int | None = field(default=None, compare=False)

    def covers(self, item_id: str, finding: Finding) -> bool:
        """Whether the waiver speaks of a finding of an item, whatever the day is."""
        if item_id != self.item or (self.fingerprint is not None and finding.fingerprint != self.fingerprint):
            return False
        return self._glob is None or (finding.path is not None and self._glob.matches(finding.path))

    @cached_property
    def _glob(self) -> Glob | None:
        return Glob(self.path) if self.path is not None else None

    def active_on(self, day: date) -> bool:
        """Whether the waiver still counts on a day."""
        return day <= self.expires


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything that judges a pull request.

    Attributes:
        source: what was read, as the user knows it (`.github/gonogo.yml at <sha>`).
        digest: SHA-256 in hexadecimal of all that counts here; neither source, comments nor layout change it.
        extends: the shipped policy that the file builds on.
        salt: public, for fingerprints of secrets.
        branches: patterns of base branches, as the file itself gives them; a shipped policy's are not inherited.
        sections: id to title, in the order of the report.
        items: in the order of the sections, each known to a check.
        signoffs: by item.
        author_may_sign_off: whether a sign-off by an author of the change counts.
    """

    name: str
    source: str
    digest: str
    extends: str | None
    salt: bytes
    branches: tuple[str, ...]
    sections: Mapping[str, str]
    items: Sequence[PolicyItem]
    waivers: Sequence[Waiver]
    signoffs: Mapping[str, SignOff] = field(default_factory=dict)
    author_may_sign_off: bool = False

    def names_branch(self, branch: str) -> bool:
        """Whether the file gives a base branch under `branches`."""
        return any(Glob(pattern).matches(branch) for pattern in self.branches)
