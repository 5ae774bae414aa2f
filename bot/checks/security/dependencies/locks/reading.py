"""Reads the lock files and manifests of a tree; one that cannot be read is named, and the rest is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.checks.security.dependencies.locks.entries import Entry, Own, Source
from bot.checks.security.dependencies.locks.formats import Format, format_of
from bot.checks.security.dependencies.locks.manifests.declared import Declared
from bot.checks.security.dependencies.locks.manifests.formats import manifest_format_of
from bot.checks.security.dependencies.locks.manifests.settle import (
    LocksOfTree,
    find_disagreeing,
    find_unsettled,
    folder_of,
)
from bot.checks.security.text.located import UnreadableError
from bot.model import NotRead, Tree, Unknown

_MAX_ENTRIES: Final = 200_000
_MAX_UNKNOWNS: Final = 50
_SETTLE: Final = "mend the file, or write it anew with its package manager"


def is_lock(path: str) -> bool:
    """Whether a file's name is that of a lock file, or of another file that pins versions."""
    return format_of(path) is not None


def is_manifest(path: str) -> bool:
    """Whether a file's name is that of a manifest, which asks for dependencies by ranges."""
    return manifest_format_of(path) is not None


def read_locks(tree: Tree, paths: Iterable[str]) -> Sequence[LockFile]:
    """Read files of a tree, and those that they name; paths that are neither locks nor manifests are left out.

    Of a manifest comes what no lock settles: what it asks for without a lock beside it or above, what that lock
    lacks, and what that lock has at versions outside of the range.

    Returns:
        one a file, in the order of their paths.
    """
    reading = _Reading(tree)
    asked = set(paths)
    locks = reading.read_locks(asked)
    return sorted([*locks, *reading.read_manifests(asked)], key=lambda file: file.path)


def find_dependents(paths: Iterable[str], touched: Collection[str]) -> frozenset[str]:
    """Of paths that a change leaves as they are, those that may be read otherwise since it touches others."""
    # By ecosystem the folders of what is touched.
    folders: dict[str, set[str]] = defaultdict(set)
    for path in touched:
        if found := format_of(path) or manifest_format_of(path):
            folders[found.ecosystem].add(folder_of(path))
    return frozenset(path for path in paths if path not in touched and _depends(path, folders))


def _depends(path: str, folders: Mapping[str, Collection[str]]) -> bool:
    if manifest := manifest_format_of(path):
        return any(path.startswith(folder) for folder in folders.get(manifest.ecosystem, ()))
    found = format_of(path)
    return found is not None and found.looks_around and found.ecosystem in folders


def find_disagreements(tree: Tree, touched: Collection[str]) -> Iterator[tuple[str, Declared, tuple[str, ...]]]:
    """Yield what manifests ask for and their locks have not, of each manifest that is touched or has such a lock.

    Yields:
        the manifest's path, what it asks for, and the versions of that name in the locks.
    """
    locks = LocksOfTree(tree, _Reading(tree).read_locks)
    wanted = {}
    for entry in tree.entries() if any(is_lock(path) or is_manifest(path) for path in touched) else ():
        found = manifest_format_of(entry.path)
        if found and not {entry.path, *locks.paths_for(entry.path, found.ecosystem)}.isdisjoint(touched):
            wanted[entry.path] = found
    for path, content in tree.read_many(wanted):
        if isinstance(content, bytes):
            for one, versions in find_disagreeing(Source(path, content, tree), wanted[path], locks):
                yield path, one, versions


class _Reading:
    """One reading of a tree, which reads no file twice."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._locks: dict[str, LockFile] = {}

    def read_locks(self, paths: Iterable[str]) -> Sequence[LockFile]:
        """The locks among the paths, and the files that they name."""
        wanted = {path: found for path in paths if (found := format_of(path))}
        waiting = {path: found for path, found in wanted.items() if path not in self._locks and self._tree.entry(path)}
        self._locks |= {path: _irregular(path, found.ecosystem) for path, found in waiting.items()}
        named: dict[str, Format] = {}
        while waiting:
            following: dict[str, Format] = {}
            for path, content in self._tree.read_many(waiting):
                found = waiting[path]
                source = _source(path, content, self._tree)
                self._locks[path] = _collect(source, found.ecosystem, content, found.read)
                following |= dict.fromkeys(_follow(source, found), found)
            named |= following
            waiting = {path: found for path, found in following.items() if path not in self._locks}
        return [self._locks[path] for path in {**wanted, **named} if path in self._locks]

    def read_manifests(self, paths: Iterable[str]) -> Iterator[LockFile]:
        """Yield what no lock settles of the manifests among the paths."""
        locks = LocksOfTree(self._tree, self.read_locks)
        wanted = {path: found for path in paths if (found := manifest_format_of(path))}
        irregular = {path: found for path, found in wanted.items() if self._tree.entry(path)}
        for path, content in self._tree.read_many(wanted):
            found = irregular.pop(path)
            find = partial(find_unsettled, found=found, locks=locks)
            yield _collect(_source(path, content, self._tree), found.ecosystem, content, find)
        yield from (_irregular(path, found.ecosystem) for path, found in irregular.items())


def _source(path: str, content: bytes | NotRead, tree: Tree) -> Source:
    return Source(path, b"" if isinstance(content, NotRead) else content, tree)


def _irregular(path: str, ecosystem: str) -> LockFile:
    """What stands for a path until its content is read."""
    unknown = Unknown(path=path, reason="the file is a symbolic link or a submodule", settle="put a regular file there")
    return LockFile(path=path, ecosystem=ecosystem, unknowns=(unknown,))


def _follow(source: Source, found: Format) -> list[str]:
    try:
        return list(found.follow(source))
    except UnreadableError:
        # Reading the file has told so.
        return []


def _collect(
    source: Source, ecosystem: str, content: bytes | NotRead, read: Callable[[Source], Iterator[Entry]]
) -> LockFile:
    path = source.path
    if isinstance(content, NotRead):
        unknown = Unknown(path=path, reason=content.reason, settle=content.settle)
        return LockFile(path=path, ecosystem=ecosystem, unknowns=(unknown,))
    try:
        entries = list(islice(read(source), _MAX_ENTRIES + 1))
    except UnreadableError as error:
        unknown = source.unknown(error.line, f"the file {error}", _SETTLE)
        return LockFile(path=path, ecosystem=ecosystem, unknowns=(unknown,))
    packages = [one for one in entries[:_MAX_ENTRIES] if isinstance(one, Locked)]
    unknowns = [one for one in entries[:_MAX_ENTRIES] if isinstance(one, Unknown)]
    if len(unknowns) > _MAX_UNKNOWNS:
        reason = f"{len(unknowns) - _MAX_UNKNOWNS:,} more places of the file that cannot be read"
        unknowns[_MAX_UNKNOWNS:] = [Unknown(path=path, reason=reason, settle=_SETTLE)]
    if len(entries) > _MAX_ENTRIES:
        unknowns.append(Unknown(path=path, reason=f"the file names more than {_MAX_ENTRIES:,}", settle=_SETTLE))
    own = frozenset(one.name for one in entries if isinstance(one, Own))
    return LockFile(path=path, ecosystem=ecosystem, packages=packages, own=own, unknowns=unknowns)
