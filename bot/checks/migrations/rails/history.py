"""What of a difference other migrations than the change's new ones account for.

A schema may catch up with a migration that was merged without it, and a merged migration may be edited or deleted with
the schema following: then the schema says what the migrations add up to. Migrations are replayed only to find that;
where they are gone or cannot be read, a difference stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.compare import Comparison, Difference
from bot.checks.migrations.rails.key_changes import Touched
from bot.checks.migrations.rails.migration import read_migration
from bot.checks.migrations.rails.project import Database, Migration
from bot.checks.migrations.rails.ruby import Source, TooBigError, parse
from bot.checks.migrations.rails.schema import Schema, Terms
from bot.model import Change, Tree

_MOST = 80


def find_edited_elements(
    change: Change, old: Database, terms: Terms, base: Schema, head: Schema
) -> dict[Touched, tuple[str, int]]:
    """What merged migrations that the change edits or deletes are about, as they were and as they are."""
    touched: dict[Touched, tuple[str, int]] = {}
    files = [file for file in change.files if file.old_path in old.migrations]
    oids = [oid for file in files for oid in (file.old_oid, file.new_oid) if oid is not None]
    contents = dict(change.blobs.read(oids)) if oids else {}
    for file in files:
        for oid in (file.old_oid, file.new_oid):
            content = contents.get(oid or "")
            source = _parse(file.path, content) if isinstance(content, bytes) else None
            # What is there already, or is gone already, is touched on one of the two alone.
            for schema in (base, head):
                if source is None:
                    break
                changer = Changer(schema.copy(), terms)
                read_migration(changer, source, terms.adapter)
                touched |= dict.fromkeys(changer.touched, (file.path, 1))
    return touched


def find_caught_up(  # noqa: PLR0913, PLR0917 - what there is to replay
    tree: Tree, old: Database, terms: Terms, base: Schema, head: Schema, differences: Sequence[Difference]
) -> dict[Difference, str]:
    """Differences that vanish once the merged migrations about their tables are done, each with one of these."""
    tables = {one.table for one in differences}
    about: dict[str, str] = {}
    changer = Changer(base.copy(), terms)
    for source in _about(tree, sorted(old.migrations.values(), key=lambda one: one.version), tables):
        read_migration(changer, source, terms.adapter)
        for table, _, _ in changer.touched:
            about.setdefault(table, source.path)
    left = {(one.kind, one.table, one.name) for one in Comparison(changer.touched).compare(changer.schema, head)}
    comparison = Comparison(changer.touched)
    return {
        one: about[one.table]
        for one in differences
        if one.table in about
        and (one.kind, one.table, one.name) not in left
        and comparison.is_touched(one.table, _KINDS.get(one.kind, one.kind), one.name.partition(".")[0])
    }


_KINDS = {"option": "column"}


def _about(tree: Tree, migrations: Sequence[Migration], tables: set[str]) -> Iterator[Source]:
    """Yield the newest migrations that name one of some tables, oldest first."""
    words = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(tables)) + rb")\b")
    contents = dict(tree.read_many([one.path for one in migrations]))
    found = []
    for one in migrations:
        content = contents.get(one.path)
        if isinstance(content, bytes) and words.search(content):
            found.append((one.path, content))
    for path, content in found[-_MOST:]:
        source = _parse(path, content)
        if source is not None:
            yield source


def _parse(path: str, content: bytes) -> Source | None:
    try:
        return parse(path, content)
    except TooBigError:
        return None
