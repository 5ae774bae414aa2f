"""Routes of Play and Revel: lines of conf/routes with a method, a path and an action.

A route stands where its action does, if that is found: the method of the one class of the name.
Sources: https://www.playframework.com/documentation/latest/JavaRouting and https://revel.github.io/manual/routing.html
(read 2026-11-30).
Out of sight: routes of modules, and routers that a line includes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    join_paths,
    placed_at,
)
from bot.checks.readiness.facts.source.index import Source

_FILES = ("conf/routes", "**/conf/routes", "**/conf/*.routes")
_LINE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|\*)\s+(/\S{0,300})\s+@?([\w.$]{1,300})")
_EXPRESSION = re.compile(r"\$(\w{1,80})<[^>]{0,200}>")
_STATIC = re.compile(r"(?:^|\.)(?:Assets|Static)\.|^404$")
_MAX_LINES = 2_000


def find_conf_routes(source: Source, files: Files) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for path in files.select(*_FILES):
        for number, line in enumerate(files.lines(path)[:_MAX_LINES], start=1):
            found = _LINE.match(line)
            if found and not _STATIC.search(found[3]):
                method = ANY if found[1] == "*" else found[1]
                place = join_paths(_EXPRESSION.sub(r":\1", found[2]))
                yield _stands(source, found[3], Route(method, place, "play", path, number, number))


def _stands(source: Source, action: str, route: Route) -> Route:
    owner, _, name = action.rpartition(".")
    controller = owner.rpartition(".")[2]
    return placed_at(source, _candidates(source, controller, name), name, route)


def _candidates(source: Source, controller: str, name: str) -> Sequence[str]:
    """The file that holds a controller: one of its name in Java, or one with a method of its type in Go."""
    return source.named(f"{controller}.java") or source.mentioning(f"{controller}) {name}(", language="go")
