"""XML with the lines of its elements, by expat. Document types are refused: with them come entities that grow.

Names come without their namespaces.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from bot.checks.security.text.decode import decode
from bot.checks.security.text.located import MAX_DEPTH, UnreadableError

_MAX_ELEMENTS: Final = 500_000


class Element:
    """An element: its name, attributes, text, children, and the line of its start and of its text."""

    __slots__ = ("attributes", "children", "line", "name", "parts", "text_line")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.children: list[Element] = []
        self.parts: list[str] = []
        self.text_line = line

    @property
    def text(self) -> str:
        """The text directly within, without blanks around it."""
        return "".join(self.parts).strip()

    def find(self, *names: str) -> Element | None:
        """The first element under names, one below the other."""
        found: Element | None = self
        for name in names:
            found = next((one for one in found.children if one.name == name), None) if found else None
        return found

    def text_of(self, *names: str) -> str:
        """The text of the first element under names, or empty."""
        found = self.find(*names)
        return found.text if found else ""

    def iterate(self) -> Iterator[Element]:
        """Yield the element and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def read_xml(content: bytes) -> Element:
    """The root element.

    Raises:
        UnreadableError: it is no XML, has a document type, or is larger or deeper than lock files are.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A mark says how the file is encoded, whatever its first line says.
    reader = _Reader("utf-8" if marked else None)
    content = decode(content).encode() if marked else content
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise UnreadableError(error.lineno, "is not XML") from None
    except (LookupError, ValueError):
        raise UnreadableError(1, "is in an encoding that is not known") from None
    if reader.root is None:
        raise UnreadableError(1, "is empty")
    return reader.root


class _Reader:
    def __init__(self, encoding: str | None) -> None:
        self.root: Element | None = None
        self._stack: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate(encoding)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add_text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise UnreadableError(self.parser.CurrentLineNumber, "has a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self._count += 1
        if len(self._stack) >= MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise UnreadableError(line, f"has more than {_MAX_ELEMENTS:,} elements or {MAX_DEPTH} levels")
        element = Element(name.rpartition(":")[2], attributes, line)
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self.root = element
        self._stack.append(element)

    def _end(self, _: str) -> None:
        self._stack.pop()

    def _add_text(self, text: str) -> None:
        element = self._stack[-1]
        if not element.parts and text.strip():
            element.text_line = self.parser.CurrentLineNumber
        if element.parts or text.strip():
            element.parts.append(text)
