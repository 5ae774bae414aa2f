"""Pieces of what makes an item pass, one of which a change takes away though others stay.

Rule: of what stands by itself, such as the guard of one group of routes, each file that stays keeps as much as it had.
It may go with the function, the class or the route that it was for, and to a place that serves more than one: another
edited file, which declares no routes. Where what stands in front of every route names the same, it may go.
Out of sight: files that go as a whole; a piece less that the same change makes up for by another elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.places import Moves, Place
from bot.checks.readiness.rules.pieces import find_general, find_pieces, has_pieces
from bot.model import Evidence, Hunk

_MAX_FILES, _MAX_LINE = 200, 500
_NAME = re.compile(r"[A-Za-z_]\w{3,80}")
_DECLARATIONS = frozenset({Kind.FUNCTION, Kind.CLASS})


@dataclass(frozen=True)
class Between:
    """Both sides of a change, and what became of lines."""

    base: Look
    head: Look
    moves: Moves


@dataclass(frozen=True)
class LostPiece:
    """A piece of the merge base that is no longer there, or does not run any more, and where the change took it."""

    seen: Evidence
    place: Place


def find_lost_pieces(between: Between, ask: Ask, before: Judged) -> Sequence[LostPiece]:
    """The pieces of an item that the change takes away, in the order of files and lines."""
    if not has_pieces(ask):
        return []
    moves = between.moves
    at = dict(islice(moves.stays.items(), _MAX_FILES))
    at |= {one.path: one.path for one in before.evidence if one.path and moves.first(one.path) is None}
    old = _by_file(find_pieces(between.base, ask, at.keys()))
    new = _by_file(find_pieces(between.head, ask, {*at.values(), *moves.added[:_MAX_FILES]}))
    lost = [piece for path in sorted(old) for piece in _lost_of(between, path, old[path], new.get(at[path], []))]
    if lost and _are_elsewhere(between, lost, {at[path]: len(old[path]) for path in old}, new):
        return []
    general = [one for one in find_general(ask, before.evidence) if moves.lost(one.path or "", one.line) is None]
    return [one for one in lost if not any(_covers(between.base, by, one.seen) for by in general)]


def _covers(look: Look, general: Evidence, single: Evidence) -> bool:
    """Whether what stands in front of every route names all that stood in front of some."""
    named, needed = (_argued(look, one) for one in (general, single))
    return bool(needed) and needed <= named


def _argued(look: Look, seen: Evidence) -> set[str]:
    """The names behind the first word of a line: `authenticate_user` of `before_action :authenticate_user!`."""
    [line] = look.files.lines(seen.path or "")[(seen.line or 1) - 1 :][:1] or [""]
    return set(_NAME.findall(line[:_MAX_LINE])[1:])


def _are_elsewhere(
    between: Between, lost: Sequence[LostPiece], kept: Mapping[str, int], new: Mapping[str, Sequence[Evidence]]
) -> bool:
    """Whether other files got as many pieces, or one that serves all."""
    more = {path: len(found) - kept.get(path, 0) for path, found in new.items() if len(found) > kept.get(path, 0)}
    if not more or sum(more.values()) >= len(lost):
        return bool(more)
    declare = {route.source for route in between.head.routes.all}
    return any(path not in declare for path in more)


def _by_file(pieces: Sequence[Evidence]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for one in sorted(pieces, key=lambda one: one.line or 0):
        found.setdefault(one.path or "", []).append(one)
    return found


def _lost_of(between: Between, path: str, old: Sequence[Evidence], new: Sequence[Evidence]) -> Iterator[LostPiece]:
    """Yield the pieces of a file that are gone: as many as it has less than it had, those first whose lines are."""
    moves = between.moves
    edited = [one for one in old if moves.lost(path, one.line)]
    others = [one for one in old if one not in edited]
    for one in [*edited, *others][: max(0, len(old) - len(new))]:
        hunk = moves.hunk(path, one.line)
        place = moves.lost(path, one.line) or moves.near(path, one.line)
        if place is None:
            # What took it stands in another file.
            place = next((found for path in moves.stays if (found := moves.first(path))), None)
        if place is not None and not (hunk and _goes_with(between, path, hunk)):
            yield LostPiece(one, place)


def _goes_with(between: Between, path: str, hunk: Hunk) -> bool:
    """Whether an edit takes a function, a class or a route as well, which its file does not declare any more."""
    lines = range(hunk.old_start, hunk.old_start + hunk.old_count)
    now = between.moves.stays.get(path, path)
    before, after = between.base.source.file(path), between.head.source.file(now)
    declared = {(one.kind, one.name) for one in before.elements if one.kind in _DECLARATIONS and one.line in lines}
    if any(name and name not in after.names(kind) for kind, name in declared):
        return True
    routes = {(route.method, route.path) for route in between.head.routes.all if route.source == now}
    taken = [route for route in between.base.routes.all if route.source == path and route.line in lines]
    return any((route.method, route.path) not in routes for route in taken)
