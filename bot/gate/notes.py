"""What one item's probe has seen, and the outcome that it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model import Evidence, Finding, Json, Outcome, Severity, State, Strength, Unknown

_MAX_ENTRIES = 200
_ELSEWHERE = "look at the service itself, and ask again"


@dataclass
class Notes:
    """Filled in by a probe. A probe that saw nothing cannot pass."""

    item: str
    findings: list[Finding] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    figures: dict[str, Json] = field(default_factory=dict)

    def fail(  # noqa: PLR0913 - each is a thing of its own
        self,
        rule: str,
        place: object,
        what: str,
        *,
        fix: str | None = None,
        help: str | None = None,  # noqa: A002 - the model's name
        severity: Severity = Severity.HIGH,
        fails: bool = True,
    ) -> None:
        """Note a fault at a place (an address, a query's name), whose fingerprint is that of item, rule and place."""
        digest = hashlib.sha256(f"{self.item}\n{rule}\n{place}".encode()).hexdigest()
        self.findings.append(
            Finding(
                rule=rule,
                message=f"{place}: {what}",
                severity=severity,
                fingerprint=digest[:32],
                fix=fix,
                help=help,
                fails=fails,
            )
        )

    def unsure(self, place: object, reason: str, settle: str = _ELSEWHERE) -> None:
        """Note what could not be learnt at a place."""
        self.unknowns.append(Unknown(reason=f"{place}: {reason}", settle=settle))

    def saw(self, place: object, what: str) -> None:
        """Note what speaks for the item."""
        self.evidence.append(Evidence(text=f"{place}: {what}", strength=Strength.VERIFIED))

    def outcome(self, passed: str, rows: Sequence[str] = ()) -> Outcome:
        """The outcome; `passed` says in a line what was seen, where nothing speaks against it."""
        # Threads note what they see when they see it; a report has one order.
        self.findings.sort(key=lambda finding: finding.message)
        self.unknowns.sort(key=lambda unknown: unknown.reason)
        self.evidence.sort(key=lambda evidence: evidence.text)
        state, reason = self._state(passed)
        return Outcome(
            item=self.item,
            state=state,
            reason=reason,
            findings=self.findings[:_MAX_ENTRIES],
            unknowns=self.unknowns[:_MAX_ENTRIES],
            evidence=self.evidence[:_MAX_ENTRIES],
            figures=self.figures,
            rows=rows,
        )

    def _state(self, passed: str) -> tuple[State, str]:
        failing = [finding for finding in self.findings if finding.fails]
        if failing:
            return State.FAIL, _first(failing[0].message, len(failing))
        if self.unknowns:
            return State.NOT_CHECKED, _first(self.unknowns[0].reason, len(self.unknowns))
        if not self.evidence:
            return State.NOT_CHECKED, "nothing was seen"
        return State.PASS, passed


def _first(words: str, number: int) -> str:
    return words if number == 1 else f"{words}, and {number - 1} more"
