"""What the methods of the query interface do to a schema.

Source: https://sequelize.org/api/v6/class/src/dialects/abstract/query-interface.js~queryinterface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.checks.migrations.script.values import (
    Array,
    Constant,
    Entry,
    Object,
    Text,
    Value,
)
from bot.checks.migrations.sequelize.options import (
    action_of,
    default_of,
    entries_of,
    is_true,
    reference_of,
    table_of,
    texts_of,
)
from bot.checks.migrations.sequelize.state import State
from bot.checks.migrations.sequelize.types import enum_values, read_type
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Table

# The type of a column that a migration names, and that none makes.
UNKNOWN = ""


def _create_table(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    body = arguments[1] if len(arguments) > 1 else None
    if name is None:
        return False
    key = state.schema.key(name)
    # Sequelize writes CREATE TABLE IF NOT EXISTS.
    if key in state.schema.tables and key not in state.partial:
        return True
    table = Table(name=name)
    state.schema.tables[key] = table
    state.partial.discard(key)
    state.touch(name)
    entries = body.entries if isinstance(body, Object) else ()
    whole = isinstance(body, Object) and all(entry.key for entry in entries)
    for entry in entries:
        if entry.key:
            _define(state, table, entry)
    if not whole:
        state.partial.add(key)
    keys = entries_of(entries_of(arguments[2] if len(arguments) > 2 else None).get("uniqueKeys"))  # noqa: PLR2004
    for label, unique in keys.items():
        columns = texts_of(entries_of(unique).get("fields"))
        if columns is not None:
            table.indexes[state.schema.key(label)] = Index(name=label, columns=columns, unique=True)
    return whole


def _define(state: State, table: Table, entry: Entry) -> None:
    """Give a table the column that an attribute describes."""
    options = entries_of(entry.value)
    if "type" not in options:
        options = {"type": entry.value} if not isinstance(entry.value, Object) else options
    field_name = options.get("field")
    name = field_name.text if isinstance(field_name, Text) else entry.key
    inner = entry.value.entries if isinstance(entry.value, Object) else ()
    primary, increments = is_true(options.get("primaryKey")), is_true(options.get("autoIncrement"))
    column = Column(
        name=name,
        type=read_type(options.get("type"), inner) or UNKNOWN,
        nullable=not primary and options.get("allowNull") != Constant("false"),
        default=default_of(options.get("defaultValue")),
        increments=increments,
    )
    key = state.schema.key(name)
    table.columns[key] = replace(column, type=_named_enum(state, table, name, column.type))
    state.touch(table.name, name)
    if primary and name not in table.primary_key:
        table.primary_key = (*table.primary_key, name)
    _add_unique(state, table, name, options.get("unique"))
    target = reference_of(options)
    if target is not None:
        reference = ForeignKey(
            name=f"{table.name}_{name}_fkey",
            columns=(name,),
            to_table=target[0],
            to_columns=(target[1],) if target[1] else (),
            on_delete=action_of(options, "onDelete"),
            on_update=action_of(options, "onUpdate"),
        )
        table.foreign_keys[state.schema.key(reference.name)] = reference


def _named_enum(state: State, table: Table, column: str, kind: str) -> str:
    """In PostgreSQL an enumeration is a type with a name, which SQL may change by that name."""
    bare = kind.removesuffix("[]")
    values = enum_values(bare)
    if state.schema.dialect != "postgres" or values is None:
        return kind
    name = f"enum_{table.name}_{column}"
    state.schema.enums[name] = values
    return f'"{name}"{kind.removeprefix(bare)}'


def _add_unique(state: State, table: Table, column: str, value: Value | None) -> None:
    """A column that is unique: alone, or with the others that give the same name."""
    named = value if isinstance(value, Text) else entries_of(value).get("name")
    if isinstance(named, Text):
        key = state.schema.key(named.text)
        had = table.indexes.get(key)
        columns = (*had.columns, column) if had is not None and column not in had.columns else (column,)
        table.indexes[key] = Index(name=named.text, columns=columns, unique=True)
    elif is_true(value):
        name = f"{table.name}_{column}_key"
        table.indexes[state.schema.key(name)] = Index(name=name, columns=(column,), unique=True)


def _add_column(state: State, arguments: Sequence[Value]) -> bool:
    table, column = table_and_column(arguments)
    if table is None or column is None or len(arguments) < 3:  # noqa: PLR2004 - table, column, attribute
        return False
    _define(state, state.table(table), Entry(column, arguments[2], 0))
    return True


def _change_column(state: State, arguments: Sequence[Value]) -> bool:
    name, column = table_and_column(arguments)
    if name is None or column is None or len(arguments) < 3:  # noqa: PLR2004 - table, column, attribute
        return False
    table = state.table(name)
    key = state.schema.key(column)
    before = table.columns.get(key)
    _define(state, table, Entry(column, arguments[2], 0))
    after = table.columns[key]
    given = entries_of(arguments[2])
    if before is None:
        return True
    if not after.type:
        after = replace(after, type=before.type if "type" not in given and given else "")
    if column in table.primary_key:
        after = replace(after, nullable=False)
    if state.schema.dialect == "sqlite":
        after = replace(
            after,
            nullable=after.nullable if "allowNull" in given else before.nullable,
            default=after.default if "defaultValue" in given else before.default,
        )
    table.columns[key] = replace(after, increments=after.increments or before.increments)
    return True


def _remove_column(state: State, arguments: Sequence[Value]) -> bool:
    table, column = table_and_column(arguments)
    if table is None or column is None:
        return False
    drop_column(state.schema, state.table(table), column)
    state.dropped.add((state.schema.key(table), state.schema.key(column)))
    state.touch(table, column)
    return True


def table_and_column(arguments: Sequence[Value]) -> tuple[str | None, str | None]:
    """The table and the column that a call names first; None for what cannot be told."""
    table = table_of(arguments[0] if arguments else None)
    column = arguments[1] if len(arguments) > 1 else None
    return table, column.text if isinstance(column, Text) else None


def _rename_column(state: State, arguments: Sequence[Value]) -> bool:
    table, old = table_and_column(arguments)
    new = arguments[2] if len(arguments) > 2 else None  # noqa: PLR2004 - table, old, new
    if table is None or old is None or not isinstance(new, Text):
        return False
    had = state.table(table)
    if state.schema.key(old) not in had.columns:
        had.columns[state.schema.key(new.text)] = Column(name=new.text, type=UNKNOWN)
    rename_column(state.schema, had, old, new.text)
    state.dropped.add((state.schema.key(table), state.schema.key(old)))
    state.touch(table, old, new.text)
    return True


def _rename_table(state: State, arguments: Sequence[Value]) -> bool:
    old = table_of(arguments[0] if arguments else None)
    new = table_of(arguments[1] if len(arguments) > 1 else None)
    if old is None or new is None:
        return False
    table = state.table(old)
    partial = state.schema.key(old) in state.partial
    state.partial.discard(state.schema.key(old))
    state.schema.tables.pop(state.schema.key(new), None)
    rename_table(state.schema, table, new)
    (state.partial.add if partial else state.partial.discard)(state.schema.key(new))
    state.touch(old)
    state.touch(new)
    return True


def _drop_table(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    if name is None:
        return False
    state.schema.tables.pop(state.schema.key(name), None)
    state.partial.discard(state.schema.key(name))
    state.touch(name)
    return True


def _add_index(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    second = arguments[1] if len(arguments) > 1 else None
    options = entries_of(second) if isinstance(second, Object) else {}
    if not isinstance(second, Object):
        options = {**entries_of(arguments[2] if len(arguments) > 2 else None), "fields": second or Array([])}  # noqa: PLR2004
    columns = texts_of(options.get("fields"))
    if name is None or columns is None:
        return False
    kind, label = options.get("type") or options.get("indicesType"), options.get("name") or options.get("indexName")
    unique = is_true(options.get("unique")) or (isinstance(kind, Text) and kind.text.upper() == "UNIQUE")
    state.touch(name, *columns)
    _index(state, state.table(name), label, columns, unique=unique, where="where" in options)
    return True


def _index(  # noqa: PLR0913 - what an index is made of
    state: State, table: Table, label: Value | None, columns: tuple[str, ...], *, unique: bool, where: bool = False
) -> None:
    name = label.text if isinstance(label, Text) else f"{table.name}_{'_'.join(columns)}"
    made = Index(name=name, columns=columns, unique=unique, where="?" if where else "")
    table.indexes[state.schema.key(name)] = made


def _remove_index(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    second = arguments[1] if len(arguments) > 1 else None
    if name is None or second is None:
        return False
    table = state.table(name)
    state.touch(name)
    if isinstance(second, Text) and table.indexes.pop(state.schema.key(second.text), None) is not None:
        return True
    columns = texts_of(second)
    for key, index in list(table.indexes.items()):
        if index.columns == columns:
            del table.indexes[key]
            break
    if columns is not None:
        state.touch(name, *columns)
    return columns is not None


def _add_constraint(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    last = arguments[-1] if len(arguments) > 1 else None
    options = entries_of(last)
    listed = arguments[1] if isinstance(arguments[1] if len(arguments) > 1 else None, Array) else options.get("fields")
    kind = options.get("type")
    columns = texts_of(listed) or ()
    if name is None or not isinstance(kind, Text):
        return False
    table = state.table(name)
    state.touch(name, *columns)
    match kind.text.lower():
        case "unique":
            _index(state, table, options.get("name"), columns, unique=True)
        case "primary key":
            table.primary_key = columns
        case "foreign key":
            return _add_reference(state, table, columns, options)
    return True


def _add_reference(state: State, table: Table, columns: tuple[str, ...], options: Mapping[str, Value]) -> bool:
    inner = entries_of(options.get("references"))
    target, label = table_of(inner.get("table") or inner.get("model")), options.get("name")
    to_columns = texts_of(inner.get("field") or inner.get("fields") or inner.get("key"))
    if target is None:
        return False
    name = label.text if isinstance(label, Text) else f"{table.name}_{'_'.join(columns)}_fkey"
    table.foreign_keys[state.schema.key(name)] = ForeignKey(
        name=name,
        columns=columns,
        to_table=target,
        to_columns=to_columns or (),
        on_delete=action_of(options, "onDelete"),
        on_update=action_of(options, "onUpdate"),
    )
    return True


def _remove_constraint(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    label = arguments[1] if len(arguments) > 1 else None
    if name is None or not isinstance(label, Text):
        return False
    table, key = state.table(name), state.schema.key(label.text)
    state.touch(name)
    table.indexes.pop(key, None)
    table.foreign_keys.pop(key, None)
    return True


def _nothing(_: State, __: Sequence[Value]) -> bool:
    return True


HANDLERS: Mapping[str, Callable[[State, Sequence[Value]], bool]] = {
    "addColumn": _add_column,
    "addConstraint": _add_constraint,
    "addIndex": _add_index,
    "changeColumn": _change_column,
    "createTable": _create_table,
    "dropEnum": _nothing,
    "dropAllEnums": _nothing,
    "dropTable": _drop_table,
    "removeColumn": _remove_column,
    "removeConstraint": _remove_constraint,
    "removeIndex": _remove_index,
    "renameColumn": _rename_column,
    "renameTable": _rename_table,
}
