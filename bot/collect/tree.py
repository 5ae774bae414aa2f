"""One revision's files, read from git objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from bot.collect.git import Git
from bot.collect.objects import ObjectReader
from bot.errors import ToolError
from bot.globs import Glob
from bot.model import Entry, Mode, NotRead
from bot.settings import MIB, Limits

_FILES = (Mode.FILE, Mode.EXECUTABLE)
_MODES = {mode.value: mode for mode in Mode}
_SEARCH_OUTPUT_BYTES = 64 * MIB


class GitTree:
    """The `Tree` of a commit. The listing is read once, when it is first asked for."""

    def __init__(self, commit: str, git: Git, objects: ObjectReader, limits: Limits) -> None:
        self._commit = commit
        self._git = git
        self._objects = objects
        self._limits = limits

    @property
    def commit(self) -> str:
        """The revision's commit."""
        return self._commit

    @cached_property
    def _listing(self) -> dict[str, str]:
        """Path to `<mode> <type> <object id>`: in a large tree most entries are never looked at."""
        listing = self._git.read("ls-tree", "-r", "-z", "--full-tree", self._commit)
        records = os.fsdecode(listing).split("\0")[:-1]
        if len(records) > self._limits.max_tree_entries:
            raise ToolError(f"the tree has more than {self._limits.max_tree_entries:,} paths")
        return {path: head for head, _, path in (record.partition("\t") for record in records)}

    def entries(self) -> Sequence[Entry]:
        """All entries, sorted by path as bytes."""
        return tuple(_entry(path, head) for path, head in self._listing.items())

    def entry(self, path: str) -> Entry | None:
        """The entry at a path, or None."""
        head = self._listing.get(path)
        return None if head is None else _entry(path, head)

    def glob(self, *patterns: str) -> Iterator[Entry]:
        """Yield the regular files whose path matches a pattern."""
        globs = [Glob(pattern) for pattern in patterns]
        for path, head in self._listing.items():
            if any(glob.matches(path) for glob in globs) and (entry := _entry(path, head)).mode in _FILES:
                yield entry

    def read(self, path: str) -> bytes | NotRead:
        """The content of a regular file."""
        for _, content in self.read_many([path]):
            return content
        raise KeyError(path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each path that is a regular file, with its content, by content: equal files come together."""
        by_oid: dict[str, list[str]] = {}
        for path in dict.fromkeys(paths):
            entry = self.entry(path)
            if entry is not None and entry.mode in _FILES:
                by_oid.setdefault(entry.oid, []).append(path)
        for oid, content in self._objects.read(by_oid):
            for path in by_oid[oid]:
                yield path, content

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        """Of the values, those that stand in some file."""
        wanted = sorted({value for value in values if value})
        if not wanted:
            return frozenset()
        blobs = [entry.oid for entry in self.entries() if entry.mode is not Mode.SUBMODULE]
        if missing := self._objects.ensure(blobs):
            raise ToolError(f"{len(missing):,} files of {self._commit[:12]} are not in this clone")
        # The values come by standard input, so that no process list ever shows one.
        ended = self._git.run(
            *("grep", "-a", "-F", "-o", "-h", "--no-color", "--full-name", "--max-depth=-1", "-f", "-", self._commit),
            stdin=b"\n".join(wanted),
            max_bytes=_SEARCH_OUTPUT_BYTES,
        )
        if ended.timed_out or ended.cut or ended.returncode not in (0, 1):
            raise ToolError(f"the files of {self._commit[:12]} could not be searched within their time")
        # Of two values at one place git names the longer one.
        matches = set(ended.stdout.split(b"\n"))
        return frozenset(value for value in wanted if value in matches or any(value in match for match in matches))


def _entry(path: str, head: str) -> Entry:
    mode, _, oid = head.split(" ")
    return Entry(path, parse_mode(mode), oid)


def parse_mode(octal: str) -> Mode:
    """The kind of a tree entry; odd permission bits of old commits count as a plain file."""
    return _MODES.get(octal, Mode.FILE)
