"""Expressions: names, members, signs and conversions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.scope import BASIC, Scope, plain, unread
from bot.checks.migrations.ent.golang.source import member_type, text
from bot.checks.migrations.ent.golang.types import bases, declared
from bot.checks.migrations.ent.golang.values import Name, Struct, TypeOf, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.ent.golang.evaluate import Evaluator

_NIL = frozenset({"pointer_type", "slice_type", "map_type", "interface_type", "function_type"})
_MATH: Mapping[str, int] = {
    **{f"MaxInt{bits}": (1 << (bits - 1)) - 1 for bits in (8, 16, 32, 64)},
    **{f"MinInt{bits}": -(1 << (bits - 1)) for bits in (8, 16, 32, 64)},
    **{f"MaxUint{bits}": (1 << bits) - 1 for bits in (8, 16, 32, 64)},
}


def read_inner(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """What stands in brackets."""
    return evaluator.value(node.named_children[0], scope) if node.named_children else unread("nothing", node, scope)


def read_unary(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A sign and its operand; an address is what it points at."""
    operand = node.child_by_field_name("operand")
    if operand is None:
        return unread("an expression", node, scope)
    value = evaluator.value(operand, scope)
    sign = text(node.children[0])
    if sign == "&":
        return value
    if sign == "-" and isinstance(value, int | float):
        return -value
    if sign == "!" and isinstance(value, bool):
        return not value
    return value if isinstance(value, Unread) else unread("an expression", node, scope)


def read_binary(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """Two operands: texts, numbers, comparisons."""
    left, right = (plain(evaluator.value(one, scope)) for one in (node.named_children[0], node.named_children[-1]))
    for one in (left, right):
        if isinstance(one, Unread):
            return one
    sign = next((text(child) for child in node.children if not child.is_named), "")
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return _arithmetic(sign, left, right, unread("arithmetic", node, scope))
    if sign in {"==", "!="} and isinstance(left, str | None) and isinstance(right, str | None):
        return (left == right) is (sign == "==")
    return unread("an expression", node, scope)


def read_identifier(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A name: of the function, of the package, or a type."""
    name = text(node)
    if name in scope.names:
        return scope.names[name]
    package = evaluator.program.package(scope.folder)
    if name in package.constants:
        return evaluator.constant(package.constants[name], name, scope, node)
    if name in package.types or name in BASIC:
        return TypeOf(name)
    return Name("", name)


def read_selector(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A member: of a package, of a struct, or `Type` of a type."""
    operand, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if operand is None or name is None:
        return unread("an expression", node, scope)
    member = text(name)
    address = imported(operand, scope)
    if address is not None:
        return _outside(evaluator, address, member, scope, node)
    value = evaluator.value(operand, scope)
    if isinstance(value, Struct):
        return value.fields[member] if member in value.fields else _zero(evaluator, value, member, node, scope)
    if isinstance(value, TypeOf) and member == "Type":
        return value
    if isinstance(value, Name) and member == "Type":
        return TypeOf(value.name)
    return value if isinstance(value, Unread) else unread("a member", node, scope)


def _outside(evaluator: Evaluator, address: str, member: str, scope: Scope, node: Node) -> Value:
    if address == "math" and member in _MATH:
        return _MATH[member]
    folder = evaluator.program.folder_of(address)
    package = evaluator.program.package(folder) if folder is not None else None
    if folder is None or package is None:
        return Name(address, member)
    if member in package.constants:
        inner = replace(scope, folder=folder, depth=scope.depth + 1)
        return evaluator.constant(package.constants[member], member, inner, node)
    return TypeOf(member) if member in package.types else Name(address, member)


def _zero(evaluator: Evaluator, struct: Struct, member: str, node: Node, scope: Scope) -> Value:
    """What a member is that a literal leaves out: what is embedded under its name, or nothing of its type."""
    kind = declared(evaluator.program, struct)
    base = next((one for one in bases(evaluator.program, struct) if one.type.name == member), None)
    if base is not None:
        return base
    given = member_type(kind.node, member) if kind is not None else None
    if given is not None and given.type in {
        "pointer_type",
        "slice_type",
        "map_type",
        "interface_type",
        "function_type",
    }:
        return None
    name = text(given) if given is not None else ""
    zeros: dict[str, Value] = {"string": "", "bool": False}
    return zeros.get(name, 0) if name in BASIC else unread(f"{member} that is not given", node, scope)


def imported(operand: Node, scope: Scope) -> str | None:
    """The import path that a name stands for; None where it is no package."""
    if operand.type != "identifier" or text(operand) in scope.names:
        return None
    return scope.source.imports.get(text(operand))


def read_index(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A member of a list."""
    operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
    value = evaluator.value(operand, scope) if operand is not None else None
    at = evaluator.value(index, scope) if index is not None else None
    if isinstance(value, tuple) and isinstance(at, int) and 0 <= at < len(value):
        return value[at]
    return value if isinstance(value, Unread) else unread("a member of a list", node, scope)


def read_converted(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A conversion to a type that is no plain name."""
    kind, operand = node.child_by_field_name("type"), node.child_by_field_name("operand")
    if operand is None or kind is None or kind.type == "generic_type":
        return unread("a conversion", node, scope)
    return evaluator.value(operand, scope)


def _arithmetic(sign: str, left: float, right: float, otherwise: Unread) -> Value:
    small = all(abs(one) < 1 << 32 for one in (left, right))
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*" if small:
            return left * right
        case "<<" if isinstance(left, int) and isinstance(right, int) and 0 <= right < 64 and small:  # noqa: PLR2004 - bits
            return left << right
        case "==" | "!=":
            return (left == right) is (sign == "==")
    return otherwise
