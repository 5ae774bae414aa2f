"""Defaults of columns in the spelling by which MikroORM tells them apart.

Source: `MetadataDiscovery.initDefaultValue`, `SchemaComparator.hasSameDefaultValue`, `normalizeDefaultValue`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.checks.migrations.mikroorm.types import Size
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Constant,
    Member,
    Name,
    Number,
    Operation,
    Tagged,
    Text,
    Value,
)

_NOTHING = (None, Constant("undefined"))
_FALSY = frozenset({"0", "false", "f", "n", "no", "off"})
_QUOTED = re.compile(r"^\(?(?:_\w+\\?)?'(.*?)\\?'\)?$", re.DOTALL)
_CAST = re.compile(r"^'(.*)'::(.*)$", re.DOTALL)
_NULLS = re.compile(r"^null(::.*)?$", re.IGNORECASE)


def default_of(dialect: str, kind: str, options: Mapping[str, Value], size: Size) -> tuple[str | None, bool]:
    """The default that options say, and whether it could be told."""
    raw = options.get("defaultRaw")
    if raw not in _NOTHING:
        return (normal_default(dialect, kind, raw.text, size), True) if isinstance(raw, Text) else (None, False)
    value = options.get("default")
    if value in _NOTHING:
        return None, True
    text = _words(dialect, kind, value)
    return (None, False) if text is None else (normal_default(dialect, kind, text, size), True)


def _words(dialect: str, kind: str, value: Value | None) -> str | None:  # noqa: PLR0911 - one answer a kind
    """A default as it stands in SQL; None where it cannot be told."""
    match value:
        case Text(text):
            return f"'{text}'"
        case Number(text):
            return text.removesuffix("n").replace("_", "")
        case Operation("-", [Number(text)]):
            return f"-{text}"
        case Constant(name):
            return name
        case Tagged(tag=Name("sql" | "raw"), texts=[text], holes=[]):
            return text
        case Call(Name("raw"), [Text(text)]):
            return text
        case Call(Member(Name("sql"), "now"), given):
            length = given[0].text if given and isinstance(given[0], Number) else ""
            return "current_timestamp" + (f"({length})" if length else "")
        case Array(items) if all(isinstance(one, Text | Number) for one in items):
            return _array(dialect, kind, [one.text for one in items if isinstance(one, Text | Number)], value)
    return None


def _array(dialect: str, kind: str, texts: list[str], value: Array) -> str | None:
    if kind == "json":
        plain = [one.text if isinstance(one, Text) else json.loads(one.text) for one in value.items]  # type: ignore[union-attr]
        return f"'{json.dumps(plain, separators=(',', ':'), ensure_ascii=False)}'"
    if kind != "array":
        return None
    if dialect != "postgres":
        return f"'{','.join(texts)}'"
    words = [json.dumps(one) if not one or set(one) & set('",{}\\') else one for one in texts]
    return "'{" + ",".join(words) + "}'"


def normal_default(dialect: str, kind: str, text: str | None, size: Size) -> str | None:  # noqa: PLR0911 - one a kind
    """A default in a spelling in which those are equal that MikroORM takes for equal; None for none."""
    if text is None:
        return None
    text = text.strip()
    if dialect == "postgres" and (cast := _CAST.match(text)):
        text = cast[1] if cast[2] == "integer" else f"'{cast[1]}'"
    if _NULLS.match(text) or text.startswith("nextval("):
        return None
    if kind == "boolean":
        return "false" if text in _FALSY else "true"
    if kind == "json":
        inner = _QUOTED.match(text)
        return _plain(inner[1] if inner else text)
    lowered = text.lower()
    if re.fullmatch(r"current_timestamp\(\d+\)", lowered):
        lowered = "current_timestamp" + (f"({size.length})" if size.length is not None and dialect != "sqlite" else "")
    if kind == "datetime":
        return re.sub(r"\(\)$", "", lowered.replace("current_timestamp", "now"))
    if lowered == "now()":
        return "now()"
    if text in {"", "''"}:
        return "''"
    return lowered


def _plain(text: str) -> str:
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
