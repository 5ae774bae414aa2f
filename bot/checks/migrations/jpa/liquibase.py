"""The changelogs of one part of a project, as one set of migrations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.changelog.apply import Run, apply_change_set
from bot.checks.migrations.changelog.conditions import applies
from bot.checks.migrations.changelog.files import Changelog, Changelogs, ChangeSet
from bot.checks.migrations.jpa.conditional import find_conditional, find_conditional_includes
from bot.checks.migrations.jpa.config import VENDORS
from bot.checks.migrations.jpa.sets import MigrationSet, Replayed, Terms, sweeping_steps
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.folder import decode
from bot.checks.migrations.sql.schema import Schema
from bot.model import Tree

_MAX_DATABASES = 4
_DBMS = re.compile(rb"""\bdbms["']?\s*[:=]\s*["']?([\w, !]+)""")


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

    def _run(self, database: str, names: Sequence[str], schema: Schema, terms: Terms) -> Replayed:
        made = Replayed(database=database, schema=schema)
        properties: dict[str, str] = {}
        run = Run(dbms=database, names=names, read=self._read, properties=properties)
        for root in self.roots:
            for piece in self.changelogs.run_order(root, lambda text: _matters(text, names)):
                for given in piece.definitions:
                    if applies(given.dbms, database):
                        properties.setdefault(given.name, given.value)
                for one in piece.change_sets():
                    if one.identity not in terms.without:
                        ran = terms.instead.get(one.identity, one)
                        made.opaque.extend((piece.path, found) for found in apply_change_set(schema, ran, run))
        return made

    def may_not_run(self, paths: Collection[str], before: MigrationSet | None) -> frozenset[object]:
        """What a database knows the change sets by that some files add and that may not run."""
        old = before.parsed() if isinstance(before, LiquibaseSet) else []
        known = {one.identity for each in old for one in each.change_sets()}
        new = [one for one in self.parsed() if one.path in paths]
        found = {one.identity for one in find_conditional(new, old, known, self.usual)}
        for path, include in find_conditional_includes(new, old):
            for target in self.changelogs.targets(path, include):
                changelog = self.changelogs.get(target)
                found |= {one.identity for one in changelog.change_sets()} if changelog is not None else set()
        return frozenset(found - known)

    def ran_before(self, before: MigrationSet | None) -> Mapping[object, ChangeSet]:
        """Merged change sets that a `validCheckSum` lets be another one now, as they were."""
        old = before.parsed() if isinstance(before, LiquibaseSet) else []
        was = {one.identity: one for each in old for one in each.change_sets()} if old else {}
        return {
            one.identity: was[one.identity]
            for each in self.parsed()
            for one in each.change_sets()
            if one.checksums and one.identity in was and not one.repeated
        }

    def parsed(self) -> list[Changelog]:
        """The changelogs that can be read."""
        found = (self.changelogs.get(path) for path in self.texts if path in self.changelogs.contents)
        return [one for one in found if one is not None]

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
                        steps = apply_change_set(schema, replace(one, conditions=None), run)
                        yield from ((path, each) for each in steps)
                        texts = [(node.get("sql") or node.text).lower() for node in one.changes]
                        yield from ((path, each) for text in texts for each in sweeping_steps(text, one.line))

    def contents(self) -> dict[object, object]:
        """What each change set does, by what a database knows it by."""
        return {one.identity: one.content() for each in self.parsed() for one in each.change_sets()}

    def _properties(self, database: str) -> dict[str, str]:
        values: dict[str, str] = {}
        for path in [path for path in self.texts if "property" in self.texts[path]]:
            found = self.changelogs.get(path) if path in self.changelogs.contents else None
            for one in found.definitions if found is not None else ():
                if applies(one.dbms, database):
                    values.setdefault(one.name, one.value)
        return values

    def _read(self, path: str, wanted: str, relative: bool) -> str | None:  # noqa: FBT001 - of the changelog
        target = find_sql_file(self.changelogs, self.tree, path, wanted, relative=relative)
        content = self.tree.read(target) if target is not None else None
        return decode(content) if isinstance(content, bytes) else None


def _matters(text: str, names: Sequence[str]) -> bool:
    """Whether a changelog can do anything to one of the tables: code can, whatever the text names."""
    marks = ("customchange", "executecommand", "${")
    return any(name in text for name in names) or any(mark in text for mark in marks)


def find_sql_files(changelogs: Changelogs, paths: Sequence[str], tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the files of SQL that changelogs run, in lower case."""
    for path in paths:
        found = changelogs.get(path) if "sqlfile" in changelogs.text(path) else None
        for change in (change for one in found.change_sets() for change in one.changes) if found is not None else ():
            target = find_sql_file(
                changelogs,
                tree,
                path,
                change.get("path"),
                relative=change.get("relativeToChangelogFile").lower() == "true",
            )
            content = tree.read(target) if change.name == "sqlFile" and target is not None else None
            if target is not None and isinstance(content, bytes):
                yield target, decode(content).lower()


def find_sql_file(changelogs: Changelogs, tree: Tree, path: str, wanted: str, *, relative: bool) -> str | None:
    """The path of a file that a changelog names."""
    wanted = wanted.removeprefix("classpath:").lstrip("/")
    here = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    tries = [here] if relative else [*changelogs.find(path, wanted), here]
    return next((one for one in tries if tree.entry(one) is not None), None)
