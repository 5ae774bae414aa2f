"""Packages that come from an address instead of a registry: nobody keeps advisories of those.

Rule: head has a package from a repository, an address or a path, and the merge base has none of that name from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.notes.sides import Sides, each, note
from bot.model import Finding

RULE = "package-origin"
_WORDS: Final = {Origin.VCS: "a repository", Origin.URL: "an address", Origin.PATH: "a path"}
_FIX: Final = "take a released version from the registry, or pin the commit and have it reviewed"


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding a name and address, at its first place."""
    told = {(ecosystem, one.name, one.origin, one.source) for ecosystem, one in each(sides.before)}
    for ecosystem, one in each(sides.after):
        key = ecosystem, one.name, one.origin, one.source
        if one.origin not in _WORDS or key in told:
            continue
        told.add(key)
        message = f"{one.name} comes from {_WORDS[one.origin]} instead of a registry: {one.source}"
        yield note(RULE, message, path=one.path, line=one.line, about="\0".join(key), fix=_FIX)
