"""Changed files that a model rests on and that were not read, at either revision: what rests on them is not certain."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.csharp.declarations import SourceFile
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.efcore.missing import SETTLE
from bot.model import Change, NotRead, Unknown

SYNTAX = "a syntax that cannot be read"


def find_unread(change: Change, libraries: tuple[Library, Library]) -> Iterator[Unknown]:
    """Yield each file once: with the reason, and of one that cannot be parsed with the line."""
    base, head = libraries
    for file in change.files:
        for path, library, other in ((file.path, head, base), (file.old_path, base, head)):
            unknown = _why(path, library, other) if path is not None else None
            if unknown is not None:
                yield unknown
                break


def _why(path: str, library: Library, other: Library) -> Unknown | None:
    unread = library.unread(path)
    if unread is not None:
        # Where no revision tells what a file declares, it may declare anything.
        is_told = other.facts_of(path) is not None
        if is_told and not other.could_matter(path, library) and not library.could_matter(path, other):
            return None
        return of_unread(path, unread)
    if path not in library.read_paths:
        return None
    read = library.file(path)
    return of_broken(read) if read is not None else None


def of_unread(path: str, unread: NotRead) -> Unknown:
    """A file whose content was not had."""
    return Unknown(path=path, reason=unread.reason, settle=unread.settle)


def of_broken(file: SourceFile) -> Unknown | None:
    """A file that cannot be parsed; None where it can."""
    return None if file.broken is None else Unknown(path=file.path, line=file.broken, reason=SYNTAX, settle=SETTLE)
