"""What the names and expressions of a tree's Python files stand for. Nothing is run: the syntax is read.

What cannot be told is `Opaque`, with what it is made of, so that it equals itself in another revision unless its source
or the meaning of a name in it changed. Each value is found with the files it rests on, for reuse between revisions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.checks.migrations.django import calls, classes, folding, statements
from bot.checks.migrations.django.folding import CannotFoldError
from bot.checks.migrations.django.layout import Layout
from bot.checks.migrations.django.scopes import Module, Scope
from bot.checks.migrations.django.source import Binding, Parsed, Sources, Unreadable
from bot.checks.migrations.django.values import (
    PLAIN,
    Call,
    Condition,
    Definition,
    Member,
    Method,
    ModuleValue,
    Opaque,
    Ref,
    Swappable,
    Value,
    is_plain,
    plain,
)
from bot.errors import GonogoError
from bot.model import Tree

_MAX_DEPTH = 60
_MAX_STEPS = 6_000_000
_BUILTINS = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)
_CONTAINERS = (tuple, list, dict, set, frozenset)


class TooMuchError(GonogoError):
    """Reading the change's code takes more steps than any honest code asks for."""


@dataclass(frozen=True)
class _Found:
    value: Value
    files: frozenset[str]


class Evaluator:
    """Reads the code of one tree."""

    def __init__(self, tree: Tree, sources: Sources, layout: Layout) -> None:
        self.tree, self.sources, self.layout = tree, sources, layout
        self.unreadable: dict[str, Unreadable] = {}
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], _Found] = {}
        self._finding: set[tuple[str, str]] = set()
        self._files: list[set[str]] = [set()]
        self.namespaces: dict[tuple[str, str, int], tuple[classes.Namespace, frozenset[str]]] = {}
        self.orders: dict[tuple[str, str], tuple[list[classes.Class], frozenset[str]]] = {}
        self.calls = 0
        self._depth = 0
        self._steps = 0
        self.settings: Callable[[str], Value] = lambda name: Opaque("setting", (name,))

    # Files that values rest on

    def tracked(self, find: Callable[[], Value]) -> tuple[Value, frozenset[str]]:
        """A value, with the files that were looked into for it."""
        self._files.append(set())
        try:
            value = find()
        finally:
            files = self._files.pop()
            self._files[-1] |= files
        return value, frozenset(files)

    def rests_on(self, files: frozenset[str]) -> None:
        """Note files that the value being found rests on."""
        self._files[-1] |= files

    def step(self) -> None:
        """Count a step.

        Raises:
            TooMuchError: there were too many.
        """
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise TooMuchError("the code that declares models or migrations takes too many steps to read")

    # Modules and their names

    def module(self, path: str) -> Module | None:
        """A module by its file; None where it cannot be read (`unreadable` then says why)."""
        self._files[-1].add(path)
        if path not in self._modules:
            parsed = self.sources.parse(self.tree, path)
            if isinstance(parsed, Unreadable):
                self.unreadable[path] = parsed
            good = isinstance(parsed, Parsed)
            self._modules[path] = Module(path, self.layout.dotted(path), parsed) if good else None  # type: ignore[arg-type] - parsed is good
        return self._modules[path]

    def lookup(self, path: str, name: str) -> Value | None:
        """What a module's top-level name stands for; None where the module does not bind it."""
        key = (path, name)
        found = self._found.get(key)
        if found is None:
            if key in self._finding or self._depth > _MAX_DEPTH:
                return Opaque("cycle", key)
            self._finding.add(key)
            self._depth += 1
            try:
                value, files = self.tracked(lambda: self._look(path, name))
            finally:
                self._finding.discard(key)
                self._depth -= 1
            found = self._found[key] = _Found(value, files)
        self._files[-1] |= found.files
        return found.value

    def _look(self, path: str, name: str) -> Value | None:
        module = self.module(path)
        if module is None:
            return Opaque("unreadable file", (path, name)) if path in self.unreadable else None
        if bindings := module.parsed.bindings.get(name):
            return statements.settle_name(self, Scope(module), name, self._choose(module, bindings))
        if name == "__name__":
            return module.dotted
        for star in reversed(module.parsed.stars):
            if (value := self._from_star(module, star, name)) is not None:
                return value
        if path.endswith("__init__.py"):
            return self._submodule(path, name)
        return None

    def _choose(self, module: Module, bindings: list[Binding]) -> list[ast.stmt]:
        """The statements that count, of those under tests and in `except` parts."""
        chosen: list[ast.stmt] = []
        for binding in bindings:
            answers = [self._holds(test, module) for test, _ in binding.tests]
            if any(
                answer is not None and answer is not wanted
                for answer, (_, wanted) in zip(answers, binding.tests, strict=True)
            ):
                continue
            open_test = any(answer is None for answer in answers)
            if chosen and (binding.fallback or (open_test and not binding.tests[-1][1])):
                continue
            chosen.append(binding.node)
        return chosen or [bindings[0].node]

    def _holds(self, test: ast.expr, module: Module) -> bool | None:
        if isinstance(test, ast.Name | ast.Attribute) and ast.unparse(test).endswith("TYPE_CHECKING"):
            return True
        return truth(self.eval(test, Scope(module)))

    def _from_star(self, module: Module, star: ast.ImportFrom, name: str) -> Value | None:
        target = self.imported_module(module, star)
        if isinstance(target, Ref):
            known = name in _BUILTINS or name.startswith("_")
            return None if known else Ref(f"{target.name}.{name}")
        return None if name.startswith("_") else self.lookup(target.path, name)

    def imported_module(self, module: Module, node: ast.ImportFrom) -> ModuleValue | Ref:
        """The module that `from x import` names."""
        if node.level:
            location = self.layout.relative(module.path, node.level, node.module)
            path = self.layout.file_of(location)
            if path is not None or location in self.layout.folders:
                return ModuleValue(path or f"{location}/__init__.py")
            return Ref(location.replace("/", "."))
        path = self.layout.find(node.module or "", module.path)
        return ModuleValue(path) if path is not None else Ref(node.module or "")

    def imported(self, module: Module, node: ast.ImportFrom, name: str) -> Value:
        """What `from x import name` binds."""
        target = self.imported_module(module, node)
        if isinstance(target, Ref):
            # A package without `__init__.py`: the name may be a module below it.
            path = self.layout.find(f"{target.name}.{name}", module.path) if target.name else None
            return ModuleValue(path) if path is not None else self.external(f"{target.name}.{name}")
        value = self.lookup(target.path, name)
        if value is None and (below := self._submodule(target.path, name)) is not None:
            return below
        return value if value is not None else Ref(f"{self.layout.dotted(target.path)}.{name}")

    def external(self, name: str) -> Value:
        """What a name of a package that is not in the repository stands for, where more than the name is known."""
        return calls.KNOWN_NAMES.get(name, Ref(name))

    def _submodule(self, path: str, name: str) -> ModuleValue | None:
        below = self.layout.file_of(f"{path.rpartition('/')[0]}/{name}") if path.endswith("__init__.py") else None
        return ModuleValue(below) if below is not None else None

    # Expressions

    def eval(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""
        self.step()
        if self._depth > _MAX_DEPTH:
            return self.opaque("too deep", node, scope)
        self._depth += 1
        try:
            return _EXPRESSIONS.get(type(node), Evaluator._other)(self, node, scope)
        except CannotFoldError:
            return self.opaque("not folded", node, scope)
        finally:
            self._depth -= 1

    def opaque(self, kind: str, node: ast.expr, scope: Scope) -> Opaque:
        """An expression that is not followed, with its source and what the names in it stand for."""
        names = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)})[:50]
        deep = kind == "too deep"
        try:
            source = ast.dump(node)
        except RecursionError:
            source = f"{scope.module.path}:{node.lineno}"
        return Opaque(kind, (source, *(() if deep else tuple(self.name(name, scope) for name in names))))

    def name(self, name: str, scope: Scope) -> Value:
        """What a name stands for in a scope."""
        known, value = scope.find(name)
        if known:
            return value
        value = self.lookup(scope.module.path, name)
        if value is not None:
            return value
        return Ref(f"builtins.{name}") if name in _BUILTINS else Opaque("unbound", (name,))

    def _other(self, node: ast.expr, scope: Scope) -> Value:
        return self.opaque(type(node).__name__, node, scope)

    def _constant(self, node: ast.Constant, _scope: Scope) -> Value:
        return folding.bounded(node.value)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        return self.name(node.id, scope)

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Value:
        values = list(self._elements(node.elts, scope))
        if any(isinstance(value, Opaque) and value.kind == "star" for value in values):
            return Opaque("sequence", tuple(values))
        if isinstance(node, ast.Set):
            return make_set(values)
        return tuple(values) if isinstance(node, ast.Tuple) else values

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> Iterator[Value]:
        for node in nodes:
            if not isinstance(node, ast.Starred):
                yield self.eval(node, scope)
                continue
            value = self.eval(node.value, scope)
            items = self.iterate(value)
            if items is None:
                yield Opaque("star", (value,))
            else:
                yield from items

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        result: dict[Value, Value] = {}
        for key, value_node in zip(node.keys, node.values, strict=True):
            value = self.eval(value_node, scope)
            if key is None:
                if not isinstance(value, dict):
                    return self.opaque("dict", node, scope)
                result.update(value)
            else:
                result[as_key(self.eval(key, scope))] = value
        return folding.bounded(result)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.attribute(self.eval(node.value, scope), node.attr)

    def attribute(self, owner: Value, name: str) -> Value:  # noqa: PLR0911 - one answer a kind
        """What an attribute of a value stands for."""
        match owner:
            case Ref(name="django.conf.settings"):
                return Swappable(name) if name == "AUTH_USER_MODEL" else self.settings(name)
            case Ref():
                below = self.layout.find(f"{owner.name}.{name}", "") if owner.name.count(".") == 0 else None
                return ModuleValue(below) if below is not None else self.external(f"{owner.name}.{name}")
            case ModuleValue():
                value = self.lookup(owner.path, name)
                value = value if value is not None else self._submodule(owner.path, name)
                return value if value is not None else Ref(f"{self.layout.dotted(owner.path)}.{name}")
            case Definition():
                return classes.attribute(self, owner, name)
            case Member():
                return classes.attribute_of_member(self, owner, name)
            case statements.Instance() | statements.Parent():
                return owner.attribute(self, name)
        if isinstance(owner, (*PLAIN, *_CONTAINERS)):
            return Method(owner, name)
        return Opaque("attribute", (owner, name))

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        func = self.eval(node.func, scope)
        args = tuple(self._elements(node.args, scope))
        kwargs: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.eval(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
                kwargs.update(value)
            else:
                kwargs["**"] = value
        if func == Ref("builtins.super"):
            return statements.parent_of(scope)
        return self.call(func, args, kwargs, node.lineno)

    def call(self, func: Value, args: tuple[Value, ...], kwargs: dict[str, Value], line: int) -> Value:
        """What a call gives: plain data where it can be told, else the call itself."""
        if isinstance(func, Definition):
            if not func.is_class:
                return statements.call_function(self, func, args, kwargs, line)
            return classes.instantiate(self, func, args, kwargs, line)
        return calls.call(self, func, args, kwargs, line)

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        return self.binary(node.op, self.eval(node.left, scope), self.eval(node.right, scope))

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """The result of an operator."""
        left, right = plain(left), plain(right)
        if isinstance(left, Condition) and isinstance(right, Condition) and isinstance(op, ast.BitAnd | ast.BitOr):
            return left.joined(right, "AND" if isinstance(op, ast.BitAnd) else "OR")
        if isinstance(left, (*PLAIN, *_CONTAINERS)) and isinstance(right, (*PLAIN, *_CONTAINERS)):
            return folding.fold(op, left, right)
        combined = calls.combine(type(op).__name__, left, right)
        return combined if combined is not None else Opaque(type(op).__name__, (left, right))

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = plain(self.eval(node.operand, scope))
        match node.op, value:
            case ast.Invert(), Condition():
                return calls.negate(value)
            case ast.Not(), _:
                held = truth(value)
                return not held if held is not None else Opaque("not", (value,))
            case ast.USub(), int() | float() | complex() | folding.Decimal():
                return -value
            case ast.UAdd(), int() | float() | folding.Decimal():
                return value
        return Opaque(type(node.op).__name__, (value,))

    def _bool_op(self, node: ast.BoolOp, scope: Scope) -> Value:
        wanted = isinstance(node.op, ast.Or)
        value: Value = None
        for part in node.values:
            value = self.eval(part, scope)
            held = truth(value)
            if held is None:
                return self.opaque("condition", node, scope)
            if held is wanted:
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.eval(node.left, scope)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.eval(right_node, scope)
            if isinstance(op, ast.Is | ast.IsNot) and right is None and not isinstance(left, Opaque):
                held = (left is None) is isinstance(op, ast.Is)
            elif is_plain(left) and is_plain(right):
                held = folding.compare_plain(op, plain(left), plain(right))
            else:
                return self.opaque("comparison", node, scope)
            if not held:
                return False
            left = right
        return True

    def _if_exp(self, node: ast.IfExp, scope: Scope) -> Value:
        held = truth(self.eval(node.test, scope))
        if held is None:
            return self.opaque("condition", node, scope)
        return self.eval(node.body if held else node.orelse, scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value, index = plain(self.eval(node.value, scope)), node.slice
        if isinstance(index, ast.Slice):
            ends = [plain(self.eval(end, scope)) if end else None for end in (index.lower, index.upper, index.step)]
            if isinstance(value, str | tuple | list) and all(end is None or isinstance(end, int) for end in ends):
                return value[slice(*ends)] if ends[2] != 0 else self.opaque("slice", node, scope)
            return self.opaque("slice", node, scope)
        key = self.eval(index, scope)
        if isinstance(value, Definition):
            return classes.item(self, value, key)
        try:
            if isinstance(value, dict | str | tuple | list):
                return value[as_key(key)]  # type: ignore[call-overload, index] - Python says what fits
        except (TypeError, LookupError):
            pass
        return value if isinstance(value, Ref) else Opaque("item", (value, key))

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = plain(self.eval(part.value, scope))
                if part.format_spec is not None or part.conversion not in {-1, 115} or not isinstance(value, PLAIN):
                    return self.opaque("text", node, scope)
                parts.append(str(folding.bounded(value)))
            elif isinstance(part, ast.Constant):
                parts.append(str(part.value))
        return folding.bounded("".join(parts))

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return scope.define(node)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.eval(node.value, scope)
        scope.names[node.target.id] = value
        return value

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Value:
        results: list[Value] = []
        inner = Scope(scope.module, {}, scope, scope.owner, scope.prefix)
        if not self._collect(node, node.generators, inner, results):
            return self.opaque("comprehension", node, scope)
        if isinstance(node, ast.DictComp):
            return dict(pair for pair in results if isinstance(pair, tuple))
        return make_set(results) if isinstance(node, ast.SetComp) else results

    def _collect(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        loops: list[ast.comprehension],
        scope: Scope,
        results: list[Value],
    ) -> bool:
        if not loops:
            if isinstance(node, ast.DictComp):
                results.append((as_key(self.eval(node.key, scope)), self.eval(node.value, scope)))
            else:
                results.append(self.eval(node.elt, scope))
            return len(results) <= folding.MAX_ITEMS
        items = self.iterate(self.eval(loops[0].iter, scope))
        if items is None or loops[0].is_async:
            return False
        for item in items:
            if not statements.bind(self, loops[0].target, item, scope):
                return False
            held = [truth(self.eval(test, scope)) for test in loops[0].ifs]
            if None in held:
                return False
            if all(held) and not self._collect(node, loops[1:], scope, results):
                return False
        return True

    def iterate(self, value: Value) -> list[Value] | None:
        """The items of a value that can be gone through; None where they cannot be told."""
        match plain(value):
            case tuple() | list() | str() as items:
                return list(items)
            case dict() as mapping:
                return list(mapping)
            case (set() | frozenset()) as items:
                return sorted(items, key=repr)
            case Definition() as owner:
                members = classes.members(self, owner)
                return list(members) if members is not None else None
        return None


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
    if isinstance(value, list | dict | set) or (isinstance(value, tuple) and not is_plain(value)):
        raise CannotFoldError
    try:
        hash(value)
    except TypeError as error:
        raise CannotFoldError from error
    return value


def make_set(values: list[Value]) -> frozenset[Value]:
    """A set of values, order and repetition gone."""
    return frozenset(as_key(value) for value in values)


_EXPRESSIONS: Mapping[type[ast.expr], Callable[[Evaluator, ast.expr, Scope], Value]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Tuple: Evaluator._sequence,
    ast.List: Evaluator._sequence,
    ast.Set: Evaluator._sequence,
    ast.Dict: Evaluator._dict,
    ast.Attribute: Evaluator._attribute,
    ast.Call: Evaluator._call,
    ast.BinOp: Evaluator._binary,
    ast.UnaryOp: Evaluator._unary,
    ast.BoolOp: Evaluator._bool_op,
    ast.Compare: Evaluator._compare,
    ast.IfExp: Evaluator._if_exp,
    ast.Subscript: Evaluator._subscript,
    ast.JoinedStr: Evaluator._joined,
    ast.Lambda: Evaluator._lambda,
    ast.NamedExpr: Evaluator._named,
    ast.ListComp: Evaluator._comprehension,
    ast.SetComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.DictComp: Evaluator._comprehension,
}  # type: ignore[dict-item] - each takes the kind of its key
