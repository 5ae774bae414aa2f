"""Tables as MikroORM makes them of entities: their names, columns and discriminators.

Source: MikroORM's `DatabaseSchema.fromMetadata` and `DatabaseTable.addColumnFromProperty`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.mikroorm.columns import flag, text_of
from bot.checks.migrations.mikroorm.facts import Ent, Place, Words
from bot.checks.migrations.mikroorm.family import SHARED, ancestors
from bot.checks.migrations.mikroorm.fields import Built, Fields
from bot.checks.migrations.mikroorm.naming import index_name
from bot.checks.migrations.script.values import Array, Constant, Object, Text, Value
from bot.checks.migrations.sql.schema import Column, Index, Schema, Table, qualified

_NOTHING = (None, Constant("undefined"))


@dataclass(frozen=True)
class Doubt:
    """What cannot be told: where, why, and how it is written, so that it can be seen whether it changed."""

    path: str
    line: int
    reason: str
    words: Words


@dataclass(kw_only=True)
class Declared:
    """What the code declares.

    Attributes:
        places: (table, member) to where it is declared.
        doubts: (table, member) to what cannot be told of it; an empty member is the table as a whole.
        left_out: (table, column, kind) of what the project says is not to be compared.
        elsewhere: (table, column) of those that a decorator makes, if it is one that makes columns: it is not there.
        unordered: (table, column) of those whose values have an order that rests on how classes are found.
    """

    schema: Schema
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    doubts: dict[tuple[str, str], Doubt] = field(default_factory=dict)
    elsewhere: set[tuple[str, str]] = field(default_factory=set)
    unordered: set[tuple[str, str]] = field(default_factory=set)
    left_out: set[tuple[str, str, str]] = field(default_factory=set)


class Tables:
    """Builds the tables of a project's entities."""

    def __init__(self, fields: Fields) -> None:
        self.fields, self.family = fields, fields.family
        self.dialect, self.version = fields.dialect, fields.version
        self.declared = Declared(schema=Schema(dialect=fields.dialect))

    def make(self) -> Iterator[tuple[Ent, Table]]:
        """Make the tables of the entities that have one; yield each."""
        for ent in self.family.ents.values():
            if self.family.has_table(ent):
                yield ent, self._make(ent)

    def _make(self, ent: Ent) -> Table:
        name = self.family.table_of(ent)
        table = Table(name=name)
        self.declared.schema.tables[self.declared.schema.key(name)] = table
        self.declared.places[name, ""] = ent.place
        for one in [ent, *ancestors(ent)]:
            for reason, words in one.odd:
                self.doubt(name, "", one.place, reason, words)
            for member, (place, near) in one.elsewhere.items():
                column = self.family.naming.column(member)
                self.declared.elsewhere.add((name, column))
                if near is not None:
                    self.doubt(name, column, place, "its decorator is not in the repository", near)
        options = [ent.options.get(one) for one in ("tableName", "collection", "schema")]
        if "" in ent.options or any(one not in _NOTHING and not isinstance(one, Text) for one in options):
            self.doubt(name, "", ent.place, "the table's name cannot be told", lambda: repr(ent.options))
        if ent.options.get("inheritance") not in _NOTHING:
            self.doubt(name, "", ent.place, "a table for each class is not followed", lambda: repr(ent.options))
        if isinstance(comment := ent.options.get("comment"), Text):
            table.comments[""] = comment.text
        for prop in self.family.props_of(ent).values():
            for built in self.fields.columns(ent, prop):
                self._put(table, built)
        self._add_discriminator(ent, table)
        return table

    def _put(self, table: Table, built: Built) -> None:
        if not built.name:
            # Not even the columns' names are known.
            self.doubt(table.name, "", built.prop.place, f"{built.prop.name}: {built.doubt}", built.prop.written)
            return
        key = self.declared.schema.key(built.name)
        old = table.columns.get(key)
        self.declared.places.setdefault((table.name, built.name), built.prop.place)
        doubt = built.doubt or built.kind.doubt
        if doubt:
            self.doubt(table.name, built.name, built.prop.place, doubt, built.prop.written)
        # MikroORM knows a type of its own by its bare name, whatever its schema.
        native = built.kind.native.rpartition(".")[2] if built.kind.name == "enum" else ""
        table.columns[key] = Column(
            name=built.name,
            type=native or built.kind.compared(self.dialect),
            nullable=old.nullable if old is not None else built.nullable,
            default=built.default,
            increments=built.kind.counted,
        )
        if built.kind.items is not None and not built.kind.native:
            table.checks[f".{built.name}"] = "\n".join(built.kind.items)
        if isinstance(given := built.prop.options.get("ignoreSchemaChanges"), Array):
            kinds = (text_of(one) for one in given.items)
            self.declared.left_out.update((table.name, built.name, kind) for kind in kinds)
        if isinstance(comment := built.prop.options.get("comment"), Text) and comment.text:
            table.comments[key] = comment.text
        if built.kind.native:
            self._add_native(self._native(table, built.kind.native), built)

    def _add_native(self, name: str, built: Built) -> None:
        self.declared.places.setdefault((name, ""), built.prop.place)
        if built.kind.items is not None:
            self.declared.schema.enums[name] = built.kind.items
        else:
            self.doubt(name, "", built.prop.place, "its values cannot be told", built.prop.written)

    def _native(self, table: Table, name: str) -> str:
        schema, _, bare = name.rpartition(".")
        return qualified(schema or table.name.rpartition(".")[0], bare)

    def doubt(self, table: str, member: str, place: Place, reason: str, words: Words) -> None:
        """Take note of what cannot be told."""
        self.declared.doubts.setdefault((table, member), Doubt(place.path, place.line, reason, words))

    def _add_discriminator(self, ent: Ent, table: Table) -> None:
        given = ent.options.get("discriminatorColumn")
        if not ent.options.keys() & SHARED:
            return
        if not isinstance(given, Text):
            self.doubt(table.name, "", ent.place, "its discriminator cannot be told", lambda: repr(ent.options))
            return
        mapped = ent.options.get("discriminatorMap")
        children = [ent, *self.family.children(ent)]
        values = [
            text_of(one.options.get("discriminatorValue")) or self.family.naming.table(one.name)
            for one in children
            if flag(one.options, "abstract") is not True
        ]
        if isinstance(mapped, Object):
            values = [one.key for one in mapped.entries]
        elif self.version > 6:  # noqa: PLR2004 - a version
            values.sort()
        own = self.family.props_of(ent).get(given.text)
        name = self.fields.field(own) if own is not None else self.family.naming.column(given.text)
        key = self.declared.schema.key(name)
        self.declared.unordered.add((table.name, name))
        if own is None:
            text = "text" if self.dialect != "mysql" else "enum('" + "','".join(values) + "')"
            table.columns[key] = Column(name=name, type=text, nullable=False)
            self.declared.places[table.name, name] = ent.place
            table.checks[f".{name}"] = "\n".join(values)
        if own is None or own.options.get("index") in _NOTHING:
            self.index(table, "index", None, (name,))

    def index(self, table: Table, kind: str, given: Value | None, columns: tuple[str, ...], where: str = "") -> str:
        """Give a table an index, under the name that is given or the usual one; its key."""
        name = given.text if isinstance(given, Text) else self.name(table.name, columns, kind)
        key = self.declared.schema.key(name)
        table.indexes[key] = Index(name=name, columns=columns, unique=kind == "unique", where=where)
        return key

    def name(self, table: str, columns: Sequence[str], kind: str) -> str:
        """The usual name of a key."""
        return index_name(self.dialect, table, columns, kind, self.version)
