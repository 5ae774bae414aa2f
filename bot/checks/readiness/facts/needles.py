"""Texts of which one stands wherever a regular expression matches: most files are passed over by looking for those.

To look for a text in a file is some fifty times as quick as to look for an expression. What is told is never too much:
of an expression that is not followed here no text is told, and each file is searched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

_SHORTEST = 3
"""Shorter texts stand in nearly every file."""
_QUANTIFIER = re.compile(r"(?:[*?]|\+|\{(\d*)(?:,\d*)?\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?::|P<\w+>|(?P<around><?[=!])|(?P<flags>[ims]*)(?P<scope>[:)])|(?P<unknown>)))?")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
# What of letters beyond ASCII counts as one of ASCII where case does not: dotted and dotless i, long s, Kelvin.
_FOLDED = tuple(one.encode() for one in "\u0130\u0131\u017f\u212a")

Needles = frozenset[str]


@lru_cache(maxsize=4096)
def find_needles(pattern: str) -> Needles:
    """Texts in lower case, of which one stands wherever the pattern is found; none where it cannot be told."""
    try:
        needles, end = _alternatives(pattern, 0)
    except (_NotFollowedError, RecursionError):
        return frozenset()
    return needles if end == len(pattern) and all(one.isascii() for one in needles) else frozenset()


def may_hold(content: bytes, needles: Collection[str]) -> bool:
    """Whether one of the texts stands in a file of UTF-8, whatever its case; always where there are none."""
    if not needles:
        return True
    lower = content.lower()
    if any(one.encode() in lower for one in needles):
        return True
    return not content.isascii() and any(one in content for one in _FOLDED)


class _NotFollowedError(Exception):
    """The pattern holds what is not followed here."""


def _alternatives(pattern: str, start: int) -> tuple[Needles, int]:
    """Texts of which one stands in what the alternatives match, and where they end; none where one may go without."""
    found: list[Needles] = []
    while True:
        needles, start = _sequence(pattern, start)
        found.append(needles)
        if start >= len(pattern) or pattern[start] == ")":
            break
        start += 1
    return frozenset().union(*found) if all(found) else frozenset(), start


def _sequence(pattern: str, start: int) -> tuple[Needles, int]:
    """The best of what must stand in a row, and where the row ends."""
    candidates: list[Needles] = []
    run = ""
    while start < len(pattern) and pattern[start] not in "|)":
        text, needles, start = _one(pattern, start)
        quantifier = _QUANTIFIER.match(pattern, start)
        start = quantifier.end() if quantifier else start
        optional = quantifier is not None and (
            quantifier[0][0] in "*?" or (quantifier[1] is not None and not quantifier[1].strip("0"))
        )
        if not optional:
            candidates.append(needles)
        run += "" if optional else text
        # What is repeated stands once at least, and what follows need not stand right behind that.
        if quantifier or not text:
            candidates.append(frozenset({run}))
            run = ""
    candidates.append(frozenset({run}))
    return _best(candidates), start


def _one(pattern: str, start: int) -> tuple[str, Needles, int]:
    """What stands at a place: its own text, or what stands within it; and where it ends."""
    char = pattern[start]
    if char == "\\":
        escaped = pattern[start + 1 : start + 2]
        if escaped in "AbBdDsSwWZ":
            return "", frozenset(), start + 2
        # Other letters and numbers stand for a character by its number, or for a group.
        if escaped.isalnum():
            raise _NotFollowedError
        return escaped.lower(), frozenset(), start + 2
    if char == "[":
        whole = _CLASS.match(pattern, start)
        if whole is None:
            raise _NotFollowedError
        return "", frozenset(), whole.end()
    if char == "(":
        return "", *_group(pattern, start)
    return "" if char in ".^$" else char.lower(), frozenset(), start + 1


def _group(pattern: str, start: int) -> tuple[Needles, int]:
    head = _GROUP.match(pattern, start)
    if head is None or head["unknown"] is not None:
        raise _NotFollowedError
    if head["scope"] == ")":
        return frozenset(), head.end()
    needles, end = _alternatives(pattern, head.end())
    if end >= len(pattern):
        raise _NotFollowedError
    return frozenset() if head["around"] else needles, end + 1


def _best(candidates: Iterable[Needles]) -> Needles:
    """Those whose shortest text is longest; none where all are short."""
    usable = [one for one in candidates if one and min(map(len, one)) >= _SHORTEST]
    return max(usable, key=lambda one: (min(map(len, one)), -len(one)), default=frozenset())
