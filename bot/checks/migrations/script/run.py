"""Follows scripts step by step, as far as they can be told without running them: which calls they make, with what.

Constants, functions of the repository, loops over lists that are written out, and imports are followed. What cannot
be told stays as it is written: a call of a package is a `Call`, a parameter a `Name`. Both sides of a condition that
cannot be told are followed, and their calls are marked as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from bot.checks.migrations.script import bindings, conditions, expressions, flow
from bot.checks.migrations.script.homes import declare, names_of
from bot.checks.migrations.script.nodes import MAX_BYTES, first_error, node_text, parse
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.rounds import Running, goes_round
from bot.checks.migrations.script.scopes import Home, Imported, Later, Scope
from bot.checks.migrations.script.values import (
    Array,
    ClassOf,
    Closure,
    Constant,
    Member,
    Name,
    Namespace,
    Number,
    Object,
    Unread,
    Value,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_STEPS = 100_000
_MAX_TOTAL = 2_000_000
_MAX_DEPTH = 110
_MAX_HOMES = 1_500
_MAX_WRITTEN = 2_000
_MAX_SAME = 3
_PLAIN = frozenset({"binary_expression", "false", "null", "number", "string", "template_string", "true"})
UNDEFINED = Constant("undefined")


class Budget:
    """How many steps may be taken for all scripts of a change together."""

    def __init__(self, total: int = _MAX_TOTAL) -> None:
        self.left = total

    def grant(self) -> int:
        """How many may be taken for one script."""
        granted = min(_MAX_STEPS, self.left)
        self.left -= granted
        return granted


class EndlessError(Exception):
    """A script takes more steps than are followed."""


@dataclass(frozen=True, kw_only=True)
class Called:
    """A call that is no function of the repository.

    Attributes:
        certain: whether it is reached without a condition that cannot be told.
        this: what `this` is where it is called.
    """

    function: Value
    arguments: Sequence[Value]
    path: str
    line: int
    certain: bool
    this: Value | None


class Listener(Protocol):
    """Whoever is told of what a script does."""

    def called(self, call: Called) -> Value | None:
        """What the call gives; None where nobody knows."""
        ...

    def assigned(self, target: Value, name: str, value: Value, path: str) -> None:
        """Take note of `target.name = value`."""
        ...

    def declared(self, one: ClassOf) -> None:
        """Take note of a class that a followed script declares."""
        ...


class Runner:
    """Follows the scripts of one tree, and tells a listener."""

    def __init__(
        self,
        program: Program,
        listener: Listener,
        budget: Budget,
        *,
        assume: bool | None = None,
        truths: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:
        """`assume` is what conditions come to that cannot be told; where it is None, both sides are followed.

        `truths` are texts that name the world in which it runs, such as a dialect of SQL, and whether this is it.
        """
        self.program, self.listener, self.assume, self.truths = program, listener, assume, truths
        self.forks: list[tuple[str, int]] = []
        self._budget = budget
        self.steps = budget.grant()
        self._homes: dict[str, Home | None] = {}
        self._depth = self._doubts = 0
        self._stack: list[Running] = []
        self._heard: list[tuple[Value, Sequence[Value]]] = []
        self.returns: list[list[Value]] = []
        self._perhaps_over: list[bool] = [False]
        self.consulted: set[str] = set()
        self.followed: set[int] = set()
        self.cut = False

    def renew(self) -> None:
        """Give back the steps that were not taken, and be granted those for another script."""
        self.give_back()
        self.steps = self._budget.grant()

    def give_back(self) -> None:
        """Give back the steps that were not taken."""
        self._budget.left += max(self.steps, 0)
        self.steps = 0

    # Modules

    def home(self, path: str) -> Home | None:
        """A module's top level, declared and not yet followed; None where it cannot be read."""
        self.consulted.add(path)
        if path not in self._homes:
            content = self.program.content(path) if len(self._homes) < _MAX_HOMES else None
            self._homes[path] = self._read(path, content) if content is not None else None
        return self._homes[path]

    def _read(self, path: str, content: bytes) -> Home:
        readable = len(content) <= MAX_BYTES
        root = parse(path, content if readable else b"")
        home = Home(scope=Scope(path=path), root=root)
        home.broken = 1 if not readable else first_error(root) if root.has_error else None
        declare(home)
        return home

    def follow_module(self, path: str) -> Home | None:
        """Follow all of a module's top level."""
        home = self.home(path)
        if home is not None:
            for name in list(home.scope.names):
                if isinstance(home.scope.names[name], Later):
                    self.lookup(home.scope, name)
            self.follow(home.root.named_children, home.scope, top=True)
        return home

    def export(self, home: Home, name: str) -> Value | None:
        """What a module exports under a name; None where it exports none such."""
        waiting, seen = [home], {home.scope.path}
        while waiting:
            one = waiting.pop(0)
            if name in one.exports:
                return self.lookup(one.scope, one.exports[name])
            if "module.exports" in one.scope.names:
                main = self.lookup(one.scope, "module.exports")
                return main if name == "default" else self.member(main, name)
            for source in one.passed_on:
                path = self.program.resolve(one.scope.path, source)
                target = self.home(path) if path is not None and path not in seen else None
                if target is not None and path is not None:
                    seen.add(path)
                    waiting.append(target)
        return None

    def imported(self, path: str, source: str, exported: str) -> Value:
        """What an import gives."""
        found = self.program.resolve(path, source)
        home = self.home(found) if found is not None else None
        if home is None or found is None:
            name = Name(source)
            return name if exported in {"*", "default"} else Member(name, exported)
        if exported == "*":
            whole = "module.exports" in home.scope.names
            return self.lookup(home.scope, "module.exports") if whole else Namespace(found)
        value = self.export(home, exported)
        if value is None:
            return Namespace(found) if exported == "default" else Member(Namespace(found), exported)
        return value

    # Names and members

    def lookup(self, scope: Scope, name: str) -> Value:
        """What a name stands for; the name itself where that cannot be told."""
        holder = scope.holder(name)
        if holder is None:
            return UNDEFINED if name == "undefined" else Name(name)
        bound = holder.names[name]
        if isinstance(bound, Later):
            if bound.pattern is not None:
                for one in names_of(bound.pattern):
                    holder.names[one] = Name(one)
                bindings.bind(self, bound.pattern, self.evaluate(bound.node, bound.scope), holder)
                return self.lookup(scope, name)
            holder.names[name] = Name(name)
            bound = holder.names[name] = self.evaluate(bound.node, bound.scope)
        elif isinstance(bound, Imported):
            holder.names[name] = Name(name)
            bound = holder.names[name] = self.imported(holder.path, bound.source, bound.exported)
        return bound

    def member(self, value: Value, name: str) -> Value:
        """What `value.name` is."""
        match value:
            case Object(entries):
                found = next((entry.value for entry in reversed(entries) if entry.key == name), None)
                if found is not None:
                    return found
                return UNDEFINED if all(entry.key for entry in entries) else Member(value, name)
            case Namespace(path):
                home = self.home(path)
                given = self.export(home, name) if home is not None else None
                return given if given is not None else Member(value, name)
            case ClassOf():
                return expressions.static_member(self, value, name) or Member(value, name)
            case Array(items) if name == "length":
                return Number(str(len(items)))
        return Member(value, name)

    # Steps

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """An expression as a value.

        Raises:
            EndlessError: the script takes too many steps.
        """
        self.steps -= 1
        if self.steps < 0:
            raise EndlessError
        if self._depth >= _MAX_DEPTH:
            # A long sum of texts does nothing; what is called, or is part of a chain that is, may.
            self.cut = self.cut or node.type not in _PLAIN or "(" in node_text(node)
            return unread(node)
        self._depth += 1
        try:
            return expressions.evaluate(self, node, scope)
        finally:
            self._depth -= 1

    def follow(self, nodes: Sequence[Node], scope: Scope, *, top: bool = False) -> bool:
        """Follow statements; whether they end in a return."""
        if self._depth >= _MAX_DEPTH:
            self.cut = True
            return False
        self._depth += 1
        try:
            return flow.follow(self, nodes, scope, top=top)
        finally:
            self._depth -= 1

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """What is followed inside may not happen."""
        self._doubts += 1
        try:
            yield
        finally:
            self._doubts -= 1

    def decide(self, value: Value, node: Node, scope: Scope) -> bool | None:
        """Whether a condition holds; None where both ways are to be followed."""
        known = expressions.truth(value)
        if known is not None or (self.assume is not None and conditions.asks_catalogue(node, scope)):
            return known
        if not self.happens(scope.path, node.start_point.row + 1):
            return None if self.assume is None else conditions.is_negated(node)
        return not conditions.is_negated(node)

    def happens(self, path: str, line: int) -> bool:
        """Whether something happens of which that cannot be told; False too where nothing is assumed."""
        if self.assume is not None:
            self.forks.append((path, line))
        return self.assume is True

    @property
    def certain(self) -> bool:
        """Whether what is followed now happens."""
        return self.reached and not any(self._perhaps_over)

    @property
    def reached(self) -> bool:
        """Whether it happens where the function was not left before."""
        return self._doubts == 0

    def left(self) -> None:
        """Take note that the function may be over: what is still to come in it may not happen."""
        self._perhaps_over[-1] = True

    def call(self, closure: Closure, arguments: Sequence[Value] | None, this: Value | None = None) -> Value:
        """Follow a function. Without arguments its parameters are names."""
        node = closure.node
        running = [one for one in self._stack if one.node == node.id]
        if len(running) >= _MAX_SAME or self._depth >= _MAX_DEPTH:
            deep = self._depth >= _MAX_DEPTH
            self.cut = self.cut or deep or not goes_round(running[-2], running[-1], arguments, self._heard)
            return unread(node)
        body = node.child_by_field_name("body")
        inner = closure.scope.inner(None if node.type == "arrow_function" else this)
        self._stack.append(Running(node.id, arguments, len(self._heard)))
        self.returns.append([])
        self._perhaps_over.append(False)
        try:
            bindings.bind_parameters(self, node, arguments, inner)
            if body is None:
                return UNDEFINED
            if body.type != "statement_block":
                return self.evaluate(body, inner)
            self.follow(body.named_children, inner)
            given = self.returns[-1]
            return given[-1] if given else UNDEFINED
        finally:
            self._stack.pop()
            self.returns.pop()
            self._perhaps_over.pop()

    def tell(self, call: Called) -> Value | None:
        """Tell the listener of a call; what it gives."""
        self._heard.append((call.function, call.arguments))
        return self.listener.called(call)


def unread(node: Node) -> Unread:
    """A node as a value that cannot be told."""
    return Unread(" ".join(node_text(node).split())[:_MAX_WRITTEN])
