"""One spelling for what the SQL and ent's tables may write differently and mean alike."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.migrations.sql.schema import Column, Index, Schema

_BOOLEANS = {"TRUE": "1", "FALSE": "0"}
_CAST = re.compile(r"::[a-z]+( varying)?")
_LOOSE = re.compile(r"[\s()\"`]+")


def loosen(schema: Schema) -> None:
    """Rewrite defaults, conditions of indexes and what else has several spellings. Doing it twice changes nothing."""
    for table in schema.tables.values():
        table.columns = {key: _column(one, schema.dialect) for key, one in table.columns.items()}
        table.indexes = {key: _index(one) for key, one in table.indexes.items()}


def _column(column: Column, dialect: str) -> Column:
    default = column.default
    if default is not None:
        default = _LOOSE.sub("", _CAST.sub("", default))
        default = _BOOLEANS.get(default.upper(), default)
    kind = column.type
    if dialect == "mysql":
        kind = "BOOLEAN" if kind == "TINYINT(1)" else kind
        if kind == "BOOLEAN" and default is not None:
            default = default.strip("'")
    if dialect == "mysql" and kind.startswith("TIMESTAMP"):
        # Versions of MySQL differ in whether one that must have a value may be NULL.
        column = replace(column, nullable=True)
    return replace(column, default=default, type=kind)


def _index(index: Index) -> Index:
    details = tuple("DESC" if "DESC" in one else "" for one in index.details)
    return replace(
        index,
        details=details if any(details) else (),
        where=_LOOSE.sub("", _CAST.sub("", index.where.lower())),
        method="" if index.method == "BTREE" else index.method,
    )
