"""Follows a migration, or schema.rb, and changes a schema as it does. What cannot be read is kept as a doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import core, members
from bot.checks.migrations.rails.arguments import flat, options_of, plain
from bot.checks.migrations.rails.calls import Block, Call, NoReceiver, TooLongError
from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.computed import Kind, Pieces, read_pieces
from bot.checks.migrations.rails.evaluate import Interpreter
from bot.checks.migrations.rails.known_calls import (
    ASKS,
    CONNECTION,
    DEFINES,
    DEFINES_IN_SQL,
    HARMLESS,
    OF_ROWS,
    RUNS_CODE,
    RUNS_ROWS,
    RUNS_SQL,
    SENDS,
)
from bot.checks.migrations.rails.operations import OPERATIONS
from bot.checks.migrations.rails.parts import table_in
from bot.checks.migrations.rails.raw import apply_sql
from bot.checks.migrations.rails.ruby import Const, Source, Unread, Value, line_of, names_in, pieces_of, text_of, unread
from bot.checks.migrations.rails.schema import Doubt, Schema, Table, Terms
from bot.checks.migrations.rails.steps import Step, make_step

if TYPE_CHECKING:
    from tree_sitter import Node


# Settings of the connection and of all models that lead names of tables to others.
_LEADS = frozenset({"schema_search_path", "search_path", "table_name_prefix", "table_name_suffix"})


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

    def doubt(self, call: Call, reason: str, about: str = "", *, sure: bool = False) -> Value:
        """Keep that a call may change what it names, or anything where it names nothing."""
        names = (
            {about, about.rpartition(".")[0]}
            if about
            else names_in(list(call.arguments)) | names_in(dict(call.options))
        )
        # Of a column with an option that is computed the name is known.
        sure = sure or ("computed" in reason and not {"option", "options", "default"} & set(reason.split()))
        self._doubt(line_of(call.node), f"`{call.name}`: {reason}", names - {""}, sure=sure)
        return call.unread

    def doubt_any(self, call: Call, reason: str) -> Value:
        """Keep that a call may change any table, and surely changes one."""
        self._doubt(line_of(call.node), f"`{call.name}`: {reason}", set(), anything=True, sure=True)
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

    def assigned(self, name: str, value: Value, node: Node) -> None:
        """Doubt what stands behind an assignment that gives names of tables another meaning."""
        if name in _LEADS and value not in {"", "public", '"$user", public', '"$user",public'}:
            reason = f"`{name}=`, after which names stand for other tables"
            self._doubt(line_of(node), reason, set(), anything=True, sure=True)

    def pass_over(self, node: Node) -> None:
        """Doubt a statement that is not followed, if it may change the schema."""
        if node.type == "subshell" or DEFINES.search(text_of(node)):
            self._doubt(line_of(node), f"`{node.type}`, which is not followed", set(), anything=True, sure=True)

    def call(self, call: Call) -> Value:  # noqa: PLR0911 - one answer a kind of receiver
        """Do what a call does."""
        self.changer.line = call.line
        if call.name in SENDS and call.arguments and _is_own(call.receiver):
            name = call.argument(0)
            if not isinstance(name, str):
                return self.doubt(call, "a method whose name is computed")
            call = replace(call, name=str(name), arguments=call.arguments[1:])
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
                if CONNECTION.fullmatch(text):
                    return self._own(call)
        return self._elsewhere(call)

    def _own(self, call: Call) -> Value:  # noqa: C901, PLR0911, PLR0912 - one answer a kind of call
        """A call of the migration itself, or of the connection."""
        method = self.interpreter.methods.get(call.name)
        if method is not None:
            return self.interpreter.call_method(method, call.arguments, call.options, call.block)
        operation = OPERATIONS.get(call.name)
        if operation is not None:
            given = plain(call)
            self.step(call, call.name, str(given[0]) if given else "", given[1:], options_of(call))
            return operation(self, call)
        if call.name in ASKS:
            return self._ask(call)
        if call.name == "reversible":
            return self.interpreter.yield_to(call.block, Direction()) if call.block is not None else None
        if call.name in RUNS_SQL or call.name in RUNS_ROWS or _gives_sql(call):
            self.step(call, "execute", "", call.arguments[:1], {})
            return self._run_sql(call)
        if call.name == "drop_schema":
            return self._own(_as_sql(call))
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
        if call.name in {"format", "sprintf"} and call.arguments:
            return replace(call.unread, pieces=core.fill(pieces_of(call.argument(0))))
        if call.name in {"lambda", "proc"} and call.block is not None:
            return call.block
        if call.name in HARMLESS:
            if call.block is not None:
                self._quiet_yield(call.block)
            return call.unread
        return self._unknown(call)

    def _unknown(self, call: Call) -> Value:
        """A call that the file does not define: nothing is known of what it does."""
        block = call.block
        if block is not None and not call.arguments and not parameters_of(block):
            # What is given nothing but a block runs it: `with_lock_retries { ... }`.
            return self.interpreter.yield_to(block)
        handed = _handed(call)
        own = (call.node.text or b"")[: block.node.start_byte - call.node.start_byte if block is not None else None]
        defines = DEFINES.search(own.decode("utf-8", "replace")) is not None
        if handed is not None or defines or call.statement or block is not None:
            self._doubt_unknown(call, handed or "", sure=True)
        if block is not None:
            self.interpreter.each(block, [tuple([call.unread] * len(parameters_of(block)))])
        return call.unread

    def _doubt_unknown(self, call: Call, about: str, *, sure: bool) -> None:
        named = {about} if about else names_in(list(call.arguments)) | names_in(dict(call.options))
        tables = named.intersection(self.changer.schema.tables) | named.intersection(self.changer.schema.omitted)
        self.changer.want(named)
        reason = f"`{call.name}`: a method that is defined elsewhere"
        # A method that is given no table may be about any.
        self._doubt(call.line, reason, named - {""}, anything=not tables, sure=sure)

    def _of_constant(self, call: Call, name: str) -> Value:  # noqa: PLR0911 - one answer a constant
        if call.name == "connection" or CONNECTION.fullmatch(name):
            return self._own(call) if call.name != "connection" else Const("connection")
        if name == "Rails" and call.name == "env":
            return Const("Rails.env")
        if call.name in {"transaction", "suppress_messages", "no_touching", "unscoped"} and call.block is not None:
            return self.interpreter.yield_to(call.block)
        if name.startswith("ActiveRecord::Schema") and call.name == "define":
            return self._schema(call)
        if name.startswith("ActiveRecord::Migration") and call.name != "new":
            return self._own(call)
        if call.name in {"up", "down", "migrate", "change"} or (call.name == "new" and DEFINES.search(name)):
            return self.doubt(call, "another migration's class", sure=True)
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
        omitted = []
        for statement in body.named_children if body is not None else ():
            if self.alike and (statement.text or b"") in self.alike:
                omitted.append(table_in(statement.text or b""))
            else:
                self.interpreter.run(statement, call.block.environment)
        self.changer.schema.omitted = frozenset(omitted)
        return None

    def _elsewhere(self, call: Call) -> Value:
        """A call of an object of the application: rows are its business, unless it is given what is not."""
        if call.block is not None:
            self.maybe(lambda: self._quiet_yield(call.block), call.node)
        handed = _handed(call)
        named = names_in(list(call.arguments))
        defines = call.name not in OF_ROWS and DEFINES.match(call.name) is not None
        if call.name in RUNS_CODE:
            return self.doubt_any(call, "what it runs stands elsewhere")
        if handed is not None or defines:
            known = named.intersection(self.changer.schema.tables) or named.intersection(self.changer.schema.omitted)
            self._doubt_unknown(call, handed or "", sure=handed is not None or bool(known))
        elif call.name == "connection":
            return Const("connection")
        elif any(DEFINES_IN_SQL.search(pieces_of(one)) for one in flat(call.arguments)):
            self._run_sql(call)
        return call.unread

    def _quiet_yield(self, block: Block | None) -> None:
        if block is not None:
            self.interpreter.each(block, [tuple([unread(block.node)] * len(parameters_of(block)))])

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
        if isinstance(text, list):
            text = core.add("".join(f"{one};" for one in text if isinstance(one, str)), "", call.unread)
        if isinstance(text, str):
            for line, reason, names, anything in apply_sql(self.changer, str(text)):
                words = {name.upper() for name in names}
                tables = not words.isdisjoint({"CASCADE", "OWNED", "SCHEMA", "TABLE"})
                sure = tables and not words.isdisjoint({"ALTER", "DROP"})
                self._doubt(call.line + line, reason, set(names), anything=anything, sure=sure)
        elif call.arguments:
            self._run_pieces(call, read_pieces(pieces_of(text)))
        return call.unread

    def _run_pieces(self, call: Call, read: Pieces) -> None:
        """Doubt SQL of which not all is known."""
        self.changer.want(read.names)
        if read.kind is Kind.TABLES:
            reason = "SQL with parts that are computed"
            self._doubt(call.line, reason, set(read.names), anything=read.anything, sure=True)
        elif read.kind is Kind.UNKNOWN and call.name not in RUNS_ROWS:
            self._doubt(call.line, "SQL that is computed", set(), anything=True, sure=True)

    def _revert(self, call: Call) -> Value:
        self._doubt(call.line, "`revert`: what it undoes is not followed", set(), anything=True, sure=True)
        return None


def _gives_sql(call: Call) -> bool:
    """Whether a call of the connection is given SQL that may change tables, whatever its name."""
    return any(DEFINES_IN_SQL.search(pieces_of(one)) for one in flat(call.arguments))


def _is_own(receiver: Value) -> bool:
    """Whether a receiver is the migration, a table, a direction or the connection."""
    if isinstance(receiver, Const | Unread):
        return CONNECTION.fullmatch(receiver.name if isinstance(receiver, Const) else receiver.text) is not None
    return isinstance(receiver, NoReceiver | TableHandle | Direction)


def parameters_of(block: Block) -> list[Node]:
    """The parameters of a block."""
    found = block.parameters
    return [one for one in found.named_children if one.type != "comment"] if found is not None else []


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


def _as_sql(call: Call) -> Call:
    """`drop_schema` as the SQL that Rails runs for it."""
    name = call.argument(0)
    sql = f'DROP SCHEMA IF EXISTS "{name}" CASCADE' if isinstance(name, str) else call.unread
    return replace(call, name="execute", arguments=[sql])
