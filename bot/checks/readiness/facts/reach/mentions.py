"""Where a file uses a name, and what of it others can use by a name."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile

EXPORTS = re.compile(r"module\.exports|exports(?:\.\w+)?|default")
# A key of a literal that holds a function is none: `useFactory: () => client`.
VARIABLE = re.compile(r"[\w$.]+\s*(?::(?!\s*(?:async\s+)?function\b)[^=]{0,400})?=(?!>)")
_VARIABLE_OF_GO = re.compile(r"[\w.]{1,99}(?:, ?[\w.]{1,99}){0,9} ?:?=")
_MENTIONING = frozenset({Kind.CALL, Kind.DECORATOR, Kind.ASSIGN})
_FUNCTION = re.compile(r"(?:async\s+)?function\b")


def word_of(name: str) -> re.Pattern[str]:
    """A pattern of a name as a whole word."""
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")


def is_variable(file: SourceFile, element: Element) -> bool:
    """Whether an element gives a variable a value, and no key of a literal."""
    return element.kind is Kind.ASSIGN and bool(VARIABLE.match(file.text(element)))


def is_declared(file: SourceFile, function: Element) -> bool:
    """Whether others call a function by its name; a callback and a member of an object's literal run with it."""
    if not function.name or file.language not in {"typescript", "go"}:
        return bool(function.name)
    variable = VARIABLE if file.language == "typescript" else _VARIABLE_OF_GO
    parent = file.elements[function.parent] if function.parent >= 0 else None
    if parent is not None and parent.kind is Kind.ASSIGN:
        return bool(variable.match(file.text(parent)))
    return (
        file.language == "go" or bool(_FUNCTION.match(file.text(function))) or file.class_around(function) is not None
    )


def is_decorated(file: SourceFile, target: Element) -> bool:
    """Whether a decorator stands right before a function or class, or on its first line."""
    return any(
        (one.start == target.start or one.end <= target.start)
        and target.line - one.end_line <= 1
        and not file.between(one.end, target.start).strip(" \t\r\n@exportdfaulsyncbi")
        for one in file.decorators
        if abs(one.line - target.line) <= 60  # noqa: PLR2004 - a long decorator
    )


def returns(file: SourceFile, name: str, definition: Element | None) -> Iterator[Element]:
    """Yield the places where a function gives another one to its caller, by a name that it does not call."""
    if "return" not in file.code:
        return
    given = rf"\breturn\b(?:[^\n;{{}}()]{{0,200}}[\s(\[,])?(?P<name>{re.escape(name)})(?![\w$]|\s*[.(=\[])".encode()
    for found in re.finditer(given, file.content):
        start, end = found.span("name")
        if definition is not None and definition.start <= start < definition.end:
            continue
        parent = bisect_right(file.elements, start, key=lambda one: one.start) - 1
        while parent >= 0 and file.elements[parent].end < end:
            parent = file.elements[parent].parent
        if parent >= 0:
            yield Element(Kind.CALL, name, "", 0, 0, start, end, parent)


def mentions(file: SourceFile, name: str, definition: Element | None) -> Iterator[Element]:
    """Yield what uses a name: calls, decorators, assignments; not its own definition, nor what is inside of that."""
    for one in _mentioning(file, name):
        inside = definition is not None and one.start >= definition.start and one.end <= definition.end
        around = definition is not None and one.start <= definition.start and one.end >= definition.end
        if not inside and not around:
            yield one


@lru_cache(maxsize=128)
def _mentioning(file: SourceFile, name: str) -> Sequence[Element]:
    # Of what many places of a file are called the same is asked for each.
    word = word_of(name)
    return tuple(
        one
        for one in file.holding(name)
        if one.kind in _MENTIONING
        and not (one.kind is Kind.ASSIGN and EXPORTS.fullmatch(one.name))
        and (word.search(one.text) or (one.kind is not Kind.ASSIGN and word.search(one.name)))
    )


def is_of_trait(file: SourceFile, element: Element) -> bool:
    """Whether an element of Rust is a block that says how a type has a trait."""
    return file.language == "rust" and element.kind is Kind.CLASS and bool(element.text and element.name)
