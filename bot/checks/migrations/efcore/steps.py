"""The migrations that a change brings: whether they do what its snapshot says, their order, and their risks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.declarations import SourceFile
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.efcore.hidden import find_hidden
from bot.checks.migrations.efcore.missing import COMMAND, HELP, SETTLE
from bot.checks.migrations.efcore.naming import Names
from bot.checks.migrations.efcore.operations import Operation, apply_operations
from bot.checks.migrations.efcore.project import Migration, class_of, id_of, migrations_under
from bot.checks.migrations.efcore.relational import Builder, Relational
from bot.checks.migrations.efcore.risks import find_risks
from bot.checks.migrations.efcore.side import of_snapshot
from bot.checks.migrations.efcore.snapshot import context_of, read_snapshot
from bot.checks.migrations.efcore.swaps import is_swapped, judge_swap
from bot.checks.migrations.efcore.unread import of_broken, of_unread
from bot.checks.migrations.efcore.upward import read_operations
from bot.checks.migrations.face import Question
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.report import describe, fingerprint
from bot.checks.migrations.sql.report import step as step_of
from bot.checks.migrations.sql.schema import Schema
from bot.model import Certainty, Change, Finding, NotRead, Severity, Unknown

if TYPE_CHECKING:
    from bot.checks.migrations.efcore.kept import Kept, Said, Seen

_IN_OPERATIONS = frozenset({"table", "column", "nullable", "type", "index", "foreign-key", "primary-key"})
_BY_HAND = "look at the operation by hand"


@dataclass(frozen=True)
class _New:
    """A migration of the change, with what its `Up` does; `unread` where some of its files were not read."""

    migration: Migration
    id: str | None
    operations: Sequence[Operation]
    line: int
    unread: bool = False


def judge_steps(  # noqa: PLR0913 - two revisions, and what is known of them
    change: Change, one: Kept, before: Kept | None, given: tuple[Seen, Library, Library], said: Said, *, known: bool
) -> None:
    """Hold the new migrations of a snapshot's folder against it.

    `known` is false where the snapshot may have been there before, and was not read.
    """
    seen, library, base_library = given
    new = list(_new(change, one, library.generated, said))
    there = one.database
    was = _before(before, one)
    made = {table.name for table in there.schema.tables.values()} - {table.name for table in was.schema.tables.values()}
    for each in new:
        said.findings[Question.RISKY].extend(
            find_risks(each.migration.path, each.operations, made, there.schema.dialect)
        )
    _judge_order(change, one, (library, base_library), new, said)
    _say_unsure(new, said)
    merged = [path for path in base_library.generated if path.startswith(f"{posixpath.dirname(one.path)}/")]
    steps = [(each.migration.path, each.operations) for each in new]
    said.unknowns[Question.MISSING].extend(find_hidden(steps, there.schema, change.merge_base, merged))
    if before is None or before.oid != one.oid:
        said.unknowns[Question.MISSING].extend(
            Unknown(path=one.path, line=doubt.place.line, reason=f"{doubt.reason} is not followed", settle=SETTLE)
            for doubt in list(one.snapshot.model.doubts)[:1]
        )
    if not known or any(each.unread for each in new):
        return
    remade = bool(new) and not _kept_ids(one, library) - {each.migration.id for each in new}
    if remade:
        # The migrations begin anew, so that they must lead there from nothing.
        nothing = Schema(dialect=there.schema.dialect)
        _judge_operations(new, nothing, there.schema, one.snapshot.model.version, said)
        _judge_target(change, new[-1], list(_told(nothing, there.schema)), one, (seen, said))
        return
    if before is not None and is_swapped(before, one):
        judge_swap(change, (before, one), library, said, new=bool(new))
        return
    changed = [] if before is not None and before.oid == one.oid else list(_told(was.schema, there.schema))
    if not new:
        if changed and before is not None and not _took_away(said, one, before):
            said.findings[Question.MISSING].extend(_without_migration(diff, one.path) for diff in changed)
        return
    if not _took_away(said, one, before):
        _judge_operations(new, was.schema, there.schema, one.snapshot.model.version, said)
    _judge_target(change, new[-1], changed, one, (seen, said))


def _kept_ids(one: Kept, library: Library) -> set[str]:
    """The migrations beside a snapshot at head."""
    return set(migrations_under(library.generated, posixpath.dirname(one.path)))


def _say_unsure(new: Sequence[_New], said: Said) -> None:
    """Say of each migration which step of the schema may not be done, and which may do anything to data."""
    for each in new:
        hidden = next((one for one in each.operations if not one.kind), None)
        if hidden is not None:
            reason = f"a step of {each.migration.id} is not followed: it may take data away"
            said.unknowns[Question.RISKY].append(
                Unknown(path=each.migration.path, line=hidden.line, reason=reason, settle=_BY_HAND)
            )
        unsure = next((one for one in each.operations if one.unsure), None)
        if unsure is not None:
            reason = f"a step of {each.migration.id} may not be done: {unsure.unsure}"
            said.unknowns[Question.MISSING].append(
                Unknown(path=each.migration.path, line=unsure.line, reason=reason, settle=_BY_HAND)
            )


def _before(before: Kept | None, one: Kept) -> Relational:
    """The database of the base's snapshot, as the provider and the version of the head's see it."""
    if before is None:
        return Relational(schema=Schema(dialect=one.database.schema.dialect))
    old, new = before.snapshot, one.snapshot
    if (old.provider, old.model.version) == (new.provider, new.model.version):
        return before.database
    return Builder(replace(old.model, product=new.model.product), new.provider, None, Names()).build()


def _told(was: Schema, now: Schema) -> Iterator[Difference]:
    found = (one for one in compare(was, now) if "\0" not in f"{one.have}{one.want}")
    return (one for one in found if not _is_system(one))


def _is_system(diff: Difference) -> bool:
    """Whether a column is PostgreSQL's own, which each table has: Npgsql's steps for it do nothing."""
    return diff.kind == "column" and diff.name == "xmin" and "xid" in {diff.have, diff.want}


def _new(change: Change, one: Kept, generated: Sequence[str], said: Said) -> Iterator[_New]:
    """Yield the migrations that the merge base does not have, in the order of their ids."""
    added = {
        file.path for file in change.files if file.new_oid is not None and change.merge_base.entry(file.path) is None
    }
    folder = posixpath.dirname(one.path)
    paths = [path for path in generated if path in added]
    old = {posixpath.basename(file.old_path) for file in change.files if file.old_path is not None}
    for migration in migrations_under(paths, folder).values():
        if posixpath.basename(migration.path) in old:
            continue
        files, unknowns = _files(change, migration)
        decls = [decl for file in files for decl in file.types]
        contexts = {ref.simple for decl in decls if (ref := context_of(decl)) is not None}
        wanted = one.snapshot.context.simple if one.snapshot.context is not None else ""
        if contexts and wanted and wanted not in contexts:
            continue
        decl = class_of(files)
        up = decl.method("Up") if decl is not None else None
        if up is None and not unknowns:
            reason, settle = (
                "no class of a migration with an `Up` is seen in it",
                "let `dotnet ef migrations add` write it",
            )
            unknowns = [Unknown(path=migration.path, line=1, reason=reason, settle=settle)]
        said.unknowns[Question.MISSING].extend(unknowns)
        said.unknowns[Question.RISKY].extend(unknowns)
        given = id_of(files) or (migration.id if unknowns else None)
        if decl is None or up is None:
            yield _New(migration, given, (), 1, unread=True)
        else:
            operations = read_operations(up, decl, one.snapshot.provider)
            yield _New(migration, given, operations, up.line, unread=bool(unknowns))


def _files(change: Change, migration: Migration) -> tuple[list[SourceFile], list[Unknown]]:
    """The files of a migration, and which of them were not read whole."""
    files, unknowns = [], []
    for path in dict.fromkeys((migration.path, migration.designer)):
        if path is None:
            continue
        content = change.head.read(path)
        if isinstance(content, NotRead):
            unknowns.append(of_unread(path, content))
            continue
        file = read_file(path, content)
        broken = of_broken(file)
        files.append(file)
        if broken is not None:
            unknowns.append(broken)
    return files, unknowns


def _read(change: Change, path: str) -> SourceFile | None:
    content = change.head.read(path)
    return None if isinstance(content, NotRead) else read_file(path, content)


def _took_away(said: Said, one: Kept, before: Kept | None) -> bool:
    """Whether the change deletes or edits merged migrations beside a snapshot: that is told by itself."""
    folders = {f"{posixpath.dirname(kept.path)}/" for kept in (one, before) if kept is not None}
    paths = [each.path for each in said.findings[Question.EDITED]]
    paths += [each.path for each in said.unknowns[Question.EDITED]]
    return any(path is not None and path.startswith(tuple(folders)) for path in paths)


def _without_migration(one: Difference, path: str) -> Finding:
    return Finding(
        rule="efcore-snapshot-without-migration",
        message=f"the snapshot says: {describe(one)}; the change brings no migration that does that",
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=path,
        line=1,
        fingerprint=fingerprint("efcore", "snapshot", one.kind, one.table, one.name, one.want),
        fix=f"add the migration's files, or take the snapshot back and run `{COMMAND}`",
        help=HELP,
    )


def _without_restrict(schema: Schema) -> Schema:
    made = schema.copy()
    for table in made.tables.values():
        for key, one in table.foreign_keys.items():
            if one.on_delete == "RESTRICT":
                table.foreign_keys[key] = replace(one, on_delete="NO ACTION")
    return made


def _judge_operations(new: Sequence[_New], was: Schema, now: Schema, version: int, said: Said) -> None:
    """The operations of the new migrations, applied to the snapshot of the base, must give that of the head."""
    schema = was.copy()
    opaque = [(each, operation) for each in new for operation in apply_operations(schema, each.operations)]
    last = new[-1]
    for each, operation in opaque:
        if operation.kind and operation.kind != "Sql" and not operation.unsure:
            reason = f"{operation.kind} of {each.migration.id} is not understood"
            said.unknowns[Question.MISSING].append(
                Unknown(path=each.migration.path, line=operation.line, reason=reason, settle=_BY_HAND)
            )
    if version < 6:  # noqa: PLR2004 - until then `Restrict` was written for what the snapshot has no action for
        schema, now = _without_restrict(schema), _without_restrict(now)
    for diff in compare(schema, now):
        if not _is_meant(diff):
            continue
        bare = diff.table.rpartition(".")[2]
        clouded = next(((each, op) for each, op in opaque if _may_do(op, bare)), None)
        if clouded is not None:
            each, operation = clouded
            reason = (
                f"{describe(diff)} in the snapshot; an operation of {each.migration.id} may do it and is not understood"
            )
            said.unknowns[Question.MISSING].append(
                Unknown(path=each.migration.path, line=operation.line, reason=reason, settle=_BY_HAND)
            )
            continue
        said.findings[Question.MISSING].append(
            Finding(
                rule="efcore-migration-lacks" if diff.want else "efcore-migration-adds",
                message=f"the snapshot says: {describe(diff)}; the migrations of the change do not do that",
                severity=Severity.HIGH,
                certainty=Certainty.CERTAIN,
                path=last.migration.path,
                line=last.line,
                fingerprint=fingerprint("efcore", "up", diff.kind, diff.table, diff.name, diff.want),
                fix=f"the migration must {step_of(diff)}; or remove it and run `{COMMAND}` again",
                help=HELP,
            )
        )


def _is_meant(diff: Difference) -> bool:
    if diff.kind not in _IN_OPERATIONS or diff.have == diff.want:
        return False
    if diff.kind == "type" and ("?" in {diff.have, diff.want} or not diff.have or not diff.want):
        return False
    return not _is_system(diff)


def _may_do(operation: Operation, table: str) -> bool:
    """Whether what is not understood may change a table: SQL that names it, or code that nobody follows."""
    if operation.kind == "Sql":
        text = operation.text("sql")
        return not text or table.lower() in text.lower()
    return not operation.kind or bool(operation.unsure) or operation.text("table") in {"", table}


def _judge_target(
    change: Change, last: _New, changed: Sequence[Difference], one: Kept, given: tuple[Seen, Said]
) -> None:
    """The newest migration's own model must have what the change adds to the snapshot."""
    seen, said = given
    if last.id is None:
        said.findings[Question.MISSING].append(
            _conflict(
                "no-designer",
                last.migration.path,
                f"{last.migration.id} has no [Migration] attribute: EF Core does not see it, and never runs it",
                Certainty.CERTAIN,
            )
        )
        return
    if not changed:
        return
    path = last.migration.designer
    content = change.head.read(path) if path is not None else None
    if not isinstance(content, bytes) or _same_model(content, change.head.read(one.path)):
        return
    file = _read(change, path) if path is not None else None
    target = read_snapshot(file, content, seen.statements) if file is not None and isinstance(content, bytes) else None
    if target is None:
        return
    lacking = set(_told(of_snapshot(target).schema, one.database.schema)) & set(changed)
    for diff in sorted(lacking, key=lambda each: (each.table, each.name, each.kind)):
        said.findings[Question.MISSING].append(
            _conflict(
                "designer-differs",
                path or last.migration.path,
                f"the snapshot says: {describe(diff)}; the model of {last.migration.id}, the newest, does not",
                Certainty.LIKELY,
            )
        )


def _same_model(target: bytes, snapshot: bytes | NotRead) -> bool:
    """Whether a target model is the snapshot's, word by word."""
    if isinstance(snapshot, NotRead):
        return False
    return target.partition(b"BuildTargetModel(")[2].split() == snapshot.partition(b"BuildModel(")[2].split()


def _judge_order(
    change: Change, one: Kept, libraries: tuple[Library, Library], new: Sequence[_New], said: Said
) -> None:
    found = said.findings[Question.CONFLICTS]
    if not new:
        return
    folder = posixpath.dirname(one.path)
    merged = migrations_under(libraries[1].generated, folder)
    kept = migrations_under(libraries[0].generated, folder)
    tip = {key: migration for key, migration in merged.items() if key in kept}
    if change.base.commit != change.merge_base.commit:
        paths = [entry.path for entry in change.base.glob(f"{folder}/*.cs", f"{folder}/**/*.cs")]
        newer = migrations_under(paths, folder)
        tip = {key: migration for key, migration in newer.items() if key in tip or key not in merged}
    arrived = sorted(set(tip) - set(merged) - {each.migration.id for each in new})
    ids = [each.id for each in new if each.id is not None]
    for each in new:
        label = each.id or each.migration.id
        if ids.count(label) > 1 or any(key == label and tip[key].path != each.migration.path for key in tip):
            found.append(
                _conflict("same-id", each.migration.path, f"two migrations have the id {label}", Certainty.CERTAIN)
            )
        name = label.partition("_")[2]
        twin = next((key for key in tip if key != label and key.partition("_")[2] == name), None)
        if twin is not None and posixpath.dirname(tip[twin].path) == posixpath.dirname(each.migration.path):
            words = f"{label} and {twin} are of one name: their classes clash"
            found.append(_conflict("same-name", each.migration.path, words, Certainty.CERTAIN))
        newest = max(tip, default="")
        if label < newest and not arrived:
            words = f"{label} sorts before {newest}, which is merged: databases run it out of order"
            found.append(_conflict("order", each.migration.path, words, Certainty.NOTE))
    if arrived:
        words = f"the base has got {', '.join(arrived[:3])} since; the model of {new[-1].migration.id} lacks that"
        certainty = Certainty.LIKELY if _overlaps(change, one) else Certainty.NOTE
        found.append(_conflict("base-moved", new[-1].migration.path, words, certainty))


def _overlaps(change: Change, one: Kept) -> bool:
    """Whether the base's tip and the head change the same tables of the snapshot."""
    schemas = []
    for tree in (change.merge_base, change.base):
        content = tree.read(one.path) if tree.entry(one.path) is not None else None
        read = read_snapshot(read_file(one.path, content), content) if isinstance(content, bytes) else None
        if read is None:
            return False
        schemas.append(of_snapshot(read).schema)
    theirs = {diff.table for diff in _told(schemas[0], schemas[1])}
    mine = {diff.table for diff in _told(schemas[0], one.database.schema)}
    return bool(theirs & mine)


def _conflict(kind: str, path: str, message: str, certainty: Certainty) -> Finding:
    return Finding(
        rule=f"efcore-{kind}",
        message=message,
        severity=Severity.HIGH,
        certainty=certainty,
        path=path,
        line=1,
        fingerprint=fingerprint("efcore", kind, message),
        fix=f"remove the change's migration (`dotnet ef migrations remove`), merge the base, and run `{COMMAND}` again",
        help="https://learn.microsoft.com/ef/core/managing-schemas/migrations/teams",
    )
