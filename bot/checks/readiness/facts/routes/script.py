"""Routes of JavaScript and TypeScript by calls: Express and its kin, Fastify, Koa, Hono, hapi.

A file that imports none of them declares routes where a function of it is given the application, or where its calls
name both method and path, and the package around it has such a framework.
Out of sight: prefixes under which another file mounts a router.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.roles import OF_BUNDLERS
from bot.checks.readiness.facts.routes.packages import Packages
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.routes.script_constants import ScriptConstants
from bot.checks.readiness.facts.source.elements import Element, SourceFile
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
_GIVEN_WORDS = (
    "'GET'",
    '"GET"',
    "'POST'",
    '"POST"',
    "app.",
    "application.",
    "routes.",
    "fastify.",
    "server.",
    "instance.",
)
_CLIENTS = re.compile(
    r"\b(?:axios|fetch|http|https|client|supabase|prisma|cache|redis|map|params|headers|cookies|ky|got)\.",
    re.IGNORECASE,
)
# What a function is given to declare routes on.
_GIVEN = re.compile(r"app|application|router|routes|fastify|server|instance")
_HEAD = re.compile(
    r"(?:async\s+)?(?:function\b[^(]{0,80})?(?:[\w$]{1,80}\s*(?=\())?(?:\(([^)]{0,300})\)|(\w{1,40})\s*=>)"
)
_FRAMEWORKS = re.compile(r"(?:express|fastify|koa|@koa/router|restify|polka|@tinyhttp/app|hyper-express)$")
# The routers of Koa take a route's name before its path.
_KOA = re.compile(r"koa|@koa/router")
_NAMED = re.compile(r"""\(\s*["'][\w.:-]{1,80}["']\s*,\s*["'`](/[^"'`\n]{0,300})["'`]\s*,""")
# A path of Koa's routers, which may begin with no slash, as a call by its name: `documents.list`.
_OF_CALL = re.compile(r"[a-z]\w{0,60}(?:\.\w{1,60}){1,3}")
# Routers that take the method before the path, such as a program's own.
_TAKE_METHOD = frozenset({"route", "on", "add", "addRoute", "register", "handle", "method"})
_METHOD_FIRST = re.compile(
    r"""\(\s*["'`](GET|POST|PUT|PATCH|DELETE|ALL|OPTIONS|HEAD)["'`]\s*,\s*["'`](/[^"'`\n]{0,300})["'`]\s*,""",
    re.IGNORECASE,
)
_WAITS = re.compile(r"\bawait\s+$")
_DATA = re.compile(r"\s*+\{[^{}=()]{0,400}+\}\s*+(?:,\s*+)?\)\s*+$")
# It begins with a dot or a letter, whatever it is: what begins with any word takes ten times as long to look for.
_CALLING = re.compile(
    rb"""\.(?:get|post|put|patch|delete|del|all|options|head)(?:<[^()\n]{0,300}>)?"""
    rb"""\(\s*["'`](?:[/*]|[\w.:-]{1,80}["']\s*,\s*["'`]/|[a-z]\w{0,60}\.[\w.]{1,60}["'`]\s*,)|\.route\(|createRoute\("""
    rb"""|\.(?:on|add|addRoute|register|handle|method)\(\s*["'`](?i:get|post|put|patch|delete|all|options|head)["'`]"""
    # A path that is a constant, of what its name says to be a router.
    rb"""|\.(?:(?<=outer\.)|(?<=oute\.)|(?<=outes\.)|(?<=[aA]pp\.)|(?<=erver\.)|(?<=astify\.))(?:get|post|put|patch|delete)"""
    rb"""\(\s*(?:[A-Za-z_$][\w$]{0,80}[.,]|`\$\{)"""
)
_ROUTER = re.compile(r"(?i:router|routes?|app|server|fastify)\.(?:get|post|put|patch|delete)$")
_LONGEST_HEAD, _LONGEST_WAIT = 500, 30


def find_script_routes(source: Source, files: Files) -> Iterator[Route]:
    """Yield the routes, file by file."""
    packages, constants = Packages(files), ScriptConstants(source)
    for file in source.parsed(*_SERVER_WORDS, *_GIVEN_WORDS, language="typescript", pattern=_CALLING):
        if OF_BUNDLERS.search(file.path):
            continue
        if any(_SERVERS.match(one.name) for one in file.imports) or _is_given_router(file):
            yield from _by_calls(file, file.calls, constants)
            yield from _described(file)
        elif packages.declare(file.path, _FRAMEWORKS):
            calls = [one for one in file.calls if _is_on_given(file, one) or _names_method(file, one)]
            yield from _by_calls(file, calls, constants)


def _is_given_router(file: SourceFile) -> bool:
    return bool(re.search(r"\b(?:FastifyInstance|FastifyPluginAsync|Router\(\)|Hono|express\(\))", file.code))


def _names_method(file: SourceFile, call: Element) -> re.Match[str] | None:
    found = _METHOD_FIRST.match(call.text) if call.last_name in _TAKE_METHOD and "." in call.name else None
    # What a client of another program's API asks for is waited for, or given no more than data.
    if found is None:
        return None
    before = file.between(max(0, call.start - _LONGEST_WAIT), call.start)
    return None if _WAITS.search(before) or _DATA.match(call.text, found.end()) else found


def _is_on_given(file: SourceFile, call: Element) -> bool:
    """Whether a call is one of an application that a function around it is given."""
    receiver = call.name.partition(".")[0]
    if not _GIVEN.fullmatch(receiver):
        return False
    for one in file.functions_around(call):
        head = _HEAD.match(file.between(one.start, min(one.end, one.start + _LONGEST_HEAD)))
        if head and receiver in re.findall(r"\w+", head[1] or head[2] or ""):
            return True
    return False


def _described(file: SourceFile) -> Iterator[Route]:
    """Yield the routes of Hono that are described before they are given a handler."""
    if any(one.name == "@hono/zod-openapi" for one in file.imports):
        for call in (one for one in file.calls if one.name == "createRoute"):
            if path := named_text(call.text, "path"):
                method = (named_text(call.text, "method") or ANY).upper()
                yield declare(method, join_paths(path), "fastify", (file, call), call.end_line)


def _by_calls(file: SourceFile, calls: Sequence[Element], constants: ScriptConstants) -> Iterator[Route]:
    named = any(_KOA.match(one.name) for one in file.imports)
    for call in calls:
        name = call.last_name
        if "." not in call.name or _CLIENTS.search(call.name):
            continue
        path = constants.first_text(file, call.text) if _ROUTER.search(call.name) else first_text(call.text)
        if named and (behind := _NAMED.match(call.text)):
            path = behind[1]
        if named and path is not None and _OF_CALL.fullmatch(path) and "outer" in call.name:
            path = f"/{path}"
        if name in _METHODS and path is not None and path.startswith(("/", "*")) and "," in call.text:
            yield declare(_method(name), join_paths(path), "express", (file, call), call.end_line)
        elif found := _names_method(file, call):
            yield declare(_method(found[1].lower()), join_paths(found[2]), "express", (file, call), call.end_line)
        elif name == "route" and (path := named_text(call.text, "url", "path")) and path.startswith("/"):
            method = named_text(call.text, "method")
            yield declare(method.upper() if method else ANY, join_paths(path), "fastify", (file, call), call.end_line)
        elif name in _METHODS and path is None and ".route(" in call.name:
            found = re.search(r"""\.route\(["'`](/[^"'`]*)["'`]\)""", call.name)
            if found:
                yield declare(_method(name), join_paths(found[1]), "express", (file, call), call.end_line)


def _method(name: str) -> str:
    return {"all": ANY, "del": "DELETE"}.get(name, name.upper())
