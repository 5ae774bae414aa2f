"""Migrations that make one database, as the schema that they add up to for some tables."""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.checks.migrations.changelog.files import ChangeSet
from bot.checks.migrations.jpa.config import dialect
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.programs import find_programs, find_sweeping
from bot.checks.migrations.sql.schema import Schema, Table

ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|build|node_modules)/")
_MAX_NAMES = 5
_WORD = re.compile(r"\w+")
_RENAMED = re.compile(
    r"""\b(\w{1,128})\b["'`\]]?\s*(?:\brename\s+)?(?:\bto\b|,)\s*["'`\[]?(?:\w+["`\]]?\.["`\[]?)?(\w+)"""
)
_RENAMED_ELEMENT = re.compile(r"""(old|new)TableName\W+([\w.]+)""", re.IGNORECASE)


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


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is run otherwise than it is written.

    Attributes:
        without: what a database knows the change sets by that are left out.
        instead: change sets that are run in the place of those of the same identity: what databases ran before.
    """

    without: frozenset[object] = frozenset()
    instead: Mapping[object, ChangeSet] = field(default_factory=dict)


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

    def replay(self, tables: Sequence[str], terms: Terms | None = None) -> list[Replayed]:
        """The schemas on each database, as far as some tables (in lower case) go."""
        terms = terms if terms is not None else Terms()
        names = sorted(self._with_older_names(tables))
        made = []
        for database in self.databases():
            one = self._run(database, names, Schema(dialect=dialect(database), caseless=True), terms)
            missing = [name for name in tables if name not in one.schema.tables and name not in one.schema.views]
            if missing:
                # Tables that others make, and that migrations only change: what they add is known all the same.
                given = Schema(dialect=dialect(database), caseless=True)
                given.tables = {name: Table(name=name) for name in missing}
                again = self._run(database, names, given, terms)
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

    def may_not_run(self, _: Collection[str], __: MigrationSet | None) -> frozenset[object]:
        """What a database knows the change sets by that some files add and that may not run."""
        return frozenset()

    def ran_before(self, _: MigrationSet | None) -> Mapping[object, ChangeSet]:
        """The merged change sets that are another now and that databases do not run again, as they were."""
        return {}

    @abstractmethod
    def databases(self) -> Sequence[str]:
        """The databases that are told apart."""

    @abstractmethod
    def _run(self, database: str, names: Sequence[str], schema: Schema, terms: Terms) -> Replayed:
        """Put the migrations for a database onto a schema, as far as they name some tables."""


def sweeping_steps(text: str, line: int) -> Iterator[Opaque]:
    """What a text, which begins on a line, takes away without naming it."""
    for at, words in find_sweeping(text):
        yield Opaque(words=words, names=frozenset(), line=line + at - 1, anything=True)


def _renames(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[2]) for found in _RENAMED.finditer(text))
    names: dict[str, str] = {}
    for found in _RENAMED_ELEMENT.finditer(text):
        names[found[1].lower()] = found[2]
        if len(names) == 2:  # noqa: PLR2004 - old and new
            yield names["old"], names["new"]
            names = {}


def module_of(path: str) -> str:
    """The part of a project that a file belongs to: what stands before `src`; empty for the whole."""
    return path.partition("/src/")[0] if "/src/" in path else "" if path.startswith("src/") else posixpath.dirname(path)
