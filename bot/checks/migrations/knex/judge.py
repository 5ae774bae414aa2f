"""The order and the edits of Knex's migrations, steps that a database would refuse, and advice on the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.knex.operations import Followed, Step, follow_migration
from bot.checks.migrations.knex.replay import State, find_refused
from bot.checks.migrations.script.folders import Group, blank_schema, find_conflicts, find_groups
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.reach import find_shaken
from bot.checks.migrations.script.run import Budget
from bot.checks.migrations.script.ways import same_way_up
from bot.checks.migrations.sql.folder import SqlFile, find_risks
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Severity, Unknown

_HELP = "https://knexjs.org/guide/migrations.html"
_NO_MODELS = "Knex has no models that tables could be compared with (a jsonSchema of Objection describes values)"
_OURS = re.compile(rb"\bknex\b|\.schema\s*\.\s*(?:alter|create|drop|rename|table|raw)", re.IGNORECASE)
_CORRUPT = "; Knex then refuses to go on, since `the migration directory is corrupt`"


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the folders of migrations at head say against those at the merge base and the tip of the base."""
    new, base = Program(change.head), Program(change.base)
    groups, merged = find_groups(new, _OURS.search), find_groups(base, _OURS.search)
    before = find_groups(Program(change.merge_base), _OURS.search)
    if not groups and not before:
        return Answer(present=None, absent_reason="there are no migrations of Knex")
    findings: dict[Question, list[Finding]] = {question: [] for question in Question}
    unknowns: dict[Question, list[Unknown]] = {question: [] for question in Question}
    budget = Budget()
    for group in groups:
        added = [path for path in group.paths if change.merge_base.entry(path) is None]
        had = next((one for one in merged if one.folder == group.folder), Group(folder=group.folder, paths=()))
        if not added:
            continue
        findings[Question.CONFLICTS] += find_conflicts("knex", added, had.paths, _HELP)
        followed = {path: follow_migration(new, path, budget) for path in added}
        for question in (Question.CONFLICTS, Question.RISKY):
            unknowns[question] += _faults(followed)
        schema = blank_schema(change.head, group.folder)
        findings[Question.CONFLICTS] += _find_refused(base, had, followed, State(schema=schema), budget)
        findings[Question.RISKY] += _find_risks(followed)
    for one in (*_find_edited(change, before), *_find_shaken(change, new, before, budget)):
        if isinstance(one, Unknown):
            unknowns[Question.EDITED].append(one)
        else:
            findings[Question.EDITED].append(one)
    present = Evidence(text="Knex", path=(groups or before)[0].folder)
    return Answer(
        present=present,
        findings={question: tuple(found) for question, found in findings.items()},
        unknowns={question: tuple(found) for question, found in unknowns.items()},
        undeclared=_NO_MODELS,
    )


def _faults(followed: dict[str, Followed]) -> Iterator[Unknown]:
    for path, one in followed.items():
        if one.fault:
            yield Unknown(path=path, line=1, reason=one.fault, settle="look at the migration by hand")


def _find_refused(
    base: Program, had: Group, followed: dict[str, Followed], state: State, budget: Budget
) -> Iterator[Finding]:
    """Yield the new steps that cannot be done after the merged ones: two branches that make the same column."""
    names = {step.table for one in followed.values() for step in one.steps if step.table}
    base.read_ahead(had.paths)
    signs = [name.encode() for name in names]
    for path in had.paths:
        content = base.content(path) or b""
        if path not in followed and any(sign in content for sign in signs):
            merged = follow_migration(base, path, budget)
            state.unsure = state.unsure or bool(merged.fault)
            list(find_refused(state, merged.steps))
    for path, one in followed.items():
        for step, reason in find_refused(state, one.steps):
            yield Finding(
                rule="knex-refused",
                message=f"the migration would fail after those that were merged: {reason}",
                severity=Severity.HIGH,
                certainty=Certainty.LIKELY,
                path=path,
                line=step.line if step.path == path else 1,
                fingerprint=fingerprint("knex", "refused", path, reason),
                fix="rebase on the base, and leave out what it does already",
                help=_HELP,
            )


def _find_edited(change: Change, groups: Sequence[Group]) -> Iterator[Finding | Unknown]:
    for group in groups:
        merged = set(group.paths)
        for one in find_edited(change, "knex", merged.__contains__, same_way_up):
            gone = isinstance(one, Finding) and one.rule.endswith(("deleted", "moved"))
            yield replace(one, message=one.message + _CORRUPT) if gone and isinstance(one, Finding) else one


def _find_shaken(change: Change, new: Program, groups: Sequence[Group], budget: Budget) -> Iterator[Finding | Unknown]:
    """Yield the merged migrations that do something else since what they import was changed."""
    old = Program(change.merge_base)
    touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}

    def is_same(path: str) -> bool | None:
        both = [follow_migration(program, path, budget) for program in (old, new)]
        steps = [[replace(step, path="", line=0) for step in one.steps] for one in both]
        return None if both[0].fault or both[1].fault else steps[0] == steps[1]

    for group in groups:
        yield from find_shaken("knex", new, set(group.paths), touched, is_same)


def _find_risks(followed: dict[str, Followed]) -> Iterator[Finding]:
    made = {step.table for one in followed.values() for step in one.steps if step.kind in {"create", "create-if"}}
    files = [SqlFile(path, ";\n".join(filter(None, map(_sql, one.steps)))) for path, one in followed.items()]
    yield from find_risks(files, "knex", lambda table: table in made)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "") + '"'


def _sql(step: Step) -> str:
    """A step as SQL, as far as its risks go; empty where it has none."""
    table, name = _quoted(step.table or "?"), _quoted(step.names[0] if step.names else "?")
    match step.kind:
        case "raw":
            return step.sql.rstrip("; \n")
        case "column" if step.required and not step.default:
            return f"ALTER TABLE {table} ADD COLUMN {name} INT NOT NULL"
        case _ if step.kind in _STATEMENTS:
            return _STATEMENTS[step.kind].format(table=table, name=name)
    return ""


_STATEMENTS = {
    "alter-column": "ALTER TABLE {table} ALTER COLUMN {name} TYPE INT",
    "drop-column": "ALTER TABLE {table} DROP COLUMN {name}",
    "drop-table": "DROP TABLE {table}",
    "foreign": 'ALTER TABLE {table} ADD CONSTRAINT "_" UNIQUE ("_")',
    "index": 'CREATE INDEX "_" ON {table} ({name})',
    "rename-column": 'ALTER TABLE {table} RENAME COLUMN {name} TO "_"',
    "rename-table": 'ALTER TABLE {table} RENAME TO "_"',
    "set-not-null": "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
    "unique": 'ALTER TABLE {table} ADD CONSTRAINT "_" UNIQUE ("_")',
}
