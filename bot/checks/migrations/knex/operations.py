"""What a migration of Knex does, told by following its `up`: calls of the schema builder, and SQL that it runs.

Source: https://knexjs.org/guide/schema-builder.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.run import UNDEFINED, Budget, Called, EndlessError, Runner
from bot.checks.migrations.script.values import (
    Array,
    Call,
    ClassOf,
    Closure,
    Constant,
    Member,
    Name,
    Object,
    Tagged,
    Text,
    Value,
)
from bot.checks.migrations.script.ways import find_up, root_of
from bot.checks.migrations.sql.schema import qualified

# Names in raw SQL that its bindings give: `??`, `:name:`; and values, which are no names.
_HOLE = re.compile(r"\?\?|(?<![\w:]):\w+:")
_ANY_HOLE = re.compile(r"\?\?|\?")
KNEX = Name("@knex")
_TABLE, _COLUMN = Name("@table"), Name("@column")
_BUILDERS = {"alterTable": "alter", "createTable": "create", "createTableIfNotExists": "create-if", "table": "alter"}
_TABLES = {"dropTable": "drop-table", "dropTableIfExists": "drop-table", "renameTable": "rename-table"}
# Methods of a table's builder that make no column of the name that they are given.
_MEMBERS = {
    "check": "", "comment": "", "charset": "", "collate": "", "dropChecks": "", "dropColumn": "drop-column",
    "dropColumns": "drop-column", "dropForeign": "drop-key", "dropIndex": "drop-key", "dropNullable": "set-not-null",
    "dropPrimary": "drop-key", "dropTimestamps": "drop-stamps", "dropUnique": "drop-key", "engine": "",
    "foreign": "foreign", "index": "index", "inherits": "", "primary": "primary", "queryContext": "",
    "renameColumn": "rename-column", "setNullable": "", "timestamps": "stamps", "unique": "unique",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that a migration does.

    Attributes:
        kind: `create`, `create-if`, `alter`, `drop-table`, `rename-table`, `column`, `alter-column`, `drop-column`,
            `rename-column`, `set-not-null`, `stamps`, `drop-stamps`, `index`, `unique`, `primary`, `foreign`,
            `drop-key`, `raw` for SQL, or `opaque` for what cannot be told.
        table: empty where it cannot be told.
        names: columns; of a rename the old and the new name.
        inside: the kind of the step in whose builder it stands.
        certain: whether it is done without a condition that cannot be told.
    """

    kind: str
    table: str = ""
    names: tuple[str, ...] = ()
    sql: str = ""
    inside: str = ""
    required: bool = False
    default: bool = False
    path: str = ""
    line: int = 0
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What a migration does, the modules that were looked at for it, and why it could not be followed to its end."""

    steps: Sequence[Step]
    consulted: frozenset[str]
    fault: str = ""


class _Recorder:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.runner: Runner | None = None
        self._table = self._inside = ""

    def called(self, call: Called) -> Value | None:
        function = call.function
        if not isinstance(function, Member):
            return None
        if function.value == _TABLE:
            return self._member(function.name, call)
        if function.value == _COLUMN:
            return self._modified(function.name)
        if not is_rooted(function.value):
            return None
        return self._schema(function.name, call)

    def assigned(self, target: Value, name: str, value: Value, path: str) -> None:
        pass

    def declared(self, one: ClassOf) -> None:
        pass

    def _schema(self, name: str, call: Called) -> Value | None:
        arguments = call.arguments
        texts = tuple(one.text if isinstance(one, Text) else "" for one in arguments)
        schema = _schema_of(call.function)
        if name in _BUILDERS or name in _TABLES:
            texts = tuple(qualified(schema, text) if text and schema is not None else "" for text in texts)
        if name in _BUILDERS and arguments:
            self._add(_BUILDERS[name] if texts[0] else "opaque", call, table=texts[0])
            self._build(arguments, texts[0], _BUILDERS[name])
        elif name in _TABLES and arguments:
            self._add(_TABLES[name] if texts[0] else "opaque", call, table=texts[0], names=texts)
        elif name == "raw" and arguments:
            match arguments[0]:
                case Text(text) if (sql := _filled(text, arguments[1:])) is not None:
                    self._add("raw", call, sql=sql)
                case Tagged(texts=parts):
                    self._add("opaque", call, names=tuple(parts))
                case _:
                    self._add("opaque", call)
        elif name == "transaction":
            for one in arguments:
                if isinstance(one, Closure) and self.runner is not None:
                    self.runner.call(one, [KNEX])
            return UNDEFINED
        kept = arguments if name == "withSchema" else ()
        return None if name in {"then", "catch", "finally"} else Call(call.function, kept, call.line)

    def _build(self, arguments: Sequence[Value], table: str, kind: str) -> None:
        builder = next((one for one in arguments if isinstance(one, Closure)), None)
        if builder is None or self.runner is None:
            return
        outer, self._table, self._inside = self._table, table, kind
        self.runner.call(builder, [_TABLE], _TABLE)
        self._table, self._inside = outer, ""

    def _member(self, name: str, call: Called) -> Value:
        first = call.arguments[0] if call.arguments else None
        given = first.items if isinstance(first, Array) else call.arguments
        names = tuple(one.text for one in given if isinstance(one, Text))
        kind = _MEMBERS.get(name, "column")
        if kind == "column" and not names and name in {"increments", "bigIncrements"}:
            names = ("id",)
        if kind == "column" and not names:
            kind = "opaque"
        if kind:
            listed = len(names) if kind in {"drop-column", "rename-column"} or isinstance(first, Array) else 1
            self._add(kind, call, table=self._table, names=names[:listed] if kind != "rename-column" else names[:2])
        return _COLUMN

    def _modified(self, name: str) -> Value:
        """What is said of the column that was named last."""
        if self.steps:
            last = self.steps[-1]
            match name:
                case "alter" if last.kind == "column":
                    self.steps[-1] = replace(last, kind="alter-column")
                case "notNullable" | "primary":
                    self.steps[-1] = replace(last, required=True)
                case "defaultTo":
                    self.steps[-1] = replace(last, default=True)
        return _COLUMN

    def _add(self, kind: str, call: Called, *, table: str = "", names: tuple[str, ...] = (), sql: str = "") -> None:
        self.steps.append(
            Step(
                kind=kind,
                table=table,
                names=names,
                sql=sql,
                inside=self._inside,
                path=call.path,
                line=call.line,
                certain=call.certain,
            )
        )


def _schema_of(value: Value) -> str | None:
    """The schema that a chain of calls speaks of; empty for the usual one, None where it cannot be told."""
    while isinstance(value, Member | Call):
        match value:
            case Call(Member(name="withSchema"), [Text(text)]):
                return "" if text == "public" else text
            case Call(Member(name="withSchema")):
                return None
            case Call(function=inner) | Member(value=inner):
                value = inner
    return ""


def _filled(text: str, given: Sequence[Value]) -> str | None:
    """SQL with the names that stand in its bindings; None where one cannot be told."""
    names = _HOLE.findall(text)
    if not names:
        return text
    bindings = given[0] if given else None
    items: list[Value | None] = []
    if isinstance(bindings, Array):
        places = _ANY_HOLE.findall(text)
        items = [one for place, one in zip(places, bindings.items, strict=False) if place == "??"]
    elif isinstance(bindings, Object):
        members = {entry.key: entry.value for entry in bindings.entries}
        items = [members.get(name.strip(":")) for name in names]
    texts = [f'"{one.text}"' for one in items if isinstance(one, Text)]
    if len(texts) != len(names):
        return None
    parts = _HOLE.split(text)
    return parts[0] + "".join(name + part for name, part in zip(texts, parts[1:], strict=True))


def is_rooted(value: Value) -> bool:
    """Whether a value is Knex, a part of it, or what calls of it give."""
    return root_of(value) == KNEX


def follow_migration(program: Program, path: str, budget: Budget) -> Followed:
    """What a migration's `up` does."""
    recorder = _Recorder()
    runner = Runner(program, recorder, budget)
    recorder.runner = runner
    home = runner.home(path)
    if home is None:
        return Followed(steps=(), consulted=frozenset(), fault="it cannot be read")
    fault = "a syntax that cannot be read" if home.broken is not None else ""
    try:
        up = find_up(runner, home)
        if up is None:
            fault = fault or "it has no `up` that can be found"
        else:
            runner.call(up, [KNEX, Constant("undefined")])
    except EndlessError:
        fault = "it takes more steps than are followed"
    if runner.cut:
        fault = fault or "it is nested deeper than is followed"
    runner.give_back()
    return Followed(steps=tuple(recorder.steps), consulted=frozenset(runner.consulted), fault=fault)
