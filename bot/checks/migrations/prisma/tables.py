"""Prisma's schema as the tables that its engine would make.

Source of names and actions: the engine's own answers, with which the tests compare, and
https://www.prisma.io/docs/orm/prisma-schema/data-model/database-mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.prisma.columns import read_column
from bot.checks.migrations.prisma.names import (
    Builder,
    argument,
    bare_name,
    column_name,
    columns_of,
    cut_name,
    database_name,
    enum_value,
    items_of,
    text_of,
)
from bot.checks.migrations.prisma.native import DIALECTS
from bot.checks.migrations.prisma.relations import add_join_tables, add_relations
from bot.checks.migrations.prisma.syntax import Argument, Attribute, Block, Call, Number, Text, Word
from bot.checks.migrations.sql.constraints import join_details
from bot.checks.migrations.sql.schema import Index, Schema, Table


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A schema, and where each of its elements is declared: (table, member) to path and line.

    `unread` has the fields whose type is none that is known: (model, field), with the type, to path and line.
    """

    schema: Schema
    places: Mapping[tuple[str, str], tuple[str, int]]
    unread: Mapping[tuple[str, str, str], tuple[str, int]]


def build(blocks: Sequence[Block], provider: str, *, foreign_keys: bool = True) -> Declared:
    """The tables of the models among the blocks.

    `foreign_keys` is False where the datasource says `relationMode = "prisma"`.
    """
    builder = Builder(
        provider=provider,
        foreign_keys=foreign_keys,
        models={block.name: block for block in blocks if block.kind == "model"},
        enums={block.name: block for block in blocks if block.kind == "enum"},
        schema=Schema(dialect=DIALECTS[provider]),
        # Views, and types of documents, make no columns.
        others=frozenset(block.name for block in blocks if block.kind in {"view", "type"}),
    )
    for model in builder.models.values():
        _add_table(builder, model)
    for model in builder.models.values():
        add_relations(builder, model)
    add_join_tables(builder)
    if builder.dialect == "postgres":
        _add_enums(builder)
    return Declared(schema=builder.schema, places=builder.places, unread=builder.unread)


def _add_enums(builder: Builder) -> None:
    for enum in builder.enums.values():
        name = database_name(enum)
        builder.schema.enums[name] = tuple(enum_value(value) for value in enum.fields)
        builder.places[name, ""] = (enum.path, enum.line)
        for value in enum.fields:
            builder.places[name, enum_value(value)] = (enum.path, value.line)


def _add_table(builder: Builder, model: Block) -> None:
    table = Table(name=database_name(model))
    builder.schema.tables[builder.schema.key(table.name)] = table
    builder.places[table.name, ""] = (model.path, model.line)
    for one in model.fields:
        if one.type in builder.models:
            continue
        column = read_column(builder, one)
        if column is None:
            if one.type not in builder.others:
                builder.unread[model.name, one.name, one.type] = (model.path, one.line)
            continue
        table.columns[builder.schema.key(column.name)] = column
        builder.places[table.name, column.name] = (model.path, one.line)
    _add_primary_key(builder, model, table)
    for index, line in _indexes(builder, model, table):
        table.indexes[builder.schema.key(index.name)] = index
        builder.places[table.name, index.name] = (model.path, line)


def _add_primary_key(builder: Builder, model: Block, table: Table) -> None:
    block = model.attribute("id")
    single = next((one for one in model.fields if one.attribute("id")), None)
    attribute = block or (single.attribute("id") if single is not None else None)
    if attribute is None:
        return
    columns = columns_of(model, attribute.get("fields", 0)) if block else (column_name(single),) if single else ()
    table.primary_key = columns
    default = f"{bare_name(table.name)}_pkey"
    table.primary_key_name = (
        text_of(attribute.get("map")) or cut_name(builder, bare_name(table.name), "_pkey") or default
    )
    builder.places[table.name, "primary key"] = (model.path, attribute.line)


def _indexes(builder: Builder, model: Block, table: Table) -> Iterator[tuple[Index, int]]:
    for one in model.fields:
        attribute = one.attribute("unique")
        if attribute is not None:
            yield (
                _index(builder, table, attribute, (column_name(one),), (_detail(attribute.arguments),)),
                attribute.line,
            )
    for attribute in model.attributes:
        if attribute.name in {"unique", "index", "fulltext"}:
            parts = attribute.get("fields", 0)
            details = [_detail(one.arguments if isinstance(one, Call) else ()) for one in items_of(parts)]
            yield _index(builder, table, attribute, columns_of(model, parts), details), attribute.line


def _detail(arguments: Sequence[Argument]) -> str:
    """What is said of an index's part: operator class, length, order."""
    given = {one.name: one.value for one in arguments}
    words = []
    match given.get("length"):
        case Number(text):
            words.append(f"({text})")
    match given.get("ops"):
        case Word(text):
            words.append(re.sub(r"(?<!^)(?=[A-Z])", "_", text).lower())
        case Call(name="raw", arguments=(Argument(value=Text(text)),)):
            words.append(text.lower())
    if given.get("sort") == Word("Desc"):
        words.append("DESC")
    return " ".join(words)


def _index(
    builder: Builder, table: Table, attribute: Attribute, columns: tuple[str, ...], details: Sequence[str]
) -> Index:
    unique = attribute.name == "unique"
    kind = argument(attribute, "type", None)
    method = kind.text.upper() if isinstance(kind, Word) else ""
    where = attribute.get("where")
    default = cut_name(builder, "_".join((bare_name(table.name), *columns)), "_key" if unique else "_idx")
    return Index(
        name=text_of(attribute.get("map")) or default,
        columns=columns,
        details=join_details(details),
        unique=unique,
        method="FULLTEXT" if attribute.name == "fulltext" else method,
        where="given" if where is not None else "",
    )
