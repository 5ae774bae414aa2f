"""Routes of Go in tables: structs with a method, a path and a handler, with names before them or without.

`{Method: http.MethodGet, Path: "/a", Handler: f}`, as go-zero has them, and `Route{"Index", "GET", "/", index}`.
What names no handler may as well be what a client asks for, and is no route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.routes.go_constants import Constants
from bot.checks.readiness.facts.routes.route import (
    VERBS,
    Route,
    declare,
    first_text,
    join_paths,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_METHOD = r"(?:\"([A-Z]{3,7})\"|[\w.]{0,60}\bMethod([A-Z][a-z]{2,6}))"
_PATH = r"[\"`](/[^\"`\n]{0,300})[\"`]"
_UNNAMED = re.compile(
    rf"\{{\s*(?:\"[^\"\n]{{0,100}}\"\s*,\s*)?(?:{_METHOD}\s*,\s*{_PATH}|{_PATH}\s*,\s*{_METHOD})\s*,\s*[A-Za-z_]"
)
_UNNAMED_BYTES = re.compile(
    rb"""\{\s*(?:"[^"\n]{0,100}"\s*,\s*)?(?:(?:"[A-Z]{3,7}"|[\w.]{0,60}\bMethod[A-Z]\w{1,8})\s*,\s*["`]/|["`]/[^"`\n]{0,300}["`]\s*,\s*(?:"[A-Z]{3,7}"|[\w.]{0,60}\bMethod[A-Z]\w{1,8})\s*,)"""
)
_NAMED_BYTES = re.compile(rb"\b(?:Handler|HandlerFunc|HandleFunc|Handle|Func|Action|Endpoint)\s*:")
_TABLE = re.compile(r"(?i)route|endpoint|handler|struct")
_PATHS = frozenset({"Path", "Pattern", "Route", "URL", "Url", "URI", "Uri", "Endpoint"})
_METHODS = frozenset({"Method", "HTTPMethod", "HttpMethod", "Verb"})
_HANDLERS = frozenset({"Handler", "HandlerFunc", "HandleFunc", "Handle", "Func", "Action", "Endpoint"})
_STATED = re.compile(_METHOD)


def find_go_tables(source: Source) -> Iterator[Route]:
    """Yield the rows of tables, file by file."""
    for file in source.parsed("Method", "GET", "POST", language="go", pattern=_UNNAMED_BYTES):
        for call in file.calls:
            if call.text.startswith("{") and _TABLE.search(call.name):
                yield from _unnamed(file, call)
    constants = Constants(source)
    for file in source.parsed("Method:", "Method :", "Verb:", language="go", pattern=_NAMED_BYTES):
        yield from _named(file, constants)


def _unnamed(file: SourceFile, call: Element) -> Iterator[Route]:
    text = file.text(call)
    if any(one.kind is Kind.CALL and one.text.startswith("{") and _TABLE.search(one.name) for one in file.around(call)):
        # Rows that name their type are elements of their own, and stand in the table's text as well.
        return
    for found in _UNNAMED.finditer(text):
        method = found[1] or found[5] or (found[2] or found[6]).upper()
        at = call._replace(line=call.line + text.count("\n", 0, found.start() + 1))
        if method.lower() in VERBS:
            yield declare(method, join_paths(found[3] or found[4]), "go", (file, at), at.line)


def _named(file: SourceFile, constants: Constants) -> Iterator[Route]:
    rows: dict[int, dict[str, Element]] = {}
    for one in file.assigns:
        if one.name in _PATHS or one.name in _METHODS or one.name in _HANDLERS:
            row = rows.setdefault(one.parent, {})
            if one.name in row:
                # The next row of a table whose rows do not name their type.
                yield from _of_row(file, row, constants)
                row.clear()
            row[one.name] = one
    for row in rows.values():
        yield from _of_row(file, row, constants)


def _of_row(file: SourceFile, row: Mapping[str, Element], constants: Constants) -> Iterator[Route]:
    method = next((_STATED.fullmatch(row[name].text) for name in row if name in _METHODS), None)
    handled = [name for name in row if name in _HANDLERS and first_text(row[name].text) is None]
    for name in row if method and handled else ():
        text = constants.first_text(file, f"({row[name].text},") if name in _PATHS else None
        stated = (method[1] or method[2]).upper() if method else ""
        if text and text.startswith("/") and stated.lower() in VERBS:
            first = min(row.values(), key=lambda one: one.start)
            last = max(one.end_line for one in row.values())
            yield declare(stated, join_paths(text), "go", (file, first), last)
            return
