"""Routes of Python: FastAPI, Flask, Starlette, FastMCP, Sanic, aiohttp, Django and Django REST framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.routes.pyramid import names_pyramid_route
from bot.checks.readiness.facts.routes.python_mounts import find_mounted_prefixes
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    following_function,
    handlers_of,
    join_paths,
    named_text,
    of_handler,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ANY = frozenset({"route", "api_route", "custom_route", "view", "websocket", "websocket_route"})
_ADDERS = re.compile(
    r"add_(?:url_rule|api_route|route|get|post|put|patch|delete|resource|org_resource|api_websocket_route)"
)
_DECORATOR = re.compile(
    rb"^[ \t]*@[\w.]+\."
    rb"(?:get|post|put|patch|delete|head|options|(?:(?:api|custom)_)?route|view|websocket(?:_route)?)\(",
    re.MULTILINE,
)
_ADDING = re.compile(rb"\badd_(?:url_rule|api_route|route|get|post|put|patch|delete|(?:org_)?resource)\(|\bRoute\(")
_AIOHTTP = re.compile(r"aiohttp(?:\.web)?$")
_TABLE = re.compile(rb"\bweb\.(?:get|post|put|patch|delete|head|options|view)\(")
_DJANGO = frozenset({"path", "re_path", "url"})
_NOT_ROUTERS = re.compile(
    r"(?:client|session|requests|httpx|mock|responses|cache|redis|config|settings|env|os|http)\b", re.IGNORECASE
)
_FLASK_METHODS = re.compile(r"""methods?\s*=\s*(?:[\[({]([^\])}]{0,300})|(["']\w{1,20}["']))""")
_CLASS_NAME = re.compile(r"\b([A-Z]\w*)(?:\.as_view)?\(\s*|\(\s*([A-Z]\w*)\s*,")
_PREFIX = re.compile(r"(?:APIRouter|UserAPIRouter|AdminAPIRouter|Blueprint|Router|Namespace)$")
_REGEX = re.compile(r"[\^$]")


def find_python_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    words = (".get(", ".post(", ".put(", ".patch(", ".delete(", ".route(", "_route(", ".websocket(")
    mounted = find_mounted_prefixes(source)
    for file in source.parsed(*words, language="python", pattern=_DECORATOR):
        yield from _decorated(file, mounted.get(file.path, ""))
    for file in source.parsed("add_", "Route(", language="python", pattern=_ADDING):
        yield from _added(file)
    for file in source.parsed("aiohttp", language="python", pattern=_TABLE):
        if any(_AIOHTTP.match(one.name) for one in file.imports):
            yield from _of_aiohttp(file)
    for file in source.parsed("urlpatterns", "router.register(", language="python"):
        yield from _django(file)


def _decorated(file: SourceFile, mounted: str) -> Iterator[Route]:
    prefixes = _prefixes(file)
    for one in file.decorators:
        receiver, _, name = one.name.rpartition(".")
        if not receiver or (name not in _METHODS and name not in _ANY) or _NOT_ROUTERS.match(receiver):
            continue
        path = first_text(one.text) or named_text(one.text, "path", "rule")
        if path is None and not one.text.lstrip().startswith(('"', "'")):
            continue
        if path and not path.startswith("/"):
            continue
        function = following_function(file, one)
        stated = _stated(one.text)
        end = function.end_line if function else one.end_line
        prefix = join_paths(mounted, prefixes.get(receiver, "")) if mounted else prefixes.get(receiver, "")
        handlers = handlers_of(file, function) if function is not None and function.kind is Kind.CLASS else []
        if handlers:
            yield from (of_handler(file, each, join_paths(prefix, path or ""), "flask") for each in handlers)
            continue
        for method in stated or [name.upper() if name in _METHODS else "GET" if name == "route" else ANY]:
            yield declare(
                method, join_paths(prefix, path or ""), "fastapi" if name in _METHODS else "flask", (file, one), end
            )


def _stated(arguments: str) -> list[str]:
    """The methods that a declaration names: `methods=["GET"]`, `method="POST"`."""
    found = _FLASK_METHODS.search(arguments)
    return re.findall(r"[A-Z]+", (found[1] or found[2] or "").upper()) if found else []


def _prefixes(file: SourceFile) -> Mapping[str, str]:
    """The prefix that each router of a file is made with."""
    found: dict[str, str] = {}
    for one in file.assigns:
        made = one.text.partition("(")[0].strip()
        if one.name not in found and _PREFIX.search(made):
            name = first_text(one.text.partition("(")[2]) if made.endswith("Namespace") else None
            found[one.name] = named_text(one.text, "prefix", "url_prefix", "path") or name or ""
    return found


def _added(file: SourceFile) -> Iterator[Route]:
    classes = {one.name: one for one in file.classes}
    for call in file.calls:
        name = call.last_name
        if (not _ADDERS.fullmatch(name) and name != "Route") or (
            name == "add_route" and names_pyramid_route(call.text)
        ):
            continue
        found = re.search(r"""["'](/[^"'\n]*)["']""", call.text)
        if not found:
            continue
        handlers = [each for one in _named(call.text) if one in classes for each in handlers_of(file, classes[one])]
        if handlers and not _stated(call.text):
            yield from (of_handler(file, each, join_paths(found[1]), "python") for each in handlers)
            continue
        verb = name.removeprefix("add_").upper()
        method = verb if verb.lower() in _METHODS else ANY
        for each in _stated(call.text) or [method]:
            yield declare(each, join_paths(found[1]), "python", (file, call), call.end_line)


def _named(arguments: str) -> Sequence[str]:
    return list(dict.fromkeys(name for found in _CLASS_NAME.findall(arguments) for name in found if name))


def _of_aiohttp(file: SourceFile) -> Iterator[Route]:
    """Yield `web.get("/a", handler)`, in tables of routes."""
    for call in file.calls:
        receiver, _, name = call.name.rpartition(".")
        path = first_text(call.text)
        of_web = receiver in {"web", "aiohttp.web"} and (name in _METHODS or name == "view")
        if of_web and path is not None and path.startswith("/") and "," in call.text:
            method = name.upper() if name in _METHODS else ANY
            yield declare(method, join_paths(path), "aiohttp", (file, call), call.end_line)


def _django(file: SourceFile) -> Iterator[Route]:
    for call in file.calls:
        name = call.last_name
        if name in _DJANGO and "include(" not in call.text:
            path = first_text(call.text)
            if path is not None:
                yield declare(ANY, join_paths(_REGEX.sub("", path)), "django", (file, call), _view_end(file, call))
        elif call.name.endswith("outer.register"):
            path = first_text(call.text)
            if path is not None:
                yield declare(ANY, join_paths(path), "django-rest-framework", (file, call), call.end_line)


def _view_end(file: SourceFile, call: Element) -> int:
    names = re.findall(r"\b([a-z_]\w*)\b", call.text)
    last = [file.called(Kind.FUNCTION, name)[-1:] for name in names]
    return max([call.end_line, *(one.end_line for views in last for one in views if one.line > call.line)])
