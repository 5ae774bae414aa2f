"""How far evidence goes, against how far a policy asks it to go."""

from __future__ import annotations

from dataclasses import replace

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.judged import Judged
from bot.model import Finding, State, Strength

_RANK = {strength: rank for rank, strength in enumerate(Strength)}


def hold_against(judged: Judged, ask: Ask) -> Judged:
    """What a rule said, with a pass that rests on too little made a failure, and each finding with a fix."""
    reached = judged.strength
    if judged.state is State.PASS and (reached is None or _RANK[reached] < _RANK[ask.strength]):
        best = [seen for seen in judged.evidence if seen.strength is reached]
        word = reached or "said"
        missing = [
            Finding(rule="too-weak", message=f"{word}, not {ask.strength}: {seen.text}", path=seen.path, line=seen.line)
            for seen in best[:1]
        ] or [Finding(rule="too-weak", message="nothing shows it")]
        reason = f"{word}, not {ask.strength}: {judged.reason}"
        judged = replace(judged, state=State.FAIL, reason=reason, missing=[*judged.missing, *missing])
    if judged.state is not State.FAIL:
        return judged
    missing = list(judged.missing) or [Finding(rule="missing", message=judged.reason)]
    return replace(judged, missing=[replace(found, fix=found.fix or ask.fix or None) for found in missing])
