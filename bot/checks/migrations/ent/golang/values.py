"""What an expression of Go comes to, as far as it can be told without running it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union


@dataclass(frozen=True)
class Place:
    """Where something stands: path and line, from 1."""

    path: str
    line: int


@dataclass(frozen=True)
class Name:
    """Something of a package that is not read: `field.TypeUUID`. The package is its import path, empty for its own."""

    package: str
    name: str


@dataclass(frozen=True)
class Step:
    """One call of a chain; the first has no name."""

    name: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True)
class Chain:
    """Calls on what a package outside gives: `field.String("name").Optional()`."""

    root: Name
    steps: tuple[Step, ...]
    place: Place


@dataclass(frozen=True)
class Struct:
    """A value of a named type: a composite literal, or a conversion, which has its value under an empty name.

    `folder` is where the type is declared, None where that is not in the repository; `arguments` are its parameters.
    """

    type: Name
    folder: str | None
    fields: Mapping[str, Value] = field(default_factory=dict)
    arguments: tuple[TypeOf, ...] = ()


@dataclass(frozen=True)
class Dictionary:
    """A map literal, by keys that are texts or names."""

    entries: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True)
class TypeOf:
    """A type that is named where a value stands, `User.Type`, or that a parameter stands for."""

    name: str
    package: str = ""
    folder: str | None = None
    arguments: tuple[TypeOf, ...] = ()


@dataclass(frozen=True)
class Closure:
    """A function that is written where a value stands: its node, and the scope that it sees."""

    node: object
    scope: object


@dataclass(frozen=True)
class Unread:
    """What cannot be told, why, where, and how it is written (without comments and layout)."""

    reason: str
    place: Place
    written: str


Value = Union[  # noqa: UP007 - it names itself
    str, int, float, bool, None, tuple["Value", ...], Name, Chain, Struct, Dictionary, TypeOf, Closure, Unread
]


def weight(value: Value, most: int) -> int:
    """How many parts a value has, with those of its members; `most` where it has more."""
    count, waiting = 0, [value]
    while waiting and count < most:
        one = waiting.pop()
        count += 1
        match one:
            case tuple():
                waiting.extend(one)
            case Dictionary(entries):
                waiting.extend(part for pair in entries for part in pair)
            case Chain(_, steps):
                waiting.extend(argument for step in steps for argument in step.arguments)
            case Struct():
                waiting.extend(one.fields.values())
    return count
