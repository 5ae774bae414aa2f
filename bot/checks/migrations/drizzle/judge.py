"""Compares what Drizzle's TypeScript declares with drizzle-kit's newest snapshot, at head and at the merge base.

What differs at head and did not differ at the base is missing. The SQL of new migrations is applied to the snapshot
before them, and must give the snapshot after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.drizzle.project import Project, Step, find_projects, schema_modules
from bot.checks.migrations.drizzle.snapshot import DIALECTS, SnapshotError, read_snapshot
from bot.checks.migrations.drizzle.tables import Declared, Doubt, Reader
from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.script.program import SUFFIXES, Program
from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.folder import SqlFile, find_risks, read_files, same_sql
from bot.checks.migrations.sql.hidden import SETTLE, find_hidden
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.report import Teller, describe, fingerprint
from bot.checks.migrations.sql.report import step as step_of
from bot.checks.migrations.sql.schema import Schema
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Tree, Unknown

_COMMAND = "npx drizzle-kit generate"
_HELP = "https://orm.drizzle.team/docs/drizzle-kit-generate"
_SETTLE = f"run `{_COMMAND}` and look whether it writes anything"

_CORES = (b"drizzle-orm/pg-core", b"drizzle-orm/mysql-core", b"drizzle-orm/sqlite-core")
_BREAKPOINT = "--> statement-breakpoint"
_IN_SQL = frozenset({"table", "column", "nullable", "enum", "enum-value", "index", "foreign-key"})


@dataclass
class _Said:
    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})
    sql: list[SqlFile] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    judged: int = 0


@dataclass(kw_only=True)
class _Side:
    """One revision of a project: what is declared, and what the newest snapshot says."""

    project: Project
    declared: Declared
    snapshot: Schema | None
    broken: dict[str, int]


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What Drizzle's schemas and migrations at head say against those at the merge base."""
    said = _Said()
    programs = {tree.commit: Program(tree) for tree in (change.merge_base, change.head)}
    old, new = programs[change.merge_base.commit], Program(change.head)
    base = find_projects(change.merge_base, old)
    head = find_projects(change.head, new)
    for project in head:
        before = next((one for one in base if one.config == project.config or one.folder == project.folder), None)
        _judge_project(change, project, before, (old, new), said)
    if not head:
        said.absent.append("no configuration and no journal of Drizzle is left")
    present = Evidence(text="Drizzle", path=head[0].config) if head else None
    return Answer(
        present=present,
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
        sql=said.sql,
        absent_reason=said.absent[0] if said.absent and not said.judged else None,
    )


def _judge_project(
    change: Change, project: Project, before: Project | None, programs: tuple[Program, Program], said: _Said
) -> None:
    if project.journal is None and not project.faults and before is not None and before.journal:
        said.judged += 1
        reason = f"the journal of {before.folder} is gone, and the schema is left"
        said.unknowns[Question.MISSING].append(Unknown(path=project.config, line=1, reason=reason, settle=_SETTLE))
        _judge_edited(change, project, before, said)
        return
    if project.journal is None and not project.faults:
        said.absent.append(f"{project.config}: there is no journal of drizzle-kit in {project.folder}: it is pushed")
        return
    said.judged += 1
    said.unknowns[Question.MISSING].extend(project.faults)
    if project.journal is None:
        return
    _judge_order(change, project, said)
    new = _new_files(change, project, before, said)
    made = {name for file in new for name in _made(project, file)}
    said.findings[Question.RISKY].extend(find_risks(new, "drizzle", lambda table: table in made))
    if DIALECTS.get(project.dialect) == "postgres":
        said.sql.extend(new)
    _judge_edited(change, project, before, said)
    _judge_snapshots(change, project, before, said)
    if not project.schema or not project.dialect:
        _say_unknown_schema(change, project, said)
        return
    head = _side(project, change.head, programs[1], said)
    old = _side(before, change.merge_base, programs[0], None) if before is not None and before.dialect else None
    if head.snapshot is not None:
        _judge_missing(change, head, old, said)
        was = old.snapshot if old is not None else Schema(dialect=head.snapshot.dialect)
        if was is not None:
            was.programs |= find_merged(change.merge_base, _merged(change, before), (file.text for file in new))
        _judge_sql(new, was, head.snapshot, said)


def _say_unknown_schema(change: Change, project: Project, said: _Said) -> None:
    """Nothing can be compared where no configuration names the schema; a change of scripts makes that matter."""
    if any(_declares_tables(content) for content in _changed_scripts(change)):
        reason = "no `schema` and `dialect` that are texts say which files declare the tables"
        unknown = Unknown(path=project.config, line=1, reason=reason, settle="name them in drizzle.config as texts")
        said.unknowns[Question.MISSING].append(unknown)


def _changed_scripts(change: Change) -> Iterator[bytes | NotRead]:
    oids = [
        oid
        for file in change.files
        if file.path.endswith(SUFFIXES)
        for oid in (file.old_oid, file.new_oid)
        if oid is not None
    ]
    return (content for _, content in change.blobs.read(oids))


def _declares_tables(content: bytes | NotRead) -> bool:
    return isinstance(content, NotRead) or any(core in content for core in _CORES)


def _side(project: Project, tree: Tree, program: Program, said: _Said | None) -> _Side:
    modules = schema_modules(project, tree, program)
    declared = Reader(program, project.dialect, snake=project.snake).read(modules)
    broken = {
        path: module.broken
        for path in program.read_paths()
        if (module := program.module(path)) is not None and module.broken is not None
    }
    return _Side(project=project, declared=declared, snapshot=_newest(project, tree, said), broken=broken)


def _newest(project: Project, tree: Tree, said: _Said | None) -> Schema | None:
    if not project.journal:
        return Schema(dialect=DIALECTS[project.dialect])
    path = project.snapshot(max(project.journal, key=lambda step: step.idx))
    content = tree.read(path) if tree.entry(path) is not None else None
    reason = "the newest migration of the journal has no snapshot"
    if isinstance(content, bytes):
        try:
            return read_snapshot(content)
        except SnapshotError as error:
            reason = str(error)
    elif isinstance(content, NotRead):
        reason = content.reason
    if said is not None:
        said.unknowns[Question.MISSING].append(Unknown(path=path, line=1, reason=reason, settle=_SETTLE))
    return None


def _judge_missing(change: Change, head: _Side, old: _Side | None, said: _Said) -> None:
    touched = {file.path for file in change.files}
    for path, line in head.broken.items():
        if path in touched:
            reason = "a syntax that cannot be read"
            said.unknowns[Question.MISSING].append(Unknown(path=path, line=line, reason=reason, settle=_SETTLE))
    if old is not None and old.snapshot is None and old.project.journal:
        reason = "the newest snapshot of the merge base cannot be read: what differed before is not known"
        said.unknowns[Question.MISSING].append(Unknown(path=old.project.config, line=1, reason=reason, settle=_SETTLE))
        return
    before = set(_differences(old)) if old is not None else set()
    teller = Teller(orm="drizzle", command=_COMMAND, help=_HELP, place=lambda one: _place(one, head, old))
    doubts = dict(_changed_doubts(head, old))
    sure = [one for one in _differences(head) if one not in before]
    for one in sure:
        if (one.table, "") not in doubts and (one.table, one.name) not in doubts:
            said.findings[Question.MISSING].append(teller.finding(one))
    for (table, column), doubt in doubts.items():
        subject = f"{table}.{column}" if column else table
        reason = f"{subject}: {doubt.reason}, and the change touches it"
        if not _settled(table, column, head, old):
            said.unknowns[Question.MISSING].append(
                Unknown(path=doubt.path, line=doubt.line or None, reason=reason, settle=_SETTLE)
            )


def _differences(side: _Side | None) -> Iterator[Difference]:
    """Yield how the snapshot differs from what is declared, but for what cannot be told."""
    if side is None or side.snapshot is None:
        return
    doubts = side.declared.doubts
    for one in compare(side.snapshot, side.declared.schema):
        known_table = (one.table, "") not in doubts or one.kind == "table"
        member_of_doubt = one.kind in {"foreign-key", "index", "primary-key"} and any(
            table == one.table and column and column in f"{one.have} {one.want} {one.name}" for table, column in doubts
        )
        if known_table and (one.table, one.name) not in doubts and not member_of_doubt:
            yield one


def _changed_doubts(head: _Side, old: _Side | None) -> Iterator[tuple[tuple[str, str], Doubt]]:
    """Yield what cannot be told at head and was not written so before."""
    before = old.declared.doubts if old is not None else {}
    for key, doubt in head.declared.doubts.items():
        if key not in before or before[key].written != doubt.written:
            yield key, doubt


def _settled(table: str, column: str, head: _Side, old: _Side | None) -> bool:
    """Whether the change's snapshot has something new where the code cannot be read: it was generated after it."""
    if head.snapshot is None:
        return False
    now = head.snapshot.tables.get(head.snapshot.key(table))
    was = old.snapshot.tables.get(old.snapshot.key(table)) if old is not None and old.snapshot is not None else None
    if now is None:
        return False
    if not column:
        return was is not None and now != was
    key = head.snapshot.key(column)
    return key in now.columns and (was is None or now.columns[key] != was.columns.get(key))


def _place(one: Difference, head: _Side, old: _Side | None) -> tuple[str, int] | None:
    sides = [head.declared, *([old.declared] if old is not None else [])]
    keys = [(one.table, one.name), (one.table, "")]
    return next((side.places[key] for key in keys for side in sides if key in side.places), None)


def _judge_order(change: Change, project: Project, said: _Said) -> None:
    """The journal, the snapshots and the SQL must tell of the same migrations."""
    journal = project.journal or ()
    path = f"{project.folder}/meta/_journal.json"
    touched = {file.path for file in change.files}
    if not any(one.startswith(f"{project.folder}/") for one in touched):
        return
    found = said.findings[Question.CONFLICTS]
    seen: dict[int, Step] = {}
    for step in journal:
        other = seen.setdefault(step.idx, step)
        if other is not step:
            found.append(_conflict("same-index", path, f"{step.tag} and {other.tag} have the number {step.idx}"))
        for kind, file in (("sql", project.sql(step)), ("snapshot", project.snapshot(step))):
            if (change.head.entry(file) is None and change.merge_base.entry(file) is not None) or (
                change.head.entry(file) is None and path in touched and step is max(journal, key=lambda one: one.idx)
            ):
                found.append(_conflict(f"no-{kind}", path, f"{step.tag} is in the journal, and {file} is not there"))
    tags = {step.tag for step in journal}
    for entry in change.head.glob(f"{project.folder}/*.sql"):
        tag = entry.path.rpartition("/")[2].removesuffix(".sql")
        if tag not in tags and entry.path in touched and tag[:4].isdigit():
            found.append(_conflict("not-in-journal", entry.path, f"{tag} is not in the journal: it will not be run"))


def _conflict(kind: str, path: str, message: str) -> Finding:
    return Finding(
        rule=f"drizzle-{kind}",
        message=message,
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=path,
        line=1,
        fingerprint=fingerprint("drizzle", kind, message),
        fix="take the change's migration back and generate it again on top of the base",
        help="https://orm.drizzle.team/docs/drizzle-kit-check",
    )


def _new_files(change: Change, project: Project, before: Project | None, said: _Said) -> list[SqlFile]:
    """The SQL of the migrations that the journal at the merge base does not have."""
    old = {step.tag for step in (before.journal or ())} if before is not None else set()
    steps = [step for step in project.journal or () if step.tag not in old]
    paths = [project.sql(step) for step in steps if change.head.entry(project.sql(step)) is not None]
    read = list(read_files(change.head, paths))
    said.unknowns[Question.MISSING].extend(one for one in read if isinstance(one, Unknown))
    # In MySQL the mark between two statements is no comment.
    return [SqlFile(one.path, one.text.replace(_BREAKPOINT, ";")) for one in read if isinstance(one, SqlFile)]


def _merged(change: Change, before: Project | None) -> list[str]:
    """The files of SQL of the migrations that the journal at the merge base has."""
    paths = [before.sql(step) for step in before.journal or ()] if before is not None else []
    return [path for path in paths if change.merge_base.entry(path) is not None]


def _judge_sql(new: Sequence[SqlFile], old: Schema | None, head: Schema, said: _Said) -> None:
    """The new SQL, applied to the snapshot before it, must give the tables and columns of the snapshot after it."""
    if not new or old is None:
        return
    schema = old.copy()
    opaque = [(file, one) for file in new for one in apply(schema, file.text)]
    unsure = []
    for one in compare(schema, head):
        # Types and defaults are written in other words in the SQL than in the snapshot.
        if one.kind not in _IN_SQL or (one.kind in {"index", "foreign-key"} and one.have and one.want):
            continue
        if any(each.anything or one.table.rpartition(".")[2] in each.names for _, each in opaque):
            file, each = opaque[0]
            reason = f"{describe(one)} in the snapshot; `{each.words}` may do it and is not understood"
            unsure.append(Unknown(path=file.path, line=each.line, reason=reason, settle=SETTLE))
            continue
        said.findings[Question.MISSING].append(_sql_lacks(one, new[-1].path))
    hidden = find_hidden(((file.path, each) for file, each in opaque), head.tables)
    said.unknowns[Question.MISSING].extend(unsure or hidden)


def _sql_lacks(one: Difference, path: str) -> Finding:
    return Finding(
        rule="drizzle-sql-lacks",
        message=f"the snapshot says: {describe(one)}; the SQL of the change does not do that",
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=path,
        line=1,
        fingerprint=fingerprint("drizzle", "sql", one.kind, one.table, one.name, one.want),
        fix=f"the SQL must {step_of(one)}; or take the migration back and run `{_COMMAND}` again",
        help=_HELP,
    )


def _made(project: Project, file: SqlFile) -> set[str]:
    schema = Schema(dialect=DIALECTS.get(project.dialect, "postgres"))
    for _ in apply(schema, file.text):
        pass
    return {table.name for table in schema.tables.values()}


def _judge_snapshots(change: Change, project: Project, before: Project | None, said: _Said) -> None:
    """A merged migration's snapshot may be written in another way, and must say the same: its SQL is not run again."""
    old = {step.tag: before.snapshot(step) for step in before.journal or ()} if before is not None else {}
    for step in project.journal or ():
        path, was = project.snapshot(step), old.get(step.tag, "")
        entries = change.merge_base.entry(was), change.head.entry(path)
        if not was or entries[0] is None or entries[1] is None or entries[0].oid == entries[1].oid:
            continue
        one, other = _snapshot_at(change.merge_base, was), _snapshot_at(change.head, path)
        if one is None:
            # What it said before cannot be told.
            continue
        if other is None:
            reason = "the snapshot of a merged migration changes, and cannot be read"
            said.unknowns[Question.MISSING].append(Unknown(path=path, line=1, reason=reason, settle=_SETTLE))
            continue
        said.findings[Question.MISSING] += [_sql_lacks(each, path) for each in compare(one, other)]


def _snapshot_at(tree: Tree, path: str) -> Schema | None:
    content = tree.read(path)
    try:
        return read_snapshot(content) if isinstance(content, bytes) else None
    except SnapshotError:
        return None


def _judge_edited(change: Change, project: Project, before: Project | None, said: _Said) -> None:
    if before is None:
        return
    merged = {before.sql(step) for step in before.journal or ()}
    same = same_sql(DIALECTS.get(project.dialect, "postgres"))
    for one in find_edited(change, "drizzle", lambda path: path in merged, same):
        if isinstance(one, Unknown):
            said.unknowns[Question.EDITED].append(one)
        else:
            said.findings[Question.EDITED].append(one)
