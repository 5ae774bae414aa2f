"""The spelling of types in each dialect. Source: the drivers of TypeORM (`normalizeType`, `createFullType`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.checks.migrations.sql.types import normal_type

NAMES: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        "simple-array": "text", "simple-json": "text", "simple-enum": "enum", "float": "float8",
        "datetime": "timestamp", "number": "integer", "bit varying": "varbit", "rowid": "integer", "string": "varchar",
    },
    "sqlite": {"uuid": "varchar", "simple-array": "text", "simple-json": "text", "simple-enum": "enum"},
    "mysql": {
        "uuid": "varchar", "simple-array": "text", "simple-json": "text", "simple-enum": "enum", "dec": "decimal",
        "numeric": "decimal", "fixed": "decimal", "double precision": "double", "real": "double", "bool": "tinyint",
        "boolean": "tinyint", "nvarchar": "varchar", "national varchar": "varchar", "nchar": "char",
        "national char": "char", "integer": "int",
    },
}  # fmt: skip


def type_name(dialect: str, kind: str) -> str:
    """A type's name as the dialect has it."""
    return NAMES[dialect].get(kind.lower(), kind)


def written_type(
    dialect: str, kind: str, sizes: Mapping[str, str], values: Sequence[str] = (), *, unsigned: bool = False
) -> str:
    """A type with its sizes, in the spelling in which two can be compared.

    `sizes` has `length`, `width`, `precision` and `scale`, where they are given.
    """
    name = type_name(dialect, kind)
    length, precision, scale = sizes.get("length"), sizes.get("precision"), sizes.get("scale")
    if name in {"enum", "set"} and dialect != "postgres":
        listed = ", ".join(f"'{value}'" for value in values)
        return "VARCHAR" if dialect == "sqlite" else normal_type(f"{name.upper()}({listed})", dialect)
    if dialect == "mysql" and not length and name in {"varchar", "varbinary"}:
        length = "36" if kind == "uuid" else "255"
    text = name
    if length:
        text += f"({length})"
    elif precision and scale:
        text += f"({precision}, {scale})"
    elif precision:
        start, _, end = name.partition(" ")
        text = f"{start}({precision})" + (f" {end}" if end else "")
    return normal_type(text + (" unsigned" if unsigned else ""), dialect)
