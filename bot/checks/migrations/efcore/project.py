"""Where a tree keeps snapshots and migrations of EF Core."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.checks.migrations.csharp.declarations import SourceFile, TypeDecl
from bot.checks.migrations.csharp.values import Text
from bot.model import Change, Evidence, Tree

SNAPSHOT = "ModelSnapshot.cs"
_MIGRATION = re.compile(r"(?:^|/)(\d{14})_[^/]*?(\.Designer)?\.cs$")
_TESTS = re.compile(r"(^|/)(tests?|[\w.]*[.]?(Unit|Functional|Integration|Api)?Tests?)/", re.IGNORECASE)
_BUILT = re.compile(r"(^|/)(obj|bin)/")


@dataclass(frozen=True)
class Migration:
    """A migration: its id, its file and that of its target model, which may be one."""

    id: str
    path: str
    designer: str | None


def find_snapshot(change: Change) -> Evidence | None:
    """Where a snapshot is seen, at head or before."""
    for tree in (change.head, change.merge_base):
        for path in snapshot_paths(tree):
            return Evidence(text="EF Core", path=path)
    return None


def snapshot_paths(tree: Tree) -> list[str]:
    """The files that are snapshots, by their names."""
    return [entry.path for entry in tree.glob(f"**/*{SNAPSHOT}") if not _BUILT.search(entry.path)]


def is_migration(path: str) -> bool:
    """Whether a file is a migration or its target model, by its name."""
    return _MIGRATION.search(path) is not None


def is_no_model(path: str) -> bool:
    """Whether a file is left out where types are looked for: migrations, and tests that keep no snapshot."""
    if is_migration(path):
        return True
    return "est" in path and _TESTS.search(path) is not None and not path.endswith(SNAPSHOT)


def migrations_under(paths: Iterable[str], folder: str) -> dict[str, Migration]:
    """The migrations of a folder and of those below, by id; the ids are those of their files' names."""
    before = f"{folder}/" if folder else ""
    found: dict[str, Migration] = {}
    for path in sorted(paths):
        match = _MIGRATION.search(path)
        if match is None or not path.startswith(before):
            continue
        stem = posixpath.basename(path).removesuffix(".cs").removesuffix(".Designer")
        known = found.get(stem)
        if match[2]:
            found[stem] = Migration(stem, known.path if known is not None else path, path)
        elif known is None or known.path == known.designer:
            found[stem] = Migration(stem, path, known.designer if known is not None else None)
    return found


def class_of(files: Sequence[SourceFile]) -> TypeDecl | None:
    """The class of a migration with `Up`: the one that has the id, also in another file, else the first."""
    decls = [decl for file in files for decl in file.types]
    marked = {decl.full_name for decl in decls if decl.attribute("Migration") is not None}
    found = [decl for decl in decls if decl.method("Up") is not None]
    return next((decl for decl in found if decl.full_name in marked), found[0] if found else None)


def id_of(files: Iterable[SourceFile]) -> str | None:
    """The id that `[Migration("id")]` gives in one of the files of a migration."""
    for file in files:
        for decl in file.types:
            one = decl.attribute("Migration")
            for each in one.arguments if one is not None else ():
                if isinstance(each.value, Text):
                    return each.value.text
    return None
