"""A change between two sets of files, held in memory: for thousands of cases, where git would be most of the time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.globs import Glob
from bot.model import Change, ChangedFile, Entry, Mode, NotRead, Status


def _oid(content: str) -> str:
    return hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class MemoryTree:
    """The `Tree` of a set of files."""

    files: Mapping[str, str]

    @property
    def commit(self) -> str:
        return _oid(repr(sorted(self.files.items())))

    def entries(self) -> Sequence[Entry]:
        return [Entry(path, Mode.FILE, _oid(text)) for path, text in sorted(self.files.items())]

    def entry(self, path: str) -> Entry | None:
        return Entry(path, Mode.FILE, _oid(self.files[path])) if path in self.files else None

    def glob(self, *patterns: str) -> Iterator[Entry]:
        globs = [Glob(pattern) for pattern in patterns]
        return (entry for entry in self.entries() if any(glob.matches(entry.path) for glob in globs))

    def read(self, path: str) -> bytes | NotRead:
        return self.files[path].encode()

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        return ((path, self.files[path].encode()) for path in paths if path in self.files)

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(value for value in values if any(value in text.encode() for text in self.files.values()))


class MemoryBlobs:
    """The `Blobs` of some trees."""

    def __init__(self, *trees: MemoryTree) -> None:
        self._contents = {_oid(text): text.encode() for tree in trees for text in tree.files.values()}

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        return ((oid, self._contents[oid]) for oid in dict.fromkeys(oids))


def make_change(base: Mapping[str, str], head: Mapping[str, str]) -> Change:
    old, new = MemoryTree(base), MemoryTree(head)
    files = [_changed(path, base.get(path), head.get(path)) for path in sorted({*base, *head})]
    return Change(
        base=old,
        merge_base=old,
        head=new,
        commits=(),
        files=[file for file in files if file.old_oid != file.new_oid],
        blobs=MemoryBlobs(old, new),
    )


def _changed(path: str, old: str | None, new: str | None) -> ChangedFile:
    status = Status.ADDED if old is None else Status.DELETED if new is None else Status.MODIFIED
    return ChangedFile(
        status=status,
        path=path,
        old_path=path if old is not None else None,
        old_mode=Mode.FILE if old is not None else Mode.ABSENT,
        new_mode=Mode.FILE if new is not None else Mode.ABSENT,
        old_oid=_oid(old) if old is not None else None,
        new_oid=_oid(new) if new is not None else None,
    )
