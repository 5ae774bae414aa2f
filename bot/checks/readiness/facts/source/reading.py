"""Reads the text of a source file into its elements.

A file over a limit, and one whose brackets nest too deep, is not parsed: an `Unknown` says so. Faulty code is read as
far as it can be: the grammars go on after an error.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.source.columns import Columns, Found, as_text, blank
from bot.checks.readiness.facts.source.elements import Parsed, SourceFile
from bot.checks.readiness.facts.source.languages import Syntax, load
from bot.checks.readiness.facts.source.naming import Reader
from bot.model import Unknown

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

# Longer files are generated, or data: what serves requests is shorter by far.
MAX_BYTES = 512 * 1024
_MAX_DEPTH = 400
# One byte of at least so many.
_MOST_NULS = 100
# All texts of elements together, as a multiple of the file; what is nested is kept once a level.
_MAX_TEXTS = 40
_NOT_TO_EDIT = re.compile(
    rb"@generated|(?:do not|don't|should not|must not)(?: be)? (?:manually )?"
    rb"(?:edit|modif|change|touch|make direct changes)",
    re.IGNORECASE,
)
# What browsers are given as it is, in the form in which libraries are published.
_PUBLISHED = re.compile(r"(?:^|/)(?:static|public|assets|wwwroot|webroot)/(?:.*/)?[^/]*\.[cm]?js$")
_MAX_HEAD = 1_500
_LEAST_ROOM = 100_000
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_OPENING = frozenset(b"([{")


def read_source(path: str, content: bytes, syntax: Syntax, parse: Callable[[], Parsed]) -> SourceFile:
    """The file; `parse` is asked once somebody asks for its elements."""
    if len(content) > MAX_BYTES and (_is_generated(content) or _PUBLISHED.search(path)):
        # A tool's output, or a library's, shows nothing of what the product has; nobody writes as much by hand.
        return SourceFile(path, syntax.name)
    return SourceFile(path, syntax.name, content, parse, find_fault(path, content))


def unpack(made: Parsed) -> Parsed:
    """What another process handed over."""
    # Names that repeat from file to file came as copies.
    return replace(made, columns=made.columns.with_shared_names())


def blank_nuls(content: bytes) -> bytes:
    """A content whose few NUL bytes are blanks: most languages let a text hold one; of many it is no source code."""
    return content.replace(b"\0", b" ") if 0 < content.count(0) * _MOST_NULS <= len(content) else content


def find_fault(path: str, content: bytes) -> Unknown | None:
    """Why a file is not parsed, as far as its bytes tell."""
    reason = _find_fault(content)
    return _unread(path, reason) if reason else None


def _unread(path: str, reason: str) -> Unknown:
    return Unknown(reason=reason, settle="keep source files short and flat", path=path, line=1)


def _is_generated(content: bytes) -> bool:
    """Whether the head of a file says that a tool made it, and that nobody is to edit it."""
    head = content[:_MAX_HEAD]
    return b"enerated" in head and _NOT_TO_EDIT.search(head) is not None


def _find_fault(content: bytes) -> str | None:
    if len(content) > MAX_BYTES:
        return f"the file has {len(content):,} bytes; source is read up to {MAX_BYTES:,}"
    if b"\0" in content:
        return "the file holds NUL bytes: it is no source code"
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


def parse(path: str, content: bytes, syntax: Syntax) -> Parsed:
    """What is in a file that `find_fault` finds nothing in."""
    from tree_sitter import Parser, QueryCursor

    grammar, query, reader = _load(syntax)
    tree = Parser(grammar).parse(content)
    captures = QueryCursor(query).captures(tree.root_node)
    # What is built for tests alone is left out as comments are, with what stands in it.
    for_tests = captures.pop("left_out", ())
    comments, left_out = _spans([*captures.pop("comment", ()), *for_tests]), _spans(for_tests)
    text = as_text(blank(content, comments))
    found: list[Found] = []
    room = _MAX_TEXTS * len(content) + _LEAST_ROOM
    for kind, nodes in captures.items():
        if kind.startswith("_"):
            continue
        read = reader.of(kind)
        for node in nodes:
            if left_out and bisect_right(left_out, node.start_byte) % 2:
                continue
            elements = read(node, text)
            for _, _, _, _, start, end, written in elements:
                room -= end - start if written is None else len(written)
            if room < 0:
                return Parsed(fault=_unread(path, "calls nest too deep"))
            found += elements
    return Parsed(comments, Columns.of(found))


@cache
def _load(syntax: Syntax) -> tuple[Language, Query, Reader]:
    grammar, query = load(syntax)
    return grammar, query, Reader(grammar, syntax.name)


def _spans(comments: Sequence[Node]) -> Sequence[int]:
    """Where comments begin and end, one after another; what begins within another counts as a part of that."""
    spans = array("I")
    for start, end in sorted(((node.start_byte, node.end_byte) for node in comments), key=itemgetter(0)):
        if not spans or start >= spans[-1]:
            spans.extend((start, end))
    return spans
