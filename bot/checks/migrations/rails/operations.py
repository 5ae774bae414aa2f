"""The instructions of migrations and of schema.rb, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.columns import ANY
from bot.checks.migrations.rails.ruby import Sql, Unread, Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.evaluate import Call
    from bot.checks.migrations.rails.migrator import Migrator

Operation = Callable[["Migrator", "Call"], Value]

TYPES = frozenset({
    "bigint", "bigserial", "binary", "bit", "bit_varying", "blob", "boolean", "box", "cidr", "circle", "citext",
    "date", "daterange", "datetime", "decimal", "enum", "float", "geography", "geometry", "halfvec", "hstore",
    "inet", "int4range", "int8range", "integer", "interval", "json", "jsonb", "line", "line_string", "longblob",
    "longtext", "lseg", "ltree", "macaddr", "mediumblob", "mediumtext", "money", "multi_polygon", "numeric",
    "numrange", "oid", "path", "point", "polygon", "primary_key", "serial", "st_multi_polygon", "st_point",
    "st_polygon", "string", "text", "time", "timestamp", "timestamptz", "tinyblob", "tinyint", "tinytext",
    "tsquery", "tsrange", "tstzrange", "tsvector", "unsigned_bigint", "unsigned_decimal", "unsigned_float",
    "unsigned_integer", "uuid", "vector", "virtual", "xml",
})  # fmt: skip
_SIZES = {
    "tinytext": ("text", 255),
    "mediumtext": ("text", 16_777_215),
    "longtext": ("text", 4_294_967_295),
    "tinyblob": ("binary", 255),
    "mediumblob": ("binary", 16_777_215),
    "longblob": ("binary", 4_294_967_295),
}


def options_of(call: Call) -> dict[str, Value]:
    """The options of a call, also where they stand in braces."""
    last = call.arguments[-1] if call.arguments else None
    given = {**last, **call.options} if isinstance(last, dict) else dict(call.options)
    given.pop("&", None)
    return given


def plain(call: Call) -> list[Value]:
    """The positional arguments of a call, without options in braces."""
    return [one for one in call.arguments if not isinstance(one, dict)]


def flat(values: Sequence[Value]) -> list[Value]:
    """Arguments and lists of arguments in one row."""
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _table(migrator: Migrator, call: Call) -> Table | None:
    """The table that the first argument names, if it is there and the arguments can be told."""
    given = call.argument(0)
    if not isinstance(given, str) or has_unread(list(call.arguments[:3])):
        migrator.doubt(call, "a table or column that is computed")
        return None
    if "?" in options_of(call):
        migrator.doubt(call, "options that are computed")
        return None
    found = migrator.changer.table(given)
    if found is None and not options_of(call).get("if_exists"):
        migrator.changer.missed.setdefault(given, (migrator.source.path, call.line))
    return found


def create_table(migrator: Migrator, call: Call) -> Value:
    """`create_table :users, id: :uuid do |t| ... end`."""
    name, options = call.argument(0), options_of(call)
    if not isinstance(name, str):
        return migrator.doubt(call, "a table whose name is computed")
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
        return migrator.doubt(call, "a table whose name is computed")
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
    table = _table(migrator, call)
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
            migrator.doubt(call, "a table whose name is computed")
    return None


def drop_join_table(migrator: Migrator, call: Call) -> Value:
    """`drop_join_table :users, :groups`."""
    one, other = call.argument(0), call.argument(1)
    if isinstance(one, str) and isinstance(other, str):
        migrator.changer.drop_table(str(options_of(call).get("table_name") or names.join_table(one, other)))
        return None
    return migrator.doubt(call, "a table whose name is computed")


def rename_table(migrator: Migrator, call: Call) -> Value:
    """`rename_table :users, :people`."""
    old, new = call.argument(0), call.argument(1)
    if not isinstance(old, str) or not isinstance(new, str):
        return migrator.doubt(call, "a table whose name is computed")
    migrator.changer.rename_table(old, new)
    return None


def _on_table(act: Callable[[Migrator, Table, Call, list[Value], dict[str, Value]], None]) -> Operation:
    """An instruction whose first argument is a table; one that the schema does not have is nothing to it."""

    def operation(migrator: Migrator, call: Call) -> Value:
        table = _table(migrator, call)
        if table is not None:
            act(migrator, table, call, plain(call)[1:], options_of(call))
        return None

    return operation


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


def _constraint(kind: str) -> Callable[[Migrator, Table, Call, list[Value], dict[str, Value]], None]:
    def add(migrator: Migrator, table: Table, call: Call, arguments: list[Value], options: dict[str, Value]) -> None:
        text = arguments[0] if arguments else options.get("using_index", "")
        if has_unread(text) or has_unread(options.get("name")):
            migrator.doubt(call, "an expression that is computed", table.name)
        written = ",".join(str(one) for one in text) if isinstance(text, list) else str(getattr(text, "text", text))
        migrator.changer.add_constraint(table, kind, written, options)

    return add


def _without_constraint(kind: str) -> Callable[[Migrator, Table, Call, list[Value], dict[str, Value]], None]:
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


TABLE_OPERATIONS: Mapping[str, Callable[[Migrator, Table, Call, list[Value], dict[str, Value]], None]] = {
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
    "add_index": add_index,
    "remove_index": remove_index,
    "rename_index": _rename_index,
    "add_timestamps": _add_timestamps,
    "remove_timestamps": _remove_timestamps,
    "add_reference": _add_reference,
    "add_belongs_to": _add_reference,
    "remove_reference": _remove_reference,
    "remove_belongs_to": _remove_reference,
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
