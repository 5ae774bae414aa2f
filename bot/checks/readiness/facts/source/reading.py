"""Reads the text of a source file into its elements.

A file over a limit, and one whose brackets nest too deep, is not parsed: an `Unknown` says so. Faulty code is read as
far as it can be: the grammars go on after an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.source import naming
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.languages import Syntax, load
from bot.model import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

# Longer files are generated, or data: what serves requests is shorter by far.
MAX_BYTES = 512 * 1024
_MAX_DEPTH = 400
# All texts of elements together, as a multiple of the file; what is nested is kept once a level.
_MAX_TEXTS = 40
_LEAST_ROOM = 100_000
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_OPENING = frozenset(b"([{")
_NOT_LINE_BREAK = re.compile(rb"[^\n\r]")


@lru_cache(maxsize=4096)
def read_source(path: str, content: bytes, syntax: Syntax) -> SourceFile:
    """The file's elements, in the order of their first character."""
    fault = _find_fault(content)
    return _unread(path, syntax, fault) if fault else _parse(path, content, syntax)


def _unread(path: str, syntax: Syntax, reason: str) -> SourceFile:
    settle = "keep source files short and flat"
    return SourceFile(path, syntax.name, fault=Unknown(reason=reason, settle=settle, path=path, line=1))


def _find_fault(content: bytes) -> str | None:
    if len(content) > MAX_BYTES:
        return f"the file has {len(content):,} bytes; source is read up to {MAX_BYTES:,}"
    if b"\0" in content:
        return "the file holds a NUL byte: it is no source code"
    if _nests_deeper(content, _MAX_DEPTH):
        return f"brackets nest deeper than {_MAX_DEPTH}"
    return None


def _nests_deeper(content: bytes, limit: int) -> bool:
    brackets = content.translate(None, _NOT_BRACKETS)
    if len(brackets) <= limit:
        return False
    depth = 0
    for one in brackets:
        depth = depth + 1 if one in _OPENING else max(depth - 1, 0)
        if depth > limit:
            return True
    return False


def _parse(path: str, content: bytes, syntax: Syntax) -> SourceFile:
    from tree_sitter import Parser, QueryCursor

    grammar, query = load(syntax)
    tree = Parser(grammar).parse(content)
    captures = QueryCursor(query).captures(tree.root_node)
    comments = captures.pop("comment", [])
    code = _blank(content, comments)
    found: list[Element] = []
    room = _MAX_TEXTS * len(content) + _LEAST_ROOM
    for kind, nodes in captures.items():
        read = naming.READERS[kind]
        for node in nodes:
            elements = read(node, code, syntax.name)
            room -= sum([len(one.text) for one in elements])
            if room < 0:
                return _unread(path, syntax, "calls nest too deep")
            found += elements
    return SourceFile(path, syntax.name, code, tuple(_nest(found)))


def _blank(content: bytes, comments: list[Node]) -> bytes:
    if not comments:
        return content
    pieces, position = [], 0
    for node in sorted(comments, key=lambda node: node.start_byte):
        if node.start_byte < position:
            continue
        pieces += [
            content[position : node.start_byte],
            _NOT_LINE_BREAK.sub(b" ", content[node.start_byte : node.end_byte]),
        ]
        position = node.end_byte
    return b"".join([*pieces, content[position:]])


def _nest(found: list[Element]) -> Iterator[Element]:
    """Yield the elements by place, each with its parent; a function takes the name of what it is assigned to."""
    # Of two at the same place the condition is outside.
    found.sort(key=lambda one: (one.start, -one.end, one.kind is not Kind.BRANCH))
    open_at: list[int] = []
    for position, element in enumerate(found):
        while open_at and found[open_at[-1]].end <= element.start:
            open_at.pop()
        parent = open_at[-1] if open_at else -1
        kind, name, text, line, end_line, start, end, _ = element
        if not name and kind is Kind.FUNCTION and parent >= 0 and found[parent].kind is Kind.ASSIGN:
            name = found[parent].name
        yield Element(kind, name, text, line, end_line, start, end, parent)
        open_at.append(position)
