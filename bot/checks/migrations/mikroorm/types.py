"""Types of columns as MikroORM's platforms write and compare them.

Source: `Platform` and its kin (`getMappedType`, `normalizeColumnType`), `SchemaComparator.diffColumn`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

UNKNOWN = "unknown"
_SIMPLE = re.compile(r"[^(), ]+")
_LENGTH = re.compile(r"\w+\((\d+)\)")
_SCALED = re.compile(r"\w+\((\d+), ?(\d+)\)")
# What `t` and the classes of types are called, and what each is.
NAMES = {
    "character": "character", "char": "character", "string": "string", "varchar": "string", "interval": "interval",
    "text": "text", "int": "integer", "number": "integer", "integer": "integer", "bigint": "bigint",
    "smallint": "smallint", "tinyint": "tinyint", "mediumint": "mediumint", "float": "float", "double": "double",
    "decimal": "decimal", "numeric": "decimal", "boolean": "boolean", "blob": "blob", "buffer": "blob",
    "uint8array": "uint8array", "uuid": "uuid", "date": "date", "datetime": "datetime", "timestamp": "datetime",
    "time": "time", "object": "json", "json": "json", "enum": "enum", "array": "array", "enumarray": "array",
}  # fmt: skip
_ALIASES = {
    "int2": "smallint", "smallserial": "smallint", "int4": "integer", "serial": "integer", "serial4": "integer",
    "int8": "bigint", "bigserial": "bigint", "serial8": "bigint", "bool": "boolean", "real": "float",
    "float4": "float", "float8": "double", "timestamptz": "datetime", "bytea": "blob", "jsonb": "json",
    "bpchar": "character",
}  # fmt: skip
_WRITTEN = {
    "postgres": {
        "integer": "int", "tinyint": "smallint", "float": "real", "double": "double precision", "boolean": "boolean",
        "blob": "bytea", "uint8array": "bytea", "json": "jsonb", "array": "text[]", "uuid": "uuid", "time": "time(0)",
        "date": "date",
    },
    "mysql": {
        "integer": "int", "tinyint": "tinyint", "float": "float", "double": "double", "boolean": "tinyint(1)",
        "blob": "blob", "uint8array": "blob", "json": "json", "array": "text", "date": "date",
    },
    "sqlite": {
        "integer": "integer", "smallint": "integer", "tinyint": "integer", "float": "real", "double": "double",
        "boolean": "integer", "blob": "blob", "uint8array": "blob", "json": "json", "array": "text", "uuid": "text",
        "string": "text", "character": "text", "datetime": "datetime", "date": "date",
    },
}  # fmt: skip
_LENGTHS = {"string": 255, "character": 1, "date": 0}
# Since this version PostgreSQL's times have microseconds.
_LONG_TIMES = 6
_TIMES = frozenset({"datetime", "interval", "time"})
_WHOLE = frozenset({"bigint", "integer", "smallint", "tinyint"})
# The length -1 says that there is none.
_BARE = frozenset({"varchar", "char", "character", "bpchar", "character varying"})


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a type's brackets say; None where nothing is said, and a length of -1 where there is none."""

    length: int | None = None
    precision: int | None = None
    scale: int | None = None


def mapped(dialect: str, text: str) -> str:
    """MikroORM's own name of a type: `string`, `integer`, `datetime`; `unknown` for what it does not know."""
    if text.endswith("[]"):
        return "array"
    if dialect == "mysql" and text.lower() == "tinyint(1)":
        return "boolean"
    found = _SIMPLE.search(text.lower())
    simple = found[0] if found else ""
    if dialect == "postgres" and simple in _ALIASES:
        return _ALIASES[simple]
    return NAMES.get(simple, UNKNOWN)


def is_whole(kind: str, dialect: str) -> bool:
    """Whether a type's values are numbers that the database may count up."""
    return kind in _WHOLE or (dialect == "mysql" and kind in {"decimal", "double"})


def written(dialect: str, kind: str, size: Size, items: Sequence[str] | None = None) -> str:  # noqa: PLR0911 - one a kind
    """What the platform writes for its own type; empty for `unknown`."""
    usual = _WRITTEN[dialect].get(kind)
    if usual is not None:
        return usual
    length = size.length
    match kind:
        case "string" | "character":
            name = "varchar" if kind == "string" else "char"
            return name if length == -1 else f"{name}({_LENGTHS[kind] if length is None else length})"
        case "decimal":
            return f"numeric({10 if size.precision is None else size.precision},{size.scale or 0})"
        case "datetime":
            name = "timestamptz" if dialect == "postgres" else "datetime"
            return f"{name}({length})" if length or (length == 0 and dialect == "postgres") else name
        case "time" | "interval":
            return f"{kind}({length})" if length or (length == 0 and kind == "interval") else kind
        case "uuid":
            return f"varchar({length or 36})"
        case "enum":
            return _enumeration(dialect, items)
        case "text" | "bigint" | "smallint" | "mediumint":
            return kind
    return ""


def _enumeration(dialect: str, items: Sequence[str] | None) -> str:
    if items is None:
        return {"postgres": "smallint", "mysql": "tinyint", "sqlite": "integer"}[dialect]
    return "text" if dialect != "mysql" else "enum('" + "','".join(items) + "')"


def sized(dialect: str, kind: str, text: str, size: Size, version: int) -> Size:
    """A column's size as it is kept: by its type's own brackets, or the usual one of MikroORM's version."""
    scaled = _SCALED.search(text)
    if kind == "decimal" and scaled:
        whole, part = (int(one) for one in scaled.groups())
        precision = whole if size.precision is None else size.precision
        return Size(length=None, precision=precision, scale=part if size.scale is None else size.scale)
    if size.length is not None:
        return size
    found = _LENGTH.search(text)
    length = int(found[1]) if found else None
    if length is None and dialect == "postgres" and text.lower() in _BARE:
        length = -1
    if length is None and kind in _TIMES:
        length = 6 if dialect == "postgres" and version >= _LONG_TIMES else 0
    return replace(size, length=_LENGTHS.get(kind) if length is None else length)


def compared(dialect: str, kind: str, text: str, size: Size) -> str:
    """The text by which MikroORM tells two types apart: it says less than the type itself."""
    found, scaled = _LENGTH.search(text), _SCALED.search(text)
    if found:
        size = replace(size, length=int(found[1]))
    if scaled:
        size = replace(size, precision=int(scaled[1]), scale=int(scaled[2]))
    made = (text if kind in {UNKNOWN, "enum"} else written(dialect, kind, size)).lower()
    simple = _SIMPLE.search(made)
    if dialect == "sqlite":
        name = simple[0] if simple else made
        return "text" if name == "varchar" else name
    if dialect == "postgres":
        again = mapped(dialect, made)
        if again in {"bigint", "boolean", "character", "decimal", "integer", "interval", "smallint", "string"}:
            return written(dialect, again, size)
    return " ".join(made.split())
