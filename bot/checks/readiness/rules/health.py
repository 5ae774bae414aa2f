"""Endpoints of health: one in the code, and something that asks it; and whether it asks what the program depends on.

Rule: a route, or a framework's own endpoint, whose path says so (configured); a probe, a HEALTHCHECK or a platform
that names that path (wired). Of a database, a cache or a broker: the code behind such a route asks it, or a check of a
library does.
Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ and
https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06 (read 2026-11-29).
Out of sight: what the endpoint answers while something is down (the deploy gate asks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.checks.readiness.facts.marks import LineMark, find_lines
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, say_missing
from bot.model import Evidence, State, Strength

_PATH = re.compile(
    r"/(?:_{0,2}health(?:z|check|-check|_check|checks|s)?_{0,2}|livez?|readyz?|liveness|readiness|heartbeat|alive|healthy|startupz)"
    r"(?:\.\w+)?(?:/|$)|/(?:ping|up|hc|status|_status|lbheartbeat|selfcheck)$",
    re.IGNORECASE,
)
_NOT_PATH = re.compile(r"/:|webhook", re.IGNORECASE)
# What asks an endpoint from outside of the program.
_CALLERS = (
    *("*.yml", "*.yaml", "Dockerfile*", "*.dockerfile", "*.toml", "*.tf", "*.sh", "*.conf", "app.json", "Caddyfile*"),
    *(
        "*.bicep",
        "*.tpl",
        "*.config",
        "Makefile",
        "*.hcl",
        "apprunner*.json",
        "railway.json",
        "*healthcheck*",
        "*.cfg",
        "**/docker/**",
    ),
)
_DEFAULT_PATHS = ("/actuator/health", "/up", "/health", "/healthz", "/alive", "/hc", "/ht/", "/livez", "/readyz")
_MAX_CALLED = 12
# Words of the languages, and of the frameworks, that name no function of the project.
_KEYWORDS = frozenset(
    {
        "return",
        "await",
        "async",
        "function",
        "const",
        "let",
        "var",
        "def",
        "class",
        "new",
        "import",
        "from",
        "true",
        "false",
    }
    | {
        "null",
        "none",
        "True",
        "False",
        "None",
        "if",
        "else",
        "for",
        "while",
        "try",
        "catch",
        "except",
        "raise",
        "throw",
    }
    | {
        "GET",
        "POST",
        "app",
        "router",
        "get",
        "post",
        "json",
        "response",
        "request",
        "req",
        "res",
        "ctx",
        "self",
        "path",
    }
)
_MAX_FILES = 48
# A function of health is short.
_LONGEST = 80
# A path that is shorter is asked for other reasons, too.
_SHORTEST = 2
_WORD = re.compile(r"[A-Za-z_]\w+")


class Kind(StrEnum):
    """What a health endpoint asks."""

    DATABASE = "database"
    CACHE = "cache"
    BROKER = "broker"


_ASKS = {
    Kind.DATABASE: re.compile(
        r"select\s+1|\$queryRaw|\bping(?:context|check|_?db)?\(|\.(?:execute|exec|raw|query|scalar|fetchval)\(|ensure_connection"
        r"|db_?status|database_?(?:check|status|health)|check_?(?:db|database|postgres|mongo)|canconnect|is_?connected|readystate"
        r"|active_connection|connection\.(?:active|cursor|get_pdo)|\bdb\.session|authenticate\(\)|isinitialized|session\.",
        re.IGNORECASE,
    ),
    Kind.CACHE: re.compile(
        r"redis\w*\W.{0,80}ping|\bping\(\).{0,80}redis|check_?(?:redis|cache)|redis_?(?:status|health|connected)"
        r"|cache\.(?:set|get)\(|redis\w*\.(?:status|info|is_?ready|isopen|get|ping)",
        re.IGNORECASE | re.DOTALL,
    ),
    Kind.BROKER: re.compile(
        r"(?:nats|rabbit|amqp|kafka|queue|broker|celery|sidekiq|worker|bull)\w*\W.{0,80}(?:ping|status|connected|is_?closed|inspect|stats|count|health)"
        r"|check_?(?:nats|rabbit|kafka|queue|broker|celery|workers?)|inspect\(",
        re.IGNORECASE | re.DOTALL,
    ),
}
_APPLIES = {Kind.DATABASE: Applies.DATABASE, Kind.CACHE: Applies.CACHE, Kind.BROKER: Applies.BROKER}
_ACTUATOR = {
    Kind.DATABASE: "spring-boot-starter-(?:data-\\w+|jdbc)|quarkus-(?:jdbc|agroal)",
    Kind.CACHE: "spring-boot-starter-data-redis|quarkus-redis",
    Kind.BROKER: "spring-boot-starter-(?:amqp|artemis|activemq)|spring-kafka|quarkus-messaging",
}


class DependencyAsk(CodeAsk):
    """Settings of the rule `dependency-health`."""

    of: Annotated[Kind, Field(description="what the endpoint has to ask")]


def judge_health_endpoints(look: Look, ask: CodeAsk) -> Judged:
    """Pass where something asks an endpoint that the code has."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    routes = find_health_routes(look)
    known = find_evidence(look, ask.table, ask.marks)
    if not routes and not known:
        return say_missing(look, "no route of health")
    served = _is_served(routes, known)
    endpoints = [*map(_of_route, routes), *(replace(one, strength=Strength.CONFIGURED) for one in known)]
    callers = _find_callers(look, routes, known) if served else []
    first = endpoints[0]
    wired = [
        replace(one, text=f"{one.text}: {first.text} ({first.path}:{first.line})", strength=Strength.WIRED)
        for one in callers
    ]
    return conclude(look, [*wired, *endpoints], "")


def _is_served(routes: Sequence[Route], known: Sequence[Evidence]) -> bool:
    """Whether one of the endpoints is there in production."""
    return bool(routes) or any(one.strength is not Strength.CONFIGURED for one in known)


def find_health_routes(look: Look) -> Sequence[Route]:
    """The routes whose path says that they tell about health, and that run in production."""
    routes = [one for one in look.routes.all if _PATH.search(one.path) and not _NOT_PATH.search(one.path)]
    return [one for one in routes if _is_live(look, one)]


def _is_live(look: Look, route: Route) -> bool:
    if not look.reach.modules.loaded(route.source):
        return False
    file = look.source.file(route.source)
    element = next((one for one in file.elements if one.line == route.line), None)
    return element is None or look.reach.standing(file, element) in {Standing.LIVE, Standing.UNUSED}


def _of_route(route: Route) -> Evidence:
    text = f"{route.method} {route.path} is a route"
    return Evidence(text=text, path=route.source, line=route.line, strength=Strength.CONFIGURED)


def _find_callers(look: Look, routes: Sequence[Route], known: Sequence[Evidence]) -> Sequence[Evidence]:
    """The first line of each file that asks one of the endpoints."""
    paths = [route.path.rstrip("/") for route in routes] if routes else [path.rstrip("/") for path in _DEFAULT_PATHS]
    either = "|".join(re.escape(path) for path in dict.fromkeys(paths) if len(path) > _SHORTEST)
    line = rf"(?:path|curl|wget|http|check|uri|url|endpoint|probe|target|fetch|value)\S*.*(?:{either})(?![\w-])"
    marks = [LineMark(shows="the endpoint is asked", files=_CALLERS, line=line)] if either else []
    if any("gRPC" in one.text for one in known):
        grpc = r"^\s*grpc:\s*$|grpc_health_probe"
        marks.append(LineMark(shows="the gRPC health service is asked", files=_CALLERS, line=grpc))
    return [one for one in find_lines(look.files, marks) if not (one.path or "").startswith(".github/")]


def judge_dependency_health(look: Look, ask: DependencyAsk) -> Judged:
    """Pass where the code behind an endpoint of health asks a database, a cache or a broker."""
    absent = find_absence(look.project, Applies.SERVER) or find_absence(look.project, _APPLIES[ask.of])
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    routes = find_health_routes(look)
    served = _is_served(routes, find_evidence(look, "health-endpoints"))
    found = list(find_evidence(look, ask.table, ask.marks))
    if not served:
        # A check that no endpoint reports is asked by nobody.
        found = [
            replace(one, text=f"{one.text}, and no endpoint reports it", strength=Strength.CONFIGURED) for one in found
        ]
    found += [one for route in routes for one in _find_asking(look, route, ask.of)]
    found += _find_actuator(look, ask.of)
    return conclude(look, found, f"no endpoint of health asks the {ask.of}")


def _find_asking(look: Look, route: Route, kind: Kind) -> Iterator[Evidence]:
    """Yield the line in a route's handler, or in a function that it calls, that asks."""
    pattern = _ASKS[kind]
    code = look.routes.code(route)
    if pattern.search(code):
        number = next((at for at, line in enumerate(code.split("\n")) if pattern.search(line)), 0)
        text = f"{route.path} asks the {kind}"
        yield Evidence(text=text, path=route.source, line=route.line + number, strength=Strength.WIRED)
        return
    names = [name for name in dict.fromkeys(_WORD.findall(code)) if name not in _KEYWORDS][: _MAX_CALLED * 3]
    for file, function in _find_functions(look, names, route.source):
        if pattern.search(file.text(function)):
            yield Evidence(
                text=f"{route.path} asks the {kind} by {function.name}",
                path=file.path,
                line=function.line,
                strength=Strength.WIRED,
            )
            return


def _find_functions(look: Look, names: Sequence[str], home: str) -> Iterator[tuple[SourceFile, Element]]:
    """Yield the functions of some names: those of the same file and folder first."""
    folder = home.rpartition("/")[0]
    number = 0
    for name in names:
        defined = re.compile(rb"(?:def|function|func|fn)\s+(?:\([^)]*\)\s*)?%b\b|\b%b\s*[=:(]" % ((name.encode(),) * 2))
        paths = [path for path in look.source.mentioning(name) if defined.search(look.source.content(path))]
        paths.sort(key=lambda path: (path != home, not path.startswith(folder)))
        for path in paths[:_MAX_CALLED]:
            file = look.source.file(path)
            for function in file.functions:
                if function.name == name and function.end_line - function.line < _LONGEST:
                    yield file, function
            number += 1
            if number > _MAX_FILES:
                return


def _find_actuator(look: Look, kind: Kind) -> Iterator[Evidence]:
    """Spring's actuator and Quarkus ask what they are configured with."""
    health = look.dependencies.named(".*(?:spring-boot-starter-actuator|quarkus-smallrye-health)", ecosystem="jvm")
    for one in look.dependencies.named(f".*(?:{_ACTUATOR[kind]})", ecosystem="jvm") if health else ():
        text = f"the actuator asks the {kind}, which {one.name} configures"
        yield Evidence(text=text, path=health[0].path, line=health[0].line, strength=Strength.WIRED)
        return
