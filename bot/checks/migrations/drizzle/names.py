"""What names in Drizzle's TypeScript stand for: tables, columns, enumerations, and the builders of Drizzle's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.drizzle.chains import Chain, items_of, read_chain
from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.program import Found, Program
from bot.checks.migrations.script.values import Call, Entry, Function, Member, Name, Object, Tagged, Text, Value
from bot.checks.migrations.sql.schema import qualified

_CORES = frozenset({"drizzle-orm/pg-core", "drizzle-orm/mysql-core", "drizzle-orm/sqlite-core"})
_TABLES = frozenset({"pgTable", "mysqlTable", "sqliteTable"})
_CREATORS = frozenset({"pgTableCreator", "mysqlTableCreator", "sqliteTableCreator"})
_SCHEMAS = frozenset({"pgSchema", "mysqlSchema"})
_WORDS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z]+|[0-9]*|\b)|[A-Z]?[a-z]+[0-9]*|[A-Z]|[0-9]+")
_IDENTIFIER = re.compile(r"\w+")
_MAX_STEPS = 10


@dataclass(frozen=True)
class TableCall:
    """A call that declares a table: its full name, its columns and what is said beside them."""

    name: str
    columns: Value
    extra: Value | None
    module: Module
    line: int


class Names:
    """The names of a program. `snake` is whether keys without a name of their own become snake_case."""

    def __init__(self, program: Program, *, snake: bool) -> None:
        self.program, self._snake = program, snake
        self._columns: dict[tuple[str, str], dict[str, str]] = {}

    def callee(self, module: Module, function: Value) -> str | None:
        """The name of Drizzle's own function that is called; None where it is another."""
        found = self.program.named(module, function)
        return found.exported if isinstance(found, Import) and found.source in _CORES else None

    def table_call(self, found: Found) -> TableCall | None:
        """The call that declares a table; None where a constant is none."""
        value = found.declared.value
        if isinstance(value, Call) and isinstance(value.function, Member) and value.function.name == "enableRLS":
            value = value.function.value
        if not isinstance(value, Call):
            return None
        named = self._table_name(found.module, value)
        if named is None:
            return None
        extra = value.arguments[2] if len(value.arguments) > 2 else None  # noqa: PLR2004 - name, columns, the rest
        columns = value.arguments[1] if len(value.arguments) > 1 else Object(())
        return TableCall(named, columns, extra, found.module, found.declared.line)

    def _table_name(self, module: Module, call: Call) -> str | None:
        """The name of the table that a call declares; None where it declares none, or its name cannot be told."""
        first = call.arguments[0] if call.arguments else None
        name = self.text(module, first)
        if self.callee(module, call.function) in _TABLES:
            return name
        match call.function:
            case Name(maker):
                return self._by_creator(module, maker, name)
            case Member(value=Name(schema), name="table"):
                return self._by_schema(module, schema, name)
        return None

    def _by_creator(self, module: Module, maker: str, name: str | None) -> str | None:
        found = self.program.find(module, maker)
        if not isinstance(found, Found) or not isinstance(found.declared.value, Call) or name is None:
            return None
        call = found.declared.value
        if self.callee(found.module, call.function) not in _CREATORS or not call.arguments:
            return None
        match call.arguments[0]:
            case Function(parameters=[parameter], result=Tagged(tag=Name(""), texts=texts, holes=[Name(hole)])):
                return f"{texts[0]}{name}{texts[1]}" if hole == parameter else None
            case Function(parameters=[parameter], result=Name(hole)) if hole == parameter:
                return name
        return None

    def _by_schema(self, module: Module, schema: str, name: str | None) -> str | None:
        found = self.program.find(module, schema)
        if not isinstance(found, Found) or not isinstance(found.declared.value, Call) or name is None:
            return None
        call = found.declared.value
        if self.callee(found.module, call.function) not in _SCHEMAS or not call.arguments:
            return None
        label = self.text(found.module, call.arguments[0])
        return qualified(label, name) if label is not None else None

    def text(self, module: Module, value: Value | None) -> str | None:
        """A value that is a text, or a name of one."""
        for _ in range(5):
            if isinstance(value, Text):
                return value.text
            found = self.program.find(module, value.name) if isinstance(value, Name) else None
            if not isinstance(found, Found):
                return None
            module, value = found.module, found.declared.value
        return None

    def enum_name(self, module: Module, name: str) -> str | None:
        """The enumeration that a name of a module is; None where it is none."""
        found = self.program.find(module, name)
        enum = self.enum(found) if isinstance(found, Found) else None
        return enum[0] if enum is not None else None

    def enum(self, found: Found) -> tuple[str, tuple[str, ...]] | None:
        """The name and the values of the enumeration that a constant is; None where it is none."""
        call = found.declared.value
        if not isinstance(call, Call) or len(call.arguments) < 2:  # noqa: PLR2004 - name and values
            return None
        schema: str | None = ""
        if isinstance(call.function, Member) and call.function.name == "enum" and isinstance(call.function.value, Name):
            schema = self._by_schema(found.module, call.function.value.name, "")
            schema = schema.rstrip(".") if schema is not None else None
        elif self.callee(found.module, call.function) != "pgEnum":
            return None
        name = self.text(found.module, call.arguments[0])
        values = self.texts(found.module, call.arguments[1])
        return (qualified(schema, name), values) if name is not None and schema is not None and values else None

    def texts(self, module: Module, value: Value) -> tuple[str, ...]:
        """The texts of an array, or of a name of one; empty where one of them cannot be told."""
        if isinstance(value, Name):
            found = self.program.find(module, value.name)
            if not isinstance(found, Found):
                return ()
            module, value = found.module, found.declared.value
        match value:
            case Call(function=Member(value=Name("Object"), name="values"), arguments=[Name(name)]):
                found = self.program.find(module, name)
                if not isinstance(found, Found) or not isinstance(found.declared.value, Object):
                    return ()
                module, value = found.module, found.declared.value
        texts = [self.text(module, item) for item in items_of(value)]
        return tuple(text for text in texts if text is not None) if None not in texts else ()

    def may_be_table(self, found: Found) -> bool:
        """Whether a constant is made by a call that is given columns, though which table it is cannot be told."""
        call = found.declared.value
        if not isinstance(call, Call):
            return False
        if self.callee(found.module, call.function) in _TABLES:
            return True
        made = self.program.find(found.module, call.function.name) if isinstance(call.function, Name) else None
        function = made.declared.value if isinstance(made, Found) else None
        if isinstance(function, Function):
            # A function of the project's own that makes tables.
            words = set(_IDENTIFIER.findall(f"{function.written} {function.result!r}"))
            return not words.isdisjoint(_TABLES | _CREATORS)
        return any(self._holds_columns(found.module, argument) for argument in call.arguments)

    def _holds_columns(self, module: Module, value: Value) -> bool:
        entries = value.entries if isinstance(value, Object) else ()
        chains = (read_chain(entry.value) for entry in entries)
        return any(
            chain is not None
            and self.callee(module, Member(Name(chain.owner), chain.function) if chain.owner else Name(chain.function))
            for chain in chains
        )

    def may_be_enum(self, found: Found) -> bool:
        """Whether a constant is an enumeration of PostgreSQL whose name or values cannot be told."""
        call = found.declared.value
        return isinstance(call, Call) and self.callee(found.module, call.function) == "pgEnum"

    def number(self, module: Module, value: Value) -> Value:
        """What a name of a number or a constant stands for; the value itself for anything else."""
        found = self.program.find(module, value.name) if isinstance(value, Name) else None
        return found.declared.value if isinstance(found, Found) else value

    def entries(self, module: Module, value: Value, depth: int = 0) -> Iterator[tuple[Module, Entry]]:
        """Yield the members of the columns' object, those of spread objects too."""
        match value:
            case Function(result=result) if result is not None:
                yield from self.entries(module, result, depth)
            case Name(name):
                found = self.program.find(module, name)
                if isinstance(found, Found) and depth < _MAX_STEPS:
                    yield from self.entries(found.module, found.declared.value, depth + 1)
                else:
                    yield module, Entry("", value, 0)
            case Object(entries):
                for entry in entries:
                    if entry.key:
                        yield module, entry
                    else:
                        yield from self.entries(module, entry.value, depth + 1)
            case _:
                yield module, Entry("", value, 0)

    def columns_of(self, call: TableCall) -> dict[str, str]:
        """Key in the code to the column's name in the database."""
        key = (call.module.path, call.name)
        if key not in self._columns:
            names = {}
            for _, entry in self.entries(call.module, call.columns):
                chain = read_chain(entry.value)
                if entry.key:
                    names[entry.key] = self.column_name(entry.key, chain)
            self._columns[key] = names
        return self._columns[key]

    def column_name(self, key: str, chain: Chain | None) -> str:
        """The name of a column in the database, by its key and the call that makes it."""
        first = chain.arguments[0] if chain is not None and chain.arguments else None
        if isinstance(first, Text):
            return first.text
        return "_".join(word.lower() for word in _WORDS.findall(key)) if self._snake else key

    def column_at(self, module: Module, value: Value) -> tuple[str, str] | None:
        """The table and the column that `users.id`, or a function that gives it, names."""
        if isinstance(value, Function) and value.result is not None:
            value = value.result
        if not (isinstance(value, Member) and isinstance(value.value, Name)):
            return None
        found = self.program.find(module, value.value.name)
        call = self.table_call(found) if isinstance(found, Found) else None
        if call is None:
            return None
        column = self.columns_of(call).get(value.name)
        return (call.name, column) if column is not None else None
