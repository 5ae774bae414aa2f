"""Follows a migration, or schema.rb, and changes a schema as it does. What cannot be read is kept as a doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import members
from bot.checks.migrations.rails.arguments import options_of, plain
from bot.checks.migrations.rails.calls import Block, Call, NoReceiver, TooLongError
from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.evaluate import Interpreter
from bot.checks.migrations.rails.operations import OPERATIONS
from bot.checks.migrations.rails.raw import apply_sql
from bot.checks.migrations.rails.ruby import Const, Source, Unread, Value, line_of, names_in, text_of, unread
from bot.checks.migrations.rails.schema import Doubt, Schema, Table, Terms
from bot.checks.migrations.rails.steps import Step, make_step

if TYPE_CHECKING:
    from tree_sitter import Node

_HARMLESS = frozenset({
    "announce", "attr_accessor", "attr_reader", "begin_db_transaction", "binding", "byebug", "clear_cache!",
    "commit_db_transaction", "create_schema", "disable_ddl_transaction!", "disable_lock_timeout!",
    "disable_statement_timeout", "drop_schema", "enqueue_job", "extend", "gem", "include", "insert", "lambda", "logger",
    "loop", "p", "pp", "print", "private", "proc", "protected", "public", "puts", "require", "require_relative",
    "reset_column_information", "reset_pk_sequence!", "say", "schema_cache", "select_all", "select_one", "select_rows",
    "select_value", "select_values", "set_lock_timeout", "set_pk_sequence!", "set_statement_timeout", "sleep", "stop",
    "verbose", "version", "warn",
})  # fmt: skip
_RUNS_SQL = frozenset(
    {"execute", "exec_query", "exec_update", "update", "delete", "exec_sql", "exec_insert", "exec_delete"}
)
_CONNECTION = re.compile(r"(?:\w|:)*(?:connection|schema_statements)")
_ASKS = frozenset({
    "column_exists?", "table_exists?", "index_exists?", "index_name_exists?", "foreign_key_exists?", "view_exists?",
    "data_source_exists?", "check_constraint_exists?", "extension_enabled?", "reverting?",
})  # fmt: skip
# Of a model, not of a migration.
_OF_ROWS = frozenset({"update_column", "update_columns"})
_ENVIRONMENTS = ("production?", "test?", "staging?")
# What of the text of a piece of code may change a schema.
_DEFINES = re.compile(
    r"\b(?:(?:add|remove|rename|change|create|drop|update|replace|enable|disable|validate)_"
    r"(?:\w+_)*(?:columns?|tables?|index|reference|belongs_to|timestamps|foreign_key|enum|null|default|view|constraint|"
    r"extension|concurrently|value)|execute)\b"
)


@dataclass(frozen=True)
class TableHandle:
    """The `t` of a block."""

    table: Table


@dataclass(frozen=True)
class Direction:
    """The `dir` of `reversible`."""


@dataclass
class Migrator:
    """The host of one file.

    Attributes:
        doubts: what could not be read.
        steps: its instructions, in their order.
        alike: texts of statements of a schema that are passed over.
        transaction: whether the database runs them in one.
    """

    changer: Changer
    source: Source
    doubts: list[Doubt] = field(default_factory=list)
    interpreter: Interpreter = field(init=False)
    steps: list[Step] = field(default_factory=list)
    transaction: bool = True
    alike: frozenset[bytes] = frozenset()
    _assured_depth: int = 0

    def __post_init__(self) -> None:
        self.interpreter = Interpreter(self.source, self)

    def doubt(self, call: Call, reason: str, about: str = "") -> Value:
        """Keep that a call may change what it names, or anything where it names nothing."""
        names = (
            {about, about.rpartition(".")[0]}
            if about
            else names_in(list(call.arguments)) | names_in(dict(call.options))
        )
        # Of a column with an option that is computed the name is known.
        sure = "computed" in reason and not {"option", "options", "default"} & set(reason.split())
        self._doubt(line_of(call.node), f"`{call.name}`: {reason}", names - {""}, sure=sure)
        return call.unread

    def _doubt(
        self, line: int, reason: str, names: set[str], *, anything: bool | None = None, sure: bool = False
    ) -> None:
        loose = not names if anything is None else anything
        self.doubts.append(Doubt(reason, self.source.path, line, frozenset(names), loose, sure))

    def within(self, table: Table, block: Block) -> None:
        """Follow the block of a table."""
        self.interpreter.yield_to(block, TableHandle(table))

    def step(self, call: Call, name: str, table: str, values: Sequence[Value], options: Mapping[str, Value]) -> None:
        """Keep an instruction, for advice."""
        made = make_step(
            name,
            table,
            values,
            options,
            path=self.source.path,
            line=call.line,
            assured=self._assured_depth > 0,
            transaction=self.transaction,
        )
        self.steps.append(made)

    def _assured(self, block: Block) -> Value:
        self._assured_depth += 1
        try:
            return self.interpreter.yield_to(block)
        finally:
            self._assured_depth -= 1

    def maybe(self, run: Callable[[], None], node: Node) -> None:
        """Do it, and doubt all that it touched."""
        before = dict(self.changer.touched)
        self.changer.touched = {}
        count = len(self.doubts)
        run()
        touched = {name for table, _, member in self.changer.touched for name in (table, member) if name}
        self.changer.touched = before | self.changer.touched
        del self.doubts[count + 20 :]
        if touched:
            self._doubt(line_of(node), "a condition that is known only when it runs", touched)

    def call(self, call: Call) -> Value:
        """Do what a call does."""
        self.changer.line = call.line
        match call.receiver:
            case NoReceiver():
                return self._own(call)
            case TableHandle(table):
                return members.call(self, table, call)
            case Direction():
                if call.name == "up" and call.block is not None:
                    self.interpreter.yield_to(call.block)
                return None
            case Const(name):
                return self._of_constant(call, name)
            case Unread(text):
                if _CONNECTION.fullmatch(text):
                    return self._own(call)
        return self._elsewhere(call)

    def _own(self, call: Call) -> Value:  # noqa: C901, PLR0911, PLR0912 - one answer a kind of call
        """A call of the migration itself, or of the connection."""
        method = self.interpreter.methods.get(call.name)
        if method is not None:
            return self.interpreter.call_method(method, call.arguments, call.options)
        operation = OPERATIONS.get(call.name)
        if operation is not None:
            given = plain(call)
            self.step(call, call.name, str(given[0]) if given else "", given[1:], options_of(call))
            return operation(self, call)
        if call.name in _ASKS:
            return self._ask(call)
        if call.name == "reversible":
            return self.interpreter.yield_to(call.block, Direction()) if call.block is not None else None
        if call.name in _RUNS_SQL:
            self.step(call, "execute", "", call.arguments[:1], {})
            return self._run_sql(call)
        if call.name == "safety_assured" and call.block is not None:
            return self._assured(call.block)
        if call.name == "revert":
            return self._revert(call)
        if call.name in {"connection", "quote_table_name", "quote_column_name", "quote"}:
            return call.argument(0) if call.arguments else Const("connection")
        if call.name == "class":
            return Const("self.class")
        if call.name == "loop" and call.block is not None:
            self.maybe(lambda: self._quiet_yield(call.block), call.node)
            return None
        if call.block is not None and call.name not in {"lambda", "proc"}:
            # What is not known and takes a block runs it: `safety_assured { ... }`.
            return self.interpreter.yield_to(call.block)
        handed = _handed(call)
        if handed is not None:
            return self.doubt(call, "a method that is defined elsewhere", handed)
        if call.statement and call.name not in _HARMLESS:
            named = names_in(list(call.arguments)) | names_in(dict(call.options))
            if named & set(self.changer.schema.tables) or not call.arguments or _DEFINES.search(call.name):
                return self.doubt(call, "a method that is defined elsewhere")
        return call.unread

    def _of_constant(self, call: Call, name: str) -> Value:  # noqa: PLR0911 - one answer a constant
        if call.name == "connection" or _CONNECTION.fullmatch(name):
            return self._own(call) if call.name != "connection" else Const("connection")
        if name == "Rails" and call.name == "env":
            return Const("Rails.env")
        if name == "Rails.env":
            return False if call.name in _ENVIRONMENTS else (True if call.name == "development?" else call.unread)
        if call.name in {"transaction", "suppress_messages", "no_touching", "unscoped"} and call.block is not None:
            return self.interpreter.yield_to(call.block)
        if name.startswith("ActiveRecord::Schema") and call.name == "define":
            return self._schema(call)
        if call.name in {"up", "down", "migrate", "change"} or (call.name == "new" and _DEFINES.search(name)):
            return self.doubt(call, "another migration's class")
        return self._elsewhere(call)

    def _schema(self, call: Call) -> Value:
        version = call.options.get("version")
        if isinstance(version, int):
            self.changer.schema.version = str(version)
            self.changer.schema.version_line = call.line
        elif isinstance(version, Unread):
            self.doubt(call, "a version that cannot be read")
        if call.block is None:
            return None
        body = call.block.node.child_by_field_name("body")
        for statement in body.named_children if body is not None else ():
            if not self.alike or (statement.text or b"") not in self.alike:
                self.interpreter.run(statement, call.block.environment)
        return None

    def _elsewhere(self, call: Call) -> Value:
        """A call of an object of the application: rows are its business, unless its block says otherwise."""
        if call.block is not None and _DEFINES.search(text_of(call.block.node)):
            self.maybe(lambda: self._quiet_yield(call.block), call.node)
        handed = _handed(call)
        if handed is not None or (call.name not in _OF_ROWS and _DEFINES.match(call.name)):
            return self.doubt(call, "a method that is defined elsewhere", handed or "")
        return call.unread

    def _quiet_yield(self, block: Block | None) -> None:
        if block is not None:
            self.interpreter.each(block, [unread(block.node)])

    def _ask(self, call: Call) -> Value:  # noqa: PLR0911 - one answer a question
        table = call.argument(0)
        if not isinstance(table, str):
            return False if call.name == "reverting?" else call.unread
        found = self.changer.table(table)
        match call.name:
            case "table_exists?" | "data_source_exists?":
                return found is not None
            case "column_exists?":
                return found is not None and str(call.argument(1)) in found.columns
            case "index_exists?":
                return (
                    found is not None and self.changer.find_index(found, call.argument(1), options_of(call)) is not None
                )
            case "index_name_exists?":
                return found is not None and str(call.argument(1)) in found.indexes
            case "foreign_key_exists?":
                to_table = call.argument(1)
                given = to_table if isinstance(to_table, str) else None
                return found is not None and self.changer.find_foreign_key(found, given, options_of(call)) is not None
        return call.unread

    def _run_sql(self, call: Call) -> Value:
        text = call.argument(0)
        if isinstance(text, str):
            for line, reason, names, anything in apply_sql(self.changer, str(text)):
                self._doubt(call.line + line, reason, set(names), anything=anything)
        elif call.arguments:
            written = text_of(call.node)
            if re.search(r"\b(?:ALTER|CREATE|DROP|RENAME)\b", written, re.IGNORECASE):
                self._doubt(call.line, "SQL with parts that are computed", set(re.findall(r"\w+", written)))
            elif not re.search(r"\b(?:UPDATE|INSERT|DELETE|SELECT|SET|WITH)\b", written):
                self._doubt(call.line, "SQL that is computed", set())
        return call.unread

    def _revert(self, call: Call) -> Value:
        self._doubt(call.line, "`revert`: what it undoes is not followed", set(), anything=True)
        return None


def _handed(call: Call) -> str | None:
    """The table whose `t` a call hands on; empty where it hands on the migration itself; None where it does neither."""
    for one in (*call.arguments, *call.options.values()):
        if isinstance(one, TableHandle):
            return one.table.name
        if isinstance(one, NoReceiver):
            return ""
    return None


def read_schema(source: Source, terms: Terms, alike: frozenset[bytes] = frozenset()) -> tuple[Schema, list[Doubt]]:
    """The schema of a schema.rb, and what of it cannot be read. Statements whose text is in `alike` are left out."""
    schema = Schema(format=_format(source))
    given = schema.format or min(terms.version, (6, 1))
    migrator = Migrator(Changer(schema, Terms(terms.adapter, given), path=source.path), source, alike=alike)
    try:
        migrator.interpreter.run(source.root)
    except (TooLongError, RecursionError):
        migrator._doubt(1, "the file is too long to be followed", set(), anything=True)  # noqa: SLF001 - its own class
    return schema, migrator.doubts


def _format(source: Source) -> tuple[int, int] | None:
    found = re.search(r"ActiveRecord::Schema\[(\d{1,4})\.(\d{1,4})\]", text_of(source.root)[:5000])
    return (int(found[1]), int(found[2])) if found else None
