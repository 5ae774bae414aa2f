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

# A server of GraphQL or gRPC has a few routes beside it, for health and for files.
_FEW_ROUTES = 20


def judge_openapi(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the document, or its page, is there."""
    absent = find_absence(look.project, Applies.SERVER) or find_other_api(look)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    return conclude(look, find_evidence(look, ask.table, ask.marks), "no document of the API is made or committed")


def find_other_api(look: Look) -> str | None:
    """That the API is one of GraphQL, gRPC or tRPC, in words; None where it is one of routes."""
    if len(look.routes.all) > _FEW_ROUTES:
        return None
    for trait in (Trait.GRAPHQL, Trait.GRPC, Trait.TRPC):
        used = look.project.using(trait)
        if used:
            one = used[0]
            return f"the API is one of {trait} ({one.name}, {one.path}:{one.line}); {look.project.searched}"
    if not look.routes.all:
        return look.project.missing("HTTP route")
    return None
