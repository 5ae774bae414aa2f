"""The rule `signals`: an item that any of the listed signals shows, the farthest going one first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import Need, judge_needs
from bot.checks.readiness.rules.signals.ask import (
    ActionSignal,
    AnnotationSignal,
    CommandSignal,
    ContainerSignal,
    ImageSignal,
    InitialSignal,
    JobSignal,
    ObjectSignal,
    SignalsAsk,
)
from bot.checks.readiness.rules.signals.finders import find_called, find_signal
from bot.checks.readiness.rules.signals.initial import find_packed
from bot.model import Evidence, Finding, State, Strength, Unknown

# What a chart does not render, and what is to develop with.
_IDLE = re.compile(r"the chart's values do not render|to develop with$")
_MAX_EVIDENCE = 40
_MAX_LINE = 1_000
_OF_OBJECTS = (ObjectSignal, AnnotationSignal, ImageSignal, ContainerSignal)
_OF_PIPELINES = (CommandSignal, ActionSignal, JobSignal)


def judge_signals(look: Look, ask: SignalsAsk) -> Judged:
    """Pass where a signal is found; else what the policy says of its absence, open where objects could not be read."""
    lack = judge_needs(look, ask) or _lack(look, ask)
    # What is applied to a cluster shows what it is for, also where the code is in another repository.
    if lack is not None and (Need.SERVICE in ask.needs or not _is_applied(look, ask)):
        return lack
    order = list(Strength)
    found = [seen for signal in ask.signals for seen in find_signal(look, signal)]
    evidence = list(_once(sorted(found, key=lambda seen: -order.index(seen.strength or Strength.CONFIGURED))))
    wired = bool(evidence) and evidence[0].strength is not Strength.CONFIGURED
    against = [*ask.against, *(ask.spoilt if wired else ())]
    if weak := [seen for signal in against for seen in find_signal(look, signal)]:
        return _weakened(weak, evidence)
    if not wired and (called := _called(look, ask)):
        return Judged(
            state=State.NOT_CHECKED, reason=called[0].reason, evidence=evidence[:_MAX_EVIDENCE], unknowns=called
        )
    if evidence and ask.strength is Strength.CONFIGURED and all(_IDLE.search(seen.text) for seen in evidence):
        # What is enough where it is there is not where it is off.
        why = f"{evidence[0].text} ({evidence[0].path}:{evidence[0].line})"
        return replace(_nothing(look, ask), reason=why, evidence=evidence[:_MAX_EVIDENCE])
    if evidence:
        reason = f"{evidence[0].text}: {evidence[0].path}"
        return Judged(state=State.PASS, reason=reason, evidence=evidence[:_MAX_EVIDENCE])
    return _nothing(look, ask)


def _nothing(look: Look, ask: SignalsAsk) -> Judged:
    """What the policy says of an absence; open where objects or pipelines could not be read."""
    searched = f"{len(look.files.paths):,} files and {len(look.workflows.pipelines)} pipelines searched"
    reason = f"nothing shows it; {searched}"
    unknowns = list(look.kubernetes.unknowns) if any(isinstance(one, _OF_OBJECTS) for one in ask.signals) else []
    if any(isinstance(one, _OF_PIPELINES) for one in ask.signals):
        unknowns += look.workflows.unread
    if ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason, unknowns=unknowns)
    if unknowns:
        reason = f"{reason}; {len(unknowns)} manifests, templates or pipelines could not be read"
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=unknowns)
    missing = Finding(rule="missing", message="nothing shows it", fix=ask.fix or None)
    return Judged(state=State.FAIL, reason=reason, missing=[missing])


def _called(look: Look, ask: SignalsAsk) -> Sequence[Unknown]:
    """The workflows of other repositories that are called, and may do it."""
    action = next((one for one in ask.signals if isinstance(one, ActionSignal)), None)
    return list(find_called(look, ask.called, action)) if ask.called is not None and action is not None else []


def _is_applied(look: Look, ask: SignalsAsk) -> bool:
    applied = (signal for signal in ask.signals if isinstance(signal, ObjectSignal | AnnotationSignal))
    shown = (seen for signal in applied for seen in find_signal(look, signal))
    return any(seen.strength is Strength.WIRED for seen in shown)


def _lack(look: Look, ask: SignalsAsk) -> Judged | None:
    """The answer where no file is there that the item is about."""
    initial = [one for one in ask.signals if isinstance(one, InitialSignal)]
    if initial and (find_packed(look) or any(seen for one in initial for seen in find_signal(look, one))):
        return None
    there = not ask.present or look.files.select(*ask.present, roles=tuple(Role)) or _is_in_code(look, ask)
    if not there and not any(seen for signal in ask.signals for seen in find_signal(look, signal)):
        what = " or ".join(ask.present[:4])
        reason = f"no file is named {what}; {len(look.files.paths):,} files searched"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return None


def _is_in_code(look: Look, ask: SignalsAsk) -> bool:
    """Whether a line of the product's code says that there is what the item is about, though no file is named so."""
    if ask.present_in_code is None:
        return False
    pattern = re.compile(ask.present_in_code, re.IGNORECASE)
    held = re.compile(ask.present_in_code.encode(), re.IGNORECASE)
    files = look.source.parsed(*ask.code_words, pattern=held)
    return any(pattern.search(line[:_MAX_LINE]) for file in files for line in file.lines)


def _weakened(weak: Sequence[Evidence], evidence: Sequence[Evidence]) -> Judged:
    missing = [
        Finding(rule="against", message=f"it is weakened: {seen.text}", path=seen.path, line=seen.line)
        for seen in weak[:_MAX_EVIDENCE]
    ]
    reason = f"it is weakened ({weak[0].path}:{weak[0].line})"
    return Judged(state=State.FAIL, reason=reason, evidence=evidence[:1], missing=missing)


def _once(evidence: list[Evidence]) -> list[Evidence]:
    """The evidence without what stands on a line that was seen already."""
    return list({(seen.path, seen.line): seen for seen in reversed(evidence)}.values())[::-1]
