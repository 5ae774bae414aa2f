"""What differs: between two trees, with renames and hunks, and in each commit of a range against its parents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypedDict

from bot.collect.git import Git
from bot.collect.objects import ObjectReader
from bot.collect.tree import parse_mode
from bot.model import ChangedFile, CommitFile, Hunk, Mode, Status
from bot.settings import Limits

_RAW = ("-r", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv")
# In a patch each content line begins with a space, `+`, `-` or `\`, so that these can only be headers.
_HEADER = re.compile(rb"^(?:(diff --git )|@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@|(Binary files ))", re.MULTILINE)

_ARGUMENT_BYTES = 100_000


class _Lines(TypedDict):
    hunks: tuple[Hunk, ...]
    lines_known: bool


_LINES_UNKNOWN: _Lines = {"hunks": (), "lines_known": False}


class TreeDiff:
    """What differs between two commits' trees."""

    def __init__(self, git: Git, objects: ObjectReader, limits: Limits, *, old: str, new: str) -> None:
        self._git = git
        self._objects = objects
        self._limits = limits
        self._range = ("--end-of-options", old, new, "--")

    def find_files(self) -> list[ChangedFile]:
        """The paths that differ, sorted as git sorts them, with renames and hunks.

        Only the first `max_files` get hunks. A file whose content is not here, or is over a limit, has `lines_known`
        False.

        Raises:
            ToolError: git could not compare the trees.
        """
        blobs = _blobs(self._read_raw("--no-renames"))
        absent = frozenset(self._objects.ensure(blobs))
        # Likeness is judged by content; where some is not here only equal content tells a rename.
        renames = "-M100%" if absent else "-M"
        files = self._read_raw(renames)
        hunks = self._read_hunks(files, renames)
        return [replace(file, **hunks.get((file.old_path, file.path), _LINES_UNKNOWN)) for file in files]

    def _read_raw(self, renames: str, paths: Sequence[str] = ()) -> list[ChangedFile]:
        output = self._git.read("--literal-pathspecs", "diff-tree", *_RAW, renames, *self._range, *paths)
        return [_changed_file(meta, names) for meta, names in _raw_records(output.split(b"\0")[:-1])]

    def _read_hunks(self, files: list[ChangedFile], renames: str) -> dict[tuple[str | None, str], _Lines]:
        sizes = self._objects.sizes(_blobs(files))
        fit = [file for file in files if self._fits(file, sizes)][: self._limits.max_files]
        paths: list[str] = []
        if len(fit) < len(files):
            paths = sorted({path for file in fit for path in (file.path, file.old_path) if path})
            if not paths or sum(len(path) + 1 for path in paths) > _ARGUMENT_BYTES:
                return {}
            # Fewer paths may pair renames otherwise: what is asked for decides the order of the patch.
            fit = self._read_raw(renames, paths)
        return _pair(fit, self._read_patch(renames, paths))

    def _fits(self, file: ChangedFile, sizes: dict[str, int]) -> bool:
        most = self._limits.max_file_bytes
        return all(sizes.get(oid, most + 1) <= most for oid in _blobs([file]))

    def _read_patch(self, renames: str, paths: Sequence[str]) -> list[list[Hunk] | None]:
        ended = self._git.run(
            *("--literal-pathspecs", "diff-tree", "-r", "-p", "-U0", renames, "--full-index", "--no-color"),
            *("--no-ext-diff", "--no-textconv", *self._range, *paths),
            max_bytes=self._limits.max_diff_bytes,
        )
        if ended.returncode and not ended.cut:
            return []
        blocks = _parse_patch(ended.stdout)
        return blocks[:-1] if ended.cut else blocks


def _blobs(files: Iterable[ChangedFile]) -> list[str]:
    sides = ((file.old_oid, file.old_mode) for file in files), ((file.new_oid, file.new_mode) for file in files)
    return [oid for side in sides for oid, mode in side if oid is not None and mode is not Mode.SUBMODULE]


def _raw_records(fields: Sequence[bytes]) -> Iterator[tuple[bytes, list[str]]]:
    position = 0
    while position < len(fields):
        meta = fields[position]
        count = 2 if meta.rsplit(b" ", 1)[-1][:1] in b"RC" else 1
        yield meta, [os.fsdecode(name) for name in fields[position + 1 : position + 1 + count]]
        position += 1 + count


def _changed_file(meta: bytes, paths: list[str]) -> ChangedFile:
    old_mode, new_mode, old_oid, new_oid, letter = meta[1:].split(b" ")
    status = Status(letter[:1].decode())
    return ChangedFile(
        status=status,
        path=paths[-1],
        old_path=None if status is Status.ADDED else paths[0],
        old_mode=parse_mode(old_mode.decode()),
        new_mode=parse_mode(new_mode.decode()),
        old_oid=_oid(old_oid),
        new_oid=_oid(new_oid),
    )


def _oid(name: bytes) -> str | None:
    return name.decode() if name.strip(b"0") else None


def _pair(files: list[ChangedFile], blocks: list[list[Hunk] | None]) -> dict[tuple[str | None, str], _Lines]:
    """Give each file its blocks of the patch: two where its type changed, else one. None stands for binary content."""
    lines: dict[tuple[str | None, str], _Lines] = {}
    remaining = iter(blocks)
    for file in files:
        own = list(islice(remaining, 2 if file.status is Status.TYPE_CHANGED else 1))
        if own and None not in own:
            hunks = tuple(hunk for block in own if block for hunk in block)
            lines[file.old_path, file.path] = {"hunks": hunks, "lines_known": True}
    return lines


def _parse_patch(patch: bytes) -> list[list[Hunk] | None]:
    blocks: list[list[Hunk] | None] = []
    for match in _HEADER.finditer(patch):
        new_file, old_start, old_count, new_start, new_count, binary = match.groups()
        if new_file:
            blocks.append([])
        elif binary:
            blocks[-1] = None
        elif (block := blocks[-1]) is not None:
            counts = (int(count) if count is not None else 1 for count in (old_count, new_count))
            block.append(Hunk(int(old_start), next(counts), int(new_start), next(counts)))
    return blocks


@dataclass(frozen=True)
class CommitDiff:
    """The files that one commit sets to content that none of its parents has at that path."""

    commit: str
    files: Sequence[CommitFile]


def find_commit_files(git: Git, commits: Iterable[str]) -> Iterator[CommitDiff]:
    """Yield, for each commit in order, its files. For a merge: those that differ from every parent.

    Raises:
        ToolError: git could not compare the trees.
    """
    stdin = "".join(f"{commit}\n" for commit in commits).encode()
    if not stdin:
        return
    output = git.read("diff-tree", "--stdin", "--always", "--root", "-c", "--no-renames", *_RAW, stdin=stdin)
    commit, files = "", list[CommitFile]()
    fields = iter(output.split(b"\0")[:-1])
    for field in fields:
        if not field.startswith(b":"):
            if commit:
                yield CommitDiff(commit, files)
            commit, files = field.decode(), []
        elif file := _commit_file(field, os.fsdecode(next(fields))):
            files.append(file)
    yield CommitDiff(commit, files)


def _commit_file(meta: bytes, path: str) -> CommitFile | None:
    parents = len(meta) - len(meta.lstrip(b":"))
    words = meta[parents:].split(b" ")
    oids = words[parents + 1 : 2 * parents + 2]
    oid = _oid(oids[-1])
    if oid is None:
        return None
    return CommitFile(path, parse_mode(words[parents].decode()), oid, tuple(_oid(parent) for parent in oids[:-1]))
