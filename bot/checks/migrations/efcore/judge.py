"""Compares what EF Core's contexts declare with their snapshots, at head and at the merge base.

What differs at head and did not differ at the base is missing. New migrations, applied to the snapshot of the base,
must give the snapshot of the head.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.checks.migrations.csharp.library import Cache, Library
from bot.checks.migrations.efcore.edits import find_edits
from bot.checks.migrations.efcore.kept import (
    Held,
    Kept,
    Said,
    Seen,
    before_of,
    bounded,
    context_named,
    context_of_kept,
    find_deleted,
    find_retired,
    read_kept,
)
from bot.checks.migrations.efcore.missing import SETTLE, find_missing
from bot.checks.migrations.efcore.model import Model
from bot.checks.migrations.efcore.project import SNAPSHOT, is_migration, is_no_model
from bot.checks.migrations.efcore.side import Side, declare, read_side
from bot.checks.migrations.efcore.snapshot import context_of
from bot.checks.migrations.efcore.steps import judge_steps
from bot.checks.migrations.efcore.unkept import find_unkept, is_context_name
from bot.checks.migrations.efcore.unread import find_unread
from bot.checks.migrations.face import Answer, Question
from bot.model import Change, Evidence, Finding, ItemRequest, NotRead, Tree, Unknown

# A snapshot that lacks so many tables is kept up by nobody, where another of the same context is.
_ABANDONED = 3
_CONTEXT = re.compile(rb"\[DbContext\(typeof\(([\w.]+)\)\)\]")


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the contexts and migrations of the head say against those of the merge base."""
    said = Said()
    cache = Cache()
    libraries = {}
    for tree in (change.merge_base, change.head):
        libraries[tree.commit] = Library(tree, cache, is_no_model)
    base_library, head_library = libraries[change.merge_base.commit], libraries[change.head.commit]
    kept = Seen()
    quiet = _is_untouched(change, (base_library, head_library), kept)
    if quiet is not None:
        return quiet
    old = read_kept(change.merge_base, base_library, kept)
    new = read_kept(change.head, head_library, kept)
    base, head = old.kept, new.kept
    _say_unread(change, old, new, said)
    retired = find_retired(change, (old, new), (base_library, head_library))
    find_edits(change, retired, said.findings[Question.EDITED], said.unknowns[Question.EDITED])
    pairs = [(one, before_of(one, base, head)) for one in head]
    for one, before in pairs:
        known = before is not None or not old.is_unread(one, head)
        with bounded(one.path, said):
            judge_steps(change, one, before, (kept, head_library, base_library), said, known=known)
    pairs = [pair for pair in pairs if pair[1] is not None or not old.is_unread(pair[0], head)]
    for finding in find_deleted(base, head, change):
        said.findings[Question.CONFLICTS].append(finding)
    names = {one.subject[0] for one in (*head, *base)}
    if head:
        said.findings[Question.MISSING].extend(find_unkept(change, (base_library, head_library), names))
    _judge_models(change, pairs, (base_library, head_library), said)
    present = Evidence(text="EF Core", path=head[0].path) if head else None
    return Answer(
        present=present,
        findings={question: tuple(_once(found)) for question, found in said.findings.items()},
        unknowns={question: tuple(dict.fromkeys(found)) for question, found in said.unknowns.items()},
        absent_reason=None if head or base else "no snapshot of EF Core's migrations is left",
    )


def _is_untouched(change: Change, libraries: tuple[Library, Library], seen: Seen) -> Answer | None:
    """The answer where no migration and nothing that a model rests on is changed: one snapshot a context is read."""
    paths = _changed_paths(change)
    base, head = libraries
    snapshots = base.paths_ending(SNAPSHOT)
    if any(is_migration(path) or path.endswith(SNAPSHOT) for path in paths) or not snapshots:
        return None
    names = {path: _context_name(change, path) for path in snapshots}
    first = {name: path for path, name in reversed(names.items())}
    said = Said()
    for path in first.values():
        with bounded(path, said):
            if not _declare_kept(change.merge_base, base, seen, path):
                return None
    if said.unknowns[Question.MISSING] or _matters(paths, libraries):
        return None
    if any((facts := head.facts_of(path)) and any(map(is_context_name, facts.declares)) for path in paths):
        return None
    return Answer(
        present=Evidence(text="EF Core", path=snapshots[0]),
        findings=dict.fromkeys(Question, ()),
        unknowns=dict.fromkeys(Question, ()),
    )


def _declare_kept(tree: Tree, library: Library, seen: Seen, path: str) -> bool:
    """Read what a snapshot's context rests on; whether its class is known. The snapshot itself may be broken."""
    held = read_kept(tree, library, seen, path)
    for one in held.kept:
        context = context_of_kept(one, library)
        if context is None:
            return False
        declare(library, context, one.snapshot.provider, one.snapshot.model)
    file = library.file(path) if held.unread else None
    named = [(ref, decl) for decl in file.types if (ref := context_of(decl))] if file is not None else []
    for ref, decl in named:
        context = context_named(ref, decl, library)
        if context is not None:
            declare(library, context, "", Model())
            return True
    return not held.unread


def _say_unread(change: Change, old: Held, new: Held, said: Said) -> None:
    """Say which snapshots were not read: nothing is told of what they hold, nor of the migrations beside them."""
    paths = _changed_paths(change)
    for held, which in ((old, " at the merge base"), (new, "")):
        for path, one in held.unread.items():
            if held is old and path in new.unread:
                continue
            unknown = replace(one, reason=f"{one.reason}{which}")
            said.unknowns[Question.MISSING].append(unknown)
            folder = posixpath.dirname(path)
            if any(each == path or (is_migration(each) and posixpath.dirname(each) == folder) for each in paths):
                said.unknowns[Question.CONFLICTS].append(unknown)
                said.unknowns[Question.RISKY].append(unknown)


def _context_name(change: Change, path: str) -> bytes:
    content = change.merge_base.read(path)
    found = None if isinstance(content, NotRead) else _CONTEXT.search(content)
    return found[1] if found is not None else path.encode("utf-8", "surrogateescape")


def _changed_paths(change: Change) -> set[str]:
    return {
        path
        for file in change.files
        for path in (file.path, file.old_path)
        if path is not None and path.endswith((".cs", ".csproj", ".props"))
    }


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Several providers say the same: the first of each fingerprint."""
    return list({one.fingerprint: one for one in reversed(found)}.values())[::-1]


def _judge_models(
    change: Change,
    pairs: Sequence[tuple[Kept, Kept | None]],
    libraries: tuple[Library, Library],
    said: Said,
) -> None:
    """Read the code of each context, unless nothing that it rests on is changed."""
    head_library = libraries[1]
    changed = _changed_paths(change)
    read: list[tuple[Kept, Side | None, Side]] = []
    for one, before in pairs:
        with bounded(one.path, said):
            sides = _sides(one, before, libraries, changed)
            if sides is not None:
                read.append((one, *sides))
            elif context_of_kept(one, head_library) is None:
                _say_no_context(one, changed, libraries, said)
    unread = list(find_unread(change, libraries)) if pairs else []
    said.unknowns[Question.MISSING].extend(unread)
    kept_up = {one.subject[0] for one, old, _ in read if old is not None and not _is_abandoned(old)}
    for one, old, new in read:
        stale = old is not None and _is_abandoned(old) and one.subject[0] in kept_up
        if stale:
            continue
        for found in find_missing(one.path, (old, new), libraries):
            if isinstance(found, Unknown):
                said.unknowns[Question.MISSING].append(found)
            elif not unread:
                words = f"{found.message} ({one.path})" if len(pairs) > 1 else found.message
                said.findings[Question.MISSING].append(replace(found, message=words))


def _matters(changed: set[str], libraries: tuple[Library, Library]) -> bool:
    """Whether any changed file may change what the model is, given all that was read at the base."""
    base, head = libraries
    return any(
        not path.endswith(".cs") or (not is_migration(path) and base.could_matter(path, head)) for path in changed
    )


def _sides(
    one: Kept, before: Kept | None, libraries: tuple[Library, Library], changed: set[str]
) -> tuple[Side | None, Side] | None:
    """A context at the merge base and at head; None where nothing of it is changed, or its class is not there."""
    old = _read(before, libraries[0]) if before is not None else None
    if old is not None and before is not None and before.oid == one.oid and not _matters(changed, libraries):
        return None
    new = _read(one, libraries[1], old)
    return (old, new) if new is not None else None


def _read(kept: Kept, library: Library, before: Side | None = None) -> Side | None:
    context = context_of_kept(kept, library)
    return read_side(library, context, kept.snapshot, kept.database, before) if context is not None else None


def _is_abandoned(side: Side) -> bool:
    return sum(one.kind == "table" and bool(one.want) for one in side.different) >= _ABANDONED


def _say_no_context(one: Kept, changed: set[str], libraries: tuple[Library, Library], said: Said) -> None:
    """Say that a context cannot be read, where the change touches a class that its snapshot names."""
    names = {key.partition("<")[0].rpartition(".")[2].rpartition("+")[2] for key in one.snapshot.model.entities}
    names.add(one.subject[0])
    facts = [library.facts_of(path) for library in libraries for path in changed]
    if any(each is not None and not names.isdisjoint(each.declares) for each in facts):
        reason = f"the context {one.subject[0]} of the snapshot is not in the repository"
        said.unknowns[Question.MISSING].append(Unknown(path=one.path, line=1, reason=reason, settle=SETTLE))
