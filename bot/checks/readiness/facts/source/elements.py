"""What is kept of a source file: its elements, flat, each with its place and the element that encloses it.

A repository has hundreds of thousands of elements, and few of them are ever asked for. As a file is read, names and
places are kept in columns; elements are made of those when somebody asks a file for its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from bot.checks.readiness.facts.needles import Words, find_needles, find_words, may_name
from bot.checks.readiness.facts.source.columns import Columns, Kind, as_text, blank
from bot.checks.readiness.facts.source.importing import find_renamed, is_imported, may_import
from bot.model import Unknown

__all__ = ["Element", "Kind", "SourceFile"]

# The last statement of a branch, which is one of a single line.
_LEAVES = re.compile(rb"(?:^|[\n;{:])[ \t]*(return)\b[^\n;{}]*;?\s*\}?\s*$")
# A value of several lines is returned, such as a function; nothing runs behind it.
_LEAVES_WITH = re.compile(rb"(?:^|[\n;{:])[ \t]*(return)\b[^\n;{}]*[({\[][ \t]*\r?\n")
_MAX_LEAVING = 300
# A function leaves early for what it runs in at its begin, and has few of these.
_MAX_GUARDS = 20

# A comment that a file begins with. Some languages end lines with more than a line feed, and code may follow.
_HEAD = re.compile(rb"\s*+/\*.*?\*/|(?:\s*+//(?:[^\r\n\xe2]|\xe2(?!\x80[\xa8\xa9]))*+[\r\n])+", re.DOTALL)
_HEADS = {
    **dict.fromkeys(("python", "ruby"), re.compile(rb"(?:\s*+#[^\r\n]*+[\r\n])+")),
    "php": re.compile(rb"\s*+<\?php\s*+/\*.*?\*/", re.DOTALL),
}
# What comes behind the name of what gets a value: no other name and no argument, but for Go, where the type may.
_GIVEN = rb"(?:[;,:\[/\s%s]|(?:\?\?|<<|>>>?|[-+*%%&|^])?=|$)"
_FOLLOWS = {"java": _GIVEN % b"", "csharp": _GIVEN % b"{", "go": b""}
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LINE_BREAK = re.compile(rb"\n")


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
class Parsed:
    """What a parser makes of a file.

    Attributes:
        comments: where comments and documentation strings begin and end, one after another.
        columns: what was found in it.
        fault: why it was not parsed; then there are no elements and no content.
    """

    comments: Sequence[int] = ()
    columns: Columns = field(default_factory=Columns)
    fault: Unknown | None = None


class SourceFile:
    """A source file, which is parsed when somebody asks for what that takes."""

    def __init__(
        self,
        path: str,
        language: str,
        original: bytes = b"",
        parse: Callable[[], Parsed] = Parsed,
        fault: Unknown | None = None,
    ) -> None:
        self.path = path
        self.language = language
        self.fault = fault
        """Why it is not parsed; what only shows as it is parsed is told from then on."""
        self.original = b"" if fault else original
        self._parse = Parsed if fault else parse
        self._called: dict[Kind, Mapping[str, Sequence[Element]]] = {}
        # What its bytes tell, by the question: of what stays, both sides of a change ask the same.
        self._told: dict[Words | str, bool] = {}
        self._holding: dict[str, Sequence[Element]] = {}

    @cached_property
    def _parsed(self) -> Parsed:
        parsed = self._parse()
        self.fault = self.fault or parsed.fault
        return parsed

    def may_hold(self, pattern: re.Pattern[str]) -> bool:
        """Whether the name or the text of an element may match, told by its bytes alone."""
        return self.may_name(find_words(pattern.pattern, folded=bool(pattern.flags & re.IGNORECASE)))

    def may_name(self, words: Words) -> bool:
        """Whether it may hold what the words are of, told by its bytes without the comment at its begin."""
        if words not in self._told:
            self._told[words] = may_name(self.original, words, self._begin)
        return self._told[words]

    def may_import(self, pattern: str) -> bool:
        """Whether the name of a module that it imports may match, told by its bytes."""
        if pattern not in self._told:
            self._told[pattern] = may_import(self.original[self._begin :], find_needles(pattern), self.language)
        return self._told[pattern]

    def may_assign(self, name: str, *, to_member: bool = False) -> bool:
        """Whether it may give something of that name a value, or a member of something, told by its bytes."""
        follows = _FOLLOWS.get(self.language, rb"(?![\w.(])")
        found = _assigned(name, follows, to_member).finditer(self.original, self._begin)
        return not follows or any(not is_imported(self.original, one.start(), at) for at, one in enumerate(found))

    @cached_property
    def _begin(self) -> int:
        # Half of all files begin with a license, which mentions a lot.
        head = _HEADS.get(self.language, _HEAD).match(self.original)
        return head.end() if head else 0

    @cached_property
    def content(self) -> bytes:
        """Its bytes with comments and documentation strings blanked, line for line."""
        return b"" if self._parsed.fault else blank(self.original, self._parsed.comments)

    def says(self, text: str) -> bool:
        """Whether a text stands in its code; where it is nowhere in the file, that is not parsed to tell."""
        return text.encode() in self.original and text in self.code

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
    def elements(self) -> Sequence[Element]:
        """The elements, in the order of their first character."""
        return tuple(_nest(self._columns, self.content))

    @property
    def _columns(self) -> Columns:
        return self._parsed.columns

    def names(self, kind: Kind) -> frozenset[str]:
        """The names of the elements of a kind: whoever looks for one need not have elements made where it is not."""
        # A function may have the name of what it is assigned to, which is told as elements are made.
        return self._function_names if kind is Kind.FUNCTION else self._names.get(kind, frozenset())

    @cached_property
    def _function_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.functions)

    @cached_property
    def _names(self) -> Mapping[Kind, frozenset[str]]:
        names: dict[Kind, set[str]] = {}
        for kind, name in zip(self._columns.kinds, self._columns.names, strict=True):
            names.setdefault(kind, set()).add(name)
        return {kind: frozenset(of_kind) for kind, of_kind in names.items()}

    def holds(self, name: re.Pattern[str], *kinds: Kind) -> bool:
        """Whether the whole name of an element of one of the kinds matches."""
        return self.may_hold(name) and any(any(self._matches(name, one) for one in self.names(kind)) for kind in kinds)

    def named(self, kind: Kind, name: re.Pattern[str]) -> Sequence[Element]:
        """The elements of a kind whose whole name matches."""
        wanted = {one for one in self.names(kind) if self._matches(name, one)} if self.may_hold(name) else ()
        return [one for one in self._of(kind) if one.name in wanted] if wanted else []

    def _matches(self, pattern: re.Pattern[str], name: str) -> bool:
        """Whether a whole name matches, or what it is called where nobody gives its package of Go another name."""
        if pattern.fullmatch(name):
            return True
        head, _, rest = name.partition(".")
        package = self._renamed.get(head) if rest else None
        return package is not None and pattern.fullmatch(f"{package}.{rest}") is not None

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """The packages of Go that it imports by another name than their own, by that name."""
        return dict(find_renamed(self.original)) if self.language == "go" else {}

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

    def decorating(self, element: Element) -> Sequence[Element]:
        """The decorators that stand directly in an element, as the annotations of a class or function of Java do."""
        return self._decorating.get(id(element), ())

    @cached_property
    def _decorating(self) -> Mapping[int, Sequence[Element]]:
        found: dict[int, list[Element]] = {}
        for one in self.decorators:
            if one.parent >= 0:
                found.setdefault(id(self.elements[one.parent]), []).append(one)
        return found

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

    @cached_property
    def declared(self) -> Sequence[Element]:
        """Functions and classes, in the order of their first character."""
        return sorted([*self.functions, *self.classes], key=lambda one: one.start)

    def called(self, kind: Kind, name: str) -> Sequence[Element]:
        """The elements of a kind whose last name it is, in the order of their first character."""
        if kind not in self._called:
            by_name: dict[str, list[Element]] = {}
            for one in self._of(kind):
                by_name.setdefault(one.last_name, []).append(one)
            self._called[kind] = by_name
        return self._called[kind].get(name, ())

    def classes_at(self, line: int) -> Sequence[Element]:
        """The classes that a line is in, innermost first."""
        behind = bisect_right(self.classes, line, key=lambda one: one.line)
        if not behind:
            return ()
        # What holds the line begins before it, and so holds the last class that does, or is that.
        last = self.classes[behind - 1]
        return [one for one in (last, *self.around(last)) if one.kind is Kind.CLASS and one.end_line >= line]

    def around(self, element: Element) -> Iterator[Element]:
        """Yield what encloses an element, innermost first."""
        while element.parent >= 0:
            element = self.elements[element.parent]
            yield element

    def holding(self, word: str) -> Sequence[Element]:
        """The elements within which a word stands, comments and parts of other words too; all where it is no word."""
        if not _NAME.fullmatch(word):
            return self.elements
        if word not in self._holding:
            ends = [*(at.start() for at in re.finditer(re.escape(word.encode()), self.original)), len(self.original)]
            found = (one for one in self.elements if ends[bisect_left(ends, one.start)] < one.end)
            self._holding[word] = tuple(found) if len(ends) > 1 else ()
        return self._holding[word]

    def inside(self, element: Element) -> Iterator[Element]:
        """Yield what an element encloses, in the order of first characters."""
        elements = self.elements
        for at in range(bisect_left(self._starts, element.start), len(elements)):
            one = elements[at]
            if one.start >= element.end:
                return
            if one.end <= element.end and one is not element:
                yield one

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [one.start for one in self.elements]

    def conditions(self, element: Element) -> Sequence[tuple[str, bool]]:
        """The conditions under which an element runs, innermost first; False marks the other branch.

        What stands behind `if a: return` runs where `a` does not hold.
        """
        around = [(one.text, one.name != "not") for one in self.around(element) if one.kind is Kind.BRANCH]
        return [*around, *self._guards_before(element)]

    def _guards_before(self, element: Element) -> Iterator[tuple[str, bool]]:
        guards, at = self._guards, element.parent
        # What stands in nothing is left as well: `return unless` at the top of a file of Ruby.
        enclosing = [at]
        while guards and at >= 0:
            at = self.elements[at].parent
            enclosing.append(at)
        for at in enclosing if guards else ():
            before = [one for one in guards.get(at, ())[:_MAX_GUARDS] if one.end <= element.start]
            yield from ((one.text, one.name == "not") for one in before)

    @cached_property
    def _guards(self) -> Mapping[int, Sequence[Element]]:
        """The branches that end by leaving their function, by what encloses them."""
        found: dict[int, list[Element]] = {}
        for one in self._of(Kind.BRANCH):
            if any(self._is_own(one, at) for at in self._leaving(one)):
                found.setdefault(one.parent, []).append(one)
        return found

    def _leaving(self, branch: Element) -> Iterator[int]:
        """Yield where a branch may leave its function whenever it runs: at its end, or with a value of more lines."""
        left = _LEAVES.search(self.content[max(branch.start, branch.end - _MAX_LEAVING) : branch.end])
        if left:
            yield branch.end - len(left.string) + left.start(1)
        head = self.content[branch.start : min(branch.end, branch.start + _MAX_LEAVING)]
        for found in _LEAVES_WITH.finditer(head):
            # In braces of its own it may stand in a loop.
            if head.count(b"{", 0, found.start(1)) - head.count(b"}", 0, found.start(1)) <= 1:
                yield branch.start + found.start(1)

    def _is_own(self, branch: Element, at: int) -> bool:
        """Whether a statement runs whenever a branch does that it stands in: in no branch or function within."""
        if any(one.start <= at < one.end for one in self.inside(branch) if one.kind in {Kind.BRANCH, Kind.FUNCTION}):
            return False
        # Loops of Python, which may run never, are told by the indentation.
        same_line = b"\n" not in self.content[branch.start : at]
        return self.language != "python" or same_line or self._column(branch.start) == self._column(at)

    def _column(self, at: int) -> int:
        return at - self.content.rfind(b"\n", 0, at)

    def functions_around(self, element: Element) -> Sequence[Element]:
        """The functions that enclose an element, innermost first."""
        return [one for one in self.around(element) if one.kind is Kind.FUNCTION]

    def class_around(self, element: Element) -> Element | None:
        """The class that encloses an element."""
        return next((one for one in self.around(element) if one.kind is Kind.CLASS), None)

    def _of(self, kind: Kind) -> Sequence[Element]:
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> Mapping[Kind, Sequence[Element]]:
        if not self._columns.names:
            return {}
        elements: dict[Kind, list[Element]] = {}
        for one in self.elements:
            elements.setdefault(one.kind, []).append(one)
        return elements


@lru_cache(maxsize=256)
def _assigned(name: str, follows: bytes, to_member: bool) -> re.Pattern[bytes]:  # noqa: FBT001 - a part of the key
    text, before = re.escape(name).encode(), rb"\w" if to_member else rb"[\w.]"
    # What begins with a text is looked for fastest.
    return re.compile(rb"%b(?<!%b%b)(?!\w)[ \t]*+%b" % (text, before, text, follows))


def _nest(columns: Columns, content: bytes) -> Iterator[Element]:
    """Yield the elements by place, each with its parent; a function takes the name of what it is assigned to."""
    code = as_text(content)
    breaks = [found.start() for found in _LINE_BREAK.finditer(content)]
    # What encloses what comes next: its place, its end, and the name that it assigns.
    around: list[tuple[int, int, str]] = []
    for position, (kind, own_name, start, end, text) in enumerate(columns.by_place(code)):
        while around and around[-1][1] <= start:
            around.pop()
        parent, _, assigned = around[-1] if around else (-1, 0, "")
        name = assigned if kind is Kind.FUNCTION and not own_name else own_name
        line = bisect_left(breaks, start)
        end_line = bisect_left(breaks, end, line)
        yield Element(kind, name, text, line + 1, end_line + 1, start, end, parent)
        around.append((position, end, name if kind is Kind.ASSIGN else ""))
