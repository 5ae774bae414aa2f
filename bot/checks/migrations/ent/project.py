"""Finds Ent in a tree: its generated tables, the code of its schema, and the folders of its SQL migrations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.nodes import read_nodes
from bot.model import NotRead, Tree

GENERATED = "migrate/schema.go"
SEAL = "atlas.sum"
_MARK = b"entgo.io/ent/dialect/sql/schema"
_SCHEMES = re.compile(r"\b(postgres|mysql|maria|mariadb|sqlite)\b(?:ql)?(?::/|/|://)")
_DIALECTS = {"maria": "mysql", "mariadb": "mysql"}


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of SQL migrations and the dialect they are written in (as sqlglot names it)."""

    path: str
    dialect: str


@dataclass(frozen=True, kw_only=True)
class Project:
    """One graph of ent's.

    Attributes:
        generated: the path of the generated tables.
        schema: the folder of the schema's code; None where it was not found.
        folders: its SQL migrations; none where the schema is made at run time.
        kept: what the program that makes them never drops: ent's own way leaves tables, and more unless it is told.
    """

    generated: str
    schema: str | None
    folders: Sequence[Folder]
    kept: frozenset[str]


def find_generated(tree: Tree) -> Iterator[str]:
    """Yield the paths of generated tables, told by their name and what they import."""
    paths = [one.path for one in tree.glob(GENERATED, f"**/{GENERATED}") if "/vendor/" not in f"/{one.path}"]
    for path, content in tree.read_many(paths):
        if isinstance(content, NotRead) or _MARK in content[:20_000]:
            yield path


def find_codes(tree: Tree) -> list[str]:
    """Where ent would generate the tables of a schema that is kept without them, beside SQL that is sealed."""
    if not any(tree.glob(SEAL, f"**/{SEAL}")):
        return []
    paths = [one.path for one in tree.glob("**/ent/schema/*.go", "ent/schema/*.go")]
    return sorted({f"{posixpath.dirname(posixpath.dirname(path))}/{GENERATED}" for path in paths})


def find_projects(tree: Tree, program: Program) -> list[Project]:
    """The graphs of a tree, sorted by path."""
    generated = list(find_generated(tree)) or find_codes(tree)
    seals = [one.path.removesuffix(SEAL).rstrip("/") for one in tree.glob(SEAL, f"**/{SEAL}")]
    owners: dict[str, list[str]] = {}
    for folder in seals or _plain_folders(tree):
        # A folder is of the graph that it is nearest to.
        nearest = max(generated, key=lambda path: _shared(path, folder), default=None)
        if nearest is not None:
            owners.setdefault(nearest, []).append(folder)
    kept = _kept(tree) if generated else frozenset()
    return [
        Project(
            generated=path,
            kept=kept,
            schema=_schema_folder(tree, program, path),
            folders=[Folder(path=one, dialect=_dialect(tree, one)) for one in owners.get(path, ())],
        )
        for path in generated
    ]


def _kept(tree: Tree) -> frozenset[str]:
    """Kinds of what ent's own program for migrations (it calls `NamedDiff`) leaves in the database."""
    programs = [one.path for one in tree.glob("**/migrat*/main.go", "**/migrat*/*/main.go", "**/*migrat*.go")]
    for path, content in tree.read_many(path for path in programs if not path.endswith("migrate/migrate.go")):
        if isinstance(content, bytes) and b"NamedDiff(" in content and path:
            told = {"column": b"WithDropColumn(true)", "index": b"WithDropIndex(true)"}
            return frozenset({"table", *(kind for kind, word in told.items() if word not in content)})
    return frozenset()


def _plain_folders(tree: Tree) -> list[str]:
    """Folders of SQL without a seal, where there is one alone that is called so: several may be of anything."""
    found = {one.path.rpartition("/")[0] for one in tree.glob("**/migrations/*.sql", "**/migrations/*/*.sql")}
    return sorted(found) if len(found) == 1 else []


def _shared(path: str, folder: str) -> int:
    common = 0
    for one, other in zip(path.split("/"), folder.split("/"), strict=False):
        if one != other:
            break
        common += 1
    return common


def _schema_folder(tree: Tree, program: Program, generated: str) -> str | None:
    """The folder of the schema's code: where it usually is, or what the generated `runtime.go` imports."""
    target = posixpath.dirname(posixpath.dirname(generated))
    imported = _imported(tree, program, target)
    for folder in (f"{target}/schema", f"{posixpath.dirname(target)}/schema", *imported):
        clean = folder.strip("/")
        if any(read_nodes(program, clean)):
            return clean
    return None


def _imported(tree: Tree, program: Program, target: str) -> Iterator[str]:
    for name in ("runtime/runtime.go", "runtime.go"):
        source = program.source(f"{target}/{name}".strip("/"))
        for address in source.imports.values() if source is not None else ():
            folder = program.folder_of(address)
            # Beside the schema's own package it imports those that ent generated for each type.
            if folder is not None and tree.entry(f"{folder}/where.go") is None:
                yield folder


def _dialect(tree: Tree, folder: str) -> str:
    """The dialect of a folder's SQL: as its path, Atlas's configuration or the SQL itself says."""
    for part in reversed(folder.lower().split("/")):
        for name in ("postgres", "mysql", "mariadb", "sqlite"):
            if name in part:
                return _DIALECTS.get(name, name)
    said = _said_by_sql(tree, folder)
    if said:
        return said
    for path, content in tree.read_many([one.path for one in tree.glob("atlas.hcl", "**/atlas.hcl")]):
        found = _SCHEMES.search(content.decode("utf-8", "replace")) if isinstance(content, bytes) else None
        if found is not None and path:
            return _DIALECTS.get(found[1], found[1])
    return "postgres"


def _said_by_sql(tree: Tree, folder: str) -> str:
    pattern = f"{folder}/*.sql" if folder else "*.sql"
    paths = sorted(one.path for one in tree.glob(pattern))
    for _, content in tree.read_many([*paths[:1], *paths[-2:]]):
        text = content[:200_000].decode("utf-8", "replace") if isinstance(content, bytes) else ""
        low = text.lower()
        if "pragma foreign_keys" in low or "autoincrement" in low:
            return "sqlite"
        if "`" in text:
            return (
                "mysql" if any(word in low for word in ("charset", "auto_increment", "bigint", "varchar")) else "sqlite"
            )
        if '"' in text:
            return "postgres"
    return ""
