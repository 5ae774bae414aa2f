"""Lines that a change only moves: blocks that stand among its removed lines and, just so, among its added ones.

A block is three lines or more with something on them; indentation does not count. Each removed line is the origin of
one added line at most, so that a copy is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.model import Blobs, ChangedFile

Place = tuple[str, int]
Run = list[tuple[Place, bytes]]
_BLOCK = 3
_MAX_LINES = 200_000
_MIN_CHARACTERS = 20
_MAX_STARTS = 20


def find_moved(origins: Sequence[ChangedFile], files: Sequence[ChangedFile], blobs: Blobs) -> Mapping[Place, Place]:
    """Those of the lines added to `files` that were removed from `origins`: where they stand, and where they stood."""
    origins, files = ([file for file in side if file.hunks and file.lines_known] for side in (origins, files))
    count = sum(hunk.old_count for file in origins for hunk in file.hunks)
    if count + sum(hunk.new_count for file in files for hunk in file.hunks) > _MAX_LINES:
        return {}
    oids = [*(file.old_oid for file in origins), *(file.new_oid for file in files)]
    read = blobs.read(oid for oid in oids if oid)
    texts = {oid: content.split(b"\n") for oid, content in read if isinstance(content, bytes)}
    removed = [
        _run(file.old_path or file.path, texts.get(file.old_oid or "", []), hunk.old_start, hunk.old_count)
        for file in origins
        for hunk in file.hunks
    ]
    added = [
        _run(file.path, texts.get(file.new_oid or "", []), hunk.new_start, hunk.new_count)
        for file in files
        for hunk in file.hunks
    ]
    return dict(_match(removed, added))


def _run(path: str, lines: Sequence[bytes], start: int, count: int) -> Run:
    """The lines of one side of a hunk that hold something, without their indentation."""
    numbers = range(start, min(start + count, len(lines) + 1))
    return [((path, number), text) for number in numbers if (text := lines[number - 1].strip())]


def _match(removed: Sequence[Run], added: Sequence[Run]) -> Iterator[tuple[Place, Place]]:
    starts: dict[tuple[bytes, ...], list[tuple[Run, int]]] = {}
    for run in removed:
        for at in range(len(run) - _BLOCK + 1):
            starts.setdefault(_key(run, at), []).append((run, at))
    used: set[Place] = set()
    for run in added:
        at = 0
        while at <= len(run) - _BLOCK:
            pairs = _longest(run, at, starts.get(_key(run, at), ()), used)
            yield from pairs
            used.update(place for _, place in pairs)
            at += len(pairs) or 1


def _key(run: Run, at: int) -> tuple[bytes, ...]:
    return tuple(text for _, text in run[at : at + _BLOCK])


def _longest(run: Run, at: int, starts: Sequence[tuple[Run, int]], used: set[Place]) -> list[tuple[Place, Place]]:
    """The longest block from a place on that stands in some removed run, too; empty where none is long enough."""
    length, old, start = max(
        ((_count_equal(run, at, old, start, used), old, start) for old, start in starts[:_MAX_STARTS]),
        key=lambda found: found[0],
        default=(0, run, 0),
    )
    if length < _BLOCK or sum(len(text) for _, text in run[at : at + length]) < _MIN_CHARACTERS:
        return []
    return [(run[at + step][0], old[start + step][0]) for step in range(length)]


def _count_equal(run: Run, at: int, old: Run, start: int, used: set[Place]) -> int:
    """How many lines are equal from two places on, none of them the origin of another line."""
    most = min(len(run) - at, len(old) - start)
    for step in range(most):
        (_, text), (origin, was) = run[at + step], old[start + step]
        if text != was or origin in used:
            return step
    return most
