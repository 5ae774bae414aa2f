"""From the items of a policy to outcomes: each item's rule asked about the head, and where it matters the base.

Rule: the merge base is looked at only for items on which the change can have an effect, told by what their rules read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.attested import settle
from bot.checks.readiness.both_ends import Answer, Base, BothEnds
from bot.checks.readiness.facts.files import Memory
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.ladder import hold_against
from bot.checks.readiness.look import FactsWithheld, Look
from bot.checks.readiness.patience import TookTooLong, limited
from bot.checks.readiness.pieces import Between, LostPiece, find_lost_pieces
from bot.checks.readiness.places import Moves
from bot.checks.readiness.ratchet import Sides, find_losses, is_number, part_losses
from bot.checks.readiness.relevance import only_prose, touches
from bot.checks.readiness.rule import load_rule, settle_ask
from bot.errors import GonogoError
from bot.model import PART, Attested, Change, CheckResult, Finding, Outcome, Request, State, Unknown

_AS_BUG = "run it again; if it stays, report it as a bug of gonogo"
# All rules together take a few seconds of a large repository.
_LIMIT_S = 20.0
_UNTOUCHED = "the change touches nothing that it rests on"


def check_readiness(request: Request) -> CheckResult:
    """Answer the items that are asked for, each followed by its parts."""
    change = request.change
    comparison = None if change.audit else _Comparison(change)
    look = Look(change.head, comparison.memory if comparison else Memory(), ahead=request.ahead)
    look.attested, look.edited = request.attested, frozenset(file.path for file in change.files)
    look.touched = look.edited if comparison else frozenset()
    asks = {item.id: cast("Ask", item.settings) for item in request.items}
    asked = {name: ask for name, ask in asks.items() if not comparison or comparison.may_matter(ask)}
    both = BothEnds(look, comparison.side if comparison else None, asked, judge)
    heads = both.heads(request.ahead)
    outcomes: list[Outcome] = []
    for item_id, ask in asks.items():
        if item_id not in heads:
            outcomes.append(_untouched(item_id, ask))
            continue
        judged, reads = heads[item_id]
        head = _settled(item_id, judged, ask, request.attested)
        touched = comparison is not None and touches(change.files, reads)
        sides = comparison.sides(ask, look, (head, reads), both.base(item_id)) if comparison and touched else None
        outcomes += _outcomes(item_id, ask, head, sides, compared=comparison is not None)
    return CheckResult(outcomes)


def _settled(item_id: str, judged: Judged, ask: Ask, attested: Attested) -> Judged:
    parts = {name: settle(f"{item_id}{PART}{name}", part, ask, attested) for name, part in judged.parts.items()}
    return settle(item_id, replace(judged, parts=parts), ask, attested)


def _untouched(item_id: str, ask: Ask) -> Outcome:
    return Outcome(item=item_id, state=State.NOT_APPLICABLE, reason=_UNTOUCHED, rows=ask.rows, regressed=False)


def judge(look: Look, ask: Ask) -> Answer:
    """What an item's rule says of one revision, held against what is asked, and what it looked at.

    A rule that fails, or takes too long, leaves the others theirs.
    """
    ask = settle_ask(ask)
    with look.files.recording() as reads:
        judged = _to_its_end(look, ask)
        if isinstance(judged, _EndedEarly):
            # What was being made of the tree when it ended may be half of it.
            look.found.clear()
            reads.ended_early = True
            unknown = Unknown(reason=judged.reason, settle=judged.settle)
            judged = Judged(state=State.NOT_CHECKED, reason=judged.reason, unknowns=[unknown])
    doubts = look.files.doubts(reads)
    if judged.state is State.NOT_APPLICABLE and "source" in reads.facts:
        doubts += _unread_language(look)
    return _with_doubts(judged, doubts), reads


@dataclass(frozen=True)
class _EndedEarly:
    """Why a rule has no answer: it had looked at part of what it would have when it ended."""

    reason: str
    settle: str


def _to_its_end(look: Look, ask: Ask) -> Judged | _EndedEarly:
    rule = load_rule(ask.rule)
    with limited(_LIMIT_S) as sets_limit:
        try:
            return hold_against(rule.judge(look, ask), ask)
        except (MemoryError, FactsWithheld):
            raise
        except TookTooLong:
            if not sets_limit:
                raise
            reason = f"the rule {ask.rule} took more than {_LIMIT_S:g} s of processor time"
            return _EndedEarly(reason, "make its regular expressions cheaper, or shorten what they are matched to")
        except GonogoError as error:
            return _EndedEarly(str(error), "mend what it names")
        except Exception as error:  # noqa: BLE001 - one rule that fails is one unknown, and the rest goes on
            return _EndedEarly(f"the rule {ask.rule} failed with {type(error).__name__}", _AS_BUG)


def _unread_language(look: Look) -> list[Unknown]:
    from bot.checks.readiness.rules.unread import find_unlooked

    unread = find_unlooked(look)
    return [unread] if unread else []


def _with_doubts(judged: Judged, doubts: Sequence[Unknown]) -> Judged:
    if not doubts:
        return judged
    unknowns = [*judged.unknowns, *(one for one in doubts if one not in judged.unknowns)]
    # That something is not there cannot be said of what was not read.
    if judged.state is State.NOT_APPLICABLE or (judged.state is State.PASS and judged.by_absence):
        return replace(judged, state=State.NOT_CHECKED, reason=doubts[0].reason, unknowns=unknowns)
    return replace(judged, unknowns=unknowns)


@dataclass(frozen=True)
class _Comparison:
    """The merge base, looked at only where the change can have an effect."""

    change: Change

    @cached_property
    def memory(self) -> Memory:
        return Memory()

    @cached_property
    def _base(self) -> Look:
        look = Look(self.change.merge_base, self.memory)
        look.touched = frozenset(file.old_path for file in self.change.files if file.old_path is not None)
        return look

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.change)

    @cached_property
    def _only_prose(self) -> bool:
        return only_prose(self.change.files)

    def may_matter(self, ask: Ask) -> bool:
        """Whether the change can have an effect on an item, told without a look at more than its documents."""
        if not self.change.files:
            return False
        if not self._only_prose:
            return True
        return (
            ask.reads_prose
            and settle_ask(ask).reads_prose
            and any(self._passes_by_prose(look, ask) for look in self._prose)
        )

    def _passes_by_prose(self, look: Look, ask: Ask) -> bool:
        # What has to ask what the project is passes by no document, so that none of it can come or go.
        try:
            judged, reads = judge(look, ask)
        except FactsWithheld:
            return False
        return reads.ended_early or (judged.state is State.PASS and touches(self.change.files, reads))

    @cached_property
    def _prose(self) -> list[Look]:
        """Merge base and head, with nothing but their files."""
        return [Look(tree, self.memory, withhold_facts=True) for tree in (self.change.merge_base, self.change.head)]

    @property
    def side(self) -> Base:
        """The merge base, to be judged."""
        changed = {path for file in self.change.files for path in (file.path, file.old_path) if path}
        return Base(lambda: self._base, changed)

    def sides(self, ask: Ask, look: Look, of_head: Answer, of_base: Answer) -> Sides:
        """Both sides of an item."""
        (head, reads), (base, base_reads) = of_head, of_base
        looked_at = reads.paths | base_reads.paths
        changed = [file.path for file in self.change.files if {file.path, file.old_path} & looked_at]
        complete = not (reads.ended_early or base_reads.ended_early)
        both = complete and base.state is head.state is State.PASS
        lost = self._lost_pieces(ask, look, base, head) if both else []
        return Sides(base, head, self._moves, self.change.merge_base.commit, changed, lost, complete=complete)

    def _lost_pieces(self, ask: Ask, look: Look, base: Judged, head: Judged) -> Sequence[LostPiece]:
        with limited(_LIMIT_S):
            try:
                return find_lost_pieces(Between(self._base, look, self._moves), ask, base, head)
            except TookTooLong:
                return []


def _outcomes(item_id: str, ask: Ask, head: Judged, sides: Sides | None, *, compared: bool) -> Iterator[Outcome]:
    def regressed(losses: Sequence[Finding]) -> bool | None:
        # Of two sides one of which has no answer, only what is seen to be lost can be told.
        known = compared and (sides is None or sides.complete)
        return True if losses else False if known else None

    losses = find_losses(sides) if sides else []
    outcome = _outcome(item_id, head, ask, losses)
    yield replace(outcome, rows=ask.rows, regressed=regressed(losses))
    for name, part in head.parts.items():
        losses = part_losses(sides, name) if sides else []
        outcome = _outcome(f"{item_id}{PART}{name}", part, ask, losses)
        yield replace(outcome, regressed=regressed(losses))


def _outcome(item_id: str, judged: Judged, ask: Ask, losses: Sequence[Finding]) -> Outcome:
    findings = [_finished(item_id, found, ask) for found in (*losses, *judged.missing)]
    state, reason = judged.state, judged.reason
    if losses and (state is State.PASS or (state is State.NOT_CHECKED and any(map(is_number, losses)))):
        # A number got worse, or a part is lost that the item does not need.
        state, reason = State.FAIL, losses[0].message
    return Outcome(
        item=item_id,
        state=state,
        reason=reason,
        findings=findings,
        unknowns=tuple(judged.unknowns),
        evidence=tuple(judged.evidence),
        figures={"strength": judged.strength, "asked": ask.strength},
        needs_network=judged.needs_network and judged.state is State.NOT_CHECKED,
    )


def _finished(item_id: str, found: Finding, ask: Ask) -> Finding:
    parts = (item_id, found.rule, found.path or "", found.message)
    fingerprint = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return replace(
        found,
        fingerprint=found.fingerprint or fingerprint,
        help=found.help or ask.source or None,
        fix=found.fix or ask.fix or None,
    )
