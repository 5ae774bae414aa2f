"""Reads the lock files of a tree, each by its format; one that cannot be read is named and the rest is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.checks.security.dependencies.locks.entries import Entry, Source
from bot.checks.security.dependencies.locks.formats import Format, format_of
from bot.checks.security.dependencies.locks.text.located import UnreadableError
from bot.model import NotRead, Tree, Unknown

_MAX_ENTRIES: Final = 200_000
_MAX_UNKNOWNS: Final = 50
_SETTLE: Final = "mend the file, or write it anew with its package manager"


def is_lock(path: str) -> bool:
    """Whether a file's name is that of a lock file, or of another file that pins versions."""
    return format_of(path) is not None


def read_locks(tree: Tree, paths: Iterable[str]) -> Sequence[LockFile]:
    """Read files of a tree, and those that they name; paths that are no locks or not there are left out.

    Returns:
        one a file, in the order of their paths.
    """
    waiting = {path: found for path in paths if (found := format_of(path))}
    asked = dict(waiting)
    files = {path: _irregular(path, found) for path, found in asked.items() if tree.entry(path)}
    while waiting:
        named: dict[str, Format] = {}
        for path, content in tree.read_many(waiting):
            found = waiting[path]
            files[path], followed = _read(path, found, content, tree)
            named |= dict.fromkeys(followed, found)
        waiting = {path: found for path, found in named.items() if path not in asked}
        asked |= waiting
    return [files[path] for path in sorted(files)]


def _irregular(path: str, found: Format) -> LockFile:
    """What stands for a path until its content is read."""
    unknown = Unknown(path=path, reason="the file is a symbolic link or a submodule", settle="put a regular file there")
    return LockFile(path=path, ecosystem=found.ecosystem, unknowns=(unknown,))


def _read(path: str, found: Format, content: bytes | NotRead, tree: Tree) -> tuple[LockFile, Sequence[str]]:
    """A file, and the paths that it names."""
    if isinstance(content, NotRead):
        unknown = Unknown(path=path, reason=content.reason, settle=content.settle)
        return LockFile(path=path, ecosystem=found.ecosystem, unknowns=(unknown,)), ()
    source = Source(path, content, tree)
    try:
        entries = list(islice(found.read(source), _MAX_ENTRIES + 1))
        followed = list(found.follow(source))
    except UnreadableError as error:
        unknown = source.unknown(error.line, f"the file {error}", _SETTLE)
        return LockFile(path=path, ecosystem=found.ecosystem, unknowns=(unknown,)), ()
    return _sort(path, found, entries), followed


def _sort(path: str, found: Format, entries: Sequence[Entry]) -> LockFile:
    packages = [one for one in entries[:_MAX_ENTRIES] if isinstance(one, Locked)]
    unknowns = [one for one in entries[:_MAX_ENTRIES] if isinstance(one, Unknown)]
    if len(unknowns) > _MAX_UNKNOWNS:
        reason = f"{len(unknowns) - _MAX_UNKNOWNS:,} more places of the file that cannot be read"
        unknowns[_MAX_UNKNOWNS:] = [Unknown(path=path, reason=reason, settle=_SETTLE)]
    if len(entries) > _MAX_ENTRIES:
        unknowns.append(Unknown(path=path, reason=f"the file names more than {_MAX_ENTRIES:,}", settle=_SETTLE))
    return LockFile(path=path, ecosystem=found.ecosystem, packages=packages, unknowns=unknowns)
