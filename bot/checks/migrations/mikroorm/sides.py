"""One revision of a project: what its entities declare, and what its snapshot says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.mikroorm.entities import declare
from bot.checks.migrations.mikroorm.project import Project
from bot.checks.migrations.mikroorm.snapshot import SnapshotError, read_snapshot
from bot.checks.migrations.mikroorm.steps import Followed
from bot.checks.migrations.mikroorm.tables import Declared
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.schema import Schema
from bot.model import Change, NotRead, Tree, Unknown

_WORD = re.compile(r"\w+")
COMMAND = "npx mikro-orm migration:create"
SETTLE = f"run `{COMMAND}` and look whether it writes anything"


@dataclass(kw_only=True)
class Side:
    """One revision of a project: its files, what is declared, and what the snapshot says."""

    tree: Tree
    program: Program
    project: Project
    declared: Declared
    snapshot: Schema | None = None
    faults: list[Unknown] = field(default_factory=list)


def is_changed(change: Change, path: str) -> bool:
    """Whether a file is there at head, and was not there so before."""
    old, new = change.merge_base.entry(path), change.head.entry(path)
    return new is not None and (old is None or old.oid != new.oid)


def read_side(change: Change, tree: Tree, program: Program, project: Project, head: Project) -> Side:
    """What a revision of a project says. The snapshot of each folder is the one that the change touches."""
    side = Side(tree=tree, program=program, project=project, declared=declare(program, project))
    wanted = _choose(change, head)
    if not any(path in (project.snapshots.get(folder) or ()) for folder, path in wanted.items()):
        wanted = {folder: _largest(tree, paths) for folder, paths in project.snapshots.items()}
    for folder, path in wanted.items():
        if path not in (project.snapshots.get(folder) or ()):
            continue
        found = _read(tree, path, project.dialect)
        if isinstance(found, Unknown):
            if is_changed(change, path):
                side.faults.append(found)
            continue
        side.snapshot = side.snapshot or Schema(dialect=project.dialect)
        side.snapshot.tables.update(found.tables)
        side.snapshot.enums.update(found.enums)
    return side


def _choose(change: Change, project: Project) -> dict[str, str]:
    """The snapshot of each folder: the one that the change touches, or else the largest."""
    chosen = {}
    for folder, paths in project.snapshots.items():
        touched = [path for path in paths if is_changed(change, path)]
        chosen[folder] = touched[0] if len(touched) == 1 else _largest(change.head, paths)
    return chosen


def _largest(tree: Tree, paths: Sequence[str]) -> str:
    sizes = {path: len(content) for path, content in tree.read_many(paths) if isinstance(content, bytes)}
    return max(paths, key=lambda path: (sizes.get(path, 0), path))


def _read(tree: Tree, path: str, dialect: str) -> Schema | Unknown:
    content = tree.read(path)
    if isinstance(content, NotRead):
        return Unknown(path=path, reason=content.reason, settle=content.settle)
    try:
        return read_snapshot(content, dialect)
    except SnapshotError as error:
        return Unknown(path=path, line=1, reason=str(error), settle=f"run `{COMMAND}`, which writes it anew")


def apply_all(schema: Schema, followed: Sequence[Followed]) -> Iterator[tuple[str, Opaque]]:
    """Change a schema as migrations do; yield what may do more, with its file."""
    for migration in followed:
        yield from ((migration.path, one) for one in migration.opaque)
        for statement in migration.statements:
            for one in apply(schema, statement.text):
                yield migration.path, replace(one, line=statement.line + one.line - 1)
            if not statement.certain:
                names = frozenset(_WORD.findall(statement.text))
                yield (
                    migration.path,
                    Opaque(words="what is done under a condition", names=names, line=statement.line),
                )
