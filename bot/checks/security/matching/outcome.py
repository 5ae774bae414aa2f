"""From compared findings to an item's outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.checks.security.matching.compare import Compared, Hit, fingerprints
from bot.model import Certainty, Evidence, Finding, Outcome, Severity, State, Unknown

_ORDER = ("info", "low", "medium", "high", "critical")
_MAX_FINDINGS = 500
_MAX_FIXED = 500


def judge(  # noqa: PLR0913 - each is a thing of its own
    item: str,
    compared: Compared,
    unknowns: Sequence[Unknown],
    *,
    looked_at: str,
    fail_on: str,
    evidence: Sequence[Evidence] = (),
    fix: Callable[[str], str],
    suppression: Callable[[Hit], str | None] = lambda _: None,
) -> Outcome:
    """The outcome: it fails on a finding of at least `fail_on`, and passes only with nothing unknown.

    `looked_at` says in words what was scanned, such as `3 Python files`.
    """
    worst = sorted(
        compared.new,
        key=lambda hit: (not _fails(hit, fail_on), -_ORDER.index(hit.severity), hit.path, hit.line),
    )
    findings = [
        _report(hit, mark, fail_on, fix(hit.rule), suppression(hit))
        for hit, mark in zip(worst[:_MAX_FINDINGS], fingerprints(worst), strict=False)
    ]
    failing = sum(_fails(hit, fail_on) for hit in worst)
    unsettled = State.NOT_CHECKED if unknowns else State.PASS
    state = State.FAIL if failing else unsettled
    reason = f"{len(compared.new)} new in {looked_at}, {failing} of them too severe; {compared.known} known"
    if len(worst) > _MAX_FINDINGS:
        reason += f"; the worst {_MAX_FINDINGS} are listed"
    if state is State.NOT_CHECKED:
        reason = f"{unknowns[0].reason}; {reason}"
    fixed = [{"rule": hit.rule, "path": hit.path} for hit in compared.fixed[:_MAX_FIXED]]
    return Outcome(
        item=item,
        state=state,
        reason=reason,
        findings=findings,
        unknowns=unknowns,
        evidence=evidence,
        figures={"fixed": fixed, "known": compared.known, "new": len(compared.new)},
    )


def _fails(hit: Hit, fail_on: str) -> bool:
    return not hit.relaxed and fail_on != "nothing" and _ORDER.index(hit.severity) >= _ORDER.index(fail_on)


def _report(hit: Hit, fingerprint: str, fail_on: str, fix: str, suppression: str | None) -> Finding:
    fails = _fails(hit, fail_on)
    return Finding(
        rule=hit.rule,
        message=hit.message,
        severity=Severity(hit.severity),
        certainty=Certainty.LIKELY if fails else Certainty.NOTE,
        path=hit.path,
        line=hit.line,
        end_line=hit.end_line,
        column=hit.column,
        fingerprint=fingerprint,
        fix=fix,
        help=hit.help,
        suppression=suppression,
        fails=fails,
    )
