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
    """A composite literal. `folder` is where its type is declared, None where that is not in the repository."""

    type: Name
    folder: str | None
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Dictionary:
    """A map literal, by keys that are texts or names."""

    entries: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True)
class TypeOf:
    """A type that is named where a value stands: `User.Type`, `MyEnum("")`."""

    name: str


@dataclass(frozen=True)
class Unread:
    """What cannot be told, why, where, and how it is written (without comments and layout)."""

    reason: str
    place: Place
    written: str


Value = Union[str, int, float, bool, None, tuple["Value", ...], Name, Chain, Struct, Dictionary, TypeOf, Unread]  # noqa: UP007 - it names itself
