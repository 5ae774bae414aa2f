"""What an expression of the source stands for, as far as it can be told without running it.

Plain data stands for itself: None, bool, int, float, str, bytes, tuple, list, dict. The classes here stand for the
rest. Two values of the same source, with the same meaning of each name, are equal, so that a construct which cannot be
read can still be seen not to have changed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = object

PLAIN = (bool, int, float, str, bytes, type(None))


@dataclass(frozen=True)
class Ref:
    """A name that no file of the repository defines: `sqlalchemy.Column`, `builtins.len`."""

    name: str


@dataclass(frozen=True)
class ModuleRef:
    """A module of the repository, by its file."""

    path: str


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: a file, and what is bound around the expression, innermost first.

    `late` is True in the body of a function, which sees what its module binds last.
    """

    path: str
    names: tuple[dict[str, Value], ...] = field(default=(), compare=False, hash=False)
    late: bool = field(default=False, compare=False, hash=False)


@dataclass(frozen=True)
class ClassDef:
    """A class of the repository, known by where it is defined."""

    path: str
    name: str
    node: ast.ClassDef = field(repr=False, compare=False)
    scope: Scope = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the repository. Two are equal where they stand at one place and say the same."""

    path: str
    name: str
    node: ast.FunctionDef | ast.Lambda = field(repr=False)
    scope: Scope = field(repr=False)

    @property
    def source(self) -> str:
        """The syntax, to tell one body from another."""
        return source_of(self.node)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Function) or (self.path, self.name) != (other.path, other.name):
            return False
        return self.node is other.node or self.source == other.source

    def __hash__(self) -> int:
        return hash((self.path, self.name))


@dataclass(frozen=True)
class Call:
    """Something called with arguments, that makes an object. Two are equal wherever they stand."""

    func: Value
    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = field(default_factory=dict)
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def __hash__(self) -> int:
        return hash((last_name(self.func), len(self.args)))

    def argument(self, name: str, position: int | None = None, default: Value = None) -> Value:
        """An argument by its name or its place."""
        if name in self.kwargs:
            return self.kwargs[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return default


@dataclass(frozen=True)
class Attribute:
    """An attribute of an object that is not looked into: `db.Model`, `User.email`, `Status.OPEN`."""

    owner: Value
    name: str


@dataclass(frozen=True)
class Item:
    """`owner[index]` where it is not plain data: `Mapped[str]`, `Annotated[str, 5]`."""

    owner: Value
    index: Value


@dataclass(frozen=True)
class Opaque:
    """What cannot be told. `source` makes it equal to itself, and `parts` what its names stand for."""

    reason: str
    source: str
    parts: tuple[Value, ...] = ()


def last_name(value: Value) -> str:
    """The last part of the name of a class, function or attribute; an empty text for anything else."""
    match value:
        case Ref(name=name):
            return name.rpartition(".")[2]
        case ClassDef(name=name) | Function(name=name) | Attribute(name=name):
            return name
        case Item(owner=owner):
            return last_name(owner)
    return ""


def outside_name(value: Value) -> str:
    """The last part of a name that the repository does not define; an empty text for anything else."""
    return "" if isinstance(value, ClassDef | Function) else last_name(value)


def call_name(value: Value) -> str:
    """What a call calls, by the last part of its name outside the repository."""
    return outside_name(value.func) if isinstance(value, Call) else ""


def holds_opaque(value: Value, depth: int = 0) -> bool:
    """Whether a part of a value cannot be told; what is nested too deep counts as such."""
    limit = 30
    if depth > limit:
        return True
    match value:
        case Opaque():
            return True
        case tuple() | list():
            parts: list[Value] = list(value)
        case dict():
            parts = [*value.keys(), *value.values()]
        case Call():
            parts = [value.func, *value.args, *value.kwargs.values()]
        case Attribute():
            parts = [value.owner]
        case Item():
            parts = [value.owner, value.index]
        case _:
            return False
    return any(holds_opaque(part, depth + 1) for part in parts)


def source_of(node: ast.AST) -> str:
    """The syntax in a form that is the same wherever it stands."""
    try:
        return ast.dump(node)
    except RecursionError:
        return f"line {getattr(node, 'lineno', 0)}"
