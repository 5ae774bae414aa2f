"""Tables as TypeORM makes them of classes: names, columns, inheritance, embedded objects and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.script.folding import Folder, options_of
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.values import Constant, Name, Text, Value
from bot.checks.migrations.sql.schema import Index, Schema, Table, qualified
from bot.checks.migrations.sql.types import normal_type
from bot.checks.migrations.typeorm.columns import UNKNOWN, Built, build_column
from bot.checks.migrations.typeorm.compare import CONSTRAINT
from bot.checks.migrations.typeorm.facts import (
    ClassFacts,
    ColumnFact,
    EmbeddedFact,
    Key,
    KeyFact,
    Place,
    RelationFact,
    Words,
    is_told,
)
from bot.checks.migrations.typeorm.naming import Naming, condition, constraint

_TRUE, _FALSE = Constant("true"), Constant("false")
_MAX_DEPTH = 12


@dataclass(frozen=True)
class Doubt:
    """What cannot be told: where, why, and how it is written, so that it can be seen whether it changed."""

    path: str
    line: int
    reason: str
    written: str


@dataclass(kw_only=True)
class Declared:
    """What the code declares.

    Attributes:
        places: (table, member) to path and line.
        doubts: (table, column), or (table, "") for a whole table, to what is not known of it.
        collations: (table, column) to the collation that the column is given.
    """

    schema: Schema
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    collations: dict[tuple[str, str], str] = field(default_factory=dict)
    doubts: dict[tuple[str, str], Doubt] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """A column with the property that it is of: its path in the entity, and its own name."""

    path: str
    prop: str
    built: Built

    @property
    def name(self) -> str:
        """The column's name."""
        return self.built.column.name


@dataclass(frozen=True)
class Related:
    """A relation of an entity, where it stands in it, and the prefixes of the objects around it."""

    fact: RelationFact
    path: str
    prefixes: tuple[str, ...]
    nullable: bool


@dataclass(kw_only=True)
class Entity:
    """An entity with a table of its own.

    Attributes:
        bare: the table's name without the prefix that all have.
        children: classes whose rows are in this table too.
        joined: a relation's path to its columns, once they were made.
    """

    facts: ClassFacts
    table: Table
    bare: str
    schema: str
    children: frozenset[Key] = frozenset()
    members: list[Member] = field(default_factory=list)
    relations: list[Related] = field(default_factory=list)
    keys: list[tuple[KeyFact, str]] = field(default_factory=list)
    joined: dict[str, list[Member]] = field(default_factory=dict)

    def primary(self) -> list[Member]:
        """The columns of the primary key."""
        return [one for one in self.members if one.built.primary]

    def columns_of(self, path: str) -> list[Member] | None:
        """The columns of a property; None where it has none."""
        found = [one for one in self.members if one.path == path]
        return found or self.joined.get(path)


class Tables:
    """Makes the tables of entities, in one dialect, without what their relations bring."""

    def __init__(self, folder: Folder, dialect: str, naming: Naming) -> None:
        self.folder, self.dialect, self.naming = folder, dialect, naming
        self.declared = Declared(schema=Schema(dialect=dialect))
        self.entities: dict[Key, Entity] = {}

    def add(self, classes: Sequence[ClassFacts]) -> None:
        """Make the tables of all classes that are entities."""
        children = [one for one in classes if one.kind == "child"]
        for facts in classes:
            if facts.kind == "view":
                self._doubt_of(facts, "a view, whose query is not compared")
            if facts.kind == "entity" and facts.options.get("synchronize") != _FALSE:
                self._add_entity(facts, [one for one in children if facts in _line(one)])

    def _doubt_of(self, facts: ClassFacts, reason: str, written: str = "") -> None:
        place = (facts.place.path, facts.place.line)
        words = written or repr(facts.options)
        self.declared.doubts[facts.key[1], ""] = Doubt(*place, f"{facts.key[1]}: {reason}", words)

    def _add_entity(self, facts: ClassFacts, children: Sequence[ClassFacts]) -> None:
        given, schema = facts.options.get("name"), facts.options.get("schema")
        if self.dialect == "sqlite":
            # It has no schemas, and TypeORM leaves them out.
            schema = None
        unread = [one for one in (given, schema) if one is not None and not isinstance(one, Text)]
        if not is_told(facts.options, ("synchronize",)) or any(one != Constant("undefined") for one in unread):
            self._doubt_of(facts, "its table's name, or whether it has one, cannot be told")
            return
        bare = self.naming.table(facts.key[1], given.text if isinstance(given, Text) else "")
        name = qualified(schema.text if isinstance(schema, Text) else "", bare)
        table = Table(name=name)
        entity = Entity(
            facts=facts,
            table=table,
            bare=bare.removeprefix(self.naming.prefix) if self.naming.prefix else bare,
            schema=schema.text if isinstance(schema, Text) else "",
            children=frozenset(one.key for one in children),
        )
        self.entities[facts.key] = entity
        self.declared.schema.tables[self.declared.schema.key(name)] = table
        self.declared.places[name, ""] = (facts.place.path, facts.place.line)
        comment = facts.options.get("comment")
        if isinstance(comment, Text):
            table.comments[""] = comment.text
        seen: set[str] = set()
        self._gather(entity, _line(facts), seen, nullable=False)
        for child in children:
            self._gather(entity, _line(child), seen, nullable=True)
        self._add_discriminator(entity, facts)
        self._add_tree(entity, facts)
        for member in list(entity.members):
            self.place(entity, member)

    def _gather(self, entity: Entity, line: Sequence[ClassFacts], seen: set[str], *, nullable: bool) -> None:
        """Take the columns, relations and keys of a class and of those that it extends; the nearest counts."""
        for facts in line:
            for reason, words in facts.odd:
                self.doubt(entity, "", Place(path=facts.place.path, line=facts.place.line), reason, words)
            mark = f"class {facts.key}"
            if mark not in seen:
                seen.add(mark)
                entity.keys += [(one, "") for one in facts.keys]
            for column in facts.columns:
                if column.prop not in seen:
                    seen.add(column.prop)
                    self._add_column(entity, column, "", (), nullable=nullable)
            for relation in facts.relations:
                if relation.prop not in seen:
                    seen.add(relation.prop)
                    entity.relations.append(Related(relation, relation.prop, (), nullable))
            for embedded in facts.embedded:
                if embedded.prop not in seen:
                    seen.add(embedded.prop)
                    whole = nullable or entity.facts.inheritance is not None
                    self._add_embedded(entity, embedded, "", (), nullable=whole)

    def _add_embedded(
        self, entity: Entity, fact: EmbeddedFact, path: str, prefixes: tuple[str, ...], *, nullable: bool
    ) -> None:
        inner = f"{path}{fact.prop}."
        if fact.target is None or len(prefixes) > _MAX_DEPTH or inner.count(".") > _MAX_DEPTH:
            self.doubt(entity, "", fact.place, f"the class of {fact.prop} cannot be told", fact.written)
            return
        given = fact.prop if fact.prefix is None else fact.prefix
        prefixes = (*prefixes, given) if given else prefixes
        for facts in _line(fact.target):
            for column in facts.columns:
                self._add_column(entity, column, inner, prefixes, nullable=nullable)
            entity.relations += [Related(one, inner + one.prop, prefixes, nullable) for one in facts.relations]
            entity.keys += [(one, inner) for one in facts.keys]
            for one in facts.embedded:
                self._add_embedded(entity, one, inner, prefixes, nullable=nullable)

    def _add_column(
        self, entity: Entity, fact: ColumnFact, path: str, prefixes: tuple[str, ...], *, nullable: bool
    ) -> None:
        given = fact.options.get("name")
        unread = given is not None and not isinstance(given, Text) and given != Constant("undefined")
        name = self.naming.column(fact.prop, given.text if isinstance(given, Text) else "", prefixes)
        built = build_column(self.folder, self.dialect, fact, name)
        if nullable and not built.primary:
            built = replace(built, column=replace(built.column, nullable=True))
        if built.primary:
            built = replace(built, column=replace(built.column, nullable=False))
        if unread:
            self.doubt(entity, "", fact.place, f"the name of {fact.prop} cannot be told", fact.written)
        entity.members.append(Member(path + fact.prop, fact.prop, built))
        self.declared.places[entity.table.name, name] = (fact.place.path, fact.place.line)
        if built.doubt:
            self.doubt(entity, name, fact.place, built.doubt, fact.written)
        if built.unique:
            entity.keys.append((_unique_of(fact), path))

    def _add_discriminator(self, entity: Entity, facts: ClassFacts) -> None:
        """The column that says of which class a row is, and its index."""
        if facts.inheritance is None:
            return
        if not is_told(facts.inheritance, ("column",)):
            self.doubt(entity, "", facts.place, "its inheritance cannot be told", lambda: repr(facts.inheritance))
            return
        given = facts.inheritance.get("column")
        options = {"name": given} if isinstance(given, Text) else options_of(given)
        named = options.get("name")
        prop = named.text if isinstance(named, Text) else "type"
        member = next((one for one in entity.members if one.prop == prop), None)
        if member is None and given is not None:
            fact = _made_fact(facts, prop, {"type": Text("varchar"), "nullable": _FALSE, **options})
            self._add_column(entity, fact, "", (), nullable=False)
        if given is None:
            return
        indexed = any(key.kind == "index" and key.columns == (prop,) for key, _ in entity.keys)
        if not indexed:
            place = Place(path=facts.place.path, line=facts.place.line)
            index = KeyFact(
                kind="index", name="", columns=(prop,), options={}, expression=None, place=place, written=str
            )
            entity.keys.append((index, ""))

    def _add_tree(self, entity: Entity, facts: ClassFacts) -> None:
        """The columns by which a tree is kept."""
        tree = next((one.tree for one in _line(facts) if one.tree), "")
        if tree == "materialized-path":
            options: dict[str, Value] = {"type": Text("varchar"), "nullable": _TRUE, "default": Text("")}
            self._add_column(entity, _made_fact(facts, "mpath", options), "", (), nullable=False)
        elif tree == "nested-set":
            for prop, number in (("nsleft", "1"), ("nsright", "2")):
                given: dict[str, Value] = {"type": Name("Number"), "default": Text(number)}
                self._add_column(entity, _made_fact(facts, prop, given), "", (), nullable=False)
        elif tree not in {"", "closure-table", "adjacency-list"}:
            self.doubt(entity, "", facts.place, "the kind of its tree cannot be told", lambda: tree)

    def place(self, entity: Entity, member: Member) -> None:
        """Put a column into its table, with what it brings."""
        schema, table, built = self.declared.schema, entity.table, member.built
        key = schema.key(member.name)
        column = built.column
        if built.values is not None and self.dialect == "postgres":
            name = built.enum or f"{entity.table.name.rpartition('.')[2]}_{member.name.lower()}_enum"
            full = qualified(entity.schema, name)
            written = f'"{full}"' if "." not in full else f'"{full.replace(".", chr(34) + "." + chr(34))}"'
            column = replace(column, type=normal_type(column.type.replace(UNKNOWN, written), self.dialect))
            if built.values:
                schema.enums[full] = built.values
                self.declared.places[full, ""] = self.declared.places.get((table.name, member.name), ("", 1))
        elif built.values and self.dialect == "sqlite":
            listed = ", ".join(f"'{value}'" for value in built.values)
            table.checks[f".{key}"] = f'CHECK ("{member.name}" IN ({listed}))'
        table.columns[key] = column
        if built.comment:
            table.comments[key] = built.comment
        if built.collation and self.dialect != "sqlite":
            self.declared.collations[table.name, member.name] = built.collation
        if built.primary:
            table.primary_key = (*table.primary_key, member.name)

    def doubt(self, entity: Entity, column: str, place: Place, reason: str, written: Words) -> None:
        """Note what cannot be told of a table or a column; several of one are kept as one."""
        before, words = self.declared.doubts.get((entity.table.name, column)), written()
        if before is not None:
            words = f"{before.written}\n{words}"
        self.declared.doubts[entity.table.name, column] = Doubt(place.path, place.line, reason, words)

    def add_keys(self) -> None:
        """The indexes, unique constraints, checks and exclusions of all entities."""
        for entity in self.entities.values():
            for key, path in entity.keys:
                self._add_key(entity, key, path)

    def _add_key(self, entity: Entity, key: KeyFact, path: str) -> None:
        table, where = entity.table, key.options.get("where")
        if key.kind in {"check", "exclusion"}:
            self._add_condition(entity, key)
            return
        if key.kind == "index" and key.options.get("synchronize") == _FALSE:
            return
        names = [entity.columns_of(path + one) for one in key.columns or ()]
        known = [one for one in names if one is not None]
        told = is_told(key.options, ("unique", "where"))
        if not known or len(known) != len(names) or not told:
            self.doubt(entity, "", key.place, f"a key of {table.name} names what cannot be told", key.written)
            return
        columns = tuple(member.name for one in known for member in one)
        condition_text = where.text if isinstance(where, Text) else ""
        unique = key.kind == "unique" or key.options.get("unique") == _TRUE
        kind = "UQ" if key.kind == "unique" and self.dialect != "mysql" else "IDX"
        self.add_index(entity, columns, kind, name=key.name, unique=unique, where=condition_text, place=key.place)

    def add_index(  # noqa: PLR0913 - all of it is the index
        self,
        entity: Entity,
        columns: Sequence[str],
        kind: str,
        *,
        name: str = "",
        unique: bool = False,
        where: str = "",
        place: Place,
    ) -> None:
        """Give a table an index or a unique constraint, under its usual name where it has none."""
        table = entity.table
        name = name or constraint(kind, table.name, columns, where)
        method = CONSTRAINT if kind in {"REL", "UQ"} else ""
        index = Index(name=name, columns=tuple(columns), unique=unique, where=where, method=method)
        table.indexes[self.declared.schema.key(name)] = index
        self.declared.places[table.name, name] = (place.path, place.line)

    def _add_condition(self, entity: Entity, key: KeyFact) -> None:
        kind = "CHK" if key.kind == "check" else "XCL"
        if (kind == "XCL" and self.dialect != "postgres") or (kind == "CHK" and self.dialect == "mysql"):
            return
        if key.expression is None:
            self.doubt(entity, "", key.place, f"a check of {entity.table.name} cannot be told", key.written)
            return
        name = key.name or condition(kind, entity.table.name, key.expression)
        entity.table.checks[self.declared.schema.key(name)] = key.expression
        self.declared.places[entity.table.name, name] = (key.place.path, key.place.line)


def _line(facts: ClassFacts, depth: int = 0) -> list[ClassFacts]:
    """A class and all that it extends, the nearest first, up to where another table begins."""
    found = [facts]
    for one in facts.parents if depth < _MAX_DEPTH else ():
        found += [each for each in _line(one, depth + 1) if each not in found]
    return found


def _made_fact(facts: ClassFacts, prop: str, options: Mapping[str, Value]) -> ColumnFact:
    """A column that no property declares."""
    return ColumnFact(
        prop=prop,
        kind="Column",
        options=options,
        annotation="",
        module=Module(path=facts.key[0]),
        place=facts.place,
        written=lambda: prop,
    )


def _unique_of(fact: ColumnFact) -> KeyFact:
    return KeyFact(
        kind="unique", name="", columns=(fact.prop,), options={}, expression=None, place=fact.place, written=str
    )
