"""What migrations do to a schema: `op.*`, batch mode, and SQL.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html and .../batch.html (read 2026-11-25).
Out of sight: operations of plugins, data migrations, SQL that is read from files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.alembic.column_types import compile_type
from bot.checks.migrations.alembic.columns import Builder, column_call, plain_name
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.models import Models
from bot.checks.migrations.alembic.operations import batch_of, is_called, is_operation, only_fitting, texts_of
from bot.checks.migrations.alembic.schema import Convention, Place, Schema, Table, same_name, table_key
from bot.checks.migrations.alembic.values import (
    Attribute,
    Call,
    ClassDef,
    Function,
    Opaque,
    Value,
    call_name,
    last_name,
)
from bot.checks.migrations.sql.hidden import Run

_SQL_WORDS = re.compile(r"\b(alter|create|drop|rename)\b", re.IGNORECASE)


@dataclass
class Replay:
    """Applies operations to a schema, in place.

    Attributes:
        models: the declared tables, for `Model.__table__.create()` and `metadata.create_all()`.
        unread: operations that cannot be told, with their place and the table where that is known.
        dropped: tables, and columns as `table.column`, that some operation dropped.
        touched: tables that some operation names.
        runs: the SQL that is executed.
    """

    schema: Schema
    models: Models
    convention: Convention = field(default_factory=Convention)
    unread: list[tuple[Place, str, str]] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    operations: list[Call] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        """The reader of the tree that the migrations are in."""
        return self.models.reader

    def run(self, functions: Iterable[Function]) -> None:
        """Follow the bodies of `upgrade` functions."""
        before = self.reader.on_call
        self.reader.on_call = self.apply
        try:
            for function in functions:
                self.reader.call_function(function, Call(function))
        finally:
            self.reader.on_call = before

    def apply(self, call: Call) -> None:
        """Apply one call, if it is an operation."""
        name = last_name(call.func)
        if isinstance(call.func, ClassDef | Function):
            return
        if name in {"execute", "execute_if", "scalar", "exec_driver_sql"}:
            self._execute(call)
        elif name == "create_all":
            for key, table in self.models.tables.items():
                self.schema.setdefault(key, table.copy())
        elif name in {"create", "drop"} and isinstance(call.func, Attribute):
            self._of_table_object(call.func.owner, create=name == "create")
        elif name in _OPERATIONS and is_operation(call.func):
            self.operations.append(call)
            _OPERATIONS[name](self, call)

    def _of_table_object(self, owner: Value, *, create: bool) -> None:
        table: Table | None = None
        if isinstance(owner, Attribute) and owner.name == "__table__" and isinstance(owner.owner, ClassDef):
            table = self.models.table_of(owner.owner)
        elif isinstance(owner, Call) and call_name(owner) == "Table":
            table = self.models.core_table(owner, Place(owner.path, owner.line))
        if table is not None and create:
            self.schema[table.key] = table.copy()
        elif table is not None:
            self._drop_table(table.key)

    def _execute(self, call: Call) -> None:
        from bot.checks.migrations.alembic.sql import operations_of

        value = call.argument("sqltext", 0, call.argument("statement"))
        while isinstance(value, Call) and value.args and call_name(value) in {"text", "DDL", "execution_options"}:
            value = value.args[0]
        if isinstance(value, str):
            self.runs.append(Run(call.path, call.line, value))
            if not _SQL_WORDS.search(value):
                return
            for operation in operations_of(value, self.reader.dialect, call):
                if isinstance(operation, Call):
                    self.apply(operation)
                else:
                    self._unread(call, operation)
        elif isinstance(value, Opaque) and _SQL_WORDS.search(value.source):
            self._unread(call, "SQL that is put together when it runs")
        elif isinstance(value, Attribute | Call) and last_name(value.func if isinstance(value, Call) else value) in {
            "read",
            "read_text",
        }:
            self._unread(call, "SQL that is read from a file")

    def _unread(self, call: Call, reason: str, table: str = "") -> None:
        self.unread.append((Place(call.path, call.line), reason, table))

    # The parts of a call

    def table(self, call: Call, position: int = 0, name: str = "table_name") -> Table | None:
        """The table that a call is about. One that is not known is made, for what the call says of it."""
        key = self.key(call, position, name)
        if key is None:
            self._unread(call, f"op.{last_name(call.func)} on a table that cannot be told")
            return None
        self.touched.add(key)
        if key not in self.schema:
            self.schema[key] = Table(key, open=True, convention=self.convention)
            self.schema[key].loose |= {"unknown"}
        return self.schema[key]

    def key(self, call: Call, position: int = 0, name: str = "table_name") -> str | None:
        """The key of the table that a call names, or that its batch names."""
        batch = batch_of(call)
        if batch is not None:
            table, schema = batch.argument("table_name", 0), batch.argument("schema", 1)
        else:
            table, schema = call.argument(name, position), call.argument("schema")
        table = plain_name(table)
        return None if table is None else self._find(table_key(schema or self.convention.schema, table))

    def _find(self, key: str) -> str:
        """The table that a key without a schema means where the code names one: `env.py` may set the search path."""
        if "." in key or key in self.schema or key in self.models.tables:
            return key
        found = [one for one in {*self.schema, *self.models.tables} if one.endswith(f".{key}")]
        return found[0] if len(found) == 1 else key

    def builder(self, table: Table) -> Builder:
        """A builder with the naming convention that Alembic takes from `target_metadata`."""
        known = self.models.tables.get(table.key)
        return Builder(
            table, self.reader, known.convention if known is not None else self.convention, resolve=self.models.resolve
        )

    # The operations

    def create_table(self, call: Call) -> None:
        """`op.create_table(name, *columns_and_constraints)`."""
        key = self.key(call)
        if key is None:
            self._unread(call, "op.create_table of a table whose name cannot be told")
            return
        self.touched.add(key)
        place = Place(call.path, call.line)
        table = self.schema[key] = Table(key, place=place, convention=self.convention)
        comment = call.argument("comment")
        table.comment = comment if isinstance(comment, str) else ""
        self.builder(table).add_all(call.args[1:], place)
        for place, reason in table.unread:
            self.unread.append((place, reason, key))
            table.open = True

    def drop_table(self, call: Call) -> None:
        """`op.drop_table(name)`."""
        key = self.key(call)
        if key is None:
            self._unread(call, "op.drop_table of a table whose name cannot be told")
            return
        self._drop_table(key)

    def _drop_table(self, key: str) -> None:
        self.schema.pop(key, None)
        self.dropped.add(key)
        self.touched.add(key)

    def rename_table(self, call: Call) -> None:
        """`op.rename_table(old, new)`."""
        schema = call.argument("schema") or self.convention.schema
        old, new = call.argument("old_table_name", 0), call.argument("new_table_name", 1)
        if not isinstance(old, str) or not isinstance(new, str):
            self._unread(call, "op.rename_table with a name that cannot be told")
            return
        old, new = table_key(schema, old), table_key(schema, new)
        self.touched |= {old, new}
        table = self.schema.pop(old, None)
        self.dropped.add(old)
        if table is None:
            return
        table.key = new
        self.schema[new] = table
        for other in self.schema.values():
            other.foreign_keys = [replace(one, table=new) if one.table == old else one for one in other.foreign_keys]

    def add_column(self, call: Call) -> None:
        """`op.add_column(table, column)`."""
        table = self.table(call)
        at = 0 if batch_of(call) is not None else 1
        columns = [call.argument("column", at), *call.args[at + 1 :]]
        for value in columns:
            column = column_call(value)
            if table is None or value is None:
                continue
            if column is None or self.builder(table).add_column(column, "", Place(call.path, call.line)) is None:
                self._unread(call, "op.add_column of a column that cannot be told", table.key)

    def drop_column(self, call: Call) -> None:
        """`op.drop_column(table, name)`."""
        table = self.table(call)
        name = call.argument("column_name", 0 if batch_of(call) is not None else 1)
        if table is None:
            return
        if not isinstance(name, str):
            self._unread(call, "op.drop_column of a column that cannot be told", table.key)
            return
        table.drop_column(name)
        self.dropped.add(f"{table.key}.{name}")

    def alter_column(self, call: Call) -> None:
        """`op.alter_column(table, name, nullable=..., type_=..., new_column_name=...)`."""
        table = self.table(call)
        name = call.argument("column_name", 0 if batch_of(call) is not None else 1)
        if table is None:
            return
        if not isinstance(name, str):
            self._unread(call, "op.alter_column of a column that cannot be told", table.key)
            return
        if (column := table.columns.get(name)) is not None:
            nullable, type_, comment = (
                call.argument("nullable"),
                call.argument("type_"),
                call.argument("comment", default=False),
            )
            if nullable is not None:
                column = replace(column, nullable=nullable if isinstance(nullable, bool) else None)
            if type_ is not None:
                column = replace(column, type=compile_type(type_, self.reader))
            if comment is not False:
                column = replace(column, comment=comment if isinstance(comment, str) else "")
            table.columns[name] = replace(column, place=Place(call.path, call.line))
        new = call.argument("new_column_name")
        if isinstance(new, str) and new != name:
            table.rename_column(name, new)
            self.dropped.add(f"{table.key}.{name}")

    def create_index(self, call: Call) -> None:
        """`op.create_index(name, table, columns, unique=...)`; in a batch without the table."""
        table = self.table(call, 1)
        columns = call.argument("columns", 1 if batch_of(call) is not None else 2)
        if table is None:
            return
        if not isinstance(columns, list | tuple):
            columns = [Opaque("columns", "", (columns,))]
        name = call.argument("index_name", 0, call.argument("name"))
        self.builder(table).set_index(name, columns, call, Place(call.path, call.line))

    def drop_index(self, call: Call) -> None:
        """`op.drop_index(name, table)`; the table may be left out."""
        name = plain_name(call.argument("index_name", 0, call.argument("name")))
        key = self.key(call, 1)
        if key is not None:
            self.touched.add(key)
        if name is None:
            self._unread(call, "op.drop_index of an index whose name cannot be told", key or "")
            return
        for table in [self.schema[key]] if key in self.schema else list(self.schema.values()):
            kept = {one: index for one, index in table.indexes.items() if not same_name(one, name)}
            if key is not None and len(kept) == len(table.indexes):
                table.loose.add("index")
            table.indexes = kept

    def rename_index(self, call: Call) -> None:
        """`ALTER INDEX old RENAME TO new`."""
        old, new = str(call.args[0]), str(call.args[1])
        for table in self.schema.values():
            if old in table.indexes:
                table.indexes[new] = replace(table.indexes.pop(old), name=new)

    def create_unique_constraint(self, call: Call) -> None:
        """`op.create_unique_constraint(name, table, columns)`."""
        table = self.table(call, 1, "table_name")
        columns = call.argument("columns", 1 if batch_of(call) is not None else 2)
        if table is not None and isinstance(columns, list | tuple):
            name = call.argument("constraint_name", 0, call.argument("name"))
            self.builder(table).add_unique(columns, name, Place(call.path, call.line))
        elif table is not None:
            self._unread(call, "a unique constraint over columns that cannot be told", table.key)

    def create_foreign_key(self, call: Call) -> None:
        """`op.create_foreign_key(name, source, referent, local_cols, remote_cols)`; in a batch without the source."""
        shift = 0 if batch_of(call) is not None else 1
        table = self.table(call, 1, "source_table")
        referent = call.argument("referent_table", 1 + shift)
        local, remote = call.argument("local_cols", 2 + shift), call.argument("remote_cols", 3 + shift)
        if table is None:
            return
        if not (isinstance(referent, str) and isinstance(local, list | tuple) and isinstance(remote, list | tuple)):
            self._unread(call, "a foreign key that cannot be told", table.key)
            return
        schema = call.argument("referent_schema") or self.convention.schema
        name = plain_name(call.argument("constraint_name", 0, call.argument("name")))
        builder = self.builder(table)
        columns, targets = texts_of(local), texts_of(remote)
        builder.add_foreign_key(columns, table_key(schema, referent), targets, call, name, Place(call.path, call.line))

    def create_primary_key(self, call: Call) -> None:
        """`op.create_primary_key(name, table, columns)`: its columns are not null."""
        table = self.table(call, 1)
        columns = call.argument("columns", 1 if batch_of(call) is not None else 2)
        for name in columns if table is not None and isinstance(columns, list | tuple) else ():
            if table is not None and name in table.columns:
                table.columns[str(name)] = replace(table.columns[str(name)], nullable=False)

    def drop_constraint(self, call: Call) -> None:
        """`op.drop_constraint(name, table, type_)`."""
        batch = batch_of(call) is not None
        table = self.table(call, 1)
        if table is None:
            return
        name = plain_name(call.argument("constraint_name", 0, call.argument("name")))
        kind = call.argument("type_", 1 if batch else 2)
        if kind in {"primary", "check"}:
            return
        if name is None:
            table.loose |= {"unique", "foreignkey"} if kind is None else {str(kind)}
            return
        self._drop_named(table, name, kind)

    def _drop_named(self, table: Table, name: str, kind: Value) -> None:
        uniques = [one for one in table.uniques if is_called(one.name, one.columns, "key", table, name)]
        keys = [one for one in table.foreign_keys if is_called(one.name, one.columns, "fkey", table, name)]
        if not keys and kind in {None, "foreignkey"}:
            keys = only_fitting(table.foreign_keys, name)
        if uniques and kind in {None, "unique"}:
            table.uniques = [one for one in table.uniques if one not in uniques]
        elif keys and kind in {None, "foreignkey"}:
            table.foreign_keys = [one for one in table.foreign_keys if one not in keys]
        else:
            table.loose |= {"unique", "foreignkey"} if kind is None else {str(kind)}

    def comment_on_table(self, call: Call) -> None:
        """`op.create_table_comment(table, comment)` and `op.drop_table_comment(table)`."""
        table = self.table(call)
        comment = call.argument("comment", 1) if last_name(call.func) == "create_table_comment" else ""
        if table is not None:
            table.comment = comment if isinstance(comment, str) else ""

    def batch(self, call: Call) -> None:
        """`op.batch_alter_table(name, ...)`: what it does follows; only constraints can stand in itself."""
        extra = call.argument("table_args")
        if isinstance(extra, list | tuple) and (table := self.table(call)) is not None:
            self.builder(table).add_all(extra, Place(call.path, call.line))


_OPERATIONS: Mapping[str, Callable[[Replay, Call], None]] = {
    "create_table": Replay.create_table,
    "drop_table": Replay.drop_table,
    "rename_table": Replay.rename_table,
    "add_column": Replay.add_column,
    "drop_column": Replay.drop_column,
    "alter_column": Replay.alter_column,
    "create_index": Replay.create_index,
    "drop_index": Replay.drop_index,
    "rename_index": Replay.rename_index,
    "create_unique_constraint": Replay.create_unique_constraint,
    "create_foreign_key": Replay.create_foreign_key,
    "create_primary_key": Replay.create_primary_key,
    "drop_constraint": Replay.drop_constraint,
    "create_table_comment": Replay.comment_on_table,
    "drop_table_comment": Replay.comment_on_table,
    "batch_alter_table": Replay.batch,
}
