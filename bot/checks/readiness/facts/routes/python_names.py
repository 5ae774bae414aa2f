"""Routes of Python by decorators that are imported by name: Bottle and Litestar; methods that CherryPy exposes.

Sources: https://bottlepy.org/docs/dev/tutorial.html, https://docs.litestar.dev/2/usage/routing/handlers.html and
https://docs.cherrypy.dev/en/latest/tutorials.html (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_BARE = re.compile(rb"^[ \t]*@(?:get|post|put|patch|delete|head|route)\(", re.MULTILINE)
_FRAMEWORKS = re.compile(r"(bottle|litestar|starlite)(?:\.|$)")
_METHODS = re.compile(r"""\b(?:http_)?method\s*=\s*(?:[\[(]([^\])]{0,200})|(["']\w{1,20}["']))""")
_EXPOSED = re.compile(rb"^[ \t]*@cherrypy\.expose\b", re.MULTILINE)


def find_named_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for file in source.parsed("bottle", "litestar", "starlite", language="python", pattern=_BARE):
        imported = {
            word: found[1]
            for one in file.imports
            if (found := _FRAMEWORKS.match(one.name))
            for word in one.text.split()
        }
        prefixes = {
            around.start: first_text(one.text) or ""
            for one in reversed(file.called(Kind.ASSIGN, "path"))
            if (around := next(file.around(one), None))
        }
        for one in file.decorators:
            function = following_function(file, one)
            if (one.name in VERBS or one.name == "route") and one.name in imported and function is not None:
                owner = file.class_around(function)
                prefix = prefixes.get(owner.start, "") if owner else ""
                yield from _declared(file, one, function, (imported[one.name], prefix))
    for file in source.parsed("cherrypy", language="python", pattern=_EXPOSED):
        yield from _exposed(file)


def _declared(file: SourceFile, one: Element, function: Element, of: tuple[str, str]) -> Iterator[Route]:
    """Yield a route for each method of a handler, of a framework and below the path of its controller."""
    framework, prefix = of
    path = first_text(one.text.strip()) or named_text(one.text, "path") or ""
    found = _METHODS.search(one.text)
    stated = re.findall(r"[A-Z]+", (found[1] or found[2] or "").upper()) if found else []
    for method in stated or [one.name.upper() if one.name in VERBS else "GET"]:
        yield declare(method, join_paths(prefix, path), framework, (file, one), function.end_line)


def _exposed(file: SourceFile) -> Iterator[Route]:
    for one in file.decorators:
        function = following_function(file, one)
        if one.name == "cherrypy.expose" and function is not None and function.kind is Kind.FUNCTION:
            path = "" if function.name in {"index", "default"} else function.name
            yield declare(ANY, join_paths(path), "cherrypy", (file, one), function.end_line)
