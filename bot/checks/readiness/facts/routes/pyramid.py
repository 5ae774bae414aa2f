"""Routes of Pyramid: `config.add_route("name", "/path")`, and the views that are configured for the name.

Rule: each view of a route's name is one of it, where its decorator stands; a route without one that is seen is where it
is added. Source: https://docs.pylonsproject.org/projects/pyramid/en/latest/narr/urldispatch.html (read 2026-11-30).
Out of sight: views that are added by calls; traversal without a route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.routes.route import ANY, Route, declare, following_function, join_paths
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

ADDED = re.compile(
    r"""\(\s*(?:name\s*=\s*)?["']([\w.:-]{1,100})["']\s*,\s*(?:pattern\s*=\s*)?["'](/[^"'\n]{0,300})["']"""
)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_ROUTE_NAME = re.compile(r"""\broute_name\s{0,4}=\s{0,4}["']([\w.:-]{1,100})["']""")
_METHOD = re.compile(r"""\brequest_method\s{0,4}=\s{0,4}(?:\(([^()]{1,100})|(["']\w{1,10}["']))""")
_DEFAULTS = "view_defaults"


def names_pyramid_route(arguments: str) -> bool:
    """Whether a call of `add_route` gives a name before the path, which is no method as with aiohttp's."""
    found = ADDED.match(arguments)
    return found is not None and found[1] not in _METHODS


def find_pyramid_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    added = [
        (file, call, found[1], found[2])
        for file in source.parsed("add_route(", language="python")
        for call in file.calls
        if call.last_name == "add_route" and names_pyramid_route(call.text) and (found := ADDED.match(call.text))
    ]
    views: dict[str, list[tuple[SourceFile, Element, str]]] = {}
    for file in source.parsed("route_name", language="python") if added else ():
        for one, name, text in _views(file):
            views.setdefault(name, []).append((file, one, text))
    for file, call, name, path in added:
        for holder, one, text in views.get(name, ()):
            function = following_function(holder, one)
            end = function.end_line if function else one.end_line
            for method in _stated(text) or _stated(call.text) or [ANY]:
                yield declare(method, join_paths(path), "pyramid", (holder, one), end)
        if name not in views:
            for method in _stated(call.text) or [ANY]:
                yield declare(method, join_paths(path), "pyramid", (file, call), call.end_line)


def _views(file: SourceFile) -> Iterator[tuple[Element, str, str]]:
    """Yield the decorators of views, each with the name of its route and all that is said of it."""
    defaults = [one for one in file.decorators if one.last_name == _DEFAULTS]
    for one in file.decorators:
        if one.last_name == _DEFAULTS:
            continue
        text = one.text
        if not (named := _ROUTE_NAME.search(text)) and defaults and "config" in one.last_name:
            text = f"{text} {_default_of(file, one, defaults)}"
            named = _ROUTE_NAME.search(text)
        if named:
            yield one, named[1], text


def _default_of(file: SourceFile, one: Element, defaults: Sequence[Element]) -> str:
    """What is said of all views of the class around a decorator."""
    owner = file.class_around(one)
    return next((each.text for each in defaults if owner and following_function(file, each) == owner), "")


def _stated(text: str) -> list[str]:
    found = _METHOD.search(text)
    return re.findall(r"[A-Z]{3,7}", found[1] or found[2] or "") if found else []
