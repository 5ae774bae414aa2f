"""Locks that say otherwise than their manifests: a name that is missing, a version outside of the range.

Rule: of a manifest or a lock that the change touches, what the merge base did not have already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks import find_disagreements
from bot.checks.security.dependencies.notes.sides import Sides, note
from bot.model import Finding

RULE = "lock-disagrees"
_FIX: Final = "run the package manager, and commit the lock that it writes"
_MAX_VERSIONS: Final = 3


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding a dependency."""
    touched = sides.touched | {file.old_path for file in sides.change.files if file.old_path}
    old = {(path, one.name, one.said, had) for path, one, had in find_disagreements(sides.change.merge_base, touched)}
    for path, one, had in find_disagreements(sides.change.head, touched):
        if (path, one.name, one.said, had) in old or not sides.matches(path):
            continue
        asked = f"asks for {one.name}{f' {one.said}' if one.said else ''}"
        more = ", ..." if len(had) > _MAX_VERSIONS else ""
        has = f"has {', '.join(had[:_MAX_VERSIONS])}{more}" if had else "does not name it"
        message = f"the manifest {asked}, and the lock {has}"
        about = f"{path}\0{one.name}\0{one.said}"
        yield note(RULE, message, path=path, line=one.line, about=about, fix=_FIX, likely=True)
