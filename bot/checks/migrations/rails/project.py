"""Where a repository keeps its schemas of Rails, and which migrations make each of them.

Rule: `db/schema.rb` or `db/structure.sql` is of `db/migrate`, `db/animals_schema.rb` of `db/animals_migrate`; what is
left of folders `migrate` below `db` (`db/post_migrate`) is of the first. An engine's migrations are of the schema
above them, or of the schema of its dummy application.
Source: https://guides.rubyonrails.org/active_record_multiple_databases.html (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import NotRead, Tree

_SCHEMA = re.compile(r"(?P<root>(?:.*/)?)db/(?P<name>\w+_)?(?:schema\.rb|structure\.sql)")
# Active Record: `/\A([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb\z/`, in any folder below a path of migrations.
_MIGRATION = re.compile(
    r"(?P<root>(?:.*/)?)db/(?P<folder>\w*migrat\w*|\w+/migrate)/(?:.*/)?(?P<version>\d{1,255})_(?P<name>\w*)(?:\.\w*)?\.rb",
    re.IGNORECASE,
)
_DUMMY = re.compile(r"(?P<engine>(?:.*/)?)(?:spec|test)/(?:dummy|internal|test_app)/")
# Folders that are of no database in particular.
_GENERAL = re.compile(
    r"(?:(?:post|pre|data|deferred|old|async)_?)?(?:migrate|migrations)|post_?deploy\w*", re.IGNORECASE
)
_ADAPTERS = {
    "postgresql": "postgres",
    "postgis": "postgres",
    "mysql2": "mysql",
    "trilogy": "mysql",
    "sqlite3": "sqlite",
}
_GEMS = {"pg": "postgres", "mysql2": "mysql", "trilogy": "mysql", "sqlite3": "sqlite"}
_ADAPTER = re.compile(r"^\s*adapter:\s*['\"]?(\w+)", re.MULTILINE)
_GEM = re.compile(r"^\s*(?:gem\s*\(?\s*['\"](\w+)['\"]|(\w+) \()", re.MULTILINE)
_HINTS = (
    (re.compile(rb"enable_extension|t\.(?:jsonb|uuid|inet|citext)\b"), "postgres"),
    (re.compile(rb"charset: |ENGINE="), "mysql"),
    (re.compile(rb"SET statement_timeout|PostgreSQL database dump|CREATE EXTENSION"), "postgres"),
)


@dataclass(frozen=True)
class Migration:
    """A migration's file."""

    path: str
    folder: str
    version: int
    name: str


@dataclass
class Database:
    """One database: its schema's file, and its migrations by path. `schema` is empty where none is kept.

    `aside` are the paths of those that are kept and not run any more.
    """

    root: str
    name: str
    schema: str
    migrations: dict[str, Migration] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)

    @property
    def sql(self) -> bool:
        """Whether the schema is kept as SQL."""
        return self.schema.endswith(".sql")


def parse_path(path: str) -> Migration | None:
    """A path as a migration; None where it is not one."""
    found = _MIGRATION.fullmatch(path)
    if found is None:
        return None
    return Migration(path, f"{found['root']}db/{found['folder']}", int(found["version"]), found["name"])


def _is_kept_aside(tree: Tree, one: Migration, named: dict[str, bool]) -> bool:
    """Whether a folder such as `db/old_migrations` is none that Rails runs: no configuration names it."""
    root, _, folder = one.folder.rpartition("db/")
    if not folder.startswith("old_"):
        return False
    if one.folder not in named:
        paths = [f"{root}config/database.yml", f"{root}config/application.rb"]
        named[one.folder] = any(folder in text for text in _texts(tree, [path for path in paths if tree.entry(path)]))
    return not named[one.folder]


def find_databases(tree: Tree) -> list[Database]:
    """The databases of a tree, each with its migrations."""
    databases: dict[tuple[str, str], Database] = {}
    migrations: list[Migration] = []
    for entry in tree.entries():
        path = entry.path
        if not path.endswith((".rb", ".sql")) or "db/" not in path:
            continue
        found = _SCHEMA.fullmatch(path)
        if found is not None:
            key = (found["root"], found["name"] or "")
            # Where both are kept, Rails writes the one that its settings name: SQL is what is asked for on purpose.
            if key not in databases or path.endswith(".sql"):
                databases[key] = Database(found["root"], found["name"] or "", path)
        elif (one := parse_path(path)) is not None:
            migrations.append(one)
    named: dict[str, bool] = {}
    for one in migrations:
        owner = _owner(databases, one)
        owner.migrations[one.path] = one
        if _is_kept_aside(tree, one, named):
            owner.aside.add(one.path)
    return sorted(databases.values(), key=lambda one: (one.root, one.name))


def _owner(databases: dict[tuple[str, str], Database], one: Migration) -> Database:
    root, _, folder = one.folder.rpartition("db/")
    candidates = [each for (above, _), each in databases.items() if above == root and each.schema]
    if not candidates:
        candidates = _elsewhere(databases, root)
    named = [each for each in candidates if each.name and each.name.rstrip("_") in folder]
    main = [each for each in candidates if each.name in {"", "primary_"}] or (
        candidates if len(candidates) == 1 else []
    )
    if named or (main and _GENERAL.fullmatch(folder)):
        return (named or main)[0]
    return databases.setdefault((root, f"?{folder}"), Database(root, "", ""))


def _elsewhere(databases: Mapping[tuple[str, str], Database], root: str) -> list[Database]:
    """The databases of an engine's dummy application, or of the application around an engine."""
    held = [each for each in databases.values() if each.schema]
    dummies = [each for each in held if (found := _DUMMY.fullmatch(each.root)) and found["engine"] == root]
    above = [each for each in held if root.startswith(each.root) and not _DUMMY.search(root)]
    nearest = max((len(each.root) for each in above), default=0)
    return dummies or [each for each in above if len(each.root) == nearest]


def find_adapter(tree: Tree, database: Database, content: bytes) -> str:
    """The kind of a database, by its settings, the gems and what its schema holds; empty where nothing tells."""
    for pattern, adapter in _HINTS:
        if pattern.search(content):
            return adapter
    roots = dict.fromkeys([database.root, ""])
    for root in roots:
        for text in _texts(tree, [f"{root}config/database.yml"]):
            found = next((_ADAPTERS[word] for word in _ADAPTER.findall(text) if word in _ADAPTERS), None)
            if found:
                return found
    for root in roots:
        for text in _texts(tree, [f"{root}Gemfile.lock", f"{root}Gemfile"]):
            gems = {word for pair in _GEM.findall(text) for word in pair}
            found = next((adapter for gem, adapter in _GEMS.items() if gem in gems), None)
            if found:
                return found
    return ""


def _texts(tree: Tree, paths: Sequence[str]) -> Iterator[str]:
    for _, content in tree.read_many(paths):
        if not isinstance(content, NotRead):
            yield content.decode("utf-8", "replace")


def is_schema(path: str) -> bool:
    """Whether a path is that of a schema."""
    return _SCHEMA.fullmatch(path) is not None
