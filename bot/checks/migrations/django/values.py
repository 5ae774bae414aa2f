"""What an expression of the source stands for, as far as it can be told without running it.

Plain data stands for itself: None, bool, int, float, str, bytes, Decimal, timedelta, tuple, list, dict, set. The
classes here stand for the rest. Two values of the same source, with the same meaning of each name, are equal, so that
a construct which cannot be read can still be seen not to have changed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from bot.checks.migrations.syntax.folding import PLAIN, Value
from bot.checks.migrations.syntax.source import dump

if TYPE_CHECKING:
    from bot.checks.migrations.django.scopes import Scope

# More parts than this in one value are not looked at: whether such values are equal is then unknown.
_MAX_PARTS = 20_000


class Same(Enum):
    """Whether two values are equal."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ref:
    """A name that no file of the repository defines: `django.db.models.CharField`, `builtins.len`."""

    name: str

    @property
    def last(self) -> str:
        """The name without its module."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class ModuleValue:
    """A module of the repository."""

    path: str


@dataclass(frozen=True, eq=False)
class Definition:
    """A class or function of the repository, known by where it is defined.

    Attributes:
        qualname: `Order.Status`; two of one name and path are the same.
        module: the dotted name, as short as the repository allows.
        owner: the class that a method stands in.
    """

    path: str
    qualname: str
    module: str
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda = field(repr=False)
    scope: Scope = field(repr=False)
    owner: Definition | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The name without its module and its class."""
        return self.qualname.rpartition(".")[2]

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    def _key(self) -> tuple[str, str, str | None]:
        # One lambda is told from another by its source alone.
        return self.path, self.qualname, dump(self.node) if isinstance(self.node, ast.Lambda) else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.path, self.qualname))


@dataclass(frozen=True)
class Call:
    """Something called with arguments, that makes an object: a field, a validator, an operation."""

    func: Value
    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """The last part of the name of what is called, or an empty text."""
        if isinstance(self.func, Ref):
            return self.func.last
        return self.func.name if isinstance(self.func, Definition) else ""


@dataclass(frozen=True)
class Condition:
    """`django.db.models.Q`: a tree of lookups."""

    children: tuple[Value, ...]
    connector: str = "AND"
    negated: bool = False

    def joined(self, other: Condition, connector: str) -> Condition:
        """As `Q._combine` and `Node.add` of django/utils/tree.py join two."""
        if not self.children:
            return other
        if not other.children:
            return self
        return Condition((), connector).with_child(self).with_child(other)

    def with_child(self, data: Condition) -> Condition:
        """As `Node.add` with the node's own connector."""
        if is_small(data) and data in self.children:
            return self
        if not data.negated and (data.connector == self.connector or len(data.children) == 1):
            return Condition((*self.children, *data.children), self.connector, self.negated)
        return Condition((*self.children, data), self.connector, self.negated)


@dataclass(frozen=True)
class Member:
    """A member of an enumeration.

    Attributes:
        plain: whether it equals its value (Django's choices, and enumerations that are also str or int).
    """

    owner: Definition
    name: str
    value: Value
    label: Value
    plain: bool


@dataclass(frozen=True)
class Swappable:
    """A reference to a setting that names a model: `settings.AUTH_USER_MODEL`."""

    setting: str


@dataclass(frozen=True)
class Method:
    """A method of plain data, such as `"a".upper`."""

    owner: Value
    name: str


@dataclass(frozen=True)
class Opaque:
    """What cannot be told. Equal where the source and what its names stand for are equal."""

    kind: str
    parts: tuple[Value, ...] = ()


def plain(value: Value) -> Value:
    """A member of an enumeration that equals its value, as that value."""
    return value.value if isinstance(value, Member) and value.plain else value


def is_plain(value: Value) -> bool:
    """Whether a value is plain data all through (at most some thousand parts)."""
    return not _find(value, lambda part: not isinstance(part, (*PLAIN, tuple, list, dict, set, frozenset)))


def is_small(value: Value) -> bool:
    """Whether a value has few enough parts to be compared and hashed."""
    return not _find(value, lambda _: False)


def _find(value: Value, is_it: Callable[[Value], bool]) -> bool:
    """Whether a part of a value is what is looked for; too many parts count as found."""
    waiting, seen = [value], 0
    while waiting:
        part = plain(waiting.pop())
        seen += 1
        if seen > _MAX_PARTS or is_it(part):
            return True
        waiting.extend(_parts(part))
    return False


def _parts(value: Value) -> Sequence[Value]:
    match value:
        case tuple() | list() | set() | frozenset():
            return list(value)
        case dict():
            return [*value.keys(), *value.values()]
        case Call():
            return [value.func, *value.args, *value.kwargs.values()]
        case Condition():
            return value.children
        case Opaque():
            return value.parts
    return ()
