"""The migrations of one tree: folders of Flyway and changelogs of Liquibase, each as the schema that it adds up to."""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.checks.migrations.changelog.apply import Run, apply_change_set
from bot.checks.migrations.changelog.conditions import applies
from bot.checks.migrations.changelog.files import Changelog, Changelogs
from bot.checks.migrations.jpa.config import VENDORS, dialect
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.flyway import parse_flyway
from bot.checks.migrations.sql.folder import decode
from bot.checks.migrations.sql.programs import find_programs
from bot.checks.migrations.sql.replay import replay
from bot.checks.migrations.sql.schema import Schema, Table
from bot.model import NotRead, Tree, Unknown

_ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|build|node_modules)/")
_COMMON = frozenset({"common", "all", "shared", "generic", "default", "any"})
_MAX_NAMES = 5
_WORD = re.compile(r"\w+")
_MAX_DATABASES = 4
_RENAMED = re.compile(
    r"""\b(\w{1,128})\b["'`\]]?\s*(?:\brename\s+)?(?:\bto\b|,)\s*["'`\[]?(?:\w+["`\]]?\.["`\[]?)?(\w+)"""
)
_RENAMED_ELEMENT = re.compile(r"""(old|new)TableName\W+([\w.]+)""", re.IGNORECASE)
_DBMS = re.compile(rb"""\bdbms["']?\s*[:=]\s*["']?([\w, !]+)""")


@dataclass(kw_only=True)
class Replayed:
    """What migrations add up to on one database, for the tables that were asked for.

    Attributes:
        partial: the keys of tables that are changed and never made: they were there before.
        opaque: statements that are not understood, with the file of each.
    """

    database: str
    schema: Schema
    partial: set[str] = field(default_factory=set)
    opaque: list[tuple[str, Opaque]] = field(default_factory=list)


@dataclass(kw_only=True)
class MigrationSet(ABC):
    """Migrations that make one database.

    Attributes:
        key: a stable name of the set: its folder, or the module of its changelogs.
        module: the folder of the project's part that holds it.
        texts: the files' contents in lower case, by path.
    """

    key: str
    title: str
    module: str
    texts: Mapping[str, str]

    def mentions(self, table: str) -> bool:
        """Whether a file names a table."""
        plain = _WORD.fullmatch(table) is not None
        return table in self._words if plain else any(table in text for text in self.texts.values())

    def _blank(self, database: str, tables: Sequence[str], text: str) -> Schema:
        """The tables that a text names, without columns, and the functions that are known to change tables."""
        schema = Schema(dialect=dialect(database), caseless=True)
        words = set(_WORD.findall(text))
        schema.tables = {name: Table(name=name) for name in tables if name in words}
        schema.programs = set(self._programs)
        return schema

    @cached_property
    def _programs(self) -> frozenset[str]:
        return frozenset(name for text in self.texts.values() for name in find_programs(text))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for text in self.texts.values() for word in _WORD.findall(text))

    def replay(self, tables: Sequence[str]) -> list[Replayed]:
        """The schemas on each database, as far as some tables (in lower case) go."""
        names = sorted(self._with_older_names(tables))
        made = []
        for database in self.databases():
            one = self._run(database, names, Schema(dialect=dialect(database), caseless=True))
            missing = [name for name in tables if name not in one.schema.tables and name not in one.schema.views]
            if missing:
                # Tables that others make, and that migrations only change: what they add is known all the same.
                given = Schema(dialect=dialect(database), caseless=True)
                given.tables = {name: Table(name=name) for name in missing}
                again = self._run(database, names, given)
                changed = {
                    name for name in missing if name in again.schema.tables and again.schema.tables[name].columns
                }
                one.partial = changed
                one.schema.tables.update({name: again.schema.tables[name] for name in changed})
            made.append(one)
        return made

    def _with_older_names(self, tables: Sequence[str]) -> set[str]:
        names = set(tables)
        renaming = [text for text in self.texts.values() if "rename" in text]
        pairs = [pair for text in renaming for pair in _renames(text)]
        for _ in range(_MAX_NAMES):
            names |= {old for old, new in pairs if new in names}
        return names

    @abstractmethod
    def unread_steps(
        self, paths: Collection[str], tables: Sequence[str], before: MigrationSet | None
    ) -> Iterator[tuple[str, Opaque]]:
        """Yield what is not understood in those of some files that are migrations, and was not in them before.

        `tables` are all that are mapped, in lower case.
        """

    @abstractmethod
    def databases(self) -> Sequence[str]:
        """The databases that are told apart."""

    @abstractmethod
    def _run(self, database: str, names: Sequence[str], schema: Schema) -> Replayed:
        """Put the migrations for a database onto a schema, as far as they name some tables."""


def _renames(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[2]) for found in _RENAMED.finditer(text))
    names: dict[str, str] = {}
    for found in _RENAMED_ELEMENT.finditer(text):
        names[found[1].lower()] = found[2]
        if len(names) == 2:  # noqa: PLR2004 - old and new
            yield names["old"], names["new"]
            names = {}


@dataclass(kw_only=True)
class FlywaySet(MigrationSet):
    """A location of Flyway: `files` are the paths by database, in the order in which they run; "" if there is one."""

    files: Mapping[str, Sequence[str]]
    usual: Sequence[str]
    originals: Mapping[str, str]

    def databases(self) -> Sequence[str]:
        """The folders of the location, or the database of the project."""
        return [name or (self.usual[0] if self.usual else "postgresql") for name in self.files]

    def _run(self, database: str, names: Sequence[str], schema: Schema) -> Replayed:
        made = Replayed(database=database, schema=schema)
        paths = self.files.get(database) or next(iter(self.files.values()))
        for path in paths:
            low = self.texts[path]
            if any(name in low for name in names):
                made.opaque.extend((path, one) for one in replay(schema, self.originals[path], names))
        return made

    def unread_steps(
        self, paths: Collection[str], tables: Sequence[str], before: MigrationSet | None
    ) -> Iterator[tuple[str, Opaque]]:
        """Yield what is not understood in files of the change."""
        seen: set[str] = set()
        for name, files in self.files.items():
            vendor = name or (self.usual[0] if self.usual else "postgresql")
            for path in [one for one in files if one in paths and one not in seen]:
                seen.add(path)
                text = before.originals.get(path, "") if isinstance(before, FlywaySet) else ""
                old = {one.words for one in replay(self._blank(vendor, tables, text.lower()), text, ())}
                found = replay(self._blank(vendor, tables, self.texts[path]), self.originals[path], ())
                yield from ((path, one) for one in found if one.words not in old)


@dataclass(kw_only=True)
class LiquibaseSet(MigrationSet):
    """The changelogs of one part of a project, from their roots."""

    changelogs: Changelogs
    roots: Sequence[str]
    usual: Sequence[str]
    tree: Tree

    def databases(self) -> Sequence[str]:
        """Those of the project, or those that change sets name."""
        if self.usual:
            return self.usual[:_MAX_DATABASES]
        named: dict[str, None] = {}
        for path in self.texts:
            for found in _DBMS.finditer(self.changelogs.contents.get(path, b"")):
                words = [word.strip().lower() for word in found[1].decode().split(",")]
                named.update(dict.fromkeys(word for word in words if word and word[0] != "!" and word in VENDORS))
        return list(named)[:_MAX_DATABASES] or ["postgresql"]

    def _run(self, database: str, names: Sequence[str], schema: Schema) -> Replayed:
        made = Replayed(database=database, schema=schema)
        properties: dict[str, str] = {}
        run = Run(dbms=database, names=names, read=self._read, properties=properties)
        for root in self.roots:
            for piece in self.changelogs.run_order(root, lambda text: _matters(text, names)):
                for given in piece.definitions:
                    if applies(given.dbms, database):
                        properties.setdefault(given.name, given.value)
                for one in piece.change_sets():
                    made.opaque.extend((piece.path, found) for found in apply_change_set(schema, one, run))
        return made

    def unread_steps(
        self, paths: Collection[str], tables: Sequence[str], before: MigrationSet | None
    ) -> Iterator[tuple[str, Opaque]]:
        """Yield what is not understood in change sets that the merge base does not have."""
        old = before.contents() if isinstance(before, LiquibaseSet) else {}
        for database in self.databases():
            run = Run(dbms=database, names=(), read=self._read, properties=self._properties(database))
            for path in [path for path in self.texts if path in paths]:
                found = self.changelogs.get(path) if path in self.changelogs.contents else None
                for one in found.change_sets() if found is not None else ():
                    if old.get(one.identity) != one.content():
                        schema = self._blank(database, tables, self.texts[path])
                        yield from (
                            (path, each) for each in apply_change_set(schema, replace(one, conditions=None), run)
                        )

    def contents(self) -> dict[object, object]:
        """What each change set does, by what a database knows it by."""
        found = (self.changelogs.get(path) for path in self.texts if path in self.changelogs.contents)
        return {one.identity: one.content() for each in found if each is not None for one in each.change_sets()}

    def _properties(self, database: str) -> dict[str, str]:
        values: dict[str, str] = {}
        for path in [path for path in self.texts if "property" in self.texts[path]]:
            found = self.changelogs.get(path) if path in self.changelogs.contents else None
            for one in found.definitions if found is not None else ():
                if applies(one.dbms, database):
                    values.setdefault(one.name, one.value)
        return values

    def _read(self, path: str, wanted: str, relative: bool) -> str | None:  # noqa: FBT001 - of the changelog
        target = _sql_file(self.changelogs, self.tree, path, wanted, relative=relative)
        content = self.tree.read(target) if target is not None else None
        return decode(content) if isinstance(content, bytes) else None


def _matters(text: str, names: Sequence[str]) -> bool:
    """Whether a changelog can do anything to one of the tables: code can, whatever the text names."""
    return any(name in text for name in names) or "customchange" in text or "executecommand" in text


def module_of(path: str) -> str:
    """The part of a project that a file belongs to: what stands before `src`; empty for the whole."""
    return path.partition("/src/")[0] if "/src/" in path else "" if path.startswith("src/") else posixpath.dirname(path)


def find_sets(
    tree: Tree,
    usual: Sequence[str],
    known: dict[tuple[str, str], Changelog],
    touched: Collection[str] = (),
    added: Collection[str] = (),
) -> tuple[list[MigrationSet], list[Unknown]]:
    """The sets of migrations of a tree, and what of them could not be read.

    `touched` are the files of the change, `added` those of them that are new.
    """
    unread: list[Unknown] = []
    sets: list[MigrationSet] = [*_find_flyway(tree, usual, unread)]
    changelogs = Changelogs(tree, known)
    by_module: dict[str, list[str]] = defaultdict(list)
    roots = changelogs.roots()
    # What the change adds beside included files and includes nowhere is run by nobody; older ones code may choose.
    for root in sorted(set(roots) - (changelogs.lone(roots) & set(added))):
        by_module[module_of(root)].append(root)
    for module, roots in sorted(by_module.items()):
        texts = {path: changelogs.text(path) for root in roots for path in changelogs.files(root)}
        texts.update(_sql_files(changelogs, list(texts), tree))
        sets.append(
            LiquibaseSet(
                key=f"liquibase {module}",
                title="Liquibase",
                module=module,
                texts=texts,
                changelogs=changelogs,
                roots=roots,
                usual=usual,
                tree=tree,
            )
        )
    unread.extend(changelogs.unread)
    for path in touched:
        found = changelogs.get(path) if path in changelogs.contents else None
        if found is not None and found.fault is not None:
            reason = f"a changelog that {found.fault.reason}"
            unread.append(Unknown(path=path, line=found.fault.line, reason=reason, settle="mend the file"))
    # A file may look like one of both tools.
    return sets, list(dict.fromkeys(unread))


def _sql_files(changelogs: Changelogs, paths: Sequence[str], tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the files of SQL that changelogs run, in lower case."""
    for path in paths:
        found = changelogs.get(path) if "sqlfile" in changelogs.text(path) else None
        for change in (change for one in found.change_sets() for change in one.changes) if found is not None else ():
            target = _sql_file(
                changelogs,
                tree,
                path,
                change.get("path"),
                relative=change.get("relativeToChangelogFile").lower() == "true",
            )
            content = tree.read(target) if change.name == "sqlFile" and target is not None else None
            if target is not None and isinstance(content, bytes):
                yield target, decode(content).lower()


def _sql_file(changelogs: Changelogs, tree: Tree, path: str, wanted: str, *, relative: bool) -> str | None:
    """The path of a file that a changelog names."""
    wanted = wanted.removeprefix("classpath:").lstrip("/")
    here = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    tries = [here] if relative else [*changelogs.find(path, wanted), here]
    return next((one for one in tries if tree.entry(one) is not None), None)


def _find_flyway(tree: Tree, usual: Sequence[str], unread: list[Unknown]) -> Iterator[FlywaySet]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    paths = []
    for entry in tree.glob("**/*__*.sql"):
        name = parse_flyway(posixpath.basename(entry.path))
        if name is not None and name.kind != "U" and _ELSEWHERE.search(entry.path) is None:
            paths.append(entry.path)
    originals: dict[str, str] = {}
    for path, content in tree.read_many(paths):
        if isinstance(content, NotRead):
            unread.append(Unknown(path=path, reason=content.reason, settle=content.settle))
        else:
            originals[path] = decode(content)
    folders = {posixpath.dirname(path) for path in originals}
    for path in originals:
        location, vendor = _location(posixpath.dirname(path), folders)
        found[location].append((vendor, path))
    for location, files in sorted(found.items()):
        vendors = sorted({vendor for vendor, _ in files if vendor}) or [""]
        by_vendor = {
            vendor: sorted((path for each, path in files if each in {vendor, ""}), key=_order) for vendor in vendors
        }
        yield FlywaySet(
            key=f"flyway {location}",
            title="Flyway",
            module=module_of(f"{location}/x"),
            texts={path: originals[path].lower() for _, path in files},
            originals=originals,
            files=by_vendor,
            usual=usual,
        )


def _order(path: str) -> tuple[tuple[bool, tuple[int, ...]], str]:
    name = posixpath.basename(path)
    found = parse_flyway(name)
    return (found.order if found is not None else (True, ())), name


def _location(folder: str, folders: set[str]) -> tuple[str, str]:
    """The location that a folder belongs to, and the database that it is for; empty for all."""
    parts = folder.split("/")
    at = next((at for at in range(len(parts) - 1, -1, -1) if parts[at].lower() in VENDORS), None)
    if at is not None:
        return "/".join(parts[:at]), parts[at].lower()
    if parts[-1].lower() in _COMMON:
        return "/".join(parts[:-1]), ""
    above = [one for one in folders if folder.startswith(f"{one}/")]
    return (min(above, key=len), "") if above else (folder, "")
