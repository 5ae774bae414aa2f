"""Routes of AdonisJS by calls of its router, and of Sails by the keys of its table.

Sources: https://docs.adonisjs.com/guides/basics/routing and https://sailsjs.com/documentation/concepts/routes
(read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, calls_with, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_ROUTER = re.compile(r"@ioc:Adonis/Core/Route$|@adonisjs/core/services/router$")
_USED = re.compile(r"""use\(["']Route["']\)""")
_NAMES = re.compile(r"(?i)router?\b")
_TABLE = re.compile(r"(?:^|/)config/routes\.[cm]?[jt]s$")
_ADDRESS = re.compile(r"(?:(?:r\|)?(GET|POST|PUT|PATCH|DELETE|ALL)\s*)?(/.*)")
_RESOURCES = {"resource": ("GET", "POST")}


def find_adonis_routes(source: Source) -> Iterator[Route]:
    """Yield calls of the router, below the prefixes of their groups."""
    for file in source.parsed("Adonis/Core/Route", "core/services/router", "use(", language="typescript"):
        if any(_ROUTER.match(one.name) for one in file.imports) or _USED.search(file.code):
            yield from _by_calls(file)


def _by_calls(file: SourceFile) -> Iterator[Route]:
    for call in file.calls:
        receiver, _, name = call.name.rpartition(".")
        path = first_text(call.text)
        if not _NAMES.fullmatch(receiver) or path is None or "," not in call.text:
            continue
        methods = _RESOURCES.get(name) or (
            (name.upper(),) if name in VERBS else (ANY,) if name in {"any", "route"} else ()
        )
        held = {one.start for one in calls_with(file, call)}
        around = [first_text(one.text) or "" for one in file.around(call) if _is_prefix(one) and one.start in held]
        for method in methods:
            yield declare(method, join_paths(*reversed(around), path), "adonis", (file, call), call.end_line)


def _is_prefix(one: Element) -> bool:
    """Whether a call gives a prefix to what it is made on, such as a group that holds other calls."""
    return one.kind is Kind.CALL and one.last_name == "prefix"


def find_sails_routes(source: Source) -> Iterator[Route]:
    """Yield the keys of config/routes.js: a method and a path."""
    for path in source.paths:
        if _TABLE.search(path) and b"exports.routes" in source.content(path):
            file = source.file(path)
            for one in file.assigns:
                found = _ADDRESS.fullmatch(one.name)
                if found:
                    method = ANY if found[1] in {None, "ALL"} else found[1]
                    yield declare(method, join_paths(found[2]), "sails", (file, one), one.end_line)
