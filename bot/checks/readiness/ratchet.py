"""What a change takes away: an item, a part of one, or a number that was better at the merge base.

Rule: what passed at the merge base has to pass, or not to apply any more, at head; a number such as a limit may not get
worse. Each loss names the line of the head that took it away, and the place at the merge base that it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.pieces import LostPiece
from bot.checks.readiness.places import Moves, Place
from bot.model import Evidence, Finding, Json, State

_LOST = frozenset({State.FAIL, State.NOT_CHECKED, State.NEEDS_SIGN_OFF})
_MAX_FINDINGS = 5
_RULE = "regressed"


@dataclass(frozen=True)
class Sides:
    """What a rule says of the merge base and of the head, and what became of lines between them.

    Attributes:
        base_commit: where the places of the base are.
        changed: paths of changed files that the rule looked at, for a loss whose line is none of its evidence.
        pieces: what of a pass that stays a pass the change takes away.
        complete: whether the rule came to its end on both: where it did not, that nothing is lost is not known.
    """

    base: Judged
    head: Judged
    moves: Moves
    base_commit: str
    changed: Sequence[str]
    pieces: Sequence[LostPiece] = ()
    complete: bool = True


def find_losses(sides: Sides) -> list[Finding]:
    """What the change takes away of an item and its parts, each with its line at head."""
    own = [*_own_losses(sides), *_pieces(sides)]
    of_parts: list[Finding] = []
    for name, part in sides.base.parts.items():
        # What of it cannot be told apart any more is as the whole is.
        at_head = sides.head.parts.get(name, sides.head)
        for loss in _own_losses(replace(sides, base=part, head=at_head)):
            # A number of a part is one of the whole as well, and said once.
            own = [one for one in own if one != loss]
            of_parts.append(replace(loss, message=f"{name}: {loss.message}", details={**loss.details, "part": name}))
    return [*own, *of_parts]


def _pieces(sides: Sides) -> Iterator[Finding]:
    """What does not make the item fail, said where nothing else is lost of it."""
    for lost in sides.pieces[:_MAX_FINDINGS]:
        yield _finding(sides, f"a part of it is no longer there: {lost.seen.text}", lost.seen, lost.place)


def part_losses(sides: Sides, name: str) -> list[Finding]:
    """What the change takes away of one part."""
    part = sides.base.parts.get(name)
    return list(_own_losses(replace(sides, base=part, head=sides.head.parts[name]))) if part else []


def _own_losses(sides: Sides) -> Iterator[Finding]:
    if sides.base.state is State.PASS and sides.head.state in _LOST:
        yield from _lost_state(sides)
    for name, before in sides.base.measures.items():
        details = _base_place(before.path, before.line) if before.path else {}
        after = sides.head.measures.get(name)
        if after is None:
            place = _place_of_gone(sides, before)
            if place is not None:
                message = f"{name} was {before.value:g}, and is no longer there"
                yield replace(_finding(sides, message, None, place), details=details)
        elif _is_worse(before, after):
            message = f"{name} is {after.value:g}, was {before.value:g}"
            details = {**details, "number": after.value}
            yield _at_cause(sides, Finding(rule=_RULE, message=message, details=details), before, after)


def is_number(loss: Finding) -> bool:
    """Whether a loss is that a number got worse, which is so whatever else could not be told."""
    return "number" in loss.details


def _at_cause(sides: Sides, loss: Finding, before: Measure, after: Measure) -> Finding:
    """A loss where the number stands; where the change left that as it was, at what the change made of its cause."""
    if after.path and (stands := sides.moves.at(after.path, after.line)) and stands.line is not None:
        return replace(loss, path=after.path, line=stands.line)
    place = (sides.moves.lost(before.path, before.line) or sides.moves.first(before.path)) if before.path else None
    others = (found for path in sides.changed if (found := sides.moves.first(path)))
    place = place or next(others, None)
    if place is None:
        return replace(loss, path=after.path, line=after.line)
    if place.line is not None:
        return replace(loss, path=place.path, line=place.line)
    return replace(loss, path=place.path, line=before.line or None, commit=sides.base_commit, in_head=False)


def _is_worse(before: Measure, after: Measure) -> bool:
    # What is no number is not as good as one.
    return not (after.value >= before.value if before.higher_is_better else after.value <= before.value)


def _place_of_gone(sides: Sides, before: Measure) -> Place | None:
    """Where the change took a limit out of a file that stays; None where another one takes its place."""
    if before.may_go or not before.higher_is_better or sides.head.state is not State.PASS:
        return None
    fresh = [one for name, one in sides.head.measures.items() if name not in sides.base.measures]
    if any(not _is_worse(before, one) for one in fresh):
        return None
    place = sides.moves.near(before.path, before.line)
    # A file that goes may go with the code that it was for, unless something less takes its place.
    return place if place is not None and (place.line is not None or fresh) else None


def _lost_state(sides: Sides) -> Iterator[Finding]:
    word = f"passed before the change, now {sides.head.state}"
    gone = list(_gone(sides))
    for seen, place in gone[:_MAX_FINDINGS]:
        yield _finding(sides, f"{word}: {seen.text} is no longer there", seen, place)
    if gone:
        return
    guess = next(_guesses(sides), None)
    if guess is not None:
        place, beside = guess
        yield _finding(sides, f"{word}: {sides.head.reason}", beside, place)
        return
    yield Finding(rule=_RULE, message=f"{word}: {sides.head.reason}")


def _gone(sides: Sides) -> Iterator[tuple[Evidence, Place]]:
    """The base's evidence whose line the change deletes or edits, the strongest first."""
    best = sides.base.strength
    for seen in sorted(sides.base.evidence, key=lambda seen: seen.strength is not best):
        place = sides.moves.lost(seen.path, seen.line) if seen.path else None
        if place is not None:
            yield seen, place


def _guesses(sides: Sides) -> Iterator[tuple[Place, Evidence | None]]:
    """Where the cause may stand, the likeliest first: what is missing now, an edit beside evidence, any edit read."""
    for found in sides.head.missing:
        if found.path and (place := sides.moves.at(found.path, found.line)):
            yield place, None
    for seen in sides.base.evidence:
        if seen.path and (place := sides.moves.near(seen.path, seen.line)):
            yield place, seen
    for path in sides.changed:
        if place := sides.moves.first(path):
            yield place, None


def _finding(sides: Sides, message: str, seen: Evidence | None, place: Place) -> Finding:
    details = _base_place(seen.path, seen.line) if seen else {}
    found = Finding(rule=_RULE, message=message, path=place.path, line=place.line, details=details)
    if place.line is not None:
        return found
    # The file is gone: its place is where it was.
    return replace(found, line=seen.line if seen else None, commit=sides.base_commit, in_head=False)


def _base_place(path: str | None, line: int | None) -> dict[str, Json]:
    return {"base": {"path": path, "line": line}}
