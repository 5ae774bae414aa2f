"""What the migrations of an app add up to: each operation's `state_forwards`.

Source: django/db/migrations/operations and state.py of Django 5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.django import classes, fields
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.fields import FieldState, Place
from bot.checks.migrations.django.graph import Graph, Migration, load_operations
from bot.checks.migrations.django.state import (
    PLAIN_OPTIONS,
    ModelState,
    item_name,
    normalize_item,
    normalize_option,
)
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref
from bot.checks.migrations.syntax.folding import Value

_DJANGO = ("django.db.migrations.", "django.contrib.postgres.operations.")
# The order of the arguments of each operation that changes the state.
_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "CreateModel": ("name", "fields", "options", "bases", "managers"),
    "DeleteModel": ("name",),
    "RenameModel": ("old_name", "new_name"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelManagers": ("name", "managers"),
    "AddField": ("model_name", "name", "field", "preserve_default"),
    "RemoveField": ("model_name", "name"),
    "AlterField": ("model_name", "name", "field", "preserve_default"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "AddIndex": ("model_name", "index"),
    "RemoveIndex": ("model_name", "name"),
    "RenameIndex": ("model_name", "new_name", "old_name", "old_fields"),
    "AddConstraint": ("model_name", "constraint"),
    "RemoveConstraint": ("model_name", "name"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
    "RunSQL": ("sql", "reverse_sql", "state_operations", "hints", "elidable"),
}
_SAME_AS = {
    "AddIndexConcurrently": "AddIndex",
    "RemoveIndexConcurrently": "RemoveIndex",
    "AddConstraintNotValid": "AddConstraint",
}
# They change the database, or nothing, and never the state.
_STATELESS = frozenset(
    {
        *(
            "RunPython",
            "ValidateConstraint",
            "CreateExtension",
            "CreateCollation",
            "RemoveCollation",
            "CITextExtension",
        ),
        *("BloomExtension", "BtreeGinExtension", "BtreeGistExtension", "CryptoExtension", "HStoreExtension"),
        *("TrigramExtension", "UnaccentExtension", "PgTrgmExtension"),
    }
)
_STATELESS_OUTSIDE = ("AddTrigger", "RemoveTrigger", "AddDefaultValue", "RunSQLFile", "CreateExtension", "Comment")
_MAX_NESTING = 8
_MAX_OPERATIONS = 200_000


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """An operation whose effect on the state is not known; `foreign` if it is one of another package or the project."""

    path: str
    line: int
    reason: str
    foreign: bool = False


@dataclass(kw_only=True, eq=False)
class AppState:
    """What an app's migrations add up to.

    Attributes:
        models: by name in small letters.
        unclear: operations whose effect is not known.
        renames: models that were renamed, old name to new, in small letters.
        touched: for each model, the migration that last changed it and the line.
    """

    models: dict[str, ModelState] = field(default_factory=dict)
    unclear: list[Unclear] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    touched: dict[str, tuple[str, int]] = field(default_factory=dict)


class Replay:
    """Replays the migrations of one app."""

    def __init__(self, evaluator: Evaluator, graph: Graph, place: Callable[[ModelState], Place]) -> None:
        self._evaluator, self._graph, self._place = evaluator, graph, place
        self.state = AppState()
        self._count = 0
        self._migration: Migration | None = None
        self._line = 0

    def run(self) -> AppState:
        """Replay all, in order."""
        for migration in self._graph.in_order():
            self._migration = migration
            load_operations(self._evaluator, migration)
            self._line = migration.line
            if migration.unread is not None:
                self._unclear(migration.unread)
            elif isinstance(migration.operations, Opaque):
                self._unclear("its list of operations is put together in a way that is not followed")
            else:
                self._apply_all(migration.operations, 0)
        return self.state

    def _unclear(self, reason: str, *, foreign: bool = False) -> None:
        path = self._migration.path if self._migration is not None else ""
        self.state.unclear.append(Unclear(path=path, line=self._line, reason=reason, foreign=foreign))

    def _apply_all(self, operations: Sequence[Value], depth: int) -> None:
        for operation in operations:
            self._count += 1
            if self._count > _MAX_OPERATIONS or depth > _MAX_NESTING:
                self._unclear("there are more operations than are followed")
                return
            self._apply(operation, depth)

    def _apply(self, operation: Value, depth: int) -> None:
        if not isinstance(operation, Call):
            self._unclear("an operation is made in a way that is not followed")
            return
        self._line = operation.line or self._line
        name = operation_name(self._evaluator, operation)
        if name in _STATELESS:
            return
        given = arguments(operation, name) if name is not None else None
        if name is None or given is None:
            if operation.name not in _STATELESS_OUTSIDE:
                self._unclear(f"the operation {operation.name or 'here'} is not one of Django's own", foreign=True)
            return
        if name in {"SeparateDatabaseAndState", "RunSQL"}:
            inner = given.get("state_operations")
            if isinstance(inner, list | tuple):
                self._apply_all(list(inner), depth + 1)
            elif inner is not None:
                self._unclear("its state operations are put together in a way that is not followed")
            return
        self._apply_known(name, given)

    def _apply_known(self, name: str, given: Mapping[str, Value]) -> None:
        subject = given.get("model_name", given.get("name", given.get("old_name")))
        if not isinstance(subject, str):
            self._unclear(f"the model that {name} names could not be told")
            return
        key = subject.lower()
        if name == "CreateModel":
            self._create(subject, given)
        elif key not in self.state.models:
            # Django refuses such a migration; a hostile one changes nothing here.
            return
        elif name == "DeleteModel":
            del self.state.models[key]
        elif name == "RenameModel":
            self._rename_model(key, given)
        else:
            _HANDLERS[name](self, self.state.models[key], given)
        if self._migration is not None:
            self.state.touched[key] = self._migration.path, self._line

    def _create(self, name: str, given: Mapping[str, Value]) -> None:
        model = ModelState(label=self._graph.app.label, name=name)
        model.path, model.line = (self._migration.path if self._migration else ""), self._line
        options = given.get("options")
        if isinstance(options, dict):
            model.options = {str(key): normalize_option(str(key), value) for key, value in options.items()}
        elif options is not None:
            model.options = {"*": options}
        self.state.models[name.lower()] = model
        pairs = given.get("fields")
        for pair in pairs if isinstance(pairs, list | tuple) else ():
            if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str):  # noqa: PLR2004 - name and field
                self._set_field(model, pair[0], pair[1], keep_default=True)
            else:
                self._unclear(f"a field of {name} is given in a way that is not followed")
        if not isinstance(pairs, list | tuple):
            self._unclear(f"the fields of {name} are given in a way that is not followed")
        model.managers = _managers(given.get("managers"))

    def _set_field(self, model: ModelState, name: str, value: Value, *, keep_default: bool) -> None:
        place = self._place(model)
        path = self._migration.path if self._migration is not None else ""
        if isinstance(value, Call):
            state = fields.deconstruct(self._evaluator, value, place, path)
        else:
            state = FieldState(func=Opaque("field", (value,)), kwargs={}, exact=False, path=path)
        state = replace(state, line=self._line)
        model.fields[name] = state if keep_default else state.without_default()

    def _rename_model(self, key: str, given: Mapping[str, Value]) -> None:
        new = given.get("new_name")
        if not isinstance(new, str):
            self._unclear("the new name of a model could not be told")
            return
        model = self.state.models.pop(key)
        model.name = new
        self.state.models[new.lower()] = model
        self.state.renames[key] = new.lower()
        label = self._graph.app.label
        old_label, new_label = f"{label}.{key}".lower(), f"{label}.{new}".lower()
        for one in self.state.models.values():
            for name, state in one.fields.items():
                one.fields[name] = _with_label(state, old_label, new_label)
        if self._migration is not None:
            self.state.touched[new.lower()] = self._migration.path, self._line

    # One handler an operation

    def add_field(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Add a field, or put another in its place."""
        name = given.get("name")
        if isinstance(name, str) and "field" in given:
            self._set_field(model, name, given["field"], keep_default=given.get("preserve_default", True) is not False)
        else:
            self._unclear("the field that an operation names could not be told")

    def remove_field(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Take a field away."""
        model.fields.pop(_text(given, "name"), None)

    def rename_field(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Give a field another name, wherever the app mentions it."""
        old, new = _text(given, "old_name"), _text(given, "new_name")
        if old not in model.fields:
            return
        model.fields = {new if name == old else name: one for name, one in model.fields.items()}
        for key in ("unique_together", "index_together"):
            value = model.options.get(key)
            if isinstance(value, frozenset):
                model.options[key] = frozenset(tuple(new if one == old else one for one in names) for names in value)
        if model.options.get("order_with_respect_to") == old:
            model.options["order_with_respect_to"] = new
        self._rename_targets(model, old, new)

    def _rename_targets(self, model: ModelState, old: str, new: str) -> None:
        """Foreign keys of the app that name the field they point at follow its new name."""
        label = f"{model.label}.{model.name}".lower()
        for one in self.state.models.values():
            for name, state in one.fields.items():
                if state.kwargs.get("to") == label and state.kwargs.get("to_field") == old:
                    one.fields[name] = replace(state, kwargs={**state.kwargs, "to_field": new})

    def alter_options(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Set the plain options; those that are not given are gone."""
        options = given.get("options")
        if not isinstance(options, dict):
            model.options["*"] = options
            return
        kept = {name: value for name, value in model.options.items() if name not in PLAIN_OPTIONS}
        model.options = {**kept, **{str(name): normalize_option(str(name), value) for name, value in options.items()}}

    def alter_managers(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Set the managers."""
        model.managers = _managers(given.get("managers"))

    def add_index(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Add an index."""
        _append(model, "indexes", given.get("index"))

    def remove_index(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Take an index away."""
        _remove(model, "indexes", _text(given, "name"))

    def rename_index(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Give an index another name, or a name to one of index_together."""
        new, old, old_fields = given.get("new_name"), given.get("old_name"), given.get("old_fields")
        if isinstance(old_fields, list | tuple) and isinstance(new, str):
            together = model.options.get("index_together")
            names = tuple(old_fields)
            if isinstance(together, frozenset):
                model.options["index_together"] = together - {names}
            _append(
                model, "indexes", Call(Ref("django.db.models.Index"), (), {"fields": names, "name": new}, self._line)
            )
            return
        items = model.options.get("indexes")
        for number, one in enumerate(items if isinstance(items, list) else []):
            if item_name(one) == old and isinstance(one, Call):
                renamed = Call(one.func, one.args, {**one.kwargs, "name": new}, one.line)
                model.options["indexes"] = [*items[:number], renamed, *items[number + 1 :]]  # type: ignore[index]
                return

    def add_constraint(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Add a constraint."""
        _append(model, "constraints", given.get("constraint"))

    def remove_constraint(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Take a constraint away."""
        _remove(model, "constraints", _text(given, "name"))

    def alter_constraint(self, model: ModelState, given: Mapping[str, Value]) -> None:
        """Put another constraint in the place of one."""
        _remove(model, "constraints", _text(given, "name"))
        _append(model, "constraints", given.get("constraint"))


def _set_option(name: str, argument: str) -> Callable[[Replay, ModelState, Mapping[str, Value]], None]:
    def apply(_: Replay, model: ModelState, given: Mapping[str, Value]) -> None:
        model.options[name] = normalize_option(name, given.get(argument))

    return apply


_HANDLERS: Mapping[str, Callable[[Replay, ModelState, Mapping[str, Value]], None]] = {
    "AddField": Replay.add_field,
    "AlterField": Replay.add_field,
    "RemoveField": Replay.remove_field,
    "RenameField": Replay.rename_field,
    "AlterModelOptions": Replay.alter_options,
    "AlterModelManagers": Replay.alter_managers,
    "AlterModelTable": _set_option("db_table", "table"),
    "AlterModelTableComment": _set_option("db_table_comment", "table_comment"),
    "AlterUniqueTogether": _set_option("unique_together", "unique_together"),
    "AlterIndexTogether": _set_option("index_together", "index_together"),
    "AlterOrderWithRespectTo": _set_option("order_with_respect_to", "order_with_respect_to"),
    "AddIndex": Replay.add_index,
    "RemoveIndex": Replay.remove_index,
    "RenameIndex": Replay.rename_index,
    "AddConstraint": Replay.add_constraint,
    "RemoveConstraint": Replay.remove_constraint,
    "AlterConstraint": Replay.alter_constraint,
}


def operation_name(evaluator: Evaluator, operation: Call) -> str | None:
    """The name of the operation of Django that a call makes, or is derived from; None where it is another's."""
    names = [operation.func]
    if isinstance(operation.func, Definition):
        if classes.find_inherited(evaluator, classes.mro(evaluator, operation.func), "state_forwards") is not None:
            return None
        names = list(classes.mro(evaluator, operation.func))
    for one in names:
        if isinstance(one, Ref) and one.name.startswith(_DJANGO):
            name = _SAME_AS.get(one.last, one.last)
            return name if name in _ARGUMENTS or name in _STATELESS else None
    return None


def arguments(operation: Call, name: str) -> dict[str, Value] | None:
    """The arguments of an operation by name; None where they cannot be told."""
    positions = _ARGUMENTS.get(name, ())
    stars = any(isinstance(value, Opaque) and value.kind == "star" for value in operation.args)
    if stars or "**" in operation.kwargs or len(operation.args) > len(positions):
        return None
    return {**dict(zip(positions, operation.args, strict=False)), **operation.kwargs}


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _append(model: ModelState, key: str, value: Value) -> None:
    items = model.options.get(key)
    model.options[key] = [*(items if isinstance(items, list) else []), normalize_item(value)]


def _remove(model: ModelState, key: str, name: str) -> None:
    items = model.options.get(key)
    model.options[key] = [one for one in items if item_name(one) != name] if isinstance(items, list) else []


def _managers(value: Value) -> list[tuple[str, Value]] | Opaque:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        return Opaque("managers", (value,))
    return [(pair[0], pair[1]) for pair in value if isinstance(pair, list | tuple) and len(pair) == 2]  # noqa: PLR2004 - name and manager


def _with_label(state: FieldState, old: str, new: str) -> FieldState:
    if old not in (state.kwargs.get("to"), state.kwargs.get("through")):
        return state
    changed = {name: new if name in {"to", "through"} and one == old else one for name, one in state.kwargs.items()}
    return replace(state, kwargs=changed)
