"""Routes of JavaScript and TypeScript: Express and its kin, Fastify, Hono, NestJS, and routes by a file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "all", "options", "head", "del"})
_SERVERS = re.compile(
    r"(express|fastify|@fastify/|hono|@hono/|koa|@koa/router|koa-router|restify|polka|elysia|@hapi/hapi|itty-router|h3|"
    r"express-promise-router|@tinyhttp/app|oak|routing-controllers|find-my-way|hyper-express|ultimate-express|middy)"
)
_SERVER_WORDS = (
    *(
        "express",
        "fastify",
        "Fastify",
        "hono",
        "Hono",
        "koa",
        "restify",
        "polka",
        "elysia",
        "Elysia",
        "hapi",
        "itty-router",
    ),
    *("Router", "router"),
)
_CLIENTS = re.compile(
    r"\b(?:axios|fetch|http|https|client|supabase|prisma|cache|redis|map|params|headers|cookies|ky|got)\.",
    re.IGNORECASE,
)
_CALLING = re.compile(
    rb"""\.(?:get|post|put|patch|delete|del|all|options|head)(?:<[^()\n]{0,300}>)?\(\s*["'`][/*]|\.route\("""
)
_CONTROLLER = re.compile(rb"@\s*(?:Rest|Json)?Controller\b")
_NEST = {"Get": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE", "All": ANY}
_FILE_ROUTES = (
    ("next", re.compile(r"(?:^|/)app/(?:(.*)/)?route\.[cm]?[jt]sx?$")),
    ("next", re.compile(r"(?:^|/)pages/(api/.*?)(?:/index)?\.[cm]?[jt]sx?$")),
    ("medusa", re.compile(r"(?:^|/)src/(api/.*)/route\.[jt]s$")),
    ("sveltekit", re.compile(r"(?:^|/)src/routes/(?:(.*)/)?\+server\.[jt]s$")),
    (
        "nuxt",
        re.compile(r"(?:^|/)server/(api/.*?|routes/.*?)(?:/index)?(?:\.(?:get|post|put|patch|delete))?\.[cm]?[jt]s$"),
    ),
    ("astro", re.compile(r"(?:^|/)src/pages/(.*?)(?:/index)?\.[jt]s$")),
)
_EXPORTED = re.compile(
    r"^[ \t]*export\s+(?:async\s+)?(?:function|const|let)\s+(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b"
    r"|^[ \t]*export\s*(?:const\s*)?\{([^}]*)\}",
    re.MULTILINE,
)
_NAMES = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b")
_GROUP = re.compile(r"(?:^|/)(?:\([^)]*\)|@\w+|_\w+)(?=/|$)")
_FILE_METHOD = re.compile(r"\.(get|post|put|patch|delete)\.[cm]?[jt]s$")


def find_script_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for path in source.paths:
        yield from _by_name(source, path)
    for file in source.parsed(*_SERVER_WORDS, language="typescript", pattern=_CALLING):
        if any(_SERVERS.match(one.name) for one in file.imports) or _is_given_router(file):
            yield from _by_calls(file)
    for file in source.parsed("@Controller", "Controller(", language="typescript"):
        if _CONTROLLER.search(source.content(file.path)):
            yield from _by_decorators(file)


def _is_given_router(file: SourceFile) -> bool:
    return bool(re.search(r"\b(?:FastifyInstance|FastifyPluginAsync|Router\(\)|Hono|express\(\))", file.code))


def _by_name(source: Source, path: str) -> Iterator[Route]:
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
        else:
            named = _FILE_METHOD.search(path)
            yield Route(named[1].upper() if named else ANY, place, framework, path, 1, last)
        return


def _exported(text: str) -> Iterator[tuple[str, int]]:
    """Yield each method that a module exports; a line that is commented out does not begin so."""
    for found in _EXPORTED.finditer(text):
        line = text.count("\n", 0, found.end()) + 1
        for name in [found[1]] if found[1] else _NAMES.findall(found[2]):
            yield name, line


def _by_calls(file: SourceFile) -> Iterator[Route]:
    for call in file.calls:
        name = call.last_name
        if "." not in call.name or _CLIENTS.search(call.name):
            continue
        path = first_text(call.text)
        if name in _METHODS and path is not None and path.startswith(("/", "*")) and "," in call.text:
            yield declare(_method(name), join_paths(path), "express", (file, call), call.end_line)
        elif name == "route" and (path := named_text(call.text, "url", "path")) and path.startswith("/"):
            method = named_text(call.text, "method")
            yield declare(method.upper() if method else ANY, join_paths(path), "fastify", (file, call), call.end_line)
        elif name in _METHODS and path is None and ".route(" in call.name:
            found = re.search(r"""\.route\(["'`](/[^"'`]*)["'`]\)""", call.name)
            if found:
                yield declare(_method(name), join_paths(found[1]), "express", (file, call), call.end_line)


def _method(name: str) -> str:
    return {"all": ANY, "del": "DELETE"}.get(name, name.upper())


def _by_decorators(file: SourceFile) -> Iterator[Route]:
    controllers = [one for one in file.decorators if one.name in {"Controller", "RestController", "JsonController"}]
    for one in file.decorators:
        if one.name not in _NEST:
            continue
        before = [controller for controller in controllers if controller.start < one.start]
        if not before:
            continue
        prefix = first_text(before[-1].text) or named_text(before[-1].text, "path") or ""
        function = following_function(file, one)
        end = function.end_line if function else one.end_line
        yield declare(_NEST[one.name], join_paths(prefix, first_text(one.text) or ""), "nestjs", (file, one), end)
