"""JSON to values, and the lines of its keys and elements: comments and commas at the end are taken too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias, cast

from bot.checks.readiness.facts.document_error import DocumentError
from bot.model import Json

Place: TypeAlias = tuple[str | int, ...]

_MAX_DEPTH = 200
_TOKEN = re.compile(
    # An end that is missing is the end of the text: what would be tried again from each place costs its square.
    r"""(?P<space>[ \t\r\n]+|//[^\n]*|/\*(?:.*?\*/|.*))|(?P<mark>[{}\[\],:])"""
    r"""|(?P<text>"(?:[^"\\]++|\\.)*+"?)|(?P<word>[^\s{}\[\],:"]+)""",
    re.DOTALL,
)


_BRACKET = re.compile(r'[\[{\]}]|"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def parse_json(text: str) -> Json:
    """The value of a text.

    Raises:
        DocumentError: it is broken or nested too deep.
    """
    plain = text.lstrip("\ufeff")
    _check_depth(plain)
    try:
        return cast("Json", json.loads(plain))
    except (ValueError, RecursionError):
        pass
    kept = _without_extras(plain)
    try:
        return cast("Json", json.loads(kept))
    except json.JSONDecodeError as error:
        raise DocumentError(error.lineno, "not JSON") from None
    except (ValueError, RecursionError):
        raise DocumentError(1, "not JSON") from None


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKET.finditer(text):
        first = found[0][0]
        depth += (first in "[{") - (first in "]}")
        if depth > _MAX_DEPTH:
            raise DocumentError(text.count("\n", 0, found.start()) + 1, f"nested more than {_MAX_DEPTH} levels deep")


def _without_extras(text: str) -> str:
    """The text with comments as spaces and without commas before a closing bracket; its lines stay."""
    parts: list[str] = []
    comma: int | None = None
    for found in _TOKEN.finditer(text):
        if found["space"] is not None:
            parts.append("\n" * found[0].count("\n") or " ")
            continue
        if found["mark"] in {"}", "]"} and comma is not None:
            parts[comma] = ""
        comma = len(parts) if found["mark"] == "," else None
        parts.append(found[0])
    return "".join(parts)


def find_json_lines(text: str) -> dict[Place, int]:
    """The 1-based line of each key and each element, by place, of a text that is JSON."""
    lines: dict[Place, int] = {(): 1}
    # One entry an open bracket: its place, and the key or the number of the element that is read.
    stack: list[tuple[Place, str | int | None]] = []
    for mark, value, line in _tokens(text):
        if mark in {"{", "["}:
            place = _start(stack, lines, line)
            stack.append((place, None if mark == "{" else 0))
        elif mark in {"}", "]"}:
            if stack:
                stack.pop()
        elif mark == "," and stack:
            place, key = stack[-1]
            stack[-1] = (place, key + 1 if isinstance(key, int) else None)
        elif value is not None and stack:
            place, key = stack[-1]
            if key is None:
                stack[-1] = (place, value)
                lines[(*place, value)] = line
            elif isinstance(key, int):
                lines[(*place, key)] = line
    return lines


def _start(stack: list[tuple[Place, str | int | None]], lines: dict[Place, int], line: int) -> Place:
    if not stack:
        return ()
    place, key = stack[-1]
    here = (*place, key if key is not None else 0)
    lines.setdefault(here, line)
    return here


def _tokens(text: str) -> Iterator[tuple[str | None, str | None, int]]:
    line = 1
    for found in _TOKEN.finditer(text):
        if found["mark"]:
            yield found[0], None, line
        elif found["text"]:
            yield None, _unquoted(found[0]), line
        elif found["word"]:
            yield None, found[0], line
        line += found[0].count("\n")


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
