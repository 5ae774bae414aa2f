"""The instructions of migrations and of schema.rb, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.arguments import Operation, TableOperation, flat, options_of, plain, table_of
from bot.checks.migrations.rails.column_operations import COLUMN_OPERATIONS
from bot.checks.migrations.rails.key_operations import KEY_OPERATIONS
from bot.checks.migrations.rails.ruby import Sql, Unread, Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Call
    from bot.checks.migrations.rails.migrator import Migrator


def create_table(migrator: Migrator, call: Call) -> Value:
    """`create_table :users, id: :uuid do |t| ... end`."""
    name, options = call.argument(0), options_of(call)
    if not isinstance(name, str):
        return migrator.doubt_any(call, "a table whose name is computed")
    there = migrator.changer.table(name)
    if there is not None and options.get("if_not_exists"):
        return None
    if there is not None and options.get("force"):
        migrator.changer.drop_table(name)
    if "?" in options:
        migrator.doubt(call, "options that are computed")
    table = migrator.changer.create_table(name, options)
    if call.block is not None:
        migrator.within(table, call.block)
    for key in table.primary_key if isinstance(options.get("primary_key"), list) else ():
        migrator.changer.set_option(table, key, "null", False)  # noqa: FBT003 - the option's value
    return None


def create_join_table(migrator: Migrator, call: Call) -> Value:
    """`create_join_table :users, :groups`."""
    one, other, options = call.argument(0), call.argument(1), options_of(call)
    if not isinstance(one, str) or not isinstance(other, str):
        return migrator.doubt_any(call, "a table whose name is computed")
    name = str(options.get("table_name") or names.join_table(one, other))
    table = migrator.changer.create_table(name, {**options, "id": False})
    columns = options.get("column_options")
    given = {"null": False, **(columns if isinstance(columns, Mapping) else {})}
    for each in (one, other):
        migrator.changer.add_reference(table, names.singular(each), {**given, "index": given.get("index", False)})
    if call.block is not None:
        migrator.within(table, call.block)
    return None


def change_table(migrator: Migrator, call: Call) -> Value:
    """`change_table :users do |t| ... end`."""
    table = table_of(migrator, call)
    if call.block is None:
        return None
    if table is None:
        name = call.argument(0)
        if isinstance(name, str):
            # What is said of it is advised on, and changes nothing.
            migrator.within(Table(name), call.block)
        return migrator.doubt(call, "a table that the schema does not have")
    migrator.within(table, call.block)
    return None


def drop_table(migrator: Migrator, call: Call) -> Value:
    """`drop_table :users`."""
    for name in flat(plain(call)):
        if isinstance(name, str):
            migrator.changer.drop_table(name)
        else:
            migrator.doubt_any(call, "a table whose name is computed")
    return None


def drop_join_table(migrator: Migrator, call: Call) -> Value:
    """`drop_join_table :users, :groups`."""
    one, other = call.argument(0), call.argument(1)
    if isinstance(one, str) and isinstance(other, str):
        migrator.changer.drop_table(str(options_of(call).get("table_name") or names.join_table(one, other)))
        return None
    return migrator.doubt_any(call, "a table whose name is computed")


def rename_table(migrator: Migrator, call: Call) -> Value:
    """`rename_table :users, :people`."""
    old, new = call.argument(0), call.argument(1)
    if not isinstance(old, str) or not isinstance(new, str):
        return migrator.doubt_any(call, "a table whose name is computed")
    migrator.changer.rename_table(old, new)
    return None


def _on_table(act: TableOperation) -> Operation:
    """An instruction whose first argument is a table; one that the schema does not have is nothing to it."""

    def operation(migrator: Migrator, call: Call) -> Value:
        table = table_of(migrator, call)
        if table is not None:
            act(migrator, table, call, plain(call)[1:], options_of(call))
        return None

    return operation


def create_enum(migrator: Migrator, call: Call) -> Value:
    """`create_enum :status, %w[a b]`."""
    name, values = call.argument(0), call.argument(1)
    if not isinstance(name, str) or not isinstance(values, list) or has_unread(values):
        return migrator.doubt(call, "a type that is computed")
    migrator.changer.touch(name, "enum")
    migrator.changer.schema.enums[name.removeprefix("public.")] = tuple(str(one) for one in values)
    migrator.changer.schema.lines["enum", name] = call.line
    return None


def _drop_enum(migrator: Migrator, call: Call) -> Value:
    for name in plain(call)[:1]:
        migrator.changer.touch(str(name), "enum")
        migrator.changer.schema.enums.pop(str(name), None)
    return None


def _rename_enum(migrator: Migrator, call: Call) -> Value:
    old, options = str(call.argument(0)), options_of(call)
    new = str(options.get("to", call.argument(1)))
    enums = migrator.changer.schema.enums
    if old in enums:
        enums[new] = enums.pop(old)
        for table in migrator.changer.schema.tables.values():
            for column in [one for one in table.columns.values() if one.options.get("enum_type") == old]:
                migrator.changer.add_column(table, column.name, column.type, {**column.options, "enum_type": new})
    for name in (old, new):
        migrator.changer.touch(name, "enum")
    return None


def _add_enum_value(migrator: Migrator, call: Call) -> Value:
    name, value, options = str(call.argument(0)), call.argument(1), options_of(call)
    values = list(migrator.changer.schema.enums.get(name, ()))
    migrator.changer.touch(name, "enum")
    if not isinstance(value, str):
        return migrator.doubt(call, "a value that is computed", name)
    if value not in values:
        mark = options.get("before", options.get("after"))
        at = values.index(mark) + ("after" in options) if mark in values else len(values)
        values.insert(at, str(value))
    migrator.changer.schema.enums[name] = tuple(values)
    return None


def _rename_enum_value(migrator: Migrator, call: Call) -> Value:
    name, options = str(call.argument(0)), options_of(call)
    migrator.changer.touch(name, "enum")
    values = migrator.changer.schema.enums.get(name, ())
    old, new = options.get("from", call.argument(1)), options.get("to", call.argument(2))
    migrator.changer.schema.enums[name] = tuple(str(new) if one == old else one for one in values)
    return None


def _named(kind: str, *, gone: bool = False) -> Operation:
    """A view, function, trigger or extension: known by its name."""

    def operation(migrator: Migrator, call: Call) -> Value:
        first, options = call.argument(0), options_of(call)
        name = first if isinstance(first, str) else options.get("name", options.get("view_name"))
        if not isinstance(name, str):
            return migrator.doubt(call, f"a {kind} whose name is computed")
        name = name.rpartition(".")[2] if kind == "extension" else name.removeprefix("public.")
        schema = migrator.changer.schema
        migrator.changer.touch(name, kind)
        if gone:
            schema.named.pop((kind, name), None)
        else:
            text = options.get("sql_definition", "")
            schema.named[kind, name] = text.text if isinstance(text, Sql | Unread) else " ".join(str(text).split())
            schema.lines[kind, name] = call.line
        return None

    return operation


TABLE_OPERATIONS: Mapping[str, TableOperation] = {**COLUMN_OPERATIONS, **KEY_OPERATIONS}
OPERATIONS: Mapping[str, Operation] = {
    "create_table": create_table,
    "create_join_table": create_join_table,
    "change_table": change_table,
    "drop_table": drop_table,
    "drop_join_table": drop_join_table,
    "rename_table": rename_table,
    "create_enum": create_enum,
    "drop_enum": _drop_enum,
    "rename_enum": _rename_enum,
    "add_enum_value": _add_enum_value,
    "rename_enum_value": _rename_enum_value,
    "enable_extension": _named("extension"),
    "disable_extension": _named("extension", gone=True),
    "create_virtual_table": _named("virtual table"),
    "create_view": _named("view"),
    "update_view": _named("view"),
    "replace_view": _named("view"),
    "drop_view": _named("view", gone=True),
    "create_function": _named("function"),
    "update_function": _named("function"),
    "drop_function": _named("function", gone=True),
    "create_trigger": _named("trigger"),
    "update_trigger": _named("trigger"),
    "drop_trigger": _named("trigger", gone=True),
    **{name: _on_table(act) for name, act in TABLE_OPERATIONS.items()},
}
