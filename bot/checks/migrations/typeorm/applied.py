"""One decorator of TypeORM's: its name, and what its arguments say of an entity, a column, a key or a relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.classes import Property
from bot.checks.migrations.script.folding import options_of
from bot.checks.migrations.script.hidden import Makers
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.values import (
    Array,
    Constant,
    Function,
    Member,
    Name,
    Object,
    Operation,
    Text,
    Value,
)
from bot.checks.migrations.typeorm.facts import ColumnFact, Place, Words

COLUMNS = frozenset({
    "Column", "CreateDateColumn", "DeleteDateColumn", "PrimaryColumn", "PrimaryGeneratedColumn", "TreeLevelColumn",
    "UpdateDateColumn", "VersionColumn",
})  # fmt: skip
RELATIONS = {
    "ManyToMany": "many-to-many", "ManyToOne": "many-to-one", "OneToMany": "one-to-many", "OneToOne": "one-to-one",
    "TreeParent": "many-to-one", "TreeChildren": "one-to-many",
}  # fmt: skip
KEYS = frozenset({"Check", "Exclusion", "Index", "Unique"})
# Names that stand for a decorator of the project that makes a column, and for one of a package.
CUSTOM, FOREIGN = "?", "?package"


def is_typeorm(source: str) -> bool:
    """Whether a package is TypeORM, or a fork of it."""
    return source == "typeorm" or source.startswith("typeorm/") or source.endswith("/typeorm")


MAKERS = Makers(
    is_orm=is_typeorm,
    entities=frozenset({"ChildEntity", "Entity", "ViewEntity"}),
    members=COLUMNS | RELATIONS.keys(),
    schemas=frozenset({"EntitySchema"}),
)


@dataclass(frozen=True)
class Applied:
    """A decorator of TypeORM's own that is applied: its name, and what it is given, folded."""

    name: str
    arguments: Sequence[Value]
    module: Module
    line: int


def typeorm_names(module: Module) -> set[str]:
    """The names that a module imports from TypeORM."""
    return {name for name, one in module.imports.items() if is_typeorm(one.source)}


def entity_options(arguments: Sequence[Value]) -> dict[str, Value]:
    """The options of `@Entity(name?, options?)`; under the empty name what cannot be told."""
    options: dict[str, Value] = {}
    for one in arguments:
        if isinstance(one, Text):
            options["name"] = one
        elif isinstance(one, Object):
            options.update(options_of(one))
        elif one != Constant("undefined"):
            options[""] = one
    return options


def fields_named(value: Value | None) -> tuple[str, ...] | None:
    """The properties that an index names, as texts or through a function of the entity."""
    if isinstance(value, Function):
        value = value.result
    items: Sequence[Value] = ()
    if isinstance(value, Array):
        items = value.items
    elif isinstance(value, Object):
        return tuple(one.key for one in value.entries) if all(one.key for one in value.entries) else None
    names = [one.text.strip() if isinstance(one, Text) else _path(one) for one in items]
    return tuple(name for name in names if name) if names and all(names) else None


def _path(value: Value) -> str:
    """`a.b` of `user.a.b`."""
    names: list[str] = []
    while isinstance(value, Member):
        names.append(value.name)
        value = value.value
    return ".".join(reversed(names))


def inverse_of(value: Value | None) -> str:
    """The property on the other side that a relation names, through a text or a function; empty where none is."""
    match value:
        case Text(text):
            return text
        case Function(result=Member() as result):
            return _path(result)
        case Function(result=Operation(operands=[Member() as result, *_])):
            return _path(result)
    return ""


def is_embedded(applied: Applied) -> bool:
    """Whether a column is of a class of its own: `@Column(() => Name)`."""
    first = applied.arguments[0] if applied.arguments else None
    return applied.name == "Column" and isinstance(first, Function)


def column_of(prop: Property, module: Module, applied: Applied, generated: Applied | None, words: Words) -> ColumnFact:
    """The column that a decorator makes of a property, with what `@Generated` adds to it."""
    options: dict[str, Value] = {}
    unread = ""
    for at, one in enumerate(applied.arguments):
        if at == 0 and isinstance(one, Text | Name):
            strategy = applied.name == "PrimaryGeneratedColumn"
            options["strategy" if strategy else "type"] = one
        elif isinstance(one, Object):
            options.update(options_of(one))
        elif one not in (Constant("undefined"), Constant("null")):
            unread = "what its decorator is given cannot be told"
    if generated is not None:
        options["generated"] = generated.arguments[0] if generated.arguments else Text("increment")
    if applied.name == CUSTOM:
        options["type"] = Name(CUSTOM)
    return ColumnFact(
        prop=prop.name,
        kind="Column" if applied.name == CUSTOM else applied.name,
        options=options,
        annotation=prop.type,
        module=module,
        place=Place(path=module.path, line=prop.line),
        written=words,
        unread=unread,
    )
