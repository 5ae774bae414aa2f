"""Names of a tree's modules and classes: what `import` finds, what a class inherits."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable

from bot.checks.migrations.alembic.bindings import assign, class_bindings
from bot.checks.migrations.alembic.values import (
    PLAIN,
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
    last_name,
)
from bot.checks.migrations.syntax.layout import Layout
from bot.checks.migrations.syntax.source import Binding, Parsed, Sources, Unreadable
from bot.errors import GonogoError
from bot.model import Tree

MAX_DEPTH = 80
_MAX_STEPS = 500_000
_MAX_BASES = 200
DATA = (*PLAIN, tuple, list, dict)
BUILTINS = frozenset(dir(builtins))

CallHook = Callable[[Call], None]


class TooMuchError(GonogoError):
    """Reading the change's code takes more steps than any honest code asks for."""


class Names(ABC):
    """Finds what names stand for; the expressions that they are bound to are read by the class below.

    Attributes:
        dialect: the database that `dialect.name` stands for.
        on_call: told of each call that is not followed.
    """

    def __init__(self, tree: Tree, sources: Sources, dialect: str) -> None:
        self.tree, self.sources = tree, sources
        self.layout = Layout(tree)
        self.unreadable: dict[str, Unreadable] = {}
        self._parsed: dict[str, Parsed | None] = {}
        self._found: dict[tuple[str, str, int], Value | None] = {}
        self._classes: dict[int, ClassDef] = {}
        self._finding: set[tuple[str, str, int]] = set()
        self._mro: dict[ClassDef, list[Value]] = {}
        self.looking: set[tuple[ClassDef, str]] = set()
        self.dialect = dialect
        self.on_call: CallHook | None = None
        self._depth = 0
        self._steps = 0

    def module_scope(self, path: str) -> Scope:
        """The scope of a module."""
        return Scope(path)

    def step(self, count: int = 1) -> None:
        """Count work done.

        Raises:
            TooMuchError: there was too much.
        """
        self._steps += count
        if self._steps > _MAX_STEPS:
            raise TooMuchError("the code that declares models or migrations takes too many steps to read")

    # Modules and their names

    def parsed(self, path: str) -> Parsed | None:
        """A module by its file; None where it cannot be read (`unreadable` then says why)."""
        if path not in self._parsed:
            parsed = self.sources.parse(self.tree, path)
            if isinstance(parsed, Unreadable):
                self.unreadable[path] = parsed
            self._parsed[path] = parsed if isinstance(parsed, Parsed) else None
        return self._parsed[path]

    def lookup(self, path: str, name: str, line: int = 0) -> Value | None:
        """What a module's top-level name stands for; None where the module does not bind it.

        A name may be bound several times: where a line is given, what is bound above it counts.
        """
        bindings = self._bindings(path, name, line)
        key = (path, name, len(bindings))
        if key in self._found:
            return self._found[key]
        if key in self._finding or self._depth > MAX_DEPTH:
            return Opaque("cycle", f"{path}:{name}")
        self._finding.add(key)
        self._depth += 1
        try:
            value = self._look(path, name, bindings)
        finally:
            self._finding.discard(key)
            self._depth -= 1
        self._found[key] = value
        return value

    def _bindings(self, path: str, name: str, line: int) -> list[Binding]:
        parsed = self.parsed(path)
        bindings = parsed.bindings.get(name, []) if parsed is not None else []
        if len(bindings) < 2 or not line:  # noqa: PLR2004 - one is never above itself
            return bindings
        return [one for one in bindings if one.node.lineno < line] or bindings

    def _look(self, path: str, name: str, bindings: list[Binding]) -> Value | None:
        parsed = self.parsed(path)
        if parsed is None:
            return Opaque("unreadable file", f"{path}:{name}") if path in self.unreadable else None
        scope = Scope(path)
        value: Value | None = None
        for binding in bindings:
            if (value is None or not binding.fallback) and self._holds(binding, scope, known=value is not None):
                value = self._bind(binding.node, name, scope, value)
        if value is not None:
            return value
        if name == "__name__":
            return self.layout.dotted(path)
        for star in reversed(parsed.stars):
            if (value := self._from_star(path, star, name)) is not None:
                return value
        return self._submodule(path, name)

    def _holds(self, binding: Binding, scope: Scope, *, known: bool) -> bool:
        for test, wanted in binding.tests:
            answer = None if _is_type_checking(test) else self.truth(self.eval(test, scope))
            if answer is not None and answer is not wanted:
                return False
            # Of two branches that may both be taken the first counts.
            if answer is None and not wanted and known:
                return False
        return True

    def _bind(  # noqa: PLR0911 - one answer a kind
        self, node: ast.stmt, name: str, scope: Scope, before: Value | None
    ) -> Value | None:
        match node:
            case ast.ClassDef():
                return self.define_class(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self.define(node, scope)
            case ast.Import() | ast.ImportFrom():
                return self.imported(node, name, scope.path)
            case ast.Assign(value=value, targets=targets):
                return _pick(targets, name, self.eval(value, scope), before)
            case ast.AnnAssign(value=value):
                return before if value is None else self.eval(value, scope)
            case ast.AugAssign(value=value, op=op):
                return self.binary(op, before, self.eval(value, scope))
            case ast.Expr():
                return before
        # The `type` statement of Python 3.12.
        if node.__class__.__name__ == "TypeAlias" and isinstance(value := getattr(node, "value", None), ast.expr):
            return self.eval(value, scope)
        return Opaque("statement", f"{scope.path}:{name}")

    def _from_star(self, path: str, star: ast.ImportFrom, name: str) -> Value | None:
        if name.startswith("_") or name in BUILTINS:
            return None
        target = self._module_of(star, path)
        return self.lookup(target.path, name) if isinstance(target, ModuleRef) else None

    def _module_of(self, node: ast.ImportFrom, path: str) -> ModuleRef | Ref:
        if node.level:
            location = self.layout.relative(path, node.level, node.module)
            found = self.layout.file_of(location)
            return ModuleRef(found or f"{location}/__init__.py")
        found = self.layout.find(node.module or "", path)
        return ModuleRef(found) if found is not None else Ref(node.module or "")

    def imported(self, node: ast.Import | ast.ImportFrom, name: str, path: str) -> Value | None:
        """What an import statement binds to a name."""
        if isinstance(node, ast.ImportFrom):
            return self._imported_from(node, name, path)
        for alias in node.names:
            if (alias.asname or alias.name.partition(".")[0]) == name:
                dotted = alias.name if alias.asname else name
                found = self.layout.find(dotted, path)
                return ModuleRef(found) if found is not None else Ref(dotted)
        return None

    def _imported_from(self, node: ast.ImportFrom, name: str, path: str) -> Value | None:
        original = next((alias.name for alias in node.names if (alias.asname or alias.name) == name), name)
        target = self._module_of(node, path)
        if isinstance(target, Ref):
            found = self.layout.find(f"{target.name}.{original}", path) if target.name else None
            return ModuleRef(found) if found is not None else Ref(f"{target.name}.{original}")
        value = self.lookup(target.path, original)
        value = self._submodule(target.path, original) if value is None else value
        return value if value is not None else Ref(f"{self.layout.dotted(target.path)}.{original}")

    def _submodule(self, path: str, name: str) -> ModuleRef | None:
        if not path.endswith("__init__.py"):
            return None
        found = self.layout.file_of(f"{path.rpartition('/')[0]}/{name}".removeprefix("/"))
        return ModuleRef(found) if found is not None else None

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope) -> Value:
        """The function that a statement or a lambda defines."""
        if isinstance(node, ast.AsyncFunctionDef):
            return Opaque("coroutine", node.name)
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        return Function(scope.path, name, node, scope)

    def define_class(self, node: ast.ClassDef, scope: Scope) -> ClassDef:
        """The class that a statement defines."""
        if id(node) not in self._classes:
            self._classes[id(node)] = ClassDef(scope.path, node.name, node, scope)
        return self._classes[id(node)]

    @abstractmethod
    def eval(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""

    @abstractmethod
    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """The result of an operator."""

    @abstractmethod
    def truth(self, value: Value) -> bool | None:
        """Whether a value is true; None where it cannot be told."""

    # Classes

    def _class_attribute(self, owner: ClassDef, name: str) -> Value:
        if name in {"__name__", "__qualname__"}:
            return owner.name
        value = self._class_constant(owner, name)
        plain = isinstance(value, DATA) and value is not None and not self.is_enum(owner)
        return value if plain or isinstance(value, ClassDef) else Attribute(owner, name)

    def _class_constant(self, owner: ClassDef, name: str) -> Value:
        for one in self.mro(owner):
            if isinstance(one, ClassDef) and (found := class_bindings(one).get(name)) is not None:
                if isinstance(found, ast.ClassDef):
                    return self.define_class(found, one.scope)
                if isinstance(found, ast.expr):
                    return self.eval(found, self.class_scope(one))
                return Attribute(owner, name)
        return Attribute(owner, name)

    def class_scope(self, owner: ClassDef) -> Scope:
        """The scope of a class's body: its own simple assignments, then what is around it."""
        return Scope(owner.path, (_LazyNames(self, owner), *owner.scope.names))

    def is_enum(self, owner: ClassDef) -> bool:
        """Whether a class is an enumeration."""
        return any(last_name(one) in {"Enum", "StrEnum", "IntEnum", "Flag"} for one in self.mro(owner))

    def bases(self, owner: ClassDef) -> list[Value]:
        """What a class names as its bases."""
        return [self.eval(base, owner.scope) for base in owner.node.bases[:50]]

    def mro(self, owner: ClassDef) -> list[Value]:
        """The class and its bases, nearest first (left to right, depth first, the last of doubles), 200 at most."""
        if owner in self._mro:
            return self._mro[owner]
        order: list[Value] = []
        self._collect(owner, order, frozenset())
        seen: dict[object, Value] = {}
        for one in reversed(order):
            seen.setdefault(one if isinstance(one, ClassDef | Ref) else id(one), one)
        found = [*reversed(seen.values())]
        if not self._finding and not self.looking:
            # What is asked while a name is looked up may lack that name.
            self._mro[owner] = found
        return found

    def _collect(self, one: Value, order: list[Value], path: frozenset[ClassDef]) -> None:
        self.step()
        if len(order) > _MAX_BASES or (isinstance(one, ClassDef) and one in path):
            return
        order.append(one)
        if isinstance(one, ClassDef):
            for base in self.bases(one):
                self._collect(base.owner if isinstance(base, Item) else base, order, path | {one})
        elif isinstance(one, Call) and isinstance(
            made := one.argument("cls", None, one.argument("model_class")), ClassDef
        ):
            # `declarative_base(cls=Base)` makes a class below the one that it is given.
            self._collect(made, order, path)


class _LazyNames(dict[str, Value]):
    """The names of a class's body, looked up when asked."""

    def __init__(self, reader: Names, owner: ClassDef) -> None:
        super().__init__()
        self._reader, self._owner = reader, owner

    def __contains__(self, name: object) -> bool:
        return name in class_bindings(self._owner) and (self._owner, name) not in self._reader.looking

    def __getitem__(self, name: str) -> Value:
        found = class_bindings(self._owner)[name]
        scope = Scope(self._owner.path, (self, *self._owner.scope.names))
        if isinstance(found, ast.ClassDef):
            return self._reader.define_class(found, self._owner.scope)
        if not isinstance(found, ast.expr):
            return Attribute(self._owner, name)
        self._reader.looking.add((self._owner, str(name)))
        try:
            value = self._reader.eval(found, scope)
        finally:
            self._reader.looking.discard((self._owner, str(name)))
        return value if isinstance(value, (*DATA, ClassDef, Function, Ref)) else Attribute(self._owner, name)


def _pick(targets: list[ast.expr], name: str, value: Value, before: Value | None) -> Value | None:
    names: dict[str, Value] = {}
    assign(targets, value, names)
    return names.get(name, before)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )
