"""A field of Prisma as a column: its type, its default, whether it may be null."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

from bot.checks.migrations.prisma.names import (
    Builder,
    argument,
    column_name,
    database_name,
    enum_value,
    items_of,
    text_of,
)
from bot.checks.migrations.prisma.native import native_type, scalar_type
from bot.checks.migrations.prisma.syntax import Block, Call, Field, Number, Text, Value, Word
from bot.checks.migrations.sql.schema import Column
from bot.checks.migrations.sql.types import normal_default, normal_type

_CLIENT_SIDE = frozenset({"cuid", "uuid", "ulid", "nanoid", "auto"})


def read_column(builder: Builder, one: Field) -> Column | None:
    """The column of a field; None where its type is none that is known."""
    type_ = _column_type(builder, one)
    if type_ is None:
        return None
    default = one.attribute("default")
    value = argument(default, "value")
    increments = isinstance(value, Call) and value.name in {"autoincrement", "sequence"}
    return Column(
        name=column_name(one),
        type=normal_type(type_, builder.dialect),
        nullable=one.optional or one.is_list,
        default=None if increments or value is None else _default(builder, one, value),
        increments=increments,
    )


def _column_type(builder: Builder, one: Field) -> str | None:
    if one.type == "Unsupported":
        type_: str | None = one.raw
    elif one.type in builder.enums:
        type_ = _enum_type(builder, builder.enums[one.type])
    else:
        native = next((attribute for attribute in one.attributes if "." in attribute.name), None)
        if native is not None:
            sizes = [value.value.text for value in native.arguments if isinstance(value.value, Number | Word | Text)]
            type_ = native_type(builder.provider, native.name.partition(".")[2], sizes)
        else:
            type_ = scalar_type(builder.provider, one.type)
    return f"{type_}[]" if type_ is not None and one.is_list and builder.dialect == "postgres" else type_


def _enum_type(builder: Builder, enum: Block) -> str:
    if builder.dialect == "mysql":
        values = ", ".join("'" + enum_value(value).replace("'", "''") + "'" for value in enum.fields)
        return f"ENUM({values})"
    if builder.dialect == "postgres":
        schema, _, name = database_name(enum).rpartition(".")
        return f'"{schema}"."{name}"' if schema else f'"{name}"'
    return scalar_type(builder.provider, "String") or ""


def _default(builder: Builder, one: Field, value: Value) -> str | None:
    text = _default_sql(builder, one, value)
    return None if text is None else normal_default(text, builder.dialect)


def _default_sql(builder: Builder, one: Field, value: Value) -> str | None:  # noqa: PLR0911 - one answer a kind
    match value:
        case Call(name="now"):
            return "CURRENT_TIMESTAMP"
        case Call(name="dbgenerated"):
            return text_of(value.arguments[0].value) if value.arguments else None
        case Call(name=name):
            return None if name in _CLIENT_SIDE else name
        case Text(text):
            return _quoted(_bytes_text(builder, text) if one.type == "Bytes" else text)
        case Number(text):
            return text
        case Word(text):
            return _word_default(builder, one, text)
        case _:
            items = [_default_sql(builder, replace(one, is_list=False), item) or "" for item in items_of(value)]
            return f"ARRAY[{', '.join(items)}]"


def _word_default(builder: Builder, one: Field, text: str) -> str:
    if one.type in builder.enums:
        values = {value.name: enum_value(value) for value in builder.enums[one.type].fields}
        return _quoted(values.get(text, text))
    if builder.dialect == "tsql":
        return {"true": "1", "false": "0"}.get(text, text)
    return text


def _bytes_text(builder: Builder, text: str) -> str:
    try:
        raw = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text
    return f"\\x{raw.hex()}" if builder.dialect == "postgres" else raw.hex()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
