"""Relations of Prisma as foreign keys and join tables, with the actions that its engine takes where none is given."""

from __future__ import annotations

from bot.checks.migrations.prisma.names import (
    Builder,
    bare_name,
    columns_of,
    cut_name,
    database_name,
    schema_name,
    text_of,
)
from bot.checks.migrations.prisma.syntax import Attribute, Block, Field, Word
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Table, qualified

_ACTIONS = {
    "Cascade": "CASCADE",
    "Restrict": "RESTRICT",
    "NoAction": "NO ACTION",
    "SetNull": "SET NULL",
    "SetDefault": "SET DEFAULT",
}


def add_relations(builder: Builder, model: Block) -> None:
    """Add the foreign keys of a model's relations."""
    if not builder.foreign_keys:
        return
    for one in model.fields:
        attribute = one.attribute("relation")
        target = builder.models.get(one.type)
        if attribute is None or target is None or attribute.get("fields") is None:
            continue
        table = builder.schema.tables[builder.schema.key(database_name(model))]
        reference = _foreign_key(builder, model, target, table, attribute)
        table.foreign_keys[builder.schema.key(reference.name)] = reference
        builder.places[table.name, reference.name] = (model.path, one.line)


def _foreign_key(builder: Builder, model: Block, target: Block, table: Table, attribute: Attribute) -> ForeignKey:
    columns = columns_of(model, attribute.get("fields"))
    nullable = [
        table.columns[builder.schema.key(name)].nullable
        for name in columns
        if builder.schema.key(name) in table.columns
    ]
    required = not all(nullable)
    restrict = "NO ACTION" if builder.dialect == "tsql" else "RESTRICT"
    return ForeignKey(
        name=text_of(attribute.get("map")) or cut_name(builder, "_".join((bare_name(table.name), *columns)), "_fkey"),
        columns=columns,
        to_table=database_name(target),
        to_columns=columns_of(target, attribute.get("references")),
        on_delete=_action(attribute, "onDelete") or (restrict if required else "SET NULL"),
        on_update=_action(attribute, "onUpdate") or "CASCADE",
    )


def _action(attribute: Attribute, name: str) -> str | None:
    value = attribute.get(name)
    return _ACTIONS.get(value.text) if isinstance(value, Word) else None


def add_join_tables(builder: Builder) -> None:
    """Add the tables of relations that are lists on both sides."""
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
    return text_of(attribute.get("name", 0)) if attribute is not None else ""


def _add_join_table(builder: Builder, first: Block, second: Block, relation: str, one: Field) -> None:
    bare = f"_{relation or f'{first.name}To{second.name}'}"
    schema = schema_name(first)
    table = Table(name=qualified(schema, bare))
    for column, model in (("A", first), ("B", second)):
        other = builder.schema.tables[builder.schema.key(database_name(model))]
        key = other.primary_key
        given = other.columns.get(builder.schema.key(key[0])) if key else None
        table.columns[builder.schema.key(column)] = Column(
            name=column, type=given.type if given else "", nullable=False
        )
        if builder.foreign_keys:
            name = cut_name(builder, f"{bare}_{column}", "_fkey")
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


def _add_join_keys(builder: Builder, table: Table, bare: str) -> None:
    """PostgreSQL's join tables have a primary key since Prisma 6; before, and elsewhere, a unique index."""
    if builder.provider in {"postgresql", "postgres"}:
        table.primary_key, table.primary_key_name = ("A", "B"), f"{bare}_AB_pkey"
    else:
        name = cut_name(builder, f"{bare}_AB", "_unique")
        table.indexes[builder.schema.key(name)] = Index(name=name, columns=("A", "B"), unique=True)
    name = cut_name(builder, f"{bare}_B", "_index")
    table.indexes[builder.schema.key(name)] = Index(name=name, columns=("B",))
