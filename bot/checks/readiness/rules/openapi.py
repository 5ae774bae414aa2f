"""The API's document: made from the code, or committed; and the page that shows it.

Rule: marks of a generator that runs, or a document that is committed; GraphQL and gRPC have their own schema, so that
the item does not apply where no HTTP route is declared beside them.
Source: https://spec.openapis.org/oas/v3.1.1.html (read 2026-11-29).
Out of sight: whether the document is current (`docs.api-complete`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.facts.routes.path_ends import PathEnds
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.model import Evidence, State, Strength, Unknown

# Without its document there is no page either.
_SWITCHES = {"openapi": ("api-docs",), "swagger-ui": ("swagger-ui", "api-docs")}
_LACKS = {"swagger-ui": "no page that shows the API's document is mounted or published"}
# Fewer routes tell nothing of which API a document is.
_FEW = 5
# Of what makes one as soon as there is a route, FastAPI, nobody has thought of it.
_MADE = "the document is made from the code"
# How many routes a server of such an API has beside it, for health, files and pages.
_BESIDE = {Trait.GRAPHQL: 12, Trait.TRPC: 8, Trait.GRPC: 4}


def judge_openapi(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the document, or its page, is there."""
    absent = judge_absent(look)
    if absent is not None and absent.state is not State.NOT_CHECKED and not _has_gateway(look):
        return absent
    off = _find_off(look, _SWITCHES.get(ask.table or "", _SWITCHES["openapi"]))
    evidence = [_with_paths(look, _without(one, off)) for one in find_evidence(look, ask.table, ask.marks)]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    # Whichever routes there are, which cannot be read, a document names paths.
    if absent is not None and not (evidence and evidence[0].strength is not Strength.CONFIGURED):
        return absent
    return conclude(look, evidence, _LACKS.get(ask.table or "", "no document of the API is made or committed"))


def _has_gateway(look: Look) -> bool:
    """Whether calls of gRPC are answered over HTTP, too, as a document that is made with the gateway says."""
    return bool(look.project.using(Trait.GRPC) and look.source.mentioning("grpc-gateway/v2/runtime", language="go"))


def _find_off(look: Look, what: Collection[str]) -> str | None:
    """The settings of Spring that switch springdoc's document, or its page, off; None where no program is told so."""
    switches = {("springdoc", one, "enabled") for one in what}
    told = [one for one in find_spring_settings(look.files) if one.names in switches]
    off = [one.path for one in told if str(one.value).lower() == "false"]
    return off[0] if off and len(off) == len(told) else None


def _without(evidence: Evidence, off: str | None) -> Evidence:
    """What springdoc does, which is nothing in production where settings switch it off."""
    if off is None or not evidence.text.startswith("springdoc "):
        return evidence
    return replace(evidence, text=f"{evidence.text}, but {off} switches it off", strength=Strength.CONFIGURED)


def _with_paths(look: Look, evidence: Evidence) -> Evidence:
    """A committed document, which shows nothing where it names no path, or none of the many that the code has."""
    document = look.files.parsed(evidence.path or "") if evidence.text.endswith("is committed") else None
    if document is None:
        return evidence
    paths = document.get("paths")
    named = {str(path) for path in paths} if isinstance(paths, dict) else set()
    ends = PathEnds(named)
    routes = {one.path for one in look.routes.all} - {"/"}
    elsewhere = isinstance(paths, dict) and "$ref" in paths
    if elsewhere or (named and (len(routes) < _FEW or any(path in ends for path in routes))):
        return evidence
    what = "but it names none of the routes of the code" if named else "but it names no path"
    return replace(evidence, text=f"{evidence.text}, {what}", strength=Strength.CONFIGURED)


def judge_absent(look: Look) -> Judged | None:
    """The answer where there is no API of routes, or none that can be read; None where there is one."""
    absent = find_absence(look.project, Applies.SERVER) or _find_other_api(look)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    return judge_unread(look, "HTTP route")


def judge_unread(look: Look, what: str) -> Judged | None:
    """The answer where nothing is said of the routes of a program that answers requests; None where some are read."""
    if any(not one.is_page for one in look.routes.all) or _find_other_api(look):
        return None
    if look.routes.all:
        reason = f"its {len(look.routes.all)} routes are pages of a framework that names their paths"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    server = look.project.server
    if server is None or not server.of_http:
        return Judged(state=State.NOT_APPLICABLE, reason=look.project.missing(what))
    reason = f"{server.text}, and no route of it is declared in a way that is read"
    unknown = Unknown(reason=reason, settle="look at its routes by hand", path=server.path, line=server.line)
    return Judged(state=State.NOT_CHECKED, reason=f"{reason} ({server.path}:{server.line})", unknowns=[unknown])


def _find_other_api(look: Look) -> str | None:
    """That the API is one of GraphQL, gRPC or tRPC, in words; None where it may be one of routes."""
    for trait, few in _BESIDE.items():
        used = look.project.using(trait)
        if used and len(look.routes.all) <= few and not (trait is not Trait.GRPC and _describes_routes(look)):
            one = used[0]
            return f"the API is one of {trait} ({one.name}, {one.path}:{one.line}); {look.project.searched}"
    return None


def _describes_routes(look: Look) -> bool:
    """Whether the program makes a document of routes that it has beside its GraphQL: then they are an API, too."""
    # A greeting is no API.
    if all(one.is_page or one.method in {"GET", "ANY", "HEAD", "OPTIONS"} for one in look.routes.all):
        return False
    made = (one for one in find_evidence(look, "openapi") if one.text == _MADE)
    return any(one.strength is not Strength.CONFIGURED for one in made)
