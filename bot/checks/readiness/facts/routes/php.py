"""Routes of PHP by calls: Laravel, Lumen, Slim, CodeIgniter, CakePHP, FastRoute; below the prefixes of their groups.

Sources: https://laravel.com/docs/routing, https://www.slimframework.com/docs/v4/objects/routing.html,
https://codeigniter.com/user_guide/incoming/routing.html and https://book.cakephp.org/5/en/development/routing.html
(read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, calls_with, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

_METHODS = frozenset({*VERBS, "any"})
_RESOURCES = frozenset({"resource", "apiResource", "resources"})
_GROUPS = frozenset({"group", "scope", "addGroup", "prefix"})
_WORDS = ("Route::", "->get(", "->post(", "->addRoute(", "->connect(", "->resource", "->match(", "->map(")
# `Route::match(['get', 'post'], '/a', ...)`, `$r->addRoute('GET', '/a', ...)`
_SEVERAL = re.compile(
    r"""\(\s*+(?:(?:\[|array\()\s*+)?(["'][A-Za-z]{3,7}["'](?:\s*+,\s*+["'][A-Za-z]{3,7}["']){0,6})"""
    r"""(?:\s*+,?\s*+[\])])?\s*+,\s*+["']([^"'\n]{0,300})["']"""
)
_PREFIXED = re.compile(r"""(?:::|\.|->)prefix\(["']([^"'\n]{0,200})["']\)""")
_PREFIX_KEY = re.compile(r"""["']prefix["']\s*=>\s*["']([^"'\n]{0,200})["']""")
_LONGEST_OPTIONS = 400
# What routes are declared on, beside `Route`: `$app` anywhere, the rest where files of routes are.
_APP = re.compile(r"\$(?:this\.)?app\b")
_ROUTER = re.compile(r"\$(?:this\.)?(?:router|routes|route|group|builder|r|api)\.")
_FILES = re.compile(
    r"(?:^|/)(?:routes?(?:/.*)?|app/Config/Routes|config/routes(?:/.*)?|[Rr]outes?|[Rr]outing)\.php$|(?:^|/)routes/"
)
_DISPATCHER = re.compile(
    rb"\bFastRoute\b|simpleDispatcher|->addRoute\(|->(?:addG|g)roup\(|RouteCollector|RouteCollectorProxy|RouteBuilder"
)
_PLACEHOLDER = re.compile(r"\((?::(\w{1,20})|\[[^()]{0,60})\)")


def find_php_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for file in source.parsed(*_WORDS, language="php"):
        routers = bool(_FILES.search(file.path) or _DISPATCHER.search(file.original))
        for call in file.calls:
            if _is_router(call, routers):
                yield from _of_call(file, call)


def _is_router(call: Element, routers: bool) -> bool:  # noqa: FBT001 - told once for a file
    name = call.name.replace("::", ".").replace("->", ".")
    return name.startswith("Route.") or bool(_APP.match(name)) or (routers and bool(_ROUTER.match(name)))


def _of_call(file: SourceFile, call: Element) -> Iterator[Route]:
    name, path = call.last_name, first_text(call.text)
    several = _SEVERAL.match(call.text) if name in {"match", "map", "addRoute"} else None
    if several:
        methods, path = [verb.upper() for verb in re.findall(r"\w+", several[1])], several[2]
    elif name in _METHODS and "," in call.text:
        methods = [name.upper() if name in VERBS else ANY]
    elif name in _RESOURCES or (name in {"connect", "match", "add"} and "," in call.text):
        methods = [ANY]
    else:
        return
    if path is not None and _stands(call, path):
        whole = join_paths(*_prefixes(file, call), _PLACEHOLDER.sub(_parameter, path))
        for method in methods:
            yield declare(method, whole, "laravel", (file, call), call.end_line)


def _stands(call: Element, path: str) -> bool:
    """Whether a text is a path: of `$app`, which other things are asked for too, one that begins with `/`."""
    return not _APP.match(call.name) or path.startswith(("/", "{")) or (path == "" and call.last_name in VERBS)


def _parameter(found: re.Match[str]) -> str:
    return f"{{{found[1] or 'arg'}}}"


def _prefixes(file: SourceFile, call: Element) -> Sequence[str]:
    """The prefixes of the groups around a call, outermost first."""
    found: list[str] = []
    for one in calls_with(file, call):
        if one.last_name in _GROUPS:
            options = one.text.partition("function")[0][:_LONGEST_OPTIONS]
            texts = [first_text(one.text) or "", *_PREFIX_KEY.findall(options)]
            found = [*_PREFIXED.findall(one.name), *texts, *found]
    return found
