"""What a class says of its table, in TypeORM's words, before names and types are worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.checks.migrations.script.folding import options_of
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.values import Array, Constant, Function, Number, Object, Text, Value

# A class, or an `EntitySchema`: the path of its module and its name.
Key: TypeAlias = tuple[str, str]
# How something is written, with all that it rests on; asked for only where that cannot be told.
Words: TypeAlias = Callable[[], str]


def is_told(options: Mapping[str, Value], names: Sequence[str]) -> bool:
    """Whether options are all there, and those of the names are values that stand for themselves."""
    plain = Text | Number | Constant | Object | Array | Function
    return "" not in options and all(isinstance(options[name], plain) for name in names if name in options)


def given_options(value: Value | None) -> dict[str, Value]:
    """What an object says; what is given and is none stands under an empty key, as what is spread into one does."""
    if value is None or isinstance(value, Object | Constant):
        return options_of(value)
    return {"": value}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is declared."""

    path: str
    line: int


@dataclass(frozen=True, kw_only=True)
class ColumnFact:
    """A column of a property.

    Attributes:
        kind: the decorator's name: `Column`, `PrimaryGeneratedColumn`, `CreateDateColumn`, ...
        options: what it is given, folded; a member under an empty key cannot be told.
        annotation: the property's type as it is written.
        module: in which the annotation's names stand.
        written: all that is said of it, so that a change of what cannot be read is seen.
        unread: why it cannot be told as a whole; empty where it can.
    """

    prop: str
    kind: str
    options: Mapping[str, Value]
    annotation: str
    module: Module
    place: Place
    written: Words
    unread: str = ""


@dataclass(frozen=True, kw_only=True)
class RelationFact:
    """A relation of a property.

    Attributes:
        kind: `one-to-one`, `many-to-one`, `one-to-many` or `many-to-many`.
        target: the class, or its name; None where that cannot be told.
        inverse: the property on the other side; empty where none is named.
        joins: what `JoinColumn` says of each column; None where there is none of it.
        table: what `JoinTable` says; None where there is none.
    """

    prop: str
    kind: str
    target: Key | str | None
    inverse: str
    options: Mapping[str, Value]
    joins: tuple[Mapping[str, Value], ...] | None
    table: Mapping[str, Value] | None
    primary: bool
    place: Place
    written: Words


@dataclass(frozen=True, kw_only=True)
class EmbeddedFact:
    """An object whose columns stand in the table of the one that has it. `prefix` is None where none is given."""

    prop: str
    target: ClassFacts | None
    prefix: str | None
    place: Place
    written: Words


@dataclass(frozen=True, kw_only=True)
class KeyFact:
    """An index, a unique constraint, a check or an exclusion. `columns` are properties; None where not told."""

    kind: str
    name: str
    columns: tuple[str, ...] | None
    options: Mapping[str, Value]
    expression: str | None
    place: Place
    written: Words


@dataclass(kw_only=True)
class ClassFacts:
    """A class: what it says itself, and what it rests on.

    Attributes:
        kind: `entity`, `child`, `view` or empty.
        options: of its `Entity`.
        inheritance: what `TableInheritance` says; None where there is none.
        tree: the kind of `Tree`; empty where it is none.
        parents: what it extends, the nearest first.
        odd: why something of it cannot be told, and how that is written.
    """

    key: Key
    place: Place
    kind: str = ""
    options: Mapping[str, Value] = field(default_factory=dict)
    inheritance: Mapping[str, Value] | None = None
    tree: str = ""
    parents: list[ClassFacts] = field(default_factory=list)
    columns: list[ColumnFact] = field(default_factory=list)
    relations: list[RelationFact] = field(default_factory=list)
    embedded: list[EmbeddedFact] = field(default_factory=list)
    keys: list[KeyFact] = field(default_factory=list)
    odd: list[tuple[str, Words]] = field(default_factory=list)
