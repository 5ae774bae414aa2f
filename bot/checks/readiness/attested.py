"""What people and the deploy gate say of an item, on top of what the tree shows.

Rule: a sign-off makes a pass of what no file can show, until it expires. It never makes one of a failure: that the two
differ is said. What the gate saw running decides where the tree leaves it open, or holds nothing of it, and a failure
there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.judged import Judged
from bot.model import Attested, Evidence, Finding, LiveAnswer, SignOff, State, Strength, Unknown

_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}(?::\d+)?(?:/\S*)?")
_PLACEHOLDER = re.compile(r"\bt\.?b\.?[da]\b|\btodo\b|\bxxx+\b", re.IGNORECASE)
_OPEN = frozenset({State.NEEDS_SIGN_OFF, State.NOT_CHECKED, State.PENDING})


def settle(item_id: str, judged: Judged, ask: Ask, attested: Attested) -> Judged:
    """What a rule said, with the gate's answer and the sign-off for the item."""
    if (answer := attested.live.get(item_id)) is not None:
        judged = _with_live(judged, answer)
    elif attested.live_fault and judged.state is State.NEEDS_SIGN_OFF:
        judged = replace(judged, reason=f"{judged.reason}; {attested.live_fault}")
    signoff = attested.signoffs.get(item_id)
    return judged if signoff is None else _with_sign_off(judged, signoff, ask, attested)


def _with_live(judged: Judged, answer: LiveAnswer) -> Judged:
    seen = [*judged.evidence, *answer.evidence]
    if answer.state is State.FAIL:
        reason = f"the deploy gate: {answer.reason}"
        missing = [*judged.missing, Finding(rule="live", message=reason)]
        return replace(judged, state=State.FAIL, reason=reason, evidence=seen, missing=missing)
    if answer.state is State.PASS and (judged.state in {*_OPEN, State.PASS} or _is_absent(judged)):
        seen.append(Evidence(text=f"the deploy gate: {answer.reason}", strength=Strength.VERIFIED))
        reason = f"the deploy gate: {answer.reason}"
        lacking = () if _is_absent(judged) else judged.missing
        return replace(judged, state=State.PASS, reason=reason, evidence=seen, missing=lacking)
    return replace(judged, evidence=seen)


def _is_absent(judged: Judged) -> bool:
    """Whether an item fails for what the tree does not hold, and not for what it does: that may stand elsewhere."""
    return judged.state is State.FAIL and not judged.evidence and all(one.rule == "missing" for one in judged.missing)


def _with_sign_off(judged: Judged, signoff: SignOff, ask: Ask, attested: Attested) -> Judged:
    faults = list(_faults(signoff, ask, attested))
    until = _last_day(signoff, ask)
    word = f"signed off by {signoff.by} on {signoff.on.isoformat()} until {until.isoformat()}: {signoff.link}"
    if judged.state is State.FAIL:
        text = f"{word}; but the tree shows otherwise, and that counts"
        return replace(judged, evidence=[*judged.evidence, _evidence(signoff, text)])
    # Whoever signs off an item says that it applies, though the tree shows nothing of it.
    if judged.state not in {State.NEEDS_SIGN_OFF, State.NOT_APPLICABLE}:
        return judged
    if faults:
        unknown = Unknown(
            reason=f"the sign-off by {signoff.by} does not count: {', '.join(faults)}",
            settle="a new sign-off under `signoffs` of the base's policy",
            path=signoff.path,
            line=signoff.line,
        )
        reason = f"{judged.reason}; {unknown.reason}"
        unknowns = [*judged.unknowns, unknown]
        return replace(judged, state=State.NEEDS_SIGN_OFF, reason=reason, unknowns=unknowns)
    seen = replace(_evidence(signoff, word), strength=Strength.VERIFIED)
    return replace(judged, state=State.PASS, reason=word, evidence=[seen, *judged.evidence])


def _evidence(signoff: SignOff, text: str) -> Evidence:
    return Evidence(path=signoff.path, line=signoff.line, text=text)


def _faults(signoff: SignOff, ask: Ask, attested: Attested) -> Iterator[str]:
    """Why a sign-off does not count."""
    if attested.today is None:
        yield "the day is not known"
    elif signoff.on > attested.today:
        yield f"it is of the future, {signoff.on.isoformat()}"
    elif (last := _last_day(signoff, ask)) < attested.today:
        yield f"it expired on {last.isoformat()}"
    if not _ADDRESS.fullmatch(signoff.link) or _PLACEHOLDER.search(signoff.link):
        yield "its link is no web address where it can be read up"
    names = {part.strip().removeprefix("@").casefold() for part in re.split(r"[<>(),]", signoff.by)}
    if _PLACEHOLDER.search(signoff.by) or not any(names):
        yield "it names nobody"
    elif names & attested.authors and not attested.author_may_sign_off:
        yield f"{signoff.by} is an author of the change"


def _last_day(signoff: SignOff, ask: Ask) -> date:
    return signoff.expires or _after(signoff.on, ask.valid_months)


def _after(day: date, months: int) -> date:
    """The day so many months later; the last of its month where that is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
