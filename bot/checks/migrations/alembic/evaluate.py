"""What the expressions of a tree's Python files stand for. Nothing is run: the syntax is read.

What cannot be told is `Opaque`. All work is counted and bounded: the code of a change may be of any kind.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.migrations.alembic.bindings import assign, enum_members
from bot.checks.migrations.alembic.folds import call_builtin, rewrite
from bot.checks.migrations.alembic.names import BUILTINS, DATA, MAX_DEPTH, Names
from bot.checks.migrations.alembic.values import (
    Attribute,
    Call,
    ClassDef,
    Function,
    Item,
    ModuleRef,
    Opaque,
    Ref,
    Scope,
    Value,
    source_of,
)
from bot.checks.migrations.syntax.folding import CannotFoldError, bounded, call_method, compare_plain, fold


class Reader(Names):
    """Reads the code of one tree."""

    def eval(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""
        self.step()
        if self._depth > MAX_DEPTH:
            return Opaque("too deep", f"{scope.path}:{getattr(node, 'lineno', 0)}")
        self._depth += 1
        try:
            return self._eval(node, scope)
        except CannotFoldError:
            return self._opaque(node, scope)
        finally:
            self._depth -= 1

    def _eval(self, node: ast.expr, scope: Scope) -> Value:  # noqa: C901, PLR0911, PLR0912 - one answer a kind
        match node:
            case ast.Constant(value=value):
                return bounded(value)
            case ast.Name(id=name):
                return self.name(name, scope, 0 if scope.late else node.lineno)
            case ast.Attribute(value=owner, attr=name):
                return self.attribute(self.eval(owner, scope), name)
            case ast.Call():
                return self._call(node, scope)
            case ast.Tuple(elts=parts):
                return tuple(self._elements(parts, scope))
            case ast.List(elts=parts) | ast.Set(elts=parts):
                return list(self._elements(parts, scope))
            case ast.Dict():
                return self._dict(node, scope)
            case ast.Subscript(value=owner, slice=index):
                return self.item(self.eval(owner, scope), self.eval(index, scope))
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.eval(left, scope), self.eval(right, scope))
            case ast.UnaryOp():
                return self._unary(node, scope)
            case ast.BoolOp():
                return self._boolean(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                held = self.truth(self.eval(test, scope))
                return self._opaque(node, scope) if held is None else self.eval(body if held else orelse, scope)
            case ast.JoinedStr(values=parts):
                return self._text(parts, scope, node)
            case ast.Lambda():
                return self.define(node, scope)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, scope)
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.eval(value, scope)
        return self._opaque(node, scope)

    def _opaque(self, node: ast.expr, scope: Scope) -> Opaque:
        names = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)})[:30]
        self.step(len(names))
        return Opaque("expression", source_of(node), tuple(self.name(name, scope) for name in names))

    def name(self, name: str, scope: Scope, line: int = 0) -> Value:
        """What a name stands for in a scope; where a line is given, by what stands above it."""
        for names in scope.names:
            if name in names:
                return names[name]
        value = self.lookup(scope.path, name, line)
        if value is not None or name == "None":
            return value
        return Ref(f"builtins.{name}") if name in BUILTINS else Opaque("unbound name", name)

    def attribute(self, owner: Value, name: str) -> Value:
        """What an attribute of a value stands for."""
        match owner:
            case Ref():
                found = self.layout.find(f"{owner.name}.{name}", "") if "." not in owner.name else None
                return ModuleRef(found) if found is not None else Ref(f"{owner.name}.{name}")
            case ModuleRef():
                value = self.lookup(owner.path, name)
                value = self._submodule(owner.path, name) if value is None else value
                return value if value is not None else Ref(f"{self.layout.dotted(owner.path)}.{name}")
            case ClassDef():
                return self._class_attribute(owner, name)
            case Attribute(name="dialect") if name == "name":
                return self.dialect
            case Attribute(owner=ClassDef() as enum, name=member) if name in {"value", "name"}:
                return member if name == "name" else self._class_constant(enum, member)
        return Attribute(owner, name)

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> Iterator[Value]:
        for node in nodes:
            value = self.eval(node, scope)
            if not isinstance(node, ast.Starred):
                yield value
            elif isinstance(value, tuple | list):
                yield from value
            else:
                yield Opaque("starred", source_of(node), (value,))

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        result: dict[Value, Value] = {}
        for key, part in zip(node.keys, node.values, strict=True):
            value = self.eval(part, scope)
            name = self.eval(key, scope) if key is not None else None
            if key is None and isinstance(value, dict):
                result.update(value)
            elif key is None or not is_hashable(name):
                result[source_of(key or part)] = Opaque("key", source_of(key or part), (value,))
            else:
                result[name] = value
        return bounded(result)

    def item(self, owner: Value, index: Value) -> Value:
        """What `owner[index]` stands for."""
        match owner, index:
            case ((str() | bytes() | tuple() | list()), int()) if -len(owner) <= index < len(owner):
                return owner[index]
            case dict(), _ if is_hashable(index) and index in owner:
                return owner[index]
        if isinstance(owner, DATA):
            return Opaque("index", "", (owner, index))
        return Item(owner, index)

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """The result of an operator."""
        if isinstance(left, DATA) and isinstance(right, DATA):
            return fold(op, left, right)
        return Call(Ref(f"operator.{type(op).__name__}"), (left, right))

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.eval(node.operand, scope)
        match node.op, value:
            case ast.Not(), _:
                held = self.truth(value)
                return self._opaque(node, scope) if held is None else not held
            case ast.USub(), int() | float():
                return -value
        return self._opaque(node, scope)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        stops = isinstance(node.op, ast.Or)
        value: Value = None
        unknown = False
        for part in node.values:
            value = self.eval(part, scope)
            held = self.truth(value)
            if held is stops and not unknown:
                return value
            if held is stops:
                return stops
            unknown = unknown or held is None
        return self._opaque(node, scope) if unknown else value

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        if len(node.ops) != 1:
            return self._opaque(node, scope)
        left, right = self.eval(node.left, scope), self.eval(node.comparators[0], scope)
        if not isinstance(left, DATA) or not isinstance(right, DATA):
            return self._opaque(node, scope)
        return compare_plain(node.ops[0], left, right)

    def truth(self, value: Value) -> bool | None:
        """Whether a value is true; None where it cannot be told."""
        if isinstance(value, DATA):
            return bool(value)
        return True if isinstance(value, ClassDef | Function | ModuleRef) else None

    def _text(self, parts: list[ast.expr], scope: Scope, node: ast.expr) -> Value:
        texts: list[str] = []
        for part in parts:
            value = self.eval(part.value if isinstance(part, ast.FormattedValue) else part, scope)
            formatted = isinstance(part, ast.FormattedValue) and (part.format_spec or part.conversion not in {-1, 115})
            if formatted or not isinstance(value, str | int | float):
                return self._opaque(node, scope)
            texts.append(str(value))
        return bounded("".join(texts))

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope) -> Value:
        if len(node.generators) != 1:
            return self._opaque(node, scope)
        [loop] = node.generators
        source = self.eval(loop.iter, scope)
        items = self.iterate(source)
        if items is None:
            return self._opaque(node, scope)
        results: list[Value] = []
        for one in items:
            names: dict[str, Value] = {}
            assign([loop.target], one, names)
            inside = Scope(scope.path, (names, *scope.names), scope.late)
            held = [self.truth(self.eval(test, inside)) for test in loop.ifs]
            if None in held:
                return self._opaque(node, scope)
            if all(held):
                results.append(self.eval(node.elt, inside))
        return bounded(results)

    def iterate(self, value: Value) -> list[Value] | None:
        """The parts of a value, or None where they cannot be told."""
        if isinstance(value, tuple | list | dict):
            return list(value)
        if isinstance(value, ClassDef) and self.is_enum(value):
            return [Attribute(value, name) for name in enum_members(value)]
        return None

    # Calls

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        func = self.eval(node.func, scope)
        args = tuple(self._elements(node.args, scope))
        kwargs: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.eval(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs.update({str(name): part for name, part in value.items()})
            else:
                kwargs["**"] = Opaque("keywords", source_of(keyword.value), (value,))
        return self.call(Call(func, args, kwargs, scope.path, node.lineno))

    def call(self, call: Call) -> Value:  # noqa: PLR0911 - one answer a kind
        """What a call gives: plain data where it can be told, else the call itself."""
        self.step()
        match call.func:
            case Attribute(owner=owner, name=name) if isinstance(owner, DATA):
                return call_method(owner, name, call.args, call.kwargs)
            case Call(func=Ref(name="functools.partial")) as partial if partial.args:
                merged = {**partial.kwargs, **call.kwargs}
                return self.call(Call(partial.args[0], (*partial.args[1:], *call.args), merged, call.path, call.line))
            case Function() as function:
                return self.call_function(function, call)
            case ClassDef() as owner if self.is_enum(owner) and len(call.args) == 1:
                return Attribute(owner, str(call.args[0]))
            case Ref(name=name) if name.startswith("builtins."):
                return call_builtin(name.removeprefix("builtins."), call, self.iterate)
            case Ref(name="re.sub" | "re.split" as name):
                return rewrite(name, call)
            case Attribute(owner=Call(func=Ref(name="re.compile")) as pattern, name="sub" | "split" as name):
                return rewrite(f"re.{name}", replace(call, args=(*pattern.args[:1], *call.args)))
        if self.on_call is not None:
            self.on_call(call)
        return call

    def call_function(self, function: Function, call: Call) -> Value:
        """What a function of the repository gives, where its body is simple enough to follow."""
        from bot.checks.migrations.alembic.interpret import run_function

        if self._depth > MAX_DEPTH // 2:
            return call
        self._depth += 4
        try:
            return run_function(self, function, call)
        finally:
            self._depth -= 4


def is_hashable(value: Value) -> bool:
    """Whether a value may be a key."""
    try:
        hash(value)
    except (TypeError, RecursionError):
        return False
    return True
