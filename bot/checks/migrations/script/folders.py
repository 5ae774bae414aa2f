"""Folders of migrations that are scripts: which they are, in which order they run, and what breaks that order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.program import SUFFIXES, Program
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.sql.schema import Schema
from bot.model import Certainty, Finding, Severity, Tree

_MIGRATIONS = re.compile(r"(?:^|[-_.])migrations?$|^migrate$", re.IGNORECASE)
_NAME = re.compile(r"v?\d.*|.*\d{8,}.*", re.IGNORECASE)
_SEEDS = re.compile(r"(?:^|/)(?:seed(?:er)?s?|__tests__|tests?|specs?|fixtures|node_modules|dist|build|public|static)/")
_TESTS = re.compile(r"\.(?:test|spec|stories|d)\.[a-z]+$|\.min\.js$")
# A date may be taken apart by dashes: `2025-10-24-0000-name.js`.
_BESIDE = re.compile(r"(?:index|helpers?|utils?|umzug|config|template|run|migrate|types?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"v?\d+(?:[-_.]\d+)*(?=[-_.])")
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


def find_groups(program: Program, is_ours: Callable[[bytes], object]) -> list[Group]:
    """The folders of migrations of a tree, of which some are a tool's by their content."""
    folders: dict[str, list[str]] = {}
    unnumbered: dict[str, list[str]] = {}
    for path in program.paths():
        folder = folder_of(path)
        if folder is not None and may_be_migration(path):
            folders.setdefault(folder, []).append(path)
        elif (
            folder == posixpath.dirname(path)
            and folder
            and is_script(path)
            and not _BESIDE.match(path, len(folder) + 1)
        ):
            unnumbered.setdefault(folder, []).append(path)
    # Some number none of their migrations; beside numbered ones, what has no number is a helper.
    folders = {**unnumbered, **folders}
    groups = []
    for folder in sorted(folders):
        paths = sorted(folders[folder], key=lambda path: (posixpath.basename(path), path))
        some = [*paths[:3], *paths[-5:]]
        program.read_ahead(some)
        if any(is_ours(program.content(path) or b"") for path in some):
            groups.append(Group(folder=folder, paths=paths))
    return groups


def dialect_of(tree: Tree, folder: str) -> str:
    """The database's dialect as sqlglot names it, by the drivers that the nearest `package.json` names."""
    for path in _manifests(folder):
        content = tree.read(path) if tree.entry(path) is not None else None
        if isinstance(content, bytes):
            for pattern, dialect in _DRIVERS:
                if re.search(pattern, content):
                    return dialect
    return "postgres"


def only_dialect_of(tree: Tree, folder: str) -> str | None:
    """The dialect of the one database whose driver the nearest `package.json` names; None for none and for several."""
    for path in _manifests(folder):
        content = tree.read(path) if tree.entry(path) is not None else None
        if isinstance(content, bytes):
            found = [dialect for pattern, dialect in _DRIVERS if re.search(pattern, content)]
            if found:
                return found[0] if len(found) == 1 else None
    return None


def blank_schema(tree: Tree, folder: str) -> Schema:
    """A schema without tables in the dialect of a folder's migrations; case counts only where one database is known."""
    unsure = only_dialect_of(tree, folder) is None
    return Schema(dialect=dialect_of(tree, folder), caseless=unsure)


def _manifests(folder: str) -> Iterator[str]:
    while folder:
        yield f"{folder}/package.json"
        folder = posixpath.dirname(folder)
    yield "package.json"


def find_conflicts(orm: str, new: Sequence[str], merged: Sequence[str], help_: str) -> Iterator[Finding]:
    """Yield a finding for each new migration whose place in the order is taken, or before a merged one."""
    newest = max((posixpath.basename(path) for path in merged), default="")
    numbers = {number: path for path in merged if (number := _number(path))}
    stems = {posixpath.splitext(posixpath.basename(path))[0]: path for path in merged}
    for path in new:
        name = posixpath.basename(path)
        twin = numbers.get(_number(path))
        same = stems.get(posixpath.splitext(name)[0])
        if path in merged:
            continue
        if same is not None:
            message = f"it has the name of {same}: one of the two is taken for the other, or both are run"
            yield _finding(orm, help_, "same-name", path, message, Certainty.LIKELY)
        elif twin is not None:
            message = f"its number is that of {twin}: which of the two runs first is told by the rest of their names"
            yield _finding(orm, help_, "same-number", path, message, Certainty.NOTE)
        elif name < newest:
            message = f"its name sorts before {newest}, which was merged: new databases run it earlier than old ones"
            yield _finding(orm, help_, "late", path, message, Certainty.NOTE)


def _number(path: str) -> str:
    found = _NUMBER.match(posixpath.basename(path))
    return found[0] if found is not None else ""


def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
    orm: str, help_: str, kind: str, path: str, message: str, certainty: Certainty
) -> Finding:
    return Finding(
        rule=f"{orm}-{kind}",
        message=message,
        severity=Severity.MEDIUM,
        certainty=certainty,
        path=path,
        line=1,
        fingerprint=fingerprint(orm, kind, path),
        fix="give it a number of its own, after the newest",
        help=help_,
    )
