"""What a model is in the database: tables, columns, keys, indexes and foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.checks.migrations.efcore.classes import Class, Classes, Enum, Foreign, Many, Scalar
from bot.checks.migrations.efcore.keys import NUMBERED, short_name
from bot.checks.migrations.efcore.model import UNKNOWN, Entity, Facet, Index, Model, Place, Property, Reference
from bot.checks.migrations.efcore.naming import Names
from bot.checks.migrations.efcore.references import primary_of
from bot.checks.migrations.efcore.store import may_be_null, store_type
from bot.checks.migrations.sql.schema import Column, ForeignKey, Schema, Table, qualified
from bot.checks.migrations.sql.schema import Index as SqlIndex

_DIALECTS = {"npgsql": "postgres", "sqlserver": "tsql", "sqlite": "sqlite", "mysql": "mysql", "oracle": "oracle"}
# What stands for the type of a column that cannot be told.
UNREAD_TYPE = "?"
_ACTIONS = {"Cascade": "CASCADE", "SetNull": "SET NULL", "Restrict": "RESTRICT"}


@dataclass(frozen=True)
class Origin:
    """Where a column comes from: an entity type and its property."""

    entity: str
    property: str


@dataclass(kw_only=True)
class Relational:
    """A database's schema, with what it comes from.

    Attributes:
        origins: (table, column) to the property; (table, "") to the entity type.
        places: the same to where it is declared.
        extras: (kind, table, name) to what checks, comments and collations say.
        open: tables of which some columns come from packages.
    """

    schema: Schema
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    extras: dict[tuple[str, str, str], str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


class Builder:
    """Makes tables of entity types. `classes` is None for a snapshot."""

    def __init__(self, model: Model, provider: str, classes: Classes | None, names: Names) -> None:
        self.model = model
        self.provider = provider
        self.classes = classes
        self.names = names
        self.made = Relational(schema=Schema(dialect=_DIALECTS.get(provider, "postgres")))
        self._keyed: dict[str, set[str]] = {}
        self._names: dict[str, str] = {}

    def build(self) -> Relational:
        """The database of the model."""
        live = [entity for entity in self.model.entities.values() if self._is_live(entity)]
        for entity in live:
            self._note_keyed(entity)
        for entity in live:
            for table in self._tables(entity):
                self._add_columns(entity, table)
        for entity in live:
            for table in self._tables(entity):
                self._add_rest(entity, table)
        return self.made

    def _is_live(self, entity: Entity) -> bool:
        if entity.key in self.model.ignored_types or (self.classes is not None and entity.key.startswith("?")):
            return False
        if self.classes is not None and entity.decl is None and entity.owner is None and not self._is_join(entity):
            return False
        if entity.owner is not None:
            owner = self.model.entities.get(entity.owner[0])
            return owner is not None and self._is_live(owner) and not self._in_json(entity)
        return all(one.mapped for one in self.model.chain(entity)) or entity.mapped

    def _is_join(self, entity: Entity) -> bool:
        return bool(entity.references) and bool(entity.properties)

    def _in_json(self, entity: Entity) -> bool:
        """Whether an owned type is inside another that is a column of JSON."""
        one: Entity | None = self.model.entities.get(entity.owner[0]) if entity.owner is not None else None
        while one is not None and one.owner is not None:
            if one.json is not None:
                return True
            one = self.model.entities.get(one.owner[0])
        return False

    def _note_keyed(self, entity: Entity) -> None:
        names = self._keyed.setdefault(self._root_key(entity), set())
        names.update(primary_of(self.model, entity) if entity.owner is None else entity.primary or ())
        for index in entity.indexes:
            names.update(index.properties)
        for alternate in entity.alternates:
            names.update(alternate)
        for reference in entity.references:
            names.update(reference.properties)

    def _root_key(self, entity: Entity) -> str:
        return self.model.root(entity).key

    def table_name(self, entity: Entity) -> str:
        """The table of an entity type, with its schema where that is not the usual one."""
        if entity.key not in self._names:
            self._names[entity.key] = self._table_name(entity)
        return self._names[entity.key]

    def _table_name(self, entity: Entity) -> str:
        if entity.owner is not None and entity.table is None:
            owner = self.model.entities[entity.owner[0]]
            if not entity.many:
                return self.table_name(owner)
            base = f"{short_name(owner)}_{entity.owner[1]}"
            return self._qualify(entity, self.names.table(entity.key, base))
        if entity.table is None and entity.base and self._strategy(entity) == "TPH":
            base_entity = self.model.entities.get(entity.base)
            if base_entity is not None:
                return self.table_name(base_entity)
        if entity.table is not None:
            return self._qualify(entity, self.names.given_table(entity.key, entity.table))
        return self._qualify(entity, self.names.table(entity.key, entity.default_table or short_name(entity)))

    def _strategy(self, entity: Entity) -> str:
        return next((one.strategy for one in self.model.chain(entity) if one.strategy), "TPH")

    def _qualify(self, entity: Entity, name: str) -> str:
        schema = entity.schema if entity.schema is not None else self.model.default_schema
        return qualified(schema or "", name)

    def _tables(self, entity: Entity) -> Iterator[str]:
        if entity.owner is None and not entity.mapped:
            return
        if self._strategy(entity) == "TPC" and entity.decl is not None and "abstract" in entity.decl.modifiers:
            return
        yield self.table_name(entity)

    def _table(self, name: str) -> Table:
        schema = self.made.schema
        return schema.tables.setdefault(schema.key(name), Table(name=name))

    def _add_columns(self, entity: Entity, name: str) -> None:
        table = self._table(name)
        if entity.place is not None:
            self.made.places.setdefault((name, ""), entity.place)
        self.made.origins.setdefault((name, ""), Origin(entity.key, ""))
        if entity.open:
            self.made.open.add(name)
        if entity.json is not None:
            self._add_json(entity, table)
            return
        chain = [entity]
        if self._strategy(entity) == "TPC":
            chain = list(self.model.chain(entity))
        for one in chain:
            for made in one.properties.values():
                if self._shares_key(one, made, table):
                    continue
                self._add_column(one, made, table)
        if self._is_split(entity, name):
            self._add_inherited_key(entity, table)

    def _shares_key(self, entity: Entity, made: Property, table: Table) -> bool:
        """An owned type in its owner's table has the owner's key for its own."""
        return (
            entity.owner is not None
            and not entity.many
            and self.table_name(self.model.entities[entity.owner[0]]) == table.name
            and any(made.name in reference.properties for reference in entity.references if reference.owned)
        )

    def _is_split(self, entity: Entity, name: str) -> bool:
        """Whether a derived type has a table of its own, beside that of its base."""
        base = self.model.entities.get(entity.base or "")
        return base is not None and self._strategy(entity) != "TPC" and self.table_name(base) != name

    def _add_inherited_key(self, entity: Entity, table: Table) -> None:
        root = self.model.root(entity)
        for key in root.primary or ():
            if (
                key in root.properties
                and self.made.schema.key(self._column_name(root, root.properties[key])) not in table.columns
            ):
                self._add_column(root, root.properties[key], table)

    def _add_json(self, entity: Entity, table: Table) -> None:
        name = entity.json or (entity.owner[1] if entity.owner is not None else "")
        column = Column(name=name, type=UNREAD_TYPE, nullable=not self._is_required(entity))
        table.columns.setdefault(self.made.schema.key(name), column)
        if entity.place is not None:
            self.made.places.setdefault((table.name, name), entity.place)

    def _is_required(self, entity: Entity) -> bool:
        # Before EF Core 3 an owned type had to be there.
        if entity.owner is None or self.model.version < 3:  # noqa: PLR2004 - as the comment says
            return True
        owner = self.model.entities[entity.owner[0]]
        return (entity.many or entity.complex or entity.owner[1] in owner.required_navigations) and self._is_required(
            owner
        )

    def _add_column(self, entity: Entity, made: Property, table: Table) -> None:
        name = self._column_name(entity, made)
        key = self.made.schema.key(name)
        split = self._is_split(entity, table.name)
        derived = bool(entity.base) and not split and self._strategy(entity) == "TPH"
        nullable = bool(made.facets.get("nullable", self.classes is None and may_be_null(made)))
        nullable = nullable or (derived and entity.owner is None) or not self._is_required_column(entity, table)
        column = Column(
            name=name,
            type=self._type(entity, made) or UNREAD_TYPE,
            nullable=nullable,
            default=_default(made),
            increments=self._increments(entity, made),
        )
        known = table.columns.get(key)
        if known is not None and known.nullable and not nullable and derived is False and entity.base:
            column = known
        table.columns[key] = column
        self.made.origins[table.name, name] = Origin(entity.key, made.name)
        if made.place is not None:
            self.made.places[table.name, name] = made.place
        for facet in ("comment", "collation"):
            given = made.facets.get(facet)
            if given is not None:
                self.made.extras[facet, table.name, name] = str(given)

    def _is_required_column(self, entity: Entity, table: Table) -> bool:
        if entity.owner is None or entity.many:
            return True
        owner = self.model.entities[entity.owner[0]]
        if self.table_name(owner) != table.name:
            return True
        return self._is_required(entity)

    def _column_name(self, entity: Entity, made: Property) -> str:
        given = made.facets.get("column")
        if given is not None:
            return self.names.given_column(entity.key, made.name, str(given))
        before = ""
        one = entity
        while one.owner is not None and not one.many and one.json is None:
            before = f"{one.owner[1]}_{before}"
            owner = self.model.entities[one.owner[0]]
            if self.table_name(owner) != self.table_name(one):
                before = before.partition("_")[2]
                break
            one = owner
        return self.names.column(entity.key, made.name, f"{before}{made.name}")

    def _type(self, entity: Entity, made: Property) -> str:
        if self.classes is None:
            return store_type(self.provider, "", {"store": made.facets.get("store", UNKNOWN)}, keyed=False)
        facets = made.facets
        many = False
        name = str(facets["converted"]) if "converted" in facets else ""
        if name == UNKNOWN and facets.get("store") is None:
            return ""
        if not name and made.type is not None:
            kind = self.classes.kind(made.type)
            if isinstance(kind, Many):
                kind, many = self.classes.kind(kind.element), True
            match kind:
                case Scalar(found):
                    name = found
                case Enum(_, underlying):
                    name = underlying
                case Class() | Foreign():
                    name = ""
        keyed = made.name in self._keyed.get(self._root_key(entity), set())
        given = store_type(self.provider, name, facets, keyed=keyed, many=many)
        return given if facets.get("store") is not None else self.names.type(given)

    def _increments(self, entity: Entity, made: Property) -> bool:
        generated = made.facets.get("generated")
        if self.classes is None:
            return (
                generated == "add"
                and str(made.type.type if made.type else "").removesuffix("?") in NUMBERED
                and not _default(made)
            )
        if generated == "never" or "converted" in made.facets or made.type is None:
            return False
        kind = self.classes.kind(made.type)
        if not isinstance(kind, Scalar) or kind.name not in NUMBERED or _default(made):
            return False
        if generated == "add":
            return True
        primary = entity.primary if entity.owner is not None else primary_of(self.model, entity)
        refers = any(made.name in reference.properties for reference in entity.references)
        return primary == (made.name,) and not refers and not entity.base

    def _add_rest(self, entity: Entity, name: str) -> None:
        table = self._table(name)
        if entity.json is not None or (entity.owner is not None and entity.complex):
            return
        shares = (
            entity.owner is not None
            and not entity.many
            and self.table_name(self.model.entities[entity.owner[0]]) == name
        )
        primary = () if shares else entity.primary if entity.owner is not None else primary_of(self.model, entity)
        if primary and not entity.keyless:
            table.primary_key = self._columns(entity, primary)
            table.primary_key_name = entity.primary_name or ""
        for index in entity.indexes:
            self._add_index(entity, index, table)
        for properties, label in entity.alternates.items():
            columns = self._columns(entity, properties)
            made = SqlIndex(
                name=label or f"AK_{_bare(name)}_{'_'.join(columns)}", columns=columns, unique=True, method="CONSTRAINT"
            )
            table.indexes[self.made.schema.key(made.name)] = made
        for reference in entity.references:
            if not (reference.owned and shares):
                self._add_reference(entity, reference, table)
        if self.classes is not None and self._is_split(entity, name):
            self._add_base_reference(entity, table)
        for (kind, label), text in entity.extras.items():
            self.made.extras[kind, name, label] = text

    def _add_base_reference(self, entity: Entity, table: Table) -> None:
        """A derived type's own table refers to its base's by the key that they share."""
        base = self.model.entities[entity.base or ""]
        columns = self._columns(entity, primary_of(self.model, entity))
        to_table = self.table_name(base)
        name = self.names.index(f"FK_{_bare(table.name)}_{_bare(to_table)}_{'_'.join(columns)}")
        table.foreign_keys[self.made.schema.key(name)] = ForeignKey(
            name=name, columns=columns, to_table=to_table, to_columns=columns, on_delete="CASCADE"
        )

    def _columns(self, entity: Entity, properties: tuple[str, ...]) -> tuple[str, ...]:
        names = []
        for one in properties:
            owner = next((each for each in self.model.chain(entity) if one in each.properties), None)
            names.append(self._column_name(owner, owner.properties[one]) if owner is not None else one)
        return tuple(names)

    def _add_index(self, entity: Entity, index: Index, table: Table) -> None:
        columns = self._columns(entity, index.properties)
        label = index.name or index.label or self.names.index(f"IX_{_bare(table.name)}_{'_'.join(columns)}")
        where = index.filter
        if where is None and self.classes is not None and self.provider == "sqlserver" and index.unique:
            nullable = [
                name for name in columns if (one := table.columns.get(self.made.schema.key(name))) and one.nullable
            ]
            where = " AND ".join(f"[{one}] IS NOT NULL" for one in nullable)
        details = "; ".join(f"{key} {text}" for key, text in sorted(index.details.items()))
        table.indexes[self.made.schema.key(label)] = SqlIndex(
            name=label, columns=columns, unique=index.unique, method=details, where=where or ""
        )
        if index.place is not None:
            self.made.places.setdefault((table.name, label), index.place)

    def _add_reference(self, entity: Entity, reference: Reference, table: Table) -> None:
        principal = self.model.entities.get(reference.principal)
        if principal is None or not all(one.mapped for one in self.model.chain(principal)):
            return
        columns = self._columns(entity, reference.properties)
        to_table = self.table_name(principal)
        keys = (
            reference.principal_properties
            or (principal.primary if principal.owner is not None else primary_of(self.model, principal))
            or ()
        )
        to_columns = self._columns(principal, keys)
        name = reference.name or self.names.index(f"FK_{_bare(table.name)}_{_bare(to_table)}_{'_'.join(columns)}")
        action = _ACTIONS.get(reference.on_delete or "", "NO ACTION")
        if columns == to_columns and to_table == table.name:
            return
        made = ForeignKey(name=name, columns=columns, to_table=to_table, to_columns=to_columns, on_delete=action)
        table.foreign_keys[self.made.schema.key(name)] = made
        if reference.place is not None:
            self.made.places.setdefault((table.name, name), reference.place)


def _bare(table: str) -> str:
    return table.rpartition(".")[2]


def _default(made: Property) -> str | None:
    for facet in ("computed", "default_sql"):
        given: Facet = made.facets.get(facet)
        if given is not None:
            return UNKNOWN if given == UNKNOWN else f"{facet.partition('_')[0]} {' '.join(str(given).split())}"
    given = made.facets.get("default")
    if given is None:
        return None
    if "converted" in made.facets and given != UNKNOWN:
        return UNKNOWN
    return str(given)
