"""Compares Prisma's schema at head with that of the merge base after the change's migrations.

The new migrations are applied to the tables that the schema declared before: what then differs from what it declares
now is missing. What the migrations before the change lacked stays out of it, since both sides have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.prisma.native import DIALECTS
from bot.checks.migrations.prisma.project import Project, find_projects
from bot.checks.migrations.prisma.tables import Declared, build
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.folder import SqlFile, added_statements, decode, find_risks, read_files, same_sql
from bot.checks.migrations.sql.hidden import find_hidden
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.report import Teller, fingerprint
from bot.checks.migrations.sql.schema import Index, Schema, Table
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Severity, Unknown

_HELP = "https://www.prisma.io/docs/orm/prisma-migrate"
_COMMAND = "npx prisma migrate dev"


@dataclass
class _Said:
    """What is said of a change, by question."""

    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})
    sql: list[SqlFile] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    judged: int = 0


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What Prisma's schemas and migrations at head say against those at the merge base."""
    said = _Said()
    base, _ = find_projects(change.merge_base)
    head, loose = find_projects(change.head)
    touched = {file.path for file in change.files}
    said.unknowns[Question.MISSING].extend(loose)
    if not head:
        said.absent.append("no `.prisma` file has a datasource")
    for project in head:
        _judge_project(change, project, _before(project, base, head), touched, said)
    return Answer(
        present=_presence(head or base),
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
        sql=said.sql,
        absent_reason=said.absent[0] if said.absent and not said.judged else None,
    )


def _presence(projects: Sequence[Project]) -> Evidence | None:
    if not projects:
        return None
    first = projects[0]
    return Evidence(
        text=f"Prisma, {first.provider or 'unknown provider'}", path=first.source.path, line=first.source.line
    )


def _before(project: Project, base: Sequence[Project], head: Sequence[Project]) -> Project | None:
    """The project at the merge base: in the same file, the same folder, with the same migrations, or the only one."""
    for same in (
        [one for one in base if one.source.path == project.source.path],
        [one for one in base if one.folder == project.folder],
        [one for one in base if one.migrations and one.migrations == project.migrations],
        [*base] if len(base) == len(head) == 1 else [],
    ):
        if len(same) == 1:
            return same[0]
    return None


def _judge_project(change: Change, project: Project, before: Project | None, touched: set[str], said: _Said) -> None:
    if not project.provider:
        reason = "the datasource does not say its provider as a text"
        unknown = Unknown(path=project.source.path, line=project.source.line, reason=reason, settle="write it there")
        said.unknowns[Question.MISSING].append(unknown)
        return
    if not project.known:
        said.absent.append(f"Prisma keeps no migrations for {project.provider}")
        return
    if project.migrations is None and before is not None and before.migrations is not None:
        said.judged += 1
        reason = f"the migrations of {before.migrations} are gone, and the schema is left"
        unknown = Unknown(path=project.source.path, line=1, reason=reason, settle="bring them back, or baseline anew")
        said.unknowns[Question.MISSING].append(unknown)
        _judge_edited(change, before, said)
        return
    if project.migrations is None:
        said.absent.append(f"{project.source.path} has no folder of migrations: its schema is pushed")
        return
    said.judged += 1
    # What a file that is not read declares, others may rest on: it matters as soon as one of them changes.
    concerned = any(path.endswith(".prisma") for path in touched)
    faults = [*project.faults, *(before.faults if before else ())] if concerned else []
    said.unknowns[Question.MISSING].extend(faults)
    new = _new_migrations(change, project.migrations, before.migrations if before else None, said)
    if not faults:
        _judge_missing(project, before, new, change, said)
    _judge_edited(change, project, said)
    said.findings[Question.CONFLICTS].extend(_out_of_order(change, project.migrations, new))
    created = _created(project, new)
    said.findings[Question.RISKY].extend(find_risks(new, "prisma", lambda table: table in created))
    if DIALECTS[project.provider] == "postgres":
        said.sql.extend(new)


def _new_migrations(change: Change, folder: str, before: str | None, said: _Said) -> list[SqlFile]:
    """The migrations that the merge base has neither under their name nor with their content."""
    old = list(change.merge_base.glob(f"{before or folder}/*/migration.sql"))
    names = {_folder_name(entry.path) for entry in old}
    contents = {entry.oid for entry in old}
    paths = sorted(
        entry.path
        for entry in change.head.glob(f"{folder}/*/migration.sql")
        if _folder_name(entry.path) not in names and entry.oid not in contents
    )
    read = list(read_files(change.head, paths))
    said.unknowns[Question.MISSING].extend(one for one in read if isinstance(one, Unknown))
    return [one for one in read if isinstance(one, SqlFile)]


def _folder_name(path: str) -> str:
    return path.rsplit("/", 2)[1]


def _judge_missing(
    project: Project, before: Project | None, new: Sequence[SqlFile], change: Change, said: _Said
) -> None:
    wanted = build(project.blocks, project.provider, foreign_keys=project.foreign_keys)
    had = _declared_before(project, before)
    schema = had.schema.copy()
    added = [*_added_to_merged(change, project), *new]
    folder = (before.migrations if before is not None else None) or project.migrations
    merged = [entry.path for entry in change.merge_base.glob(f"{folder}/*/migration.sql")]
    schema.programs |= find_merged(change.merge_base, merged, (file.text for file in added))
    opaque = list(chain.from_iterable(((file, one) for one in apply(schema, file.text)) for file in added))
    _align(schema, wanted.schema)
    said.unknowns[Question.MISSING].extend(_unread(wanted, had))
    differences = [one for one in compare(schema, wanted.schema) if _counts(one, schema.dialect)]
    edited = _edited_names(change, project)
    teller = Teller(orm="prisma", command=_COMMAND, help=_HELP, place=lambda one: _place(one, wanted, had))
    open_: list[Difference] = []
    sure: list[Difference] = []
    for one in differences:
        (open_ if _may_be_done(one, opaque) or {one.table, one.name} & edited else sure).append(one)
    said.findings[Question.MISSING].extend(teller.finding(one, _certainty(one)) for one in sure)
    if new:
        clashes = dict.fromkeys(schema.clashes)
        said.findings[Question.MISSING].extend(teller.clash(one, new[-1].path) for one in clashes)
    if open_:
        reason = _reason(opaque) if opaque else "a merged migration was edited, which may have done it"
        said.unknowns[Question.MISSING].extend(teller.unknowns(open_, reason))
    else:
        said.unknowns[Question.MISSING].extend(
            find_hidden(((file.path, one) for file, one in opaque), wanted.schema.tables)
        )


def _unread(wanted: Declared, had: Declared) -> Iterator[Unknown]:
    """Yield the fields that the change brings and whose type is none that is known."""
    for (model, name, kind), (path, line) in wanted.unread.items():
        if (model, name, kind) not in had.unread:
            reason = f"{model}.{name}: {kind} is no type, model or enumeration that is known"
            yield Unknown(path=path, line=line, reason=reason, settle="run `prisma validate` and mend what it says")


def _declared_before(project: Project, before: Project | None) -> Declared:
    if before is None or before.provider not in DIALECTS or DIALECTS[before.provider] != DIALECTS[project.provider]:
        return build((), project.provider)
    return build(before.blocks, before.provider, foreign_keys=before.foreign_keys)


def _align(have: Schema, want: Schema) -> None:
    """Drop what Prisma does not see, and what it writes differently from version to version."""
    for key, table in have.tables.items():
        wanted = want.tables.get(key)
        if wanted is None:
            continue
        _align_join_table(table, wanted)
        _align_lists(table, wanted)
        for name, index in list(table.indexes.items()):
            expected = wanted.indexes.get(name)
            if expected is None and (index.where or _has_expression(have, table, index)):
                del table.indexes[name]
            elif expected is not None and expected.where and index.where:
                table.indexes[name] = replace(index, where=expected.where)


def _align_lists(table: Table, wanted: Table) -> None:
    """Prisma's lists are never null, whatever the column says; and `'{}'` is an empty one."""
    for key, column in table.columns.items():
        expected = wanted.columns.get(key)
        if expected is not None and column.type.endswith("[]"):
            default = "[]" if column.default == "'{}'" else column.default
            table.columns[key] = replace(column, nullable=expected.nullable, default=default)


def _has_expression(schema: Schema, table: Table, index: Index) -> bool:
    return any(schema.key(part) not in table.columns for part in index.columns)


def _align_join_table(table: Table, wanted: Table) -> None:
    """A join table is kept unique by a key since Prisma 6 and by an index before: both are right."""
    if set(wanted.columns) == {"A", "B"} and wanted.primary_key == ("A", "B") and not table.primary_key:
        unique = [name for name, one in table.indexes.items() if one.unique and one.columns == ("A", "B")]
        if unique:
            for name in unique:
                del table.indexes[name]
            table.primary_key, table.primary_key_name = ("A", "B"), wanted.primary_key_name


def _counts(one: Difference, dialect: str) -> bool:
    """Whether Prisma's engine would see the difference."""
    # In SQLite every whole-number key is numbered, and foreign keys have no names.
    if dialect == "sqlite" and one.kind in {"foreign-key-name", "increments"}:
        return False
    return one.kind != "table" or one.table != "_prisma_migrations"


def _certainty(one: Difference) -> Certainty:
    """A table that no schema ever declared may be kept by hand."""
    return Certainty.LIKELY if one.kind == "table" and not one.want else Certainty.CERTAIN


def _may_be_done(one: Difference, opaque: Sequence[tuple[SqlFile, Opaque]]) -> bool:
    names = {one.table.rpartition(".")[2], one.table} - {""}
    return any(each.anything or names & each.names for _, each in opaque)


def _reason(opaque: Sequence[tuple[SqlFile, Opaque]]) -> str:
    file, one = opaque[0]
    return f"`{one.words}` in {file.path}:{one.line} may do it and is not understood"


def _added_to_merged(change: Change, project: Project) -> Iterator[SqlFile]:
    """Yield the statements that the change writes into migrations that were merged."""
    for file in change.files:
        if file.old_oid is None or file.new_oid is None or not _is_migration(file.path, project):
            continue
        contents = dict(change.blobs.read([file.old_oid, file.new_oid]))
        old, new = contents.get(file.old_oid), contents.get(file.new_oid)
        if isinstance(old, bytes) and isinstance(new, bytes):
            yield SqlFile(file.path, added_statements(decode(old), decode(new), DIALECTS[project.provider]))


def _edited_names(change: Change, project: Project) -> set[str]:
    """The names in merged migrations that the change edits or takes away, so that it cannot be told what was run."""
    names: set[str] = set()
    for file in change.files:
        old = file.old_path
        if old is None or not _is_migration(old, project) or file.status.value == "A":
            continue
        for _, content in change.blobs.read([oid for oid in (file.old_oid, file.new_oid) if oid]):
            if isinstance(content, bytes):
                names.update(content.decode("utf-8", "replace").replace("`", '"').replace("[", '"').split('"'))
    return names - {""}


def _place(one: Difference, wanted: Declared, had: Declared) -> tuple[str, int] | None:
    keys = [(one.table, one.name), (one.table, "primary key" if one.kind == "primary-key" else ""), (one.table, "")]
    if one.kind == "index-name":
        keys.insert(0, (one.table, one.want))
    places = (side.places.get(key) for key in keys for side in ((wanted, had) if one.want else (wanted,)))
    found = next((place for place in places if place is not None), None)
    return found or next((had.places[key] for key in keys if key in had.places), None)


def _is_migration(path: str, project: Project) -> bool:
    return bool(project.migrations) and path.startswith(f"{project.migrations}/") and path.endswith("/migration.sql")


def _judge_edited(change: Change, project: Project, said: _Said) -> None:
    same = same_sql(DIALECTS[project.provider])
    for one in find_edited(change, "prisma", lambda path: _is_migration(path, project), same):
        if isinstance(one, Unknown):
            said.unknowns[Question.EDITED].append(one)
        else:
            said.findings[Question.EDITED].append(one)


def _out_of_order(change: Change, folder: str, new: Sequence[SqlFile]) -> Iterator[Finding]:
    """Migrations run in the order of their names: one that sorts before a merged one runs after it in old databases."""
    merged = [entry.path for entry in change.base.glob(f"{folder}/*/migration.sql")]
    newest = max(merged, default="")
    for file in new:
        if file.path < newest and file.path not in merged:
            yield Finding(
                rule="prisma-out-of-order",
                message=f"it sorts before {newest}, which was merged: new databases run it earlier than old ones",
                severity=Severity.MEDIUM,
                certainty=Certainty.NOTE,
                path=file.path,
                line=1,
                fingerprint=fingerprint("prisma", "order", file.path),
                fix=f"give its folder a time after {newest.rsplit('/', 2)[1]}",
                help=_HELP,
            )


def _created(project: Project, new: Sequence[SqlFile]) -> set[str]:
    """The tables that the new migrations themselves make: nothing runs on them yet."""
    schema = Schema(dialect=DIALECTS[project.provider])
    for file in new:
        for _ in apply(schema, file.text):
            pass
    return {table.name for table in schema.tables.values()}
