"""The API's document: made from the code, or committed; and the page that shows it.

Rule: marks of a generator that runs, or a document that is committed; GraphQL and gRPC have their own schema, so that
the item does not apply where no HTTP route is declared beside them.
Source: https://spec.openapis.org/oas/v3.1.1.html (read 2026-11-29).
Out of sight: whether the document is current (`docs.api-complete`).
"""

from __future__ import annotations

from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.model import State

# How many routes a server of such an API has beside it, for health, files and pages.
_BESIDE = {Trait.GRAPHQL: 12, Trait.TRPC: 8, Trait.GRPC: 4}


def judge_openapi(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the document, or its page, is there."""
    absent = find_absence(look.project, Applies.SERVER) or find_other_api(look)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    return conclude(look, find_evidence(look, ask.table, ask.marks), "no document of the API is made or committed")


def find_other_api(look: Look) -> str | None:
    """That the API is one of GraphQL, gRPC or tRPC, in words; None where it is one of routes."""
    for trait, few in _BESIDE.items():
        used = look.project.using(trait)
        if used and len(look.routes.all) <= few:
            one = used[0]
            return f"the API is one of {trait} ({one.name}, {one.path}:{one.line}); {look.project.searched}"
    return None if look.routes.all else look.project.missing("HTTP route")
