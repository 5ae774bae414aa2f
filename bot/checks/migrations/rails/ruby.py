"""Files of Ruby, parsed with tree-sitter, and the values that their literals give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_BYTES = 3_000_000
# More digits than any number of a schema has, and fewer than Python refuses to write.
_MOST_DIGITS = 100
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "s": " ",
    "e": "\x1b",
    "\n": "",
}


class Symbol(str):
    """`:name`. It equals the text of the same letters, as in most of what Rails takes."""

    __slots__ = ()


@dataclass(frozen=True)
class Sql:
    """An expression that the database evaluates: `-> { "now()" }`."""

    text: str


@dataclass(frozen=True)
class Const:
    """A constant that the file does not define: a class of the application or of Rails."""

    name: str


GAP = "\0"
"""Stands in a text for a part that is not known."""


@dataclass(frozen=True)
class Unread:
    """What cannot be told without running the code: its text and line.

    `pieces` is what is known of it, where it is a text of which parts are known; each `GAP` is any text.
    """

    text: str
    line: int
    pieces: str = GAP


Value: TypeAlias = Any
"""str, Symbol, int, float, bool, None, list, dict, Sql, Const, Unread, or a handle of the interpreter's host."""


@dataclass(frozen=True)
class Source:
    """A parsed file.

    Attributes:
        heredocs: the first byte of each `<<~NAME` to the node of its text.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    root: Node
    heredocs: Mapping[int, Node]
    broken: int | None


class TooBigError(ValueError):
    """A file of over three megabytes."""


@cache
def _parser() -> Parser:
    import tree_sitter_ruby
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_ruby.language()))


def parse(path: str, content: bytes) -> Source:
    """Parse a file.

    Raises:
        TooBigError: it is too long to be read.
    """
    if len(content) > _MAX_BYTES:
        raise TooBigError(path)
    root = _parser().parse(content).root_node
    return Source(path, root, _heredocs(root) if b"<<" in content else {}, _first_error(root))


def _first_error(root: Node) -> int | None:
    if not root.has_error:
        return None
    cursor = root
    while not cursor.is_error and not cursor.is_missing:
        inner = next((child for child in cursor.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        cursor = inner
    return cursor.start_point.row + 1


def _heredocs(root: Node) -> dict[int, Node]:
    """Bodies follow their beginnings in the same order."""
    begins: list[Node] = []
    bodies: list[Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "heredoc_beginning":
            begins.append(node)
        elif node.type == "heredoc_body":
            bodies.append(node)
        stack.extend(reversed(node.children))
    return {begin.start_byte: body for begin, body in zip(begins, bodies, strict=False)}


def text_of(node: Node) -> str:
    """A node as it is written."""
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """The line, from 1, on which a node begins."""
    return node.start_point.row + 1


def unread(node: Node, pieces: str = GAP) -> Unread:
    """A node that cannot be told; `pieces` is what is known of its text."""
    return Unread(" ".join(text_of(node).split())[:80], line_of(node), pieces)


def pieces_of(value: Value) -> str:
    """A value as a text in which a mark stands for each part that is not known."""
    if isinstance(value, Unread):
        return value.pieces
    return str(value) if isinstance(value, str | int | float) else GAP


def unescape(text: str) -> str:
    r"""What an escape sequence stands for; `\u` and `\x` with their digits too."""
    body = text[1:]
    if body[:1] in {"u", "x"}:
        digits = body[1:].strip("{}")
        try:
            letter = chr(int(digits, 16))
        except (ValueError, OverflowError):
            return text
        # Half of a pair is no letter, and cannot be written.
        return text if 0xD800 <= ord(letter) <= 0xDFFF else letter  # noqa: PLR2004 - surrogates
    return _ESCAPES.get(body, body)


def number(text: str) -> int | float | None:
    """A literal number."""
    digits = text.replace("_", "")
    if len(digits) > _MOST_DIGITS:
        return None
    try:
        if digits[:1] == "0" and len(digits) > 1 and digits[1:].isdigit():
            return int(digits, 8)
        return int(digits, 0) if not any(mark in digits for mark in ".eE") or "x" in digits else float(digits)
    except ValueError:
        # A version such as 20080101000009 with a leading zero is no octal number.
        return int(digits) if digits.isdigit() else None


def names_in(value: Value) -> set[str]:
    """Every text in a value: what it may name."""
    found: set[str] = set()
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            found.add(str(one))
        elif isinstance(one, Mapping):
            stack.extend(one.values())
            stack.extend(one)
        elif isinstance(one, Sequence):
            stack.extend(one)
    return found


def has_unread(value: Value) -> bool:
    """Whether a part of a value cannot be told."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Unread | Const):
            return True
        if isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return False


def weight(value: Value, most: int) -> int:
    """How many parts a value has; `most` where it has more."""
    count, stack = 0, [value]
    while stack and count < most:
        one = stack.pop()
        count += 1
        if isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return count
