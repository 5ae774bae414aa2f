"""Prisma's schema as the tables that its engine would make.

Source of names and actions: the engine's own answers, with which the tests compare, and
https://www.prisma.io/docs/orm/prisma-schema/data-model/database-mapping.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.prisma.native import DIALECTS, native_type, scalar_type
from bot.checks.migrations.prisma.syntax import Argument, Attribute, Block, Call, Field, Number, Text, Value, Word
from bot.checks.migrations.sql.constraints import join_details
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table, qualified
from bot.checks.migrations.sql.types import normal_default, normal_type

# The longest name of a constraint, in bytes, by dialect. Source: the engine's answers.
_LONGEST = {"postgres": 63, "mysql": 64, "tsql": 128, "sqlite": 10_000}
_ACTIONS = {
    "Cascade": "CASCADE",
    "Restrict": "RESTRICT",
    "NoAction": "NO ACTION",
    "SetNull": "SET NULL",
    "SetDefault": "SET DEFAULT",
}
_CLIENT_SIDE = frozenset({"cuid", "uuid", "ulid", "nanoid", "auto"})


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A schema, and where each of its elements is declared: (table, member) to path and line.

    `unread` has the fields whose type is none that is known: (model, field), with the type, to path and line.
    """

    schema: Schema
    places: Mapping[tuple[str, str], tuple[str, int]]
    unread: Mapping[tuple[str, str, str], tuple[str, int]]


@dataclass(kw_only=True)
class _Builder:
    provider: str
    foreign_keys: bool
    models: dict[str, Block]
    enums: dict[str, Block]
    schema: Schema
    others: frozenset[str] = frozenset()
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    unread: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        return self.schema.dialect


def build(blocks: Sequence[Block], provider: str, *, foreign_keys: bool = True) -> Declared:
    """The tables of the models among the blocks.

    `foreign_keys` is False where the datasource says `relationMode = "prisma"`.
    """
    builder = _Builder(
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
        _add_relations(builder, model)
    _add_join_tables(builder)
    if builder.dialect == "postgres":
        _add_enums(builder)
    return Declared(schema=builder.schema, places=builder.places, unread=builder.unread)


def _add_enums(builder: _Builder) -> None:
    for enum in builder.enums.values():
        name = _database_name(enum)
        builder.schema.enums[name] = tuple(_enum_value(value) for value in enum.fields)
        builder.places[name, ""] = (enum.path, enum.line)
        for value in enum.fields:
            builder.places[name, _enum_value(value)] = (enum.path, value.line)


def _enum_value(value: Field) -> str:
    return _text(_argument(value.attribute("map"), "name")) or value.name


def _add_table(builder: _Builder, model: Block) -> None:
    table = Table(name=_database_name(model))
    builder.schema.tables[builder.schema.key(table.name)] = table
    builder.places[table.name, ""] = (model.path, model.line)
    for one in model.fields:
        if one.type in builder.models:
            continue
        column = _column(builder, one)
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


def _column(builder: _Builder, one: Field) -> Column | None:
    type_ = _column_type(builder, one)
    if type_ is None:
        return None
    default = one.attribute("default")
    value = _argument(default, "value")
    increments = isinstance(value, Call) and value.name in {"autoincrement", "sequence"}
    return Column(
        name=_column_name(one),
        type=normal_type(type_, builder.dialect),
        nullable=one.optional or one.is_list,
        default=None if increments or value is None else _default(builder, one, value),
        increments=increments,
    )


def _column_name(one: Field) -> str:
    return _text(_argument(one.attribute("map"), "name")) or one.name


def _column_type(builder: _Builder, one: Field) -> str | None:
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


def _enum_type(builder: _Builder, enum: Block) -> str:
    if builder.dialect == "mysql":
        values = ", ".join("'" + _enum_value(value).replace("'", "''") + "'" for value in enum.fields)
        return f"ENUM({values})"
    if builder.dialect == "postgres":
        schema, _, name = _database_name(enum).rpartition(".")
        return f'"{schema}"."{name}"' if schema else f'"{name}"'
    return scalar_type(builder.provider, "String") or ""


def _default(builder: _Builder, one: Field, value: Value) -> str | None:
    text = _default_sql(builder, one, value)
    return None if text is None else normal_default(text, builder.dialect)


def _default_sql(builder: _Builder, one: Field, value: Value) -> str | None:  # noqa: PLR0911 - one answer a kind
    match value:
        case Call(name="now"):
            return "CURRENT_TIMESTAMP"
        case Call(name="dbgenerated"):
            return _text(value.arguments[0].value) if value.arguments else None
        case Call(name=name):
            return None if name in _CLIENT_SIDE else name
        case Text(text):
            return _quoted(_bytes_text(builder, text) if one.type == "Bytes" else text)
        case Number(text):
            return text
        case Word(text):
            return _word_default(builder, one, text)
        case _:
            items = [_default_sql(builder, replace(one, is_list=False), item) or "" for item in _items(value)]
            return f"ARRAY[{', '.join(items)}]"


def _word_default(builder: _Builder, one: Field, text: str) -> str:
    if one.type in builder.enums:
        values = {value.name: _enum_value(value) for value in builder.enums[one.type].fields}
        return _quoted(values.get(text, text))
    if builder.dialect == "tsql":
        return {"true": "1", "false": "0"}.get(text, text)
    return text


def _bytes_text(builder: _Builder, text: str) -> str:
    try:
        raw = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text
    return f"\\x{raw.hex()}" if builder.dialect == "postgres" else raw.hex()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _add_primary_key(builder: _Builder, model: Block, table: Table) -> None:
    block = model.attribute("id")
    single = next((one for one in model.fields if one.attribute("id")), None)
    attribute = block or (single.attribute("id") if single is not None else None)
    if attribute is None:
        return
    columns = _columns_of(model, attribute.get("fields", 0)) if block else (_column_name(single),) if single else ()
    table.primary_key = columns
    default = f"{_bare(table.name)}_pkey"
    table.primary_key_name = _text(attribute.get("map")) or _cut(builder, _bare(table.name), "_pkey") or default
    builder.places[table.name, "primary key"] = (model.path, attribute.line)


def _indexes(builder: _Builder, model: Block, table: Table) -> Iterator[tuple[Index, int]]:
    for one in model.fields:
        attribute = one.attribute("unique")
        if attribute is not None:
            yield (
                _index(builder, table, attribute, (_column_name(one),), (_detail(attribute.arguments),)),
                attribute.line,
            )
    for attribute in model.attributes:
        if attribute.name in {"unique", "index", "fulltext"}:
            parts = attribute.get("fields", 0)
            details = [_detail(one.arguments if isinstance(one, Call) else ()) for one in _items(parts)]
            yield _index(builder, table, attribute, _columns_of(model, parts), details), attribute.line


def _items(value: Value | None) -> Sequence[Value]:
    """The elements of a list; one that stands alone is a list of one."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


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
    builder: _Builder, table: Table, attribute: Attribute, columns: tuple[str, ...], details: Sequence[str]
) -> Index:
    unique = attribute.name == "unique"
    kind = _argument(attribute, "type", None)
    method = kind.text.upper() if isinstance(kind, Word) else ""
    where = attribute.get("where")
    default = _cut(builder, "_".join((_bare(table.name), *columns)), "_key" if unique else "_idx")
    return Index(
        name=_text(attribute.get("map")) or default,
        columns=columns,
        details=join_details(details),
        unique=unique,
        method="FULLTEXT" if attribute.name == "fulltext" else method,
        where="given" if where is not None else "",
    )


def _columns_of(model: Block, value: Value | None) -> tuple[str, ...]:
    names = {one.name: _column_name(one) for one in model.fields}
    return tuple(names.get(name, name) for item in _items(value) if (name := _name(item)))


def _name(value: Value) -> str:
    match value:
        case Word(text) | Call(name=text):
            return text
        case _:
            return ""


def _add_relations(builder: _Builder, model: Block) -> None:
    if not builder.foreign_keys:
        return
    for one in model.fields:
        attribute = one.attribute("relation")
        target = builder.models.get(one.type)
        if attribute is None or target is None or attribute.get("fields") is None:
            continue
        table = builder.schema.tables[builder.schema.key(_database_name(model))]
        reference = _foreign_key(builder, model, target, table, attribute)
        table.foreign_keys[builder.schema.key(reference.name)] = reference
        builder.places[table.name, reference.name] = (model.path, one.line)


def _foreign_key(builder: _Builder, model: Block, target: Block, table: Table, attribute: Attribute) -> ForeignKey:
    columns = _columns_of(model, attribute.get("fields"))
    nullable = [
        table.columns[builder.schema.key(name)].nullable
        for name in columns
        if builder.schema.key(name) in table.columns
    ]
    required = not all(nullable)
    restrict = "NO ACTION" if builder.dialect == "tsql" else "RESTRICT"
    return ForeignKey(
        name=_text(attribute.get("map")) or _cut(builder, "_".join((_bare(table.name), *columns)), "_fkey"),
        columns=columns,
        to_table=_database_name(target),
        to_columns=_columns_of(target, attribute.get("references")),
        on_delete=_action(attribute, "onDelete") or (restrict if required else "SET NULL"),
        on_update=_action(attribute, "onUpdate") or "CASCADE",
    )


def _action(attribute: Attribute, name: str) -> str | None:
    value = attribute.get(name)
    return _ACTIONS.get(value.text) if isinstance(value, Word) else None


def _add_join_tables(builder: _Builder) -> None:
    seen: set[tuple[str, str, str]] = set()
    for model in builder.models.values():
        for one in model.fields:
            target = builder.models.get(one.type)
            if target is None or not one.is_list:
                continue
            relation = _relation_name(one)
            back = [other for other in target.fields if other.type == model.name and _relation_name(other) == relation
                    and not (target is model and other is one)]  # fmt: skip
            if not back or not back[0].is_list:
                continue
            first, second = sorted((model.name, target.name))
            if (first, second, relation) not in seen:
                seen.add((first, second, relation))
                _add_join_table(builder, builder.models[first], builder.models[second], relation, one)


def _relation_name(one: Field) -> str:
    attribute = one.attribute("relation")
    return _text(attribute.get("name", 0)) if attribute is not None else ""


def _add_join_table(builder: _Builder, first: Block, second: Block, relation: str, one: Field) -> None:
    bare = f"_{relation or f'{first.name}To{second.name}'}"
    schema = _schema_name(first)
    table = Table(name=qualified(schema, bare))
    for column, model in (("A", first), ("B", second)):
        other = builder.schema.tables[builder.schema.key(_database_name(model))]
        key = other.primary_key
        given = other.columns.get(builder.schema.key(key[0])) if key else None
        table.columns[builder.schema.key(column)] = Column(
            name=column, type=given.type if given else "", nullable=False
        )
        if builder.foreign_keys:
            name = _cut(builder, f"{bare}_{column}", "_fkey")
            table.foreign_keys[builder.schema.key(name)] = ForeignKey(
                name=name,
                columns=(column,),
                to_table=other.name,
                to_columns=key,
                on_delete="CASCADE",
                on_update="CASCADE",
            )
    _add_join_keys(builder, table, bare)
    builder.schema.tables[builder.schema.key(table.name)] = table
    builder.places[table.name, ""] = (first.path, one.line)


def _add_join_keys(builder: _Builder, table: Table, bare: str) -> None:
    """PostgreSQL's join tables have a primary key since Prisma 6; before, and elsewhere, a unique index."""
    if builder.provider in {"postgresql", "postgres"}:
        table.primary_key, table.primary_key_name = ("A", "B"), f"{bare}_AB_pkey"
    else:
        name = _cut(builder, f"{bare}_AB", "_unique")
        table.indexes[builder.schema.key(name)] = Index(name=name, columns=("A", "B"), unique=True)
    name = _cut(builder, f"{bare}_B", "_index")
    table.indexes[builder.schema.key(name)] = Index(name=name, columns=("B",))


def _database_name(block: Block) -> str:
    return qualified(_schema_name(block), _text(_argument(block.attribute("map"), "name")) or block.name)


def _schema_name(block: Block) -> str:
    return _text(_argument(block.attribute("schema"), "name"))


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _cut(builder: _Builder, start: str, ending: str) -> str:
    """A name for a constraint, cut where the database would: at a whole character."""
    room = _LONGEST[builder.dialect] - len(ending)
    raw = start.encode()[:room]
    return raw.decode("utf-8", "ignore") + ending


def _argument(attribute: Attribute | None, name: str, position: int | None = 0) -> Value | None:
    return attribute.get(name, position) if attribute is not None else None


def _text(value: Value | None) -> str:
    return value.text if isinstance(value, Text) else ""
