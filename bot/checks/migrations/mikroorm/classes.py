"""MikroORM's decorators on classes, with base classes and what a class gives its properties when it is made.

Source: https://mikro-orm.io/docs/decorators and MikroORM's `decorators`, `MetadataDiscovery.inferDefaultValue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bot.checks.migrations.mikroorm.facts import RELATIONS, Ent, Key, KeyFact, Place, Prop, Words
from bot.checks.migrations.script.classes import Class, Decorator, Property
from bot.checks.migrations.script.folding import Folder, options_of
from bot.checks.migrations.script.hidden import Makers
from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.statements import Do, Odd, Return, read_statements
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Constant,
    Function,
    Member,
    Name,
    Object,
    Text,
    Value,
)
from bot.checks.migrations.script.written import written

_KINDS = {
    "Property": "scalar", "PrimaryKey": "scalar", "SerializedPrimaryKey": "scalar", "Enum": "scalar",
    "Formula": "scalar", "ManyToOne": "m:1", "OneToOne": "1:1", "OneToMany": "1:m", "ManyToMany": "m:n",
    "Embedded": "embedded",
}  # fmt: skip
_KEYS = {"Index": "index", "Unique": "unique", "Check": "check"}
_TRUE = Constant("true")
_MAX_DEPTH = 12
_GENERIC = re.compile(r"(?:Ref|Reference|Rel|Collection|EntityRef|Loaded|LoadedReference|Opt|Hidden)<\s*([\w.]+)")
_PLAIN = re.compile(r"^[\w.]+")


def is_mikroorm(source: str) -> bool:
    """Whether a package is of MikroORM, or passes it on under its name."""
    return "mikro-orm" in source


class ClassReader:
    """Reads classes of a program, each once."""

    def __init__(self, folder: Folder) -> None:
        self._folder, self._program = folder, folder.program
        self._read: dict[Key, Ent] = {}

    def read(self, module: Module, name: str, value: Class, depth: int = 0) -> Ent:
        """What a class says."""
        key = (module.path, name)
        if key in self._read:
            return self._read[key]
        ent = Ent(key=key, place=Place(path=module.path, line=value.line))
        self._read[key] = ent
        if depth > _MAX_DEPTH:
            ent.odd.append(("it rests on too many classes", partial(str, "deep")))
            return ent
        for decorator in value.decorators:
            self._add_to_class(module, ent, decorator)
        if value.base is not None:
            ent.parents = list(self._parents(module, ent, value.base, depth))
        made, ent.makes = self._made(module, ent, value)
        for prop in value.properties:
            self._add_property(module, ent, prop, made)
        return ent

    def _parents(self, module: Module, ent: Ent, base: Value, depth: int) -> Iterator[Ent]:
        found = self._program.named(module, base)
        if isinstance(found, Import) and is_mikroorm(found.source):
            return
        if isinstance(found, Found) and isinstance(found.declared.value, Class):
            yield self.read(found.module, found.name, found.declared.value, depth + 1)
            return
        ent.odd.append(("it extends what is not in the repository", partial(written, self._program, module, base)))

    def own_name(self, module: Module, function: Value) -> str | None:
        """The name under which MikroORM exports a function; None where it is not MikroORM's."""
        found = self._program.named(module, function)
        return found.exported if isinstance(found, Import) and is_mikroorm(found.source) else None

    # A class's own decorators

    def _add_to_class(self, module: Module, ent: Ent, decorator: Decorator) -> None:
        name = self.own_name(module, decorator.function)
        given = [self._folder.fold(module, one) for one in decorator.arguments]
        first = given[0] if given else None
        words = partial(self._words, module, decorator.arguments)
        if name in {"Entity", "Embeddable"}:
            ent.kind = "entity" if name == "Entity" else "embeddable"
            ent.options = options_of(first)
            if first is not None and not isinstance(first, Object):
                ent.options[""] = first
        elif name in _KEYS:
            place = Place(path=module.path, line=decorator.line)
            ent.keys.append(KeyFact(kind=_KEYS[name], options=_options(first), prop="", place=place, written=words))
        elif name is None and self._brings(module, decorator.function):
            ent.odd.append(("a decorator of the project's own that uses MikroORM's", words))

    def _brings(self, module: Module, function: Value) -> bool:
        """Whether a function of the repository names a decorator of MikroORM's that makes columns."""
        found = self._folder.function(module, function)
        if found is None:
            return False
        home, made = found
        names = {name for name, one in home.imports.items() if is_mikroorm(one.source) and one.exported in _ALL}
        text = made.written or repr(made.result)
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)

    def _is_elsewhere(self, module: Module, function: Value) -> bool:
        """Whether a decorator is not in the repository: whatever it is called, it may pass on one of MikroORM's."""
        return not isinstance(self._program.named(module, function), Found)

    def _is_near(self, module: Module, function: Value) -> bool:
        """Whether a decorator that is not in the repository is likely to make columns: by where it comes from."""
        found = self._program.named(module, function)
        return isinstance(found, Import) and (found.source.startswith(".") or is_mikroorm(found.source))

    def _words(self, module: Module, values: Sequence[Value]) -> str:
        return written(self._program, module, Array(list(values)))

    # Properties

    def _add_property(self, module: Module, ent: Ent, prop: Property, made: Mapping[str, Value | None]) -> None:
        known = [(name, one) for one in prop.decorators if (name := self.own_name(module, one.function)) is not None]
        place = Place(path=module.path, line=prop.line)
        words = partial(self._prop_words, module, prop)
        for name, one in known:
            if name in _KEYS:
                first = self._folder.fold(module, one.arguments[0]) if one.arguments else None
                fact = KeyFact(kind=_KEYS[name], options=_options(first), prop=prop.name, place=place, written=words)
                ent.keys.append(fact)
        named = next(((name, one) for name, one in known if name in _KINDS), None)
        if named is None:
            others = [one for one in prop.decorators if self.own_name(module, one.function) not in _ALL]
            if any(self._brings(module, one.function) for one in others):
                unread = "a decorator of the project's own makes it"
                ent.props[prop.name] = Prop(
                    name=prop.name, kind="scalar", options={}, module=module, place=place, written=words, unread=unread
                )
            elif any(self._is_elsewhere(module, one.function) for one in others):
                near = any(self._is_near(module, one.function) for one in others)
                ent.elsewhere[prop.name] = (place, words if near else None)
            return
        ent.props[prop.name] = self._prop(module, prop, named, made, words)

    def _prop(
        self,
        module: Module,
        prop: Property,
        named: tuple[str, Decorator],
        made: Mapping[str, Value | None],
        words: Words,
    ) -> Prop:
        name, decorator = named
        given = [self._folder.fold(module, one) for one in decorator.arguments]
        options, unread = _given(name, given)
        target: Key | str | None = None
        if _KINDS[name] != "scalar":
            entity = _entity(decorator.arguments)
            target = (
                self.target(module, entity) if entity is not None else self._annotated(module, prop.type or prop.made)
            )
        initial = made[prop.name] if prop.name in made else self._initial(module, prop)
        return Prop(
            name=prop.name,
            kind=_KINDS[name],
            options=options,
            module=module,
            place=Place(path=module.path, line=prop.line),
            written=words,
            annotation=prop.type,
            optional=prop.optional,
            initial=initial,
            target=target,
            unread=unread,
        )

    def _initial(self, module: Module, prop: Property) -> Value | None:
        return self._folder.fold(module, prop.value) if prop.value is not None else None

    def _prop_words(self, module: Module, prop: Property) -> str:
        parts = [written(self._program, module, one.function) for one in prop.decorators]
        parts += [self._words(module, one.arguments) for one in prop.decorators]
        parts.append(written(self._program, module, prop.value) if prop.value is not None else "")
        parts.append(written(self._program, module, Name(part[0])) if (part := _PLAIN.match(prop.type)) else "")
        return "\n".join([prop.type, str(prop.optional), *parts])

    def _annotated(self, module: Module, annotation: str) -> Key | str | None:
        """The class that a property's type names: `User`, `Ref<User>`, `Collection<Book>`, `User[]`."""
        text = annotation.strip()
        inner = _GENERIC.search(text)
        name = inner[1] if inner else (found[0] if (found := _PLAIN.match(text)) else "")
        return self.target(module, Name(name)) if name else None

    def target(self, module: Module, value: Value | None) -> Key | str | None:
        """The class that `() => User`, `User` or `"User"` names."""
        if isinstance(value, Function) and value.result is not None:
            value = value.result
        if isinstance(value, Array) and len(value.items) == 1:
            value = value.items[0]
        if isinstance(value, Text):
            return value.text
        found = self._program.named(module, value) if value is not None else None
        return (found.module.path, found.name) if isinstance(found, Found) else None

    # What a class gives its properties

    def _made(self, module: Module, ent: Ent, value: Class) -> tuple[dict[str, Value | None], bool | None]:
        """What the constructor gives properties, and whether a call without arguments comes to its end."""
        inherited = [one.makes for one in ent.parents]
        makes = False if False in inherited else None if None in inherited else True
        method = value.method("constructor")
        if method is None or method.body is None:
            return {}, makes
        if any(one.lstrip(".").startswith(("{", "[")) for one in method.parameters):
            return {}, False
        names = {one.partition("=")[0].strip().rstrip("?").rpartition(" ")[2] for one in method.parameters}
        made: dict[str, Value | None] = {}
        for statement in read_statements(method.body):
            match statement:
                case Do(given, _, to) if to.startswith("this."):
                    if _reaches(given, names):
                        return made, False
                    absent = isinstance(given, Name) and given.name in names
                    made[to.removeprefix("this.")] = None if absent else self._folder.fold(module, given)
                case Do(Call(Name("super")), _, _):
                    continue
                case Do(Call(Member(Name("Object"), "assign")), _, _):
                    continue
                case Do() | Odd() | Return():
                    makes = None if makes else makes
                case _:
                    makes = None if makes else makes
        return made, makes


_ALL = frozenset({*_KINDS, *_KEYS, "Entity", "Embeddable"})
MAKERS = Makers(
    is_orm=is_mikroorm,
    entities=frozenset({"Entity", "Embeddable"}),
    members=frozenset(_KINDS),
    schemas=frozenset({"EntitySchema", "defineEntity"}),
)


def _reaches(value: Value, names: set[str]) -> bool:
    """Whether a value is a member of a parameter, which a call without arguments does not have."""
    while isinstance(value, Member | Call):
        inner = value.value if isinstance(value, Member) else value.function
        if isinstance(value, Member) and isinstance(inner, Name) and inner.name in names:
            return True
        value = inner
    return False


def _options(value: Value | None) -> dict[str, Value]:
    options = options_of(value)
    if value is not None and not isinstance(value, Object):
        options[""] = value
    return options


def _entity(arguments: Sequence[Value]) -> Value | None:
    """What names the class of a relation, as it is written: a name that is put in is none any more."""
    first = arguments[0] if arguments else None
    return options_of(first).get("entity") if isinstance(first, Object) else first


def _given(name: str, given: Sequence[Value]) -> tuple[dict[str, Value], str]:
    """The options of a property's decorator, and why they cannot be told."""
    options: dict[str, Value] = {}
    unread = ""
    for at, one in enumerate(given):
        if isinstance(one, Object):
            options.update(options_of(one))
        elif at == 0 and _KINDS[name] in RELATIONS | {"embedded"}:
            options["entity"] = one
        elif at == 0 and name == "Enum":
            options["items"] = one
        elif at == 0 and name == "Formula":
            options["formula"] = one
        elif at == 1 and _KINDS[name] in RELATIONS:
            options["mappedBy"] = one
        elif one not in (Constant("undefined"), Constant("null")):
            unread = "what its decorator is given cannot be told"
    options.update({"PrimaryKey": {"primary": _TRUE}, "Enum": {"enum": _TRUE}}.get(name, {}))
    return options, unread
