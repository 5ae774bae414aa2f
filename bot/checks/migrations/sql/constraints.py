"""Keys and indexes in statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.sql.schema import ForeignKey, Index, Schema, Table, qualified

if TYPE_CHECKING:
    from sqlglot import exp


def read_index(node: exp.Expr, *, unique: bool, dialect: str) -> Index:
    """The index that a `CREATE INDEX` describes."""
    params = node.args.get("params")
    parts = params.args.get("columns") or () if params is not None else ()
    using = params.args.get("using") if params is not None else None
    where = params.args.get("where") if params is not None else None
    return Index(
        name=node.name,
        columns=tuple(_part(part, dialect) for part in parts),
        details=join_details(_detail(part) for part in parts),
        unique=unique,
        method=using.name.upper() if using is not None else "",
        where=where.this.sql(dialect) if where is not None else "",
    )


def _part(node: exp.Expr, dialect: str) -> str:
    from sqlglot import exp

    inner = node
    while isinstance(inner, exp.Ordered | exp.Opclass | exp.Collate | exp.ColumnPrefix):
        inner = inner.this
    return inner.name if isinstance(inner, exp.Column | exp.Identifier) else inner.sql(dialect)


def _detail(node: exp.Expr) -> str:
    from sqlglot import exp

    words = []
    inner = node
    while isinstance(inner, exp.Ordered | exp.Opclass | exp.ColumnPrefix):
        if isinstance(inner, exp.Opclass):
            words.append(inner.args["expression"].name.lower())
        elif isinstance(inner, exp.ColumnPrefix):
            words.append(f"({inner.args['expression'].name})")
        elif inner.args.get("desc"):
            words.append("DESC")
        inner = inner.this
    return " ".join(reversed(words))


def join_details(details: Iterable[str]) -> tuple[str, ...]:
    """Details of an index's parts; empty where there is none of any."""
    given = tuple(details)
    return given if any(given) else ()


def add_constraint(  # noqa: C901 - one answer a kind
    schema: Schema, table: Table, node: exp.Expr, name: str = ""
) -> bool:
    """Add a constraint of a table; whether it was understood."""
    from sqlglot import exp

    match node:
        case exp.Constraint():
            return all(add_constraint(schema, table, one, node.name) for one in node.expressions)
        case exp.PrimaryKey():
            table.primary_key = tuple(_names(node.expressions))
            table.primary_key_name = name
            for one in table.primary_key:
                column = table.columns.get(schema.key(one))
                if column is not None:
                    table.columns[schema.key(one)] = replace(column, nullable=False)
        case exp.ForeignKey():
            _add_reference(schema, table, name, tuple(_names(node.expressions)), node.args.get("reference"))
        case exp.UniqueColumnConstraint():
            inner = node.this
            parts = inner.expressions if inner is not None else ()
            _add_unique(schema, table, (inner.name if inner is not None else "") or name, tuple(_names(parts)))
        case exp.IndexColumnConstraint():
            columns = tuple(_names(node.expressions))
            add_index(schema, table, Index(name=node.name or "_".join(columns), columns=columns))
        case exp.CheckColumnConstraint() | exp.ExcludeColumnConstraint():
            if name:
                table.checks[schema.key(name)] = node.sql(schema.dialect)
        case exp.CharacterSetColumnConstraint():
            pass
        case _:
            return False
    return True


def add_column_constraint(schema: Schema, table: Table, column: str, node: exp.Expr) -> bool:
    """Add the key or index that a column's own definition brings."""
    from sqlglot import exp

    match node.args.get("kind"):
        case exp.PrimaryKeyColumnConstraint():
            table.primary_key, table.primary_key_name = (column,), node.name
        case exp.UniqueColumnConstraint():
            _add_unique(schema, table, node.name or f"{table.name}_{column}_key", (column,))
        case exp.Reference():
            _add_reference(schema, table, node.name, (column,), node.args.get("kind"))
        case exp.CheckColumnConstraint() as check:
            table.checks[f".{schema.key(column)}"] = check.sql(schema.dialect)
        case exp.CommentColumnConstraint() as comment:
            table.comments[schema.key(column)] = comment.this.name
    return True


def _add_unique(schema: Schema, table: Table, name: str, columns: tuple[str, ...]) -> None:
    add_index(schema, table, Index(name=name or f"{table.name}_{'_'.join(columns)}_key", columns=columns, unique=True))


def add_index(schema: Schema, table: Table, index: Index) -> None:
    """Give a table an index."""
    if table.indexes.get(schema.key(index.name), index) != index:
        schema.clashes.append(f"index {index.name} of {table.name} is made while another of the name is there")
    table.indexes[schema.key(index.name)] = index


def _add_reference(schema: Schema, table: Table, name: str, columns: tuple[str, ...], node: exp.Expr | None) -> None:
    from sqlglot import exp

    if node is None:
        return
    target = node.this
    to_columns = tuple(_names(target.expressions)) if isinstance(target, exp.Schema) else ()
    place = target.this if isinstance(target, exp.Schema) else target
    actions = dict(_actions(node.args.get("options") or ()))
    name = name or f"{table.name}_{'_'.join(columns)}_fkey"
    reference = ForeignKey(
        name=name,
        columns=columns,
        to_table=qualified(place.db, place.name),
        to_columns=to_columns,
        on_delete=actions.get("DELETE", "NO ACTION"),
        on_update=actions.get("UPDATE", "NO ACTION"),
    )
    if table.foreign_keys.get(schema.key(name), reference) != reference:
        schema.clashes.append(f"foreign key {name} of {table.name} is made while another of the name is there")
    table.foreign_keys[schema.key(name)] = reference


def _actions(options: Sequence[object]) -> Iterator[tuple[str, str]]:
    for option in options:
        words = str(option).upper().split()
        if words[:1] == ["ON"] and len(words) > 2:  # noqa: PLR2004 - ON, what, and the action
            yield words[1], " ".join(words[2:])


def drop_constraint(schema: Schema, table: Table, name: str, kind: str) -> None:
    """Take a constraint or an index of a table away, by its name."""
    key = schema.key(name)
    if kind in {"CONSTRAINT", "PRIMARY KEY"} and key == schema.key(table.primary_key_name or f"{table.name}_pkey"):
        table.primary_key, table.primary_key_name = (), ""
    table.foreign_keys.pop(key, None)
    table.checks.pop(key, None)
    if kind != "FOREIGN KEY":
        table.indexes.pop(key, None)


def rename_index(schema: Schema, old: str, new: str) -> bool:
    """Give an index another name."""
    found = schema.table_of_index(old)
    if found is not None:
        table, key = found
        table.indexes[schema.key(new)] = replace(table.indexes.pop(key), name=new)
    for table in schema.tables.values():
        if table.primary_key_name and schema.key(table.primary_key_name) == schema.key(old):
            table.primary_key_name = new
    return True


def _names(nodes: Iterable[exp.Expr]) -> Iterator[str]:
    from sqlglot import exp

    for node in nodes:
        inner = node
        while isinstance(inner, exp.Ordered | exp.ColumnPrefix):
            inner = inner.this
        yield inner.name
