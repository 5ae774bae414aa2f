"""Files of Flyway whose ending is not `.sql` as it is written: whether they run hangs on a setting.

Rule: Flyway takes a file whose ending is one of `sqlMigrationSuffixes`, letter by letter, and passes over others. Where
all files of a folder had this ending before the change, the setting is taken to name it.
Source: https://documentation.red-gate.com/flyway, "SQL Migration Suffixes" (read 2026-11-30).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.jpa.sets import ELSEWHERE
from bot.checks.migrations.sql.flyway import parse_flyway
from bot.model import Change, Tree, Unknown

_USUAL = "sql"


def find_odd_endings(change: Change) -> Iterator[Unknown]:
    """Yield the migrations that the change adds or edits and that Flyway may pass over."""
    for file in change.files:
        folder, _, name = file.path.rpartition("/")
        found = parse_flyway(name)
        if file.new_oid is None or found is None or not found.sql or ELSEWHERE.search(file.path):
            continue
        if found.ending != _USUAL and _endings(change.merge_base, folder) != {found.ending}:
            reason = (
                f"Flyway passes over a file that ends in .{found.ending}, unless sqlMigrationSuffixes names the ending"
            )
            settle = "let the name end in .sql, or see that the setting names the ending"
            yield Unknown(path=file.path, line=1, reason=reason, settle=settle)


def _endings(tree: Tree, folder: str) -> set[str]:
    """The endings of the migrations of a folder, as they are written."""
    paths = (entry.path for entry in tree.glob(f"{folder}/*.???".lstrip("/")))
    names = (parse_flyway(path.rpartition("/")[2]) for path in paths)
    return {name.ending for name in names if name is not None and name.sql}
