"""Preconditions of change sets, as far as a schema answers them.

Source: https://docs.liquibase.com/concepts/changelogs/preconditions.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.changelog.nodes import Node
from bot.checks.migrations.sql.schema import Schema

_MAX_DEPTH = 20


def applies(listed: str, dbms: str) -> bool:
    """Whether a list such as `postgresql, !h2` takes a database in."""
    names = [name.strip().lower() for name in listed.split(",") if name.strip()]
    if not names or "all" in names:
        return True
    if f"!{dbms}" in names or "none" in names:
        return False
    return dbms in names or all(name.startswith("!") for name in names)


def holds(  # noqa: PLR0911 - one answer a condition
    node: Node, schema: Schema, dbms: str, names: Sequence[str], depth: int = 0
) -> bool | None:
    """Whether a condition holds; None where the schema does not tell."""
    if depth > _MAX_DEPTH:
        return None
    match node.name:
        case "preConditions" | "and":
            return _all([holds(child, schema, dbms, names, depth + 1) for child in node.children])
        case "or":
            return _any([holds(child, schema, dbms, names, depth + 1) for child in node.children])
        case "not":
            inner = _any([holds(child, schema, dbms, names, depth + 1) for child in node.children])
            return None if inner is None else not inner
        case "dbms":
            return applies(node.get("type"), dbms)
        case "tableExists":
            return schema.key(node.get("tableName")) in schema.tables if _matters(node, names) else None
        case "columnExists":
            table = schema.tables.get(schema.key(node.get("tableName")))
            known = _matters(node, names)
            return table is not None and schema.key(node.get("columnName")) in table.columns if known else None
    return None


def _matters(node: Node, names: Sequence[str]) -> bool:
    return not names or node.get("tableName").lower() in names


def _all(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: Sequence[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False
