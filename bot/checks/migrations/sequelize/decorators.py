"""Models as classes with decorators.

Sources: https://github.com/sequelize/sequelize-typescript, https://sequelize.org/docs/v7/models/defining-models/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from bot.checks.migrations.script.decorated import (
    Attribute,
    Decorator,
    arguments_of,
    attributes_of,
    bases_of,
    class_decorators,
)
from bot.checks.migrations.script.run import Runner, unread
from bot.checks.migrations.script.values import ClassOf, Closure, Constant, Entry, Name, Object, Text, Unread, Value
from bot.checks.migrations.sequelize.defined import Association, Model
from bot.checks.migrations.sequelize.options import entries_of, options_of

_ASSOCIATIONS = {
    "BelongsTo": "belongsTo",
    "BelongsToMany": "belongsToMany",
    "HasMany": "hasMany",
    "HasOne": "hasOne",
}
_COLUMNS = frozenset({"Attribute", "Column"})
_STAMPS = {"CreatedAt": "createdAt", "DeletedAt": "deletedAt", "UpdatedAt": "updatedAt"}
_INFERRED = {"Date": "DATE", "boolean": "BOOLEAN", "number": "INTEGER", "string": "STRING"}
_TRUE, _FALSE = Constant("true"), Constant("false")
NameOf: TypeAlias = Callable[[Value], str]


def read_decorated(runner: Runner, one: ClassOf, name_of: NameOf) -> tuple[Model, list[Association]] | None:
    """The model that a class is by its decorators, with its associations; None where it is none."""
    decorators = class_decorators(runner, one)
    table = next((each for each in decorators if each.name == "Table"), None)
    classes = [*reversed(bases_of(runner, one)), one]
    if table is None and not _is_core_model(runner, one):
        return None
    options: dict[str, Value] = {}
    for owner in classes[:-1]:
        inherited = next((each for each in class_decorators(runner, owner) if each.name == "Table"), None)
        options |= _options(runner, inherited)
    for inner in ("tableName", "modelName"):
        options.pop(inner, None)
    options |= _options(runner, table)
    named = options.get("modelName")
    name = named.text if isinstance(named, Text) else one.name
    model = Model(
        name=name,
        path=one.scope.path,
        line=one.node.start_point.row + 1,
        attributes=[],
        options=options,
    )
    associations: list[Association] = []
    for owner in classes:
        for attribute in attributes_of(runner, owner):
            _add(runner, model, owner, attribute, name_of)
            associations += _associations(runner, model, owner, attribute, name_of)
    return model, associations


def _is_core_model(runner: Runner, one: ClassOf) -> bool:
    """Whether a class is a model of `@sequelize/core`, which needs no `@Table`."""
    abstract = any(child.type == "abstract" for child in one.node.children)
    return not abstract and any(
        decorator.name == "Attribute" for attribute in attributes_of(runner, one) for decorator in attribute.decorators
    )


def _options(runner: Runner, table: Decorator | None) -> dict[str, Value]:
    arguments = arguments_of(runner, table) if table is not None else []
    first = arguments[0] if arguments else None
    return {"tableName": first} if isinstance(first, Text) else options_of(first)


def _add(runner: Runner, model: Model, owner: ClassOf, attribute: Attribute, name_of: NameOf) -> None:
    """Give a model the attribute that a field of its class, or of a base, declares."""
    names = {decorator.name for decorator in attribute.decorators}
    for name in sorted(names & _STAMPS.keys()):
        model.options[_STAMPS[name]] = Text(attribute.name)
        if name == "DeletedAt":
            model.options["paranoid"] = _TRUE
    value: Value
    if names & _COLUMNS:
        value = Object(_typed(model, attribute, [
            entry for decorator in attribute.decorators for entry in _entries(runner, decorator, attribute.line)
        ]))  # fmt: skip
    else:
        made = next((each for each in attribute.decorators if _may_be_column(each)), None)
        if made is None:
            return
        value = Unread(_written(made))
    for decorator in attribute.decorators:
        if decorator.name == "ForeignKey":
            model.foreign[attribute.name] = _target(runner, decorator, name_of)
    model.attributes = [entry for entry in model.attributes if entry.key != attribute.name]
    model.attributes.append(Entry(attribute.name, value, attribute.line))
    if owner.scope.path != model.path:
        model.paths[attribute.name] = owner.scope.path


def _typed(model: Model, attribute: Attribute, entries: list[Entry]) -> list[Entry]:
    """The options of an attribute with its type, which may follow from TypeScript's annotation."""
    if any(entry.key == "type" for entry in entries):
        return entries
    inferred = _INFERRED.get(attribute.type.replace("| null", "").replace("| undefined", "").strip())
    if inferred is not None:
        model.implied.add(attribute.name)
    kind = Name(inferred) if inferred is not None else Unread(attribute.type)
    return [*entries, Entry("type", kind, attribute.line)]


def _may_be_column(decorator: Decorator) -> bool:
    return decorator.name.endswith(("Column", "Attribute", "PrimaryKey"))


def _written(decorator: Decorator) -> str:
    return f"@{decorator.name}({unread(decorator.given).text if decorator.given is not None else ''})"


def _entries(runner: Runner, decorator: Decorator, line: int) -> Iterator[Entry]:
    """Yield the options of an attribute that a decorator of its own gives."""
    if decorator.name in _FLAGS:
        yield Entry(*_FLAGS[decorator.name], line)
    if decorator.name not in _GIVEN:
        return
    first = next(iter(arguments_of(runner, decorator)), None)
    if decorator.name in _COLUMNS:
        yield from first.entries if isinstance(first, Object) else [Entry("type", first, line)] if first else ()
    else:
        yield Entry(_GIVEN[decorator.name], first or _TRUE, line)


_FLAGS = {
    "AutoIncrement": ("autoIncrement", _TRUE),
    "NotNull": ("allowNull", _FALSE),
    "PrimaryKey": ("primaryKey", _TRUE),
}
_GIVEN = {
    "AllowNull": "allowNull",
    "Attribute": "type",
    "Column": "type",
    "ColumnName": "field",
    "Default": "defaultValue",
    "Unique": "unique",
}


def _target(runner: Runner, decorator: Decorator, name_of: NameOf) -> str:
    return _named(runner, next(iter(arguments_of(runner, decorator)), None), name_of)


def _named(runner: Runner, value: Value | None, name_of: NameOf) -> str:
    """The model that is given by itself, by its name, or by a function that gives it."""
    if isinstance(value, Closure):
        value = runner.call(value, None)
    return name_of(value) if value is not None else ""


def _associations(
    runner: Runner, model: Model, owner: ClassOf, attribute: Attribute, name_of: NameOf
) -> Iterator[Association]:
    for decorator in attribute.decorators:
        kind = _ASSOCIATIONS.get(decorator.name)
        if kind is None:
            continue
        arguments = arguments_of(runner, decorator)
        target = _named(runner, arguments[0] if arguments else None, name_of)
        options = _association_options(runner, kind, arguments[1:], name_of)
        options.setdefault("as", Text(attribute.name))
        yield Association(
            kind=kind, source=model.name, target=target, options=options, path=owner.scope.path, line=decorator.line
        )


def _association_options(runner: Runner, kind: str, arguments: Sequence[Value], name_of: NameOf) -> dict[str, Value]:
    options: dict[str, Value] = {}
    keys = ["through", "foreignKey", "otherKey"] if kind == "belongsToMany" else ["foreignKey"]
    for key, value in zip(keys, arguments, strict=False):
        if isinstance(value, Object):
            options |= entries_of(value)
        elif key == "through" and not isinstance(value, Text):
            options[key] = Name(_named(runner, value, name_of))
        else:
            options[key] = value
    return options
