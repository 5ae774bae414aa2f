"""Whether the version that a schema was written at is that of the newest migration."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.rails import order, report
from bot.checks.migrations.rails.project import Database, parse_path
from bot.checks.migrations.rails.ruby import Source
from bot.checks.migrations.rails.schema import Schema
from bot.model import Finding


def is_dumped(head: Schema, sources: Sequence[Source]) -> bool:
    """Whether the version says that the schema was written after the change's migrations were run."""
    versions = head.versions
    if versions is not None:
        return bool(sources) and all(order.version_of(source) in versions for source in sources)
    return bool(sources) and int(head.version or 0) >= order.newest(sources)


def judge(database: Database, base: Schema, head: Schema, sources: Sequence[Source], found: list[Finding]) -> None:
    """Say where the version of the schema at head, or its list of versions, is not that of the migrations."""
    if head.versions is not None:
        _judge_versions(database, base.versions or frozenset(), head.versions, sources, found)
        return
    version = int(head.version or 0)
    newest = order.newest(sources)
    if sources and version < newest:
        message = (
            f"{database.schema} is of version {version}, and {sources[-1].path} of the change is newer: "
            "the migration counts as pending for all who load it"
        )
        found.append(report.version_finding(database.schema, head.version_line, message))
    known = {one.version for one in database.migrations.values()}
    # Rails fills up short versions in no way, and old migrations may be gone; a new version must be of a file.
    if head.version != base.version and version not in known and version > max(known, default=0):
        message = f"{database.schema} is of version {version}, and no migration has it: it is not committed"
        found.append(report.version_finding(database.schema, head.version_line, message))


def _judge_versions(
    database: Database, old: frozenset[str], new: frozenset[str], sources: Sequence[Source], found: list[Finding]
) -> None:
    """The list of versions at the end of structure.sql has each migration that was run."""
    for source in sources:
        one = parse_path(source.path)
        if one is not None and str(one.version) not in {version.lstrip("0") for version in new}:
            message = (
                f"{database.schema} does not list {one.version}, the version of {source.path}: it was written before"
            )
            found.append(report.version_finding(database.schema, 1, message))
    known = {str(one.version) for one in database.migrations.values()}
    for version in sorted(new - old):
        if version.lstrip("0") not in known and old:
            message = f"{database.schema} lists {version}, and no migration has that version: it is not committed"
            found.append(report.version_finding(database.schema, 1, message))
