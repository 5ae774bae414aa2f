"""What a rule says of one revision: a state, why, and what it rests on. The check makes outcomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Evidence, Finding, State, Strength, Unknown


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number that a change may not make worse, and where it stands.

    Attributes:
        may_go: whether it may go with what it counts: the replicas of a workload that is no longer there are no loss.
    """

    value: float
    path: str
    line: int
    higher_is_better: bool = True
    may_go: bool = False


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a rule says of one tree, at its best: the check holds it against the strength that the policy asks.

    Attributes:
        state: pass, fail, not-applicable, not-checked or needs-sign-off.
        reason: one line. Not applicable: the fact that is missing, and how much was searched.
        evidence: for a pass at least one with path, line and strength.
        missing: what makes it fail, each with its fix, and its place where it has one.
        measures: numbers that a change may not make worse, by name.
        parts: what a composite item consists of, by the part's name (`hpa`).
        needs_network: it was not checked for the one reason that nobody allowed a connection.
        by_absence: a pass says that something is nowhere, so that whatever could not be read leaves it open.
    """

    state: State
    reason: str
    evidence: Sequence[Evidence] = ()
    missing: Sequence[Finding] = ()
    unknowns: Sequence[Unknown] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    parts: Mapping[str, Judged] = field(default_factory=dict)
    needs_network: bool = False
    by_absence: bool = False

    @property
    def strength(self) -> Strength | None:
        """How far the best of the evidence goes; None without any that says."""
        order = list(Strength)
        found = [seen.strength for seen in self.evidence if seen.strength is not None]
        return max(found, key=order.index, default=None)
