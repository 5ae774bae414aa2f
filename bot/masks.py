"""Takes the values of secrets out of every text of an outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.model import Evidence, Finding, Json, Outcome, Unknown

# A shorter value would blank out ordinary words, and hides nothing: it is guessed in no time.
_MIN_LENGTH = 6
_STAND_IN = "[secret]"


def mask(outcome: Outcome, values: Iterable[str]) -> Outcome:
    """The outcome, with a stand-in wherever one of the values stood: in messages, paths and figures alike."""
    # The longest first, so that no part of a value remains where one holds another.
    wanted = sorted({value for value in values if len(value) >= _MIN_LENGTH}, key=len, reverse=True)
    if not wanted:
        return outcome
    pattern = re.compile("|".join(map(re.escape, wanted)))

    def hide(text: str) -> str:
        return pattern.sub(_STAND_IN, text)

    return replace(
        outcome,
        reason=hide(outcome.reason),
        findings=[_finding(finding, hide) for finding in outcome.findings],
        unknowns=[_unknown(unknown, hide) for unknown in outcome.unknowns],
        evidence=[_evidence(evidence, hide) for evidence in outcome.evidence],
        figures=_members(outcome.figures, hide),
    )


_Hide = Callable[[str], str]


def _optional(text: str | None, hide: _Hide) -> str | None:
    return None if text is None else hide(text)


def _finding(finding: Finding, hide: _Hide) -> Finding:
    return replace(
        finding,
        message=hide(finding.message),
        path=_optional(finding.path, hide),
        fix=_optional(finding.fix, hide),
        suppression=_optional(finding.suppression, hide),
        details=_members(finding.details, hide),
    )


def _unknown(unknown: Unknown, hide: _Hide) -> Unknown:
    return replace(
        unknown, reason=hide(unknown.reason), settle=hide(unknown.settle), path=_optional(unknown.path, hide)
    )


def _evidence(evidence: Evidence, hide: _Hide) -> Evidence:
    return replace(evidence, text=hide(evidence.text), path=_optional(evidence.path, hide))


def _members(members: Mapping[str, Json], hide: _Hide) -> Mapping[str, Json]:
    return {hide(key): _json(value, hide) for key, value in members.items()}


def _json(value: Json, hide: _Hide) -> Json:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return _members(value, hide)
    if isinstance(value, Sequence):
        return [_json(part, hide) for part in value]
    return value
