"""Path patterns: `*` and `?` within a folder, `**` across folders.

A pattern matches a whole path from the repository's root. `**` is a segment of its own and stands for any number of
folders, none included; at the end it stands for everything below. There are no character classes, so that a name
with brackets (`app/[slug]/page.tsx`) stands for itself. Matching takes time in proportion to the length of pattern
times path, whatever they hold.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

_ANY_FOLDERS = "**"


class Glob:
    """One compiled pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._segments = tuple(pattern.split("/"))

    def matches(self, path: str) -> bool:
        """Whether the pattern stands for the path."""
        if self._literal is not None:
            return path == self._literal
        # The tail is what most patterns tell files apart by, so it goes first.
        if self._tail is not None and self._tail.fullmatch(path.rpartition("/")[2]) is None:
            return False
        return self._matches_segments(path.split("/"))

    @cached_property
    def _literal(self) -> str | None:
        return None if any(c in self.pattern for c in "*?") else self.pattern

    @cached_property
    def _tail(self) -> re.Pattern[str] | None:
        last = self._segments[-1]
        return None if last == _ANY_FOLDERS else _segment(last)

    def _matches_segments(self, names: list[str]) -> bool:
        # `open_at` holds the numbers of leading pattern segments that the names read so far can have used up.
        open_at = self._skip_folders({0})
        for name in names:
            open_at = self._skip_folders(set(self._advance(open_at, name)))
            if not open_at:
                return False
        return len(self._segments) in open_at

    def _advance(self, open_at: set[int], name: str) -> list[int]:
        moved = []
        for position in open_at:
            if position == len(self._segments):
                continue
            segment = self._segments[position]
            if segment == _ANY_FOLDERS:
                moved.append(position)
                if position == len(self._segments) - 1:
                    moved.append(position + 1)
            elif _segment(segment).fullmatch(name):
                moved.append(position + 1)
        return moved

    def _skip_folders(self, open_at: set[int]) -> set[int]:
        last = len(self._segments) - 1
        for position in sorted(open_at):
            following = position
            while following < last and self._segments[following] == _ANY_FOLDERS:
                following += 1
                open_at.add(following)
        return open_at


@lru_cache(maxsize=4096)
def _segment(text: str) -> re.Pattern[str]:
    # Atomic groups, as in the standard library's fnmatch: each star takes the shortest run to the next literal and
    # never gives it back, which is right for one name and cannot backtrack.
    parts = [re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", text)]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    head, *middle, tail = parts
    body = "".join(f"(?>.*?{part})" for part in middle)
    return re.compile(f"{head}{body}.*{tail}", re.DOTALL)
