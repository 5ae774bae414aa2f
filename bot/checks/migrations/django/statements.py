"""Statements: how a name of a module settles, the bodies of classes, and functions short enough to be followed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.django.objects import Instance
from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import Definition, Opaque, Ref, plain
from bot.checks.migrations.syntax.folding import CannotFoldError, Value
from bot.checks.migrations.syntax.source import bound_names, dump

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

# The kind of what a class binds under a test that cannot be told.
CONDITIONAL = "conditional"
_MAX_CALLS = 12
_MAX_ROUNDS = 2_000


class CannotFollowError(Exception):
    """A statement does what is not followed."""


@dataclass(frozen=True)
class _Returned:
    value: Value


# The names of a module


def settle_name(evaluator: Evaluator, scope: Scope, name: str, nodes: Sequence[ast.stmt]) -> Value:
    """What a top-level name stands for after the statements that bind or change it."""
    local = Scope(scope.module, {}, None)
    try:
        for node in nodes:
            _bind_one(evaluator, node, name, local)
    except (CannotFollowError, CannotFoldError):
        local.names[name] = _source_of(evaluator, name, nodes, scope)
    return local.names.get(name, Opaque("unbound", (name,)))


def _bind_one(evaluator: Evaluator, node: ast.stmt, name: str, local: Scope) -> None:
    """Run one statement for the sake of one name; what it binds besides is looked up on its own."""
    match node:
        case ast.Import(names=names):
            local.names[name] = _import(evaluator, local, names, name)
        case ast.ImportFrom(names=names):
            real = next(alias.name for alias in names if (alias.asname or alias.name) == name)
            local.names[name] = evaluator.imported(local.module, node, real)
        case _:
            _run(evaluator, node, local)


def _import(evaluator: Evaluator, scope: Scope, names: Iterable[ast.alias], name: str) -> Value:
    from bot.checks.migrations.django.values import ModuleValue

    alias = next(one for one in names if (one.asname or one.name.partition(".")[0]) == name)
    dotted = alias.name if alias.asname else name
    path = evaluator.layout.find(dotted, scope.module.path)
    return ModuleValue(path) if path is not None else Ref(dotted)


def _source_of(evaluator: Evaluator, name: str, nodes: Sequence[ast.stmt], scope: Scope) -> Opaque:
    parts = []
    for node in nodes:
        names = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {name})[:50]
        parts.append((dump(node), *(evaluator.name(one, scope) for one in names)))
    return Opaque("statements", tuple(parts))


# Running statements


def run_class_body(evaluator: Evaluator, body: Sequence[ast.stmt], scope: Scope, lines: dict[str, int]) -> None:
    """Bind the names of a class's body, in order. What is not followed leaves its names opaque."""
    for node in body:
        if isinstance(node, ast.If):
            _run_branches(evaluator, node, scope, lines)
            continue
        if isinstance(node, ast.Try):
            run_class_body(evaluator, [*node.body, *node.orelse, *node.finalbody], scope, lines)
            continue
        if isinstance(node, ast.With):
            run_class_body(evaluator, node.body, scope, lines)
            continue
        names = list(dict.fromkeys(bound_names(node)))
        lines.update(dict.fromkeys(names, node.lineno))
        try:
            _run(evaluator, node, scope)
        except (CannotFollowError, CannotFoldError):
            for name in names:
                scope.names[name] = _source_of(evaluator, name, [node], scope)


def _run_branches(evaluator: Evaluator, node: ast.If, scope: Scope, lines: dict[str, int]) -> None:
    """Run the side that a test chooses; where it cannot be told, both, and what they bind may or may not be there."""
    from bot.checks.migrations.django.expressions import truth

    test = evaluator.eval(node.test, scope)
    held = truth(test)
    if held is not None:
        run_class_body(evaluator, node.body if held else node.orelse, scope, lines)
        return
    before = dict(scope.names)
    for side in (node.body, node.orelse):
        run_class_body(evaluator, side, scope, lines)
    for name, value in scope.names.items():
        if (name not in before or before[name] is not value) and not isinstance(value, Definition):
            scope.names[name] = Opaque(CONDITIONAL, (test, value))


def _run(evaluator: Evaluator, node: ast.stmt, scope: Scope) -> _Returned | None:  # noqa: C901, PLR0912 - one branch a kind
    """Run one statement; what it returns, where it ends its function."""
    evaluator.step()
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            scope.names[node.name] = scope.define(node)
        case ast.Assign(targets=targets, value=value):
            result = evaluator.eval(value, scope)
            for target in targets:
                _assign(evaluator, target, result, scope)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                _assign(evaluator, target, evaluator.eval(value, scope), scope)
        case ast.AugAssign(target=target, op=op, value=value):
            left = evaluator.eval(target, scope)
            _assign(evaluator, target, evaluator.binary(op, left, evaluator.eval(value, scope)), scope)
        case ast.Expr(value=value):
            if not isinstance(value, ast.Constant):
                _run_expression(evaluator, value, scope)
        case ast.Return(value=value):
            return _Returned(evaluator.eval(value, scope) if value is not None else None)
        case ast.Pass() | ast.Assert() | ast.Global() | ast.Nonlocal():
            pass
        case ast.Import(names=names):
            for alias in names:
                name = alias.asname or alias.name.partition(".")[0]
                scope.names[name] = _import(evaluator, scope, [alias], name)
        case ast.ImportFrom(names=names):
            for alias in names:
                if alias.name == "*":
                    raise CannotFollowError
                scope.names[alias.asname or alias.name] = evaluator.imported(scope.module, node, alias.name)
        case ast.If() | ast.For() | ast.Delete() | ast.Try():
            return _run_compound(evaluator, node, scope)
        case _:
            raise CannotFollowError
    return None


def _run_expression(evaluator: Evaluator, node: ast.expr, scope: Scope) -> None:
    """An expression that stands alone counts for what it does to a list or dict of the same scope."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in scope.names:
            value = evaluator.eval(node, scope)
            if isinstance(value, Opaque) and isinstance(scope.names[name], list | dict):
                raise CannotFollowError
        case _:
            evaluator.eval(node, scope)


def _run_compound(  # noqa: C901 - one branch a kind
    evaluator: Evaluator, node: ast.If | ast.For | ast.Delete | ast.Try, scope: Scope
) -> _Returned | None:
    from bot.checks.migrations.django.expressions import truth

    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            held = truth(evaluator.eval(test, scope))
            if held is None:
                raise CannotFollowError
            return _run_all(evaluator, body if held else orelse, scope)
        case ast.Try(body=body, orelse=orelse, finalbody=last):
            return _run_all(evaluator, [*body, *orelse, *last], scope)
        case ast.For(target=target, iter=iterated, body=body):
            items = evaluator.iterate(evaluator.eval(iterated, scope))
            if items is None or len(items) > _MAX_ROUNDS or node.orelse:
                raise CannotFollowError
            for one in items:
                if not bind(evaluator, target, one, scope):
                    raise CannotFollowError
                if (returned := _run_all(evaluator, body, scope)) is not None:
                    return returned
        case ast.Delete(targets=targets):
            for target in targets:
                _delete(evaluator, target, scope)
    return None


def _run_all(evaluator: Evaluator, body: Iterable[ast.stmt], scope: Scope) -> _Returned | None:
    for node in body:
        if (returned := _run(evaluator, node, scope)) is not None:
            return returned
    return None


def _assign(evaluator: Evaluator, target: ast.expr, value: Value, scope: Scope) -> None:
    match target:
        case ast.Subscript(value=owner_node, slice=index) if not isinstance(index, ast.Slice):
            owner = evaluator.eval(owner_node, scope)
            key = plain(evaluator.eval(index, scope))
            if not isinstance(owner, dict) or not isinstance(key, str | int):
                raise CannotFollowError
            owner[key] = value
        case ast.Attribute(value=owner_node, attr=name):
            owner = evaluator.eval(owner_node, scope)
            if not isinstance(owner, Instance):
                raise CannotFollowError
            owner.attrs[name] = value
        case _:
            if not bind(evaluator, target, value, scope):
                raise CannotFollowError


def _delete(evaluator: Evaluator, target: ast.expr, scope: Scope) -> None:
    match target:
        case ast.Name(id=name):
            scope.names.pop(name, None)
        case ast.Subscript(value=owner_node, slice=index):
            owner, key = evaluator.eval(owner_node, scope), plain(evaluator.eval(index, scope))
            if not isinstance(owner, dict) or not isinstance(key, str | int):
                raise CannotFollowError
            owner.pop(key, None)
        case _:
            raise CannotFollowError


def bind(evaluator: Evaluator, target: ast.expr, value: Value, scope: Scope) -> bool:
    """Bind the names of a target; False where the parts of the value cannot be told."""
    match target:
        case ast.Name(id=name):
            scope.names[name] = value
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            items = evaluator.iterate(value)
            if items is None or len(items) != len(parts) or any(isinstance(part, ast.Starred) for part in parts):
                for part in parts:
                    bind(evaluator, part, Opaque("part", (value, dump(part))), scope)
                return items is None
            return all(bind(evaluator, part, item, scope) for part, item in zip(parts, items, strict=True))
    return False


# Functions


def call_function(
    evaluator: Evaluator, func: Definition, args: tuple[Value, ...], kwargs: Mapping[str, Value], line: int
) -> Value:
    """What a call of a function of the repository gives, where its body can be followed."""
    del line
    try:
        return _follow(evaluator, func, args, kwargs)
    except (CannotFollowError, CannotFoldError):
        given = tuple(value for value in args if not isinstance(value, Instance))
        return Opaque("function", (func, dump(func.node), given, tuple(sorted(kwargs.items(), key=lambda one: one[0]))))


def _follow(evaluator: Evaluator, func: Definition, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
    node = func.node
    if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef) or evaluator.calls > _MAX_CALLS:
        raise CannotFollowError
    scope = Scope(func.scope.module, {}, func.scope, func.owner, f"{func.qualname}.<locals>.")
    _bind_arguments(evaluator, func, scope, args, kwargs)
    evaluator.rests_on(frozenset({func.path}))
    evaluator.calls += 1
    try:
        if isinstance(node, ast.Lambda):
            return evaluator.eval(node.body, scope)
        if node.decorator_list and not _harmless(node):
            raise CannotFollowError
        returned = _run_all(evaluator, node.body, scope)
    finally:
        evaluator.calls -= 1
    return returned.value if returned is not None else None


_HARMLESS = frozenset({"staticmethod", "property", "cached_property"})


def _harmless(node: ast.FunctionDef) -> bool:
    return all(_decorator(one) in _HARMLESS for one in node.decorator_list)


def _decorator(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_property(func: Definition) -> bool:
    """Whether a method is read like an attribute."""
    node = func.node
    return isinstance(node, ast.FunctionDef) and any("property" in _decorator(one) for one in node.decorator_list)


def _bind_arguments(
    evaluator: Evaluator, func: Definition, scope: Scope, args: tuple[Value, ...], kwargs: Mapping[str, Value]
) -> None:
    arguments = (
        func.node.args if not isinstance(func.node, ast.ClassDef) else ast.arguments([], [], None, [], [], None, [])
    )
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if any(isinstance(value, Opaque) and value.kind == "star" for value in args) or "**" in kwargs:
        raise CannotFollowError
    scope.names.update(zip(names, args, strict=False))
    if len(args) > len(names):
        if arguments.vararg is None:
            raise CannotFollowError
        scope.names[arguments.vararg.arg] = args[len(names) :]
    elif arguments.vararg is not None:
        scope.names[arguments.vararg.arg] = ()
    keyword_names = {*names, *(one.arg for one in arguments.kwonlyargs)}
    scope.names.update({name: value for name, value in kwargs.items() if name in keyword_names})
    if arguments.kwarg is not None:
        scope.names[arguments.kwarg.arg] = {name: value for name, value in kwargs.items() if name not in keyword_names}
    elif not kwargs.keys() <= keyword_names:
        raise CannotFollowError
    _bind_defaults(evaluator, func, arguments, scope)


def _bind_defaults(evaluator: Evaluator, func: Definition, arguments: ast.arguments, scope: Scope) -> None:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for one, default in zip([*positional, *arguments.kwonlyargs], [*defaults, *arguments.kw_defaults], strict=True):
        if one.arg in scope.names:
            continue
        if default is None:
            raise CannotFollowError
        scope.names[one.arg] = evaluator.eval(default, func.scope)
