"""MikroORM's own account of a schema, `.snapshot-<database>.json`, as a schema that can be compared.

Source: MikroORM's `DatabaseTable.toJSON` and `SchemaComparator`, of versions 5 to 7.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.checks.migrations.mikroorm.columns import loose
from bot.checks.migrations.mikroorm.defaults import normal_default
from bot.checks.migrations.mikroorm.facts import EXPRESSION
from bot.checks.migrations.mikroorm.relations import rule_of
from bot.checks.migrations.mikroorm.types import Size, compared, is_whole, mapped
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table, qualified


class SnapshotError(Exception):
    """The text is no snapshot that is known."""

    def __init__(self) -> None:
        super().__init__("it is no snapshot of MikroORM that is known")


def read_snapshot(content: bytes, dialect: str) -> Schema:
    """The schema that a snapshot tells of.

    Raises:
        SnapshotError: it is none, or of a kind that is not known.
    """
    try:
        data = json.loads(content)
        schema = Schema(dialect=dialect)
        usual = str(data.get("name") or "")
        enums = data.get("nativeEnums") or {}
        listed = list(enums.values()) if isinstance(enums, dict) else enums
        native = {name for enum in listed for name in (enum["name"], f"{enum.get('schema')}.{enum['name']}")}
        for one in data["tables"]:
            table = _table(one, dialect, usual, native)
            schema.tables[schema.key(table.name)] = table
        for enum in listed:
            name = qualified(_other(enum.get("schema"), usual), str(enum["name"]))
            schema.enums[name] = tuple(str(item) for item in enum["items"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise SnapshotError from None
    return schema


def is_snapshot(content: bytes) -> bool:
    """Whether a file of JSON looks like a snapshot, told without parsing it."""
    return b'"tables"' in content and b'"namespaces"' in content


def _other(schema: object, usual: str) -> str:
    """A schema's name where it is not the usual one, which is left out of names."""
    return "" if not schema or schema in {usual, "*"} else str(schema)


def _table(one: Mapping[str, Any], dialect: str, usual: str, native: set[str]) -> Table:
    table = Table(name=qualified(_other(one.get("schema"), usual), str(one["name"])))
    fold = Schema(dialect=dialect).key
    for column in one["columns"].values():
        key = fold(str(column["name"]))
        known = column["type"].replace('"', "")
        of_its_own = column.get("nativeEnumName") or (known if known in native else "")
        table.columns[key] = _column(column, dialect, of_its_own)
        # What a type of its own holds is said of the type.
        if (items := column.get("enumItems")) and not of_its_own:
            table.checks[f".{column['name']}"] = "\n".join(str(item) for item in items)
        if column.get("comment"):
            table.comments[key] = str(column["comment"])
    if one.get("comment"):
        table.comments[""] = str(one["comment"])
    for index in one.get("indexes") or ():
        if index.get("primary"):
            table.primary_key = _names(index["columnNames"])
        else:
            table.indexes[fold(str(index["keyName"]))] = _index(index)
    for check in one.get("checks") or ():
        if _is_of_values(check, one["columns"]):
            continue
        table.checks[fold(str(check["name"]))] = loose(str(check.get("expression") or ""))
    for reference in (one.get("foreignKeys") or {}).values():
        table.foreign_keys[fold(str(reference["constraintName"]))] = _reference(reference, usual)
    return table


def _parts(name: str, usual: str) -> tuple[str, str]:
    """A name's schema, empty where it is the usual one, and what is left."""
    schema, _, bare = name.rpartition(".")
    return _other(schema, usual), bare


def _is_of_values(check: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
    """Whether a check is that of an enumeration, whose values the column has too."""
    column = check.get("columnName")
    values = columns.get(column, {}).get("enumItems") if column else None
    text = loose(str(check.get("expression") or ""))
    return bool(values) and text.startswith((loose(f"{column}in"), loose(f"{column}<@")))


def _column(one: Mapping[str, Any], dialect: str, native: str) -> Column:
    size = Size(length=one.get("length"), precision=one.get("precision"), scale=one.get("scale"))
    kind = one.get("mappedType") or mapped(dialect, one["type"])
    kind = {"enumArray": "array"}.get(kind, kind)
    default, generated = one.get("default"), one.get("generated")
    text = compared(dialect, kind, one["type"], size)
    if native and kind in {"enum", "unknown"}:
        text = native.rpartition(".")[2]
    if one.get("unsigned") and dialect == "mysql" and is_whole(kind, dialect):
        text += " unsigned"
    if one.get("extra") and dialect == "mysql":
        text += f" {str(one['extra']).lower()}"
    return Column(
        name=str(one["name"]),
        type=text,
        nullable=bool(one.get("nullable")),
        default=f"generated {loose(str(generated))}"
        if generated
        else normal_default(dialect, kind, None if default is None else str(default), size),
        increments=bool(one.get("autoincrement")),
    )


def _names(given: list[object]) -> tuple[str, ...]:
    return tuple(str(one) for one in given)


def _index(one: Mapping[str, Any]) -> Index:
    full = bool(one.get("expression")) or one.get("type") == "fulltext"
    columns = (EXPRESSION,) if full else _names(one["columnNames"])
    where = "" if full else loose(str(one.get("where") or ""))
    return Index(name=str(one["keyName"]), columns=columns, unique=bool(one.get("unique")) and not full, where=where)


def _reference(one: Mapping[str, Any], usual: str) -> ForeignKey:
    deferred = one.get("deferMode")
    return ForeignKey(
        name=str(one["constraintName"]),
        columns=_names(one["columnNames"]),
        to_table=qualified(*_parts(str(one["referencedTableName"]), usual)),
        to_columns=_names(one["referencedColumnNames"]),
        on_delete=rule_of(one.get("deleteRule") or ""),
        on_update=rule_of(one.get("updateRule") or "") + (f" {deferred}" if deferred else ""),
    )
