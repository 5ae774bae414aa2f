"""Entities as tables: inheritance, identifiers, and each attribute handed to whoever knows its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.jpa.attributes import COLLECTIONS, Attributes, Where
from bot.checks.migrations.jpa.envers import add_history
from bot.checks.migrations.jpa.hierarchy import (
    KNOWN_BASES,
    Chain,
    Level,
    carries,
    chain,
    family_uses_getters,
    is_entity,
    members,
)
from bot.checks.migrations.jpa.java import JavaClass, Member
from bot.checks.migrations.jpa.literals import Annotation
from bot.checks.migrations.jpa.naming import Naming
from bot.checks.migrations.jpa.sources import Sources
from bot.checks.migrations.jpa.wanted import Column, Doubt, Place, Table, Wanted

_NO_TABLE = ("Subselect",)


@dataclass(frozen=True, kw_only=True)
class Entity:
    """An entity: its class, what it inherits, the entity at the top of its family, and how the family is kept."""

    cls: JavaClass
    chain: Chain
    root: JavaClass
    strategy: str

    @property
    def own(self) -> Sequence[Level]:
        """The classes whose attributes are in its own table, nearest first."""
        levels = []
        for level in self.chain.levels:
            if level.cls is not self.cls and is_entity(level.cls) and self.strategy != "TABLE_PER_CLASS":
                break
            levels.append(level)
        return levels


class Mapping:
    """Reads the entities of one tree."""

    def __init__(self, sources: Sources, naming: Naming) -> None:
        self.sources, self.naming = sources, naming
        self.wanted = Wanted()
        self._entities: dict[str, Entity] = {}
        self._keys: dict[str, list[Column]] = {}
        self._attributes = Attributes(self)

    def build(self) -> Wanted:
        """What all entities ask for."""
        for cls in self.sources.mapped_classes():
            if is_entity(cls):
                self._entities[cls.qualified] = self._entity(cls)
        self.wanted.entities = len(self._entities)
        # Tables first: columns of associations may be added to another entity's.
        for entity in self._entities.values():
            self.table_of(entity)
        for entity in self._entities.values():
            self._map(entity)
        return self.wanted

    def entity(self, inside: JavaClass, name: str) -> Entity | None:
        """The entity that a name is in a class."""
        cls = self.sources.find_class(inside, name)
        return self._entities.get(cls.qualified) if cls is not None else None

    def _entity(self, cls: JavaClass) -> Entity:
        found = chain(self.sources, cls)
        entities = [level.cls for level in found.levels if is_entity(level.cls)]
        root = entities[-1] if entities else cls
        annotation = next((one for each in reversed(entities) if (one := each.annotation("Inheritance"))), None)
        strategy = (annotation.ref("strategy") or "SINGLE_TABLE") if annotation is not None else "SINGLE_TABLE"
        return Entity(cls=cls, chain=found, root=root, strategy=strategy)

    def table_of(self, entity: Entity) -> Table | None:
        """The table of an entity; None where it has none or its name cannot be told."""
        owner = entity.root if entity.strategy == "SINGLE_TABLE" else entity.cls
        if owner.annotation(*_NO_TABLE) is not None:
            return None
        if entity.strategy == "TABLE_PER_CLASS" and "abstract" in owner.written.split("class ")[0]:
            return None
        place = Place(owner.name, owner.file.path, owner.line)
        logical = self.logical_name(owner, owner.annotation("Table"))
        if logical is None:
            self.doubt(owner.name, place, "the name of its table is none that can be read", owner.written)
            return None
        return self.wanted.table(self.naming.names(logical), place)

    def logical_name(self, cls: JavaClass, annotation: Annotation | None) -> str | None:
        """The name that an entity's table is given, or has by its class; None where it cannot be told."""
        for given in (annotation, cls.annotation("Entity")):
            if given is not None and "name" in given.given:
                value = self.sources.evaluate(cls, given.given["name"])
                if value != "":
                    return value if isinstance(value, str) else None
        return cls.name

    def entity_name(self, cls: JavaClass) -> str:
        """The name of an entity for names that are made from it."""
        return self.logical_name(cls, None) or cls.name

    def doubt(self, subject: str, place: Place, reason: str, written: str, table: str = "") -> None:
        """Keep something that cannot be read."""
        self.wanted.doubts[subject] = Doubt(reason, place, written, table)

    def _map(self, entity: Entity) -> None:
        table = self.table_of(entity)
        if table is None:
            return
        self._note_foreign(entity, table.name)
        getters = family_uses_getters(entity.chain.levels)
        inherited = entity.cls is not entity.root and entity.strategy == "SINGLE_TABLE"
        where = Where(table=table, entity=entity, nullable=inherited, getters=getters)
        for level, member in self.own_members(entity):
            # The tables of a collection are those of the entity that declares it, whatever inherits it.
            inherits = level.cls is not entity.cls and is_entity(level.cls)
            if not (inherits and member.annotation(*COLLECTIONS) is not None):
                self._attributes.add(level, member, where)
        if entity.cls is not entity.root and entity.strategy == "JOINED":
            self._add_parent_key(entity, table)
        self._add_discriminator(entity, table)
        self._add_uniques(entity, table)
        add_history(self, entity, table)

    def own_members(self, entity: Entity) -> Iterator[tuple[Level, Member]]:
        """Yield the attributes in an entity's own table, with the class that declares each."""
        getters = family_uses_getters(entity.chain.levels)
        for level in entity.own:
            if carries(level.cls):
                for member in members(level, getters):
                    yield level, member

    def ids(self, entity: Entity) -> list[tuple[Level, Member]]:
        """The attributes that identify an entity."""
        getters = family_uses_getters(entity.chain.levels)
        return [
            (level, member)
            for level in entity.chain.levels
            if carries(level.cls)
            for member in members(level, getters)
            if member.annotation("Id", "EmbeddedId") is not None
        ]

    def key_columns(self, entity: Entity) -> list[Column]:
        """The columns of an entity's key; empty where they cannot be told."""
        if entity.cls.qualified not in self._keys:
            # A key that is made of itself has no columns.
            self._keys[entity.cls.qualified] = []
            self._keys[entity.cls.qualified] = self._read_key(entity)
        return self._keys[entity.cls.qualified]

    def _read_key(self, entity: Entity) -> list[Column]:
        scratch = Table(names=("",), place=Place(entity.cls.name, entity.cls.file.path, entity.cls.line))
        getters = family_uses_getters(entity.chain.levels)
        where = Where(table=scratch, entity=entity, nullable=False, getters=getters, depth=1)
        for level, member in self.ids(entity):
            self._attributes.add(level, member, where)
        if not scratch.columns and "id" in KNOWN_BASES.get(entity.chain.foreign, ()):
            return [Column(names=self.naming.names("id"), place=scratch.place, nullable=None)]
        return list(scratch.columns.values())

    def _note_foreign(self, entity: Entity, table: str) -> None:
        foreign = entity.chain.foreign
        if foreign and foreign not in KNOWN_BASES:
            last = entity.chain.levels[-1].cls
            place = Place(last.name, last.file.path, last.line)
            self.doubt(f"{last.name} extends {foreign}", place, f"{foreign} is not in the repository", foreign, table)

    def _add_parent_key(self, entity: Entity, table: Table) -> None:
        place = Place(entity.cls.name, entity.cls.file.path, entity.cls.line)
        given = entity.cls.annotation("PrimaryKeyJoinColumn")
        name = self.sources.evaluate(entity.cls, given.given["name"]) if given and "name" in given.given else None
        root = self._entities.get(entity.root.qualified)
        keys = self.key_columns(root) if root is not None else []
        if isinstance(name, str):
            table.add(Column(names=self.naming.names(name), place=place, nullable=None))
        elif entity.cls.annotation("PrimaryKeyJoinColumns") is None:
            for key in keys:
                table.add(Column(names=key.names, place=place, nullable=None))

    def _add_discriminator(self, entity: Entity, table: Table) -> None:
        if entity.cls is not entity.root:
            return
        given = entity.cls.annotation("DiscriminatorColumn")
        family = any(other.root is entity.cls and other is not entity for other in self._entities.values())
        if entity.cls.annotation("DiscriminatorFormula") is not None:
            return
        if given is None and (entity.strategy != "SINGLE_TABLE" or not family):
            return
        name = self.sources.evaluate(entity.cls, given.given.get("name", "DTYPE")) if given is not None else "DTYPE"
        if isinstance(name, str):
            place = Place(f"{entity.cls.name}'s discriminator", entity.cls.file.path, entity.cls.line)
            table.add(Column(names=self.naming.names(name), place=place, nullable=None))

    def _add_uniques(self, entity: Entity, table: Table) -> None:
        given = entity.cls.annotation("Table")
        if given is None:
            return
        place = Place(entity.cls.name, entity.cls.file.path, given.line)
        for one in given.parts("uniqueConstraints"):
            listed = one.given.get("columnNames", ())
            names = [
                self.sources.evaluate(entity.cls, each) for each in (listed if isinstance(listed, tuple) else (listed,))
            ]
            if names and all(isinstance(name, str) for name in names):
                table.uniques[frozenset(self.naming.names(str(name))[0] for name in names)] = place
        for one in given.parts("indexes"):
            text = self.sources.evaluate(entity.cls, one.given.get("columnList", ""))
            if one.given.get("unique") is True and isinstance(text, str) and text:
                parts = [part.split()[0] for part in text.split(",") if part.split()]
                table.uniques[frozenset(self.naming.names(part)[0] for part in parts)] = place
