"""drizzle-kit's own account of a schema: `meta/NNNN_snapshot.json`, as a schema that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table, qualified

DIALECTS = {"postgresql": "postgres", "pg": "postgres", "mysql": "mysql", "sqlite": "sqlite", "turso": "sqlite"}


class SnapshotError(Exception):
    """The text is no snapshot that is known; the message says why."""


def read_snapshot(content: bytes) -> Schema:
    """The schema that a snapshot tells of.

    Raises:
        SnapshotError: it is none, or of a kind that is not known.
    """
    try:
        data = json.loads(content)
        dialect = DIALECTS[data["dialect"]]
        schema = Schema(dialect=dialect)
        for one in data["tables"].values():
            table = _table(one, dialect)
            schema.tables[schema.key(table.name)] = table
        for enum in _enums(data):
            schema.enums[qualified(enum.get("schema") or "", enum["name"])] = tuple(enum["values"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise SnapshotError("it is no snapshot of drizzle-kit that is known") from None
    return schema


def _enums(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for enum in (data.get("enums") or {}).values():
        values = enum["values"]
        yield {**enum, "values": list(values.values()) if isinstance(values, dict) else values}


def _table(one: Mapping[str, Any], dialect: str) -> Table:
    table = Table(name=qualified(one.get("schema") or "", one["name"]))
    fold = Schema(dialect=dialect).key
    for column in one["columns"].values():
        table.columns[fold(column["name"])] = _column(column)
        if column.get("primaryKey"):
            table.primary_key = (*table.primary_key, column["name"])
    for index in one.get("indexes", {}).values():
        table.indexes[fold(index["name"])] = _index(index)
    for unique in one.get("uniqueConstraints", {}).values():
        method = "CONSTRAINT NULLS NOT DISTINCT" if unique.get("nullsNotDistinct") else "CONSTRAINT"
        made = Index(name=unique["name"], columns=tuple(unique["columns"]), unique=True, method=method)
        table.indexes[fold(unique["name"])] = made
    for key in one.get("compositePrimaryKeys", {}).values():
        table.primary_key, table.primary_key_name = tuple(key["columns"]), key["name"]
    for reference in one.get("foreignKeys", {}).values():
        table.foreign_keys[fold(reference["name"])] = ForeignKey(
            name=reference["name"],
            columns=tuple(reference["columnsFrom"]),
            to_table=qualified(reference.get("schemaTo") or "", reference["tableTo"]),
            to_columns=tuple(reference["columnsTo"]),
            on_delete=(reference.get("onDelete") or "no action").upper(),
            on_update=(reference.get("onUpdate") or "no action").upper(),
        )
    return table


def _column(one: Mapping[str, Any]) -> Column:
    default = one.get("default")
    if isinstance(default, bool):
        default = str(default).lower()
    generated, identity = one.get("generated"), one.get("identity")
    if generated:
        default = f"generated {generated['type']} as {generated['as']}"
    if identity:
        default = f"identity {identity['type'] if isinstance(identity, dict) else identity}"
    extra = " on update now()" if one.get("onUpdate") else ""
    return Column(
        name=one["name"],
        type=one["type"] + extra,
        nullable=not one.get("notNull"),
        default=None if default is None else str(default),
        increments=bool(one.get("autoincrement")),
    )


def _index(one: Mapping[str, Any]) -> Index:
    columns, details = [], []
    for part in one["columns"]:
        if isinstance(part, str):
            columns.append(part)
            details.append("")
            continue
        columns.append(part["expression"])
        asc, nulls = part.get("asc", True), part.get("nulls") or "last"
        words = [part.get("opclass") or "", "" if asc else "DESC", "" if nulls == "last" else f"NULLS {nulls.upper()}"]
        details.append(" ".join(word for word in words if word))
    method = one.get("method") or ""
    return Index(
        name=one["name"],
        columns=tuple(columns),
        details=tuple(details) if any(details) else (),
        unique=bool(one.get("isUnique")),
        method="" if method == "btree" else method,
        where=one.get("where") or "",
    )
