"""What each kind of expression stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.checks.migrations.django import calls, classes, objects, statements
from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import (
    Condition,
    Definition,
    ModuleValue,
    Opaque,
    Ref,
    Swappable,
    is_plain,
    is_small,
    plain,
)
from bot.checks.migrations.syntax import folding
from bot.checks.migrations.syntax.folding import PLAIN, CannotFoldError, Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

_CONTAINERS = (tuple, list, dict, set, frozenset)


def give_up(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Value:
    """What is not followed."""
    return evaluator.opaque(type(node).__name__, node, scope)


def _constant(_evaluator: Evaluator, node: ast.Constant, _scope: Scope) -> Value:
    return folding.bounded(node.value)


def _name(evaluator: Evaluator, node: ast.Name, scope: Scope) -> Value:
    return evaluator.name(node.id, scope)


def _sequence(evaluator: Evaluator, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Value:
    values = list(_elements(evaluator, node.elts, scope))
    if any(isinstance(value, Opaque) and value.kind == "star" for value in values):
        return Opaque("sequence", tuple(values))
    if isinstance(node, ast.Set):
        return make_set(values)
    return tuple(values) if isinstance(node, ast.Tuple) else values


def _elements(evaluator: Evaluator, nodes: list[ast.expr], scope: Scope) -> Iterator[Value]:
    for node in nodes:
        if not isinstance(node, ast.Starred):
            yield evaluator.eval(node, scope)
            continue
        value = evaluator.eval(node.value, scope)
        items = evaluator.iterate(value)
        if items is None:
            yield Opaque("star", (value,))
        else:
            yield from items


def _dict(evaluator: Evaluator, node: ast.Dict, scope: Scope) -> Value:
    result: dict[Value, Value] = {}
    for key, value_node in zip(node.keys, node.values, strict=True):
        value = evaluator.eval(value_node, scope)
        if key is None:
            if not isinstance(value, dict):
                return evaluator.opaque("dict", node, scope)
            result.update(value)
        else:
            result[as_key(evaluator.eval(key, scope))] = value
    return folding.bounded(result)


def _attribute(evaluator: Evaluator, node: ast.Attribute, scope: Scope) -> Value:
    return evaluator.attribute(evaluator.eval(node.value, scope), node.attr)


def _call(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value:
    func = evaluator.eval(node.func, scope)
    args = tuple(_elements(evaluator, node.args, scope))
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluator.eval(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
            kwargs.update(value)
        else:
            kwargs["**"] = value
    if func == Ref("builtins.super"):
        return objects.parent_of(scope)
    return evaluator.call(func, args, kwargs, node.lineno)


def _binary(evaluator: Evaluator, node: ast.BinOp, scope: Scope) -> Value:
    return evaluator.binary(node.op, evaluator.eval(node.left, scope), evaluator.eval(node.right, scope))


def _unary(evaluator: Evaluator, node: ast.UnaryOp, scope: Scope) -> Value:
    value = plain(evaluator.eval(node.operand, scope))
    match node.op, value:
        case ast.Invert(), Condition():
            return calls.negate(value)
        case ast.Not(), _:
            held = truth(value)
            return not held if held is not None else Opaque("not", (value,))
        case ast.USub(), int() | float() | complex() | Decimal():
            return -value
        case ast.UAdd(), int() | float() | Decimal():
            return value
    return Opaque(type(node.op).__name__, (value,))


def _bool_op(evaluator: Evaluator, node: ast.BoolOp, scope: Scope) -> Value:
    wanted = isinstance(node.op, ast.Or)
    value: Value = None
    for part in node.values:
        value = evaluator.eval(part, scope)
        held = truth(value)
        if held is None:
            return evaluator.opaque("condition", node, scope)
        if held is wanted:
            return value
    return value


def _compare(evaluator: Evaluator, node: ast.Compare, scope: Scope) -> Value:
    left = evaluator.eval(node.left, scope)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluator.eval(right_node, scope)
        if isinstance(op, ast.Is | ast.IsNot) and right is None and not isinstance(left, Opaque):
            held = (left is None) is isinstance(op, ast.Is)
        elif is_plain(left) and is_plain(right):
            held = folding.compare_plain(op, plain(left), plain(right))
        else:
            return evaluator.opaque("comparison", node, scope)
        if not held:
            return False
        left = right
    return True


def _if_exp(evaluator: Evaluator, node: ast.IfExp, scope: Scope) -> Value:
    held = truth(evaluator.eval(node.test, scope))
    if held is None:
        return evaluator.opaque("condition", node, scope)
    return evaluator.eval(node.body if held else node.orelse, scope)


def _subscript(evaluator: Evaluator, node: ast.Subscript, scope: Scope) -> Value:
    value, index = plain(evaluator.eval(node.value, scope)), node.slice
    if isinstance(index, ast.Slice):
        ends = [plain(evaluator.eval(end, scope)) if end else None for end in (index.lower, index.upper, index.step)]
        if isinstance(value, str | tuple | list) and all(end is None or isinstance(end, int) for end in ends):
            return value[slice(*ends)] if ends[2] != 0 else evaluator.opaque("slice", node, scope)
        return evaluator.opaque("slice", node, scope)
    key = evaluator.eval(index, scope)
    if isinstance(value, Definition):
        return classes.item(evaluator, value, key)
    try:
        if isinstance(value, dict | str | tuple | list):
            return value[as_key(key)]
    except (TypeError, LookupError):
        pass
    return value if isinstance(value, Ref) else Opaque("item", (value, key))


def _joined(evaluator: Evaluator, node: ast.JoinedStr, scope: Scope) -> Value:
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = plain(evaluator.eval(part.value, scope))
            if part.format_spec is not None or part.conversion not in {-1, 115} or not isinstance(value, PLAIN):
                return evaluator.opaque("text", node, scope)
            parts.append(str(folding.bounded(value)))
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return folding.bounded("".join(parts))


def _lambda(_evaluator: Evaluator, node: ast.Lambda, scope: Scope) -> Value:
    return scope.define(node)


def _named(evaluator: Evaluator, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluator.eval(node.value, scope)
    scope.names[node.target.id] = value
    return value


def _comprehension(
    evaluator: Evaluator, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
) -> Value:
    results: list[Value] = []
    inner = Scope(scope.module, {}, scope, scope.owner, scope.prefix)
    if not _collect(evaluator, node, node.generators, inner, results):
        return evaluator.opaque("comprehension", node, scope)
    if isinstance(node, ast.DictComp):
        return dict(pair for pair in results if isinstance(pair, tuple))
    return make_set(results) if isinstance(node, ast.SetComp) else results


def _collect(
    evaluator: Evaluator,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    loops: list[ast.comprehension],
    scope: Scope,
    results: list[Value],
) -> bool:
    if not loops:
        if isinstance(node, ast.DictComp):
            results.append((as_key(evaluator.eval(node.key, scope)), evaluator.eval(node.value, scope)))
        else:
            results.append(evaluator.eval(node.elt, scope))
        return len(results) <= folding.MAX_ITEMS
    items = evaluator.iterate(evaluator.eval(loops[0].iter, scope))
    if items is None or loops[0].is_async:
        return False
    for item in items:
        if not statements.bind(evaluator, loops[0].target, item, scope):
            return False
        held = [truth(evaluator.eval(test, scope)) for test in loops[0].ifs]
        if None in held:
            return False
        if all(held) and not _collect(evaluator, node, loops[1:], scope, results):
            return False
    return True


def truth(value: Value) -> bool | None:
    """Whether a value is true in a test; None where that cannot be told."""
    value = plain(value)
    if isinstance(value, (*PLAIN, *_CONTAINERS)):
        return bool(value)
    return True if isinstance(value, Definition | ModuleValue | Swappable) else None


def as_key(value: Value) -> Value:
    """A value as a key of a dict or a member of a set.

    Raises:
        CannotFoldError: it cannot be one.
    """
    value = plain(value)
    if (
        isinstance(value, list | dict | set)
        or not is_small(value)
        or (isinstance(value, tuple) and not is_plain(value))
    ):
        raise CannotFoldError
    try:
        hash(value)
    except TypeError as error:
        raise CannotFoldError from error
    return value


def make_set(values: list[Value]) -> frozenset[Value]:
    """A set of values, order and repetition gone."""
    if not is_small(values):
        raise CannotFoldError
    return frozenset(as_key(value) for value in values)


EXPRESSIONS: Mapping[type[ast.expr], Callable[[Evaluator, Any, Scope], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool_op,
    ast.Compare: _compare,
    ast.IfExp: _if_exp,
    ast.Subscript: _subscript,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
