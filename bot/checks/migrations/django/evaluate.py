"""What the names and expressions of a tree's Python files stand for. Nothing is run: the syntax is read.

What cannot be told is `Opaque`, with what it is made of, so that it equals itself in another revision unless its source
or the meaning of a name in it changed. Each value is found with the files it rests on, for reuse between revisions.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass

from bot.checks.migrations.django import calls, classes, expressions, objects, statements
from bot.checks.migrations.django.same import compare
from bot.checks.migrations.django.scopes import Module, Scope
from bot.checks.migrations.django.values import (
    Condition,
    Definition,
    Member,
    Method,
    ModuleValue,
    Opaque,
    Ref,
    Same,
    Swappable,
    plain,
)
from bot.checks.migrations.syntax import folding
from bot.checks.migrations.syntax.folding import PLAIN, CannotFoldError, Value
from bot.checks.migrations.syntax.layout import Layout
from bot.checks.migrations.syntax.source import Binding, Parsed, Sources, Unreadable, dump
from bot.errors import GonogoError
from bot.model import Tree

_MAX_DEPTH = 60
_MAX_STEPS = 6_000_000
_BUILTINS = frozenset(dir(builtins))
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

    def step(self, count: int = 1) -> None:
        """Count steps.

        Raises:
            TooMuchError: there were too many.
        """
        self._steps += count
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
            self._modules[path] = Module(path, self.layout.dotted(path), parsed) if good else None  # type: ignore[arg-type]
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
            return self._settle(module, name, bindings)
        if name == "__name__":
            return module.dotted
        for star in reversed(module.parsed.stars):
            if (value := self._from_star(module, star, name)) is not None:
                return value
        if path.endswith("__init__.py"):
            return self._submodule(path, name)
        return None

    def _settle(self, module: Module, name: str, bindings: list[Binding]) -> Value:
        """What the statements that count make of a name; where an `if` leaves two answers, that it does."""
        first, second = self._choose(module, bindings)
        value = statements.settle_name(self, Scope(module), name, first)
        if not second:
            return value
        other = statements.settle_name(self, Scope(module), name, second)
        return value if compare(value, other) is Same.YES else Opaque("either", (value, other))

    def _choose(self, module: Module, bindings: list[Binding]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """The statements that count; where a test cannot be told, those of its one side and those of its other."""
        first: list[ast.stmt] = []
        second: list[ast.stmt] = []
        for binding in bindings:
            answers = [(self._holds(test, module), wanted) for test, wanted in binding.tests]
            if any(answer is not None and answer is not wanted for answer, wanted in answers):
                continue
            if first and binding.fallback:
                continue
            open_sides = [wanted for answer, wanted in answers if answer is None]
            if not open_sides or open_sides[-1]:
                first.append(binding.node)
            if open_sides and not open_sides[-1]:
                second.append(binding.node)
        if not first and not second and not all(_is_plain(test) for one in bindings for test, _ in one.tests):
            # A function that is asked at import may answer otherwise when it runs: `if not is_model_registered(...)`.
            first.append(bindings[0].node)
        return first or second, second if first else []

    def _holds(self, test: ast.expr, module: Module) -> bool | None:
        if isinstance(test, ast.Name | ast.Attribute) and ast.unparse(test).endswith("TYPE_CHECKING"):
            return True
        return expressions.truth(self.eval(test, Scope(module)))

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

    def named(self, dotted: str) -> Value:
        """What a dotted name given as text stands for: a name of a module of the repository, or of another package."""
        module, _, name = dotted.rpartition(".")
        path = self.layout.find(module, "") if module else None
        value = self.lookup(path, name) if path is not None else None
        return value if value is not None else self.external(dotted)

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
            return expressions.EXPRESSIONS.get(type(node), expressions.give_up)(self, node, scope)
        except CannotFoldError:
            return self.opaque("not folded", node, scope)
        finally:
            self._depth -= 1

    def opaque(self, kind: str, node: ast.expr, scope: Scope) -> Opaque:
        """An expression that is not followed, with its source and what the names in it stand for."""
        names = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)})[:50]
        deep = kind == "too deep"
        source = dump(node)
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
            case objects.Instance() | objects.Parent():
                return owner.attribute(self, name)
        if isinstance(owner, int) and name == "value":
            # A number has none: it is the member of an enumeration outside the repository.
            return owner
        if isinstance(owner, (*PLAIN, *_CONTAINERS)):
            return Method(owner, name)
        return Opaque("attribute", (owner, name))

    def call(self, func: Value, args: tuple[Value, ...], kwargs: dict[str, Value], line: int) -> Value:
        """What a call gives: plain data where it can be told, else the call itself."""
        if isinstance(func, Definition):
            if not func.is_class:
                return statements.call_function(self, func, args, kwargs, line)
            return classes.instantiate(self, func, args, kwargs, line)
        return calls.call(self, func, args, kwargs, line)

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """The result of an operator."""
        left, right = plain(left), plain(right)
        if isinstance(left, Condition) and isinstance(right, Condition) and isinstance(op, ast.BitAnd | ast.BitOr):
            return left.joined(right, "AND" if isinstance(op, ast.BitAnd) else "OR")
        if isinstance(left, (*PLAIN, *_CONTAINERS)) and isinstance(right, (*PLAIN, *_CONTAINERS)):
            return folding.fold(op, left, right)
        combined = calls.combine(type(op).__name__, left, right)
        return combined if combined is not None else Opaque(type(op).__name__, (left, right))

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


def _is_plain(test: ast.expr) -> bool:
    """Whether a test asks settings and constants alone, and calls nothing but `getattr`."""
    calls = (node for node in ast.walk(test) if isinstance(node, ast.Call))
    return all(isinstance(call.func, ast.Name) and call.func.id == "getattr" for call in calls)
