"""Endpoints of health: one in the code, and something that asks it.

Rule: a route, or a framework's own endpoint, whose path says so (configured); a probe, a HEALTHCHECK or a platform
that asks the product for that path (wired); a test that asks for it, too (verified).
Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ and
https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06 (read 2026-11-29).
Out of sight: what the endpoint answers while something is down (the deploy gate asks).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.routes.route import ANY, Route
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, say_missing
from bot.checks.readiness.rules.health.actuator import find_actuator_paths, find_hidden
from bot.checks.readiness.rules.health.callers import find_callers
from bot.checks.readiness.rules.health.prefixes import with_prefixes
from bot.checks.readiness.rules.switches import say_off
from bot.checks.readiness.rules.testing.proofs import find_proof
from bot.model import Evidence, State, Strength

_PATH = re.compile(
    r"/(?:_{0,2}health(?:z|check|-check|_check|checks|s)?_{0,2}|livez?|readyz?|liveness|readiness|_{0,2}(?:lb)?heartbeat_{0,2}|alive|healthy|startupz)"
    r"(?:\.\w+)?(?:/|$)|/(?:ping|hc|_status|selfcheck)$"
    # Of anything else these are what it does, or how it is: an order's status, a vote up.
    r"|^(?:/(?:api|v\d+|rest|internal|system|server|service|app|monitor(?:ing)?))*/(?:up|status)$",
    re.IGNORECASE,
)
# What stands below such a path and tells something else than health.
_NOT_PATH = re.compile(r"/:|webhook|/(?:config(?:uration)?|settings|version|info|metrics|env|docs?)/?$", re.IGNORECASE)
# How tests ask: by a method of a client, or with a request that they make.
_REQUESTS = (
    r"(?:\b(?:get|head|request|fetch|visit|goto|inject|url|curl|perform|open|urlopen)\w*\s*(?:<[^>]*>)?\(|NewRequest"
    # Ruby asks without brackets.
    r"|(?:^|[{;])\s*(?:get|head|visit)\s+(?=[\"']))"
)
# A server of the web before the program may have an endpoint of its own, by any name.
_LOCATION = re.compile(r"^\s*location\s+=?\s*(/(?:\w{1,30}[_-])?health(?:z|[_-]?check)?)/?\s*\{")
_NGINX = "nginx answers for health"
_WHOSE = re.compile(r"(?:\bhealth check of|Probe of \w+) (\S+) asks ")
_READING = frozenset({"GET", "HEAD", ANY})
_MAX_MEASURES = 40
_DECLARING = frozenset({Kind.CALL, Kind.DECORATOR})
# Quarkus' own, and what Spring adds on the port of the program where it is told to.
_ACTUATOR_PATHS = ("/q/health", "/livez", "/readyz")
_ACTUATOR = "the actuator answers for health"
_MAPPED = "health checks are mapped"
_CONTROLLER = "a controller of health"
_MAPS = re.compile(r"HealthChecks\(\s*\"(/[^\"]*)\"")
_GET = re.compile(r" by GET (/\S+)")
# What stands in the folder of a program.
_MADE_BY = ("Dockerfile", "package.json", "go.mod", "requirements.txt", "pyproject.toml", "pom.xml", "build.gradle")
# Where an endpoint answers; a framework's own says nothing of it.
_ANSWERED = re.compile(r"\b(?:GET|HEAD|ANY|\*) (/\S*?)/?(?:\s|$)")
_ASKED = "what asks the endpoint of health where it is deployed"
_DEFAULT_PATHS = (*("/q/health", "/up", "/health", "/healthz", "/alive", "/hc", "/ht/", "/livez", "/readyz"),)


def judge_health_endpoints(look: Look, ask: CodeAsk) -> Judged:
    """Pass where something asks an endpoint that the code has."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    routes = with_prefixes(look, find_health_routes(look))
    at = find_actuator_paths(look)
    known = [_told_where(look, one, at) for one in find_known(look, ask)]
    if not routes and not known:
        return say_missing(look, "no route of health")
    served = is_served(routes, known)
    endpoints = [*map(_of_route, routes), *(replace(one, strength=Strength.CONFIGURED) for one in known)]
    on = [one for one in known if one.strength is not Strength.CONFIGURED]
    paths = [*_paths(routes, on, at), *_locations(look, on)]
    grpc = any("gRPC" in one.text for one in on)
    wired = [_with_endpoint(look, one, endpoints) for one in find_callers(look, paths, grpc=grpc)] if served else []
    either = "|".join(re.escape(path) for path in paths)
    proofs = (
        [find_proof(look, rf"{_REQUESTS}.*[\"'`}}](?:{either})[\"'`?]", paths) or _find_request(look, either)]
        if served
        else []
    )
    wired.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    judged = conclude(look, [*wired, *endpoints, *filter(None, proofs)], "")
    asking = [one for one in wired if one.strength is Strength.WIRED]
    return replace(judged, measures=_measures(asking, endpoints[0]))


def _measures(wired: Sequence[Evidence], endpoint: Evidence) -> Mapping[str, Measure]:
    """That something asks where it is deployed, and each that does: a test goes on to ask when a probe is gone."""
    first = wired[0] if wired else endpoint
    asked = {_ASKED: Measure(value=len(wired[:1]), path=first.path or "", line=first.line or 1)}
    each = {
        f"{one.text.partition(': ')[0]} in {one.path}": Measure(value=1, path=one.path or "", line=one.line or 1)
        for one in wired[:_MAX_MEASURES]
    }
    return {**asked, **each}


def _with_endpoint(look: Look, caller: Evidence, endpoints: Sequence[Evidence]) -> Evidence:
    """What asks, with the endpoint that it asks for in its text."""
    said = caller.text.rpartition(" asks ")[2]
    meant = [one for one in endpoints if said and f" {said} " in f"{one.text} "]
    # Of programs that all have such a path, the one is asked whose folder has the name of what is asked.
    name = _WHOSE.search(caller.text)
    if name and said.startswith("/") and _is_of_another(look, name[1], said, endpoints, caller.path or ""):
        return replace(caller, text=f"{caller.text}, which only another answers", strength=Strength.CONFIGURED)
    own = (one for one in meant if name and name[1] in (one.path or "").split("/")[:-1])
    folder = f"{dirname(caller.path or '')}/"
    beside = (one for one in meant or endpoints if folder != "/" and (one.path or "").startswith(folder))
    asked = next(own, None) or next(beside, meant[0] if meant else endpoints[0])
    return replace(caller, text=f"{caller.text}: {asked.text} ({asked.path}:{asked.line})")


def _is_of_another(look: Look, name: str, path: str, endpoints: Sequence[Evidence], manifest: str) -> bool:
    """Whether a program does not answer at a path that others do: its folder has its name, or holds its manifest."""
    inside = re.compile(rf"(?:.*/)?{re.escape(name)}/")
    folders = {found[0] for one in look.routes.all if (found := inside.match(one.source))}
    parts = manifest.split("/")[:-1]
    above = {"/".join([*parts[:at], ""]) for at in range(1, len(parts) + 1)}
    folders |= {one for one in above if any(route.source.startswith(one) for route in look.routes.all)}
    folders = {folder for folder in folders if any(f"{folder}{made}" in look.files for made in _MADE_BY)}
    if not folders:
        return False
    own = [one for one in endpoints if (one.path or "").startswith(tuple(folders))]
    return all((at := _ANSWERED.search(one.text)) and not f"{path}/".startswith(f"{at[1]}/") for one in own)


def _find_request(look: Look, either: str) -> Evidence | None:
    """A command of a pipeline that asks the program which the pipeline started."""
    asks = re.compile(rf"\b(?:curl|wget|http|wait-on)\b.*(?:localhost|127\.0\.0\.1|\$)\S*(?:{either})(?![\w-])")
    for ran in look.workflows.ran:
        if ran.guards and asks.search(ran.text):
            text = f"the job {ran.job.name!r} asks for it"
            return Evidence(text=text, path=ran.place.path, line=ran.place.line, strength=Strength.VERIFIED)
    return None


def find_known(look: Look, ask: CodeAsk | None = None) -> list[Evidence]:
    """The endpoints that frameworks bring along; an actuator that does not answer for health is configured."""
    known = find_evidence(look, ask.table, ask.marks) if ask else find_evidence(look, "health-endpoints")
    hidden = find_hidden(look)
    return [say_off(one, hidden) if hidden and _ACTUATOR in one.text else one for one in known]


def is_served(routes: Sequence[Route], known: Sequence[Evidence]) -> bool:
    """Whether one of the endpoints is there in production."""
    return bool(routes) or any(one.strength is not Strength.CONFIGURED for one in known)


def find_health_routes(look: Look) -> Sequence[Route]:
    """The routes whose path says that they tell about health, and that run in production."""
    reading = [one for one in look.routes.all if one.method in _READING]
    routes = [one for one in reading if _PATH.search(one.path) and not _NOT_PATH.search(one.path)]
    return [one for one in routes if _is_live(look, one)]


def _is_live(look: Look, route: Route) -> bool:
    if not look.reach.modules.loaded(route.source):
        return False
    file = look.source.file(route.source)
    calls = (one for one in file.elements if one.line == route.line and one.kind in _DECLARING)
    element = next(calls, None)
    if element is None:
        return True
    return look.reach.standing(file, element) is Standing.LIVE and look.reach.mounts.is_mounted(file, element)


def _of_route(route: Route) -> Evidence:
    text = f"{route.method} {route.path} is a route"
    return Evidence(text=text, path=route.source, line=route.line, strength=Strength.CONFIGURED)


def _told_where(look: Look, known: Evidence, at: Sequence[str]) -> Evidence:
    """An endpoint of Spring's actuator, or of ASP.NET, with the path at which it answers."""
    if known.path is not None and known.line is not None and _MAPPED in known.text:
        said = " ".join(look.files.lines(known.path)[known.line - 1 : known.line + 1])
        path = _MAPS.search(said)
        return replace(known, text=f"{known.text} by GET {path[1]}") if path else known
    return replace(known, text=f"{known.text} by GET {at[0]}") if _ACTUATOR in known.text else known


def _locations(look: Look, known: Sequence[Evidence]) -> Sequence[str]:
    """The paths at which nginx answers for health."""
    files = dict.fromkeys(one.path for one in known if one.path and one.text == _NGINX)
    return [found[1] for path in files for line in look.files.lines(path) if (found := _LOCATION.match(line))]


def _paths(routes: Sequence[Route], known: Sequence[Evidence], at: Sequence[str]) -> Sequence[str]:
    """The paths to look for: those of the routes, and those that frameworks have by default."""
    # A controller answers at its routes, and what says itself where it answers there alone.
    known = [one for one in known if not (routes and _CONTROLLER in one.text)]
    others = any(_ACTUATOR not in one.text and not (_MAPPED in one.text and _GET.search(one.text)) for one in known)
    by_default = () if not known else (*at, *_DEFAULT_PATHS) if others else (*at, *_ACTUATOR_PATHS)
    told = [found[1] for one in known if _MAPPED in one.text and (found := _GET.search(one.text))]
    return [path.rstrip("/") for path in (*(route.path for route in routes), *told, *by_default)]
