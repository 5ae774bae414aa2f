"""Instructions on the columns of a table: columns, timestamps, references and comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.arguments import TableOperation, flat
from bot.checks.migrations.rails.columns import ANY
from bot.checks.migrations.rails.ruby import Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Call
    from bot.checks.migrations.rails.migrator import Migrator

_SIZES = {
    "tinytext": ("text", 255),
    "mediumtext": ("text", 16_777_215),
    "longtext": ("text", 4_294_967_295),
    "tinyblob": ("binary", 255),
    "mediumblob": ("binary", 16_777_215),
    "longblob": ("binary", 4_294_967_295),
}


def add_column(migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]) -> None:
    """A column by name and type."""
    if len(arguments) < 2 or not isinstance(arguments[0], str):  # noqa: PLR2004 - a name and a type
        migrator.doubt(call, "a column that is computed", table.name)
        return
    name, kind = arguments[0], arguments[1]
    if options.get("if_not_exists") and name in table.columns:
        return
    if not isinstance(kind, str):
        migrator.doubt(call, "a type that is computed", table.name)
        kind = ANY
    if any(has_unread(options.get(key)) for key in ("limit", "default", "null", "precision", "scale", "array")):
        migrator.doubt(call, "an option that is computed", f"{table.name}.{name}")
    if kind in _SIZES:
        kind, options["limit"] = _SIZES[kind]
    if kind.startswith("unsigned_"):
        kind, options["unsigned"] = kind.removeprefix("unsigned_"), True
    if kind in migrator.changer.schema.enums:
        kind, options["enum_type"] = "enum", str(kind)
    if kind in {"references", "belongs_to"}:
        migrator.changer.add_reference(table, name, options)
    elif kind in {"attachment", "has_attached_file"}:
        migrator.doubt(call, f"`{kind}`, which is no type of Rails", table.name)
    else:
        migrator.changer.add_column(table, name, kind, options)


def _add_columns(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    kind = options.pop("type", None)
    for name in flat(arguments):
        add_column(migrator, table, call, [name, kind], dict(options))


def _remove_column(migrator: Migrator, table: Table, _: Call, arguments: list[Value], __: dict[str, Value]) -> None:
    if arguments and isinstance(arguments[0], str):
        migrator.changer.drop_column(table, arguments[0])


def remove_columns(migrator: Migrator, table: Table, _: Call, arguments: list[Value], __: dict[str, Value]) -> None:
    """Columns by their names."""
    for name in flat(arguments):
        if isinstance(name, str):
            migrator.changer.drop_column(table, name)


def rename_column(migrator: Migrator, table: Table, call: Call, arguments: list[Value], _: dict[str, Value]) -> None:
    """A column's new name."""
    if len(arguments) > 1 and isinstance(arguments[1], str):
        migrator.changer.rename_column(table, arguments[0], arguments[1])
    else:
        migrator.doubt(call, "a name that is computed", table.name)


def change_column(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """A column's new type."""
    if len(arguments) < 2 or not isinstance(arguments[1], str):  # noqa: PLR2004 - a name and a type
        migrator.doubt(call, "a type that is computed", table.name)
        return
    name, kind = str(arguments[0]), arguments[1]
    if has_unread(options):
        migrator.doubt(call, "an option that is computed", f"{table.name}.{name}")
    if kind in _SIZES:
        kind, options["limit"] = _SIZES[kind]
    migrator.changer.change_column(table, name, kind, options)


def change_default(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """A column's new default, alone or as `from:` and `to:`."""
    last = call.arguments[-1] if call.arguments else None
    if isinstance(last, dict) and not {"from", "to"} <= set(last):
        value: Value = last
    elif "to" in options:
        value = options["to"]
    else:
        value = arguments[1] if len(arguments) > 1 else None
    if has_unread(value):
        migrator.doubt(call, "a default that is computed", f"{table.name}.{arguments[0]}")
    migrator.changer.set_option(table, str(arguments[0]), "default", value)


def change_null(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """Whether a column may be null."""
    given = arguments[1] if len(arguments) > 1 else options.get("to")
    if not isinstance(given, bool):
        migrator.doubt(call, "a nullability that is computed", table.name)
        return
    migrator.changer.set_option(table, str(arguments[0]), "null", given)


def _comment_of(options: Mapping[str, Value], arguments: Sequence[Value], at: int) -> Value:
    return options.get("to", arguments[at] if len(arguments) > at else None)


def _change_comment(
    migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    migrator.changer.set_option(table, str(arguments[0]), "comment", _comment_of(options, arguments, 1))


def _change_table_comment(
    migrator: Migrator, table: Table, __: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    migrator.changer.touch(table.name, "comment")
    table.comment = _comment_of(options, arguments, 0)


def _add_timestamps(migrator: Migrator, table: Table, _: Call, __: list[Value], options: dict[str, Value]) -> None:
    migrator.changer.add_timestamps(table, options)


def _remove_timestamps(migrator: Migrator, table: Table, _: Call, __: list[Value], ___: dict[str, Value]) -> None:
    for name in ("created_at", "updated_at"):
        migrator.changer.drop_column(table, name)


def _add_reference(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    for name in arguments:
        if isinstance(name, str) and not (options.get("if_not_exists") and f"{name}_id" in table.columns):
            if has_unread(options):
                migrator.doubt(call, "an option that is computed", table.name)
            migrator.changer.add_reference(table, name, options)


def _remove_reference(
    migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    for name in arguments:
        migrator.changer.drop_reference(table, str(name), options)


COLUMN_OPERATIONS: Mapping[str, TableOperation] = {
    "add_column": add_column,
    "add_columns": _add_columns,
    "remove_column": _remove_column,
    "remove_columns": remove_columns,
    "rename_column": rename_column,
    "change_column": change_column,
    "change_column_default": change_default,
    "change_column_null": change_null,
    "change_column_comment": _change_comment,
    "change_table_comment": _change_table_comment,
    "add_timestamps": _add_timestamps,
    "remove_timestamps": _remove_timestamps,
    "add_reference": _add_reference,
    "add_belongs_to": _add_reference,
    "remove_reference": _remove_reference,
    "remove_belongs_to": _remove_reference,
}
