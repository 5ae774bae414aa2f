"""Changes of a schema that take what rests on a name along."""

from __future__ import annotations

from dataclasses import replace

from bot.checks.migrations.sql.schema import Schema, Table


def drop_column(schema: Schema, table: Table, name: str) -> None:
    """Take a column away, with the indexes and keys that rest on it."""
    key = schema.key(name)
    table.columns.pop(key, None)
    table.checks.pop(f".{key}", None)
    table.comments.pop(key, None)
    table.indexes = {
        one: index for one, index in table.indexes.items() if key not in {schema.key(part) for part in index.columns}
    }
    table.foreign_keys = {
        one: reference
        for one, reference in table.foreign_keys.items()
        if key not in {schema.key(part) for part in reference.columns}
    }
    if key in {schema.key(part) for part in table.primary_key}:
        table.primary_key, table.primary_key_name = (), ""


def rename_column(schema: Schema, table: Table, old: str, new: str) -> None:
    """Give a column another name, in its place, and in what rests on it."""
    wanted = schema.key(old)

    def swap(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if schema.key(name) == wanted else name for name in names)

    table.columns = {
        schema.key(new) if key == wanted else key: replace(column, name=new) if key == wanted else column
        for key, column in table.columns.items()
    }
    for members, sign in ((table.checks, "."), (table.comments, "")):
        if sign + wanted in members:
            members[sign + schema.key(new)] = members.pop(sign + wanted)
    table.primary_key = swap(table.primary_key)
    table.indexes = {key: replace(one, columns=swap(one.columns)) for key, one in table.indexes.items()}
    table.foreign_keys = {key: replace(one, columns=swap(one.columns)) for key, one in table.foreign_keys.items()}
    for other, key, reference in list(schema.references(table.name)):
        other.foreign_keys[key] = replace(reference, to_columns=swap(reference.to_columns))


def rename_table(schema: Schema, table: Table, new: str) -> None:
    """Give a table another name, also where foreign keys point at it."""
    for other, key, reference in list(schema.references(table.name)):
        other.foreign_keys[key] = replace(reference, to_table=new)
    schema.tables.pop(schema.key(table.name), None)
    if schema.key(new) in schema.tables:
        schema.clashes.append(f"table {table.name} becomes {new} while another of the name is there")
    table.name = new
    schema.tables[schema.key(new)] = table
