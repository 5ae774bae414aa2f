"""What expressions of Go come to, as far as that can be told without running them.

Known are literals, calls of ent's builders, and functions of the repository that only put those together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang import expressions, literals
from bot.checks.migrations.ent.golang.calls import read_call
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.scope import Scope, unread
from bot.checks.migrations.ent.golang.source import Constant, Function, embedded, text
from bot.checks.migrations.ent.golang.statements import run
from bot.checks.migrations.ent.golang.values import Name, Struct, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_ENT = "entgo.io/ent"
_MAX_DEPTH = 60
_MAX_STEPS = 200_000


class Evaluator:
    """Evaluates the expressions of one program; every way through it is bounded."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._steps = 0
        self._constants: dict[tuple[str, str], Value] = {}

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression comes to."""
        self._steps += 1
        if scope.depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return unread("code that goes too deep", node, scope)
        handler = _HANDLERS.get(node.type)
        return handler(self, node, scope) if handler is not None else unread("an expression", node, scope)

    def method(self, struct: Struct, name: str, scope: Scope) -> Value:
        """What a method of a struct gives; None where it has none of that name, itself or by what it embeds."""
        found = self.find_method(struct.type.name, struct.folder, name)
        if found is None:
            return None
        function, folder = found
        receiver = function.node.child_by_field_name("receiver")
        given = receiver.named_children[0].child_by_field_name("name") if receiver is not None else None
        names = {text(given): struct} if given is not None else {}
        return run(self, function, Scope(function.source, folder, {**names}, scope.depth + 1))

    def find_method(self, type_name: str, folder: str | None, name: str, depth: int = 0) -> tuple[Function, str] | None:
        """A method and its package's folder: of the type itself, or of a type that it embeds."""
        if folder is None or depth > _MAX_DEPTH:
            return None
        package = self.program.package(folder)
        found = package.methods.get((type_name, name))
        if found is not None:
            return found, folder
        kind = package.types.get(type_name)
        for base in embedded(kind.node) if kind is not None else ():
            address, _, short = base.rpartition(".")
            where = folder if not address else self.program.folder_of(kind.source.imports.get(address, address))  # type: ignore[union-attr]
            deeper = self.find_method(short, where, name, depth + 1)
            if deeper is not None:
                return deeper
        return None

    def strange_base(self, type_name: str, folder: str | None, depth: int = 0) -> str | None:
        """What a type embeds, or is, that is not read; None where all of it is. Ent's own bases declare nothing."""
        kind = self.program.package(folder).types.get(type_name) if folder is not None else None
        if kind is None or kind.node.type != "struct_type" or folder is None or depth > _MAX_DEPTH:
            return type_name
        for base in embedded(kind.node):
            address, _, short = base.rpartition(".")
            path = kind.source.imports.get(address, address)
            if path == _ENT or path.startswith(f"{_ENT}/"):
                continue
            strange = self.strange_base(short, self.program.folder_of(path) if address else folder, depth + 1)
            if strange is not None:
                return strange
        return None

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
}
