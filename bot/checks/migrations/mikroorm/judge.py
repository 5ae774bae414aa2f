"""Compares what MikroORM's entities declare with its snapshot, and the snapshot with what migrations do.

What differs at head and did not differ at the merge base is missing. The SQL of new migrations, applied to the
snapshot before them, must give the snapshot after them. Where there is no snapshot, the SQL is applied to what the
entities declared at the merge base, and must give what they declare at head.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.mikroorm.classes import MAKERS
from bot.checks.migrations.mikroorm.entities import declare
from bot.checks.migrations.mikroorm.missing import judge_missing
from bot.checks.migrations.mikroorm.order import find_conflicts, find_edits
from bot.checks.migrations.mikroorm.project import JUDGED, Config, Project, Traits, find_projects, may_be_snapshot
from bot.checks.migrations.mikroorm.sides import COMMAND, SETTLE, Side, apply_all, is_changed, read_side
from bot.checks.migrations.mikroorm.snapshot import SnapshotError
from bot.checks.migrations.mikroorm.steps import Followed, follow_migration
from bot.checks.migrations.mikroorm.telling import Said
from bot.checks.migrations.script.hidden import find_hidden
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.run import Budget
from bot.checks.migrations.sql.folder import SqlFile, added_statements, find_risks
from bot.checks.migrations.sql.programs import find_merged
from bot.model import Change, Evidence, ItemRequest, Unknown

_NO_SCHEMA = "no migrations of MikroORM: its schema is updated by itself, or made elsewhere"


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What entities, snapshots and migrations at head say against those at the merge base."""
    said = Said()
    known: dict[tuple[str, str], Module] = {}
    old, new = Program(change.merge_base, known), Program(change.head, known)
    seen: dict[tuple[str, str], Traits] = {}
    head, sources = find_projects(change.head, seen)
    base, _ = find_projects(change.merge_base, seen)
    gone = not head and bool(base) and bool(sources)
    if gone:
        said.unknown(min(sources), "all migrations are gone, and entities are left")
    if not head and not gone:
        return Answer(present=None, absent_reason=_NO_SCHEMA)
    budget = Budget()
    for project in head:
        before = next((one for one in base if one.root == project.root), None)
        _judge_project(change, (before, project), (old, new), said, budget)
    _tell_homeless(change, head, sources, said)
    return Answer(
        present=Evidence(text="MikroORM", path=(head or base)[0].folder),
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
    )


def _tell_homeless(change: Change, projects: Sequence[Project], sources: Sequence[str], said: Said) -> None:
    """Say of changed entities which migrations are theirs cannot be told."""
    homes = {path for project in projects for path in project.sources}
    for file in change.files:
        if file.path in sources and file.path not in homes and file.new_oid:
            said.unknown(file.path, "which of several folders of migrations its entities belong to cannot be told")


def _judge_project(
    change: Change,
    projects: tuple[Project | None, Project],
    programs: tuple[Program, Program],
    said: Said,
    budget: Budget,
) -> None:
    before, project = projects
    before = before or Project(root=project.root, dialect=project.dialect, config=Config())
    for found in find_conflicts(change, project, before):
        said.findings[Question.CONFLICTS].append(found)
    for one in find_edits(change, before.migrations):
        (said.unknowns if isinstance(one, Unknown) else said.findings)[Question.EDITED].append(one)  # type: ignore[arg-type]
    if project.dialect in JUDGED:
        _tell_snapshots(change, before, project, said)
    if not _matters(change, project, before, programs):
        return
    new = [path for path in project.migrations if is_changed(change, path)]
    followed = [_new_steps(change, path, programs, budget, project.dialect) for path in new]
    if project.dialect not in JUDGED:
        _say_other_dialect(change, project, said)
        return
    sides = [
        read_side(change, tree, program, replace(one, dialect=project.dialect), project)
        for tree, program, one in zip((change.merge_base, change.head), programs, (before, project), strict=True)
    ]
    programs_made = find_merged(change.merge_base, before.migrations, (one.text for one in followed))
    for schema in (sides[0].snapshot, sides[0].declared.schema):
        if schema is not None:
            schema.programs |= programs_made
    said.unknowns[Question.MISSING] += sides[1].faults
    paths = (path for one in (before, project) for path in (*one.sources, *one.mentions))
    said.unknowns[Question.MISSING] += find_hidden(change, programs, paths, MAKERS, SETTLE)
    _advise(followed, sides[0], said)
    judge_missing(change, (sides[0], sides[1]), followed, said)


def _matters(change: Change, project: Project, before: Project, programs: tuple[Program, Program]) -> bool:
    """Whether the change touches an entity, a migration, a snapshot, or what one of them rests on."""
    touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    known: set[str] = set()
    for one in (project, before):
        known.update(one.sources, one.mentions, one.migrations, one.lists, *one.snapshots.values())
    if not touched.isdisjoint(known) or project.config != before.config:
        return True
    if project.dialect in JUDGED:
        declare(programs[1], project)
    return not touched.isdisjoint(programs[1].read_paths())


def _say_other_dialect(change: Change, project: Project, said: Said) -> None:
    """Nothing can be compared in another dialect; a change of what matters makes that matter."""
    known = {*project.sources, *project.migrations, *(path for one in project.snapshots.values() for path in one)}
    changed = next((file.path for file in change.files if file.path in known), None)
    if changed is not None:
        name = project.dialect or "no dialect that can be told"
        said.unknown(changed, f"the migrations of {project.folder} are of {name}, which is not followed")


def _tell_snapshots(change: Change, before: Project, project: Project, said: Said) -> None:
    """Say of a snapshot that it is gone, and of one that is none any more, or has but the name, that it is not read."""
    had = {path for paths in before.snapshots.values() for path in paths}
    known = {path for paths in project.snapshots.values() for path in paths}
    homes = {posixpath.dirname(path) for path in project.migrations}
    for file in change.files:
        named = may_be_snapshot(file.path) and posixpath.dirname(file.path) in homes
        was = file.path in had or file.old_path in had
        if file.new_oid and file.path not in known and (named or was) and file.path.endswith(".json"):
            said.unknown(file.path, str(SnapshotError()), settle=f"run `{COMMAND}`, which writes it anew")
            had -= {file.path, file.old_path}
    for path in sorted(had):
        folder = posixpath.dirname(path)
        if change.head.entry(path) is None and folder in homes and folder not in project.snapshots:
            reason = f"the snapshot {path} is gone: what the next migration is compared with cannot be told"
            said.unknown(path, reason, None, settle=f"run `{COMMAND}`, which writes it anew")


def _new_steps(change: Change, path: str, programs: tuple[Program, Program], budget: Budget, dialect: str) -> Followed:
    """What a migration does that it did not do before: all of it, unless it was merged."""
    found = follow_migration(programs[1], path, budget)
    if change.merge_base.entry(path) is None:
        return found
    merged = follow_migration(programs[0], path, budget)
    text = added_statements(merged.text, found.text, dialect or "postgres")
    line = found.statements[0].line if found.statements else 1
    found.statements = [replace(found.statements[0], text=text, line=line)] if text else []
    return found


def _advise(followed: Sequence[Followed], old: Side, said: Said) -> None:
    before = old.snapshot or old.declared.schema
    made = before.copy()
    for _ in apply_all(made, followed):
        pass
    fresh = {table.name for key, table in made.tables.items() if key not in before.tables}
    files = [SqlFile(one.path, one.text) for one in followed]
    said.findings[Question.RISKY].extend(find_risks(files, "mikroorm", lambda table: table in fresh))
    for one in followed:
        for each in one.opaque:
            unknown = Unknown(
                path=one.path, line=each.line, reason=f"{each.words} is not followed", settle="look at it by hand"
            )
            said.unknowns[Question.RISKY].append(unknown)
