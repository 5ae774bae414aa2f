"""Ent's tables as a database holds them: the types, names and defaults that ent's migrations give them.

Source: ent's dialects, https://github.com/ent/ent/tree/master/dialect/sql/schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.checks.migrations.ent.tables import Column, Expression, ForeignKey, Index, Table
from bot.checks.migrations.sql import schema as sql
from bot.checks.migrations.sql.types import normal_default, normal_type, split_serial

DIALECTS = ("postgres", "mysql", "sqlite")
# How ent itself calls them, as keys of `SchemaType`.
_NAMES = {"postgres": "postgres", "mysql": "mysql", "sqlite": "sqlite3"}
_LONG = 10 << 20
_TYPES: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        "Bool": "boolean", "Uint8": "smallint", "Int8": "smallint", "Int16": "smallint", "Uint16": "integer",
        "Int32": "integer", "Uint32": "bigint", "Int": "bigint", "Uint": "bigint", "Int64": "bigint",
        "Uint64": "bigint", "Float32": "real", "Float64": "double precision", "Bytes": "bytea", "UUID": "uuid",
        "JSON": "jsonb", "Time": "timestamptz", "Enum": "character varying",
    },
    "mysql": {
        "Bool": "bool", "Int8": "tinyint", "Uint8": "tinyint unsigned", "Int16": "smallint",
        "Uint16": "smallint unsigned", "Int32": "int", "Uint32": "int unsigned", "Int": "bigint", "Int64": "bigint",
        "Uint": "bigint unsigned", "Uint64": "bigint unsigned", "JSON": "json", "Float32": "double",
        "Float64": "double", "Time": "timestamp", "UUID": "char(36)",
    },
    "sqlite": {
        "Bool": "bool", "Bytes": "blob", "String": "text", "Enum": "text", "Float32": "real", "Float64": "real",
        "Time": "datetime", "JSON": "json", "UUID": "uuid",
    },
}  # fmt: skip
_ACTIONS = {"Cascade": "CASCADE", "SetNull": "SET NULL", "SetDefault": "SET DEFAULT", "Restrict": "RESTRICT"}
_NAME_SIZE = {"postgres": 63, "mysql": 64, "sqlite": 64}
# From how many letters on a name may be one that was cut, and how many are kept of it beside a sum of all.
LONGEST, STEM = 63, 30


def to_schema(tables: Mapping[str, Table], dialect: str) -> sql.Schema:
    """The tables of one dialect (as sqlglot names it)."""
    found = sql.Schema(dialect=dialect)
    for table in tables.values():
        found.tables[found.key(table.name)] = _table(table, found)
    return found


def _table(table: Table, schema: sql.Schema) -> sql.Table:
    found = sql.Table(name=table.name, primary_key=table.primary_key)
    for column in table.columns.values():
        found.columns[schema.key(column.name)] = _column(column, schema.dialect)
        if column.unique and table.primary_key != (column.name,):
            name = _unique_name(table, column, schema.dialect)
            if not any(index.unique and index.name == name for index in table.indexes.values()):
                found.indexes[schema.key(name)] = sql.Index(name=name, columns=(column.name,), unique=True)
    for index in table.indexes.values():
        one = _index(index, schema.dialect)
        found.indexes[schema.key(one.name)] = one
    for reference in table.foreign_keys.values():
        key = _reference(reference, schema.dialect)
        found.foreign_keys[schema.key(key.name)] = key
    return found


def _unique_name(table: Table, column: Column, dialect: str) -> str:
    return column.name if dialect == "mysql" else f"{table.name}_{column.name}_key"


def _column(column: Column, dialect: str) -> sql.Column:
    text, numbered = split_serial(normal_type(column_type(column, dialect), dialect))
    increments = column.increments or numbered
    return sql.Column(
        name=column.name,
        type=text,
        nullable=column.nullable,
        default=None if increments or _bears_no_default(column, dialect) else _default(column, dialect),
        increments=increments,
    )


def _bears_no_default(column: Column, dialect: str) -> bool:
    """MySQL gives none to what it keeps apart from the row."""
    return dialect == "mysql" and (column.type in {"JSON", "Bytes"} or column.size >= 1 << 16)


def column_type(column: Column, dialect: str) -> str:
    """A column's type in a dialect; empty where ent knows none (another type without one for the dialect)."""
    given = dict(column.schema_type).get(_NAMES[dialect])
    if given:
        return given.lower()
    if dialect == "sqlite" and "nt" in column.type:
        return "integer"
    if column.type == "String" and dialect == "postgres":
        return "text" if column.size > _LONG else "character varying"
    if dialect == "mysql":
        if column.type == "Enum":
            return f"enum({', '.join(_quoted(one) for one in column.enums)})"
        if column.type in {"String", "Bytes"}:
            return _mysql_size(column)
    return _TYPES[dialect].get(column.type, "")


def _mysql_size(column: Column) -> str:
    if column.type == "String":
        size = column.size or 255
        if size < 1 << 16:
            return f"varchar({size})"
        return "mediumtext" if size == (1 << 24) - 1 else "longtext"
    size = column.size or (1 << 16) - 1
    kinds = ((1 << 8, "tinyblob"), (1 << 16, "blob"), (1 << 24, "mediumblob"))
    return next((kind for most, kind in kinds if size < most), "longblob")


def _default(column: Column, dialect: str) -> str | None:
    value = column.default
    if isinstance(value, str) and column.type in {"Time", "UUID"}:
        # A text is taken for an expression there, such as CURRENT_TIMESTAMP.
        value = Expression(text=value)
    match value:
        case None:
            return None
        case Expression():
            text = dict(value.by_dialect).get(_NAMES[dialect], "") if value.by_dialect else value.text
            return normal_default(text, dialect) if text else None
        case bool():
            return str(value).upper()
        case str():
            return normal_default(_quoted(value), dialect)
        case _:
            return normal_default(str(value), dialect)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _index(index: Index, dialect: str) -> sql.Index:
    kinds = dict(index.kinds)
    method = kinds.get(_NAMES[dialect], kinds.get("", "")).upper()
    details = tuple("DESC" if one in index.descending else "" for one in index.columns)
    return sql.Index(
        name=_cut(index.name, dialect),
        columns=index.columns,
        unique=index.unique,
        method=method,
        details=details if any(details) else (),
        where=index.where if dialect != "mysql" else "",
    )


def _reference(reference: ForeignKey, dialect: str) -> sql.ForeignKey:
    return sql.ForeignKey(
        name=_cut(reference.name, dialect),
        columns=reference.columns,
        to_table=reference.to_table,
        to_columns=reference.to_columns,
        on_delete=_ACTIONS.get(reference.on_delete, "NO ACTION"),
        on_update=_ACTIONS.get(reference.on_update, "NO ACTION"),
    )


def _cut(name: str, dialect: str) -> str:
    """A name as long as the database takes it: ent ends one that is longer with a sum of it."""
    size = _NAME_SIZE[dialect]
    if len(name) <= size:
        return name
    total = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: size - 33]}_{total}"
