"""Follows the `up` of a migration, statement by statement, and does to a schema what it does.

Nothing is run: values are folded, and what cannot be followed is kept with the names in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.classes import Class, Method
from bot.checks.migrations.script.folding import Folder, bind
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
    Text,
    Unread,
    Value,
)
from bot.checks.migrations.script.ways import root_of
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.typeorm import builders
from bot.checks.migrations.typeorm.conditions import Conditions
from bot.checks.migrations.typeorm.effects import Effects, Followed
from bot.checks.migrations.typeorm.project import find_method
from bot.checks.migrations.typeorm.runner import Reach
from bot.checks.migrations.typeorm.words import (
    DEFINES,
    ROWS,
    RUNNER,
    WORD,
    answer,
    given_back,
    names_in,
    parts_of,
    resolved,
    throws,
)

_MAX_DEPTH = 12
TOO_LONG = "a migration that is too long to follow"
_MAX_STEPS = 20_000
# What makes a schema without saying which.
_WHOLESALE = frozenset({"build", "runMigrations", "synchronize", "undoLastMigration"})


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
        self._folder, self._schema = folder, schema
        self._effects = Effects(schema, wanted, doubtful=doubtful)
        self._conditions = Conditions(self._effects)
        self._steps = 0
        self._reach = Reach(self._effects)

    def follow(self, module: Module, cls: Class) -> Followed:
        """Do what the `up` of a migration does; what is told is of this migration alone."""
        self._effects.followed = Followed()
        found = find_method(self._folder.program, module, cls, "up")
        if found is not None:
            home, _, method = found
            text = node_text(method.body) if method.body is not None else ""
            self._effects.begin(text)
            self._method(_Frame(home, cls), method, [RUNNER], 0)
        return self._effects.followed

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
        # A function may be called above the place where it is declared.
        functions = {
            one.name: one.value for one in statements if isinstance(one, Let) and isinstance(one.value, Function)
        }
        scope.update({name: one for name, one in functions.items() if name not in scope})
        for statement in statements:
            self._steps += 1
            if self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
                self._effects.note(TOO_LONG, (), 1, anything=True)
                return True
            self._effects.at = (frame.module.path, getattr(statement, "line", self._effects.at[1]))
            match statement:
                case Let(name, members, value, line):
                    self._bind(frame, name, members, self._value(frame, value, scope, line, depth), scope)
                case Do(value, line, to):
                    found = self._value(frame, value, scope, line, depth)
                    self._keep(to, found, scope, line)
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
                    self._reach.note_text(text, line, scope)
        return False

    def _keep(self, to: str, value: Value, scope: dict[str, Value], line: int) -> None:
        if to.isidentifier():
            scope[to] = value
        elif to and self._reach.holds_runner(value, scope):
            self._effects.note("what keeps the query runner", (), line, anything=True)

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
        forks = len(self._effects.followed.forks)
        told = self._conditions.tell(condition)
        if len(self._effects.followed.forks) > forks and (throws(statement.then) or throws(statement.otherwise)):
            # Where it throws, the migration does nothing at all, and the one who runs it sees that.
            del self._effects.followed.forks[forks:]
            told = not throws(statement.then)
        if told is not None:
            return self._run(frame, statement.then if told else statement.otherwise, scope, depth + 1)
        # Either may happen: what they do is done, and nothing that they name is certain.
        before = len(self._effects.followed.sql)
        for way in (statement.then, statement.otherwise):
            self._run(frame, way, scope, depth + 1)
        for text in self._effects.followed.sql[before:] if statement.then and statement.otherwise else ():
            if DEFINES.match(text):
                self._effects.note("what is done under a condition", WORD.findall(text), statement.line)
        return False

    def _each(self, frame: _Frame, statement: Each, scope: dict[str, Value], depth: int) -> None:
        over = self._folder.fold(frame.module, statement.over, scope)
        if not isinstance(over, Array):
            self._effects.note("a loop over what cannot be told", names_in(statement), statement.line)
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
                if self._conditions.tell(condition) is not (sign == "||"):
                    return Operation(sign, [condition, self._value(frame, call, scope, line, depth)])
                return condition
            case Operation("?", [condition, *ways]):
                told = self._conditions.tell(self._folder.fold(frame.module, condition, scope))
                done = [
                    self._value(frame, one, scope, line, depth) for one in (ways if told is None else [ways[not told]])
                ]
                return done[0] if len(done) == 1 else Operation("?", [condition, *done])
            case Operation(sign, operands):
                made = Operation(sign, [self._value(frame, one, scope, line, depth) for one in operands])
                return self._folder.fold(frame.module, made, scope)
            case Array(items) if any(isinstance(one, Call) for one in items):
                return Array([self._value(frame, one, scope, line, depth) for one in items])
            case Unread(text) if "(" in text:
                self._reach.note_text(text, line, scope)
        return self._folder.fold(frame.module, value, scope)

    def _call(  # noqa: C901, PLR0911 - one answer a kind
        self, frame: _Frame, call: Call, scope: dict[str, Value], depth: int
    ) -> Value:
        function = call.function
        if isinstance(function, Member):
            owner, name = function.value, function.name
            if name in {"then", "finally", "catch"}:
                return self._promised(frame, call, function, scope, depth)
            if self._reach.is_runner(owner, scope):
                return self._runner_call(frame, name, call, scope, depth)
            if self._reach.is_from_runner(owner, scope):
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
        elif isinstance(function, Function | Name):
            given = self._helper(frame, call, scope, depth)
            if given is None and isinstance(function, Name):
                given = self._bound(frame, call, scope, depth)
            if given is not None:
                return given
        first = root_of(call)
        if isinstance(first, Unread):
            self._reach.note_text(first.text, call.line, scope)
        folded = self._folder.fold(frame.module, call, scope)
        self._reach.note_lost(folded, call.line, scope)
        self._reach.note_held(call, scope)
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
            return self._follow_function(frame, functions[0], [Member(RUNNER, "manager")], scope, depth)
        if name in _WHOLESALE:
            self._effects.note(f"{name} of the connection", (), call.line, anything=True)
        return self._folder.fold(frame.module, call, scope)

    def _follow_function(
        self, frame: _Frame, function: Function, arguments: Sequence[Value], scope: Mapping[str, Value], depth: int
    ) -> Value:
        inner = {**scope, **bind(function, arguments)}
        if function.result is not None:
            return self._value(frame, function.result, inner, self._effects.at[1], depth + 1)
        self._run(frame, read_statements(function.body), inner, depth + 1)
        return answer(function.written)

    def _build(self, frame: _Frame, value: Value, scope: Mapping[str, Value], line: int) -> bool:
        """Do what a chain of a schema builder says; whether it is one."""
        root = value
        while isinstance(root, Call | Member):
            root = root.function if isinstance(root, Call) else root.value
        if not isinstance(root, Name) or not isinstance(given := scope.get(root.name), Name) or given == RUNNER:
            return False
        folded = self._folder.fold(frame.module, value, scope)
        steps = builders.read_chain(resolved(folded, scope))
        if steps and steps[0].name == "runQuery":
            self._effects.query(steps[0].arguments[0] if steps[0].arguments else Text(""), line)
            return True
        call = builders.translate(steps, self._schema.dialect)
        if call is None:
            return False
        self._effects.step(*call, line)
        return True

    def _own_method(self, frame: _Frame, name: str, call: Call, scope: Mapping[str, Value], depth: int) -> Value:
        found = find_method(self._folder.program, frame.module, frame.cls, name) if frame.cls is not None else None
        if found is None:
            return self._own_function(frame, name, call, scope, depth)
        home, _, method = found
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        frame = _Frame(home, frame.cls)
        value = given_back(method)
        if value is not None:
            return self._folder.fold(frame.module, value, dict(zip(method.parameters, arguments, strict=False)))
        self._method(frame, method, arguments, depth)
        return answer(node_text(method.body) if method.body is not None else name)

    def _own_function(self, frame: _Frame, name: str, call: Call, scope: Mapping[str, Value], depth: int) -> Value:
        """A method that is a property: `add = async (queryRunner) => {...}`, or one of a class that is not here."""
        properties = frame.cls.properties if frame.cls is not None else ()
        value = next((one.value for one in properties if one.name == name), None)
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        if isinstance(value, Function):
            return self._follow_function(frame, value, arguments, {"this": self._own(frame)}, depth)
        self._reach.note_lost(Call(call.function, arguments, call.line), call.line, scope)
        return Unread(name)

    def _argument(self, frame: _Frame, value: Value, scope: Mapping[str, Value]) -> Value:
        return RUNNER if self._reach.is_runner(value, scope) else self._folder.fold(frame.module, value, scope)

    def _helper(self, frame: _Frame, call: Call, scope: Mapping[str, Value], depth: int) -> Value | None:
        """Follow a function of the repository that is given the runner, or that uses it; None where it does not."""
        found = self._folder.function(frame.module, call.function, scope)
        if found is None:
            return None
        home, function = found
        arguments = [self._argument(frame, one, scope) for one in call.arguments]
        if not any(self._reach.holds_runner(one, scope) for one in (*arguments, function)):
            return None
        inner = scope if home is frame.module else {}
        return self._follow_function(_Frame(home, frame.cls), function, arguments, inner, depth)

    def _bound(self, frame: _Frame, call: Call, scope: dict[str, Value], depth: int) -> Value | None:
        """Call what a name has of the runner: one of its methods, or what cannot be followed; None of other names."""
        value = resolved(call.function, scope)
        if value == call.function or not self._reach.holds_runner(value, scope):
            return None
        if isinstance(value, Member) and self._reach.is_runner(value.value, scope):
            return self._runner_call(frame, value.name, call, scope, depth)
        self._reach.note_lost(Call(value, [*call.arguments, RUNNER], call.line), call.line, scope)
        return Unread("what it gives")

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
            self._effects.query(arguments[0] if arguments else Text(""), call.line)
            return Call(ROWS, [Text("".join(parts_of(arguments[0])[0]) if arguments else "")], call.line)
        if name == "rollbackTransaction":
            self._effects.roll_back()
        if name in {"getTable", "hasTable"}:
            return Call(Name("%table" if name == "getTable" else "%hasTable"), arguments[:1], call.line)
        if name == "hasColumn":
            return Call(Name("%hasColumn"), arguments[:2], call.line)
        self._effects.step(name, arguments, call.line)
        return Unread(name)
