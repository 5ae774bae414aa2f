"""Where a line of the merge base went: the line at head that took its place, or that it is gone with its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import Change, ChangedFile, Hunk, Status


@dataclass(frozen=True)
class Place:
    """A place at head that the change made. `line` is None where the file itself is gone: the path is of the base."""

    path: str
    line: int | None


class Moves:
    """What became of the lines of the merge base."""

    def __init__(self, change: Change) -> None:
        self._by_old_path: Mapping[str, ChangedFile] = {
            file.old_path: file for file in change.files if file.old_path is not None
        }
        self._by_path = {file.path: file for file in change.files}

    def lost(self, path: str, line: int | None) -> Place | None:
        """Where the change took a line of the base away; None where the line is as it was."""
        file = self._by_old_path.get(path)
        if file is None:
            return None
        if file.status is Status.DELETED:
            return Place(path, None)
        if not file.lines_known or line is None:
            return Place(file.path, _first_line(file))
        for hunk in file.hunks:
            if hunk.old_start <= line < hunk.old_start + hunk.old_count:
                return Place(file.path, _line_in(hunk, line))
        return None

    def hunk(self, path: str, line: int | None) -> Hunk | None:
        """The edit that took a line of the base away; None where there is none, or it is not known."""
        file = self._by_old_path.get(path)
        return next(
            (
                one
                for one in (file.hunks if file else ())
                if one.old_start <= (line or 0) < one.old_start + one.old_count
            ),
            None,
        )

    def edits_within(self, path: str, lines: range) -> bool:
        """Whether the change takes, or adds to, some of these lines of the base."""
        file = self._by_old_path.get(path)
        return any(
            one.old_start in lines or one.old_start + max(0, one.old_count - 1) in lines
            for one in (file.hunks if file else ())
        )

    def is_there(self, path: str) -> bool:
        """Whether a file of the base is there at head, by whatever name."""
        file = self._by_old_path.get(path)
        return file is None or file.status is not Status.DELETED

    def added_lines(self, path: str) -> Sequence[int]:
        """The lines of a file at head that the change adds or rewrites."""
        file = self._by_path.get(path)
        return [line for lines in (file.added_lines() if file else ()) for line in lines]

    @property
    def added(self) -> Sequence[str]:
        """The files that the change adds."""
        return [path for path, file in self._by_path.items() if file.old_path is None]

    @property
    def deleted(self) -> Sequence[str]:
        """The files that the change deletes."""
        return [path for path, file in self._by_old_path.items() if file.status is Status.DELETED]

    @property
    def stays(self) -> Mapping[str, str]:
        """The paths at head of files that the change edits or renames, by their paths at the merge base."""
        files = self._by_old_path.items()
        return {old: file.path for old, file in files if file.status is not Status.DELETED}

    def near(self, path: str, line: int | None) -> Place | None:
        """The edit nearest to a line of the base, in the same file; None where the file is as it was."""
        file = self._by_old_path.get(path)
        if file is None:
            return None
        if file.status is Status.DELETED:
            return Place(path, None)
        nearest = min(file.hunks, key=lambda hunk: abs(hunk.old_start - (line or 1)), default=None)
        return Place(file.path, _line_in(nearest, line or 1) if nearest else 1)

    def at(self, path: str, line: int | None) -> Place | None:
        """A line of the head that the change made, or the one of its file nearest to it; None in a file as it was."""
        file = self._by_path.get(path)
        if file is None or line is None or not file.hunks or file.status is Status.DELETED:
            return self.first(path)
        nearest = min(file.hunks, key=lambda hunk: _distance(hunk, line))
        inside = nearest.new_start <= line < nearest.new_start + nearest.new_count
        last = nearest.new_start + max(0, nearest.new_count - 1)
        return Place(path, line if inside else max(1, nearest.new_start if line < nearest.new_start else last))

    def first(self, path: str) -> Place | None:
        """The first edit of a file, by its path at either side; None where it is as it was."""
        file = self._by_path.get(path) or self._by_old_path.get(path)
        if file is None:
            return None
        return Place(file.path, None if file.status is Status.DELETED else _first_line(file))


def _distance(hunk: Hunk, line: int) -> int:
    """How far a line of the head is from what an edit made."""
    return max(hunk.new_start - line, line - (hunk.new_start + max(0, hunk.new_count - 1)), 0)


def _first_line(file: ChangedFile) -> int:
    return max(1, file.hunks[0].new_start) if file.hunks else 1


def _line_in(hunk: Hunk, old_line: int) -> int:
    """The line of a hunk's new side that stands where one of the old side stood."""
    # Where lines are only deleted, git names the line before them.
    if not hunk.new_count:
        return max(1, hunk.new_start)
    return hunk.new_start + min(max(0, old_line - hunk.old_start), hunk.new_count - 1)
