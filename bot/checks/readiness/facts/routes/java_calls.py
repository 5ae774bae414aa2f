"""Routes of Java by calls: Spring's router functions, Javalin, Spark, Helidon, Undertow, Vert.x, the server of the JDK.

Sources: https://docs.oracle.com/en/java/javase/21/docs/api/jdk.httpserver/com/sun/net/httpserver/HttpServer.html,
https://javalin.io/documentation#handlers, https://sparkjava.com/documentation#routes and
https://vertx.io/docs/vertx-web/java/ (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, calls_with, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, Kind
from bot.checks.readiness.facts.source.index import Source

_METHODS = frozenset(verb.upper() for verb in VERBS)
_FUNCTIONAL = re.compile(r"org\.springframework\.web\.(?:reactive\.function\.server|servlet\.function)\b")
_FIRST_NAME = re.compile(r"\(\s*(?:\w+\.)?([A-Za-z_]\w*)\s*[,)]")
_NESTING = re.compile(r"\(\s*(?:(?:RequestPredicates\.)?path\(\s*)?\"([^\"\n]*)\"")
_SERVER_WORDS = ("io.javalin", "Javalin.create", "spark.", "io.helidon.webserver", "io.undertow")
_SERVERS = re.compile(r"io\.javalin\b|spark\.(?:Spark|Service|RouteGroup)\b|io\.helidon\.webserver\b|io\.undertow\b")
_HANDLED = re.compile(rb"\b(?:get|post|put|patch|delete|head|options)\(")
_SERVER = re.compile(r"(?i)(?:app|application|server|javalin|router|routing|rules|routes|service|spark|http)$|\)$")
_HANDLER = re.compile(r"\(\s*(?:[\w.()]{1,120}::\w|\w{1,40}\s*->|\([\w, ]{0,80}\)\s*->|new\s)")
_PATH_AND_HANDLER = re.compile(r"\(\s*\"([/{:\w][^\"\n]{0,300}|)\"\s*,\s*+(?!\"|\d|null\b|true\b|false\b)")
_VERTX = re.compile(rb"\.(?:get|post|put|patch|delete|head|options|route)\(\s*(?:\"/|HttpMethod\.)")
_VERTX_PATH = re.compile(r"\(\s*(?:HttpMethod\.([A-Z]{3,7})\s*,\s*)?\"(/[^\"\n]{0,300})\"\s*\)")
_JDK = re.compile(r"com\.sun\.net\.httpserver\b")
_CONTEXT = re.compile(r"\(\s*\"(/[^\"\n]{0,300})\"\s*,")
_ROUTER = re.compile(r"[rR]outer(?:\(\w{0,40}\))?$")


def find_functional_routes(source: Source) -> Iterator[Route]:
    """Yield the routes that Spring's router functions, of WebFlux or MVC, are built of."""
    for file in source.parsed("RouterFunction", language="java"):
        if not file.may_import(_FUNCTIONAL.pattern) or not any(map(_FUNCTIONAL.match, file.names(Kind.IMPORT))):
            continue
        constants = {one.name.rpartition(" ")[2]: first_text(one.text) for one in file.assigns}
        for call in file.calls:
            if call.last_name not in _METHODS:
                continue
            named = _FIRST_NAME.match(call.text)
            path = first_text(call.text) if named is None else constants.get(named[1])
            if path is not None:
                around = [_nested(one) for one in calls_with(file, call)]
                # The call begins where its chain does.
                at = call._replace(line=call.end_line - call.text.count("\n"))
                whole = join_paths(*filter(None, reversed(around)), path)
                yield declare(call.last_name, whole, "spring", (file, at), call.end_line)


def _nested(call: Element) -> str | None:
    """The path below which a call puts the routes that it is given."""
    found = _NESTING.match(call.text) if call.last_name in {"nest", "path"} else None
    return found[1] if found else None


def find_handled_routes(source: Source) -> Iterator[Route]:
    """Yield what a server is given handlers for, such as `app.get("/a", ctx -> ...)`, below the paths around."""
    for file in source.parsed(*_SERVER_WORDS, language="java", pattern=_HANDLED):
        if not any(map(_SERVERS.match, file.names(Kind.IMPORT))) and not file.says("Javalin.create"):
            continue
        for call in file.calls:
            receiver, _, name = call.name.rpartition(".")
            if name not in VERBS or (receiver and not _SERVER.search(receiver)):
                continue
            around = [one for one in calls_with(file, call) if one.last_name == "path"]
            prefix = [first_text(one.text) or "" for one in reversed(around)]
            own = _PATH_AND_HANDLER.match(call.text)
            if own and not prefix and not own[1].startswith("/"):
                continue
            if own or (prefix and not receiver and _HANDLER.match(call.text)):
                path = join_paths(*prefix, own[1] if own else "")
                yield declare(name.upper(), path, "javalin", (file, call), call.end_line)


def find_vertx_routes(source: Source) -> Iterator[Route]:
    """Yield what a router of Vert.x is told; the handlers follow in the chain of calls."""
    for file in source.parsed("io.vertx.ext.web", language="java", pattern=_VERTX):
        for call in file.calls:
            receiver, _, name = call.name.rpartition(".")
            found = _VERTX_PATH.match(call.text)
            if found and (name in VERBS or name == "route") and _ROUTER.search(receiver):
                chain = [one.end_line for one in file.around(call) if one.kind is Kind.CALL and one.start == call.start]
                method = (found[1] or ANY) if name == "route" else name.upper()
                yield declare(method, join_paths(found[2]), "vertx", (file, call), max(chain, default=call.end_line))


def find_context_routes(source: Source) -> Iterator[Route]:
    """Yield the contexts of the server that the JDK brings along; a handler there takes any method."""
    for file in source.parsed("com.sun.net.httpserver", language="java"):
        if not any(map(_JDK.match, file.names(Kind.IMPORT))):
            continue
        for call in file.called(Kind.CALL, "createContext"):
            if found := _CONTEXT.match(call.text):
                yield declare(ANY, join_paths(found[1]), "jdk", (file, call), call.end_line)
