"""What options of models and of the query interface say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.script.values import (
    Array,
    Call,
    Closure,
    Constant,
    Member,
    Number,
    Object,
    Tagged,
    Text,
    Value,
)
from bot.checks.migrations.sql.schema import qualified

FUNCTIONS = frozenset({"NOW", "UUIDV1", "UUIDV4"})
"""Defaults that Sequelize fills in itself, without the database."""


def entries_of(value: Value | None) -> dict[str, Value]:
    """The members of an object; none for anything else."""
    return {entry.key: entry.value for entry in value.entries if entry.key} if isinstance(value, Object) else {}


def options_of(value: Value | None) -> dict[str, Value]:
    """The members of an object; what is spread into it, or is no object, stands under an empty key."""
    if value is None or value == Constant("undefined"):
        return {}
    if not isinstance(value, Object):
        return {"": value}
    spread = [entry.value for entry in value.entries if not entry.key]
    return {**entries_of(value), **({"": Array(spread)} if spread else {})}


def is_told(value: Value | None) -> bool:
    """Whether a value stands for itself."""
    return value is None or isinstance(value, Text | Number | Constant | Object | Array | Closure)


def table_of(value: Value | None) -> str | None:
    """The name that a table is given by: a text, or an object with the table's name and its schema."""
    match value:
        case Text(text):
            return text
        case Object():
            options = entries_of(value)
            name, schema = options.get("tableName") or options.get("name"), options.get("schema")
            if isinstance(name, Text):
                return qualified(schema.text, name.text) if isinstance(schema, Text) else name.text
    return None


def texts_of(value: Value | None) -> tuple[str, ...] | None:
    """Columns as they are listed: texts, or objects with a name; None where one cannot be told."""
    items = value.items if isinstance(value, Array) else [value] if isinstance(value, Text | Object) else []
    found = []
    for item in items:
        options = entries_of(item)
        inner = options.get("name") or options.get("attribute") or options.get("field") or item
        if isinstance(inner, Text):
            found.append(inner.text)
        elif isinstance(inner, Call | Tagged):
            found.append("(expression)")
        else:
            return None
    return tuple(found) if found else None


def is_true(value: Value | None) -> bool:
    """Whether a value is `true`."""
    return value == Constant("true")


def default_of(value: Value | None) -> str | None:  # noqa: PLR0911 - one answer a kind
    """The default that a column has in the database; None for none, `?` where it cannot be told."""
    match value:
        case None | Constant("null" | "undefined"):
            return None
        case Text(text) | Number(text):
            return text
        case Constant(name):
            return name
        case Member(name=name) if name in FUNCTIONS:
            return None
        # Sequelize calls a function for each row, and tells the database of none.
        case Closure() | Call(function=Member(name="UUIDV1" | "UUIDV4")):
            return None
        case Array(items):
            return "[" + ",".join(str(default_of(item)) for item in items) + "]"
        case Object(entries):
            return "{" + ",".join(f"{entry.key}:{default_of(entry.value)}" for entry in entries) + "}"
        case Call(function=Member(name="literal" | "fn"), arguments=[Text(text), *_]):
            return f"= {text}"
    return "?"


def reference_of(options: Mapping[str, Value]) -> tuple[str, str] | None:
    """The table and the column that an attribute refers to; an empty column for the primary key."""
    given = options.get("references")
    if isinstance(given, Text):
        key = options.get("referencesKey")
        return given.text, key.text if isinstance(key, Text) else ""
    inner = entries_of(given)
    table = table_of(inner.get("model") or inner.get("table"))
    key = inner.get("key") or inner.get("field")
    return (table, key.text if isinstance(key, Text) else "") if table is not None else None


def action_of(options: Mapping[str, Value], name: str) -> str:
    """What is done on delete or on update, in capitals."""
    value = options.get(name)
    return value.text.upper() if isinstance(value, Text) else "NO ACTION"
