"""Routes of Tornado: pairs of an expression and a handler, whose methods are named by those of HTTP.

Source: https://www.tornadoweb.org/en/stable/guide/structure.html (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    handlers_of,
    join_paths,
    of_handler,
)
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_PAIR = re.compile(r"""\(\s*r?["']\^?(/[^"'\n]{0,300})["']\s*,\s*(?:[a-z_]\w{0,60}\.){0,4}([A-Z]\w{0,80})\s*[,)]""")
_PAIRED = re.compile(rb"""\(\s*r?["']\^?/""")
_MODULE = re.compile(r"tornado(?:\.|$)")
_GROUP = re.compile(r"\((?!\?P<)[^()]{0,100}\)")
_NOT_PATH = re.compile(r"/\?|[$?]")
_STATIC = frozenset({"StaticFileHandler", "RedirectHandler", "FallbackHandler"})


def find_tornado_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for file in source.parsed("tornado", language="python", pattern=_PAIRED):
        if any(_MODULE.match(one.name) for one in file.imports):
            yield from _pairs(file)


def _pairs(file: SourceFile) -> Iterator[Route]:
    classes = {one.name: one for one in file.classes}
    line, at = 1, 0
    for found in _PAIR.finditer(file.code):
        line, at = line + file.code.count("\n", at, found.start()), found.start()
        if found[2] in _STATIC:
            continue
        path = join_paths(_NOT_PATH.sub("", _GROUP.sub("{arg}", found[1])))
        handlers = handlers_of(file, classes[found[2]]) if found[2] in classes else []
        if handlers:
            yield from (of_handler(file, one, path, "tornado") for one in handlers)
        else:
            yield Route(ANY, path, "tornado", file.path, line, line)
