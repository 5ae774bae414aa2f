"""From the items of a policy to outcomes: each item's rule asked about the head."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.files import Memory
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.ladder import hold_against
from bot.checks.readiness.look import Look
from bot.checks.readiness.rule import load_rule
from bot.errors import GonogoError
from bot.model import CheckResult, Finding, ItemRequest, Outcome, Request, State, Unknown

_AS_BUG = "run it again; if it stays, report it as a bug of gonogo"


def check_readiness(request: Request) -> CheckResult:
    """Answer the items that are asked for, each followed by its parts."""
    look = Look(request.change.head, Memory())
    return CheckResult([outcome for item in request.items for outcome in _answer(look, item)])


def _answer(look: Look, item: ItemRequest) -> Iterator[Outcome]:
    ask = cast("Ask", item.settings)
    judged = judge(look, ask)
    yield _outcome(item.id, judged, ask)
    for name, part in judged.parts.items():
        yield _outcome(f"{item.id}#{name}", part, ask)


def judge(look: Look, ask: Ask) -> Judged:
    """What an item's rule says of one revision, held against what is asked. One that fails leaves the others theirs."""
    try:
        with look.files.recording() as reads:
            judged = hold_against(load_rule(ask.rule).judge(look, ask), ask)
    except (GonogoError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - one rule that fails is one unknown, and the rest goes on
        reason = f"the rule {ask.rule} failed with {type(error).__name__}"
        unknown = Unknown(reason=reason, settle=_AS_BUG)
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=[unknown])
    doubts = look.files.doubts(reads)
    if not doubts:
        return judged
    unknowns = [*judged.unknowns, *doubts]
    # That something is not there cannot be said of what was not read.
    if judged.state is State.NOT_APPLICABLE:
        return replace(judged, state=State.NOT_CHECKED, reason=doubts[0].reason, unknowns=unknowns)
    return replace(judged, unknowns=unknowns)


def _outcome(item_id: str, judged: Judged, ask: Ask) -> Outcome:
    findings = [_finding(item_id, found, ask) for found in judged.missing]
    return Outcome(
        item=item_id,
        state=judged.state,
        reason=judged.reason,
        findings=findings,
        unknowns=tuple(judged.unknowns),
        evidence=tuple(judged.evidence),
        figures={"strength": judged.strength, "asked": ask.strength},
        rows=ask.rows,
    )


def _finding(item_id: str, found: Finding, ask: Ask) -> Finding:
    parts = (item_id, found.rule, found.path or "", found.message)
    fingerprint = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return replace(found, fingerprint=found.fingerprint or fingerprint, help=found.help or ask.source or None)
