"""TOML with the lines of its keys. The standard library parses; one pass over the text's tokens finds the lines.

Source: https://toml.io/en/v1.0.0 (read 2026-11-30). The tokens are read before the parser runs: it takes time that
grows with the square of a key's parts, and recurses into nested values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Final

from bot.checks.security.text.located import MAX_DEPTH, Lines, Place, UnreadableError

_MAX_PARTS: Final = 32
# A string that does not end goes on: looking for its end again and again would take the square of the text's length.
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"{0,5}'
    r"|'''(?:[^']|'(?!''))*+'{0,5}"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{}=,.\n]"
    r"|[A-Za-z0-9_+:-]++",
    re.DOTALL,
)


def read_toml(text: str) -> Place:
    """The root of a TOML text.

    Raises:
        UnreadableError: it is no TOML, or nested too deep.
    """
    lines = _Finder(text).find()
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        raise UnreadableError(int(found[1]) if found else None, "is not TOML") from None
    except (ValueError, RecursionError):
        raise UnreadableError(None, "is not TOML that can be read: a number or a nesting is out of bounds") from None
    return Place(value, lines)


class _Finder:
    """Walks over lexemes. Of text that is no TOML it makes some tree; the parser then refuses the text."""

    def __init__(self, text: str) -> None:
        self._lexemes = self._tokenise(text)
        self._line = 1
        self._root = Lines(1)
        # The number of elements so far of each list of tables.
        self._counts: dict[int, int] = {}

    def find(self) -> Lines:
        """The lines of all keys."""
        table = self._root
        parts: list[str] = []
        for lexeme in self._lexemes:
            if lexeme == "\n":
                parts = []
            elif lexeme == "[" and not parts:
                table = self._read_header()
            elif lexeme == "=":
                self._read_value(self._descend(table, parts))
                parts = []
            elif lexeme != ".":
                self._add(parts, lexeme)
        return self._root

    def _tokenise(self, text: str) -> Iterator[str]:
        last = 0
        for found in _TOKEN.finditer(text):
            self._line += text.count("\n", last, found.start())
            last = found.start()
            if text[last] != "#":
                yield found[0]

    def _add(self, parts: list[str], lexeme: str) -> None:
        # A bare key may look like a number with a dot, whose dots come as tokens of their own.
        if len(parts) >= _MAX_PARTS:
            raise UnreadableError(self._line, f"has a key of more than {_MAX_PARTS} parts")
        parts.append(_key(lexeme))

    def _read_header(self) -> Lines:
        parts: list[str] = []
        opened = 1
        line = self._line
        for lexeme in self._lexemes:
            if lexeme == "[" and not parts:
                opened += 1
            elif lexeme in ("]", "\n"):
                break
            elif lexeme != ".":
                self._add(parts, lexeme)
        lines = self._descend(self._root, parts)
        if opened == 1:
            lines.line = line
            return self._newest(lines)
        count = self._counts[id(lines)] = self._counts.get(id(lines), -1) + 1
        return lines.child(count, line)

    def _descend(self, lines: Lines, parts: list[str]) -> Lines:
        for part in parts:
            lines = self._newest(lines).child(part, self._line)
        return lines

    def _newest(self, lines: Lines) -> Lines:
        """The last element, of a list of tables."""
        count = self._counts.get(id(lines))
        return lines if count is None else lines.child(count, self._line)

    def _read_value(self, lines: Lines) -> None:
        """Walk to the end of a value, noting keys of inline tables and elements of lists."""
        stack: list[_Open] = []
        for lexeme in self._lexemes:
            top = stack[-1] if stack else None
            if lexeme == "\n":
                if top is None:
                    return
            elif lexeme in ("[", "{"):
                if len(stack) >= MAX_DEPTH:
                    raise UnreadableError(self._line, f"is nested more than {MAX_DEPTH} levels deep")
                stack.append(_Open(self._member(top, lines), is_table=lexeme == "{"))
            elif lexeme in ("]", "}"):
                del stack[-1:]
            elif top is not None:
                self._read_within(top, lexeme)

    def _read_within(self, top: _Open, lexeme: str) -> None:
        if lexeme == ",":
            top.next()
        elif not top.is_table:
            top.lines.children.setdefault(top.index, self._line)
        elif lexeme == "=":
            top.value = self._descend(top.lines, top.parts)
        elif top.value is None and lexeme != ".":
            self._add(top.parts, lexeme)

    def _member(self, top: _Open | None, lines: Lines) -> Lines:
        if top is None:
            return lines
        if top.is_table:
            return top.value if top.value is not None else top.lines
        return top.lines.child(top.index, self._line)


class _Open:
    """An inline table or a list that is open."""

    __slots__ = ("index", "is_table", "lines", "parts", "value")

    def __init__(self, lines: Lines, *, is_table: bool) -> None:
        self.lines, self.is_table = lines, is_table
        self.parts: list[str] = []
        self.value: Lines | None = None
        self.index = 0

    def next(self) -> None:
        """A comma: the next member begins."""
        self.parts, self.value = [], None
        self.index += 1


def _key(lexeme: str) -> str:
    if lexeme[0] == "'":
        return lexeme[1:-1]
    if lexeme[0] != '"':
        return lexeme
    if "\\" not in lexeme:
        return lexeme[1:-1]
    try:
        # Only the parser knows TOML's escapes.
        return str(tomllib.loads(f"key = {lexeme}")["key"])
    except tomllib.TOMLDecodeError:
        return lexeme
