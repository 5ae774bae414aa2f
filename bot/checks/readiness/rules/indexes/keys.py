"""One column that points at another table, and the index that begins with it; and lines of a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass


class Lines:
    """The line, from 1, of a place in a text; a text has thousands of places that are asked for."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, position: int) -> int:
        """The line of a character."""
        return bisect_right(self._starts, position)


@dataclass(frozen=True)
class Key:
    """A foreign key, by its declaration or by its name (`user_id`).

    Attributes:
        index: path and line of the index; None where there is none.
    """

    table: str
    column: str
    path: str
    line: int
    index: tuple[str, int] | None
