"""The API's document: made from the code, or committed; and the page that shows it.

Rule: marks of a generator that runs, or a document that is committed; GraphQL and gRPC have their own schema, so that
the item does not apply where no HTTP route is declared beside them.
Source: https://spec.openapis.org/oas/v3.1.1.html (read 2026-11-29).
Out of sight: whether the document is current (`docs.api-complete`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.readiness.facts.appsettings import Setting, find_settings
from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.model import State, Strength

_PAGE = re.compile(r"(?:swagger|open_?api|scalar|redoc)")
# How many routes a server of such an API has beside it, for health, files and pages.
_BESIDE = {Trait.GRAPHQL: 12, Trait.TRPC: 8, Trait.GRPC: 4}


def judge_openapi(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the document, or its page, is there."""
    absent = find_absence(look.project, Applies.SERVER) or find_other_api(look)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = find_evidence(look, ask.table, ask.marks)
    if ask.table == "swagger-ui" and (off := next(_find_off(look), None)) is not None:
        said = f"which production's settings switch off ({off.path}:{off.line})"
        evidence = [
            replace(one, text=f"{one.text}, {said}", strength=Strength.CONFIGURED)
            if (one.path or "").endswith(".cs")
            else one
            for one in evidence
        ]
        evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    return conclude(look, evidence, "no document of the API is made or committed")


def _find_off(look: Look) -> Iterator[Setting]:
    """Yield the settings of .NET that keep the API's document, or its page, from production."""
    for one in find_settings(look.files):
        named = any(_PAGE.match(name) for name in one.names[:-1])
        if named and one.names[-1] in {"enabled", "enable", "isenabled"} and one.value is False:
            yield one


def find_other_api(look: Look) -> str | None:
    """That the API is one of GraphQL, gRPC or tRPC, in words; None where it is one of routes."""
    for trait, few in _BESIDE.items():
        used = look.project.using(trait)
        if used and len(look.routes.all) <= few:
            one = used[0]
            return f"the API is one of {trait} ({one.name}, {one.path}:{one.line}); {look.project.searched}"
    return None if look.routes.all else look.project.missing("HTTP route")
