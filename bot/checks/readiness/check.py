"""From the items of a policy to outcomes: each item's rule asked about the head, and where it matters the base.

Rule: the merge base is looked at only for items on which the change can have an effect, told by what their rules read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.attested import settle
from bot.checks.readiness.facts.files import Memory, Reads
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
from bot.model import PART, Ahead, Attested, Change, CheckResult, Finding, Outcome, Request, State, Unknown

_AS_BUG = "run it again; if it stays, report it as a bug of gonogo"
# All rules together take a few seconds of a large repository.
_LIMIT_S = 20.0
# In so many files a second processor saves more than it costs to start.
_WORTH_FILES = 1_000
_SCANNING = frozenset({"no-secrets", "secrets-stored"})
_UNTOUCHED = "the change touches nothing that it rests on"


def check_readiness(request: Request) -> CheckResult:
    """Answer the items that are asked for, each followed by its parts."""
    change = request.change
    comparison = None if change.audit else _Comparison(change)
    look = Look(change.head, comparison.memory if comparison else Memory(), ahead=request.ahead)
    look.attested, look.edited = request.attested, frozenset(file.path for file in change.files)
    look.touched = look.edited if comparison else frozenset()
    asks = {item.id: cast("Ask", item.settings) for item in request.items}
    if not _SCANNING.isdisjoint(ask.rule for ask in asks.values()):
        from bot.checks.readiness.rules.no_secrets import scan_beside

        scan_beside(look)
    with look.files.recording() as everything:
        heads = {
            item_id: judge(look, ask) for item_id, ask in asks.items() if not comparison or comparison.may_matter(ask)
        }
    # A fact reads on as it is used, for whichever rule is the first to: what one read, each may rest on.
    rest_on = {
        item_id: replace(everything if reads.facts else reads, ended_early=reads.ended_early)
        for item_id, (_, reads) in heads.items()
    }
    bases = comparison.bases(asks, rest_on, request.ahead) if comparison else None
    outcomes: list[Outcome] = []
    for item_id, ask in asks.items():
        if item_id not in heads:
            outcomes.append(_untouched(item_id, ask))
            continue
        head = _settled(item_id, heads[item_id][0], ask, request.attested)
        base = bases.of(item_id) if bases else None
        sides = comparison.sides(ask, look, head, rest_on[item_id], base) if comparison and base else None
        outcomes += _outcomes(item_id, ask, head, sides, compared=comparison is not None)
    return CheckResult(outcomes)


def _settled(item_id: str, judged: Judged, ask: Ask, attested: Attested) -> Judged:
    parts = {name: settle(f"{item_id}{PART}{name}", part, ask, attested) for name, part in judged.parts.items()}
    return settle(item_id, replace(judged, parts=parts), ask, attested)


def _untouched(item_id: str, ask: Ask) -> Outcome:
    return Outcome(item=item_id, state=State.NOT_APPLICABLE, reason=_UNTOUCHED, rows=ask.rows, regressed=False)


def judge(look: Look, ask: Ask) -> tuple[Judged, Reads]:
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
class _Base:
    """What a rule says of the merge base, which changed files it looked at, and whether it came to its end."""

    judged: Judged
    looked_at: frozenset[str]
    ended_early: bool


class _Bases:
    """The merge base, judged from the first item on, and on a second processor from the last one on."""

    def __init__(self, look: Look, asks: Mapping[str, Ask], changed: AbstractSet[str], ahead: Ahead | None) -> None:
        self._look = look
        self._asks = list(asks.values())
        self._numbers = {item_id: number for number, item_id in enumerate(asks)}
        self._changed = changed
        self._made = ahead.start(self._judge, len(asks)) if ahead and look.files.count >= _WORTH_FILES else None

    def of(self, item_id: str) -> _Base | None:
        """What is said for an item; None for one on which the change has no effect."""
        number = self._numbers.get(item_id)
        if number is None:
            return None
        made = self._made.take(number) if self._made else None
        # What ended early beside may come to its end here: what it had for its work was not the same.
        return made if isinstance(made, _Base) and not made.ended_early else self._judge(number)

    def _judge(self, number: int) -> _Base:
        judged, reads = judge(self._look, self._asks[number])
        return _Base(judged, frozenset(reads.paths & self._changed), reads.ended_early)


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

    def bases(self, asks: Mapping[str, Ask], rest_on: Mapping[str, Reads], ahead: Ahead | None) -> _Bases:
        """The merge base, to be asked for the items on which the change has an effect."""
        files = self.change.files
        touched = {item_id: asks[item_id] for item_id, reads in rest_on.items() if touches(files, reads)}
        return _Bases(
            self._base, touched, {path for file in files for path in (file.path, file.old_path) if path}, ahead
        )

    def sides(self, ask: Ask, look: Look, head: Judged, reads: Reads, base: _Base) -> Sides:
        """Both sides of an item."""
        looked_at = reads.paths | base.looked_at
        changed = [file.path for file in self.change.files if {file.path, file.old_path} & looked_at]
        complete = not (reads.ended_early or base.ended_early)
        both = complete and base.judged.state is head.state is State.PASS
        lost = self._lost_pieces(ask, look, base.judged, head) if both else []
        return Sides(base.judged, head, self._moves, self.change.merge_base.commit, changed, lost, complete=complete)

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
