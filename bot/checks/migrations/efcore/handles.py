"""What the calls of a builder are made on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.checks.migrations.csharp.values import Value
from bot.checks.migrations.efcore.model import Bound, Entity, Facet, Index, Property, Relation


@dataclass(frozen=True)
class OfModel:
    """`ModelBuilder`, and `ModelConfigurationBuilder`."""


@dataclass(frozen=True, eq=False)
class OfEntity:
    """`EntityTypeBuilder`, or that of an owned or complex type."""

    entity: Entity


@dataclass(frozen=True, eq=False)
class OfProperty:
    """`PropertyBuilder`."""

    entity: Entity
    property: Property


@dataclass(frozen=True, eq=False)
class OfIndex:
    """`IndexBuilder`."""

    entity: Entity
    index: Index


@dataclass(frozen=True, eq=False)
class OfKey:
    """`KeyBuilder`; of an alternate key, with its properties."""

    entity: Entity
    properties: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class OfRelation:
    """The builders of relations, from `HasOne` on."""

    entity: Entity
    relation: Relation


@dataclass(frozen=True, eq=False)
class OfTable:
    """`TableBuilder`."""

    entity: Entity


@dataclass(frozen=True, eq=False)
class OfNavigation:
    """`NavigationBuilder`."""

    entity: Entity
    name: str


@dataclass(frozen=True, eq=False)
class OfDefaults:
    """`PropertiesConfigurationBuilder`: what each property of a type gets."""

    bound: Bound
    facets: dict[str, Facet]


@dataclass(frozen=True)
class Nothing:
    """What takes calls that concern no schema."""


Handle: TypeAlias = (
    OfModel | OfEntity | OfProperty | OfIndex | OfKey | OfRelation | OfTable | OfNavigation | OfDefaults | Nothing
)
HANDLES = (OfModel, OfEntity, OfProperty, OfIndex, OfKey, OfRelation, OfTable, OfNavigation, OfDefaults, Nothing)
Given: TypeAlias = Handle | Value
