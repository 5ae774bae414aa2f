"""Lines of one version of a file, found again in another by the hunks between the two.

A state array has a byte a line, at the line's number (`bot.checks.coverage.lines`). Lines without a hunk are the same
in both versions; what a hunk brings has no state.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.checks.coverage.lines import FileLines
from bot.model import ChangedFile, Hunk


class LineMap:
    """Where the lines of an older version stand in a newer one. The hunks are in their order."""

    def __init__(self, hunks: Sequence[Hunk]) -> None:
        # Of each run of unchanged lines: its first line in the old version and in the new one, and its length (None
        # for the last run, which goes on for ever).
        self._runs: list[tuple[int, int, int | None]] = []
        old, new = 1, 1
        for hunk in hunks:
            # A side without lines names the line before it.
            end = hunk.old_start if hunk.old_count else hunk.old_start + 1
            if end > old:
                self._runs.append((old, new, end - old))
            new += end - old + hunk.new_count
            old = end + hunk.old_count
        self._runs.append((old, new, None))
        self._starts = [run[0] for run in self._runs]

    def new(self, line: int) -> int | None:
        """The line's number in the new version; None where it is gone."""
        at = bisect_right(self._starts, line) - 1
        if at < 0:
            return None
        old, new, length = self._runs[at]
        return new + line - old if length is None or line < old + length else None

    def states(self, states: bytes | bytearray) -> bytearray:
        """The old states at their new places."""
        carried = bytearray(1)
        for old, new, length in self._runs:
            if old >= len(states):
                break
            carried.extend(bytes(new - len(carried)))
            carried += states[old:] if length is None else states[old : old + length]
        return carried

    def removed(self, states: bytes | bytearray) -> Iterator[int]:
        """Yield the old lines with a state that are gone."""
        return (line for line, state in enumerate(states) if state and self.new(line) is None)


UNCHANGED = LineMap(())


def carry_file(lines: FileLines, way: LineMap) -> FileLines:
    """A file's coverage in terms of its newer version: lines and arms alone."""
    arms = {new: arms for line, arms in lines.arms.items() if (new := way.new(line)) is not None}
    return FileLines(lines=way.states(lines.lines), arms=arms)


def carry_files(files: Mapping[str, FileLines], moved: Iterable[ChangedFile]) -> dict[str, FileLines]:
    """All files in terms of a newer revision; those that it lacks, or whose lines are not known there, are left out."""
    carried = dict(files)
    for change in moved:
        if change.old_path is not None:
            carried.pop(change.old_path, None)
    for change in moved:
        lines = files.get(change.old_path) if change.old_path is not None else None
        if lines is not None and change.new_oid is not None and change.lines_known:
            carried[change.path] = carry_file(lines, LineMap(change.hunks))
    return carried
