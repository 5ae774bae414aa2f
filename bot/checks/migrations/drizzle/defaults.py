"""The text that drizzle-kit keeps for a column's default. Source: its own answers, with which the tests compare."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.checks.migrations.script.values import Array, Constant, Member, Name, Number, Object, Tagged, Text, Value


def default_text(value: Value, dialect: str, kind: str) -> str | None:  # noqa: PLR0911 - one answer a kind
    """The default as a snapshot has it; None where it cannot be told.

    `kind` is the column's type: JSON and lists are written in their own way.
    """
    match value:
        case Tagged(tag=Name(name="sql")) | Tagged(tag=Member(name="sql")):
            return value.texts[0] if not value.holes else None
        case Constant(name="null" | "undefined"):
            return None
    if dialect == "postgresql" and kind.endswith("[]"):
        return _list(value)
    if kind in {"json", "jsonb"}:
        return _json(value, dialect, kind)
    match value:
        case Text(text):
            return "'" + text.replace("'", "''") + "'"
        case Number(text):
            return _number(text, dialect, kind)
        case Constant(name):
            return name
    return None


def _number(text: str, dialect: str, kind: str) -> str:
    if dialect == "postgresql" and kind.startswith("numeric"):
        return f"'{text}'"
    return text


def plain(value: Value) -> object:
    """A value as Python has it.

    Raises:
        ValueError: it is more than data.
    """
    match value:
        case Text(text):
            return text
        case Number(text):
            number = float(text)
            return int(number) if number.is_integer() and "." not in text else number
        case Constant(name):
            return {"true": True, "false": False, "null": None}[name] if name != "undefined" else None
        case Array(items):
            return [plain(item) for item in items]
        case Object(entries) if all(entry.key for entry in entries):
            return {entry.key: plain(entry.value) for entry in entries}
        case _:
            raise ValueError


def _json(value: Value, dialect: str, kind: str) -> str | None:
    try:
        text = json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False)
    except (ValueError, KeyError):
        return None
    if dialect == "postgresql":
        return f"'{text}'::{kind}"
    return f"('{text}')" if dialect == "mysql" else f"'{text}'"


def _list(value: Value) -> str | None:
    if not isinstance(value, Array):
        return None
    try:
        return "'{" + ",".join(_element(plain(item)) for item in value.items) + "}'"
    except (ValueError, KeyError):
        return None


def _element(item: object) -> str:
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"').replace("'", "''") + '"'
    return str(item)


def steps_with_defaults(names: Sequence[str], dialect: str) -> str | None:
    """The default that a method without arguments brings."""
    for name in names:
        if name == "defaultNow":
            return "now()" if dialect == "postgresql" else "(now())"
        if name == "defaultRandom":
            return "gen_random_uuid()"
    return None
