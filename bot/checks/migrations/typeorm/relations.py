"""What relations bring: columns that refer, foreign keys, and the tables between two entities.

Source: TypeORM's `RelationJoinColumnBuilder`, `JunctionEntityMetadataBuilder` and the latter's twin for closures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.checks.migrations.script.values import Array, Constant, Text, Value
from bot.checks.migrations.sql.schema import ForeignKey, Table, qualified
from bot.checks.migrations.typeorm.columns import like
from bot.checks.migrations.typeorm.facts import ClassFacts, Key, RelationFact, given_options, is_told
from bot.checks.migrations.typeorm.naming import constraint
from bot.checks.migrations.typeorm.tables import Entity, Member, Related, Tables

_FALSE = Constant("false")
_OWNING = frozenset({"many-to-one", "one-to-one"})
_ACTIONS = ("createForeignKeyConstraints", "onDelete", "onUpdate")
_TABLE = ("inverseJoinColumn", "inverseJoinColumns", "joinColumn", "joinColumns", "name", "schema", "synchronize")
_NAMES = ("foreignKeyConstraintName",)


class Relations:
    """Adds what relations bring to the tables of entities."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._by_name = {key[1]: entity for key, entity in tables.entities.items()}
        self._by_name.update({_schema_name(one.facts): one for one in tables.entities.values()})
        self._busy: set[tuple[Key, str]] = set()

    def add(self) -> None:
        """Make the columns and keys of all relations, then the tables between entities."""
        for entity in list(self._tables.entities.values()):
            for related in entity.relations:
                self._join(entity, related)
        for entity in list(self._tables.entities.values()):
            for related in entity.relations:
                if related.fact.kind == "many-to-many" and related.fact.table is not None:
                    self._add_junction(entity, related)
            if any(one.tree == "closure-table" for one in (entity.facts, *entity.facts.parents)):
                self._add_closure(entity)

    def _target(self, fact: RelationFact) -> Entity | None:
        if isinstance(fact.target, tuple):
            return self._tables.entities.get(fact.target) or self._parent_table(fact.target)
        return self._by_name.get(fact.target or "")

    def _parent_table(self, key: Key) -> Entity | None:
        """The entity in whose table the rows of a child are."""
        for entity in self._tables.entities.values():
            if key in entity.children:
                return entity
        return None

    def _join(self, entity: Entity, related: Related) -> list[Member]:
        """The columns of a relation, made when they are first asked for."""
        fact = related.fact
        mark = (entity.facts.key, related.path)
        if related.path in entity.joined or mark in self._busy:
            return entity.joined.get(related.path, [])
        if fact.kind not in _OWNING or (fact.kind == "one-to-one" and fact.joins is None):
            return []
        self._busy.add(mark)
        if not all(is_told(one, ("name", "referencedColumnName")) for one in fact.joins or ()):
            reason = f"the columns of {fact.prop} cannot be told"
            self._tables.doubt(entity, "", fact.place, reason, fact.written)
            return []
        target = self._target(fact)
        referenced = self._referenced(target, fact.joins or ()) if target is not None else None
        if target is None or not referenced:
            reason = f"what {fact.prop} refers to cannot be told"
            self._tables.doubt(entity, "", fact.place, reason, fact.written)
            return []
        members = [self._join_column(entity, related, one) for one in referenced]
        entity.joined[related.path] = members
        if fact.options.get("createForeignKeyConstraints") != _FALSE:
            self._add_reference(entity, related, target, members, referenced)
        if not is_told(fact.options, ("nullable", "primary")):
            for one in members:
                self._tables.doubt(entity, one.name, fact.place, "an option of it cannot be told", fact.written)
        return members

    def _referenced(self, target: Entity, joins: Sequence[Mapping[str, Value]]) -> list[Member]:
        """The columns that a relation points at: those named, or the primary key."""
        named = [one.get("referencedColumnName") for one in joins]
        if any(isinstance(one, Text) for one in named):
            found = [self._find(target, one.text) for one in named if isinstance(one, Text)]
            known = [one for one in found if one is not None]
            return known if len(known) == len(named) else []
        for related in target.relations:
            if related.fact.primary or related.fact.options.get("primary") == Constant("true"):
                self._join(target, related)
        return target.primary()

    def _find(self, entity: Entity, prop: str) -> Member | None:
        return next((one for one in entity.members if prop in {one.prop, one.name}), None)

    def _join_column(self, entity: Entity, related: Related, referenced: Member) -> Member:
        fact, naming = related.fact, self._tables.naming
        given = next(
            (
                one["name"]
                for one in fact.joins or ()
                if isinstance(one.get("name"), Text)
                and one.get("referencedColumnName") in (None, Constant("undefined"), Text(referenced.prop))
            ),
            None,
        )
        wanted = given.text if isinstance(given, Text) else naming.join_column(fact.prop, referenced.prop)
        name = naming.column(fact.prop, wanted, related.prefixes)
        primary = fact.primary or fact.options.get("primary") == Constant("true")
        key = self._tables.declared.schema.key
        for at, member in enumerate(entity.members):
            if key(member.name) == key(name):
                # The column takes the type of what it refers to.
                column = replace(member.built.column, type=referenced.built.column.type)
                entity.members[at] = Member(member.path, member.prop, replace(member.built, column=column))
                entity.table.columns[key(name)] = replace(entity.table.columns[key(name)], type=column.type)
                return entity.members[at]
        nullable = (fact.options.get("nullable") != _FALSE and not primary) or related.nullable
        member = Member(related.path, fact.prop, like(referenced.built, name, nullable=nullable, primary=primary))
        entity.members.append(member)
        self._tables.declared.places[entity.table.name, name] = (fact.place.path, fact.place.line)
        self._tables.place(entity, member)
        if member.built.doubt:
            self._tables.doubt(entity, name, fact.place, f"{fact.prop}: what it refers to cannot be told", fact.written)
        return member

    def _add_reference(
        self, entity: Entity, related: Related, target: Entity, members: Sequence[Member], to: Sequence[Member]
    ) -> None:
        fact = related.fact
        columns = tuple(one.name for one in members)
        given = (fact.joins[0] if fact.joins else {}).get("foreignKeyConstraintName")
        name = given.text if isinstance(given, Text) else constraint("FK", entity.table.name, columns)
        self._reference(entity.table, name, columns, (target, to), _actions(fact))
        self._tables.declared.places[entity.table.name, name] = (fact.place.path, fact.place.line)
        if not is_told(fact.options, _ACTIONS) or not all(is_told(one, _NAMES) for one in fact.joins or ()):
            reason = f"an option of {fact.prop} cannot be told"
            self._tables.doubt(entity, name, fact.place, reason, fact.written)
        if fact.kind == "one-to-one" and not all(one.built.primary for one in members):
            self._tables.add_index(entity, columns, "REL", unique=True, place=fact.place)

    def _reference(
        self,
        table: Table,
        name: str,
        columns: tuple[str, ...],
        to: tuple[Entity, Sequence[Member]],
        actions: tuple[str, str],
    ) -> None:
        table.foreign_keys[self._tables.declared.schema.key(name)] = ForeignKey(
            name=name,
            columns=columns,
            to_table=to[0].table.name,
            to_columns=tuple(one.name for one in to[1]),
            on_delete=actions[0],
            on_update=actions[1],
        )

    # Tables between two entities

    def _add_junction(self, entity: Entity, related: Related) -> None:
        fact, naming = related.fact, self._tables.naming
        options = fact.table or {}
        target = self._target(fact)
        given, schema = options.get("name"), options.get("schema")
        parts = [options, *_joins(options, "joinColumn"), *_joins(options, "inverseJoinColumn")]
        if target is None or not all(is_told(one, _TABLE) for one in parts):
            self._tables.doubt(entity, "", fact.place, f"the table of {fact.prop} cannot be told", fact.written)
            return
        bare = given.text if isinstance(given, Text) else naming.join_table(entity.bare, related.path, target.bare)
        name = qualified(schema.text if isinstance(schema, Text) else entity.schema, naming.prefix + bare)
        if options.get("synchronize") == _FALSE:
            return
        owner_joins, other_joins = _joins(options, "joinColumn"), _joins(options, "inverseJoinColumn")
        owner = self._referenced(entity, owner_joins)
        other = self._referenced(target, other_joins)
        first = [self._junction_name(entity, one, owner_joins) for one in owner]
        second = [self._junction_name(target, one, other_joins) for one in other]
        for at, one in enumerate(first):
            for index, two in enumerate(second):
                if one == two:
                    first[at], second[index] = f"{one}_1", f"{two}_2"
        sides = ((entity, owner, first), (target, other, second))
        inverse = next((one.fact for one in target.relations if one.path == fact.inverse), None)
        actions = [_actions(fact, "CASCADE"), _actions(inverse) if inverse is not None else ("CASCADE", "CASCADE")]
        if fact.options.get("createForeignKeyConstraints") == _FALSE:
            actions = []
        self._make_junction(name, related, sides, actions)

    def _junction_name(self, entity: Entity, member: Member, joins: Sequence[Mapping[str, Value]]) -> str:
        for one in joins:
            given = one.get("name")
            if isinstance(given, Text) and one.get("referencedColumnName") in (None, Text(member.prop)):
                return given.text
        return self._tables.naming.join_table_column(entity.bare, member.name)

    def _make_junction(
        self,
        name: str,
        related: Related,
        sides: Sequence[tuple[Entity, Sequence[Member], Sequence[str]]],
        actions: Sequence[tuple[str, str]],
    ) -> None:
        tables, place = self._tables, related.fact.place
        made = Entity(
            facts=ClassFacts(key=(place.path, name), place=place), table=Table(name=name), bare=name, schema=""
        )
        tables.declared.schema.tables[tables.declared.schema.key(name)] = made.table
        tables.declared.places[name, ""] = (place.path, place.line)
        for _, members, names in sides:
            for member, column in zip(members, names, strict=True):
                tables.place(made, Member(column, column, like(member.built, column, nullable=False, primary=True)))
                if member.built.doubt:
                    tables.doubt(made, column, place, member.built.doubt, related.fact.written)
        for at, (entity, members, names) in enumerate(sides):
            tables.add_index(made, names, "IDX", place=place)
            if at < len(actions):
                key = constraint("FK", name, names)
                self._reference(made.table, key, tuple(names), (entity, members), actions[at])

    def _add_closure(self, entity: Entity) -> None:
        """The table that holds each pair of a tree's ancestor and descendant."""
        place = entity.facts.place
        fact = next((one.fact for one in entity.relations if one.fact.kind == "many-to-one"), None)
        if fact is None:
            return
        related = Related(fact, "closure", (), nullable=False)
        primary = entity.primary()
        sides = [(entity, primary, [f"{one.prop}_{side}" for one in primary]) for side in ("ancestor", "descendant")]
        name = qualified(entity.schema, f"{self._tables.naming.prefix}{entity.bare}_closure")
        self._make_junction(name, related, sides, [("CASCADE", "NO ACTION")] * 2)
        self._tables.declared.places[name, ""] = (place.path, place.line)


def _joins(options: Mapping[str, Value], name: str) -> list[Mapping[str, Value]]:
    one, several = options.get(name), options.get(f"{name}s")
    if isinstance(several, Array):
        return [given_options(each) for each in several.items]
    return [given_options(one)] if one is not None else []


def _actions(fact: RelationFact, usual: str = "NO ACTION") -> tuple[str, str]:
    found = []
    for key in ("onDelete", "onUpdate"):
        given = fact.options.get(key)
        found.append(given.text.upper() if isinstance(given, Text) else usual)
    return found[0].replace("DEFAULT", "SET DEFAULT").replace("SET SET", "SET"), found[1]


def _schema_name(facts: ClassFacts) -> str:
    given = facts.options.get("entity")
    return given.text if isinstance(given, Text) else facts.key[1]
