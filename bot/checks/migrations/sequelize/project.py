"""Where Sequelize's models and migrations are.

Source: https://sequelize.org/docs/v6/other-topics/migrations/.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.program import SUFFIXES, Program
from bot.model import Tree

_MIGRATIONS = re.compile(r"(?:^|[-_.])migrations?$|^migrate$", re.IGNORECASE)
_NAME = re.compile(r"v?\d.*|.*\d{8,}.*", re.IGNORECASE)
_SEEDS = re.compile(r"(?:^|/)(?:seed(?:er)?s?|__tests__|tests?|specs?|fixtures|node_modules|dist|build|public|static)/")
_TESTS = re.compile(r"\.(?:test|spec|stories|d)\.[a-z]+$|\.min\.js$")
_WORDS = re.compile(
    rb"queryInterface|QueryInterface|getQueryInterface|context\s*:\s*\w+|sequelize|createTable|addColumn", re.IGNORECASE
)
_SURE = re.compile(rb"queryInterface|sequelize", re.IGNORECASE)
_HINTS = re.compile(
    r"model|entit|(?:^|[/_.-])db(?:[/_.-]|$)|database|sequelize|schema|associat|relation|table", re.IGNORECASE
)
_MODEL = re.compile(
    rb"\.define\s*\(|\.init\s*\(|@Table\b|@Attribute\b|\.(?:belongsTo|hasMany|hasOne|belongsToMany)\s*\(|new\s+Sequelize\b"
)
_IMPORTS = re.compile(rb"(?:from|require\s*\(|import)\s*['\"]([^'\"\n]{1,200})['\"]")
_LEVELS = 3
_MAX_MODULES = 600
_SEQUELIZE = re.compile(rb"sequelize|DataTypes?\b", re.IGNORECASE)
_DRIVERS = (
    (rb'"pg"|"pg-hstore"|"@sequelize/postgres"', "postgres"),
    (rb'"mysql2?"|"mariadb"|"@sequelize/(?:mysql|mariadb)"', "mysql"),
    (rb'"sqlite3"|"@vscode/sqlite3"|"@sequelize/sqlite3"|"@journeyapps/sqlcipher"', "sqlite"),
    (rb'"tedious"|"@sequelize/mssql"', "tsql"),
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """A folder of migrations, with those of the folders in it, in the order in which they run."""

    folder: str
    paths: Sequence[str]


def is_script(path: str) -> bool:
    """Whether a path may be a script of the project's own: no test, no seed, nothing that was built."""
    return path.endswith(SUFFIXES) and not _SEEDS.search(f"/{path}") and not _TESTS.search(path)


def folder_of(path: str) -> str | None:
    """The folder of migrations in which a script stands; None where it stands in none."""
    parts = posixpath.dirname(path).split("/")
    at = next((number for number, part in enumerate(parts) if _MIGRATIONS.search(part)), None)
    return "/".join(parts[: at + 1]) if at is not None else None


def may_be_migration(path: str) -> bool:
    """Whether a path is that of a migration, by its folder and its name."""
    return is_script(path) and folder_of(path) is not None and bool(_NAME.fullmatch(posixpath.basename(path)))


def find_groups(program: Program) -> list[Group]:
    """The folders of migrations of a tree that are Sequelize's."""
    folders: dict[str, list[str]] = {}
    for path in program.paths():
        folder = folder_of(path)
        if folder is not None and may_be_migration(path):
            folders.setdefault(folder, []).append(path)
    groups = []
    for folder in sorted(folders):
        paths = sorted(folders[folder], key=lambda path: (posixpath.basename(path), path))
        if _is_ours(program, paths):
            groups.append(Group(folder=folder, paths=paths))
    return groups


def _is_ours(program: Program, paths: Sequence[str]) -> bool:
    some = [*paths[:3], *paths[-5:]]
    program.read_ahead(some)
    return any(_SURE.search(program.content(path) or b"") for path in some)


def model_paths(program: Program, changed: Sequence[str]) -> list[str]:
    """The scripts that may define models: by their path, and those of the change and beside it."""
    folders = {posixpath.dirname(path) for path in changed}
    paths = sorted(
        path
        for path in program.paths()
        if is_script(path)
        and not may_be_migration(path)
        and (_HINTS.search(path) or path in changed or posixpath.dirname(path) in folders)
    )
    program.read_ahead(paths)
    return [path for path in paths if defines_models(program.content(path) or b"")]


def named_modules(program: Program, paths: Sequence[str]) -> set[str]:
    """The last parts of the modules that scripts import, and that those import which they do."""
    found: set[str] = set()
    waiting, seen = list(paths), set(paths)
    for _ in range(_LEVELS):
        following = []
        for path in waiting:
            for source in _IMPORTS.findall(program.content(path) or b""):
                address = source.decode("utf-8", "replace")
                found.add(posixpath.splitext(posixpath.basename(address))[0])
                target = program.resolve(path, address)
                if target is not None and target not in seen and len(seen) < _MAX_MODULES:
                    seen.add(target)
                    following.append(target)
        program.read_ahead(following)
        waiting = following
    return found


def defines_models(content: bytes) -> bool:
    """Whether a script looks as if it defined models, or how they are defined."""
    return bool(_SEQUELIZE.search(content) and _MODEL.search(content))


def dialect_of(tree: Tree, folder: str) -> str:
    """The database's dialect as sqlglot names it, by the drivers that the nearest `package.json` names."""
    for path in _manifests(folder):
        content = tree.read(path) if tree.entry(path) is not None else None
        if isinstance(content, bytes):
            for pattern, dialect in _DRIVERS:
                if re.search(pattern, content):
                    return dialect
    return "postgres"


def _manifests(folder: str) -> Iterator[str]:
    while folder:
        yield f"{folder}/package.json"
        folder = posixpath.dirname(folder)
    yield "package.json"
