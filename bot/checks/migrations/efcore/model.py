"""A model of EF Core as a value: entity types with their properties, keys, indexes and relations.

The same shape holds what a snapshot says, where all is written out, and what code says, where a facet that nobody
gave is absent until the conventions have filled it in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.values import TypeRef

Facet: TypeAlias = "str | int | bool | None"
UNKNOWN = "\0?"
# Of one entity type: each is held against the others.
MAX_RELATIONS = 500
MAX_INDEXES = 1_000
_MAX_CHAIN = 100
_MAX_DIGITS = 3
_LINE = re.compile(r",? ?line=\d+")


def _simple(key: str) -> str:
    return key.rpartition(".")[2].rpartition("+")[2]


def written(value: object) -> str:
    """How a value is written, without where."""
    return _LINE.sub("", repr(value))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is declared."""

    path: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that could not be read: of the whole model, of an entity type, or of one of its properties.

    `conditional` tells of what stands behind a condition of the compiler, so that it may not be there at all.
    """

    reason: str
    written: str
    place: Place
    entity: str = ""
    property: str = ""
    conditional: bool = False


@dataclass(frozen=True)
class Bound:
    """A type as it is named, and where, so that it can be looked up; `given` are the types that its names stand for."""

    type: TypeRef
    at: TypeDecl | None
    given: tuple[tuple[str, Bound], ...] = ()

    def argument(self, number: int = 0) -> Bound:
        """One of the types that it is given."""
        return Bound(self.type.arguments[number], self.at, self.given).expanded()

    def expanded(self) -> Bound:
        """The type itself, where it is named by a parameter."""
        for name, bound in self.given:
            if name == self.type.name and not self.type.arguments:
                same = bound.type
                nullable = same.nullable or self.type.nullable
                ref = TypeRef(same.name, same.arguments, nullable=nullable, rank=same.rank + self.type.rank)
                return Bound(ref, bound.at, bound.given)
        return self


@dataclass(kw_only=True)
class Property:
    """A property.

    `facets`: `nullable`, `max_length`, `precision`, `scale`, `unicode`, `fixed`, `store` (the column's type), `column`
    (its name), `default`, `default_sql`, `computed`, `comment`, `collation`, `generated` (`add`, `never`, `update`),
    `converted` (the type that the value is stored as), `row_version`, `hilo`; UNKNOWN where something was given that
    could not be read. `given` is how those are written.
    """

    name: str
    type: Bound | None = None
    place: Place | None = None
    facets: dict[str, Facet] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Index:
    """An index; `name` is None where it has its usual one in the database, `label` where it has none in the model."""

    properties: tuple[str, ...]
    label: str | None = None
    name: str | None = None
    unique: bool = False
    filter: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    by_convention: bool = False


@dataclass(kw_only=True)
class Relation:
    """A relation as it is configured from one side.

    Attributes:
        source: the entity type on whose builder it stands.
        target: the other one.
        navigation: the source's member, where it has one; `inverse` the target's.
        many: whether the source has many of the target; `inverse_many` the other way round, None where not said.
        dependent: the one with the foreign key, where it is said.
        required: None where it is not said; `on_delete` likewise.
        join: the entity type between the two, of a many-to-many.
    """

    source: str
    target: str
    navigation: str | None
    many: bool
    inverse: str | None = None
    inverse_many: bool | None = None
    dependent: str | None = None
    properties: tuple[str, ...] = ()
    principal_properties: tuple[str, ...] = ()
    required: bool | None = None
    on_delete: str | None = None
    name: str | None = None
    join: str | None = None
    owned: bool = False
    place: Place | None = None


@dataclass(kw_only=True)
class Reference:
    """A foreign key, of the entity type that has it."""

    properties: tuple[str, ...]
    principal: str
    principal_properties: tuple[str, ...]
    unique: bool
    required: bool
    on_delete: str | None
    name: str | None
    owned: bool = False
    place: Place | None = None


@dataclass(kw_only=True)
class Entity:
    """An entity type. `key` is its full name; of an owned type the owner's, a dot, the navigation and the type's.

    Attributes:
        table: the table's name as it is said; None where it is the usual one. `mapped` is False for views and queries.
        base: the entity type that it derives from.
        primary: None where it is the usual one; empty where there is none.
        owner: the owning entity type and its navigation; `many` where there are many of them.
        strategy: `TPH`, `TPT` or `TPC`, where it is said.
        extras: check constraints, comments and the like, by kind and name.
        seeds: the rows of `HasData`, as written.
    """

    key: str
    decl: TypeDecl | None = None
    bound: Bound | None = None
    place: Place | None = None
    properties: dict[str, Property] = field(default_factory=dict)
    table: str | None = None
    schema: str | None = None
    mapped: bool = True
    base: str | None = None
    primary: tuple[str, ...] | None = None
    primary_name: str | None = None
    keyless: bool = False
    alternates: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    indexes: list[Index] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    owner: tuple[str, str] | None = None
    many: bool = False
    complex: bool = False
    json: str | None = None
    ignored: set[str] = field(default_factory=set)
    required_navigations: set[str] = field(default_factory=set)
    strategy: str | None = None
    discriminator: tuple[str, str] | None = None
    extras: dict[tuple[str, str], str] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)
    open: bool = False
    default_table: str | None = None

    def property(self, name: str) -> Property:
        """The property of a name, made where there is none."""
        if name not in self.properties:
            self.properties[name] = Property(name=name)
        return self.properties[name]


@dataclass(kw_only=True)
class Model:
    """Entity types by key, and what is said of the model as a whole."""

    entities: dict[str, Entity] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    related: Counter[str] = field(default_factory=Counter)
    default_schema: str | None = None
    owned_types: set[str] = field(default_factory=set)
    ignored_types: set[str] = field(default_factory=set)
    complex_types: set[str] = field(default_factory=set)
    extras: dict[tuple[str, str], str] = field(default_factory=dict)
    doubts: dict[Doubt, None] = field(default_factory=dict)
    defaults: list[tuple[Bound, dict[str, Facet]]] = field(default_factory=list)
    product: str = ""
    annotations: set[str] = field(default_factory=set)

    @property
    def version(self) -> int:
        """The major version of EF Core that wrote the snapshot; 99 where it is not said."""
        number = self.product.partition(".")[0]
        return int(number) if number.isdecimal() and len(number) <= _MAX_DIGITS else 99

    def relate(self, one: Relation) -> bool:
        """Add a relation that is configured; whether its entity type has not more than are looked at."""
        self.related[one.source] += 1
        if self.related[one.source] > MAX_RELATIONS:
            return False
        self.relations.append(one)
        return True

    def doubt(self, one: Doubt) -> None:
        """Note what could not be read, once."""
        self.doubts[one] = None

    def entity(self, key: str, decl: TypeDecl | None = None) -> Entity:
        """The entity type of a key, made where there is none."""
        if key not in self.entities:
            self.entities[key] = Entity(key=key, decl=decl)
        made = self.entities[key]
        made.decl = made.decl or decl
        return made

    def chain(self, entity: Entity) -> Iterator[Entity]:
        """Yield an entity type and those that it derives from, as far as `is_deep` allows."""
        seen: set[str] = set()
        one: Entity | None = entity
        while one is not None and one.key not in seen and len(seen) < _MAX_CHAIN:
            seen.add(one.key)
            yield one
            one = self.entities.get(one.base) if one.base else None

    def is_deep(self) -> bool:
        """Whether any entity type has more bases than are looked at."""
        return any(sum(1 for _ in self.chain(one)) == _MAX_CHAIN for one in self.entities.values() if one.base)

    def former(self, snapshot: Model) -> dict[str, str]:
        """The keys of entity types to those of a snapshot, also where they stood in another namespace."""
        gone = [key for key, one in snapshot.entities.items() if one.owner is None and key not in self.entities]
        moved = [key for key, one in self.entities.items() if one.owner is None and key not in snapshot.entities]
        found = {key: key for key in self.entities if key in snapshot.entities}
        names = [Counter(_simple(key) for key in keys) for keys in (gone, moved)]
        before = {_simple(key): key for key in gone}
        for key in moved:
            if all(one[_simple(key)] == 1 for one in names):
                found[key] = before[_simple(key)]
        return found

    def root(self, entity: Entity) -> Entity:
        """The entity type that a hierarchy starts with."""
        return list(self.chain(entity))[-1]
