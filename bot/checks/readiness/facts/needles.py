"""Texts of which one stands wherever a regular expression matches: most files are passed over by looking for those.

To look for a text in a file is some fifty times as quick as to look for an expression. What is told is never too much:
of an expression that is not followed here no text is told, and each file is searched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

_SHORTEST = 3
"""Shorter texts stand in nearly every file."""
_QUANTIFIER = re.compile(r"(?:[*?]|\+|\{(\d*)(?:,\d*)?\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?::|P<\w+>|(?P<around><?[=!])|(?P<flags>[ims]*)(?P<scope>[:)])|(?P<unknown>)))?")
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_WORD = re.compile(r"\w+")
# What of letters beyond ASCII counts as one of ASCII where case does not: dotted and dotless i, long s, Kelvin.
_FOLDED = tuple(one.encode() for one in "\u0130\u0131\u017f\u212a")

_FOLDING = re.compile(r"\(\?[a-z]*i")

_EMPTY = frozenset({""})
# `rate_?limit` is looked for as two texts; of more than so many the parts are looked for.
_MOST_RUNS = 8

Needles = frozenset[str]
Words = tuple[bool, tuple[frozenset[bytes], ...]]
"""Whether case does not count, and groups of which one word each has to stand there."""


@lru_cache(maxsize=4096)
def find_needles(pattern: str) -> Needles:
    """Texts in lower case, of which one stands wherever the pattern is found; none where it cannot be told."""
    return frozenset(one.lower() for one in _best(_clauses(pattern)))


@lru_cache(maxsize=4096)
def find_words(pattern: str, *, folded: bool = False) -> Words:
    """Words that must stand in source of which a name or a text matches; `folded` where case does not count.

    What stands between two words of a name may be written otherwise in the source: with blanks, or as `->`.
    """
    lower = folded or _FOLDING.search(pattern) is not None
    groups = [
        frozenset(max(_WORD.findall(one.lower() if lower else one), key=len, default="").encode() for one in clause)
        for clause in _clauses(pattern)
    ]
    # The fewer there are, the sooner it is told.
    telling = {group for group in groups if min(map(len, group)) >= _SHORTEST}
    return lower, tuple(sorted(telling, key=lambda group: (len(group), sorted(group))))


def may_name(content: bytes, words: Words, begin: int = 0) -> bool:
    """Whether source may hold what the words are of, from a byte on."""
    folded, groups = words
    if not groups:
        return True
    text = content.lower() if folded else content
    for group in groups:
        for word in group:
            if text.find(word, begin) >= 0:
                break
        else:
            return folded and holds_folded(content[begin:])
    return True


def may_hold(content: bytes, needles: Collection[str]) -> bool:
    """Whether one of the texts stands in a file of UTF-8, whatever its case; always where there are none."""
    if not needles:
        return True
    lower = content.lower()
    return any(one.encode() in lower for one in needles) or holds_folded(content)


def holds_folded(content: bytes) -> bool:
    """Whether letters beyond ASCII stand in a file of UTF-8 that count as letters of ASCII where case does not."""
    return not content.isascii() and any(one in content for one in _FOLDED)


class AnyOf:
    """Regular expressions, in which case counts: each is tried only on texts that hold what it cannot go without."""

    def __init__(self, patterns: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> None:
        self._patterns = [(find_needles(one), re.compile(one, flags)) for one in patterns]

    def found_in(self, text: str) -> bool:
        """Whether one of them is found in a text."""
        lower = text.lower()
        return any(
            pattern.search(text) for needles, pattern in self._patterns if not needles or _holds_one(lower, needles)
        )


def _holds_one(text: str, needles: Needles) -> bool:
    return any(one in text for one in needles)


class _NotFollowedError(Exception):
    """The pattern holds what is not followed here."""


def _clauses(pattern: str) -> Sequence[Needles]:
    """Sets of texts, of each of which one stands wherever the pattern is found; none where it cannot be told."""
    try:
        clauses, end = _alternatives(pattern, 0)
    except (_NotFollowedError, RecursionError):
        return ()
    told = end == len(pattern) and all(one.isascii() for clause in clauses for one in clause)
    return clauses if told else ()


def _alternatives(pattern: str, start: int) -> tuple[Sequence[Needles], int]:
    """Sets of which one text each stands in what the alternatives match, and where they end."""
    found: list[Sequence[Needles]] = []
    while True:
        clauses, start = _sequence(pattern, start)
        found.append(clauses)
        if start >= len(pattern) or pattern[start] == ")":
            break
        start += 1
    if len(found) == 1:
        return found[0], start
    best = [_best(clauses) for clauses in found]
    # One that may go without says that all may.
    return [_shortest_of(frozenset[str]().union(*best))] if all(best) else [], start


def _sequence(pattern: str, start: int) -> tuple[Sequence[Needles], int]:
    """What must stand in a row, and where the row ends."""
    candidates: list[Needles] = []
    run = _EMPTY
    while start < len(pattern) and pattern[start] not in "|)":
        text, clauses, start = _one(pattern, start)
        quantifier = _QUANTIFIER.match(pattern, start)
        start = quantifier.end() if quantifier else start
        optional = quantifier is not None and (
            quantifier[0][0] in "*?" or (quantifier[1] is not None and not quantifier[1].strip("0"))
        )
        if not optional:
            candidates.extend(clauses)
        if text and quantifier and quantifier[0][0] == "?" and len(run) < _MOST_RUNS:
            run |= {one + text for one in run}
            continue
        run = run if optional else frozenset(one + text for one in run)
        # What is repeated stands once at least, and what follows need not stand right behind that.
        if quantifier or not text:
            candidates.append(run)
            run = _EMPTY
    candidates.append(run)
    return [_shortest_of(one) for one in candidates if one and all(one)], start


def _shortest_of(needles: Needles) -> Needles:
    """Texts without those that hold another of them: whoever finds one of these finds that."""
    return frozenset(one for one in needles if not any(other in one for other in needles if other != one))


def _one(pattern: str, start: int) -> tuple[str, Sequence[Needles], int]:
    """What stands at a place: its own text, or what stands within it; and where it ends."""
    char = pattern[start]
    if char == "\\":
        escaped = pattern[start + 1 : start + 2]
        # No text is told across the end of a line: some look for it line by line.
        if escaped in "AbBdDsSwWZfnrtv":
            return "", (), start + 2
        # Other letters and numbers stand for a character by its number, or for a group.
        if escaped.isalnum():
            raise _NotFollowedError
        return escaped, (), start + 2
    if char == "[":
        whole = _CLASS.match(pattern, start)
        if whole is None:
            raise _NotFollowedError
        return "", (), whole.end()
    if char == "(":
        return "", *_group(pattern, start)
    return "" if char in ".^$" else char, (), start + 1


def _group(pattern: str, start: int) -> tuple[Sequence[Needles], int]:
    head = _GROUP.match(pattern, start)
    if head is None or head["unknown"] is not None:
        raise _NotFollowedError
    if head["scope"] == ")":
        return (), head.end()
    clauses, end = _alternatives(pattern, head.end())
    if end >= len(pattern):
        raise _NotFollowedError
    return clauses if head["around"] in {None, "="} else (), end + 1


def _best(candidates: Iterable[Needles]) -> Needles:
    """Those whose shortest text is longest; none where all are short."""
    usable = [one for one in candidates if one and min(map(len, one)) >= _SHORTEST]
    return max(usable, key=lambda one: (min(map(len, one)), -len(one)), default=frozenset())
