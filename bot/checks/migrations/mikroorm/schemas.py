"""Entities that are no classes with decorators: `defineEntity` with its builders, and `EntitySchema`.

Source: https://mikro-orm.io/docs/define-entity and MikroORM's `defineEntity`, `EntitySchema`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from bot.checks.migrations.mikroorm.classes import ClassReader
from bot.checks.migrations.mikroorm.facts import Ent, Key, KeyFact, Place, Prop
from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.folding import Folder, options_of
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Constant,
    Entry,
    Function,
    Member,
    Name,
    Number,
    Object,
    Text,
    Value,
)
from bot.checks.migrations.script.written import written

_TRUE = Constant("true")
_TARGETS = {"manyToOne": "m:1", "oneToOne": "1:1", "oneToMany": "1:m", "manyToMany": "m:n", "embedded": "embedded"}
# Methods that say a thing is so, unless they are given another value.
_FLAGS = frozenset({
    "array", "autoincrement", "createForeignKeyConstraint", "fixedOrder", "index", "nullable", "object", "owner",
    "persist", "primary", "unique", "unsigned", "version",
})  # fmt: skip
_MANY = frozenset(
    {"cascade", "columnTypes", "fieldNames", "inverseJoinColumns", "joinColumns", "referencedColumnNames"}
)
_KINDS = frozenset({"m:1", "1:1", "1:m", "m:n", "embedded", "scalar"})
_REFERENCES = {
    "MANY_TO_ONE": "m:1",
    "ONE_TO_ONE": "1:1",
    "ONE_TO_MANY": "1:m",
    "MANY_TO_MANY": "m:n",
    "EMBEDDED": "embedded",
}
# Options that name a class or a schema: they stay names.
_CLASSES = frozenset({"entity", "pivotEntity"})
_MAX_CALLS = 60


class SchemaReader:
    """Reads the schemas of a program, each once."""

    def __init__(self, classes: ClassReader, folder: Folder) -> None:
        self._classes, self._folder = classes, folder
        self._read: dict[Key, Ent | None] = {}

    def read(self, found: Found) -> Ent | None:
        """What a constant says, where it is a schema."""
        key = (found.module.path, found.name)
        if key not in self._read:
            self._read[key] = None
            self._read[key] = self._schema(found)
        return self._read[key]

    def _schema(self, found: Found) -> Ent | None:
        value, module = found.declared.value, found.module
        if not isinstance(value, Call) or not value.arguments:
            return None
        made = self._classes.own_name(module, value.function)
        if made not in {"defineEntity", "EntitySchema"}:
            return None
        given = value.arguments[0]
        options = options_of(given)
        ent = Ent(key=self._key(found, options), place=Place(path=module.path, line=found.declared.line))
        properties = options.pop("properties", None)
        ent.options = {key: self._folder.fold(module, one) for key, one in options.items()}
        ent.kind = "embeddable" if ent.options.get("embeddable") == _TRUE else "entity"
        if not isinstance(given, Object) or "" in options:
            ent.odd.append(
                ("something of its schema cannot be told", partial(written, self._folder.program, module, value))
            )
        self._add_base(module, ent, options)
        self._add_keys(module, ent)
        for prop in self._props(module, ent, properties):
            ent.props[prop.name] = prop
        return ent

    def _key(self, found: Found, options: Mapping[str, Value]) -> Key:
        """The class's own name where it has one, for that is what names the table."""
        name, target = options.get("name"), self._classes.target(found.module, options.get("class"))
        label = name.text if isinstance(name, Text) else target[1] if isinstance(target, tuple) else found.name
        return (found.module.path, label)

    def _add_base(self, module: Module, ent: Ent, options: Mapping[str, Value]) -> None:
        base = options.get("extends")
        if base is None:
            return
        target = self._classes.target(module, base)
        home = self._folder.program.module(target[0]) if isinstance(target, tuple) else None
        declared = home.declared.get(target[1]) if home is not None and isinstance(target, tuple) else None
        parent = None
        if home is not None and declared is not None and isinstance(target, tuple):
            if isinstance(declared.value, Class):
                parent = self._classes.read(home, target[1], declared.value)
            else:
                parent = self.read(Found(home, target[1], declared))
        if parent is None:
            words = partial(written, self._folder.program, module, base)
            ent.odd.append(("what it extends cannot be told", words))
        else:
            ent.parents = [parent]

    def _add_keys(self, module: Module, ent: Ent) -> None:
        for option, kind in (("indexes", "index"), ("uniques", "unique"), ("checks", "check")):
            value = ent.options.get(option)
            for one in value.items if isinstance(value, Array) else ():
                words = partial(written, self._folder.program, module, one)
                ent.keys.append(KeyFact(kind=kind, options=options_of(one), prop="", place=ent.place, written=words))

    def _props(self, module: Module, ent: Ent, properties: Value | None) -> Iterator[Prop]:
        builder = "p"
        if isinstance(properties, Function):
            builder, properties = (properties.parameters or [""])[0], properties.result
        for home, entry in self._entries(module, properties, 0):
            words = partial(written, self._folder.program, home, entry.value)
            if not entry.key:
                ent.odd.append(("properties that are put together at run time", words))
                continue
            place = Place(path=home.path, line=entry.line or ent.place.line)
            options, unread = self._options(home, entry.value, builder)
            kind = _kind_of(options)
            entity = options.get("entity") if kind != "scalar" else None
            yield Prop(
                name=entry.key,
                kind=kind,
                options=options,
                module=home,
                place=place,
                written=words,
                target=self._target(home, entity),
                unread=unread,
            )

    def _entries(self, module: Module, value: Value | None, depth: int) -> Iterator[tuple[Module, Entry]]:
        """Yield the members of an object, with those that are spread into it."""
        if isinstance(value, Name) and depth < _MAX_CALLS:
            found = self._folder.program.find(module, value.name)
            if isinstance(found, Found):
                module, value = found.module, found.declared.value
        if not isinstance(value, Object):
            yield module, Entry("", value if value is not None else Object([]), 0)
            return
        for one in value.entries:
            if not one.key and isinstance(one.value, Name):
                yield from self._entries(module, one.value, depth + 1)
            else:
                yield module, one

    def _target(self, module: Module, value: Value | None) -> Key | str | None:
        target = self._classes.target(module, value)
        if not isinstance(target, tuple):
            return target
        home = self._folder.program.module(target[0])
        declared = home.declared.get(target[1]) if home is not None else None
        if home is not None and declared is not None and isinstance(declared.value, Call):
            ent = self.read(Found(home, target[1], declared))
            given = declared.value.arguments[0] if declared.value.arguments else None
            return ent.key if ent is not None else self._key(Found(home, target[1], declared), options_of(given))
        return target

    # One property

    def _options(self, module: Module, value: Value, builder: str) -> tuple[dict[str, Value], str]:
        """The options of a property, as an object or by a chain of a builder, and why they cannot be told."""
        if isinstance(value, Function) and value.result is not None:
            value = value.result
        if isinstance(value, Object):
            folded = {
                one.key: one.value if one.key in _CLASSES else self._folder.fold(module, one.value)
                for one in value.entries
            }
            return folded, "an option of it cannot be told" if "" in folded else ""
        calls: list[tuple[str, list[Value]]] = []
        while isinstance(value, Call) and isinstance(value.function, Member) and len(calls) < _MAX_CALLS:
            name, given = value.function.name, list(value.arguments)
            whole = name in _TARGETS or name in _CLASSES
            calls.append((name, given if whole else [self._folder.fold(module, one) for one in given]))
            value = value.function.value
        begins = value in {Name(builder), Name("p")} or value == Member(Name("defineEntity"), "properties")
        if not calls or not begins:
            return {}, "how it is made cannot be told"
        calls.reverse()
        options = _first(*calls[0])
        for name, given in calls[1:]:
            _say(options, name, given)
        return options, ""


def _kind_of(options: Mapping[str, Value]) -> str:
    match options.get("kind") or options.get("reference"):
        case Text(text) if text in _KINDS:
            return text
        case Member(name=name) if name in _REFERENCES:
            return _REFERENCES[name]
    return "scalar"


def _first(name: str, given: list[Value]) -> dict[str, Value]:
    """What the first call of a chain says: `p.string()`, `p.enum([...])`, `p.manyToOne(User)`."""
    first = given[0] if given else None
    if name in _TARGETS:
        return {"kind": Text(_TARGETS[name]), "entity": first or Constant("undefined")}
    if name == "enum":
        return {"enum": _TRUE, **({"items": first} if first is not None else {})}
    if name == "formula":
        return {"formula": first or Text("")}
    if name == "type":
        return {"type": first or Constant("undefined")}
    options: dict[str, Value] = {"type": Text(name)}
    if name in {"datetime", "time"} and isinstance(first, Number):
        options["length"] = first
    return options


def _say(options: dict[str, Value], name: str, given: list[Value]) -> None:
    if name in _FLAGS:
        options[name] = given[0] if given else _TRUE
    elif name in _MANY:
        options[name] = Array(given)
    elif given and not name.startswith("$"):
        options[name] = given[0]
