"""The order of versions by each ecosystem's own rules, and which versions a range of an advisory holds.

Sources: https://ossf.github.io/osv-schema/#evaluation (read 2026-11-29), and for Packagist
https://getcomposer.org/doc/articles/versions.md (read 2026-11-30)
Out of sight: ranges of git commits; their versions stand in the advisory one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, total_ordering
from typing import Any, Final

from bot.model import Advisory, VersionRange

_CLASSES: Final = {
    "PyPI": "PypiVersion",
    "npm": "SemverVersion",
    "Go": "GolangVersion",
    "crates.io": "SemverVersion",
    "Maven": "MavenVersion",
    "RubyGems": "RubygemsVersion",
    "NuGet": "NugetVersion",
}
# Four numbers, then how stable; the library takes the fourth one, and the number of a beta, for text.
_COMPOSER: Final = re.compile(
    r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?"
    r"(?:[._-]?(stable|beta|b|RC|alpha|a|patch|pl|p)(?:[.-]?(\d+))?)?(?:\+\S*)?",
    re.IGNORECASE | re.ASCII,
)
_STABILITY: Final = {"alpha": 0, "a": 0, "beta": 1, "b": 1, "rc": 2, "stable": 3, "patch": 4, "pl": 4, "p": 4}
# Longer ones are nobody's, and may cost the libraries more than their length.
_MAX_LENGTH: Final = 128
_MAX_CANDIDATES: Final = 100


@total_ordering
class Ordered:
    """A version that can be compared with others of its ecosystem."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - each of the library's classes has a type of its own
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ordered) and bool(self._value == other._value)

    def __lt__(self, other: Ordered) -> bool:
        return bool(self._value < other._value)

    def __hash__(self) -> int:
        return hash(self._value)


@cache
def parse_version(ecosystem: str, text: str) -> Ordered | None:
    """A version as its ecosystem orders it; None where the ecosystem or the text is not known."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    if ecosystem == "Packagist":
        return _parse_composer(text)
    if ecosystem not in _CLASSES:
        return None
    from univers import versions
    from univers.nuget import InvalidNuGetVersion

    try:
        return Ordered(getattr(versions, _CLASSES[ecosystem])(text).value)
    except (ValueError, TypeError, AttributeError, IndexError, InvalidNuGetVersion):
        return None


def _parse_composer(text: str) -> Ordered | None:
    found = _COMPOSER.fullmatch(text)
    if found is None:
        return None
    *numbers, stability, number = found.groups()
    return Ordered((*(int(one or 0) for one in numbers), _STABILITY[(stability or "stable").lower()], int(number or 0)))


def is_affected(ecosystem: str, version: str, advisory: Advisory) -> bool | None:
    """Whether an advisory speaks of a version; None where the versions cannot be compared, or it names none."""
    if not advisory.versions and not advisory.ranges:
        return None
    if version in advisory.versions:
        return True
    ordered = parse_version(ecosystem, version)
    if ordered is not None and any(parse_version(ecosystem, one) == ordered for one in advisory.versions):
        return True
    answers = [_is_inside(ecosystem, ordered, one) for one in advisory.ranges]
    if any(answers):
        return True
    return None if None in answers else False


def _is_inside(ecosystem: str, version: Ordered | None, span: VersionRange) -> bool | None:
    if version is None:
        return None
    inside = any(event == ("introduced", "0") for event in span.events)
    events = [
        (parse_version(ecosystem, text), kind)
        for kind, text in span.events
        if (kind, text) not in {("introduced", "0"), ("limit", "*")}
    ]
    known = [(ordered, kind) for ordered, kind in events if ordered is not None]
    if len(known) != len(events):
        return None
    try:
        return _follow(version, known, inside=inside)
    except TypeError:
        # The library orders some texts of one ecosystem by parts of different kinds.
        return None


def _follow(version: Ordered, events: Sequence[tuple[Ordered, str]], *, inside: bool) -> bool:
    limits = [at for at, kind in events if kind == "limit"]
    if limits and not any(version < limit for limit in limits):
        return False
    for at, kind in sorted(events, key=lambda event: event[0]):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def find_fixed(ecosystem: str, version: str, advisories: Sequence[Advisory]) -> str | None:
    """The smallest version above one that none of its advisories speaks of, of those that they name as fixed.

    None where an advisory names none, or versions cannot be compared.
    """
    current = parse_version(ecosystem, version)
    if current is None:
        return None
    named = {text for one in advisories for span in one.ranges for kind, text in span.events if kind == "fixed"}
    known = [(ordered, text) for text in sorted(named) if (ordered := parse_version(ecosystem, text)) is not None]
    try:
        above = sorted((pair for pair in known if pair[0] > current), key=lambda pair: pair[0])
    except TypeError:
        return None
    for _, text in above[:_MAX_CANDIDATES]:
        if all(is_affected(ecosystem, text, one) is False for one in advisories):
            return text
    return None
