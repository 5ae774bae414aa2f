"""What expressions of Go come to, as far as that can be told without running them.

Known are literals, calls of ent's builders, and functions of the repository that only put those together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang import expressions, literals
from bot.checks.migrations.ent.golang.calls import bind, read_call
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.scope import LONGEST_TEXT, Scope, unread
from bot.checks.migrations.ent.golang.source import Constant
from bot.checks.migrations.ent.golang.statements import run, run_closure
from bot.checks.migrations.ent.golang.types import bound_names, find_method
from bot.checks.migrations.ent.golang.values import Closure, Name, Struct, Value, weight

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 60
_MAX_STEPS = 500_000
_MAX_NESTED = 80
# Bits of a number, and parts of a value with those of its members.
_MAX_BITS = 200
_MAX_PARTS = 50_000
_MAX_WEIGHED = 10_000_000
# What makes a value of others.
_GROWING = frozenset({"binary_expression", "call_expression", "composite_literal"})


class Evaluator:
    """Evaluates the expressions of one program; every way through it is bounded."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._steps = 0
        self._nested = 0
        self._weighed = 0
        self._constants: dict[tuple[str, str], Value] = {}

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression comes to."""
        self._steps += 1
        if scope.depth > _MAX_DEPTH or self._steps > _MAX_STEPS or self._nested > _MAX_NESTED:
            return unread("code that goes too deep", node, scope)
        handler = _HANDLERS.get(node.type)
        if handler is None:
            return unread("an expression", node, scope)
        self._nested += 1
        try:
            found = handler(self, node, scope)
        except RecursionError:
            return unread("code that goes too deep", node, scope)
        finally:
            self._nested -= 1
        return found if self._is_small(found, node) else unread("a value that is too big", node, scope)

    def _is_small(self, value: Value, node: Node) -> bool:
        """Whether a value can be looked at and written; one that holds another many times over cannot."""
        if isinstance(value, int):
            return value.bit_length() <= _MAX_BITS
        if node.type not in _GROWING:
            return True
        if isinstance(value, str):
            return len(value) <= LONGEST_TEXT
        parts = weight(value, _MAX_PARTS)
        self._weighed += parts
        return parts < _MAX_PARTS and self._weighed < _MAX_WEIGHED

    def method(self, struct: Struct, name: str, scope: Scope) -> Value:
        """What a method of a struct gives; None where it has none of that name, itself or by what it embeds."""
        found = find_method(self.program, struct, name)
        if found is None:
            return None
        names = bound_names(found.function, found.receiver)
        return run(self, found.function, Scope(found.function.source, found.folder, names, scope.depth + 1))

    def call(self, function: Closure, arguments: tuple[Value, ...], scope: Scope) -> Value:
        """What a function that was written where a value stands gives."""
        from tree_sitter import Node

        node, outer = function.node, function.scope
        names = bind(node, arguments) if isinstance(node, Node) else None
        if names is None or not isinstance(node, Node) or not isinstance(outer, Scope):
            return None
        return run_closure(self, node, Scope(outer.source, outer.folder, {**outer.names, **names}, scope.depth + 1))

    def constant(self, constant: Constant, name: str, scope: Scope, node: Node) -> Value:
        """What a constant or variable of a package comes to; each is asked for once."""
        key = (scope.folder, name)
        if key not in self._constants:
            self._constants[key] = unread("a constant that goes round in a circle", node, scope)
            inner = Scope(constant.source, scope.folder, {}, scope.depth + 1)
            found = self.value(constant.value, inner) if constant.value is not None else unread(name, node, scope)
            typed = constant.type in self.program.package(scope.folder).types and isinstance(found, str | int | float)
            self._constants[key] = Struct(Name("", constant.type), scope.folder, {"": found}) if typed else found
        return self._constants[key]


_HANDLERS: Mapping[str, Callable[[Evaluator, Node, Scope], Value]] = {
    "interpreted_string_literal": literals.read_text,
    "raw_string_literal": literals.read_text,
    "int_literal": literals.read_number,
    "float_literal": literals.read_number,
    "composite_literal": literals.read_composite,
    "true": lambda _, __, ___: True,
    "false": lambda _, __, ___: False,
    "nil": lambda _, __, ___: None,
    "parenthesized_expression": expressions.read_inner,
    "expression_list": expressions.read_inner,
    "unary_expression": expressions.read_unary,
    "binary_expression": expressions.read_binary,
    "identifier": expressions.read_identifier,
    "selector_expression": expressions.read_selector,
    "index_expression": expressions.read_index,
    "type_conversion_expression": expressions.read_converted,
    "call_expression": read_call,
    "func_literal": lambda _, node, scope: Closure(node, scope),
}
