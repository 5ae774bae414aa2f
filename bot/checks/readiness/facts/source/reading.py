"""Reads the text of a source file into its elements.

A file over a limit, and one whose brackets nest too deep, is not parsed: an `Unknown` says so. Faulty code is read as
far as it can be: the grammars go on after an error.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.source.columns import Columns, Found, as_text
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.languages import Syntax, load
from bot.checks.readiness.facts.source.naming import Reader
from bot.model import Unknown

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

# Longer files are generated, or data: what serves requests is shorter by far.
MAX_BYTES = 512 * 1024
_MAX_DEPTH = 400
# All texts of elements together, as a multiple of the file; what is nested is kept once a level.
_MAX_TEXTS = 40
_LEAST_ROOM = 100_000
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_OPENING = frozenset(b"([{")
_NOT_LINE_BREAK = re.compile(rb"[^\n\r]")


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

    grammar, query, reader = _load(syntax)
    tree = Parser(grammar).parse(content)
    captures = QueryCursor(query).captures(tree.root_node)
    code = _blank(content, captures.pop("comment", []))
    text = as_text(code)
    found: list[Found] = []
    room = _MAX_TEXTS * len(content) + _LEAST_ROOM
    for kind, nodes in captures.items():
        read = reader.of(kind)
        for node in nodes:
            elements = read(node, text)
            for _, _, _, _, start, end, written in elements:
                room -= end - start if written is None else len(written)
            if room < 0:
                return _unread(path, syntax, "calls nest too deep")
            found += elements
    return SourceFile(path, syntax.name, code, Columns.of(found))


@cache
def _load(syntax: Syntax) -> tuple[Language, Query, Reader]:
    grammar, query = load(syntax)
    return grammar, query, Reader(grammar, syntax.name)


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
