"""The snapshots of a tree, and what is said of them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.values import Statement, TypeRef
from bot.checks.migrations.efcore.missing import COMMAND, HELP, SETTLE
from bot.checks.migrations.efcore.project import SNAPSHOT, is_migration
from bot.checks.migrations.efcore.relational import Relational
from bot.checks.migrations.efcore.side import of_snapshot
from bot.checks.migrations.efcore.snapshot import Snapshot, context_of, read_snapshot
from bot.checks.migrations.efcore.unread import of_broken, of_unread
from bot.checks.migrations.face import Question
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, NotRead, Severity, Tree, Unknown

_DEEP = "code that is nested too deep to be followed"
_IS_SNAPSHOT = b": ModelSnapshot"


@dataclass
class Said:
    """What is found."""

    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})


@contextmanager
def bounded(path: str, said: Said) -> Iterator[None]:
    """Turn code that nests deeper than is followed into an unknown."""
    try:
        yield
    except RecursionError:
        said.unknowns[Question.MISSING].append(Unknown(path=path, line=1, reason=_DEEP, settle=SETTLE))


@dataclass(kw_only=True)
class Kept:
    """A snapshot of a tree: its path, its content's id, what it says, and its context's class where that was found."""

    path: str
    oid: str
    snapshot: Snapshot
    database: Relational
    context: TypeDecl | None = None

    @property
    def subject(self) -> tuple[str, str]:
        """What stays the same where a snapshot moves: its context and its provider."""
        return (self.snapshot.context.simple if self.snapshot.context is not None else "", self.snapshot.provider)


@dataclass
class Seen:
    """What was read of snapshots: by content and path, and the statements that they share."""

    kept: dict[str, Kept] = field(default_factory=dict)
    statements: dict[bytes, tuple[Statement, ...]] = field(default_factory=dict)


@dataclass
class Held:
    """The snapshots of a tree: those that were read, and by path why others were not."""

    kept: list[Kept] = field(default_factory=list)
    unread: dict[str, Unknown] = field(default_factory=dict)

    def is_unread(self, one: Kept, head: Sequence[Kept]) -> bool:
        """Whether a snapshot of the head may be one that was not read here, at its path or before it moved."""
        there = {other.path for other in head}
        return one.path in self.unread or not there.issuperset(self.unread)


def read_kept(tree: Tree, library: Library, seen: Seen, only: str | None = None) -> Held:
    """The snapshots of a tree."""
    held = Held()
    for path in [only] if only is not None else library.paths_ending(SNAPSHOT):
        entry = tree.entry(path)
        content = tree.read(path)
        if entry is None:
            continue
        if isinstance(content, NotRead):
            held.unread[path] = of_unread(path, content)
            continue
        made = seen.kept.get(f"{entry.oid} {path}") or _read_kept(path, entry.oid, content, library, seen)
        if isinstance(made, Kept):
            held.kept.append(made)
        elif made is not None:
            held.unread[path] = made
    return held


def _read_kept(path: str, oid: str, content: bytes, library: Library, seen: Seen) -> Kept | Unknown | None:
    """A snapshot; why it was not read, or None where the file is none."""
    file = library.file(path)
    if file is None:
        return None
    broken = of_broken(file)
    if broken is not None:
        return broken if _IS_SNAPSHOT in content or any(map(context_of, file.types)) else None
    try:
        snapshot = read_snapshot(file, content, seen.statements)
        database = of_snapshot(snapshot) if snapshot is not None else None
    except RecursionError:
        return Unknown(path=path, line=1, reason=_DEEP, settle=SETTLE)
    if snapshot is None or database is None:
        reason = "a snapshot without a method BuildModel that can be read"
        return Unknown(path=path, line=1, reason=reason, settle=SETTLE) if _IS_SNAPSHOT in content else None
    made = Kept(path=path, oid=oid, snapshot=snapshot, database=database)
    seen.kept[f"{oid} {path}"] = made
    return made


def context_of_kept(kept: Kept, library: Library) -> TypeDecl | None:
    """The class of a snapshot's context; where no name leads to it, the only one of its name."""
    ref = kept.snapshot.context
    return context_named(ref, kept.snapshot.decl, library) if ref is not None else None


def context_named(ref: TypeRef, at: TypeDecl, library: Library) -> TypeDecl | None:
    """The class that a snapshot names as its context."""
    found = library.resolve(ref, at)
    if found is None:
        named = {one.full_name: one for one in library.named(ref.simple)}
        found = library.whole(next(iter(named.values()))) if len(named) == 1 else None
    return found


def before_of(one: Kept, base: Sequence[Kept], head: Sequence[Kept]) -> Kept | None:
    """A snapshot as it was at the base, also where it was elsewhere."""
    same = next((other for other in base if other.path == one.path), None)
    if same is not None:
        return same
    there = {other.path for other in head}
    moved = [other for other in base if other.subject == one.subject and other.path not in there]
    return moved[0] if len(moved) == 1 else None


def find_deleted(base: Sequence[Kept], head: Sequence[Kept], change: Change) -> list[Finding]:
    """Snapshots that are gone while their migrations stay."""
    found = []
    there = {one.path for one in head} | {one.path for kept in head for one in [before_of(kept, base, head)] if one}
    for one in base:
        folder = posixpath.dirname(one.path)
        if one.path in there or not any(is_migration(entry.path) for entry in change.head.glob(f"{folder}/*.cs")):
            continue
        content = change.head.read(one.path) if change.head.entry(one.path) is not None else b""
        if isinstance(content, NotRead) or _IS_SNAPSHOT in content:
            continue  # It is there and was not understood: `read_kept` says so.
        found.append(
            Finding(
                rule="efcore-snapshot-deleted",
                message=f"{one.path} is deleted, and its migrations are still there: the next one would make all anew",
                severity=Severity.HIGH,
                certainty=Certainty.CERTAIN,
                path=one.path,
                fingerprint=fingerprint("efcore", "snapshot-deleted", one.path),
                fix=f"restore it, or run `{COMMAND}`",
                help=HELP,
            )
        )
    return found


def find_retired(change: Change, held: tuple[Held, Held], libraries: tuple[Library, Library]) -> list[str]:
    """The folders whose snapshots are gone together with their contexts, where no other snapshot comes instead."""
    old, new = held
    paths = {*(one.path for one in old.kept), *old.unread}
    if any(path not in paths for path in (*(one.path for one in new.kept), *new.unread)):
        return []
    found = []
    for one in old.kept:
        context = context_of_kept(one, libraries[0])
        if context is None or change.head.entry(one.path) is not None:
            continue
        before, after = (len(library.named(context.name)) for library in libraries)
        if after < before and libraries[1].full(context.full_name) is None:
            found.append(f"{posixpath.dirname(one.path)}/")
    return found
