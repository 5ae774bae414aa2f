"""Instructions on the indexes, foreign keys and constraints of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.arguments import TableOperation
from bot.checks.migrations.rails.ruby import Unread, Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Call
    from bot.checks.migrations.rails.migrator import Migrator


def add_index(migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]) -> None:
    """An index of columns."""
    columns = arguments[0] if arguments else options.get("column")
    if columns is None or has_unread(columns) or isinstance(options.get("name"), Unread):
        migrator.doubt(call, "columns that are computed", table.name)
        return
    if options.get("if_not_exists") and migrator.changer.find_index(table, columns, options) is not None:
        return
    migrator.changer.add_index(table, columns, options)


def remove_index(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """An index by its name or columns."""
    if has_unread(arguments) or isinstance(options.get("name"), Unread):
        migrator.doubt(call, "an index that is computed", table.name)
        return
    migrator.changer.drop_index(table, arguments[0] if arguments else None, options)


def _rename_index(migrator: Migrator, table: Table, _: Call, arguments: list[Value], __: dict[str, Value]) -> None:
    if len(arguments) > 1:
        migrator.changer.rename_index(table, str(arguments[0]), str(arguments[1]))


def add_foreign_key(
    migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """A foreign key to a table."""
    if not arguments or not isinstance(arguments[0], str):
        migrator.doubt(call, "a table that is computed", table.name)
        return
    found = migrator.changer.find_foreign_key(table, arguments[0], options)
    if not (options.get("if_not_exists") and found):
        migrator.changer.add_foreign_key(table, arguments[0], options)


def remove_foreign_key(
    migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    """A foreign key by its table, column or name."""
    migrator.changer.drop_foreign_key(table, arguments[0] if arguments else None, options)


def _validate_foreign_key(
    migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    columns = migrator.changer.find_foreign_key(table, arguments[0] if arguments else None, options)
    for one in [columns] if columns is not None else list(table.foreign_keys):
        key = table.foreign_keys[one]
        left = {name: value for name, value in key.options.items() if name != "validate"}
        if left != key.options:
            migrator.changer.add_foreign_key(table, key.to_table, {**left, "column": list(one)}, guessed=key.guessed)


def _constraint(kind: str) -> TableOperation:
    def add(migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]) -> None:
        text = arguments[0] if arguments else options.get("using_index", "")
        if has_unread(text) or has_unread(options.get("name")):
            migrator.doubt(call, "an expression that is computed", table.name)
        written = ",".join(str(one) for one in text) if isinstance(text, list) else str(getattr(text, "text", text))
        migrator.changer.add_constraint(table, kind, written, options)

    return add


def _without_constraint(kind: str) -> TableOperation:
    def remove(migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]) -> None:
        text = arguments[0] if arguments else options.get("column", options.get("expression"))
        written = ",".join(str(one) for one in text) if isinstance(text, list) else text
        migrator.changer.drop_constraint(table, kind, written, options)

    return remove


def _validate_check(
    migrator: Migrator, table: Table, _: Call, arguments: list[Value], options: dict[str, Value]
) -> None:
    wanted = str(options.get("name") or (arguments[0] if arguments else ""))
    for each in list(table.constraints.values()):
        if each.kind == "check" and each.options.get("validate") is False and wanted in {each.name, each.text, ""}:
            left = {name: value for name, value in each.options.items() if name != "validate"}
            migrator.changer.add_constraint(table, "check", each.text, {**left, "name": each.name})


KEY_OPERATIONS: Mapping[str, TableOperation] = {
    "add_index": add_index,
    "remove_index": remove_index,
    "rename_index": _rename_index,
    "add_foreign_key": add_foreign_key,
    "remove_foreign_key": remove_foreign_key,
    "validate_foreign_key": _validate_foreign_key,
    "add_check_constraint": _constraint("check"),
    "remove_check_constraint": _without_constraint("check"),
    "validate_check_constraint": _validate_check,
    "validate_constraint": _validate_check,
    "add_unique_constraint": _constraint("unique"),
    "remove_unique_constraint": _without_constraint("unique"),
    "add_exclusion_constraint": _constraint("exclusion"),
    "remove_exclusion_constraint": _without_constraint("exclusion"),
}
