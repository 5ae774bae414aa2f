"""The change as data: trees, files, commits, and what was not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.model.results import Unknown


class Mode(StrEnum):
    """A tree entry's kind, by git's octal mode."""

    FILE = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    SUBMODULE = "160000"
    ABSENT = "000000"


class Status(StrEnum):
    """How a path differs between two trees, by git's letter."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"
    TYPE_CHANGED = "T"


@dataclass(frozen=True)
class Hunk:
    """One run of changed lines: 1-based first line and count, on both sides. A count of 0 is an empty side."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


@dataclass(frozen=True, kw_only=True)
class ChangedFile:
    """A path that differs between the merge base and the head.

    Attributes:
        path: the path at head, or the deleted one.
        old_path: the path at the merge base; None for an added file. It differs from `path` for a rename.
        old_oid: blob (or submodule commit) at the merge base; None where it is not there. `new_oid` likewise.
        hunks: without context; empty for a pure rename, a mode change and a file without lines.
        lines_known: False where hunks could not be made (binary content, over a limit, a missing blob): then each
            line of the file at head may be new.
    """

    status: Status
    path: str
    old_path: str | None
    old_mode: Mode
    new_mode: Mode
    old_oid: str | None
    new_oid: str | None
    hunks: Sequence[Hunk] = ()
    lines_known: bool = True

    def added_lines(self) -> Iterator[range]:
        """Yield the ranges of 1-based lines at head that the change adds or rewrites."""
        for hunk in self.hunks:
            if hunk.new_count:
                yield range(hunk.new_start, hunk.new_start + hunk.new_count)


@dataclass(frozen=True)
class CommitFile:
    """A path that a commit of the range sets to content that none of its parents has there.

    Attributes:
        parent_oids: one an object id for each parent of the commit, None where that parent lacks the path;
            empty for a root commit.
    """

    path: str
    mode: Mode
    oid: str
    parent_oids: Sequence[str | None]


@dataclass(frozen=True)
class Commit:
    """A commit of the range, with the files that it adds or edits (deletions are not listed).

    `message` is whole, decoded as UTF-8 with replacement; `author` is a name and an address, `Ada <ada@example.org>`.
    """

    oid: str
    parents: Sequence[str]
    message: str
    files: Sequence[CommitFile]
    author: str = ""


@dataclass(frozen=True)
class Entry:
    """One path of a tree."""

    path: str
    mode: Mode
    oid: str


@dataclass(frozen=True)
class NotRead:
    """A blob that was not read: over a limit, or not in the object store. `reason` and `settle` as in `Unknown`."""

    reason: str
    settle: str


class Blobs(Protocol):
    """Reads contents by object id, in batches, within the limits of the settings."""

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each distinct object id once, in the order asked for, with its content."""
        ...


class Tree(Protocol):
    """One revision's files, read from git objects. Everything is bounded by the limits of the settings."""

    @property
    def commit(self) -> str:
        """The revision's commit."""
        ...

    def entries(self) -> Sequence[Entry]:
        """All entries, sorted by path as bytes; submodules are there, as `Mode.SUBMODULE`."""
        ...

    def entry(self, path: str) -> Entry | None:
        """The entry at a path, or None."""
        ...

    def glob(self, *patterns: str) -> Iterator[Entry]:
        """Yield the regular files whose path matches a pattern: `*` within a folder, `**` across folders."""
        ...

    def read(self, path: str) -> bytes | NotRead:
        """The content of a regular file (never through a symbolic link).

        Raises:
            KeyError: no regular file is at that path.
        """
        ...

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each path that is a regular file, with its content, in one batch."""
        ...

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        """Of the values (no line breaks in them), those that stand in some file, binary ones too.

        Raises:
            ToolError: the search did not end within its time.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Change:
    """A pull request as data.

    Attributes:
        commits: oldest first (topological), without those of the base.
        gaps: what of the change could not be had (a shallow clone's missing commits). Where there is one, no item
            may pass: the runner adds them to each outcome.
        readable: False where there are gaps and nothing of the change is known beyond its names; no check is run.
        audit: whether no change is looked at but the head as it is; base and merge base are the head then.
    """

    base: Tree
    merge_base: Tree
    head: Tree
    commits: Sequence[Commit]
    files: Sequence[ChangedFile]
    blobs: Blobs
    gaps: Sequence[Unknown] = ()
    readable: bool = True
    audit: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to check."""
        return self.readable and not (self.audit or self.gaps or self.commits or self.files)
