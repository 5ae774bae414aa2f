"""Expressions and statements of C#, as far as models and migrations are written in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class TypeRef:
    """A type as it is named: `List<Tag?>[]` is an array (`rank` 1) of `List` with one argument.

    The name may be qualified (`System.Guid`); `nullable` tells of the mark after the whole.
    """

    name: str
    arguments: tuple[TypeRef, ...] = ()
    nullable: bool = False
    rank: int = 0

    @property
    def simple(self) -> str:
        """The name without what stands before its last dot."""
        return self.name.rpartition(".")[2]

    def __str__(self) -> str:
        arguments = f"<{', '.join(map(str, self.arguments))}>" if self.arguments else ""
        return f"{self.name}{arguments}{'[]' * self.rank}{'?' if self.nullable else ''}"


@dataclass(frozen=True)
class Text:
    """A string without holes."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, as it is written but for underscores and the letters of its type."""

    text: str


@dataclass(frozen=True)
class Constant:
    """`true`, `false`, `null` or `default`."""

    name: str


@dataclass(frozen=True)
class Name:
    """An identifier, `this` or `base`, with the types given to it."""

    name: str
    types: tuple[TypeRef, ...] = ()


@dataclass(frozen=True)
class Member:
    """`value.name<types>`."""

    value: Value
    name: str
    types: tuple[TypeRef, ...] = ()


@dataclass(frozen=True)
class Argument:
    """An argument; `name` is empty where it is given by its place."""

    name: str
    value: Value


@dataclass(frozen=True)
class Call:
    """`function(arguments)`; the line is that of the function's last name, and `size` its bytes, with all within."""

    function: Value
    arguments: tuple[Argument, ...]
    line: int
    size: int = field(default=0, repr=False, compare=False)


@dataclass(frozen=True)
class New:
    """`new type(arguments) { entries }` or `{ items }`; the type is None where it is not said."""

    type: TypeRef | None
    arguments: tuple[Argument, ...] = ()
    entries: tuple[tuple[str, Value], ...] = ()
    items: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Items:
    """An array or a collection."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class TypeOf:
    """`typeof(type)`."""

    type: TypeRef


@dataclass(frozen=True)
class Lambda:
    """A lambda: its parameters' names and its statements; one of an expression has one `Do`."""

    parameters: tuple[str, ...]
    body: tuple[Statement, ...]

    @property
    def result(self) -> Value | None:
        """The expression, where it is one of an expression."""
        match self.body:
            case [Do(value) | Return(value)]:
                return value
        return None


@dataclass(frozen=True)
class Assign:
    """`target = value`."""

    target: Value
    value: Value


@dataclass(frozen=True)
class Operation:
    """`left sign right`; of one side, the left is None."""

    sign: str
    left: Value | None
    right: Value


@dataclass(frozen=True)
class Unread:
    """Anything else: how it is written."""

    text: str


Value: TypeAlias = (
    Text | Number | Constant | Name | Member | Call | New | Items | TypeOf | Lambda | Assign | Operation | Unread
)


@dataclass(frozen=True)
class Do:
    """An expression as a statement."""

    value: Value
    line: int = 0


@dataclass(frozen=True)
class Local:
    """A variable that is declared."""

    name: str
    value: Value
    line: int = 0


@dataclass(frozen=True)
class Return:
    """`return value`."""

    value: Value
    line: int = 0


@dataclass(frozen=True)
class Branch:
    """`if`."""

    condition: Value
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """`foreach (var name in source)`."""

    name: str
    source: Value
    body: tuple[Statement, ...]
    line: int = 0


@dataclass(frozen=True)
class Other:
    """Any other statement: how it is written."""

    text: str
    line: int = 0


Statement: TypeAlias = Do | Local | Return | Branch | Loop | Other
Statements: TypeAlias = Sequence[Statement]
