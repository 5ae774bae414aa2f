"""Attributes that point at other entities, or hold several values: join columns, join tables, tables of collections.

Source: the Jakarta Persistence specification, 2.10 (relationship mapping defaults); Hibernate's
`ImplicitNamingStrategyJpaCompliantImpl` and Spring's `SpringImplicitNamingStrategy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.jpa.hierarchy import Level
from bot.checks.migrations.jpa.java import Member, TypeName
from bot.checks.migrations.jpa.literals import Annotation, Ref
from bot.checks.migrations.jpa.wanted import Column, Place, Table

if TYPE_CHECKING:
    from bot.checks.migrations.jpa.attributes import Attributes, Where
    from bot.checks.migrations.jpa.mapping import Entity, Mapping

_TO_MANY = ("OneToMany", "ManyToMany")
_COMPUTED = ("JoinFormula", "PrimaryKeyJoinColumn", "PrimaryKeyJoinColumns", "Where", "Filter")


class Associations:
    """Turns associations and collections into columns and tables."""

    def __init__(self, mapping: Mapping, attributes: Attributes) -> None:
        self._mapping, self._attributes = mapping, attributes

    def add_reference(self, level: Level, member: Member, where: Where) -> None:
        """Add the columns of a reference to one entity."""
        relation = member.annotation("ManyToOne", "OneToOne")
        if relation is None or "mappedBy" in relation.given or member.annotation("JoinFormula") is not None:
            return
        if member.annotation("PrimaryKeyJoinColumn", "PrimaryKeyJoinColumns") is not None:
            return
        if member.annotation("JoinTable") is not None:
            self._join_table(level, member, where, self._target(level, member))
            return
        given = where.joins.get(member.name) or _join_columns(member)
        required = self._attributes.truth(level, relation, "optional") is False or any(
            one.name == "NotNull" for one in member.annotations
        )
        for column in self._references(level, member, where, given, self._target(level, member)):
            named = next((one for one in given if self._said(level, one) in column.names), given[0] if given else None)
            said = self._attributes.truth(level, named, "nullable")
            key = member.annotation("Id", "MapsId") is not None
            nullable: bool | None = None if key else where.nullable or not (said is False or required)
            shared = named is not None and False in {named.given.get("insertable"), named.given.get("updatable")}
            made = replace(
                column,
                nullable=nullable,
                firm=not where.nullable and (said is not None or required),
                unique=self._attributes.truth(level, named, "unique") is True,
            )
            where.table.add(made, shared=shared)

    def _said(self, level: Level, given: Annotation) -> str:
        name = self._attributes.text(level, given, "name")
        return self._mapping.naming.names(name)[0] if name is not None else ""

    def _target(self, level: Level, member: Member) -> tuple[TypeName, Entity | None]:
        relation = member.annotation("ManyToOne", "OneToOne", "OneToMany", "ManyToMany")
        said = relation.given.get("targetEntity") if relation is not None else None
        kind = level.bound(member.type)
        if isinstance(said, Ref):
            kind = TypeName(said.name)
        elif kind.arguments:
            kind = level.bound(kind.arguments[-1])
        return kind, self._mapping.entity(level.cls, kind.name)

    def _references(  # noqa: PLR0913, PLR0917 - all that the names are made from
        self,
        level: Level,
        member: Member,
        where: Where,
        given: Sequence[Annotation],
        target: tuple[TypeName, Entity | None],
        stems: tuple[str, ...] = (),
    ) -> list[Column]:
        """The columns that point at an entity's key; without a name they begin with one of `stems`, or the attribute.

        Releases of Hibernate before 5 take the owner's table, others its entity's name.
        """
        stems = stems or (member.name,)
        place = self._place(level, member, where)
        base = Column(names=("",), place=place, written=member.written)
        kind, entity = target
        keys = self._mapping.key_columns(entity) if entity is not None else []
        if given and all("name" in one.given for one in given):
            names = [self._attributes.text(level, one, "name") for one in given]
            if not all(names):
                return self._doubtful(level, member, where, "the name of its join column is none that can be read")
            family = keys[0].family if len(keys) == 1 else ""
            return [replace(base, names=self._mapping.naming.names(name or ""), family=family) for name in names]
        if given and any("referencedColumnName" in one.given for one in given):
            referred = [self._attributes.text(level, one, "referencedColumnName") for one in given]
            return [replace(base, names=self._joined(stems, (name or "id",))) for name in referred]
        if not keys:
            return self._doubtful(level, member, where, f"the key of {kind.simple} is not in the repository")
        return [replace(base, names=self._joined(stems, key.names), family=key.family) for key in keys]

    def _joined(self, stems: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
        naming = self._mapping.naming
        return tuple(dict.fromkeys(each for stem in stems for name in names for each in naming.names(f"{stem}_{name}")))

    def _doubtful(self, level: Level, member: Member, where: Where, reason: str) -> list[Column]:
        self._mapping.doubt(where.subject(member), self._place(level, member, where), reason, member.written)
        return []

    def _place(self, level: Level, member: Member, where: Where) -> Place:
        return Place(where.subject(member), level.cls.file.path, member.line)

    def add_collection(self, level: Level, member: Member, where: Where) -> None:
        """Add the table that a collection brings, or its columns in another entity's table."""
        relation = member.annotation(*_TO_MANY)
        if relation is None:
            self._collection_table(level, member, where)
            return
        if "mappedBy" in relation.given:
            return
        target = self._target(level, member)
        if relation.name == "OneToMany" and member.annotation("JoinTable") is None and _join_columns(member):
            self._in_target(level, member, where, target)
        else:
            self._join_table(level, member, where, target)

    def _in_target(self, level: Level, member: Member, where: Where, target: tuple[TypeName, Entity | None]) -> None:
        """The elements hold the key of what holds them."""
        table = self._mapping.table_of(target[1]) if target[1] is not None else None
        if table is None:
            self._doubtful(level, member, where, f"the table of {target[0].simple} is not in the repository")
            return
        for column in self._references(level, member, where, _join_columns(member), (TypeName(""), where.entity)):
            table.add(column, shared=True)
        self._add_order(level, member, where, table)

    def _join_table(self, level: Level, member: Member, where: Where, target: tuple[TypeName, Entity | None]) -> None:
        # Hibernate takes the one for the other.
        given = member.annotation("JoinTable") or member.annotation("CollectionTable")
        place = self._place(level, member, where)
        naming = self._mapping.naming
        kind, entity = target
        if given is not None and "name" in given.given:
            name = self._attributes.text(level, given, "name")
            if name is None:
                self._doubtful(level, member, where, "the name of its join table is none that can be read")
                return
            names = naming.names(name)
        else:
            other = self._mapping.table_of(entity) if entity is not None else None
            names = naming.join_tables(where.table.name, member.name, other.name if other else kind.simple)
        table = self._mapping.wanted.table(names, place)
        own, theirs = (given.parts("joinColumns"), given.parts("inverseJoinColumns")) if given is not None else ((), ())
        back = self._inverse(level, member, entity)
        stems = (back,) if back else (self._mapping.entity_name(where.entity.cls), where.table.name)
        owner = (TypeName(where.entity.cls.name), where.entity)
        columns = self._references(level, member, where, own, owner, stems)
        columns += self._references(level, member, where, theirs, target)
        for column in columns:
            table.add(replace(column, place=place, nullable=None))
        self._add_order(level, member, where, table)
        self._add_map_key(level, member, where, table)

    def _inverse(self, level: Level, member: Member, entity: Entity | None) -> str:
        """The attribute of the other side that is mapped by this one."""
        for _, other in self._mapping.own_members(entity) if entity is not None else ():
            relation = other.annotation(*_TO_MANY, "OneToOne")
            if relation is not None and self._attributes.text(level, relation, "mappedBy") == member.name:
                return other.name
        return ""

    def _collection_table(self, level: Level, member: Member, where: Where) -> None:
        """A collection of values has a table with the owner's key and the value."""
        given = member.annotation("CollectionTable", "JoinTable")
        place = self._place(level, member, where)
        naming = self._mapping.naming
        owner = self._mapping.entity_name(where.entity.cls)
        name = self._attributes.text(level, given, "name") if given is not None else None
        if name is None and given is not None and "name" in given.given:
            self._doubtful(level, member, where, "the name of its table is none that can be read")
            return
        path = f"{where.owner.partition('.')[2]}.{member.name}".lstrip(".")
        table = self._mapping.wanted.table(naming.names(name or f"{owner}_{path.replace('.', '_')}"), place)
        joins = given.parts("joinColumns") if given is not None else ()
        stems = (owner, where.table.name)
        for column in self._references(level, member, where, joins, (TypeName(owner), where.entity), stems):
            table.add(replace(column, place=place, nullable=None))
        self._add_elements(level, member, where, table)
        self._add_order(level, member, where, table)
        self._add_map_key(level, member, where, table)

    def _add_elements(self, level: Level, member: Member, where: Where, table: Table) -> None:
        kind = level.bound(member.type)
        relation = member.annotation("ElementCollection")
        said = relation.given.get("targetClass") if relation is not None else None
        element = (
            TypeName(said.name)
            if isinstance(said, Ref)
            else level.bound(kind.arguments[-1])
            if kind.arguments
            else None
        )
        if element is None:
            self._doubtful(level, member, where, "the type of its elements is not said")
            return
        one = replace(member, type=element)
        inner = replace(where, table=table, depth=where.depth + 1, overrides={}, joins={}, names=(), nullable=False)
        embedded = self._attributes.embeddable(level, replace(one, annotations=()))
        if embedded is not None:
            self._attributes.embed(level, one, inner, embedded)
            return
        column = self._attributes.basic(level, one, inner)
        if column is not None:
            table.add(replace(column, nullable=column.nullable if column.firm else None))

    def _add_order(self, level: Level, member: Member, where: Where, table: Table) -> None:
        given = member.annotation("OrderColumn", "IndexColumn", "ListIndexBase")
        if given is None or given.name == "ListIndexBase":
            return
        name = self._attributes.text(level, given, "name") or f"{member.name}_ORDER"
        table.add(
            Column(names=self._mapping.naming.names(name), place=self._place(level, member, where), nullable=None)
        )

    def _add_map_key(self, level: Level, member: Member, where: Where, table: Table) -> None:
        kind = level.bound(member.type)
        if kind.simple not in {"Map", "SortedMap"} or member.annotation("MapKey") is not None:
            return
        given = member.annotation("MapKeyColumn", "MapKeyJoinColumn")
        name = self._attributes.text(level, given, "name") if given is not None else None
        key = kind.arguments[0].name if kind.arguments else ""
        entity = self._mapping.entity(level.cls, key)
        if name is None and (
            entity is not None
            or self._attributes.embeddable(level, replace(member, type=TypeName(key), annotations=()))
        ):
            return
        names = self._mapping.naming.names(name or f"{member.name}_KEY")
        table.add(Column(names=names, place=self._place(level, member, where), nullable=None))


def _join_columns(member: Member) -> tuple[Annotation, ...]:
    found = [one for one in member.annotations if one.name == "JoinColumn"]
    several = [part for one in member.annotations if one.name == "JoinColumns" for part in one.parts("value")]
    return tuple(found + several)
