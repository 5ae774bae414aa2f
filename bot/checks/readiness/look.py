"""What a rule saw in one tree. It says nothing of states: `ladder.py` makes one of it, by what the policy asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Evidence, Finding, Strength, Unknown


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one rule found.

    Attributes:
        looked_for: what would count, in a few words that follow "found no": `rate limiter that is mounted`.
        evidence: what speaks for the item, each with path and line of the tree, and its strength.
        faults: places that make the item fail whatever the evidence is; each has a fix, or takes the item's.
        unknowns: what could not be read and would have mattered.
        not_applicable: the missing fact with what was searched (`no Redis client is imported and none is declared;
            412 files searched`); None where the item applies. It needs no evidence and may have some.
        ceiling: the highest strength that the rule can see at all; the item is never asked for more.
        parts: the item's parts by name (`hpa`), each an item of its own; the item passes when no part that applies
            fails. A look with parts needs no evidence of its own.
    """

    looked_for: str
    evidence: Sequence[Evidence] = ()
    faults: Sequence[Finding] = ()
    unknowns: Sequence[Unknown] = ()
    not_applicable: str | None = None
    ceiling: Strength = Strength.WIRED
    parts: Mapping[str, Look] = field(default_factory=dict)
