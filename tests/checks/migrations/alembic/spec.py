"""A schema as plain data, made at random, and what a change may do to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

# By a name of its own: SQLAlchemy's expression, and the Python type that an annotation gives.
TYPES: dict[str, tuple[str, str]] = {
    "integer": ("sa.Integer()", "int"),
    "integer class": ("sa.Integer", "int"),
    "big": ("sa.BigInteger()", "int"),
    "small": ("sa.SmallInteger()", "int"),
    "text": ("sa.Text()", "str"),
    "string": ("sa.String()", "str"),
    "string 40": ("sa.String(40)", "str"),
    "string 80": ("sa.String(length=80)", "str"),
    "unicode 30": ("sa.Unicode(30)", "str"),
    "boolean": ("sa.Boolean()", "bool"),
    "float": ("sa.Float()", "float"),
    "numeric": ("sa.Numeric()", "decimal.Decimal"),
    "numeric 10 2": ("sa.Numeric(10, 2)", "decimal.Decimal"),
    "numeric 12 4": ("sa.Numeric(precision=12, scale=4)", "decimal.Decimal"),
    "date": ("sa.Date()", "datetime.date"),
    "datetime": ("sa.DateTime()", "datetime.datetime"),
    "aware": ("sa.DateTime(timezone=True)", "datetime.datetime"),
    "time": ("sa.Time()", "datetime.time"),
    "interval": ("sa.Interval()", "datetime.timedelta"),
    "binary": ("sa.LargeBinary()", "bytes"),
    "json": ("sa.JSON()", "dict"),
    "uuid": ("sa.Uuid()", "uuid.UUID"),
    "colour": ("sa.Enum(Colour)", "Colour"),
    "size": ('sa.Enum("s", "m", "xl", name="size")', "str"),
    "decorated": ("Tagged()", "str"),
}
# What `Mapped[...]` and SQLModel make of a Python type with no type given.
INFERRED = frozenset(
    {"integer", "string", "boolean", "numeric", "date", "time", "interval", "binary", "uuid", "colour"}
)
FIELD_TYPES = frozenset({*INFERRED, "string 40", "float", "numeric 10 2"})
NAMES = ("name", "title", "amount", "state", "note", "email", "code", "rank", "due", "flag", "price", "weight", "zone")
TABLES = ("book", "author", "order_item", "shelf", "invoice", "tag")


@dataclass(frozen=True)
class ColumnSpec:
    """A column, and `form`: which of the ways to write it is taken."""

    name: str
    type: str = "integer"
    nullable: bool = True
    unique: bool = False
    index: bool = False
    key: bool = False
    target: str | None = None
    ondelete: str | None = None
    default: bool = False
    server_default: bool = False
    form: int = 0


@dataclass(frozen=True)
class TableSpec:
    """A table: its columns, named and unnamed unique constraints, and indexes as (name, columns, unique)."""

    name: str
    columns: tuple[ColumnSpec, ...]
    uniques: tuple[tuple[str | None, tuple[str, ...]], ...] = ()
    indexes: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    mixin: bool = False
    check: bool = False
    method: bool = False
    doc: bool = False

    def column(self, name: str) -> ColumnSpec | None:
        return next((one for one in self.columns if one.name == name), None)


@dataclass(frozen=True)
class SchemaSpec:
    """All tables, how they are written, and what all share."""

    tables: tuple[TableSpec, ...]
    style: str = "mapped"
    convention: bool = False
    split: bool = False


STYLES = ("mapped", "classic", "flask", "sqlmodel", "core", "dataclass")


def make_column(chance: random.Random, name: str, style: str) -> ColumnSpec:
    kinds = sorted(FIELD_TYPES) if style == "sqlmodel" else sorted(TYPES)
    kind = chance.choice(kinds)
    return ColumnSpec(
        name,
        kind,
        nullable=chance.random() < 0.6,
        unique=chance.random() < 0.12,
        index=chance.random() < 0.2,
        default=chance.random() < 0.2,
        form=chance.randrange(8),
    )


def make_table(chance: random.Random, name: str, others: list[TableSpec], style: str) -> TableSpec:
    names = chance.sample(NAMES, chance.randint(1, 5))
    columns = [ColumnSpec("id", "integer", nullable=False, key=True, form=chance.randrange(8))]
    columns += [make_column(chance, one, style) for one in names]
    if others and chance.random() < 0.6:
        target = chance.choice(others).name
        ondelete = chance.choice([None, "CASCADE", "RESTRICT"])
        columns.append(
            ColumnSpec(
                f"{target}_id", "integer", nullable=True, target=target, ondelete=ondelete, form=chance.randrange(8)
            )
        )
    table = TableSpec(name, tuple(columns), mixin=chance.random() < 0.3)
    if len(names) > 1 and chance.random() < 0.3:
        table = add_unique(chance, table)
    if len(names) > 1 and chance.random() < 0.3:
        table = add_index(chance, table)
    return table


def add_unique(chance: random.Random, table: TableSpec) -> TableSpec:
    names = tuple(chance.sample([one.name for one in table.columns if not one.key], 2))
    name = chance.choice([None, f"uq_{table.name}_{'_'.join(names)}"])
    return replace(table, uniques=(*table.uniques, (name, names)))


def add_index(chance: random.Random, table: TableSpec) -> TableSpec:
    names = tuple(chance.sample([one.name for one in table.columns if not one.key], chance.randint(1, 2)))
    index = (f"idx_{table.name}_{'_'.join(names)}", names, chance.random() < 0.3)
    return replace(table, indexes=(*table.indexes, index))


def make_schema(chance: random.Random, style: str) -> SchemaSpec:
    tables: list[TableSpec] = []
    for name in chance.sample(TABLES, chance.randint(1, 4)):
        tables.append(make_table(chance, name, tables, style))
    return SchemaSpec(
        tuple(tables),
        style,
        convention=chance.random() < 0.4,
        split=chance.random() < 0.5,
    )


# What a change does. Each takes a table and gives it back changed, or None where it cannot.

Edit = Callable[[random.Random, TableSpec, SchemaSpec], "TableSpec | None"]


def _plain(table: TableSpec) -> list[ColumnSpec]:
    return [one for one in table.columns if not one.key and one.target is None]


def _with(table: TableSpec, old: ColumnSpec, new: ColumnSpec) -> TableSpec:
    return replace(table, columns=tuple(new if one is old else one for one in table.columns))


def _on_column(change: Callable[[random.Random, ColumnSpec, SchemaSpec], ColumnSpec]) -> Edit:
    def edit(chance: random.Random, table: TableSpec, schema: SchemaSpec) -> TableSpec | None:
        columns = _plain(table)
        if not columns:
            return None
        old = chance.choice(columns)
        return _with(table, old, change(chance, old, schema))

    return edit


def _add_column(chance: random.Random, table: TableSpec, schema: SchemaSpec) -> TableSpec | None:
    free = [name for name in NAMES if table.column(name) is None]
    column = replace(make_column(chance, chance.choice(free), schema.style), nullable=chance.random() < 0.8)
    return replace(table, columns=(*table.columns, column))


def _without(table: TableSpec, name: str) -> TableSpec:
    return replace(
        table,
        columns=tuple(one for one in table.columns if one.name != name),
        uniques=tuple(one for one in table.uniques if name not in one[1]),
        indexes=tuple(one for one in table.indexes if name not in one[1]),
    )


def _drop_column(chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    columns = _plain(table)
    return _without(table, chance.choice(columns).name) if len(columns) > 1 else None


def _rename_column(chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    columns = _plain(table)
    free = [name for name in NAMES if table.column(name) is None]
    if not columns:
        return None
    old = chance.choice(columns)
    return replace(
        _without(table, old.name),
        columns=tuple(replace(one, name=free[0]) if one is old else one for one in table.columns),
    )


def _retype(chance: random.Random, one: ColumnSpec, schema: SchemaSpec) -> ColumnSpec:
    kinds = sorted(FIELD_TYPES) if schema.style == "sqlmodel" else sorted(TYPES)
    return replace(one, type=chance.choice(kinds))


def _resize(_chance: random.Random, one: ColumnSpec, schema: SchemaSpec) -> ColumnSpec:
    pairs = {
        "string 40": "string 80",
        "string 80": "string 40",
        "numeric 10 2": "numeric 12 4",
        "numeric 12 4": "numeric 10 2",
    }
    kind = pairs.get(one.type, "string 40")
    return replace(one, type=kind if kind in FIELD_TYPES or schema.style != "sqlmodel" else "string 40")


def _toggle_key(chance: random.Random, table: TableSpec, schema: SchemaSpec) -> TableSpec | None:
    keys = [one for one in table.columns if one.target is not None]
    if keys:
        old = chance.choice(keys)
        other = chance.choice([one for one in (None, "CASCADE", "RESTRICT") if one != old.ondelete])
        return _with(table, old, replace(old, ondelete=other))
    others = [one.name for one in schema.tables if one.name != table.name]
    if not others or table.column(f"{others[0]}_id") is not None:
        return None
    return replace(table, columns=(*table.columns, ColumnSpec(f"{others[0]}_id", "integer", target=others[0])))


def _drop_key(_chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    keys = [one for one in table.columns if one.target is not None]
    return _with(table, keys[0], replace(keys[0], target=None, ondelete=None)) if keys else None


def _unique(chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    if table.uniques and chance.random() < 0.5:
        return replace(table, uniques=table.uniques[1:])
    return add_unique(chance, table) if len(_plain(table)) > 1 else None


def _index(chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    if table.indexes and chance.random() < 0.5:
        (name, columns, unique), *rest = table.indexes
        changed = (name, columns, not unique) if chance.random() < 0.5 else None
        return replace(table, indexes=(*([changed] if changed else []), *rest))
    made = add_index(chance, table) if len(_plain(table)) > 1 else None
    return made if made is not None and len({one[0] for one in made.indexes}) == len(made.indexes) else None


SCHEMA_EDITS: dict[str, Edit] = {
    "add column": _add_column,
    "drop column": _drop_column,
    "rename column": _rename_column,
    "nullable": _on_column(lambda _, one, __: replace(one, nullable=not one.nullable)),
    "type": _on_column(_retype),
    "size": _on_column(_resize),
    "unique flag": _on_column(lambda _, one, __: replace(one, unique=not one.unique)),
    "index flag": _on_column(lambda _, one, __: replace(one, index=not one.index)),
    "unique constraint": _unique,
    "index": _index,
    "foreign key": _toggle_key,
    "drop foreign key": _drop_key,
}


def _reorder(chance: random.Random, table: TableSpec, _schema: SchemaSpec) -> TableSpec | None:
    columns = list(table.columns)
    chance.shuffle(columns)
    return replace(table, columns=tuple(columns))


HARMLESS_EDITS: dict[str, Edit] = {
    "default": _on_column(lambda _, one, __: replace(one, default=not one.default)),
    "server default": _on_column(lambda _, one, __: replace(one, server_default=not one.server_default)),
    "another form": _on_column(lambda chance, one, _: replace(one, form=chance.randrange(8))),
    "order": _reorder,
    "check": lambda _, table, __: replace(table, check=not table.check),
    "method": lambda _, table, __: replace(table, method=not table.method),
    "docstring": lambda _, table, __: replace(table, doc=not table.doc),
    "mixin": lambda _, table, __: replace(table, mixin=not table.mixin),
}


def change_schema(chance: random.Random, schema: SchemaSpec) -> tuple[SchemaSpec, list[str]]:
    """Change a schema in two to four ways; one in five of the changes is harmless alone."""
    kinds: list[str] = []
    harmless = chance.random() < 0.2
    for _ in range(chance.randint(2, 4)):
        roll = chance.random()
        if not harmless and roll < 0.12:
            schema, kind = _change_tables(chance, schema)
            kinds.append(kind)
            continue
        edits = HARMLESS_EDITS if harmless or roll < 0.3 else SCHEMA_EDITS
        kind = chance.choice(sorted(edits))
        position = chance.randrange(len(schema.tables))
        changed = edits[kind](chance, schema.tables[position], schema)
        if changed is not None and changed != schema.tables[position]:
            tables = list(schema.tables)
            tables[position] = changed
            schema = replace(schema, tables=tuple(tables))
            kinds.append(kind)
    return schema, kinds


def _change_tables(chance: random.Random, schema: SchemaSpec) -> tuple[SchemaSpec, str]:
    used = {one.name for one in schema.tables}
    targets = {column.target for one in schema.tables for column in one.columns}
    removable = [one for one in schema.tables if one.name not in targets]
    if len(schema.tables) > 1 and removable and chance.random() < 0.4:
        gone = chance.choice(removable)
        return replace(schema, tables=tuple(one for one in schema.tables if one is not gone)), "drop table"
    name = chance.choice([one for one in TABLES if one not in used])
    return replace(
        schema, tables=(*schema.tables, make_table(chance, name, list(schema.tables), schema.style))
    ), "add table"
