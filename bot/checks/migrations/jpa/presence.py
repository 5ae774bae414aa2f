"""Whether a repository may have JPA's entities with migrations, told from its paths."""

from __future__ import annotations

import re

from bot.checks.migrations.changelog.files import may_be_changelog
from bot.checks.migrations.sql.flyway import is_callback, parse_flyway
from bot.model import Change, Evidence, Tree

_NAMED = re.compile(r"change-?_?log|liquibase", re.IGNORECASE)
_CONFIGURATION = re.compile(
    r"(^|/)src/main/resources/(application[\w-]*\.(ya?ml|properties)|META-INF/persistence\.xml)$"
)
_GENERATED = re.compile(rb"ddl-auto|hbm2ddl|schema-generation")
_MAX_CONFIGURATIONS = 20


def find_presence(change: Change) -> Evidence | None:
    """Where it was seen; None where the repository has none of it."""
    for tree in (change.head, change.merge_base):
        found = _in_tree(tree)
        if found is not None:
            return found
    return None


def _in_tree(tree: Tree) -> Evidence | None:
    code, migration, configurations = False, "", []
    for entry in tree.entries():
        path = entry.path
        code = code or path.endswith((".java", ".kt"))
        if not migration and _is_migration(path):
            migration = path
        if _CONFIGURATION.search(path):
            configurations.append(path)
    if not code:
        return None
    if migration:
        return Evidence(text="Java with migrations", path=migration)
    for path, content in tree.read_many(configurations[:_MAX_CONFIGURATIONS]):
        if isinstance(content, bytes) and _GENERATED.search(content):
            return Evidence(text="JPA's configuration", path=path)
    return None


def _is_migration(path: str) -> bool:
    name = path.rpartition("/")[2]
    if ("__" in name and parse_flyway(name) is not None) or is_callback(name):
        return True
    return _NAMED.search(path) is not None and may_be_changelog(path)
