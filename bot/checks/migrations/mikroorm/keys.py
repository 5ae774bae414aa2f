"""Indexes, unique keys and checks that classes and properties say.

Source: https://mikro-orm.io/docs/defining-entities#indexes and MikroORM's `DatabaseTable.addIndex`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.migrations.mikroorm.columns import UNTOLD, flag, loose, text_of
from bot.checks.migrations.mikroorm.facts import EXPRESSION, Ent, KeyFact, Place, Words
from bot.checks.migrations.mikroorm.family import ancestors
from bot.checks.migrations.mikroorm.tables import Tables
from bot.checks.migrations.script.values import Array, Constant, Function, Member, Name, Tagged, Text, Value
from bot.checks.migrations.sql.schema import Index, Table

_NOTHING = (None, Constant("undefined"))


class Keys:
    """Gives tables the keys that their classes say."""

    def __init__(self, tables: Tables) -> None:
        self._tables, self._fields, self._family = tables, tables.fields, tables.family

    def add(self, ent: Ent, table: Table) -> None:
        """Give a table the keys of its entity."""
        for fact, prefix in self._facts(ent):
            self._add(ent, table, fact, prefix)

    def _facts(self, ent: Ent) -> Iterator[tuple[KeyFact, str]]:
        """Yield the keys of a table's classes, and of the objects that are embedded in it, with their prefix."""
        seen: set[int] = set()
        children = self._family.children(ent)
        for one in [ent, *ancestors(ent), *(each for child in children for each in (child, *ancestors(child)))]:
            for fact in one.keys:
                if id(fact) not in seen:
                    seen.add(id(fact))
                    yield fact, ""
        for prop in self._family.props_of(ent).values():
            target = self._family.ent(prop.target) if prop.kind == "embedded" else None
            if target is not None and not flag(prop.options, "object"):
                yield from ((fact, prop.name) for fact in target.keys)

    def _add(self, ent: Ent, table: Table, fact: KeyFact, prefix: str) -> None:
        name, place = fact.options.get("name"), fact.place
        untold = (table.name, f"{fact.kind} at {place.line}", place, "a key of it cannot be told", fact.written)
        if "" in fact.options or (name not in _NOTHING and not isinstance(name, Text)):
            self._tables.doubt(*untold)
            return
        if fact.kind == "check":
            self.check(
                ent, table, fact.prop or text_of(fact.options.get("property")), fact.options, place, fact.written
            )
            return
        props = _texts(fact.options.get("properties", Text(fact.prop) if fact.prop else None))
        columns = [
            one for each in props or () for one in self._fields.columns_at(ent, f"{prefix}.{each}" if prefix else each)
        ]
        expression = fact.options.get("expression")
        if props is None or (expression not in _NOTHING and not isinstance(name, Text)):
            self._tables.doubt(*untold)
            return
        full = expression not in _NOTHING or fact.options.get("type") == Text("fulltext")
        where = text_of(fact.options.get("where"))
        found = self._tables.index(table, fact.kind, name, tuple(columns), loose(where))
        if full:
            table.indexes[found] = Index(name=table.indexes[found].name, columns=(EXPRESSION,))
        self._tables.declared.places[table.name, table.indexes[found].name] = fact.place

    def check(  # noqa: PLR0913, PLR0917 - what a check is made of
        self, ent: Ent, table: Table, prop: str, options: Mapping[str, Value], place: Place, words: Words
    ) -> None:
        """Give a table a check."""
        columns = self._fields.columns_at(ent, prop) if prop else []
        name = text_of(options.get("name")) or self._tables.name(table.name, columns, "check")
        expression = self._expression(ent, options.get("expression"))
        self._tables.declared.places[table.name, name] = place
        table.checks[self._tables.declared.schema.key(name)] = UNTOLD if expression is None else loose(expression)
        if expression is None:
            self._tables.doubt(table.name, name, place, "its condition cannot be told", words)

    def _expression(self, ent: Ent, value: Value | None) -> str | None:
        match value:
            case Text(text):
                return text
            case Function(parameters=[columns, *_], result=Text(text)) if columns:
                return text
            case Function(parameters=[columns, *_], result=Tagged(texts=texts, holes=holes)):
                words = [self._hole(ent, columns, one) for one in holes]
                if None not in words:
                    return texts[0] + "".join((word or "") + rest for word, rest in zip(words, texts[1:], strict=True))
        return None

    def _hole(self, ent: Ent, columns: str, value: Value) -> str | None:
        match value:
            case Member(Name(name), prop) if name == columns:
                found = self._fields.columns_at(ent, prop)
                return found[0] if found else None
            case Name(name) if re.search(rf"\b{re.escape(name)}\b", columns):
                found = self._fields.columns_at(ent, name)
                return found[0] if found else None
        return None


def _texts(value: Value | None) -> list[str] | None:
    """The properties that an index names; none where one cannot be told."""
    if value is None or value == Constant("undefined"):
        return []
    items = value.items if isinstance(value, Array) else [value]
    texts = [one.text for one in items if isinstance(one, Text)]
    return texts if len(texts) == len(items) else None
