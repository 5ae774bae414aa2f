"""The models of a tree: every class with a table, as the state that Django would make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.checks.migrations.django import fields as field_rules
from bot.checks.migrations.django import known_fields
from bot.checks.migrations.django.apps import App, Apps
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.fields import FieldState, Place
from bot.checks.migrations.django.inheritance import Inheritance
from bot.checks.migrations.django.state import LISTS, ModelState, columns, normalize_option, with_name
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref, Swappable
from bot.checks.migrations.syntax.folding import Value

_OPTIONS = frozenset(
    {
        *("verbose_name", "verbose_name_plural", "db_table", "db_table_comment", "ordering", "unique_together"),
        *("permissions", "get_latest_by", "order_with_respect_to", "db_tablespace", "abstract", "managed", "proxy"),
        *("swappable", "index_together", "default_permissions", "select_on_save", "default_related_name"),
        *("required_db_features", "required_db_vendor", "base_manager_name", "default_manager_name", "indexes"),
        "constraints",
    }
)
_MANAGER = Call(Ref("django.db.models.Manager"))
_CONTRIB = "django.contrib."


class Models:
    """Reads the models of one tree."""

    def __init__(self, evaluator: Evaluator, apps: Apps) -> None:
        self._evaluator, self._apps = evaluator, apps
        self.inheritance = Inheritance(evaluator)

    def find_classes(self, path: str) -> Iterator[Definition]:
        """Yield the classes with a table that a module defines at its top."""
        module = self._evaluator.module(path)
        for name in module.parsed.bindings if module is not None else ():
            value = self._evaluator.lookup(path, name)
            if not isinstance(value, Definition) or not value.is_class or value.path != path:
                continue
            if self.inheritance.is_model(value) and not self.inheritance.is_abstract(value):
                yield value

    def read(self, owner: Definition) -> tuple[App, ModelState] | None:
        """The app and the state of a model's class; None where it belongs to no app that has migrations."""
        value, files = self._evaluator.tracked(lambda: self._read(owner))
        if not isinstance(value, tuple):
            return None
        app, model = value
        model.files = files
        return app, model

    def app_of(self, owner: Definition) -> App | None:
        """The app of a model's class: that which its Meta names, else that of its module."""
        own = self._apps.of(owner.path)
        named = self.inheritance.options(owner)[0].get("app_label")
        if not isinstance(named, str) or (own is not None and own.label == named):
            return own
        return next((app for app in self._apps.all.values() if app.label == named), own)

    def _read(self, owner: Definition) -> tuple[App, ModelState] | None:
        app = self.app_of(owner)
        if app is None or app.migrations is None:
            return None
        model = ModelState(label=app.label, name=owner.name, path=owner.path, line=owner.node.lineno)
        model.open_bases = [
            one
            for one in self.inheritance.open_bases(owner)
            if not isinstance(one, Ref) or self.inheritance.is_model_base(one)
        ]
        options, lines, readable = self.inheritance.options(owner)
        if not readable or self.inheritance.has_metaclass(owner):
            model.open_bases = [*model.open_bases, Opaque("Meta")]
        model.option_lines = lines
        raw = {name: value for name, value in options.items() if name in _OPTIONS}
        model.options = {name: normalize_option(name, value) for name, value in raw.items()}
        if model.options.get("proxy") is not True:
            self._add_fields(model, owner, app)
        self._name_lists(model)
        model.managers = self._managers(owner, model)
        return app, model

    # Fields

    def _add_fields(self, model: ModelState, owner: Definition, app: App) -> None:
        members = self.inheritance.members(owner)
        place = self.place(model)
        for name, raw in members.fields.items():
            state = field_rules.deconstruct(self._evaluator, raw.call, place, raw.path)
            state = _as_key(replace(state, line=raw.line))
            model.fields[str(state.kwargs.get("name") or name)] = self._without_key_name(state)
        model.unsure = dict(members.unsure)
        has_key = any(one.kwargs.get("primary_key") is True for one in model.fields.values())
        parents = list(self.inheritance.concrete_parents(owner))
        for parent in parents:
            self._add_link(model, parent, place, has_key=has_key)
        if not parents and not has_key and not any(_may_have_key(one) for one in model.open_bases):
            model.fields.setdefault("id", self._automatic_key(app, model))

    def _add_link(self, model: ModelState, parent: Definition | Ref, place: Place, *, has_key: bool) -> None:
        """The one-to-one field of multi-table inheritance, where the class does not write it."""
        label = self.label_of(parent)
        explicit = any(
            one.kwargs.get("parent_link") is True
            or (one.class_name == "OneToOneField" and one.kwargs.get("to") == label)
            for one in model.fields.values()
        )
        if explicit:
            return
        name = f"{Call(parent).name.lower()}_ptr"
        kwargs: dict[str, Value] = {"to": label, "on_delete": Ref("django.db.models.CASCADE"), "parent_link": True}
        kwargs |= {"auto_created": True} if has_key else {"auto_created": True, "primary_key": True, "serialize": False}
        func = Ref("django.db.models.OneToOneField")
        del place
        model.fields.setdefault(
            name, FieldState(func=func, kwargs=kwargs, exact=True, path=model.path, line=model.line)
        )

    def _automatic_key(self, app: App, model: ModelState) -> FieldState:
        dotted = self._apps.auto_field(app)
        func: Value = known_fields.canonical_class(Ref(dotted)) if isinstance(dotted, str) else Opaque("key", (dotted,))
        if isinstance(dotted, str) and known_fields.core_name(Ref(dotted)) is None:
            func = Ref(dotted)
        kwargs: dict[str, Value] = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
        kwargs = {name: value for name, value in kwargs.items() if name not in self._apps.exempt}
        return FieldState(func=func, kwargs=kwargs, exact=True, path=model.path, line=model.line)

    def _without_key_name(self, state: FieldState) -> FieldState:
        """`to_field` that names the key of the other model is left out; `id` and `pk` count as such."""
        if state.kwargs.get("to_field") in {"id", "pk"}:
            return replace(state, kwargs={name: one for name, one in state.kwargs.items() if name != "to_field"})
        return state

    def place(self, model: ModelState) -> Place:
        """What the fields of a model rest on."""
        return Place(model.label, model.name, self.label_of, self._apps.exempt)

    def label_of(self, value: Value) -> Value:
        """The label `app.model` of a model that is given as a class or as a setting."""
        match value:
            case Swappable(setting="AUTH_USER_MODEL"):
                return self._apps.user_model() or value
            case Definition():
                app = self.app_of(value)
                return f"{app.label}.{value.name}".lower() if app is not None else Opaque("model", (value,))
            case Ref(name=name) if name.startswith(_CONTRIB):
                return f"{name.split('.')[2]}.{value.last}".lower()
        return Opaque("model", (value,))

    # Options and managers

    def _name_lists(self, model: ModelState) -> None:
        names = columns(model)
        for key in LISTS:
            if isinstance(items := model.options.get(key), list):
                model.options[key] = [with_name(one, model, names) for one in items]

    def _managers(self, owner: Definition, model: ModelState) -> list[tuple[str, Value]] | Opaque:
        """As `ModelState.from_model` picks them: those that migrations use, and a stand-in for the default one."""
        found = self.inheritance.managers(owner)
        if any(isinstance(base, Ref) and _has_managers(base) for base in model.open_bases):
            return Opaque("managers", tuple((name, value) for name, value, used in found if used))
        default_name = model.options.get("default_manager_name")
        base_name = model.options.get("base_manager_name")
        default = next((name for name, _, __ in found if name == default_name), found[0][0] if found else None)
        picked: list[tuple[str, Value]] = []
        for name, value, used in found:
            if used is None:
                return Opaque("managers", (name, value))
            if used:
                picked.append((name, value))
            elif name in {default, base_name}:
                picked.append((name, _MANAGER))
        return [] if picked == [("objects", _MANAGER)] and default == "objects" else picked


def _as_key(state: FieldState) -> FieldState:
    """A primary key is not serialized once it belongs to a model (Options.setup_pk), and migrations write that."""
    if state.kwargs.get("primary_key") is not True:
        return state
    return replace(state, kwargs={**state.kwargs, "serialize": False})


def _may_have_key(base: Value) -> bool:
    """Whether a base that is not in sight may bring a primary key."""
    return not (isinstance(base, Ref) and base.name.startswith(_CONTRIB))


def _has_managers(base: Ref) -> bool:
    return base.name != "django.contrib.auth.models.PermissionsMixin"
