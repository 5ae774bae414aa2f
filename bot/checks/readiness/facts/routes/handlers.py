"""The code behind a route: where it is declared, or where a file of routes takes its handlers from.

Out of sight: a handler that is given by a name which another file defines, but for modules that are exported on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath

from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_ONWARD = re.compile(r"^\s*export\s*\{")
_ENDING = re.compile(r"(?:/index)?\.[cm]?[jt]sx?$")
_CONTROLLER = re.compile(r"\b(\w+)::class\s*,\s*['\"](\w+)['\"]")
# What Rails takes an action from: `to: "health#ready"`, `=> "admin/health#ready"`.
_ACTION = re.compile(r"(?:\bto:|=>)\s*['\"]((?:[\w/]{1,100}/)?\w{1,100})#(\w{1,100})['\"]")
_MAX_STEPS = 3


@dataclass(frozen=True)
class Handler:
    """Code of one file.

    Attributes:
        line: of the code's first line, 1-based.
        code: comments left out, line for line.
    """

    path: str
    line: int
    code: str


class Handlers:
    """Finds the code behind routes."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def of(self, route: Route) -> Handler:
        """The code from a route's declaration to the end of its handler."""
        handler = self._between(route.source, route.line, route.end_line)
        for _ in range(_MAX_STEPS):
            onward = self._onward(handler, route.method)
            if onward is None:
                break
            handler = onward
        return handler

    def controller(self, route: Route) -> Handler | None:
        """The method that a route of Laravel or Rails names, of the one class of that name."""
        code = self._between(route.source, route.line, route.end_line).code
        php, ruby = route.source.endswith(".php"), route.framework == "rails"
        named = _CONTROLLER.search(code) if php else _ACTION.search(code) if ruby else None
        if named is None:
            return None
        place = f"{named[1]}.php" if php else f"{named[1].strip('/')}_controller.rb"
        paths = [one for one in self._source.named(place.rpartition("/")[2]) if f"/{one}".endswith(f"/{place}")]
        for one in self._source.file(paths[0]).called(Kind.FUNCTION, named[2]) if len(paths) == 1 else ():
            return self._between(paths[0], one.line, one.end_line)
        # An action is in no other class than its controller, and those that it is derived from.
        return Handler(route.source, route.line, "") if ruby else None

    def _between(self, path: str, line: int, end_line: int) -> Handler:
        return Handler(path, line, "\n".join(self._source.file(path).lines[line - 1 : end_line]))

    def _onward(self, handler: Handler, name: str) -> Handler | None:
        """Where a name comes from that a file only exports on: `export { GET } from "./handlers"`."""
        file = self._source.file(handler.path)
        if file.language != "typescript" or not _ONWARD.match(handler.code):
            return None
        module = next((one.name for one in file.imports if name in one.text.split()), None)
        path = self.resolve(handler.path, module) if module else None
        return self._exported(self._source.file(path), name) if path else None

    def _exported(self, file: SourceFile, name: str) -> Handler | None:
        """What a module exports under a name."""
        for one in file.elements:
            if one.kind in {Kind.FUNCTION, Kind.ASSIGN} and one.name == name:
                return self._between(file.path, one.line, one.end_line)
        for number, line in enumerate(file.lines, start=1):
            if _ONWARD.match(line) and name in re.findall(r"\w+", line):
                return self._between(file.path, number, number)
        return None

    def resolve(self, path: str, module: str) -> str | None:
        """The one file of a module, by the end of its path; None where there is none, or there are several."""
        exact = module.startswith(".")
        wanted = _ENDING.sub("", normpath(join(dirname(path), module)) if exact else module.lstrip("@~#$/"))
        named = self._by_name.get(wanted.rpartition("/")[2], ())
        found = [
            one for one in named if one != path and (_stem(one) == wanted or (not exact and _ends(_stem(one), wanted)))
        ]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for path in self._source.paths:
            if _ENDING.search(path):
                index.setdefault(_stem(path).rpartition("/")[2], []).append(path)
        return index


def _stem(path: str) -> str:
    return _ENDING.sub("", path)


def _ends(stem: str, tail: str) -> bool:
    return stem.endswith(f"/{tail}")
