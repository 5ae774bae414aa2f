"""What SQL in a migration does to a schema of Rails: it is done to a schema of SQL, and what differs is taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.columns import ANY
from bot.checks.migrations.rails.ruby import Sql
from bot.checks.migrations.sql.programs import find_sweeping

if TYPE_CHECKING:
    from bot.checks.migrations.rails.changes import Changer
    from bot.checks.migrations.rails.schema import Table
    from bot.checks.migrations.sql import schema as sql

_WORD = re.compile(r"\w+")
_DIALECTS = {"mysql": "mysql", "sqlite": "sqlite"}
Opaque = tuple[int, str, frozenset[str], bool]
"""Lines below the first, what it is, what it names, and whether it may concern anything."""


def apply_sql(changer: Changer, text: str) -> Iterator[Opaque]:
    """Do what statements do; yield those that may change tables and are not understood."""
    from bot.checks.migrations.sql.apply import apply

    changer.want(_WORD.findall(text))
    before = _as_sql(changer)
    after = before.copy()
    for one in apply(after, text):
        yield one.line - 1, f"`{one.words}` in SQL is not understood", one.names, one.anything
    for line, what in find_sweeping(text.lower()):
        yield line - 1, f"`{what}` takes away what it does not name", frozenset(_WORD.findall(what)), True
    if after.elsewhere:
        # What follows it may be of Rails, which names no schema.
        yield 0, "SQL after which names stand for tables of another schema", frozenset(), True
    changer.programs |= after.programs
    _take_over(changer, before, after)
    _take_views(changer, before, after)


def _as_sql(changer: Changer) -> sql.Schema:
    """The names of tables, columns, indexes and keys, without types."""
    from bot.checks.migrations.sql import schema as sql

    made = sql.Schema(dialect=_DIALECTS.get(changer.terms.adapter, "postgres"))
    for table in changer.schema.tables.values():
        columns = {
            made.key(one.name): sql.Column(name=one.name, type="", nullable=one.options.get("null") is not False)
            for one in table.columns.values()
        }
        indexes = {
            made.key(one.name): sql.Index(name=one.name, columns=one.columns, unique=bool(one.options.get("unique")))
            for one in table.indexes.values()
        }
        made.tables[made.key(table.name)] = sql.Table(name=table.name, columns=columns, indexes=indexes)
    made.enums = dict(changer.schema.enums)
    made.views = {made.key(name) for kind, name in changer.schema.named if kind == "view"}
    made.programs = set(changer.programs)
    return made


def _take_over(changer: Changer, before: sql.Schema, after: sql.Schema) -> None:
    for name, table in before.tables.items():
        if name not in after.tables:
            changer.drop_table(table.name)
    for name, table in after.tables.items():
        old = before.tables.get(name)
        if old is None:
            changer.create_table(table.name, {"id": False})
        if old != table:
            _take_table(changer, old, table)
    for name in {*before.enums, *after.enums}:
        if before.enums.get(name) != after.enums.get(name):
            changer.touch(name, "enum")
            changer.schema.enums.pop(name, None)
            if name in after.enums:
                changer.schema.enums[name] = after.enums[name]


def _take_views(changer: Changer, before: sql.Schema, after: sql.Schema) -> None:
    for name in before.views - after.views:
        changer.touch(name, "view")
        changer.schema.named.pop(("view", name), None)
    for name in after.views - before.views:
        changer.touch(name, "view")
        changer.schema.named["view", name] = ""


def _take_table(changer: Changer, old: sql.Table | None, new: sql.Table) -> None:
    table = changer.table(new.name)
    if table is None:
        return
    had = old if old is not None else replace(new, columns={}, indexes={}, foreign_keys={})
    _take_columns(changer, table, had, new)
    for key, index in had.indexes.items():
        if key not in new.indexes and index.name in table.indexes:
            changer.drop_index(table, None, {"name": index.name})
    for key, index in new.indexes.items():
        if key not in had.indexes:
            options = {"name": index.name, "unique": index.unique, "where": index.where, "using": index.method}
            changer.add_index(table, list(index.columns), options)
    for key, one in new.foreign_keys.items():
        if key not in had.foreign_keys:
            changer.add_foreign_key(table, one.to_table, {"column": list(one.columns), "name": one.name})


def _take_columns(changer: Changer, table: Table, old: sql.Table, new: sql.Table) -> None:
    for key, column in old.columns.items():
        if key not in new.columns:
            changer.drop_column(table, column.name)
    for key, column in new.columns.items():
        had = old.columns.get(key)
        if had is None or column.type != had.type:
            changer.add_column(table, column.name, ANY, {"null": column.nullable})
            continue
        if had.nullable != column.nullable:
            changer.set_option(table, column.name, "null", column.nullable)
        if had.default != column.default:
            default = Sql(column.default) if column.default is not None else None
            changer.set_option(table, column.name, "default", default)
