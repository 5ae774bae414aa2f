"""What the names and expressions of a tree's Python files stand for. Nothing is run: the syntax is read.

What cannot be told is `Opaque`. All work is counted and bounded: the code of a change may be of any kind.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

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
    source_of,
)
from bot.checks.migrations.django.folding import MAX_ITEMS, CannotFoldError, bounded, call_method, compare_plain, fold
from bot.checks.migrations.django.layout import Layout
from bot.checks.migrations.django.source import Binding, Parsed, Sources, Unreadable
from bot.errors import GonogoError
from bot.model import Tree

_MAX_DEPTH = 80
_MAX_STEPS = 1_500_000
_DATA = (*PLAIN, tuple, list, dict)
_BUILTINS = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)

CallHook = Callable[[Call], None]


class TooMuchError(GonogoError):
    """Reading the change's code takes more steps than any honest code asks for."""


class Reader:
    """Reads the code of one tree."""

    def __init__(self, tree: Tree, sources: Sources, dialect: str) -> None:
        self.tree, self.sources = tree, sources
        self.layout = Layout(tree)
        self.unreadable: dict[str, Unreadable] = {}
        self._found: dict[tuple[str, str], Value] = {}
        self._classes: dict[int, ClassDef] = {}
        self._finding: set[tuple[str, str]] = set()
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
        parsed = self.sources.parse(self.tree, path)
        if isinstance(parsed, Unreadable):
            self.unreadable[path] = parsed
        return parsed if isinstance(parsed, Parsed) else None

    def lookup(self, path: str, name: str) -> Value | None:
        """What a module's top-level name stands for; None where the module does not bind it."""
        key = (path, name)
        if key in self._found:
            return self._found[key]
        if key in self._finding or self._depth > _MAX_DEPTH:
            return Opaque("cycle", f"{path}:{name}")
        self._finding.add(key)
        self._depth += 1
        try:
            value = self._look(path, name)
        finally:
            self._finding.discard(key)
            self._depth -= 1
        self._found[key] = value
        return value

    def _look(self, path: str, name: str) -> Value | None:
        parsed = self.parsed(path)
        if parsed is None:
            return Opaque("unreadable file", f"{path}:{name}") if path in self.unreadable else None
        scope = Scope(path)
        value: Value | None = None
        for binding in parsed.bindings.get(name, ()):
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

    def _bind(self, node: ast.stmt, name: str, scope: Scope, before: Value | None) -> Value | None:
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
        if node.__class__.__name__ == "TypeAlias":  # the `type` statement of Python 3.12
            return self.eval(node.value, scope)  # type: ignore[attr-defined] - Python 3.12
        return Opaque("statement", f"{scope.path}:{name}")

    def _from_star(self, path: str, star: ast.ImportFrom, name: str) -> Value | None:
        if name.startswith("_") or name in _BUILTINS:
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

    # Expressions

    def eval(self, node: ast.expr, scope: Scope) -> Value:
        """What an expression stands for."""
        self.step()
        if self._depth > _MAX_DEPTH:
            return Opaque("too deep", f"{scope.path}:{getattr(node, 'lineno', 0)}")
        self._depth += 1
        try:
            return self._eval(node, scope)
        except CannotFoldError:
            return self._opaque(node, scope)
        finally:
            self._depth -= 1

    def _eval(self, node: ast.expr, scope: Scope) -> Value:  # noqa: C901, PLR0911, PLR0912 - one line a kind
        match node:
            case ast.Constant(value=value):
                return bounded(value)
            case ast.Name(id=name):
                return self.name(name, scope)
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

    def name(self, name: str, scope: Scope) -> Value:
        """What a name stands for in a scope."""
        for names in scope.names:
            if name in names:
                return names[name]
        value = self.lookup(scope.path, name)
        if value is not None or name == "None":
            return value
        return Ref(f"builtins.{name}") if name in _BUILTINS else Opaque("unbound name", name)

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

    def _class_attribute(self, owner: ClassDef, name: str) -> Value:
        if name in {"__name__", "__qualname__"}:
            return owner.name
        value = self._class_constant(owner, name)
        plain = isinstance(value, _DATA) and value is not None and not self.is_enum(owner)
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
        order: list[Value] = []
        self._collect(owner, order, [])
        seen: list[Value] = []
        for one in reversed(order):
            if one not in seen:
                seen.append(one)
        return seen[::-1]

    def _collect(self, one: Value, order: list[Value], path: list[Value]) -> None:
        limit = 200
        self.step()
        if one in path or len(order) > limit:
            return
        order.append(one)
        if isinstance(one, ClassDef):
            for base in self.bases(one):
                self._collect(base.owner if isinstance(base, Item) else base, order, [*path, one])
        elif isinstance(one, Call) and isinstance(
            made := one.argument("cls", None, one.argument("model_class")), ClassDef
        ):
            # `declarative_base(cls=Base)` makes a class below the one that it is given.
            self._collect(made, order, [*path, one])

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
        if isinstance(owner, _DATA):
            try:
                return owner[index]  # type: ignore[index] - checked by Python
            except (TypeError, LookupError, ValueError):
                return Opaque("index", "", (owner, index))
        return Item(owner, index)

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        """The result of an operator."""
        if isinstance(left, _DATA) and isinstance(right, _DATA):
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
        if not isinstance(left, _DATA) or not isinstance(right, _DATA):
            return self._opaque(node, scope)
        return compare_plain(node.ops[0], left, right)

    def truth(self, value: Value) -> bool | None:
        """Whether a value is true; None where it cannot be told."""
        if isinstance(value, _DATA):
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
            inside = Scope(scope.path, (names, *scope.names))
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

    def call(self, call: Call) -> Value:
        """What a call gives: plain data where it can be told, else the call itself."""
        self.step()
        match call.func:
            case Attribute(owner=owner, name=name) if isinstance(owner, _DATA):
                return call_method(owner, name, call.args, call.kwargs)
            case Call(func=Ref(name="functools.partial")) as partial if partial.args:
                merged = {**partial.kwargs, **call.kwargs}
                return self.call(Call(partial.args[0], (*partial.args[1:], *call.args), merged, call.path, call.line))
            case Function() as function:
                return self.call_function(function, call)
            case ClassDef() as owner if self.is_enum(owner) and len(call.args) == 1:
                return Attribute(owner, str(call.args[0]))
            case Ref(name=name) if name.startswith("builtins."):
                return _call_builtin(self, name.removeprefix("builtins."), call)
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

        if self._depth > _MAX_DEPTH // 2:
            return call
        self._depth += 4
        try:
            return run_function(self, function, call)
        finally:
            self._depth -= 4


class _LazyNames(dict[str, Value]):
    """The names of a class's body, looked up when asked."""

    def __init__(self, reader: Reader, owner: ClassDef) -> None:
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
        return value if isinstance(value, (*_DATA, ClassDef, Function, Ref)) else Attribute(self._owner, name)


def _pick(targets: list[ast.expr], name: str, value: Value, before: Value | None) -> Value | None:
    names: dict[str, Value] = {}
    assign(targets, value, names)
    return names.get(name, before)


def assign(targets: list[ast.expr], value: Value, names: dict[str, Value]) -> None:
    """Bind the targets of an assignment, as far as they are names."""
    for target in targets:
        match target:
            case ast.Name(id=name):
                names[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                known = isinstance(value, tuple | list) and len(value) == len(parts)
                for position, part in enumerate(parts):
                    one = value[position] if known else Opaque("unpacked", str(position), (value,))  # type: ignore[index] - known
                    assign([part], one, names)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)):
                if isinstance(held := names.get(name), dict):
                    names[name] = {**held, key: value}


def class_bindings(owner: ClassDef) -> Mapping[str, ast.expr | ast.stmt]:
    """What the body of a class binds: a name to the value's expression, or to the statement that binds it."""
    cached = owner.node.__dict__.get("gonogo_bindings")
    if cached is None:
        cached = dict(_find_class_bindings(owner.node.body))
        owner.node.__dict__["gonogo_bindings"] = cached
    return cached  # type: ignore[no-any-return] - set here alone


def _find_class_bindings(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    for node in body:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, value if value is not None else node
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node
            case ast.If(body=inner, orelse=orelse):
                yield from _find_class_bindings(orelse)
                yield from _find_class_bindings(inner)


def enum_members(owner: ClassDef) -> list[str]:
    """The names of an enumeration's members."""
    bindings = class_bindings(owner)
    return [name for name, node in bindings.items() if isinstance(node, ast.expr) and not name.startswith("_")]


def is_hashable(value: Value) -> bool:
    """Whether a value may be a key."""
    try:
        hash(value)
    except (TypeError, RecursionError):
        return False
    return True


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _call_builtin(reader: Reader, name: str, call: Call) -> Value:
    if len(call.args) != 1 or call.kwargs:
        return list(range(*call.args)) if name == "range" and _is_small(call.args) else call
    [value] = call.args
    items = reader.iterate(value)
    match name:
        case "str" if isinstance(value, str | int | bool):
            return str(value)
        case "len" if items is not None or isinstance(value, str):
            return len(items if items is not None else str(value))
        case "list" | "sorted" | "reversed" | "tuple" | "set" if items is not None:
            return tuple(items) if name == "tuple" else items[::-1] if name == "reversed" else items
        case "enumerate" if items is not None:
            return list(enumerate(items))
        case "int" if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value[:9].isdigit()):
            return int(value[:9] if isinstance(value, str) else value)
        case "range" if _is_small(call.args):
            return list(range(*call.args))
    return call


def _is_small(args: tuple[Value, ...]) -> bool:
    limit = 3
    return (
        0 < len(args) <= limit
        and all(isinstance(one, int) and abs(one) < MAX_ITEMS for one in args)
        and 0 not in args[2:]
    )


_MAX_NAME = 200


def rewrite(function: str, call: Call) -> Value:
    """What `re.sub` or `re.split` gives on a class's name; an expression of the change that may not end is not run."""
    import re

    if call.kwargs or not all(isinstance(one, str) for one in call.args):
        return call
    pattern, *others = (str(one) for one in call.args)
    if not _is_tame(pattern) or any(len(one) > _MAX_NAME for one in others):
        return call
    try:
        match function, others:
            case "re.sub", [replacement, text]:
                return re.sub(pattern, replacement, text)
            case "re.split", [text]:
                return re.split(pattern, text)
    except (re.error, RecursionError, OverflowError):
        return call
    return call


def _is_tame(pattern: str) -> bool:
    """Whether an expression takes no more than some thousand steps on a short text: few repetitions, none nested."""
    repeats = sum(pattern.count(sign) for sign in "*+{?") - pattern.count("(?")
    nested = any(f"){sign}" in pattern for sign in "*+{")
    return len(pattern) < _MAX_NAME and not nested and repeats <= 2  # noqa: PLR2004 - quadratic at most
