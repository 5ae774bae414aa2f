"""The order of migrations, lists that name them, and merged ones that are edited."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.mikroorm.project import Project
from bot.checks.migrations.script.folders import find_conflicts as find_order
from bot.checks.migrations.script.ways import same_way_up
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, Severity, Unknown

_HELP = "https://mikro-orm.io/docs/migrations"


def find_conflicts(change: Change, project: Project, before: Project) -> Iterator[Finding]:
    """Yield what is wrong with the order of a project's new migrations."""
    added = [path for path in project.migrations if change.merge_base.entry(path) is None]
    if not added:
        return
    folders = {posixpath.dirname(path) for path in project.migrations}
    known = {posixpath.splitext(path)[1] for path in project.migrations}
    landed = [
        entry.path
        for entry in change.base.entries()
        if posixpath.dirname(entry.path) in folders
        and posixpath.splitext(entry.path)[1] in known
        and posixpath.basename(entry.path).startswith("Migration")
    ]
    merged = sorted({*landed, *(path for path in before.migrations if change.base.entry(path) is not None)})
    yield from find_order("mikroorm", added, merged, _HELP)
    yield from _find_unlisted(project, before, added)


def _find_unlisted(project: Project, before: Project, added: list[str]) -> Iterator[Finding]:
    """Yield the new migrations that no list names, where those before are named in one."""
    stems = {path: posixpath.splitext(posixpath.basename(path))[0] for path in [*before.migrations, *added]}
    lists = {path: text for path, text in project.lists.items() if any(stems[one] in text for one in before.migrations)}
    for path in added:
        if lists and not any(stems[path] in text for text in lists.values()):
            yield Finding(
                rule="mikroorm-not-listed",
                message=f"{stems[path]} is not in {min(lists)}, which names the others: it will not be run",
                severity=Severity.HIGH,
                certainty=Certainty.LIKELY,
                path=path,
                line=1,
                fingerprint=fingerprint("mikroorm", "not-listed", path),
                fix="add it to `migrationsList`",
                help=_HELP,
            )


def find_edits(change: Change, merged: list[str]) -> Iterator[Finding | Unknown]:
    """Yield the merged migrations whose way up the change alters, and those that could not be read."""
    known = frozenset(merged)
    yield from find_edited(change, "mikroorm", known.__contains__, same_way_up)
