"""What the methods of a `MigrationBuilder` do to a schema: `Up` of a migration, applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.csharp.values import Call, Constant, Do, Lambda, Member, New, Statement, Text, Value
from bot.checks.migrations.efcore.calls import names_of
from bot.checks.migrations.efcore.model import written
from bot.checks.migrations.efcore.relational import UNREAD_TYPE
from bot.checks.migrations.efcore.store import plain
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table, qualified

_ACTIONS = {"Cascade": "CASCADE", "SetNull": "SET NULL", "Restrict": "RESTRICT"}
_COLUMN = ("name", "table", "type", "unicode", "maxLength", "rowVersion", "schema", "nullable", "defaultValue")
# The parameters of each operation in their order, for those that are given by place.
PLACED = {
    "AddColumn": _COLUMN,
    "AlterColumn": _COLUMN,
    "DropColumn": ("name", "table", "schema"),
    "RenameColumn": ("name", "table", "newName", "schema"),
    "RenameTable": ("name", "schema", "newName", "newSchema"),
    "DropTable": ("name", "schema"),
    "CreateTable": ("name", "columns", "schema", "constraints"),
    "CreateIndex": ("name", "table", "column", "schema", "unique", "filter"),
    "DropIndex": ("name", "table", "schema"),
    "RenameIndex": ("name", "newName", "table", "schema"),
    "AddForeignKey": ("name", "table", "column", "principalTable", "schema", "principalSchema", "principalColumn"),
    "DropForeignKey": ("name", "table", "schema"),
    "AddPrimaryKey": ("name", "table", "column", "schema"),
    "DropPrimaryKey": ("name", "table", "schema"),
    "AddUniqueConstraint": ("name", "table", "column", "schema"),
    "DropUniqueConstraint": ("name", "table", "schema"),
    "Sql": ("sql",),
}
DATA = frozenset(
    [
        "InsertData",
        "UpdateData",
        "DeleteData",
        "EnsureSchema",
        "DropSchema",
        "CreateSequence",
        "DropSequence",
        "AlterSequence",
        "RenameSequence",
        "RestartSequence",
        "AlterDatabase",
        "AlterTable",
        "AddCheckConstraint",
        "DropCheckConstraint",
    ]
)


@dataclass(frozen=True)
class Operation:
    """A call on the builder of migrations, its `values` by the parameters' names; `kind` is empty where it is none.

    `words` is how an index is made, with all that is called on it. `unsure` says why it is not known whether the
    operation is done, and is empty where it is.
    """

    kind: str
    values: Mapping[str, Value]
    line: int
    types: tuple[str, ...] = ()
    words: str = ""
    unsure: str = ""

    def text(self, name: str) -> str:
        """An argument that is a text; empty where it is none."""
        value = self.values.get(name)
        return value.text if isinstance(value, Text) else ""

    def flag(self, name: str) -> bool | None:
        """An argument that is true or false."""
        value = self.values.get(name)
        return value.name == "true" if isinstance(value, Constant) and value.name in {"true", "false"} else None

    def table(self, name: str = "table", schema: str = "schema") -> str:
        """The table that an argument names, with its schema."""
        return qualified(self.text(schema), self.text(name))


def apply_operations(schema: Schema, operations: Sequence[Operation]) -> list[Operation]:
    """Do to a schema what the operations do; those that are not understood, or may not be done, are returned."""
    return [one for one in operations if one.unsure or not _apply(schema, one)]


def _apply(schema: Schema, one: Operation) -> bool:  # noqa: C901, PLR0911, PLR0912 - one answer an operation
    if not one.kind:
        return False
    if one.kind in DATA:
        return True
    if one.kind == "Sql":
        return False
    if one.kind == "CreateTable":
        return _create_table(schema, one)
    if one.kind == "DropTable":
        schema.tables.pop(schema.key(one.table("name")), None)
        return True
    if one.kind == "RenameTable":
        return _rename_table(schema, one)
    table = schema.tables.get(schema.key(one.table()))
    if table is None:
        # Older migrations name no table where an index is dropped or renamed, and what is not modelled is not there.
        return bool(one.text("table"))
    name = one.text("name")
    match one.kind:
        case "AddColumn" | "AlterColumn":
            old = table.columns.get(schema.key(name))
            made = _column(one, name)
            if old is not None and one.kind == "AlterColumn":
                made = replace(made, increments=old.increments)
            table.columns[schema.key(name)] = made
        case "DropColumn":
            drop_column(schema, table, name)
        case "RenameColumn":
            rename_column(schema, table, name, one.text("newName"))
        case "CreateIndex":
            table.indexes[schema.key(name)] = _index(one, name)
        case "DropIndex":
            table.indexes.pop(schema.key(name), None)
        case "RenameIndex":
            index = table.indexes.pop(schema.key(name), None)
            if index is not None:
                table.indexes[schema.key(one.text("newName"))] = replace(index, name=one.text("newName"))
        case "AddForeignKey":
            table.foreign_keys[schema.key(name)] = _reference(one, name)
        case "DropForeignKey":
            table.foreign_keys.pop(schema.key(name), None)
        case "AddPrimaryKey":
            table.primary_key, table.primary_key_name = _columns(one), name
        case "DropPrimaryKey":
            table.primary_key = ()
        case "AddUniqueConstraint":
            table.indexes[schema.key(name)] = Index(name=name, columns=_columns(one), unique=True, method="CONSTRAINT")
        case "DropUniqueConstraint":
            table.indexes.pop(schema.key(name), None)
    return True


def _rename_table(schema: Schema, one: Operation) -> bool:
    table = schema.tables.get(schema.key(one.table("name")))
    if table is None:
        return False
    space = one.text("newSchema") or one.text("schema")
    rename_table(schema, table, qualified(space, one.text("newName") or one.text("name")))
    return True


def _columns(one: Operation, single: str = "column", several: str = "columns") -> tuple[str, ...]:
    return names_of(one.values.get(several)) or names_of(one.values.get(single))


def _column(one: Operation, name: str) -> Column:
    default = one.values.get("defaultValue") or one.values.get("defaultValueSql") or one.values.get("computedColumnSql")
    return Column(
        name=name,
        type=plain(one.text("type")) or UNREAD_TYPE,
        nullable=one.flag("nullable") is True,
        default=written(default) if default is not None else None,
    )


def _index(one: Operation, name: str) -> Index:
    return Index(name=name, columns=_columns(one), unique=one.flag("unique") is True, where=one.text("filter"))


def _reference(one: Operation, name: str) -> ForeignKey:
    action = one.values.get("onDelete")
    return ForeignKey(
        name=name,
        columns=_columns(one),
        to_table=one.table("principalTable", "principalSchema"),
        to_columns=_columns(one, "principalColumn", "principalColumns"),
        on_delete=_ACTIONS.get(action.name, "NO ACTION") if isinstance(action, Member) else "NO ACTION",
    )


def _create_table(schema: Schema, one: Operation) -> bool:
    table = Table(name=one.table("name"))
    columns, constraints = one.values.get("columns"), one.values.get("constraints")
    made = columns.result if isinstance(columns, Lambda) else None
    if not isinstance(made, New):
        return False
    members: dict[str, str] = {}
    for member, value in made.entries:
        call = _column_call(value)
        if call is None:
            return False
        name = call.text("name") or member
        members[member] = name
        table.columns[schema.key(name)] = _column(call, name)
    schema.tables[schema.key(table.name)] = table
    if not isinstance(constraints, Lambda):
        return True
    return all(_constrain(schema, table, statement, members) for statement in constraints.body)


def _column_call(value: Value) -> Operation | None:
    """`table.Column<int>(type: "int", nullable: false).Annotation(...)` without what is called on it."""
    while isinstance(value, Call) and isinstance(value.function, Member):
        if value.function.name == "Column":
            given = dict(
                zip(
                    ("type", "unicode", "maxLength"),
                    (one.value for one in value.arguments if not one.name),
                    strict=False,
                )
            )
            given.update({one.name: one.value for one in value.arguments if one.name})
            return Operation("Column", given, value.line)
        value = value.function.value
    return None


def _constrain(schema: Schema, table: Table, statement: Statement, members: Mapping[str, str]) -> bool:
    value = statement.value if isinstance(statement, Do) else None
    while isinstance(value, Call) and isinstance(value.function, Member) and value.function.name == "Annotation":
        value = value.function.value
    if not isinstance(value, Call) or not isinstance(value.function, Member):
        return False
    kind = value.function.name
    order = {"ForeignKey": ("name", "column", "principalTable", "principalColumn")}.get(kind, ("name", "columns"))
    given = dict(zip(order, (one.value for one in value.arguments if not one.name), strict=False))
    given.update({one.name: one.value for one in value.arguments if one.name})
    one = Operation(kind, given, value.line)
    columns = tuple(members.get(name, name) for name in _columns(one))
    match kind:
        case "PrimaryKey":
            table.primary_key, table.primary_key_name = columns, one.text("name")
        case "ForeignKey":
            table.foreign_keys[schema.key(one.text("name"))] = replace(
                _reference(one, one.text("name")), columns=columns
            )
        case "UniqueConstraint":
            name = one.text("name")
            table.indexes[schema.key(name)] = Index(name=name, columns=columns, unique=True, method="CONSTRAINT")
    return True
