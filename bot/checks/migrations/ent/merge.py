"""What the code declares, with what ent generated in the places where the code cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.checks.migrations.ent.graph import Declared
from bot.checks.migrations.ent.tables import Table


def merge(declared: Declared, generated: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as far as they can be told."""
    whole = {table for table, column in declared.doubts if not column}
    tables = {name: _merge_table(name, table, declared, generated, whole) for name, table in declared.tables.items()}
    if whole:
        # What a type that cannot be read has with others may be kept in tables that only it names.
        tables |= {name: table for name, table in generated.items() if name not in tables}
    return tables


def _merge_table(name: str, table: Table, declared: Declared, generated: Mapping[str, Table], whole: set[str]) -> Table:
    given = generated.get(name)
    if given is None:
        return table
    if name in whole:
        return replace(given, place=table.place, places=table.places)
    columns, keys = dict(table.columns), dict(table.foreign_keys)
    for key, column in table.columns.items():
        made = given.columns.get(key)
        if made is not None and (name, key) in declared.doubts:
            columns[key] = made
        elif made is not None and (name, f"{key}()") in declared.doubts:
            columns[key] = replace(column, enums=made.enums)
    for symbol, reference in given.foreign_keys.items():
        if reference.to_table in whole and symbol not in keys:
            keys[symbol] = reference
            columns |= {one: given.columns[one] for one in reference.columns if one not in columns}
    return replace(table, columns=columns, foreign_keys=keys)
