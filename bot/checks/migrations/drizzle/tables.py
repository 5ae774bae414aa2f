"""Tables as Drizzle's TypeScript declares them, in the words of drizzle-kit's snapshots.

What cannot be told without running the code is a doubt: about a column, or about a whole table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.drizzle.chains import items_of, options_of, read_chain, words_of
from bot.checks.migrations.drizzle.columns import read_column
from bot.checks.migrations.drizzle.keys import Keys, text_of
from bot.checks.migrations.drizzle.names import Names, TableCall
from bot.checks.migrations.drizzle.snapshot import DIALECTS
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found, Program
from bot.checks.migrations.script.values import Array, Entry, Function, Object, Value
from bot.checks.migrations.script.written import written
from bot.checks.migrations.sql.schema import Column, Schema, Table


@dataclass(frozen=True)
class Doubt:
    """What cannot be told: where, why, and how it is written, so that it can be seen whether it changed."""

    path: str
    line: int
    reason: str
    written: str


@dataclass(kw_only=True)
class Declared:
    """What the code declares.

    Attributes:
        places: (table, member) to path and line.
        doubts: (table, column), or (table, "") for a whole table, to what is not known of it.
    """

    schema: Schema
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    doubts: dict[tuple[str, str], Doubt] = field(default_factory=dict)


class Reader:
    """Reads the tables of a program, of one dialect (`postgresql`, `mysql` or `sqlite`)."""

    def __init__(self, program: Program, dialect: str, *, snake: bool = False) -> None:
        self._program, self._dialect = program, dialect
        self.declared = Declared(schema=Schema(dialect=DIALECTS[dialect]))
        self._names = Names(program, snake=snake)
        self._keys = Keys(self._names, self.declared.schema, dialect)

    def read(self, modules: Sequence[Module]) -> Declared:
        """The tables and enumerations that modules export."""
        done: set[tuple[str, str]] = set()
        calls = []
        for module in modules:
            for found in self._program.exports(module):
                key = (found.module.path, found.name)
                if key not in done:
                    done.add(key)
                    calls += self._begin(found)
        for call in calls:
            self._read_table(call)
        return self.declared

    def _begin(self, found: Found) -> list[TableCall]:
        self._read_enum(found)
        call = self._names.table_call(found)
        if call is None and self._names.may_be_table(found):
            self._doubt_of(found, "a table that is made by a call which cannot be followed")
        return [call] if call is not None else []

    def _read_enum(self, found: Found) -> None:
        enum = self._names.enum(found)
        if enum is None and self._names.may_be_enum(found):
            self._doubt_of(found, "an enumeration whose name or values are computed")
        if enum is not None:
            name, values = enum
            self.declared.schema.enums[name] = values
            for member in ("", *values):
                self.declared.places[name, member] = (found.module.path, found.declared.line)

    def _read_table(self, call: TableCall) -> None:
        table = Table(name=call.name)
        schema = self.declared.schema
        schema.tables[schema.key(call.name)] = table
        self.declared.places[call.name, ""] = (call.module.path, call.line)
        entries = list(self._names.entries(call.module, call.columns))
        for module, entry in entries:
            self._read_column(call, table, module, entry)
        names = self._names.columns_of(call)
        for value in self._extras(call):
            if not self._keys.add_extra(call, table, names, value):
                self._doubt(call, "", call.line, "a key or index that cannot be read", value)

    def _doubt_of(self, found: Found, reason: str) -> None:
        words = written(self._program, found.module, found.declared.value)
        self.declared.doubts[found.name, ""] = Doubt(found.module.path, found.declared.line, reason, words)

    def _doubt(self, call: TableCall, column: str, line: int, reason: str, value: Value) -> None:
        before = self.declared.doubts.get((call.name, column))
        words = written(self._program, call.module, value)
        if before is not None:
            words = f"{before.written}\n{words}"
        self.declared.doubts[call.name, column] = Doubt(call.module.path, line, reason, words)

    def _read_column(self, call: TableCall, table: Table, module: Module, entry: Entry) -> None:
        chain = read_chain(entry.value)
        if not entry.key or chain is None:
            self._doubt(call, "", entry.line or call.line, "columns that are put together at run time", entry.value)
            return
        name = self._names.column_name(entry.key, chain)
        self.declared.places[call.name, name] = (module.path, entry.line)
        column = read_column(self._names, self._dialect, module, name, chain)
        key = self.declared.schema.key(name)
        if column is None:
            self._doubt(call, name, entry.line, f"its type `{chain.function}` is not Drizzle's own", entry.value)
            column = Column(name=name, type="")
        table.columns[key] = column
        for step in chain.steps:
            if step.name == "primaryKey":
                table.primary_key = (*table.primary_key, name)
            elif step.name == "unique":
                self._keys.add_unique(table, text_of(step.arguments), (name,))
            elif step.name == "references" and not self._add_reference(table, module, name, step.arguments):
                self._doubt(call, name, entry.line, "what it refers to cannot be told", entry.value)

    def _add_reference(self, table: Table, module: Module, name: str, arguments: Sequence[Value]) -> bool:
        target = self._names.column_at(module, arguments[0]) if arguments else None
        if target is None:
            return False
        actions = words_of(options_of(arguments[1] if len(arguments) > 1 else None))
        self._keys.add_reference(table, None, (name,), [target], actions)
        return True

    def _extras(self, call: TableCall) -> Sequence[Value]:
        if call.extra is None:
            return ()
        value = call.extra.result if isinstance(call.extra, Function) else call.extra
        if isinstance(value, Array | Object):
            return items_of(value)
        self._doubt(call, "", call.line, "keys and indexes that are put together at run time", call.extra)
        return ()
