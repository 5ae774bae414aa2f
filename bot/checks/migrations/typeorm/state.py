"""What the methods of a `QueryRunner` do to a schema.

Source: https://typeorm.io/docs/migrations/api.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.checks.migrations.script.folding import options_of
from bot.checks.migrations.script.values import Array, Constant, Number, Object, Text, Value
from bot.checks.migrations.sql.constraints import add_index, drop_constraint
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table
from bot.checks.migrations.sql.types import normal_type
from bot.checks.migrations.typeorm.arguments import (
    UnsaidError,
    column_name,
    column_names,
    default_of,
    first_of,
    given_name,
    items_of,
    made_of,
    second_of,
    table_name,
    texts_in,
)
from bot.checks.migrations.typeorm.naming import condition, constraint
from bot.checks.migrations.typeorm.types import written_type

_TRUE = Constant("true")
# Methods that ask, or that touch rows and the session alone.
SILENT = frozenset({
    "clearSqlMemory", "commitTransaction", "connect", "createDatabase", "createSchema", "disableSqlMemory",
    "dropDatabase", "dropSchema", "enableSqlMemory", "executeMemoryDownSql", "executeMemoryUpSql", "getDatabases",
    "getCurrentDatabase", "getCurrentSchema", "getMemorySql", "getSchemas", "getTable", "getTables", "getView",
    "getViews", "hasColumn", "hasDatabase", "hasSchema", "hasTable", "release", "rollbackTransaction",
    "startTransaction", "clearTable", "createView", "dropView", "stream",
})  # fmt: skip


class Runner:
    """Does what is called on a `QueryRunner` to a schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema, self.dialect = schema, schema.dialect

    def call(self, name: str, arguments: Sequence[Value]) -> bool:
        """Do a call; whether the method is known.

        Raises:
            UnsaidError: an argument of it cannot be told.
        """
        handler = _METHODS.get(name)
        if handler is None:
            return name in SILENT
        handler(self, arguments)
        return True

    def table(self, value: Value | None) -> Table | None:
        """The table that a name, or a `Table`, stands for; None where the schema has none of the name."""
        return self.schema.tables.get(self.schema.key(table_name(value)))

    # Tables

    def create_table(self, arguments: Sequence[Value]) -> None:
        """`createTable(table, ifNotExist?)`."""
        options = options_of(made_of(arguments[0] if arguments else None))
        table = Table(name=table_name(options.get("name")))
        key = self.schema.key(table.name)
        if len(arguments) > 1 and arguments[1] == _TRUE and key in self.schema.tables:
            return
        for one in items_of(options.get("columns")):
            self._add_column(table, one)
        for one in items_of(options.get("indices")):
            self._add_index(table, one)
        for one in items_of(options.get("uniques")):
            self._add_unique(table, one)
        for one in items_of(options.get("foreignKeys")):
            self._add_reference(table, one)
        for one in items_of(options.get("checks")):
            self._add_check(table, one)
        self.schema.tables[key] = table

    def drop_table(self, arguments: Sequence[Value]) -> None:
        """`dropTable(table, ...)`; the keys that point at it go too."""
        name = table_name(first_of(arguments))
        self.schema.tables.pop(self.schema.key(name), None)

    def rename_table(self, arguments: Sequence[Value]) -> None:
        """`renameTable(old, new)`."""
        table = self.table(first_of(arguments))
        if table is not None:
            rename_table(self.schema, table, table_name(second_of(arguments)))

    # Columns

    def _add_column(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        column = self.column(table, options)
        key = self.schema.key(column.name)
        table.columns[key] = column
        if options.get("isPrimary") == _TRUE:
            table.primary_key = (*table.primary_key, column.name)
        if options.get("isUnique") == _TRUE:
            kind = "IDX" if self.dialect == "mysql" else "UQ"
            name = constraint(kind, table.name, [column.name])
            add_index(self.schema, table, Index(name=name, columns=(column.name,), unique=True))
        comment = options.get("comment")
        if isinstance(comment, Text):
            table.comments[key] = comment.text

    def column(self, table: Table, options: Mapping[str, Value]) -> Column:
        """The column that the options of a `TableColumn` describe.

        Raises:
            UnsaidError: its name or its type cannot be told.
        """
        name, kind = options.get("name"), options.get("type")
        if not isinstance(name, Text) or "" in options:
            raise UnsaidError("a column whose name cannot be told")
        if not isinstance(kind, Text):
            raise UnsaidError(f"the type of {name.text} cannot be told")
        generated = options.get("isGenerated") == _TRUE
        strategy = options.get("generationStrategy")
        uuid = strategy == Text("uuid") and generated
        values = [one.text for one in items_of(options.get("enum")) if isinstance(one, Text | Number)]
        if values and self.dialect == "sqlite":
            listed = ", ".join(f"'{value}'" for value in values)
            table.checks[f".{self.schema.key(name.text)}"] = f'CHECK ("{name.text}" IN ({listed}))'
        return Column(
            name=name.text,
            type=self._type(table, name.text, kind.text, options, values),
            nullable=options.get("isNullable") == _TRUE and options.get("isPrimary") != _TRUE,
            default="uuid_generate_v4()" if uuid and self.dialect == "postgres" else default_of(options.get("default")),
            increments=generated and not uuid,
        )

    def _type(self, table: Table, column: str, kind: str, options: Mapping[str, Value], values: Sequence[str]) -> str:
        array = "[]" if options.get("isArray") == _TRUE else ""
        if kind in {"enum", "simple-enum"} and self.dialect == "postgres":
            given = options.get("enumName")
            usual = f"{table.name.rpartition('.')[2]}_{column.lower()}_enum"
            name = given.text if isinstance(given, Text) else usual
            if values:
                self.schema.enums[name] = tuple(values)
            return normal_type(f'"{name}"{array}', self.dialect)
        sizes = {key: options.get(key) for key in ("length", "width", "precision", "scale")}
        if any(one is not None and not isinstance(one, Text | Number | Constant) for one in sizes.values()):
            raise UnsaidError(f"the size of {column} cannot be told")
        texts = {key: one.text for key, one in sizes.items() if isinstance(one, Text | Number)}
        unsigned = options.get("unsigned") == _TRUE
        return written_type(self.dialect, kind, texts, values, unsigned=unsigned) + array

    def add_columns(self, arguments: Sequence[Value]) -> None:
        """`addColumn(table, column)` and `addColumns(table, columns)`."""
        table = self.table(first_of(arguments))
        second = second_of(arguments)
        for one in items_of(second) if isinstance(second, Array) else [second]:
            self._add_column(table or Table(name=""), one)

    def drop_columns(self, arguments: Sequence[Value]) -> None:
        """`dropColumn(table, column)` and `dropColumns(table, columns)`."""
        table = self.table(first_of(arguments))
        second = second_of(arguments)
        for one in items_of(second) if isinstance(second, Array) else [second]:
            if table is not None:
                drop_column(self.schema, table, column_name(one))

    def rename_column(self, arguments: Sequence[Value]) -> None:
        """`renameColumn(table, old, new)`: the names of keys that rest on it are made anew."""
        table = self.table(first_of(arguments))
        if table is None:
            return
        old, third = column_name(second_of(arguments)), arguments[2] if len(arguments) > 2 else Text("")  # noqa: PLR2004
        new = column_name(third)
        before = {
            constraint(kind, table.name, one.columns, one.where): (key, one, kind)
            for key, one in table.indexes.items()
            for kind in ("IDX", "UQ", "REL")
            if old in one.columns
        }
        keys = {constraint("FK", table.name, one.columns): key for key, one in table.foreign_keys.items()}
        rename_column(self.schema, table, old, new)
        for usual, (key, one, kind) in before.items():
            if usual == one.name:
                made = table.indexes.pop(key)
                name = constraint(kind, table.name, made.columns, made.where)
                table.indexes[self.schema.key(name)] = replace(made, name=name)
        for usual, key in keys.items():
            if key == self.schema.key(usual):
                reference = table.foreign_keys.pop(key)
                name = constraint("FK", table.name, reference.columns)
                table.foreign_keys[self.schema.key(name)] = replace(reference, name=name)
        if isinstance(made_of(third), Object):
            self._add_column(table, third)

    def change_column(self, arguments: Sequence[Value]) -> None:
        """`changeColumn(table, old, new)`."""
        self._change(first_of(arguments), second_of(arguments), arguments[2] if len(arguments) > 2 else Text(""))  # noqa: PLR2004

    def change_columns(self, arguments: Sequence[Value]) -> None:
        """`changeColumns(table, [{oldColumn, newColumn}])`."""
        for one in items_of(second_of(arguments)):
            options = options_of(one)
            self._change(first_of(arguments), options.get("oldColumn"), options.get("newColumn"))

    def _change(self, table_value: Value | None, old: Value | None, new: Value | None) -> None:
        table = self.table(table_value)
        if table is None:
            return
        options = options_of(made_of(new))
        name = column_name(old)
        column = self.column(table, options)
        if self.schema.key(column.name) != self.schema.key(name):
            rename_column(self.schema, table, name, column.name)
        table.columns[self.schema.key(column.name)] = column
        unique = [one for one in table.indexes.values() if one.unique and one.columns == (column.name,)]
        if options.get("isUnique") == _TRUE and not unique:
            usual = constraint("IDX" if self.dialect == "mysql" else "UQ", table.name, [column.name])
            add_index(self.schema, table, Index(name=usual, columns=(column.name,), unique=True))
        comment = options.get("comment")
        table.comments.pop(self.schema.key(column.name), None)
        if isinstance(comment, Text):
            table.comments[self.schema.key(column.name)] = comment.text

    # Keys and indexes

    def _add_index(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        columns, where = column_names(options.get("columnNames")), options.get("where")
        condition_text = where.text if isinstance(where, Text) else ""
        name = given_name(options) or constraint("IDX", table.name, columns, condition_text)
        unique = options.get("isUnique") == _TRUE
        index = Index(name=name, columns=tuple(columns), unique=unique, where=condition_text)
        table.indexes[self.schema.key(name)] = index

    def _add_unique(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        columns = column_names(options.get("columnNames"))
        name = given_name(options) or constraint("UQ", table.name, columns)
        table.indexes[self.schema.key(name)] = Index(name=name, columns=tuple(columns), unique=True)

    def _add_reference(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        columns = column_names(options.get("columnNames"))
        name = given_name(options) or constraint("FK", table.name, columns)
        actions = [options.get(key) for key in ("onDelete", "onUpdate")]
        on_delete, on_update = (one.text.upper() if isinstance(one, Text) else "NO ACTION" for one in actions)
        table.foreign_keys[self.schema.key(name)] = ForeignKey(
            name=name,
            columns=tuple(columns),
            to_table=table_name(options.get("referencedTableName")),
            to_columns=tuple(column_names(options.get("referencedColumnNames"))),
            on_delete=on_delete,
            on_update=on_update,
        )

    def _add_check(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        expression = options.get("expression")
        text = expression.text if isinstance(expression, Text) else ""
        name = given_name(options) or condition("CHK", table.name, text)
        table.checks[self.schema.key(name)] = text

    def each(self, add: Callable[[Runner, Table, Value], None]) -> Callable[[Sequence[Value]], None]:
        """A method that takes a table, and one of a kind or several of it."""

        def run(arguments: Sequence[Value]) -> None:
            table, second = self.table(first_of(arguments)), second_of(arguments)
            for one in items_of(second) if isinstance(second, Array) else [second]:
                add(self, table or Table(name=""), one)

        return run

    def drop_index(self, arguments: Sequence[Value]) -> None:
        """`dropIndex(table, index)` and its like for unique constraints, checks and foreign keys."""
        table, second = self.table(first_of(arguments)), second_of(arguments)
        for one in items_of(second) if isinstance(second, Array) else [second]:
            if table is not None:
                self._drop(table, one)

    def _drop(self, table: Table, value: Value) -> None:
        options = options_of(made_of(value))
        name = given_name(options) or (value.text if isinstance(value, Text) else "")
        if name:
            drop_constraint(self.schema, table, name, "CONSTRAINT")
            return
        columns = {self.schema.key(one) for one in self._columns_meant(table, value, options)}
        if not columns:
            raise UnsaidError(f"a key of {table.name} whose name cannot be told")
        parts: list[tuple[str, tuple[str, ...]]] = [
            *((key, one.columns) for key, one in table.foreign_keys.items()),
            *((key, one.columns) for key, one in table.indexes.items()),
        ]
        found = next((key for key, one in parts if {self.schema.key(part) for part in one} == columns), None)
        if found is not None and table.foreign_keys.pop(found, None) is None:
            table.indexes.pop(found)

    def _columns_meant(self, table: Table, value: Value, options: Mapping[str, Value]) -> list[str]:
        """The columns of a key that is looked up by them: `table.foreignKeys.find(fk => ...)`."""
        if "columnNames" in options:
            return column_names(options["columnNames"])
        return [text for text in texts_in(value) if self.schema.key(text) in table.columns]

    def create_primary_key(self, arguments: Sequence[Value]) -> None:
        """`createPrimaryKey(table, columns)` and `updatePrimaryKeys(table, columns)`."""
        table = self.table(first_of(arguments))
        if table is not None:
            names = [column_name(one) for one in items_of(second_of(arguments))]
            table.primary_key = tuple(names)
            for key in (self.schema.key(name) for name in names):
                if key in table.columns:
                    table.columns[key] = replace(table.columns[key], nullable=False)

    def set_nullable(self, arguments: Sequence[Value], *, nullable: bool) -> None:
        """`addNotNull(table, column)` and `dropNotNull(table, column)` of a schema builder."""
        table = self.table(first_of(arguments))
        key = self.schema.key(column_name(second_of(arguments)))
        if table is not None and key in table.columns:
            table.columns[key] = replace(table.columns[key], nullable=nullable)

    def drop_primary_key(self, arguments: Sequence[Value]) -> None:
        """`dropPrimaryKey(table)`."""
        table = self.table(first_of(arguments))
        if table is not None:
            table.primary_key, table.primary_key_name = (), ""

    def change_table_comment(self, arguments: Sequence[Value]) -> None:
        """`changeTableComment(table, comment)`."""
        table, comment = self.table(first_of(arguments)), second_of(arguments)
        if table is not None:
            table.comments.pop("", None)
            if isinstance(comment, Text):
                table.comments[""] = comment.text


_METHODS: Mapping[str, Callable[[Runner, Sequence[Value]], None]] = {
    "addColumn": Runner.add_columns,
    "addColumns": Runner.add_columns,
    "addNotNull": lambda self, arguments: self.set_nullable(arguments, nullable=False),
    "dropNotNull": lambda self, arguments: self.set_nullable(arguments, nullable=True),
    "changeColumn": Runner.change_column,
    "changeColumns": Runner.change_columns,
    "changeTableComment": Runner.change_table_comment,
    "createCheckConstraint": lambda self, arguments: self.each(Runner._add_check)(arguments),  # noqa: SLF001
    "createCheckConstraints": lambda self, arguments: self.each(Runner._add_check)(arguments),  # noqa: SLF001
    "createExclusionConstraint": lambda self, arguments: self.each(Runner._add_check)(arguments),  # noqa: SLF001
    "createForeignKey": lambda self, arguments: self.each(Runner._add_reference)(arguments),  # noqa: SLF001
    "createForeignKeys": lambda self, arguments: self.each(Runner._add_reference)(arguments),  # noqa: SLF001
    "createIndex": lambda self, arguments: self.each(Runner._add_index)(arguments),  # noqa: SLF001
    "createIndices": lambda self, arguments: self.each(Runner._add_index)(arguments),  # noqa: SLF001
    "createPrimaryKey": Runner.create_primary_key,
    "createTable": Runner.create_table,
    "createUniqueConstraint": lambda self, arguments: self.each(Runner._add_unique)(arguments),  # noqa: SLF001
    "createUniqueConstraints": lambda self, arguments: self.each(Runner._add_unique)(arguments),  # noqa: SLF001
    "dropCheckConstraint": Runner.drop_index,
    "dropCheckConstraints": Runner.drop_index,
    "dropColumn": Runner.drop_columns,
    "dropColumns": Runner.drop_columns,
    "dropExclusionConstraint": Runner.drop_index,
    "dropForeignKey": Runner.drop_index,
    "dropForeignKeys": Runner.drop_index,
    "dropIndex": Runner.drop_index,
    "dropIndices": Runner.drop_index,
    "dropPrimaryKey": Runner.drop_primary_key,
    "dropTable": Runner.drop_table,
    "dropUniqueConstraint": Runner.drop_index,
    "dropUniqueConstraints": Runner.drop_index,
    "renameColumn": Runner.rename_column,
    "renameTable": Runner.rename_table,
    "updatePrimaryKeys": Runner.create_primary_key,
}
