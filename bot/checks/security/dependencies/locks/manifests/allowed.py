"""Whether a range of versions allows a version, by the libraries that read an ecosystem's grammar.

Out of sight: Ruby's, PHP's and Java's ranges, whose locks are compared by names alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.checks.security.dependencies.locks.entries import CRATES, NPM, PYPI

_MAX_LENGTH: Final = 200
_PARTS_OF_RANGES: Final = re.compile(r"\s*,\s*")
_BARE: Final = re.compile(r"\d")


@lru_cache(maxsize=4096)
def is_allowed(ecosystem: str, said: str, version: str) -> bool | None:
    """Whether the range allows the version; None where its grammar is not read."""
    if max(len(said), len(version)) > _MAX_LENGTH:
        return None
    if ecosystem == PYPI:
        return _is_allowed_by_python(said, version)
    if ecosystem == NPM:
        return _is_allowed_by_npm(said, version)
    if ecosystem == CRATES:
        # A bare version is a caret range, and commas join.
        parts = _PARTS_OF_RANGES.split(said)
        return _is_allowed_by_npm(" ".join(f"^{one}" if _BARE.match(one) else one for one in parts), version)
    return None


def _is_allowed_by_python(said: str, version: str) -> bool | None:
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(said).contains(version, prereleases=True)
    except ValueError:
        return None


def _is_allowed_by_npm(said: str, version: str) -> bool | None:
    from semantic_version import NpmSpec, Version

    try:
        return bool(NpmSpec(said).match(Version(version)))
    except ValueError:
        return None
