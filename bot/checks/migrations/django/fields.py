"""A field as `deconstruct()` gives it: its class and the arguments that are not left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.django import classes, custom, known_fields
from bot.checks.migrations.django.same import compare
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref, Same, Swappable, is_small, plain
from bot.checks.migrations.syntax.folding import Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

_NOT_PROVIDED = frozenset({"NOT_PROVIDED"})


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """A field, of a model or of a migration.

    Attributes:
        func: its class.
        kwargs: the arguments, all by name, without those that `deconstruct()` leaves out. `*` holds positional ones
            whose names are not known.
        source: the class as the source names it, where migrations hold another.
        exact: whether Django's own rules say what is written; False for classes that are not in sight.
        path: the file, and `line` the line, where it stands.
    """

    func: Value
    kwargs: Mapping[str, Value]
    exact: bool
    source: Value = None
    path: str = ""
    line: int = 0

    def without_default(self) -> FieldState:
        """As `preserve_default=False` leaves it in the state."""
        return replace(self, kwargs={name: value for name, value in self.kwargs.items() if name != "default"})

    @property
    def class_name(self) -> str:
        """The last part of its class's name."""
        return Call(self.func).name or "a field"


@dataclass(frozen=True)
class Place:
    """What a field's meaning rests on besides its own source.

    Attributes:
        app: label of the app; `model` the model's name.
        label_of: the label `app.model` of a model, given as a class.
        exempt: names of arguments, and classes of their values, that the project leaves out of migrations.
    """

    app: str
    model: str
    label_of: Callable[[Value], Value]
    exempt: frozenset[Value] = frozenset()


def is_field(evaluator: Evaluator, call: Call) -> bool:
    """Whether a call makes a field: of Django, of a class of the repository, or of another by its name."""
    if known_fields.core_name(call.func) is not None or known_fields.looks_like_field(call.func):
        return True
    if not isinstance(call.func, Definition):
        return False
    return any(
        known_fields.core_name(one) is not None or known_fields.looks_like_field(one)
        for one in classes.mro(evaluator, call.func)
    )


def deconstruct(evaluator: Evaluator, call: Call, place: Place, path: str) -> FieldState:
    """The field that a call makes, in the one form that models and migrations share."""
    if isinstance(call.func, Definition):
        given = custom.deconstruct(evaluator, call)
        if given is not None:
            written = replace(call, func=custom.written_class(evaluator, call.func))
            return _finish(evaluator, written, given[0], given[1], place, path)
        base = next((one for one in classes.mro(evaluator, call.func) if isinstance(one, Ref)), None)
        kwargs = normalize(evaluator, bind(call, known_fields.core_name(base) or _guess(base)), "", place)
        func = custom.written_class(evaluator, call.func)
        return FieldState(func=func, kwargs=kwargs, exact=False, source=call.func, path=path, line=call.line)
    name = known_fields.core_name(call.func)
    if name is None or not isinstance(call.func, Ref):
        kwargs = normalize(evaluator, bind(call, _guess(call.func)), "", place)
        return FieldState(func=call.func, kwargs=kwargs, exact=False, path=path, line=call.line)
    return _finish(
        evaluator, replace(call, func=known_fields.canonical_class(call.func)), name, bind(call, name), place, path
    )


def _finish(  # noqa: PLR0913, PLR0917 - a field is that much
    evaluator: Evaluator, call: Call, name: str, kwargs: Mapping[str, Value], place: Place, path: str
) -> FieldState:
    exact = "*" not in kwargs and "**" not in kwargs
    return FieldState(
        func=call.func, kwargs=normalize(evaluator, kwargs, name, place), exact=exact, path=path, line=call.line
    )


def _guess(func: Value) -> str:
    """The field of Django whose order of arguments a class outside the repository is likely to have."""
    name = Call(func).name
    if name.endswith("ParentalKey"):
        return "ForeignKey"
    return next((one for one in ("ForeignKey", "OneToOneField", "ManyToManyField") if name.endswith(one)), "Field")


def bind(call: Call, name: str) -> dict[str, Value]:
    """The arguments by name. Positional ones past the known order, and `*x`, stand under `*`."""
    positions = known_fields.POSITIONS.get(name, known_fields.BASE)
    if name == "CompositePrimaryKey":
        return {"field_names": call.args, **call.kwargs}
    stars = any(isinstance(value, Opaque) and value.kind == "star" for value in call.args)
    if stars or len(call.args) > len(positions):
        return {"*": call.args, **call.kwargs}
    return {**dict(zip(positions, call.args, strict=False)), **call.kwargs}


def normalize(evaluator: Evaluator, kwargs: Mapping[str, Value], name: str, place: Place) -> dict[str, Value]:
    """The arguments without those that `deconstruct()` leaves out, each in the form that it writes."""
    result: dict[str, Value] = {**known_fields.IMPLIED.get(name, {})}
    result.update((key, _form(evaluator, key, value, place)) for key, value in kwargs.items())
    if result.get("auto_now") is True or result.get("auto_now_add") is True:
        result = {key: value for key, value in result.items() if key not in {"editable", "blank"}}
    if name in known_fields.AUTO:
        result.pop("blank", None)
    if name == "OneToOneField":
        result.pop("unique", None)
    if name == "GeneratedField":
        result = {key: value for key, value in result.items() if key not in {"editable", "blank"}}
    left = {key: value for key, value in result.items() if not _is_left_out(key, value, name)}
    return {key: value for key, value in left.items() if not _is_exempt(key, value, place)} if place.exempt else left


def _is_exempt(key: str, value: Value, place: Place) -> bool:
    func = value.func if isinstance(value, Call) else None
    return key in place.exempt or (isinstance(func, Definition) and func in place.exempt)


def _is_left_out(key: str, value: Value, name: str) -> bool:
    if key in known_fields.NEVER:
        return True
    left_out = known_fields.LEFT_OUT_OF.get(name, {})
    if key in left_out or key in known_fields.LEFT_OUT:
        return compare(value, left_out.get(key, known_fields.LEFT_OUT.get(key))) is Same.YES
    if key == "validators":
        return bool(value == [])
    if key == "limit_choices_to":
        return value in ({}, None)
    if key == "storage":
        return isinstance(value, Ref) and value.last == "default_storage"
    return key in {"default", "db_default"} and isinstance(value, Ref) and value.last in _NOT_PROVIDED


def _form(evaluator: Evaluator, key: str, value: Value, place: Place) -> Value:  # noqa: PLR0911 - one answer an argument
    value = plain(value)
    match key:
        case "choices":
            pairs = classes.choices_of(evaluator, value)
            return _choices(pairs) if is_small(pairs) else Opaque("large", (pairs,))
        case "validators":
            return list(value) if isinstance(value, tuple | list) else value
        case "to" | "through":
            return label(value, place)
        case "base_field" | "output_field" if isinstance(value, Call):
            return _as_call(deconstruct(evaluator, value, place, ""))
        case "through_fields" if isinstance(value, list):
            return tuple(value)
        case "limit_choices_to" if isinstance(value, dict):
            return dict(value)
    return value


def _as_call(field: FieldState) -> Call:
    return Call(field.func, (), field.kwargs)


def _choices(value: Value) -> Value:
    """Pairs and groups as nested tuples: lists and tuples are the same here."""
    if isinstance(value, dict):
        return tuple((plain(key), _choices(label)) for key, label in value.items())
    if isinstance(value, tuple | list):
        return tuple(_choices(plain(one)) if isinstance(plain(one), tuple | list) else plain(one) for one in value)
    return value


def label(value: Value, place: Place) -> Value:
    """The label of a model that a relation names: `app.model` in small letters, or the setting that names it."""
    if isinstance(value, str):
        if value == "self":
            return f"{place.app}.{place.model}".lower()
        return value.lower() if "." in value else f"{place.app}.{value}".lower()
    if isinstance(value, Swappable):
        return place.label_of(value)
    if isinstance(value, Definition | Ref):
        return place.label_of(value)
    return value
