"""What the notes look at, and how one is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.model import Certainty, Change, Finding, Severity

_MAX_TEXT: Final = 200


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The lock files and manifests of merge base and head, those that stay as they are on both sides too.

    `matches` says which paths count.
    """

    change: Change
    before: Sequence[LockFile]
    after: Sequence[LockFile]
    matches: Callable[[str], bool]

    @property
    def touched(self) -> frozenset[str]:
        """The paths that the change adds or edits, and that count."""
        changed = (file.path for file in self.change.files if file.new_oid and file.new_oid != file.old_oid)
        return frozenset(filter(self.matches, changed))


def each(files: Sequence[LockFile]) -> Iterator[tuple[str, Locked]]:
    """Yield all dependencies, each with its ecosystem."""
    for file in files:
        for one in file.packages:
            yield file.ecosystem, one


def title(one: Locked) -> str:
    """A dependency for a reader: its name, and its version where that is known."""
    return f"{one.name} {one.package.version}" if one.package else one.name


def note(  # noqa: PLR0913 - a finding's parts, none of which follows from another
    rule: str, message: str, *, path: str, line: int | None, about: str, fix: str, likely: bool = False
) -> Finding:
    """A finding that fails nothing; `about` is what makes it the same one when lines and files move."""
    key = f"{rule}\0{about}".encode("utf-8", "surrogatepass")
    return Finding(
        rule=rule,
        message=message[: 2 * _MAX_TEXT],
        severity=Severity.MEDIUM if likely else Severity.LOW,
        certainty=Certainty.LIKELY if likely else Certainty.NOTE,
        path=path,
        line=line,
        fingerprint=hashlib.sha256(key).hexdigest()[:32],
        fix=fix,
        fails=False,
    )
