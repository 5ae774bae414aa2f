"""What a class or a schema says of its table, in MikroORM's words, before names and types are worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.values import Value

# A class or a schema: the path of its module and its name there.
Key: TypeAlias = tuple[str, str]
# How something is written, with all that it rests on; asked for only where that cannot be told.
Words: TypeAlias = Callable[[], str]
# What stands for the columns of an index that is known by its name alone.
EXPRESSION = "an expression"
RELATIONS = frozenset({"m:1", "1:1", "1:m", "m:n"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is declared."""

    path: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Prop:
    """A property.

    Attributes:
        kind: `scalar`, `embedded`, or a relation: `m:1`, `1:1`, `1:m`, `m:n`.
        options: what it is given, folded; a member under an empty key cannot be told.
        annotation: its type as it is written; `optional` says whether a question mark stands after its name.
        initial: what the class gives it when it is made; None where it gives it nothing.
        target: the class of a relation or an embedded object, or its name; None where that cannot be told.
        module: in which the annotation's names stand.
        written: all that is said of it, so that a change of what cannot be read is seen.
        unread: why it cannot be told as a whole; empty where it can.
        inherited: whether it is of a child that shares its parent's table.
    """

    name: str
    kind: str
    options: Mapping[str, Value]
    module: Module
    place: Place
    written: Words
    annotation: str = ""
    optional: bool = False
    initial: Value | None = None
    target: Key | str | None = None
    unread: str = ""
    inherited: bool = False


@dataclass(frozen=True, kw_only=True)
class KeyFact:
    """An index, a unique key or a check; `prop` is the property on which it stands."""

    kind: str
    options: Mapping[str, Value]
    prop: str
    place: Place
    written: Words


@dataclass(kw_only=True, eq=False)
class Ent:
    """A class or a schema.

    Attributes:
        kind: `entity`, `embeddable`, or empty for a base that has no table of its own.
        parents: what it extends, as far as it is in the repository.
        odd: what cannot be told of it as a whole: a reason, and how it is written.
        elsewhere: the members whose decorators are not in the repository, which may make columns of them: where
            it stands, and how it is written where that is likely.
        makes: whether the class can be made without arguments: None where that cannot be told.
    """

    key: Key
    place: Place
    kind: str = ""
    options: dict[str, Value] = field(default_factory=dict)
    props: dict[str, Prop] = field(default_factory=dict)
    keys: list[KeyFact] = field(default_factory=list)
    parents: list[Ent] = field(default_factory=list)
    odd: list[tuple[str, Words]] = field(default_factory=list)
    elsewhere: dict[str, tuple[Place, Words | None]] = field(default_factory=dict)
    makes: bool | None = True

    @property
    def name(self) -> str:
        """The class's name."""
        return self.key[1]
