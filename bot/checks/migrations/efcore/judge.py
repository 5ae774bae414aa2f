"""Compares what EF Core's contexts declare with their snapshots, at head and at the merge base.

What differs at head and did not differ at the base is missing. New migrations, applied to the snapshot of the base,
must give the snapshot of the head.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.csharp.library import Cache, Library
from bot.checks.migrations.csharp.syntax import TypeDecl
from bot.checks.migrations.csharp.values import Statement
from bot.checks.migrations.efcore.edits import find_edits
from bot.checks.migrations.efcore.missing import COMMAND, HELP, SETTLE, find_missing
from bot.checks.migrations.efcore.project import SNAPSHOT, is_migration
from bot.checks.migrations.efcore.relational import Relational
from bot.checks.migrations.efcore.side import Side, of_snapshot, read_side
from bot.checks.migrations.efcore.snapshot import Snapshot, read_snapshot
from bot.checks.migrations.efcore.steps import judge_steps
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Tree, Unknown

# A snapshot that lacks so many tables is kept up by nobody, where another of the same context is.
_ABANDONED = 3


@dataclass
class Said:
    """What is found."""

    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})


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


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the contexts and migrations of the head say against those of the merge base."""
    said = Said()
    cache = Cache()
    libraries = {}
    for tree in (change.merge_base, change.head):
        libraries[tree.commit] = Library(tree, cache, is_migration)
    base_library, head_library = libraries[change.merge_base.commit], libraries[change.head.commit]
    kept = Seen()
    base = _kept(change.merge_base, base_library, kept, None)
    head = _kept(change.head, head_library, kept, said)
    find_edits(change, said.findings[Question.EDITED], said.unknowns[Question.EDITED])
    pairs = [(one, _before(one, base, head)) for one in head]
    for one, before in pairs:
        judge_steps(change, one, before, (kept, head_library, base_library), said)
    for finding in _deleted(base, head, change):
        said.findings[Question.CONFLICTS].append(finding)
    _judge_models(change, pairs, (base_library, head_library), said)
    present = Evidence(text="EF Core", path=head[0].path) if head else None
    return Answer(
        present=present,
        findings={question: tuple(_once(found)) for question, found in said.findings.items()},
        unknowns={question: tuple(dict.fromkeys(found)) for question, found in said.unknowns.items()},
        absent_reason=None if head or base else "no snapshot of EF Core's migrations is left",
    )


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Several providers say the same: the first of each fingerprint."""
    return list({one.fingerprint: one for one in reversed(found)}.values())[::-1]


def _kept(tree: Tree, library: Library, seen: Seen, said: Said | None) -> list[Kept]:
    found = []
    for path in library.paths_ending(SNAPSHOT):
        entry = tree.entry(path)
        content = tree.read(path)
        if entry is None:
            continue
        if isinstance(content, NotRead):
            if said is not None:
                said.unknowns[Question.MISSING].append(Unknown(path=path, reason=content.reason, settle=content.settle))
            continue
        known = seen.kept.get(f"{entry.oid} {path}")
        file = library.file(path)
        snapshot = (
            known.snapshot
            if known is not None
            else read_snapshot(file, content, seen.statements)
            if file is not None
            else None
        )
        if snapshot is None:
            if said is not None and b": ModelSnapshot" in content:
                reason = "a snapshot without a method BuildModel that can be read"
                said.unknowns[Question.MISSING].append(Unknown(path=path, line=1, reason=reason, settle=SETTLE))
            continue
        database = known.database if known is not None else of_snapshot(snapshot)
        made = Kept(path=path, oid=entry.oid, snapshot=snapshot, database=database)
        seen.kept.setdefault(f"{entry.oid} {path}", made)
        found.append(made)
    return found


def _context(kept: Kept, library: Library) -> TypeDecl | None:
    """The class of a snapshot's context; where no name leads to it, the only one of its name."""
    ref = kept.snapshot.context
    if ref is None:
        return None
    found = library.resolve(ref, kept.snapshot.decl)
    if found is None:
        named = {one.full_name: one for one in library.named(ref.simple)}
        found = library.whole(next(iter(named.values()))) if len(named) == 1 else None
    return found


def _before(one: Kept, base: Sequence[Kept], head: Sequence[Kept]) -> Kept | None:
    """A snapshot as it was at the base, also where it was elsewhere."""
    same = next((other for other in base if other.path == one.path), None)
    if same is not None:
        return same
    there = {other.path for other in head}
    moved = [other for other in base if other.subject == one.subject and other.path not in there]
    return moved[0] if len(moved) == 1 else None


def _deleted(base: Sequence[Kept], head: Sequence[Kept], change: Change) -> list[Finding]:
    """Snapshots that are gone while their migrations stay."""
    found = []
    there = {one.path for one in head} | {one.path for kept in head for one in [_before(kept, base, head)] if one}
    for one in base:
        folder = posixpath.dirname(one.path)
        if one.path in there or not any(is_migration(entry.path) for entry in change.head.glob(f"{folder}/*.cs")):
            continue
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


def _judge_models(
    change: Change,
    pairs: Sequence[tuple[Kept, Kept | None]],
    libraries: tuple[Library, Library],
    said: Said,
) -> None:
    """Read the code of each context, unless nothing that it rests on is changed."""
    base_library, head_library = libraries
    changed = {
        path
        for file in change.files
        for path in (file.path, file.old_path)
        if path is not None and path.endswith((".cs", ".csproj", ".props"))
    }
    read: list[tuple[Kept, Kept | None, Side | None, Side]] = []
    for one, before in pairs:
        context = _context(one, head_library)
        if context is None:
            _say_no_context(one, changed, said)
            continue
        old = _read(before, base_library) if before is not None else None
        if old is not None and before is not None and before.oid == one.oid and not _matters(changed, libraries):
            continue
        new = _read(one, head_library, old)
        if new is None:
            continue
        read.append((one, before, old, new))
    kept_up = {one.subject[0] for one, _, old, _ in read if old is not None and not _is_abandoned(old)}
    for one, _, old, new in read:
        stale = old is not None and _is_abandoned(old) and one.subject[0] in kept_up
        if stale:
            continue
        for found in find_missing(change, one.path, (old, new), libraries):
            if isinstance(found, Unknown):
                said.unknowns[Question.MISSING].append(found)
            else:
                said.findings[Question.MISSING].append(found)


def _matters(changed: set[str], libraries: tuple[Library, Library]) -> bool:
    """Whether any changed file may change what the model is, given all that was read at the base."""
    base, head = libraries
    return any(
        not path.endswith(".cs") or (not is_migration(path) and base.could_matter(path, head)) for path in changed
    )


def _read(kept: Kept, library: Library, before: Side | None = None) -> Side | None:
    context = _context(kept, library)
    return read_side(library, context, kept.snapshot, kept.database, before) if context is not None else None


def _is_abandoned(side: Side) -> bool:
    return sum(one.kind == "table" and bool(one.want) for one in side.different) >= _ABANDONED


def _say_no_context(one: Kept, changed: set[str], said: Said) -> None:
    if any(path.endswith(".cs") and not is_migration(path) for path in changed):
        named = one.snapshot.context
        reason = f"the context {named if named is not None else ''} of the snapshot is not in the repository".replace(
            "  ", " "
        )
        said.unknowns[Question.MISSING].append(Unknown(path=one.path, line=1, reason=reason, settle=SETTLE))
