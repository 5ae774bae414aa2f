"""Follows the body of a function, statement by statement, as far as its meaning can be told.

A branch whose test cannot be told is followed on both sides: in a migration such tests ask the database whether a step
was taken before. A loop over what cannot be told is followed once.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from bot.checks.migrations.alembic.bindings import assign
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.values import Call, Function, Opaque, Scope, Value, source_of
from bot.checks.migrations.syntax.folding import CannotFoldError, bounded


@dataclass(frozen=True)
class _Returned:
    value: Value


@dataclass
class _Run:
    reader: Reader
    scope: Scope
    names: dict[str, Value]
    perhaps: list[Value] = field(default_factory=list)

    def block(self, body: list[ast.stmt]) -> _Returned | None:
        for node in body:
            self.reader.step()
            if (returned := self.statement(node)) is not None:
                return returned
        return None

    def statement(self, node: ast.stmt) -> _Returned | None:  # noqa: C901, PLR0912 - one answer a kind
        match node:
            case ast.Return(value=value):
                return _Returned(None if value is None else self.eval(value))
            case ast.Expr(value=value):
                self.expression(value)
            case ast.Assign(targets=targets, value=value):
                assign(targets, self.eval(value), self.names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                assign([target], self.eval(value), self.names)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.names[name] = self.combine(op, name, self.eval(value))
            case ast.FunctionDef(name=name):
                self.names[name] = self.reader.define(node, self.scope)
            case ast.ClassDef(name=name):
                self.names[name] = self.reader.define_class(node, self.scope)
            case ast.If():
                return self.branch(node)
            case ast.For(target=target, iter=iterable, body=body):
                return self.loop(target, iterable, body)
            case ast.While(body=body):
                self.block(body)
            case ast.With(items=items, body=body):
                for item in items:
                    entered = self.eval(item.context_expr)
                    if item.optional_vars is not None:
                        assign([item.optional_vars], entered, self.names)
                return self.block(body)
            case ast.Try(body=body, orelse=orelse, finalbody=final):
                return self.block(body) or self.block(orelse) or self.block(final)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.names[name] = self.reader.imported(node, name, self.scope.path)
        return None

    def eval(self, node: ast.expr) -> Value:
        return self.reader.eval(node, self.scope)

    def expression(self, node: ast.expr) -> None:
        """Evaluate for its effect: on a migration, or on a list that is being made."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" as way), args=[one]):
                held = self.names.get(name)
                if isinstance(held, list):
                    value = self.eval(one)
                    more = [value] if way == "append" else self.reader.iterate(value)
                    self.names[name] = [*held, *(more if more is not None else [Opaque("extended", "", (value,))])]
                    return
        self.eval(node)

    def combine(self, op: ast.operator, name: str, value: Value) -> Value:
        try:
            return self.reader.binary(op, self.reader.name(name, self.scope), value)
        except CannotFoldError:
            return Opaque("combined", name, (value,))

    def branch(self, node: ast.If) -> _Returned | None:
        held = self.reader.truth(self.eval(node.test))
        if held is not None:
            return self.block(node.body if held else node.orelse)
        first, second = self.block(node.body), self.block(node.orelse)
        if first is not None and second is not None:
            return (
                first
                if first == second
                else _Returned(Opaque("branch", source_of(node.test), (first.value, second.value)))
            )
        self.perhaps.extend(one.value for one in (first, second) if one is not None)
        return None

    def loop(self, target: ast.expr, iterable: ast.expr, body: list[ast.stmt]) -> _Returned | None:
        value = self.eval(iterable)
        items = self.reader.iterate(value)
        for item in items if items is not None else [Opaque("item", source_of(iterable), (value,))]:
            assign([target], item, self.names)
            if (returned := self.block(body)) is not None:
                return returned
        return None


def run_function(reader: Reader, function: Function, call: Call) -> Value:
    """What a call of a function returns. Calls in its body are told to the reader on the way."""
    names = _bind(reader, function, call)
    run = _Run(reader, Scope(function.path, (names, *function.scope.names), late=True), names)
    if isinstance(function.node, ast.Lambda):
        return run.eval(function.node.body)
    returned = run.block(function.node.body)
    value = returned.value if returned is not None else None
    others = [one for one in run.perhaps if one != value]
    if others:
        return Opaque("branches", function.source, (value, *others[:10]))
    try:
        return bounded(value)
    except CannotFoldError:
        return Opaque("large", function.source)


def _bind(reader: Reader, function: Function, call: Call) -> dict[str, Value]:
    parameters = function.node.args
    ordered = [*parameters.posonlyargs, *parameters.args]
    names: dict[str, Value] = {}
    for parameter, default in zip(reversed(ordered), reversed(parameters.defaults), strict=False):
        names[parameter.arg] = reader.eval(default, function.scope)
    for parameter, given in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        if given is not None:
            names[parameter.arg] = reader.eval(given, function.scope)
    names.update({parameter.arg: value for parameter, value in zip(ordered, call.args, strict=False)})
    known = {parameter.arg for parameter in (*ordered, *parameters.kwonlyargs)}
    names.update({name: value for name, value in call.kwargs.items() if name in known})
    if parameters.vararg is not None:
        names[parameters.vararg.arg] = tuple(call.args[len(ordered) :])
    if parameters.kwarg is not None:
        names[parameters.kwarg.arg] = {name: value for name, value in call.kwargs.items() if name not in known}
    for parameter in (*ordered, *parameters.kwonlyargs):
        names.setdefault(parameter.arg, Opaque("argument", parameter.arg))
    return names
