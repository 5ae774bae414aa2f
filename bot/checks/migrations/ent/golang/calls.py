"""Calls: of ent's builders, which are kept as chains, and of the repository's functions, which are followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.expressions import imported, read_inner
from bot.checks.migrations.ent.golang.library import call_known
from bot.checks.migrations.ent.golang.scope import BASIC, LONGEST_TEXT, Scope, plain, unread
from bot.checks.migrations.ent.golang.source import Function, text, written
from bot.checks.migrations.ent.golang.statements import run
from bot.checks.migrations.ent.golang.types import bound_names, find_method, strange_base
from bot.checks.migrations.ent.golang.values import Chain, Name, Place, Step, Struct, TypeOf, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.ent.golang.evaluate import Evaluator

# What ent's own bases give: nothing.
_INHERITED = frozenset({"Fields", "Edges", "Indexes", "Mixin", "Annotations", "Hooks", "Interceptors", "Policy"})


def read_call(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A call, by what is called."""
    called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or given is None:
        return unread("a call", node, scope)
    if called.type == "selector_expression":
        return _call_member(evaluator, node, called, _arguments(evaluator, given, scope), scope)
    if called.type == "identifier":
        return _call_name(evaluator, node, text(called), _arguments(evaluator, given, scope), scope)
    return unread("a call", node, scope)


def _arguments(evaluator: Evaluator, node: Node, scope: Scope) -> tuple[Value, ...]:
    found: list[Value] = []
    for child in node.named_children:
        if child.type == "comment":
            continue
        if child.type == "variadic_argument":
            spread = read_inner(evaluator, child, scope)
            found.extend(spread if isinstance(spread, tuple) else [] if spread is None else [spread])
        elif child.type.endswith("_type"):
            found.append(TypeOf(text(child)))
        else:
            found.append(evaluator.value(child, scope))
    return tuple(found)


def _call_name(evaluator: Evaluator, node: Node, name: str, arguments: tuple[Value, ...], scope: Scope) -> Value:
    package = evaluator.program.package(scope.folder)
    if name in package.functions:
        return _inline(evaluator, (package.functions[name], scope.folder), arguments, node, scope)
    if name == "new" and arguments == (TypeOf("bool"),):
        return False
    if name == "append":
        return _append(arguments, node, scope)
    if name in package.types and len(arguments) == 1:
        return Struct(Name("", name), scope.folder, {"": arguments[0]})
    if name in BASIC and len(arguments) == 1:
        return plain(arguments[0])
    return unread(f"a call of {name}", node, scope)


def _append(arguments: tuple[Value, ...], node: Node, scope: Scope) -> Value:
    first = arguments[0] if arguments else None
    if first is None:
        return arguments[1:]
    return (*first, *arguments[1:]) if isinstance(first, tuple) else unread("a list", node, scope)


def _call_member(evaluator: Evaluator, node: Node, called: Node, arguments: tuple[Value, ...], scope: Scope) -> Value:
    operand, name = called.child_by_field_name("operand"), called.child_by_field_name("field")
    if operand is None or name is None:
        return unread("a call", node, scope)
    member, address = text(name), imported(operand, scope)
    if address is not None:
        return _call_outside(evaluator, node, (address, member), arguments, scope)
    return _call_on(evaluator, node, (evaluator.value(operand, scope), member), arguments, scope)


def _call_on(
    evaluator: Evaluator, node: Node, called: tuple[Value, str], arguments: tuple[Value, ...], scope: Scope
) -> Value:
    value, member = called
    if isinstance(value, Chain):
        return replace(value, steps=(*value.steps, Step(member, arguments)))
    if isinstance(value, Struct) and value.folder is not None:
        found = find_method(evaluator.program, value, member)
        if found is not None:
            names = bound_names(found.function, found.receiver)
            return _inline(evaluator, (found.function, found.folder), arguments, node, scope, names)
        if member in _INHERITED and strange_base(evaluator.program, value) is None:
            return None
    if isinstance(value, Unread):
        if len(value.written) > LONGEST_TEXT:
            return value
        return Unread(value.reason, value.place, f"{value.written} . {written(node)}")
    return unread(f"a call of {member}", node, scope)


def _call_outside(
    evaluator: Evaluator, node: Node, named: tuple[str, str], arguments: tuple[Value, ...], scope: Scope
) -> Value:
    address, member = named
    folder = evaluator.program.folder_of(address)
    if folder is not None:
        package = evaluator.program.package(folder)
        if member in package.functions:
            return _inline(evaluator, (package.functions[member], folder), arguments, node, scope)
        if member in package.types and len(arguments) == 1:
            return Struct(Name(address, member), folder, {"": arguments[0]})
    known, value = call_known(evaluator, address, member, arguments, scope)
    if known:
        return value
    root = Name(address, member)
    return Chain(root, (Step("", arguments),), Place(scope.source.path, node.start_point.row + 1))


def _inline(  # noqa: PLR0913, PLR0917 - what a call is made of
    evaluator: Evaluator,
    found: tuple[Function, str],
    arguments: Sequence[Value],
    node: Node,
    scope: Scope,
    on: Mapping[str, Value] | None = None,
) -> Value:
    function, folder = found
    names = bind(function.node, arguments)
    if names is None:
        return unread("a call with other arguments than the function has", node, scope)
    names |= on or {}
    value = run(evaluator, function, Scope(function.source, folder, names, scope.depth + 1))
    # What is made by a function is declared where it is called.
    here = Place(scope.source.path, node.start_point.row + 1)
    return replace(value, place=here) if isinstance(value, Chain) else value


def bind(function: Node, arguments: Sequence[Value]) -> dict[str, Value] | None:
    """The names of parameters with what is given for them; None where the numbers differ."""
    parameters = function.child_by_field_name("parameters")
    names: dict[str, Value] = {}
    rest = list(arguments)
    for one in parameters.named_children if parameters is not None else ():
        given = [text(name) for name in one.children_by_field_name("name")]
        if one.type == "variadic_parameter_declaration":
            names.update(dict.fromkeys(given, tuple(rest)))
            rest = []
            continue
        for name in given or ["_"]:
            if not rest:
                return None
            names[name] = rest.pop(0)
    return None if rest else names
