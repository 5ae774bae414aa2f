"""Secrets that only their context gives away, where no provider gave them a form.

Out of sight: values of fewer than eight characters, and passwords that are plain words.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from functools import cached_property
from itertools import chain

from bot.checks.secrets.assigned import find_assigned
from bot.checks.secrets.candidates import TooManyCandidates
from bot.checks.secrets.contexts import find_in_syntax
from bot.checks.secrets.hits import Hit
from bot.checks.secrets.values import Strength

MAX_CANDIDATES = 20_000
_SMALL_LETTERS = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def find_in_context(text: str, path: str) -> tuple[list[Hit], bool]:
    r"""Find the values of a text that their context calls secrets.

    Args:
        text: any text; its lines end with `\n`.
        path: where it stands, which says what its syntax may be; empty for a commit message.

    Returns:
        The hits in no order, and whether all of it was looked at: past `MAX_CANDIDATES` values, or
        half a million names, it is not.
    """
    folded, lines, hits = _fold(text), _LineIndex(text), list[Hit]()
    try:
        for candidate in chain(find_assigned(text, folded, path), find_in_syntax(text, folded, path)):
            if len(hits) >= MAX_CANDIDATES:
                return hits, False
            line, column = lines.locate(candidate.start)
            certain = candidate.strength is Strength.STRONG
            hits.append(Hit(candidate.rule, line, column, candidate.value, candidate.value, certain, generic=True))
    except TooManyCandidates:
        return hits, False
    return hits, True


def _fold(text: str) -> str:
    folded = text.lower()
    # Some letters have small forms of two characters, which would shift all that follows.
    return folded if len(folded) == len(text) else text.translate(_SMALL_LETTERS)


class _LineIndex:
    """Turns offsets to lines and columns."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    def locate(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
