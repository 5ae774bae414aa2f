"""Routes of JavaScript by a file's name: Next.js, Nuxt, SvelteKit, Astro, Medusa, Remix and React Router.

Of Remix and React Router files that show no page are read (read 2026-11-30):
https://reactrouter.com/how-to/resource-routes and https://reactrouter.com/how-to/file-route-conventions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.packages import Packages
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    join_paths,
)
from bot.checks.readiness.facts.source.elements import Element
from bot.checks.readiness.facts.source.index import Source

_FILE_ROUTES = (
    ("next", re.compile(r"(?:^|/)app/(?:(.*)/)?route\.[cm]?[jt]sx?$")),
    ("next", re.compile(r"(?:^|/)pages/(api/.*?)(?:/index)?\.[cm]?[jt]sx?$")),
    # Its folder is no part of the path: https://docs.medusajs.com/learn/fundamentals/api-routes (read 2026-11-30)
    ("medusa", re.compile(r"(?:^|/)src/api/(.*)/route\.[jt]s$")),
    ("sveltekit", re.compile(r"(?:^|/)src/routes/(?:(.*)/)?\+server\.[jt]s$")),
    (
        "nuxt",
        re.compile(r"(?:^|/)server/(api/.*?|routes/.*?)(?:/index)?(?:\.(?:get|post|put|patch|delete))?\.[cm]?[jt]s$"),
    ),
    ("astro", re.compile(r"(?:^|/)src/pages/(.*?)(?:/index)?\.[jt]s$")),
)
# Programs of other frameworks have a folder of that name, too.
_NITRO = re.compile(r"^export\s+default\s+(?:\w*[eE]ventHandler|\w+)\b", re.MULTILINE)
_NITRO_PACKAGES = re.compile(r"(?:nuxt3?|nitropack|nitro|h3|vinxi)$|@(?:nuxt|analogjs|solidjs)/")
_EXPORTED = re.compile(
    r"^[ \t]*export\s+(?:async\s+)?(?:function|const|let)\s+(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b"
    r"|^[ \t]*export\s*(?:const\s*)?\{([^}]*)\}",
    re.MULTILINE,
)
_NAMES = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b")
_GROUP = re.compile(r"(?:^|/)(?:\([^)]*\)|@\w+|_\w+)(?=/|$)")
_FILE_METHOD = re.compile(r"\.(get|post|put|patch|delete)\.[cm]?[jt]s$")
# `app/routes/api.users.$id.ts`, `app/routes/api/users/route.ts`
_RESOURCE = re.compile(r"(?:^|/)app/routes/(.*?)(?:/(?:route|index))?\.[jt]sx?$")
_RESOURCE_PACKAGES = re.compile(r"@remix-run/|@react-router/")
_HANDLES = re.compile(
    r"^export\s+(?:async\s+)?(?:function|const|let)\s+(loader|action)\b|^export\s*(?:const\s*)?\{([^}]{0,300})\}",
    re.MULTILINE,
)
_RESOURCE_HANDLER = re.compile(r"\b(loader|action)\b")
_PAGE = re.compile(r"^export\s+default\b|^export\s*\{[^}]{0,300}\bdefault\b", re.MULTILINE)
_HANDLERS = {"loader": "GET", "action": "POST"}
_SEGMENT = re.compile(r"(?:\[[^\]/]{0,60}\]|[^./\[])+")


def find_file_routes(source: Source, files: Files) -> Iterator[Route]:
    """Yield the routes, file by file."""
    packages = Packages(files)
    for path in source.paths:
        yield from _by_name(source, path, packages)
        resource = _RESOURCE.search(path)
        if resource and packages.declare(path, _RESOURCE_PACKAGES):
            yield from _of_resource(source, path, resource[1])


def _by_name(source: Source, path: str, packages: Packages) -> Iterator[Route]:
    for framework, pattern in _FILE_ROUTES:
        found = pattern.search(path)
        if not found:
            continue
        text = source.content(path).decode("utf-8", "replace")
        place = join_paths(_GROUP.sub("", found[1] or "").removeprefix("routes/"))
        last = text.count("\n") + 1
        if "/pages/api/" not in f"/{path}" and framework in {"next", "sveltekit", "astro", "medusa"}:
            exported = list(_exported(text))
            following = [line - 1 for _, line in exported[1:]]
            for (method, line), end in zip(exported, [*following, last], strict=False):
                yield Route(method, place, framework, path, line, max(line, end))
        elif framework != "nuxt" or _is_of_nitro(text, path, packages):
            named = _FILE_METHOD.search(path)
            yield Route(named[1].upper() if named else ANY, place, framework, path, 1, last)
        return


def _is_of_nitro(text: str, path: str, packages: Packages) -> bool:
    given = _NITRO.search(text)
    told = given and ("ventHandler" in given[0] or _FILE_METHOD.search(path) or packages.declare(path, _NITRO_PACKAGES))
    return bool(told)


def _exported(text: str) -> Iterator[tuple[str, int]]:
    """Yield each method that a module exports; a line that is commented out does not begin so."""
    for found in _EXPORTED.finditer(text):
        line = text.count("\n", 0, found.end()) + 1
        for name in [found[1]] if found[1] else _NAMES.findall(found[2]):
            yield name, line


def _of_resource(source: Source, path: str, name: str) -> Iterator[Route]:
    file = source.file(path)
    if _PAGE.search(file.code):
        return
    segments = [one for one in _SEGMENT.findall(name) if not one.startswith("_")]
    place = join_paths(*(_parameter(one.rstrip("_+").strip("()")) for one in segments))
    # What is only exported is made above, under its name or in a pair of both.
    made: dict[str, Element] = {}
    for one in file.elements:
        for handler in _RESOURCE_HANDLER.findall(one.name) if one.parent < 0 else ():
            made.setdefault(handler, one)
    for found in _HANDLES.finditer(file.code):
        for handler in [found[1]] if found[1] else _RESOURCE_HANDLER.findall(found[2]):
            line = file.code.count("\n", 0, found.end()) + 1
            first = made.get(handler)
            first_line, last_line = (first.line, first.end_line) if first else (line, line)
            yield Route(_HANDLERS[handler], place, "remix", path, first_line, last_line)


def _parameter(segment: str) -> str:
    return f":{segment[1:] or 'rest'}" if segment.startswith("$") else segment.replace("[", "").replace("]", "")
