"""What a migration of MikroORM does, told by following its `up`: the SQL that it adds, and what cannot be told.

Source: https://mikro-orm.io/docs/migrations#migration-class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.script.decorated import bases_of
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.run import Budget, Called, EndlessError, Runner
from bot.checks.migrations.script.scopes import Home
from bot.checks.migrations.script.values import Call, ClassOf, Closure, Member, Name, Tagged, Text, Value
from bot.checks.migrations.script.ways import root_of, words_in
from bot.checks.migrations.sql.apply import Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

_THIS = Name("@migration")
_RUNS = frozenset({"addSql", "execute", "raw", "query"})
# What an index says of nulls and of its method, which a parser of SQL need not know.
_NULLS = re.compile(r"\bnulls\s+(?:not\s+)?distinct\b|(?<=\badd )(?:hash|btree)\s+(?=index\b)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# Calls that ask for what lets a migration do anything.
_TOOLS = frozenset({"getKnex", "getEntityManager", "getKysely"})
_ROWS = frozenset({
    "assign", "count", "create", "delete", "find", "findAll", "findOne", "flush", "getConnection", "insert", "log",
    "nativeDelete", "nativeInsert", "nativeUpdate", "persist", "persistAndFlush", "remove", "select", "update", "where",
    "from", "fork", "getReference", "into", "orderBy", "toQuery", "toSQL", "toString", "whereIn", "first", "upsert",
})  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """SQL that a migration runs; `certain` says whether it does so without a condition that cannot be told."""

    text: str
    line: int
    certain: bool


@dataclass(kw_only=True)
class Followed:
    """What a migration does."""

    path: str
    statements: list[Statement] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of its SQL."""
        return ";\n".join(one.text.rstrip("; \n") for one in self.statements)


class _Recorder:
    def __init__(self, followed: Followed, methods: dict[str, Closure]) -> None:
        self.followed, self._methods = followed, methods
        self.runner: Runner | None = None

    def called(self, call: Called) -> Value | None:
        function = call.function
        if not isinstance(function, Member) or not _is_own(function.value):
            self._note_given(call)
            return None
        if function.value == _THIS and function.name in self._methods and self.runner is not None:
            return self.runner.call(self._methods[function.name], call.arguments, _THIS)
        if function.name in _RUNS:
            self._run(call)
        elif function.name not in _ROWS | _TOOLS and function.value != _THIS:
            self._note(f"{function.name} of what the migration is given", call, anything=True)
        return Call(function, (), call.line)

    def assigned(self, target: Value, name: str, value: Value, path: str) -> None:
        pass

    def declared(self, one: ClassOf) -> None:
        pass

    def _run(self, call: Called) -> None:
        first = call.arguments[0] if call.arguments else None
        if isinstance(first, Tagged) and first.tag in {Name("sql"), Name("raw"), Name("")} and not first.holes:
            first = Text("".join(first.texts))
        if isinstance(first, Call) and first.arguments and isinstance(first.arguments[0], Text):
            first = first.arguments[0]
        if isinstance(first, Text):
            text = _NULLS.sub("", first.text)
            self.followed.statements.append(Statement(text, call.line, call.certain))
        elif not (isinstance(first, Call) and _is_own(first)):
            words = words_in(call.arguments)
            names = {word for one in words for word in _WORD.findall(one)}
            self._note("SQL that is put together at run time", call, names, anything=not names)

    def _note_given(self, call: Called) -> None:
        """Keep a call that is given the migration, or what it has."""
        if any(_is_own(one) for one in call.arguments):
            self._note("a call that cannot be followed", call, anything=True)

    def _note(self, words: str, call: Called, names: set[str] | None = None, *, anything: bool = False) -> None:
        self.followed.opaque.append(
            Opaque(words=words, names=frozenset(names or ()), line=call.line, anything=anything)
        )


def _is_own(value: Value) -> bool:
    """Whether a value is the migration, a part of it, or what calls of it give."""
    return root_of(value) == _THIS


def follow_migration(program: Program, path: str, budget: Budget) -> Followed:
    """What the `up` of a file's migration does."""
    followed = Followed(path=path)
    methods: dict[str, Closure] = {}
    recorder = _Recorder(followed, methods)
    runner = Runner(program, recorder, budget)
    recorder.runner = runner
    home = runner.home(path)
    try:
        if home is not None:
            for one in _classes(runner, home):
                for each in (*reversed(bases_of(runner, one)), one):
                    methods.update(_methods(each))
        up = methods.get("up")
        if home is None or home.broken is not None or up is None:
            reason = "a syntax that cannot be read" if home is not None and home.broken else "no `up` that can be found"
            followed.opaque.append(
                Opaque(words=reason, names=frozenset(), line=(home.broken if home else None) or 1, anything=True)
            )
        if up is not None:
            runner.call(up, [], _THIS)
    except EndlessError:
        words = "more steps than are followed"
        followed.opaque.append(Opaque(words=words, names=frozenset(), line=1, anything=True))
    if runner.cut:
        words = "what is nested deeper than is followed"
        followed.opaque.append(Opaque(words=words, names=frozenset(), line=1, anything=True))
    runner.give_back()
    return followed


def _classes(runner: Runner, home: Home) -> Iterator[ClassOf]:
    """Yield the classes that a module exports: the first is the migration."""
    for name in list(home.exports.values()):
        value = runner.lookup(home.scope, name)
        if isinstance(value, ClassOf):
            yield value


def _methods(one: ClassOf) -> Iterator[tuple[str, Closure]]:
    """Yield the methods of a class, with the migration as `this`."""
    body = one.node.child_by_field_name("body")
    children: Sequence[Node] = body.named_children if body is not None else ()
    for child in children:
        name = child.child_by_field_name("name")
        if child.type == "method_definition" and name is not None:
            yield node_text(name), Closure(child, one.scope.inner(_THIS), node_text(name))
