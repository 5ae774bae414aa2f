"""What the head adds to the differences between entities and migrations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.jpa.compare import Lack, find_column, find_lacks, weigh
from bot.checks.migrations.jpa.hidden import find_hidden
from bot.checks.migrations.jpa.programs import Program, find_unread
from bot.checks.migrations.jpa.sets import MigrationSet, Replayed, Terms, module_of
from bot.checks.migrations.jpa.tell import describe, note_left, tell, unknown
from bot.checks.migrations.jpa.wanted import Doubt, Place, Table, Wanted
from bot.checks.migrations.sql.schema import Table as SqlTable
from bot.model import Certainty, Change, Finding, Unknown

_WORD = re.compile(r"\w+")
_MAX_NOTES = 10


@dataclass(kw_only=True)
class Revision:
    """One revision: what entities ask for, and the migrations."""

    wanted: Wanted
    sets: Sequence[MigrationSet]

    def set_of(self, key: str) -> MigrationSet | None:
        """The set of a key."""
        return next((one for one in self.sets if one.key == key), None)


@dataclass(frozen=True)
class _Pair:
    """A database's schema at the merge base and at head."""

    base: Replayed
    head: Replayed


class Drift:
    """Compares the tables that a change touches."""

    def __init__(self, change: Change, base: Revision, head: Revision, programs: Sequence[Program]) -> None:
        self._change, self._base, self._head = change, base, head
        self._touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
        self.findings: list[Finding] = []
        self.unknowns: list[Unknown] = []
        self._programs = programs
        self._notes = 0

    def find(self) -> None:
        """Compare all tables that the change touches."""
        by_set: dict[str, list[Table]] = defaultdict(list)
        chosen: dict[str, list[MigrationSet]] = {}
        for table in self._affected():
            sets = self._sets_of(table)
            chosen[table.name] = sets
            for one in sets:
                by_set[one.key].append(table)
        pairs = {key: self._replay(key, tables, Terms()) for key, tables in by_set.items()}
        for table in self._affected():
            self._judge(table, chosen[table.name], pairs)
        self._judge_doubts(chosen, pairs)
        self._judge_conditional(by_set, pairs)
        self._judge_hidden()

    def _judge_conditional(self, by_set: Mapping[str, Sequence[Table]], pairs: Mapping[str, Sequence[_Pair]]) -> None:
        """Tell what would be lacking without change sets that may not run."""
        for key, tables in by_set.items():
            head = self._head.set_of(key)
            without = head.may_not_run(self._touched, self._base.set_of(key)) if head is not None else frozenset()
            fewer = self._replay(key, tables, Terms(without=without)) if without else []
            for pair, less in zip(pairs[key], fewer, strict=False):
                for table in tables:
                    had = set(self._new_lacks(table, pair))
                    for lack in self._new_lacks(table, less):
                        if lack not in had and weigh(lack, self._base.wanted.tables.get(table.name), table) is not None:
                            reason = (
                                f"{describe(lack)} unless a change set runs whose context or condition is not known"
                            )
                            self.unknowns.append(unknown(lack.place, reason))

    def _judge_hidden(self) -> None:
        """Tell what may take away what is mapped without being understood."""
        before = {one.key: one for one in self._base.sets}
        found = [*find_unread(self._programs)]
        found += find_hidden(self._head.sets, before, self._touched, self._head.wanted.tables.values())
        said = [one.reason for one in self.unknowns]
        self.unknowns.extend(one for one in found if not any((one.path or "") in reason for reason in said))
        for table in self._head.wanted.tables.values():
            if table.name in self._base.wanted.tables and self._is_lost(table):
                reason = f"the migrations that make table {table.name} are deleted or moved where they are not read"
                self.unknowns.append(unknown(table.place, reason))

    def _is_lost(self, table: Table) -> bool:
        """Whether migrations made a table before, and no migration names it now."""
        made = any(one.mentions(name) for one in self._base.sets for name in table.names)
        return made and not any(one.mentions(name) for one in self._head.sets for name in table.names)

    def _affected(self) -> list[Table]:
        """The tables whose entities change, or which a changed migration names."""
        words: set[str] = set()
        for revision in (self._base, self._head):
            for one in revision.sets:
                for path in self._touched & one.texts.keys():
                    words.update(_WORD.findall(one.texts[path]))
        before, after = self._base.wanted.tables, self._head.wanted.tables
        return [
            table
            for name, table in after.items()
            if name not in before or _asks(before[name]) != _asks(table) or not words.isdisjoint(table.names)
        ]

    def _sets_of(self, table: Table) -> list[MigrationSet]:
        """The sets of migrations that a table is made by, or would be."""
        module = module_of(table.place.path)
        own = [one for one in self._head.sets if one.module == module]
        for sets in (own, self._head.sets):
            naming = [one for one in sets if any(one.mentions(name) for name in table.names)]
            before = [self._base.set_of(one.key) for one in sets]
            gone = [one for one in before if one is not None and any(one.mentions(name) for name in table.names)]
            if naming or gone:
                keys = {one.key for one in (*naming, *gone)}
                return [one for one in sets if one.key in keys]
        return own or self._related(module)

    def _related(self, module: str) -> list[MigrationSet]:
        """The sets that make other tables of the same part of the project."""
        beside = [one for one in self._head.wanted.tables.values() if module_of(one.place.path) == module][:50]
        counts = {one.key: sum(one.mentions(table.name) for table in beside) for one in self._head.sets}
        most = max(counts.values(), default=0)
        return [one for one in self._head.sets if most and counts[one.key] == most]

    def _replay(self, key: str, tables: Sequence[Table], terms: Terms) -> list[_Pair]:
        head, base = self._head.set_of(key), self._base.set_of(key)
        names = sorted({name for table in tables for name in table.names})
        terms = replace(terms, instead=head.ran_before(base)) if head is not None else terms
        now = head.replay(names, terms) if head is not None else []
        had = {one.database: one for one in base.replay(names)} if base is not None else {}
        # Where migrations are new, only what entities ask for tells what the change adds.
        return [_Pair(had.get(one.database, one), one) for one in now]

    def _judge(self, table: Table, sets: Sequence[MigrationSet], pairs: Mapping[str, Sequence[_Pair]]) -> None:
        """Tell what a table lacks in every set that may make it."""
        answers: list[dict[Lack, list[str]]] = []
        count = 0
        for one in sets:
            found: dict[Lack, list[str]] = defaultdict(list)
            for pair in pairs[one.key]:
                count += 1
                for lack in self._new_lacks(table, pair):
                    found[lack].append(pair.head.database)
                self._note_left(table, pair)
            answers.append(found)
        if not answers:
            return
        # One set that gives all is enough: the others make other databases.
        least = min(answers, key=len)
        at = answers.index(least)
        for lack, databases in least.items():
            some = databases if len(databases) < len(pairs[sets[at].key]) else []
            self._tell(lack, table, sets[at], pairs[sets[at].key], some)

    def _new_lacks(self, table: Table, pair: _Pair) -> Iterator[Lack]:
        before = self._base.wanted.tables.get(table.name)
        if any(name in pair.head.schema.views for name in table.names):
            return
        now, had = _table(pair.head, table), _table(pair.base, table)
        if table.history and now is None and had is None:
            return
        was_view = any(name in pair.base.schema.views for name in table.names)
        old = set(find_lacks(before, had)) if before is not None and not was_view else set()
        if now is None and had is None and before is not None and not was_view:
            # No migration knows the table: then it is made elsewhere, and what is new is added by none.
            yield from self._added(table, before)
            return
        yield from (lack for lack in find_lacks(table, now) if lack not in old)

    def _added(self, table: Table, before: Table) -> Iterator[Lack]:
        for column in table.columns.values():
            if column.name not in before.columns:
                yield Lack(kind="column", table=table.name, name=column.name, want="column", place=column.place)

    def _tell(self, lack: Lack, table: Table, one: MigrationSet, pairs: Sequence[_Pair], databases: list[str]) -> None:
        before = self._base.wanted.tables.get(table.name)
        certainty = weigh(lack, before, table)
        if certainty is None:
            return
        column = table.columns.get(lack.name)
        if certainty is not Certainty.NOTE:
            reason = self._open(lack, table, pairs)
            if column is not None and column.doubt and lack.kind == "column":
                reason = f"{column.doubt}, so that its columns are not known"
            if reason:
                self.unknowns.append(unknown(lack.place, f"{describe(lack)}; {reason}"))
                return
        if certainty is Certainty.CERTAIN and (self._is_shaky(table, pairs) or databases):
            certainty = Certainty.LIKELY
        self.findings.append(replace_fails(tell(lack, certainty, databases, one.title)))

    def _open(self, lack: Lack, table: Table, pairs: Sequence[_Pair]) -> str:
        """Why a migration of the change may do it all the same; empty where none may."""
        wanted = {*table.names} if lack.kind == "table" else {lack.name, *table.names}
        for pair in pairs:
            for path, one in pair.head.opaque:
                if path in self._touched and (
                    one.anything or not wanted.isdisjoint(name.lower() for name in one.names)
                ):
                    return f"`{one.words}` in {path}:{one.line} may do it and is not understood"
        for program in self._programs:
            if any(name in program.text for name in wanted):
                return f"{program.path} is {program.what}"
        return ""

    def _is_shaky(self, table: Table, pairs: Sequence[_Pair]) -> bool:
        """Whether not all that was done to a table before the change is known."""
        for pair in pairs:
            if any(name in pair.head.partial for name in table.names) or _table(pair.head, table) is None:
                before = self._base.wanted.tables.get(table.name)
                if before is not None:
                    return True
            if any(not set(table.names).isdisjoint(name.lower() for name in one.names) for _, one in pair.head.opaque):
                return True
        return False

    def _note_left(self, table: Table, pair: _Pair) -> None:
        before, now = self._base.wanted.tables.get(table.name), _table(pair.head, table)
        if before is None or now is None:
            return
        known = {name for column in table.columns.values() for name in column.names}
        for column in before.columns.values():
            left = find_column(now.columns, column.names)
            if left is None or not known.isdisjoint(column.names) or self._notes >= _MAX_NOTES:
                continue
            self._notes += 1
            required = not left.nullable and left.default is None and not left.increments
            note = note_left(table.name, column.name, table.place, required=required)
            if all(one.fingerprint != note.fingerprint for one in self.findings):
                self.findings.append(note)

    def _judge_doubts(self, chosen: Mapping[str, Sequence[MigrationSet]], pairs: Mapping[str, Sequence[_Pair]]) -> None:
        """Tell what cannot be read, and was not written so before."""
        old = self._base.wanted.doubts
        for subject, doubt in self._head.wanted.doubts.items():
            if subject in old and old[subject].written == doubt.written:
                continue
            if doubt.table and self._has_more(doubt, chosen, pairs):
                continue
            self.unknowns.append(unknown(doubt.place, f"{doubt.reason}, and the change touches it"))

    def _has_more(
        self, doubt: Doubt, chosen: Mapping[str, Sequence[MigrationSet]], pairs: Mapping[str, Sequence[_Pair]]
    ) -> bool:
        """Whether the table of an entity has columns that it does not declare: those of the class that is not known."""
        table = self._head.wanted.tables.get(doubt.table)
        if table is None:
            return False
        known = {name for column in table.columns.values() for name in column.names}
        return any(
            found is not None and not known.issuperset(found.columns)
            for one in chosen.get(table.name, ())
            for pair in pairs[one.key]
            for found in [_table(pair.head, table)]
        )


def replace_fails(finding: Finding) -> Finding:
    """A note is advice."""
    return replace(finding, fails=finding.certainty is not Certainty.NOTE)


def _table(side: Replayed, table: Table) -> SqlTable | None:
    """A table of one of the names, whatever schema it is in."""
    for name in table.names:
        if name in side.schema.tables:
            return side.schema.tables[name]
    endings = tuple(f".{name}" for name in table.names)
    return next((one for key, one in side.schema.tables.items() if key.endswith(endings)), None)


def _asks(table: Table) -> object:
    """What a table's entities ask for, without places."""
    nowhere = Place("", "", 0)
    columns = {name: replace(one, place=nowhere, written="") for name, one in table.columns.items()}
    return columns, frozenset(table.uniques)
