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
from bot.checks.readiness.facts.source.elements import Element, SourceFile
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
        for one in file.decorators:
            function = following_function(file, one)
            if (one.name in VERBS or one.name == "route") and one.name in imported and function is not None:
                yield from _declared(file, one, function, imported[one.name])
    for file in source.parsed("cherrypy", language="python", pattern=_EXPOSED):
        yield from _exposed(file)


def _declared(file: SourceFile, one: Element, function: Element, framework: str) -> Iterator[Route]:
    owner = file.class_around(function)
    prefix = next((first_text(each.text) or "" for each in file.assigns if _is_path(file, each, owner)), "")
    path = first_text(one.text.strip()) or named_text(one.text, "path") or ""
    found = _METHODS.search(one.text)
    stated = re.findall(r"[A-Z]+", (found[1] or found[2] or "").upper()) if found else []
    for method in stated or [one.name.upper() if one.name in VERBS else "GET"]:
        yield declare(method, join_paths(prefix, path), framework, (file, one), function.end_line)


def _is_path(file: SourceFile, assigned: Element, owner: Element | None) -> bool:
    """Whether it is the path of a controller that is assigned."""
    return owner is not None and assigned.name == "path" and next(file.around(assigned), None) == owner


def _exposed(file: SourceFile) -> Iterator[Route]:
    for one in file.decorators:
        function = following_function(file, one)
        if one.name == "cherrypy.expose" and function in file.functions and function is not None:
            path = "" if function.name in {"index", "default"} else function.name
            yield declare(ANY, join_paths(path), "cherrypy", (file, one), function.end_line)
