"""What a migration does, told by following its `up`: calls of Sequelize's query interface, and SQL that it runs.

Source: https://sequelize.org/api/v6/class/src/dialects/abstract/query-interface.js~queryinterface.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.run import Budget, Called, EndlessError, Runner
from bot.checks.migrations.script.values import (
    Call,
    ClassOf,
    Member,
    Name,
    Value,
)
from bot.checks.migrations.script.ways import find_up, root_of

QUERY_INTERFACE = Name("@queryInterface")
_SEQUELIZE = Name("@Sequelize")
_SCHEMA = frozenset({
    "addColumn", "addConstraint", "addIndex", "changeColumn", "createTable", "dropAllEnums", "dropAllTables",
    "dropEnum", "dropTable", "removeColumn", "removeConstraint", "removeIndex", "renameColumn", "renameTable",
})  # fmt: skip
_QUERIES = frozenset({"query", "rawQuery", "queryRaw"})
_CHANGES = ("add", "alter", "change", "create", "drop", "modify", "remove", "rename")
# What changes no table that is compared.
_BESIDE = frozenset({
    "createDatabase", "createFunction", "createSchema", "createTrigger", "dropDatabase", "dropFunction", "dropSchema",
    "dropTrigger", "removeHook", "renameFunction", "renameTrigger", "addHook", "addListener", "createSavepoint",
})  # fmt: skip
_ROLLBACK = re.compile(r"\brollback\b(?!\s+to\b)", re.IGNORECASE)
_HARMLESS = frozenset({"all", "debug", "error", "info", "log", "push", "then", "warn"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that a migration does.

    Attributes:
        name: a method of the query interface, `query` for SQL, or `opaque` for what cannot be told.
        arguments: what it is called with; of what is opaque, whatever names what it may concern.
        certain: whether it is done without a condition that cannot be told.
    """

    name: str
    arguments: Sequence[Value]
    path: str
    line: int
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What a migration does, the modules that were looked at for it, and why it could not be followed to its end.

    `forks` are path and line of each condition that cannot be told, where it was followed in one of two worlds.
    """

    steps: Sequence[Step]
    consulted: frozenset[str]
    fault: str = ""
    line: int = 1
    forks: Sequence[tuple[str, int]] = ()


class _Recorder:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.runner: Runner | None = None

    def called(self, call: Called) -> Value | None:
        function = call.function
        name = function.name if isinstance(function, Member) else ""
        rooted = isinstance(function, Member) and is_rooted(function.value)
        builder = rooted and (name in _BESIDE or _is_builder(function))
        if rooted and name in _SCHEMA | _QUERIES:
            self._add(name if name in _SCHEMA else "query", call)
        elif name.startswith(_CHANGES) and not builder if rooted else _is_given(call, name):
            self._add("opaque", call)
        if (name == "rollback" and not rooted) or (name in _QUERIES and _ROLLBACK.search(repr(call.arguments))):
            self._roll_back(call)
        return None

    def _roll_back(self, call: Called) -> None:
        """What was done before is undone in one of two worlds: it may have been committed meanwhile."""
        if self.runner is not None and self.runner.assume is not None and not self.runner.happens(call.path, call.line):
            self.steps.clear()

    def assigned(self, target: Value, name: str, value: Value, path: str) -> None:
        pass

    def declared(self, one: ClassOf) -> None:
        pass

    def _add(self, name: str, call: Called) -> None:
        step = Step(name=name, arguments=call.arguments, path=call.path, line=call.line, certain=call.certain)
        self.steps.append(step)


def is_rooted(value: Value) -> bool:
    """Whether a value is the query interface, or a part of it."""
    return root_of(value, frozenset({"getQueryInterface"})) == QUERY_INTERFACE


def _is_builder(value: Value) -> bool:
    """Whether a member is one of what writes SQL, and runs none: `queryInterface.queryGenerator.addColumnQuery`."""
    while isinstance(value, Member):
        if value.name in {"queryGenerator", "QueryGenerator", "models"}:
            return True
        value = value.value
    return False


def _is_given(call: Called, name: str) -> bool:
    """Whether a function that is not known is given the query interface."""
    # A method that was bound or handed on: `const add = queryInterface.addColumn.bind(queryInterface)`.
    bound = isinstance(call.function, Call) and repr(QUERY_INTERFACE) in repr(call.function)
    return bound or (name not in _HARMLESS and any(is_rooted(one) for one in call.arguments))


def follow_migration(
    program: Program,
    path: str,
    budget: Budget,
    *,
    assume: bool | None = None,
    truths: Mapping[str, bool] = MappingProxyType({}),
) -> Followed:
    """What a migration's `up` does; for `assume` and `truths` see `Runner`."""
    recorder = _Recorder()
    runner = recorder.runner = Runner(program, recorder, budget, assume=assume, truths=truths)
    home = runner.home(path)
    if home is None:
        return Followed(steps=(), consulted=frozenset(), fault="it cannot be read")
    fault = "a syntax that cannot be read" if home.broken is not None else ""
    try:
        up = find_up(runner, home)
        if up is None:
            fault = fault or "it has no `up` that can be found"
        else:
            runner.call(up, [QUERY_INTERFACE, _SEQUELIZE, Name("@more")])
    except EndlessError:
        fault = "it takes more steps than are followed"
    if runner.cut:
        fault = fault or "it is nested deeper than is followed"
    runner.give_back()
    return Followed(
        steps=tuple(recorder.steps),
        consulted=frozenset(runner.consulted),
        fault=fault,
        line=home.broken or 1,
        forks=tuple(runner.forks),
    )
