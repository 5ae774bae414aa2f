"""Models as the code defines them: by `define`, by `init`, and by decorators; with their associations.

Source: https://sequelize.org/docs/v6/core-concepts/model-basics/, https://github.com/sequelize/sequelize-typescript,
https://sequelize.org/docs/v7/models/defining-models/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.checks.migrations.script.decorated import base_of, bases_of, methods_of
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.run import Budget, Called, EndlessError, Runner
from bot.checks.migrations.script.values import (
    Call,
    ClassOf,
    Closure,
    Constant,
    Entry,
    Member,
    Name,
    Object,
    Text,
    Unread,
    Value,
)
from bot.checks.migrations.sequelize.decorators import read_decorated
from bot.checks.migrations.sequelize.defined import Association, Model
from bot.checks.migrations.sequelize.options import entries_of, options_of

ASSOCIATIONS = frozenset({"belongsTo", "belongsToMany", "hasMany", "hasOne"})
T = TypeVar("T")
_SEQUELIZE = frozenset({"Sequelize", "sequelize", "sequelize-typescript", "@sequelize/core"})
_TELLING = (".define", ".init", "belongsTo", "hasMany", "hasOne")


@dataclass(kw_only=True)
class Found:
    """What the scripts of one tree define.

    Attributes:
        models: by name; where two scripts define one of the same name, the later by name and path.
        aliases: a class's name to its model's, where that is another.
        defaults: what `new Sequelize({define: ...})` says for all models; None where nothing says anything.
        broken: path to the first line that cannot be parsed.
        endless: scripts that take more steps, or are nested deeper, than is followed.
        unread: path and text of definitions of models whose names cannot be told, to their lines.
        consulted: the scripts that were looked at.
        synchronised: calls of `sync()` that make tables without migrations: path, line, whether they alter them.
    """

    models: dict[str, Model] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    associations: list[Association] = field(default_factory=list)
    defaults: dict[str, Value] | None = None
    broken: dict[str, int] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)
    unread: dict[tuple[str, str], int] = field(default_factory=dict)
    synchronised: list[tuple[str, int, bool]] = field(default_factory=list)
    consulted: set[str] = field(default_factory=set)


class _Reader:
    """Takes note of what scripts define while they are followed."""

    def __init__(self) -> None:
        self.found = Found()
        self.classes: list[ClassOf] = []
        self.waiting: list[Closure] = []
        self.names: dict[int, str] = {}

    def called(self, call: Called) -> Value | None:
        function = call.function
        if isinstance(function, Name | Member) and function.name in _SEQUELIZE:
            self._configured(call)
        if not isinstance(function, Member):
            return None
        if function.name == "define" and len(call.arguments) > 1:
            self._defined(call, function)
        elif function.name == "init" and call.arguments:
            self._initialised(call, function.value)
        elif function.name in ASSOCIATIONS and call.arguments:
            self._associated(call, function)
        elif function.name == "removeAttribute":
            self._altered(function.value, f"removeAttribute {call.arguments!r}")
        elif function.name == "sync" and call.certain:
            options = entries_of(call.arguments[0] if call.arguments else None)
            self.found.synchronised.append((call.path, call.line, options.get("alter") == Constant("true")))
        return None

    def assigned(self, target: Value, name: str, value: Value, path: str) -> None:
        del path
        if isinstance(target, Member) and target.name in {"rawAttributes", "tableAttributes"}:
            self._altered(target.value, f"{name} {value!r}")
        if isinstance(value, Closure) and name in {"associate", "associations"}:
            self.waiting.append(value)

    def declared(self, one: ClassOf) -> None:
        self.classes.append(one)

    def _altered(self, owner: Value, words: str) -> None:
        """Take note that a model's attributes are changed once it is there."""
        model = self.found.models.get(self.name_of(owner))
        if model is not None:
            model.attributes.append(Entry("", Unread(words), model.line))

    def _configured(self, call: Called) -> None:
        for argument in call.arguments:
            given = entries_of(argument).get("define")
            if given is not None:
                self.found.defaults = {**(self.found.defaults or {}), **options_of(given)}

    def _defined(self, call: Called, function: Member) -> None:
        given = call.arguments[0]
        if not isinstance(given, Text):
            if "sequelize" in repr(function.value).lower():
                self.found.unread[call.path, repr(call.arguments)] = call.line
            return
        name = given.text
        options = call.arguments[2] if len(call.arguments) > 2 else None  # noqa: PLR2004 - name, attributes, options
        self._add(name, call, call.arguments[1], options)

    def _initialised(self, call: Called, receiver: Value) -> None:
        owner = call.this if receiver in (Name("super"), Name("this")) else receiver
        options = call.arguments[1] if len(call.arguments) > 1 else None
        given = entries_of(options)
        named = given.get("modelName")
        known = isinstance(owner, ClassOf) and isinstance(call.arguments[0], Object | Call)
        if not known and not {"sequelize", "modelName", "tableName"} & given.keys():
            return
        name = named.text if isinstance(named, Text) else owner.name if isinstance(owner, ClassOf | Name) else ""
        if isinstance(owner, ClassOf):
            self.names[owner.node.id] = name
            self.found.aliases[owner.name] = name
        if name:
            self._add(name, call, call.arguments[0], options)

    def _add(self, name: str, call: Called, attributes: Value, options: Value | None) -> None:
        entries = list(attributes.entries) if isinstance(attributes, Object) else [Entry("", attributes, call.line)]
        self.keep(Model(name=name, path=call.path, line=call.line, attributes=entries, options=options_of(options)))

    def keep(self, model: Model) -> None:
        """Take note of a model."""
        had = self.found.models.get(model.name)
        key = model.name if had is None or had.path == model.path else f"{model.name}@{model.path}"
        self.found.models[key] = model

    def _associated(self, call: Called, function: Member) -> None:
        owner = call.this if function.value in (Name("super"), Name("this")) else function.value
        source, target = self.name_of(owner), self.name_of(call.arguments[0])
        if source and target:
            options = options_of(call.arguments[1] if len(call.arguments) > 1 else None)
            self.found.associations.append(
                Association(
                    kind=function.name, source=source, target=target, options=options, path=call.path, line=call.line
                )
            )

    def name_of(self, value: Value | None) -> str:
        """The name of the model that a value is; empty where that cannot be told."""
        match value:
            case ClassOf():
                return self.names.get(value.node.id, value.name)
            case Member(name=name) | Name(name):
                return name
            case Text(text):
                return text
            case Call(function=Member(name="define"), arguments=[Text(text), *_]):
                return text
        return ""


def read_models(program: Program, paths: Iterable[str], budget: Budget) -> Found:
    """The models that scripts define."""
    reader = _Reader()
    runner = Runner(program, reader, budget)
    for path in paths:
        runner.renew()
        runner.cut = False
        try:
            _read_script(runner, reader, path)
        except EndlessError:
            runner.cut = True
        if runner.cut:
            reader.found.endless.add(path)
    runner.give_back()
    reader.found.consulted = runner.consulted
    return reader.found


def _read_script(runner: Runner, reader: _Reader, path: str) -> None:
    home = runner.follow_module(path)
    if home is None:
        return
    if home.broken is not None:
        reader.found.broken[path] = home.broken
    exported = [runner.export(home, name) for name in ("default", *home.exports)]
    for value in exported:
        if isinstance(value, Closure):
            _follow(runner, value)
        elif isinstance(value, ClassOf) and value not in reader.classes:
            reader.classes.append(value)
    for bound in list(home.scope.names.values()):
        if isinstance(bound, Closure):
            _follow(runner, bound)
    _read_classes(runner, reader)
    for closure in _taken(reader.waiting):
        runner.call(closure, None)


def _follow(runner: Runner, closure: Closure) -> None:
    """Follow a function that defines models, whoever calls it."""
    if closure.node.id not in runner.followed and _tells(closure):
        runner.followed.add(closure.node.id)
        runner.call(closure, None)


def _tells(closure: Closure) -> bool:
    written = node_text(closure.node)
    return any(word in written for word in _TELLING)


def _read_classes(runner: Runner, reader: _Reader) -> None:
    classes = _taken(reader.classes)
    for one in classes:
        decorated = read_decorated(runner, one, reader.name_of)
        if decorated is not None:
            model, associations = decorated
            reader.names[one.node.id] = model.name
            reader.keep(model)
            reader.found.aliases[one.name] = model.name
            reader.found.associations += associations
        if base_of(runner, one) is not None:
            _follow_methods(runner, one)


def _follow_methods(runner: Runner, one: ClassOf) -> None:
    bases = bases_of(runner, one)
    for owner in (one, *bases):
        for _, method in methods_of(owner):
            if _tells(method):
                runner.call(method, None, one)


def _taken(values: list[T]) -> Sequence[T]:
    taken = list(values)
    values.clear()
    return taken
