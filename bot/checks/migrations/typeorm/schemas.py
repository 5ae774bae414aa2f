"""`EntitySchema`: entities that are written as objects.

Source: https://typeorm.io/docs/entity/separating-entity-definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from bot.checks.migrations.script.folding import Folder, options_of
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import Array, Call, Constant, Name, Object, Text, Value
from bot.checks.migrations.script.written import written
from bot.checks.migrations.typeorm.decorators import ClassReader
from bot.checks.migrations.typeorm.facts import (
    ClassFacts,
    ColumnFact,
    EmbeddedFact,
    Key,
    KeyFact,
    Place,
    RelationFact,
    Words,
)

_KINDS = {
    "createDate": "CreateDateColumn", "deleteDate": "DeleteDateColumn", "updateDate": "UpdateDateColumn",
    "version": "VersionColumn", "treeLevel": "TreeLevelColumn",
}  # fmt: skip
_TRUE = Constant("true")


class SchemaReader:
    """Reads the `EntitySchema`s of a program."""

    def __init__(self, classes: ClassReader, folder: Folder) -> None:
        self._classes, self._folder = classes, folder

    def read(self, found: Found) -> ClassFacts | None:
        """What a constant says, where it is an `EntitySchema`."""
        value = found.declared.value
        if not isinstance(value, Call) or self._classes.typeorm_name(found.module, value.function) != "EntitySchema":
            return None
        place = Place(path=found.module.path, line=found.declared.line)
        given = self._folder.fold(found.module, value.arguments[0]) if value.arguments else Object(())
        options = options_of(given)
        name = options.get("name")
        target = self._classes.target(found.module, options.get("target"))
        label = name.text if isinstance(name, Text) else target[1] if isinstance(target, tuple) else found.name
        facts = ClassFacts(key=(found.module.path, label), place=place, kind="entity")
        facts.options = _entity_options(options)
        if options.get("type") == Text("view"):
            facts.kind = "view"
        if "" in options or not isinstance(given, Object) or options.keys() & {"extends", "inheritance", "trees"}:
            words = partial(written, self._folder.program, found.module, value)
            facts.odd.append(("something of its schema cannot be told", words))
        self._read_members(found.module, facts, options)
        return facts

    def _read_members(self, module: Module, facts: ClassFacts, options: Mapping[str, Value]) -> None:
        for prop, given, place in _members(options.get("columns"), facts):
            words = partial(written, self._folder.program, module, given)
            if not prop:
                facts.odd.append(("columns that are put together at run time", words))
                continue
            facts.columns.append(_column(prop, module, given, place, words))
        for prop, given, place in _members(options.get("relations"), facts):
            words = partial(written, self._folder.program, module, given)
            if not prop:
                facts.odd.append(("relations that are put together at run time", words))
                continue
            facts.relations.append(self._relation(module, prop, given, place, words))
        for prop, given, place in _members(options.get("embeddeds"), facts):
            facts.embedded.append(self._embedded(module, prop, given, place))
        for kind, key in (
            ("index", "indices"),
            ("unique", "uniques"),
            ("check", "checks"),
            ("exclusion", "exclusions"),
        ):
            facts.keys += _keys(kind, options.get(key), facts.place)

    def _relation(self, module: Module, prop: str, given: Value, place: Place, words: Words) -> RelationFact:
        options = options_of(given)
        kind, inverse = options.get("type"), options.get("inverseSide")
        join, table = options.get("joinColumn"), options.get("joinTable")
        joins: tuple[Mapping[str, Value], ...] | None = None
        if isinstance(join, Array):
            joins = tuple(options_of(one) for one in join.items)
        elif join is not None and join != Constant("false"):
            joins = (options_of(join),) if isinstance(join, Object) else ()
        has_table = table is not None and table != Constant("false")
        return RelationFact(
            prop=prop,
            kind=kind.text if isinstance(kind, Text) else "",
            target=self._target(module, options.get("target")),
            inverse=inverse.text if isinstance(inverse, Text) else "",
            options=options,
            joins=joins,
            table=options_of(table) if has_table else None,
            primary=options.get("primary") == _TRUE,
            place=place,
            written=words,
        )

    def _target(self, module: Module, value: Value | None) -> Key | str | None:
        target = self._classes.target(module, value)
        if not isinstance(target, tuple):
            return target
        found = self._folder.program.module(target[0])
        declared = found.declared.get(target[1]) if found is not None else None
        if found is not None and declared is not None and isinstance(declared.value, Call):
            facts = self.read(Found(found, target[1], declared))
            return facts.key if facts is not None else None
        return target

    def _embedded(self, module: Module, prop: str, given: Value, place: Place) -> EmbeddedFact:
        options = options_of(given)
        schema, prefix = options.get("schema"), options.get("prefix")
        found = self._folder.program.find(module, schema.name) if isinstance(schema, Name) else None
        inner = self.read(found) if isinstance(found, Found) else None
        return EmbeddedFact(
            prop=prop,
            target=inner,
            prefix=prefix.text if isinstance(prefix, Text) else "" if prefix == Constant("false") else None,
            place=place,
            written=partial(repr, given),
        )


def _entity_options(options: Mapping[str, Value]) -> dict[str, Value]:
    given = {key: options[key] for key in ("schema", "synchronize", "comment") if key in options}
    if (name := options.get("tableName")) is not None:
        given["name"] = name
    return given


def _members(value: Value | None, facts: ClassFacts) -> Iterator[tuple[str, Value, Place]]:
    """Yield each member's name, what it is, and where it stands."""
    if isinstance(value, Object):
        for entry in value.entries:
            yield entry.key, entry.value, Place(path=facts.key[0], line=entry.line)
    elif value is not None:
        yield "", value, facts.place


def _column(prop: str, module: Module, given: Value, place: Place, words: Words) -> ColumnFact:
    options = options_of(given)
    kind = next((name for key, name in _KINDS.items() if options.get(key) == _TRUE), "Column")
    return ColumnFact(
        prop=prop,
        kind=kind,
        options=options,
        annotation="",
        module=module,
        place=place,
        written=words,
        unread="" if isinstance(given, Object) else "what it is cannot be told",
    )


def _keys(kind: str, value: Value | None, place: Place) -> Iterator[KeyFact]:
    for one in value.items if isinstance(value, Array) else () if value is None else (value,):
        options = options_of(one)
        name, expression, columns = options.get("name"), options.get("expression"), options.get("columns")
        items = columns.items if isinstance(columns, Array) else ()
        names = [item.text if isinstance(item, Text) else "" for item in items]
        yield KeyFact(
            kind=kind,
            name=name.text if isinstance(name, Text) else "",
            columns=tuple(names) if names and all(names) else None,
            options=options,
            expression=expression.text if isinstance(expression, Text) else None,
            place=place,
            written=partial(repr, one),
        )
