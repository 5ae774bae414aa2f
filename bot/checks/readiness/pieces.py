"""Pieces of what makes an item pass, one of which a change takes away though others stay.

Rule: of what stands by itself, as the guard of one group of routes does, a file that stays keeps as much as it had;
so does one that goes, where it sets the program up. It may go with the function, the class or the route that it was
for, and to a place that serves more than one: another edited file, which declares no routes. Where what stands in front
of every route names the same, it may go. Of what other rules tell, a line in a manifest may go with the key or block
that it stands in, and with its file; a pipeline and a document may not.
Out of sight: a piece less that the same change makes up for by another elsewhere.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.places import Moves, Place
from bot.checks.readiness.relevance import is_prose
from bot.checks.readiness.rules.pieces import find_general, find_pieces, has_pieces
from bot.model import Evidence, Hunk, Strength

# What lets everybody in where a guard stands in front of all else.
_OPENS = re.compile(
    r"\bAllowAny\b|AllowAnonymous|PermitAll|\bpermitAll\(|@Public\(|\bskip_before_action\b|withoutMiddleware\("
    r"|\bpermission_classes\b[^=\n]{0,40}=\s{0,9}[\[(]\s{0,9}[\])]"
)
_MAX_FILES, _MAX_LINE = 200, 500
_NAME = re.compile(r"[A-Za-z_]\w{3,80}")
# Rules that tell of several things, each of which stands by itself.
_SHOWN = frozenset({"signals", "health-endpoints", "dependency-health", "schema-migrations", "documents"}) | {
    *("ci-workflows", "docker-multi-stage", "cache-ttl"),
}
# Those that say the same of other lines when what they were told of moves.
_WHERE_EDITED = frozenset({"schema-migrations", "documents", "ci-workflows", "docker-multi-stage", "cache-ttl"})
# A file that sets up a program, and is for no feature that could go with it.
_SETS_UP = re.compile(
    r"(?i)(?:^|/)(?:main|app|server|program|startup|application|bootstrap|wsgi|asgi|middleware)\.\w+$"
    r"|(?:^|/)(?:config/initializers|config|settings|middlewares?|instrumentation|extensions)/"
)
_FEW_LINES = 2
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


def find_lost_pieces(between: Between, ask: Ask, before: Judged, after: Judged) -> Sequence[LostPiece]:
    """The pieces of an item that the change takes away, in the order of files and lines."""
    lost = _lost_finds(between, ask, before) if has_pieces(ask) else []
    return lost or (_lost_evidence(between, ask, before, after) if ask.rule in _SHOWN else [])


def _lost_evidence(between: Between, ask: Ask, before: Judged, after: Judged) -> Sequence[LostPiece]:
    """What is told by more than marks: evidence whose file shows less of it than it did."""
    moves, pipelines = between.moves, {one.path for one in between.base.workflows.pipelines}
    enough = {None, *islice(Strength, list(Strength).index(ask.strength), None)}
    at = {path: moves.stays.get(path, path) for path in {one.path or "" for one in before.evidence}}
    old, new = (
        _by_file([one for one in side.evidence if one.path and one.strength in enough]) for side in (before, after)
    )
    # A manifest may go with what it is for; a pipeline that looks for faults is for all that stays.
    whole = pipelines | {path for path in old if is_prose(path)}
    stay = [path for path in sorted(old) if path in whole or moves.is_there(path)]
    lost = [piece for path in stay for piece in _lost_of(between, path, old[path], new.get(at[path], []))]
    if ask.rule in _WHERE_EDITED:
        lost = [one for one in lost if _is_edited(between, one.seen.path or "", one.seen.line or 1)]
    kept = {at[path]: len(found) for path, found in old.items()}
    # Of long lists only the first are shown: what the change leaves as it was may move up into the place of another.
    changed = {path for path in new if moves.first(path) is not None}
    gained = sum(max(0, len(found) - kept.get(path, 0)) for path, found in new.items() if path in changed)
    return lost if gained < len(lost) else []


def _lost_finds(between: Between, ask: Ask, before: Judged) -> Sequence[LostPiece]:
    moves = between.moves
    at = dict(islice(moves.stays.items(), _MAX_FILES))
    at |= {path: path for path in moves.deleted[:_MAX_FILES] if _SETS_UP.search(path)}
    at |= {one.path: one.path for one in before.evidence if one.path and moves.first(one.path) is None}
    there = find_pieces(between.head, ask, {*at.values(), *moves.added[:_MAX_FILES]})
    old = _by_file(
        [one for one in find_pieces(between.base, ask, at.keys()) if one.strength is not Strength.CONFIGURED]
    )
    new = _by_file([one for one in there if one.strength is not Strength.CONFIGURED])
    lost = [piece for path in sorted(old) for piece in _lost_of(between, path, old[path], new.get(at[path], []))]
    idle = {(one.path, one.line) for one in there if one.strength is Strength.CONFIGURED}
    lost = [one for one in lost if not _is_written_anew(between, one.seen, idle)]
    if lost and _are_elsewhere(between, lost, {at[path]: len(old[path]) for path in old}, new):
        return []
    general = [one for one in find_general(ask, before.evidence) if moves.lost(one.path or "", one.line) is None]
    return [
        one
        for one in lost
        if _is_opened(between, one.seen) or not any(_covers(between.base, by, one.seen) for by in general)
    ]


def _running(pieces: Sequence[Evidence]) -> list[Evidence]:
    return [one for one in pieces if one.strength is not Strength.CONFIGURED]


def _is_written_anew(between: Between, seen: Evidence, idle: Collection[tuple[str | None, int | None]]) -> bool:
    """Whether code that takes the place of a line names all that it named, and is nothing that does not run."""
    path, hunk = seen.path or "", between.moves.hunk(seen.path or "", seen.line)
    now = between.moves.stays.get(path, path)
    if hunk is None or now not in between.head.source:
        return False
    lines = range(hunk.new_start, hunk.new_start + hunk.new_count)
    code = between.head.source.file(now).code.split("\n")[lines.start - 1 : lines.stop - 1]
    named = {name for line in code for name in _NAME.findall(line[:_MAX_LINE])}
    [was] = between.base.source.file(path).code.split("\n")[(seen.line or 1) - 1 :][:1] or [""]
    needed = set(_NAME.findall(was[:_MAX_LINE]))
    # A name of its own may be given to a part of it above: `let limit = rate_limit;`.
    own = between.head.source.file(now).code.split("\n")
    added = {name for line in between.moves.added_lines(now) for name in _NAME.findall("".join(own[line - 1 : line]))}
    return bool(needed & named) and needed <= named | added and not any((now, line) in idle for line in lines)


def _is_opened(between: Between, seen: Evidence) -> bool:
    """Whether code that takes the place of a line says that what stands in front of every route is not for it."""
    path, hunk = seen.path or "", between.moves.hunk(seen.path or "", seen.line)
    now = between.moves.stays.get(path, path)
    if hunk is None or now not in between.head.source:
        return False
    code = between.head.source.file(now).code.split("\n")[hunk.new_start - 1 : hunk.new_start - 1 + hunk.new_count]
    return any(_OPENS.search(line[:_MAX_LINE]) for line in code)


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
    edited = [one for one in old if _is_edited(between, path, one.line or 1)]
    others = [one for one in old if one not in edited]
    for one in [*edited, *others][: max(0, len(old) - len(new))]:
        hunk = moves.hunk(path, one.line)
        place = moves.lost(path, one.line) or moves.near(path, one.line)
        if place is None:
            # What took it stands in another file.
            pipelines = {one.path for one in between.head.workflows.pipelines}
            edited_files = sorted(moves.stays.values(), key=lambda path: path not in pipelines)
            place = next((found for path in edited_files if (found := moves.first(path))), None)
        stays = moves.is_there(path)
        if place is not None and not (stays and hunk and _goes_with(between, path, hunk, one.line or 1)):
            yield LostPiece(one, place)


def _is_edited(between: Between, path: str, line: int) -> bool:
    """Whether the change takes a line, or anything of the job of a pipeline that it stands in."""
    if between.moves.lost(path, line) is not None:
        return True
    jobs = [job for one in between.base.workflows.pipelines if one.path == path for job in one.jobs]
    starts = sorted({job.place.line for job in jobs if job.place.path == path})
    begin = max((start for start in starts if start <= line), default=None)
    end = min((start for start in starts if start > line), default=sys.maxsize)
    return begin is not None and between.moves.edits_within(path, range(begin, end))


def _goes_with_parent(look: Look, path: str, hunk: Hunk, line: int) -> bool:
    """Whether an edit of a manifest takes the key or the block as well in which a line stands."""
    if any(path == one.path for one in look.workflows.pipelines):
        return False
    lines = look.files.lines(path)[:line]
    depth = _depth(lines[-1]) if lines else 0
    above = (number for number in range(len(lines) - 1, 0, -1) if lines[number - 1].strip())
    parent = next((number for number in above if _depth(lines[number - 1]) < depth), None)
    taken = range(hunk.old_start, hunk.old_start + hunk.old_count)
    return parent in taken if parent else len(taken) > _FEW_LINES


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _goes_with(between: Between, path: str, hunk: Hunk, line: int) -> bool:
    """Whether an edit takes a function, a class or a route as well, which its file does not declare any more."""
    lines = range(hunk.old_start, hunk.old_start + hunk.old_count)
    if path not in between.base.source:
        return _goes_with_parent(between.base, path, hunk, line)
    now = between.moves.stays.get(path, path)
    before, after = between.base.source.file(path), between.head.source.file(now)
    # What a call is given goes with the call: `rateLimit({ skip: (req) => ... })`.
    given = max((one.end_line for one in before.calls if one.line == line), default=line)
    outside = (one for one in before.elements if not line < one.line <= one.end_line <= given)
    declared = {(one.kind, one.name) for one in outside if one.kind in _DECLARATIONS and one.line in lines}
    if any(name and name not in after.names(kind) for kind, name in declared):
        return True
    routes = {(route.method, route.path) for route in between.head.routes.all if route.source == now}
    taken = [route for route in between.base.routes.all if route.source == path and route.line in lines]
    return any((route.method, route.path) not in routes for route in taken)
