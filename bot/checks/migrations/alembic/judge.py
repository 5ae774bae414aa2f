"""The answer of Alembic to a change.

The declared tables of the merge base are taken to agree with its database: what the change's revisions do is applied to
them, and the result is compared with the declared tables of the head. So old drift and old migrations that cannot be
read do not count. Where the two differ, all migrations are replayed from nothing too: a migration that was merged
before its model settles the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from bot.checks.migrations.alembic import graph, risks
from bot.checks.migrations.alembic.compare import Difference, Kind, compare
from bot.checks.migrations.alembic.inventory import inventories
from bot.checks.migrations.alembic.members import column_sources
from bot.checks.migrations.alembic.names import TooMuchError
from bot.checks.migrations.alembic.replay import Replay
from bot.checks.migrations.alembic.report import describe, unknowns_of
from bot.checks.migrations.alembic.revisions import Revision, by_database, dialect_of, order, pair
from bot.checks.migrations.alembic.runtime import runtime_sources
from bot.checks.migrations.alembic.schema import Table, parts_of
from bot.checks.migrations.alembic.state import Side
from bot.checks.migrations.alembic.touches import may_matter
from bot.checks.migrations.alembic.values import holds_opaque
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.syntax.source import Sources
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Unknown


def judge_change(change: Change, items: Sequence[ItemRequest]) -> Answer:
    """Compare declared tables and migrations at merge base and at head."""
    sources = Sources(change)
    if not may_matter(change, sources):
        return Answer(present=None)
    asked = {item.id for item in items}
    base_files, head_files = inventories(change, sources)
    dialect = head_files.dialect
    base = Side(change.merge_base, sources, base_files, dialect)
    head = Side(change.head, sources, head_files, dialect)
    answer = _Answer(change, base, head)
    if not head.revisions and not base.revisions:
        return Answer(
            present=None, absent_reason="the repository has no revision of Alembic: its tables are made in another way"
        )
    steps: dict[Question, Callable[[], Iterator[Finding | Unknown]]] = {
        Question.MISSING: answer.missing,
        Question.CONFLICTS: lambda: graph.find_conflicts(base.revisions, head.revisions),
        Question.EDITED: lambda: graph.find_edited(answer.removed, answer.edited, answer.moved),
        Question.RISKY: lambda: risks.find_risks(head, answer.new_revisions),
    }
    for question, find in steps.items():
        if question in asked or not asked:
            answer.collect(question, find)
    folder = head.revisions[0].folder if head.revisions else base.revisions[0].folder
    present = Evidence(text=f"Alembic, {len(head.revisions):,} revisions, read for {dialect}", path=folder)
    return Answer(present=present, findings={**answer.findings}, unknowns={**answer.unknowns})


class _Answer:
    def __init__(self, change: Change, base: Side, head: Side) -> None:
        self.change, self.base, self.head = change, base, head
        self.findings: dict[Question, list[Finding]] = {}
        self.unknowns: dict[Question, list[Unknown]] = {}
        self.pairs = pairs = pair(base.revisions, head.revisions)
        self._lacking: dict[str, tuple[Replay, frozenset[tuple[str, str, str]]]] = {}
        kept = set(pairs.values())
        self.new_revisions = [one for one in head.revisions if one not in pairs]
        self.removed = [one for one in base.revisions if one not in kept]
        self.moved = [(old, new) for new, old in pairs.items() if old.down != new.down]
        self.edited = [
            (old, new) for new, old in pairs.items() if old.oid != new.oid and base.code(old) != head.code(new)
        ]

    def collect(self, question: Question, find: Callable[[], Iterator[Finding | Unknown]]) -> None:
        """Sort what a question finds into findings and unknowns."""
        self.findings[question], self.unknowns[question] = [], []
        try:
            for one in find():
                if isinstance(one, Finding):
                    self.findings[question].append(one)
                else:
                    self.unknowns[question].append(one)
        except (TooMuchError, RecursionError) as error:
            reason = (
                str(error) if isinstance(error, TooMuchError) else "the code of models or migrations is nested too deep"
            )
            self.unknowns[question].append(Unknown(reason=reason, settle="run `alembic check`"))

    def missing(self) -> Iterator[Finding | Unknown]:
        """What the change's models need and its migrations do not do."""
        seen: set[tuple[str, str, str]] = set()
        for path, unreadable in self._unreadable():
            yield Unknown(
                path=path,
                line=unreadable,
                reason="the file is not Python that can be read here",
                settle="run `alembic check`",
            )
        yield from self._unreadable_tables()
        yield from self._made_at_run_time()
        if not self.head.models_are_seen:
            yield from self._unseen()
        groups = by_database(self.head.revisions) or [[]]
        unsettled: list[Difference] = []
        for group in groups:
            for difference, certainty, folder in self._differences(group):
                if difference.key in seen:
                    continue
                seen.add(difference.key)
                if certainty is None:
                    unsettled.append(difference)
                else:
                    yield describe(difference, certainty, folder if len(groups) > 1 else "")
        yield from unknowns_of(unsettled)
        yield from self._hidden()

    def _hidden(self) -> Iterator[Unknown]:
        """What new revisions execute that is not understood and may take away what the models declare."""
        from bot.checks.migrations.alembic.sql import DIALECTS
        from bot.checks.migrations.sql.hidden import find_hidden_in
        from bot.checks.migrations.sql.programs import find_merged

        runs = self.head.replay(order(self.new_revisions), {}).runs
        if runs:
            merged = (one.path for one in self.base.revisions)
            programs = find_merged(self.change.merge_base, merged, (run.text for run in runs))
            yield from find_hidden_in(runs, DIALECTS[self.head.dialect], self.head.models.tables, programs)

    def _unseen(self) -> Iterator[Unknown]:
        """Files of columns that the change touches, where the classes with the tables are made when the code runs."""
        declaring = {*self.head.inventory.model_files, *self.base.inventory.model_files}
        seen = {one.place.path for one in self.head.models.tables.values()}
        for file in self.change.files:
            if file.path not in declaring or file.path in seen:
                continue
            before = column_sources(self.base.reader, file.old_path or file.path)
            if before != column_sources(self.head.reader, file.path):
                yield Unknown(
                    path=file.path,
                    line=next((lines.start for lines in file.added_lines()), None),
                    reason="the migrations make more tables than the code declares: its models are made when it runs",
                    settle="run `alembic upgrade head` and `alembic check`",
                )

    def _made_at_run_time(self) -> Iterator[Unknown]:
        """What the change's files make, or no longer make, when they run: tables in functions and loops."""
        for file in self.change.files:
            old = file.old_path or file.path
            if not file.path.endswith(".py") or self.head.inventory.is_aside(file.path) or self._migrates(file.path):
                continue
            before, after = runtime_sources(self.base.reader, old), runtime_sources(self.head.reader, file.path)
            if before.keys() != after.keys():
                line = next((line for source, line in after.items() if source not in before), None)
                yield Unknown(
                    path=file.path,
                    line=line,
                    reason="a table or a column is made when the code runs",
                    settle="declare it in a class or a `Table` of the module, or run `alembic check`",
                )

    def _migrates(self, path: str) -> bool:
        inventory = self.head.inventory
        return path in inventory.revision_files or any(path.startswith(one) for one in inventory.environments if one)

    def _unreadable(self) -> Iterator[tuple[str, int]]:
        _ = self.head.models, self.base.models  # what they cannot read is known when they are made
        changed = {one.path for one in self.change.files}
        for path, reason in self.head.reader.unreadable.items():
            if path in changed:
                yield path, reason.line

    def _differences(self, group: list[Revision]) -> Iterator[tuple[Difference, Certainty | None, str]]:
        new = [one for one in order(group) if one not in self.pairs]
        migrated = self.head.replay(new, self.base.models.tables)
        own = dialect_of(group[0].folder if group else "") in {None, self.head.dialect}
        rewritten = self._rewritten(group)
        folder = group[0].folder if group else ""
        for one in compare(self.head.models.tables, migrated.schema, self.head.dialect, own_dialect=own):
            if one.table in rewritten or self._is_out_of_reach(one):
                continue
            touched = one.table in migrated.touched
            if self._settled(one, group) or (not one.sure and self._unsure_is_fine(one, touched=touched)):
                continue
            yield one, self._certainty(one, migrated.unread, touched=touched), folder
        if rewritten:
            yield from self._drift(group, rewritten, folder)

    def _rewritten(self, group: list[Revision]) -> set[str]:
        """The tables of revisions that the change edits or deletes."""
        before = [old for old, new in self.edited if new in group] + self.removed
        after = [new for _, new in self.edited if new in group]
        if not before and not after:
            return set()
        return self.base.replay(before, {}).touched | self.head.replay(after, {}).touched

    def _drift(
        self, group: list[Revision], tables: set[str], folder: str
    ) -> Iterator[tuple[Difference, Certainty | None, str]]:
        """For rewritten history: what head's migrations from nothing lack that base's did not lack."""
        old_group = [self.pairs[one] for one in group if one in self.pairs] + self.removed
        names = frozenset(tables)
        before, after = self.base.replay_of(old_group, names), self.head.replay_of(group, names)
        known = {one.key for one in compare(self.base.models.tables, before.schema, self.base.dialect)}
        for one in compare(self.head.models.tables, after.schema, self.head.dialect):
            old = one.kind is Kind.TABLE and self._is_unchanged(one.table)
            if one.table in tables and one.key not in known and one.sure and not old and not self._is_unreadable(one):
                # A table that the base declared too, and that none of its migrations made, is not new.
                made = before.schema.get(one.table)
                is_new = one.table not in self.base.models.tables or (made is not None and not made.open)
                yield one, Certainty.LIKELY if is_new or one.kind is not Kind.TABLE else None, folder

    def _is_unchanged(self, key: str) -> bool:
        before, after = self.base.models.tables.get(key), self.head.models.tables.get(key)
        return before is not None and after is not None and [*parts_of(before)] == [*parts_of(after)]

    def _settled(self, one: Difference, group: list[Revision]) -> bool:  # noqa: PLR0911 - one answer a kind
        """Whether the migrations from nothing already agree with the code: one of them was merged before."""
        if not any(revision in self.pairs for revision in group):
            return False
        replay = self.head.replay_of(group, frozenset({one.table}))
        table = replay.schema.get(one.table)
        if one.kind is Kind.EXTRA_TABLE:
            return table is None and one.table in replay.dropped
        if table is None or one.kind is Kind.TABLE:
            return table is not None and one.kind is Kind.TABLE
        declared = self.head.models.tables.get(one.table)
        if declared is None:
            return False
        left = self._left(declared, table, replay)
        if one.key in left:
            return False
        if one.declared is None and one.kind is Kind.EXTRA_COLUMN:
            return f"{one.table}.{one.name}" in replay.dropped or self._is_whole(one.table, group)
        return self._is_whole(one.table, group) or one.declared is not None

    def _left(self, declared: Table, migrated: Table, replay: Replay) -> frozenset[tuple[str, str, str]]:
        """What a table lacks after the migrations from nothing."""
        held = self._lacking.get(declared.key)
        if held is None or held[0] is not replay:
            found = compare({declared.key: declared}, {declared.key: migrated}, self.head.dialect)
            held = replay, frozenset(one.key for one in found if one.sure or one.migrated is None)
            self._lacking[declared.key] = held
        return held[1]

    def _is_whole(self, key: str, group: list[Revision]) -> bool:
        """Whether the migrations make a table from nothing, with nothing in them that cannot be told."""
        replay = self.head.replay_of(group, frozenset({key}))
        table = replay.schema.get(key)
        return table is not None and not table.open and not any(name in {key, ""} for _, _, name in replay.unread)

    def _unsure_is_fine(self, one: Difference, *, touched: bool) -> bool:
        """Whether what cannot be told did not change, or is what the change's migration works on."""
        base = self.base.models.tables.get(one.table)
        part: object = None
        if base is not None:
            in_index = one.kind in {Kind.INDEX, Kind.EXTRA_INDEX}
            part = base.indexes.get(one.name) if in_index else base.columns.get(one.name)
        if part == one.declared or one.declared is None:
            return True
        return touched and one.kind in {Kind.INDEX, Kind.NULLABLE}

    def _is_out_of_reach(self, one: Difference) -> bool:
        """Whether a difference is of a table that Alembic is not asked about, or of a file that cannot be read."""
        table = self.head.models.tables.get(one.table) or self.base.models.tables.get(one.table)
        managed = self._managed_roots
        if table is not None and table.root and managed and table.root not in managed:
            return True
        return self._is_unreadable(one)

    @cached_property
    def _managed_roots(self) -> frozenset[str]:
        """The bases and metadata of which some table stands in a migration; others are made in another way."""
        sides = (self.base, self.head)
        return frozenset(
            table.root
            for side in sides
            for key, table in side.models.tables.items()
            if key.rpartition(".")[2] in self._named
        )

    @cached_property
    def _named(self) -> frozenset[str]:
        """The names that stand in some migration."""
        return frozenset(self.head.names_in(self.head.revisions) | self.base.names_in(self.base.revisions))

    def _is_unreadable(self, one: Difference) -> bool:
        base = self.base.models.tables.get(one.table)
        return one.declared is None and base is not None and base.place.path in self.head.reader.unreadable

    def _certainty(
        self, one: Difference, unread: Sequence[tuple[object, str, str]], *, touched: bool
    ) -> Certainty | None:
        """How certain a difference is; None where an operation that cannot be told may settle it."""
        if any(table in {one.table, ""} for _, _, table in unread):
            return None
        name = one.table.rpartition(".")[2]
        # A table that no migration has made: whether there is one to drop is not known.
        unmade = one.kind is Kind.EXTRA_TABLE and name not in self._named
        if unmade or name in self.head.excluded or (one.declared is None and not self.head.models_are_seen):
            return None
        if not one.sure:
            return None if touched or one.kind is Kind.TYPE else Certainty.LIKELY
        if one.kind in {Kind.EXTRA_TABLE, Kind.EXTRA_COLUMN, Kind.EXTRA_INDEX} or holds_opaque(
            getattr(one.declared, "type", None)
        ):
            return Certainty.LIKELY
        return Certainty.CERTAIN

    def _unreadable_tables(self) -> Iterator[Finding | Unknown]:
        """Models whose table's name cannot be told, and parts of models that cannot be read, where they changed."""
        before = self.base.models
        for key, table in self.head.models.unnamed.items():
            old = before.unnamed.get(key)
            if old is None or (old.columns, old.uniques, old.indexes) != (table.columns, table.uniques, table.indexes):
                yield Unknown(
                    path=table.place.path,
                    line=table.place.line,
                    reason=f"{table.place.model}: the name of its table is made when the code runs",
                    settle="name it with `__tablename__`, or run `alembic check`",
                )
        for key, table in self.head.models.tables.items():
            old_reasons = [reason for _, reason in before.tables[key].unread] if key in before.tables else []
            new_reasons = [(place, reason) for place, reason in table.unread]
            if len(new_reasons) > len(old_reasons):
                place, reason = new_reasons[-1]
                yield Unknown(
                    path=place.path,
                    line=place.line,
                    reason=f"{table.place.model or key}: {reason}",
                    settle="run `alembic check`",
                )
