"""What is kept of a source file: its elements, flat, each with its place and the element that encloses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from bot.model import Unknown

# The last statement of a branch, which is one of a single line.
_LEAVES = re.compile(r"(?:^|[\n;{:])[ \t]*return\b[^\n;{}]*;?\s*\}?\s*$")
_MAX_LEAVING = 300
# A function leaves early for what it runs in at its begin, and has few of these.
_MAX_GUARDS = 20


class Kind(StrEnum):
    """What an element is, and so what its `name` and `text` hold."""

    IMPORT = "import"  # name: module; text: the names that it binds, separated by blanks
    CALL = "call"  # name: what is called, such as `app.use`; text: the arguments
    DECORATOR = "decorator"  # name; text: the arguments, empty without any
    ASSIGN = "assign"  # name: variable, field or key; text: the value
    FUNCTION = "function"  # name, empty for an anonymous one
    CLASS = "class"  # name; text: its bases
    BRANCH = "branch"  # text: the condition under which what it encloses runs; name: `not` for the other branch


class Element(NamedTuple):
    """One element of a source file; a tuple, since a file has hundreds and making one of these is quickest.

    Attributes:
        line: 1-based, of its first character; `end_line` of its last.
        start: byte offset; `end` is the first byte behind it.
        parent: index of the nearest element that encloses it in the file's `elements`; -1 at the top.
    """

    kind: Kind
    name: str
    text: str
    line: int
    end_line: int
    start: int
    end: int
    parent: int = -1

    @property
    def last_name(self) -> str:
        """The last part of a dotted name: `use` of `app.use`."""
        return self.name.replace("::", ".").replace("->", ".").replace("?.", ".").rpartition(".")[2]


@dataclass(frozen=True)
class SourceFile:
    """A parsed source file.

    Attributes:
        content: its bytes with comments and documentation strings blanked, line for line.
        fault: why it was not parsed; then there are no elements and no content.
    """

    path: str
    language: str
    content: bytes = field(default=b"", repr=False)
    elements: Sequence[Element] = field(default=(), repr=False)
    fault: Unknown | None = None

    @cached_property
    def code(self) -> str:
        """Its text with comments and documentation strings blanked."""
        return self.between(0, len(self.content))

    def between(self, start: int, end: int) -> str:
        """The code from one byte to another."""
        return self.content[start:end].decode("utf-8", "replace")

    def text(self, element: Element) -> str:
        """All of an element's code."""
        return self.between(element.start, element.end)

    @cached_property
    def lines(self) -> Sequence[str]:
        """The code line by line; line 1 is at index 0."""
        return self.code.split("\n")

    @cached_property
    def imports(self) -> Sequence[Element]:
        """The imports."""
        return self._of(Kind.IMPORT)

    @cached_property
    def calls(self) -> Sequence[Element]:
        """The calls, `new` and macros too."""
        return self._of(Kind.CALL)

    @cached_property
    def decorators(self) -> Sequence[Element]:
        """Decorators, annotations, attributes."""
        return self._of(Kind.DECORATOR)

    @cached_property
    def assigns(self) -> Sequence[Element]:
        """Assignments, and keys of literals."""
        return self._of(Kind.ASSIGN)

    @cached_property
    def functions(self) -> Sequence[Element]:
        """Functions and methods."""
        return self._of(Kind.FUNCTION)

    @cached_property
    def classes(self) -> Sequence[Element]:
        """Classes, interfaces, structs."""
        return self._of(Kind.CLASS)

    def around(self, element: Element) -> Iterator[Element]:
        """Yield what encloses an element, innermost first."""
        while element.parent >= 0:
            element = self.elements[element.parent]
            yield element

    def conditions(self, element: Element) -> Sequence[tuple[str, bool]]:
        """The conditions under which an element runs, innermost first; False marks the other branch.

        What stands behind `if a: return` runs where `a` does not hold.
        """
        around = [(one.text, one.name != "not") for one in self.around(element) if one.kind is Kind.BRANCH]
        return [*around, *self._guards_before(element)]

    def _guards_before(self, element: Element) -> Iterator[tuple[str, bool]]:
        guards, at = self._guards, element.parent
        while guards and at >= 0:
            before = [one for one in guards.get(at, ())[:_MAX_GUARDS] if one.end <= element.start]
            yield from ((one.text, one.name == "not") for one in before)
            at = self.elements[at].parent

    @cached_property
    def _guards(self) -> Mapping[int, Sequence[Element]]:
        """The branches that end by leaving their function, by what encloses them."""
        found: dict[int, list[Element]] = {}
        for one in self._of(Kind.BRANCH):
            if _LEAVES.search(self.text(one)[-_MAX_LEAVING:]):
                found.setdefault(one.parent, []).append(one)
        return found

    def functions_around(self, element: Element) -> Sequence[Element]:
        """The functions that enclose an element, innermost first."""
        return [one for one in self.around(element) if one.kind is Kind.FUNCTION]

    def class_around(self, element: Element) -> Element | None:
        """The class that encloses an element."""
        return next((one for one in self.around(element) if one.kind is Kind.CLASS), None)

    def _of(self, kind: Kind) -> Sequence[Element]:
        return [one for one in self.elements if one.kind is kind]
