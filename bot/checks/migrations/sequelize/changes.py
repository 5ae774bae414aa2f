"""What a change does to the tables that models declare, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.checks.migrations.sequelize.tables import Want, WantedTable


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One element of a declared table that the change adds, alters or takes away.

    Attributes:
        kind: `table`, `column`, `type`, `nullable`, `default`, `primary`, `index`, `reference`, or `doubt` for what
            cannot be told and is written otherwise than before.
        was: the column, or the table, before; None where it is new. `now` likewise.
        columns: those of an index, and whether it is unique.
    """

    kind: str
    table: WantedTable
    column: str = ""
    was: Want | WantedTable | None = None
    now: Want | WantedTable | None = None
    columns: tuple[tuple[str, ...], bool] | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Where it is declared, or was."""
        one = self.now or self.was or self.table
        line = self.table.indexes.get(self.columns, one.line) if self.columns is not None else one.line
        return one.path, line


def find_changes(old: Mapping[str, WantedTable], new: Mapping[str, WantedTable]) -> Iterator[Changed]:
    """Yield what differs between the tables that models declare before and after."""
    for name, table in new.items():
        before = old.get(name)
        if before is None:
            yield Changed(kind="table", table=table, now=table)
            continue
        if table.doubt != before.doubt:
            yield Changed(kind="doubt", table=table, was=before, now=table)
            if table.nameless or before.nameless:
                continue
        for one in (*_columns(before, table), *_indexes(before, table)):
            # What is not to be seen on one side may stand in what cannot be told of it.
            hidden = table.doubt if one.now is None else before.doubt if one.was is None else ""
            if not hidden or table.doubt == before.doubt:
                yield one
    for name, table in old.items():
        if name not in new:
            yield Changed(kind="table", table=table, was=table)


def _columns(before: WantedTable, table: WantedTable) -> Iterator[Changed]:
    for name, want in table.columns.items():
        had = before.columns.get(name)
        if had is None:
            yield Changed(kind="column", table=table, column=name, now=want)
            continue
        for kind in _differing(had, want):
            yield Changed(kind=kind, table=table, column=name, was=had, now=want)
    for name, had in before.columns.items():
        if name not in table.columns:
            yield Changed(kind="column", table=table, column=name, was=had)


def _differing(had: Want, want: Want) -> Iterator[str]:
    if had.written != want.written:
        yield "doubt"
    if had.type is not None and want.type is not None and had.type != want.type:
        yield "type"
    unsure = had.unsure | want.unsure
    if may_be_null(had) != may_be_null(want) and "allowNull" not in unsure:
        yield "nullable"
    if had.default != want.default and "?" not in {had.default, want.default}:
        yield "default"
    if had.primary != want.primary and "primaryKey" not in unsure:
        yield "primary"
    same = (had.target, had.on_delete) == (want.target, want.on_delete)
    if not same and want.target is not None and not unsure & {"onDelete", "references"}:
        yield "reference"


def _indexes(before: WantedTable, table: WantedTable) -> Iterator[Changed]:
    for key in table.indexes:
        if key not in before.indexes:
            yield Changed(kind="index", table=table, now=table, columns=key)
    for key in before.indexes:
        there = [table.columns[column] for column in key[0] if column in table.columns]
        sure = not any("unique" in one.unsure for one in there)
        if key not in table.indexes and len(there) == len(key[0]) and sure:
            yield Changed(kind="index", table=table, was=before, columns=key)


def may_be_null(want: Want) -> bool:
    """Whether a column may be null as Sequelize would make it."""
    return want.nullable is not False and not want.primary
