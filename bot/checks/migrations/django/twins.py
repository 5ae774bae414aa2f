"""Tables that packages keep beside a model's own: its history, its events. They hold a copy of each of its columns.

No class declares such a table, so that models and migrations cannot be compared. But where it held all columns of its
model, and a change gives the model another, its migrations must do so for both
(https://django-simple-history.readthedocs.io/en/latest/quick_start.html, https://django-pghistory.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.django.drift import ABSENT, Drift, Key, Kind, compare_any
from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.state import ModelState
from bot.checks.migrations.django.values import Same

_BEFORE = ("historical",)
_AFTER = ("event", "history", "historyentry", "audit", "auditlog", "version")
# A copy of a column is without what makes a column a key, unique or a relation that is followed back.
_NOT_COPIED = frozenset(
    {
        *("unique", "primary_key", "serialize", "auto_created", "related_name", "related_query_name", "on_delete"),
        *("auto_now", "auto_now_add", "db_index", "to_field", "limit_choices_to", "parent_link", "db_constraint"),
        *("swappable", "blank", "null", "editable", "validators", "unique_for_date"),
    }
)
_RELATIONS = ("ForeignKey", "OneToOneField")


def names_of_original(name: str) -> Iterator[str]:
    """Yield the names, in small letters, of the models that a model by this name may be the copy of."""
    for start in _BEFORE:
        if name.startswith(start) and name != start:
            yield name.removeprefix(start)
    for end in _AFTER:
        if name.endswith(end) and name != end:
            yield name.removesuffix(end).rstrip("_")


def find_drift_of_twin(
    model: ModelState, old_model: ModelState, twin: ModelState, old_twin: ModelState
) -> Iterator[Drift]:
    """Yield what the change does to a model and its migrations do not to the copy."""
    old, new = _columns(old_model), _columns(model)
    if not old or not old.keys() <= old_twin.fields.keys():
        return
    for name in new.keys() - old.keys() - twin.fields.keys():
        yield _drift(Kind.FIELD_ADDED, name, new[name], ABSENT, model)
    for name in (old.keys() - new.keys()) & twin.fields.keys():
        yield _drift(Kind.FIELD_REMOVED, name, ABSENT, twin.fields[name], model)
    for name in new.keys() & old.keys() & twin.fields.keys():
        for aspect in _changed(old[name], new[name]):
            if compare_any(old_twin.fields[name], twin.fields[name]) is Same.YES:
                held = twin.fields[name].kwargs.get(aspect, ABSENT)
                yield _drift(Kind.FIELD_CHANGED, name, new[name].kwargs.get(aspect, ABSENT), held, model, aspect)


def _columns(model: ModelState) -> dict[str, FieldState]:
    return {name: one for name, one in model.fields.items() if one.class_name != "ManyToManyField"}


def _changed(old: FieldState, new: FieldState) -> Iterator[str]:
    # Every relation is copied as a foreign key.
    both_relations = all(one.class_name.endswith(_RELATIONS) for one in (old, new))
    if not both_relations and compare_any(old.func, new.func) is Same.NO:
        yield "class"
    for aspect in (old.kwargs.keys() | new.kwargs.keys()) - _NOT_COPIED:
        if compare_any(old.kwargs.get(aspect, ABSENT), new.kwargs.get(aspect, ABSENT)) is Same.NO:
            yield aspect


def _drift(kind: Kind, name: str, wanted: object, held: object, model: ModelState, aspect: str = "") -> Drift:  # noqa: PLR0913, PLR0917 - the parts of a difference
    field = model.fields.get(name)
    return Drift(
        key=Key(kind, name, aspect),
        wanted=wanted,
        held=held,
        same=Same.NO,
        line=field.line if field is not None else model.line,
        path=model.path,
    )
