"""A parsed file: its values, and the line of each key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

# Lock files nest a few levels; npm's first format one for each level of the dependency tree.
MAX_DEPTH: Final = 100

Key: TypeAlias = str | int


class UnreadableError(Exception):
    """A file, or a part that the rest depends on, cannot be read. The reason never holds the file's own text."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


class Lines:
    """The lines of a value and of what it holds: a tree that mirrors the values. Leaves are bare numbers."""

    __slots__ = ("children", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.children: dict[Key, Lines | int] = {}

    def child(self, key: Key, line: int) -> Lines:
        """The part under a key; made, with this line, where there is none."""
        child = self.children.get(key)
        if not isinstance(child, Lines):
            child = self.children[key] = Lines(line)
        return child


class Place:
    """A value within a file: read members by name, ask for lines, never fear a type.

    What is missing or of another type than asked for comes as empty; readers say what they cannot do without.
    """

    __slots__ = ("_lines", "key", "line", "value")

    def __init__(self, value: object, lines: Lines | int, key: str = "") -> None:
        self.value, self._lines, self.key = value, lines, key
        self.line: int = lines if isinstance(lines, int) else lines.line

    def get(self, *keys: str) -> Place:
        """The place under keys; the line is that of the nearest one that there is."""
        place = self
        for key in keys:
            value = place.value.get(key) if isinstance(place.value, dict) else None
            place = Place(value, place._lines_of(key), key)
        return place

    @property
    def keys(self) -> list[str]:
        """The keys of a mapping."""
        return [str(key) for key in self.value] if isinstance(self.value, dict) else []

    def members(self) -> Iterator[Place]:
        """The places of a mapping's values, with their `key`."""
        for key, value in self.value.items() if isinstance(self.value, dict) else ():
            yield Place(value, self._lines_of(key), str(key))

    def elements(self) -> Iterator[Place]:
        """The places of a list's elements."""
        for index, value in enumerate(self.value if isinstance(self.value, list) else ()):
            yield Place(value, self._lines_of(index), str(index))

    @property
    def text(self) -> str:
        """The value where it is text, else empty."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def texts(self) -> list[str]:
        """The elements that are text, of a list."""
        return [one for one in self.value if isinstance(one, str)] if isinstance(self.value, list) else []

    def text_at(self, key: str) -> str:
        """The text of a member, or empty; of use where a file has tens of thousands and nobody asks for the line."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else ""

    def is_true_at(self, key: str) -> bool:
        """Whether a member is true."""
        return isinstance(self.value, dict) and self.value.get(key) is True

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def _lines_of(self, key: Key) -> Lines | int:
        if isinstance(self._lines, int):
            return self._lines
        return self._lines.children.get(key, self._lines.line)
