"""Follows the `up` of a migration, statement by statement, and does to a schema what it does.

Nothing is run: values are folded, and what cannot be followed is kept with the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.script.classes import Class, Method
from bot.checks.migrations.script.folding import Folder, bind, truth
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.statements import Do, Each, If, Let, Odd, Return, Statement, read_statements
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Entry,
    Function,
    Member,
    Name,
    Number,
    Object,
    Operation,
    Tagged,
    Text,
    Unread,
    Value,
)
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.typeorm import builders
from bot.checks.migrations.typeorm.arguments import UnsaidError, table_name
from bot.checks.migrations.typeorm.project import find_method
from bot.checks.migrations.typeorm.state import SILENT, Runner

_RUNNER = Name("%runner")
_MAX_DEPTH = 12
_MAX_STEPS = 20_000
_WORD = re.compile(r"\w+")
_DEFINES = re.compile(r"^\s*(create|alter|drop|rename)\b", re.IGNORECASE)
# Questions that ask what the schema is: a step that waits for their answer is a step that looks before it goes.
_CATALOGUE = re.compile(
    r"information_schema|\bpg_\w+|sqlite_(master|schema)|\bpragma\b|\bto_regclass\b|\bsys\.\w+"
    r"|\bshow\s+(full\s+)?(columns|tables|index|indexes|keys|create)\b|\bhasColumn\b|\bhasTable\b|\bgetTables?\b",
    re.IGNORECASE,
)
_ROWS = Name("%rows")
_ROLLBACK = re.compile(r"\brollback\b(?!\s+to\b)", re.IGNORECASE)
# What makes a schema without saying which.
_WHOLESALE = frozenset({"build", "runMigrations", "synchronize", "undoLastMigration"})


@dataclass(kw_only=True)
class Followed:
    """What following a migration gave.

    Attributes:
        sql: what it runs.
        opaque: what could not be followed.
        forks: path and line of each condition that cannot be told, and that something may hang on.
    """

    sql: list[str] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    forks: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Frame:
    """Where a statement stands: its module, and its class."""

    module: Module
    cls: Class | None


class Follower:
    """Follows migrations upon one schema.

    `wanted` says of a text of SQL whether it is to be looked at. `doubtful` is what a condition comes to that cannot
    be told; where it is None, both ways are done.
    """

    def __init__(
        self,
        folder: Folder,
        schema: Schema,
        wanted: Callable[[str], bool] | None = None,
        *,
        doubtful: bool | None = None,
    ) -> None:
        self._folder, self._schema, self._wanted, self._doubtful = folder, schema, wanted, doubtful
        self._runner = Runner(schema)
        self._steps = 0
        self._start: Schema | None = None
        self._at = ("", 1)
        self.followed = Followed()

    def follow(self, module: Module, cls: Class) -> Followed:
        """Do what the `up` of a migration does; what is told is of this migration alone."""
        self.followed = Followed()
        found = find_method(self._folder.program, module, cls, "up")
        if found is not None:
            home, _, method = found
            text = node_text(method.body) if method.body is not None else ""
            self._start = self._schema.copy() if "rollback" in text.lower() else None
            self._method(_Frame(home, cls), method, [_RUNNER], 0)
        return self.followed

    def _method(self, frame: _Frame, method: Method, arguments: Sequence[Value], depth: int) -> None:
        scope: dict[str, Value] = {"this": self._own(frame)}
        for parameter, value in zip(method.parameters, arguments, strict=False):
            if parameter.startswith("{"):
                scope.update(builders.context(parameter, self._schema.dialect))
            else:
                scope[parameter.partition("=")[0].strip()] = value
        self._run(frame, read_statements(method.body), scope, depth + 1)

    def _own(self, frame: _Frame) -> Value:
        """What a class's properties are; it may have others."""
        given = [(one.name, one.value, one.line) for one in (frame.cls.properties if frame.cls is not None else ())]
        known = [
            Entry(name, self._folder.fold(frame.module, value), line)
            for name, value, line in given
            if value is not None and not isinstance(value, Function)
        ]
        return Object([Entry("", Unread("this"), 1), *known])

    def _run(  # noqa: C901 - one answer a kind of statement
        self, frame: _Frame, statements: Sequence[Statement], scope: dict[str, Value], depth: int
    ) -> bool:
        """Follow statements in their order; whether they end the function."""
        for statement in statements:
            self._steps += 1
            if self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
                self._note("a migration that is too long to follow", (), 1, anything=True)
                return True
            self._at = (frame.module.path, getattr(statement, "line", self._at[1]))
            match statement:
                case Let(name, members, value, line):
                    self._bind(frame, name, members, self._value(frame, value, scope, line, depth), scope)
                case Do(value, line, to):
                    found = self._value(frame, value, scope, line, depth)
                    if to.isidentifier():
                        scope[to] = found
                case If():
                    if self._choose(frame, statement, scope, depth):
                        return True
                case Each():
                    self._each(frame, statement, scope, depth)
                case Return(value, thrown):
                    if value is not None and not thrown:
                        self._value(frame, value, scope, 1, depth)
                    return True
                case Odd(text, line):
                    self._note_text(text, line, scope)
        return False

    def _bind(
        self, frame: _Frame, name: str, members: Sequence[tuple[str, str]], value: Value, scope: dict[str, Value]
    ) -> None:
        if name:
            scope[name] = value
        for member, own in members:
            whole = Name("%whole")
            part = Operation("[]", [whole, Number(member)]) if member.isdigit() else Member(whole, member)
            scope[own] = self._folder.fold(frame.module, part, {"%whole": value})

    def _choose(self, frame: _Frame, statement: If, scope: dict[str, Value], depth: int) -> bool:
        condition = self._value(frame, statement.condition, scope, statement.line, depth)
        forks = len(self.followed.forks)
        told = self._truth(condition)
        if len(self.followed.forks) > forks and (_throws(statement.then) or _throws(statement.otherwise)):
            # Where it throws, the migration does nothing at all, and the one who runs it sees that.
            del self.followed.forks[forks:]
            told = not _throws(statement.then)
        if told is not None:
            return self._run(frame, statement.then if told else statement.otherwise, scope, depth + 1)
        # Either may happen: what they do is done, and nothing that they name is certain.
        before = len(self.followed.sql)
        for way in (statement.then, statement.otherwise):
            self._run(frame, way, scope, depth + 1)
        for text in self.followed.sql[before:] if statement.then and statement.otherwise else ():
            if _DEFINES.match(text):
                self._note("what is done under a condition", _WORD.findall(text), statement.line)
        return False

    def _truth(self, value: Value) -> bool | None:  # noqa: PLR0911 - one answer a kind
        """Whether a condition holds, by the schema where it asks for a table or a column."""
        match value:
            case Operation("!", [one]):
                told = self._truth(one)
                return None if told is None else not told
            case Operation("&&" | "||" as sign, [one, other]):
                first, second = self._truth(one), self._truth(other)
                if sign == "&&":
                    return False if False in (first, second) else None if None in (first, second) else True
                return True if True in (first, second) else None if None in (first, second) else False
            case Call(Name("%table" | "%hasTable"), [name]):
                return self._table_key(name) in self._schema.tables
            case Call(Name("%hasColumn"), [name, Text(column)]):
                return self._has_column(name, column)
            case Call(Member(Call(Name("%table"), [name]), "findColumnByName"), [Text(column)]):
                return self._has_column(name, column)
            case Call(Member(Member(Call(Name("%table"), [name]), "columns"), "find" | "some"), [one]):
                wanted = list(_texts(one))
                return self._has_column(name, wanted[0]) if len(wanted) == 1 else None
        told = truth(value)
        if told is None and self._doubtful is not None and not _asks_catalogue(value):
            self.followed.forks.append(self._at)
            return self._doubtful
        return told

    def _table_key(self, name: Value) -> str:
        try:
            return self._schema.key(table_name(name))
        except UnsaidError:
            return ""

    def _has_column(self, name: Value, column: str) -> bool:
        table = self._schema.tables.get(self._table_key(name))
        return table is not None and self._schema.key(column) in table.columns

    def _each(self, frame: _Frame, statement: Each, scope: dict[str, Value], depth: int) -> None:
        over = self._folder.fold(frame.module, statement.over, scope)
        if not isinstance(over, Array):
            self._note("a loop over what cannot be told", _names_in(statement), statement.line)
            return
        for item in over.items:
            own = bind(Function([statement.name], None), [item])
            inner = {**scope, **own}
            self._run(frame, statement.body, inner, depth + 1)
            scope.update({name: inner[name] for name in scope if name not in own})

    # Expressions

    def _value(  # noqa: PLR0911 - one answer a kind
        self, frame: _Frame, value: Value, scope: dict[str, Value], line: int, depth: int
    ) -> Value:
        """An expression folded, after what it does was done."""
        if isinstance(value, Call | Member) and self._build(frame, value, scope, line):
            return Unread("a step")
        match value:
            case Call():
                return self._call(frame, value, scope, depth)
            case Operation("&&" | "||" as sign, [condition, Call() as call]):
                condition = self._value(frame, condition, scope, line, depth)
                if self._truth(condition) is not (sign == "||"):
                    return Operation(sign, [condition, self._value(frame, call, scope, line, depth)])
                return condition
            case Operation("?", [condition, *ways]):
                told = self._truth(self._folder.fold(frame.module, condition, scope))
                done = [
                    self._value(frame, one, scope, line, depth) for one in (ways if told is None else [ways[not told]])
                ]
                return done[0] if len(done) == 1 else Operation("?", [condition, *done])
            case Operation(sign, operands):
                made = Operation(sign, [self._value(frame, one, scope, line, depth) for one in operands])
                return self._folder.fold(frame.module, made, scope)
            case Array(items) if any(isinstance(one, Call) for one in items):
                return Array([self._value(frame, one, scope, line, depth) for one in items])
        return self._folder.fold(frame.module, value, scope)

    def _call(  # noqa: PLR0911 - one answer a kind
        self, frame: _Frame, call: Call, scope: dict[str, Value], depth: int
    ) -> Value:
        function = call.function
        if isinstance(function, Member):
            owner, name = function.value, function.name
            if name in {"then", "finally", "catch"}:
                return self._promised(frame, call, function, scope, depth)
            if self._is_runner(owner, scope):
                return self._runner_call(frame, name, call, scope, depth)
            if self._from_runner(owner, scope):
                return self._from_runner_call(frame, name, call, scope, depth)
            if owner in (Name("this"), Name("super")) and frame.cls is not None:
                return self._own_method(frame, name, call, scope, depth)
            if owner == Name("Promise") and name in {"all", "allSettled"}:
                return self._value(frame, call.arguments[0], scope, call.line, depth) if call.arguments else call
            if name in {"forEach", "map", "reduce"} and self._unrolled(frame, owner, call, scope, depth):
                return Unread("a list")
            if name == "push" and isinstance(owner, Name) and isinstance(had := scope.get(owner.name), Array):
                more = [self._folder.fold(frame.module, one, scope) for one in call.arguments]
                scope[owner.name] = Array([*had.items, *more])
                return Unread("a number")
        elif isinstance(function, Name) and (given := self._helper(frame, call, scope, depth)) is not None:
            return given
        folded = self._folder.fold(frame.module, call, scope)
        self._note_lost(folded, call.line, scope)
        return folded

    def _promised(self, frame: _Frame, call: Call, then: Member, scope: dict[str, Value], depth: int) -> Value:
        """`promise.then(...)`: what is awaited is done, and then what follows; what catches is for errors."""
        given = self._value(frame, then.value, scope, call.line, depth)
        for one in call.arguments[:1] if then.name != "catch" else ():
            if isinstance(one, Function):
                given = self._follow_function(frame, one, [given], scope, depth)
        return given

    def _from_runner_call(self, frame: _Frame, name: str, call: Call, scope: dict[str, Value], depth: int) -> Value:
        """A call of what a runner holds: its manager, its connection, or a builder of theirs."""
        if name == "query":
            return self._runner_call(frame, "query", call, scope, depth)
        functions = [one for one in call.arguments if isinstance(one, Function)]
        if name == "transaction" and functions:
            return self._follow_function(frame, functions[0], [Member(_RUNNER, "manager")], scope, depth)
        if name in _WHOLESALE:
            self._note(f"{name} of the connection", (), call.line, anything=True)
        return self._folder.fold(frame.module, call, scope)

    def _follow_function(
        self, frame: _Frame, function: Function, arguments: Sequence[Value], scope: Mapping[str, Value], depth: int
    ) -> Value:
        inner = {**scope, **bind(function, arguments)}
        if function.result is not None:
            return self._value(frame, function.result, inner, self._at[1], depth + 1)
        self._run(frame, read_statements(function.body), inner, depth + 1)
        return _answer(function.written)

    def _build(self, frame: _Frame, value: Value, scope: Mapping[str, Value], line: int) -> bool:
        """Do what a chain of a schema builder says; whether it is one."""
        root = value
        while isinstance(root, Call | Member):
            root = root.function if isinstance(root, Call) else root.value
        if not isinstance(root, Name) or not isinstance(given := scope.get(root.name), Name) or given == _RUNNER:
            return False
        folded = self._folder.fold(frame.module, value, scope)
        steps = builders.read_chain(_resolved(folded, scope))
        if steps and steps[0].name == "runQuery":
            self._query(steps[0].arguments[0] if steps[0].arguments else Text(""), line)
            return True
        call = builders.translate(steps, self._schema.dialect)
        if call is None:
            return False
        self._runner_step(*call, line)
        return True

    def _note_lost(self, value: Value, line: int, scope: Mapping[str, Value]) -> None:
        """Keep a call that takes the runner to where it cannot be followed."""
        if not isinstance(value, Call) or not any(self._holds_runner(one, scope) for one in value.arguments):
            return
        names = [word for text in _texts(value) for word in _WORD.findall(text)]
        self._note("a call that cannot be followed", names, line, anything=not names)

    def _holds_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        if isinstance(value, Function):
            return not _runners(scope).isdisjoint(_WORD.findall(f"{value.written} {value.result!r}"))
        return repr(_RUNNER) in repr(value)

    def _is_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        match _resolved(value, scope):
            case Name(name):
                return name in {_RUNNER.name, "queryRunner"}
            case Member(name="queryRunner") | Call(function=Member(name="createQueryRunner")):
                return True
        return False

    def _from_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        value = _resolved(value, scope)
        while isinstance(value, Member | Call):
            value = value.value if isinstance(value, Member) else value.function
            if self._is_runner(value, {}):
                return True
        return False

    def _own_method(self, frame: _Frame, name: str, call: Call, scope: Mapping[str, Value], depth: int) -> Value:
        found = find_method(self._folder.program, frame.module, frame.cls, name) if frame.cls is not None else None
        if found is None:
            return self._own_function(frame, name, call, scope, depth)
        home, _, method = found
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        frame = _Frame(home, frame.cls)
        value = _given_back(method)
        if value is not None:
            return self._folder.fold(frame.module, value, dict(zip(method.parameters, arguments, strict=False)))
        self._method(frame, method, arguments, depth)
        return _answer(node_text(method.body) if method.body is not None else name)

    def _own_function(self, frame: _Frame, name: str, call: Call, scope: Mapping[str, Value], depth: int) -> Value:
        """A method that is a property: `add = async (queryRunner) => {...}`, or one of a class that is not here."""
        properties = frame.cls.properties if frame.cls is not None else ()
        value = next((one.value for one in properties if one.name == name), None)
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        if isinstance(value, Function):
            return self._follow_function(frame, value, arguments, {"this": self._own(frame)}, depth)
        self._note_lost(Call(call.function, arguments, call.line), call.line, scope)
        return Unread(name)

    def _argument(self, frame: _Frame, value: Value, scope: Mapping[str, Value]) -> Value:
        return _RUNNER if self._is_runner(value, scope) else self._folder.fold(frame.module, value, scope)

    def _helper(self, frame: _Frame, call: Call, scope: Mapping[str, Value], depth: int) -> Value | None:
        """Follow a function of the repository that is given the runner, or that uses it; None where it does not."""
        found = self._folder.function(frame.module, call.function, scope)
        if found is None:
            return None
        home, function = found
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        if not any(self._holds_runner(one, scope) for one in (*arguments, function)):
            return None
        inner = scope if home is frame.module else {}
        return self._follow_function(_Frame(home, frame.cls), function, arguments, inner, depth)

    def _unrolled(self, frame: _Frame, owner: Value, call: Call, scope: Mapping[str, Value], depth: int) -> bool:
        over = self._folder.fold(frame.module, owner, scope)
        each = call.arguments[0] if call.arguments else None
        if not isinstance(over, Array) or not isinstance(each, Function) or (each.body is None and each.result is None):
            return False
        for item in over.items:
            inner = {**scope, **bind(each, [item])}
            if each.result is not None:
                self._value(frame, each.result, inner, call.line, depth)
            else:
                self._run(frame, read_statements(each.body), inner, depth + 1)
        return True

    # The runner's methods

    def _runner_call(self, frame: _Frame, name: str, call: Call, scope: dict[str, Value], depth: int) -> Value:
        arguments = [
            self._value(frame, one, scope, call.line, depth + 1)
            if isinstance(one, Call) and depth < _MAX_DEPTH
            else self._folder.fold(frame.module, one, scope)
            for one in call.arguments
        ]
        if name == "query":
            self._query(arguments[0] if arguments else Text(""), call.line)
            return Call(_ROWS, [Text("".join(_parts(arguments[0])[0]) if arguments else "")], call.line)
        if name == "rollbackTransaction":
            self._roll_back()
        if name in {"getTable", "hasTable"}:
            return Call(Name("%table" if name == "getTable" else "%hasTable"), arguments[:1], call.line)
        if name == "hasColumn":
            return Call(Name("%hasColumn"), arguments[:2], call.line)
        self._runner_step(name, arguments, call.line)
        return Unread(name)

    def _roll_back(self) -> None:
        """What was done before counts in one of two worlds: it may have been committed meanwhile."""
        self.followed.forks.append(self._at)
        if self._doubtful is False and self._start is not None:
            kept = self._start.copy()
            self._schema.tables, self._schema.enums = kept.tables, kept.enums

    def _runner_step(self, name: str, arguments: Sequence[Value], line: int) -> None:
        try:
            known = self._runner.call(name, arguments)
        except UnsaidError as error:
            names = [word for one in arguments for text in _texts(one) for word in _WORD.findall(text)]
            self._note(f"{name}: {error}", names, line, anything=not names)
            return
        if known:
            self._keep(name, arguments)
        elif name not in SILENT:
            self._note(f"{name} of the query runner", [], line, anything=True)

    def _keep(self, name: str, arguments: Sequence[Value]) -> None:
        """Note the SQL that a method stands for, where it takes something away."""
        texts = [one.text for one in arguments if isinstance(one, Text)]
        match name, texts:
            case "dropTable", [table, *_]:
                self.followed.sql.append(f'DROP TABLE "{table}"')
            case "dropColumn", [table, column, *_]:
                self.followed.sql.append(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
            case "renameColumn", [table, old, new]:
                self.followed.sql.append(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
            case "renameTable", [old, new]:
                self.followed.sql.append(f'ALTER TABLE "{old}" RENAME TO "{new}"')

    def _query(self, value: Value, line: int) -> None:
        texts, holes = _parts(value)
        filled = [_fill(one) for one in holes]
        text = texts[0] + "".join((hole or "unread_") + rest for hole, rest in zip(filled, texts[1:], strict=True))
        if self._wanted is not None and not self._wanted(text):
            return
        if None in filled and (_DEFINES.match(text) or not text.replace("unread_", "").strip()):
            names = _WORD.findall(text)
            self._note(" ".join(text.split())[:60], names, line, anything=not any(texts))
            return
        self.followed.sql.append(text)
        for one in apply(self._schema, text):
            self._note(one.words, one.names, line + one.line - 1, anything=one.anything)
        if self._start is not None and _ROLLBACK.search(text):
            self._roll_back()

    def _note(self, words: str, names: Sequence[str] | frozenset[str], line: int, *, anything: bool = False) -> None:
        self.followed.opaque.append(Opaque(words=words, names=frozenset(names), line=line, anything=anything))

    def _note_text(self, text: str, line: int, scope: Mapping[str, Value]) -> None:
        words = _WORD.findall(text)
        if not _runners(scope).isdisjoint(words):
            self._note("a statement that cannot be followed", words, line, anything=True)


def _runners(scope: Mapping[str, Value]) -> set[str]:
    """The names that stand for the runner, or for what it holds."""
    return {name for name, value in scope.items() if repr(_RUNNER) in repr(value)} | {"queryRunner"}


def _throws(statements: Sequence[Statement]) -> bool:
    return bool(statements) and isinstance(last := statements[-1], Return) and last.thrown


def _answer(words: str) -> Value:
    """What a function gives whose text is known, as far as conditions may ask for it."""
    return Call(_ROWS, [Text(words)], 1)


def _asks_catalogue(value: Value) -> bool:
    """Whether a value rests on what the database says of its schema."""
    return f"function={_ROWS!r}" in (words := repr(value)) and bool(_CATALOGUE.search(words))


def _resolved(value: Value, scope: Mapping[str, Value]) -> Value:
    """A chain whose root is put in, where it is a name of the scope."""
    match value:
        case Call(function=function, arguments=arguments, line=line):
            return Call(_resolved(function, scope), arguments, line)
        case Member(value=owner, name=name):
            return Member(_resolved(owner, scope), name)
        case Name(name):
            return scope.get(name, value)
    return value


def _parts(value: Value) -> tuple[list[str], list[Value]]:
    """A text as its written parts, and the values between them."""
    match value:
        case Text(text):
            return [text], []
        case Tagged(texts=texts, holes=holes):
            return list(texts), list(holes)
        case Operation("+", [one, other]):
            (left, first), (right, second) = _parts(one), _parts(other)
            return [*left[:-1], left[-1] + right[0], *right[1:]], [*first, *second]
    return ["", ""], [value]


def _fill(value: Value) -> str | None:
    """What stands in the SQL for a value that is not written there; None where that cannot be told."""
    match value:
        case Text(text) | Number(text):
            return text
        case Call(_, [Text(text)]) if "escape" in repr(value.function) or "quote" in repr(value.function):
            return text
        case Name(name) | Member(name=name) if "prefix" in name.lower():
            return ""
        case Name(name) | Member(name=name) if name.lower() in {"schema", "schemaname"}:
            return "public"
    return None


def _given_back(method: Method) -> Value | None:
    """The value of a method that does nothing but give one."""
    statements = read_statements(method.body)
    match statements:
        case [Return(value, False)] if value is not None and not isinstance(value, Call):
            return value
    return None


def _names_in(statement: Each) -> list[str]:
    return [word for text in _texts(statement.body) for word in _WORD.findall(text)]


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value, and the texts of templates."""
    from dataclasses import fields, is_dataclass

    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one.text
        elif isinstance(one, Tagged):
            yield from one.texts
            waiting += one.holes
        elif isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one) and not isinstance(one, Object | type):
            waiting += [getattr(one, each.name) for each in fields(one) if each.name != "body" or isinstance(one, Each)]
        elif isinstance(one, Object):
            waiting += [entry.value for entry in one.entries]
