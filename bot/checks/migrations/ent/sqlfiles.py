"""The SQL files of a folder of migrations: what of them goes up, and what of that a change adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.migrations.ent.project import Folder
from bot.checks.migrations.sql.folder import SqlFile, added_statements, read_files
from bot.checks.migrations.sql.sections import section_to_run
from bot.model import Change, Tree, Unknown

# What undoes another file, in the ways of golang-migrate and Flyway.
_UNDOES = re.compile(r"(?:^U\d[^/]*__[^/]*|\.down|\.undo)\.sql$")
_MARKS = (("+goose up", "+goose down"), ("migrate:up", "migrate:down"))


def _paths(tree: Tree, folder: Folder) -> Sequence[str]:
    prefix = f"{folder.path}/" if folder.path else ""
    found = [one.path for one in tree.glob(f"{prefix}*.sql")]
    return sorted(path for path in found if not _UNDOES.search(path.removeprefix(prefix)))


def all_files(tree: Tree, folder: Folder) -> Iterator[SqlFile | Unknown]:
    """Yield what goes up, in the order of the names, which is the order in which it is run."""
    for one in read_files(tree, _paths(tree, folder)):
        yield _up(one) if isinstance(one, SqlFile) else one


def added(change: Change, folder: Folder) -> Iterator[SqlFile | Unknown]:
    """Yield what the change adds: new files, and the new statements of those that it edits."""
    touched = {file.path for file in change.files if file.new_oid is not None}
    paths = [path for path in _paths(change.head, folder) if path in touched]
    old = {one.path: one for one in read_files(change.merge_base, paths) if isinstance(one, SqlFile)}
    for one in read_files(change.head, paths):
        if isinstance(one, Unknown):
            yield one
        elif one.path in old:
            was, now = _up(old[one.path]), _up(one)
            yield SqlFile(one.path, added_statements(was.text, now.text, folder.dialect))
        else:
            yield _up(one)


def merged_paths(change: Change, folder: Folder) -> list[str]:
    """The files of a folder that the merge base has."""
    return list(_paths(change.merge_base, folder))


def _up(file: SqlFile) -> SqlFile:
    low = file.text.lower()
    markers = next((pair for pair in _MARKS if pair[0] in low), None)
    return SqlFile(file.path, section_to_run(file.text, markers))
