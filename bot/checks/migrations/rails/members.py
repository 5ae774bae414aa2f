"""What is said of a table in its block: `t.string :name`, `t.index`, `t.remove`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.checks.migrations.rails.arguments import flat, options_of, plain
from bot.checks.migrations.rails.column_operations import add_column, remove_columns
from bot.checks.migrations.rails.operations import TABLE_OPERATIONS
from bot.checks.migrations.rails.ruby import Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Call
    from bot.checks.migrations.rails.migrator import Migrator

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
# A member's name to the instruction that takes the table as its first argument.
_INSTRUCTIONS = {
    "index": "add_index",
    "remove_index": "remove_index",
    "rename_index": "rename_index",
    "timestamps": "add_timestamps",
    "remove_timestamps": "remove_timestamps",
    "rename": "rename_column",
    "change": "change_column",
    "change_default": "change_column_default",
    "change_null": "change_column_null",
    "references": "add_reference",
    "belongs_to": "add_reference",
    "remove_references": "remove_reference",
    "remove_belongs_to": "remove_reference",
    "foreign_key": "add_foreign_key",
    "remove_foreign_key": "remove_foreign_key",
    "check_constraint": "add_check_constraint",
    "remove_check_constraint": "remove_check_constraint",
    "unique_constraint": "add_unique_constraint",
    "unique_key": "add_unique_constraint",
    "exclusion_constraint": "add_exclusion_constraint",
    "remove_unique_constraint": "remove_unique_constraint",
    "remove_exclusion_constraint": "remove_exclusion_constraint",
}

# Types that other databases do not have.
_POSTGRES = frozenset({"jsonb", "uuid", "hstore", "inet", "citext"})


def call(migrator: Migrator, table: Table, made: Call) -> Value:  # noqa: C901 - one way a kind of member
    """Do what a member says."""
    arguments, options = plain(made), options_of(made)
    if made.name in {"column_exists?", "index_exists?"}:
        return str(made.argument(0)) in table.columns if made.name == "column_exists?" else made.unread
    if made.name == "respond_to?":
        return migrator.changer.terms.adapter == "postgres" or str(made.argument(0)) not in _POSTGRES
    if has_unread(arguments):
        return migrator.doubt(made, "a column that is computed", table.name)
    if "?" in options:
        return migrator.doubt(made, "options that are computed", table.name)
    name = {"remove": "remove_columns", "column": "add_column"}.get(
        made.name, _INSTRUCTIONS.get(made.name, "add_column")
    )
    migrator.step(made, name, table.name, arguments if made.name not in TYPES else [*arguments, made.name], options)
    if made.name in _INSTRUCTIONS:
        TABLE_OPERATIONS[_INSTRUCTIONS[made.name]](migrator, table, made, arguments, options)
    elif made.name == "remove":
        remove_columns(migrator, table, made, arguments, options)
    elif made.name == "column":
        add_column(migrator, table, made, arguments, options)
    elif made.name == "comment":
        table.comment = arguments[0] if arguments else None
    elif made.name in TYPES or (arguments and made.statement and isinstance(arguments[0], str)):
        # A type that is not Rails' own comes from the adapter or a gem.
        for name in flat(arguments):
            add_column(migrator, table, made, [name, made.name], dict(options))
    elif made.statement:
        return migrator.doubt(made, "a method that is defined elsewhere", table.name, sure=True)
    return None
