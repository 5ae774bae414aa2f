"""A model's state, as Django's migrations see it: of a class, or of what migrations add up to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.values import Call, Opaque, Ref
from bot.checks.migrations.syntax.folding import Value

# Options whose change Django's autodetector turns into AlterModelOptions, of django/db/migrations/operations/models.py.
PLAIN_OPTIONS = (
    *("base_manager_name", "default_manager_name", "default_related_name", "get_latest_by", "managed", "ordering"),
    *("permissions", "default_permissions", "select_on_save", "verbose_name", "verbose_name_plural"),
)
# Options that have an operation of their own.
OWN_OPTIONS = ("db_table", "db_table_comment", "unique_together", "index_together", "order_with_respect_to")
LISTS = ("indexes", "constraints")
_SUFFIXES = {
    "GinIndex": "gin",
    "GistIndex": "gist",
    "BrinIndex": "brin",
    "HashIndex": "hash",
    "SpGistIndex": "spgist",
    "BloomIndex": "bloom",
    "BTreeIndex": "btree",
}
_MAX_NAME = 30


@dataclass(kw_only=True, eq=False)
class ModelState:
    """A model.

    Attributes:
        label: of its app.
        name: as the class is written; models are told apart by it in small letters.
        fields: by name.
        unsure: names in the class that may be fields.
        options: those of Meta.
        managers: by name, those that migrations hold.
        open_bases: bases that are not in sight, which may add fields, options and managers.
    """

    label: str
    name: str
    fields: dict[str, FieldState] = field(default_factory=dict)
    unsure: dict[str, Value] = field(default_factory=dict)
    options: dict[str, Value] = field(default_factory=dict)
    managers: Sequence[tuple[str, Value]] | Opaque = ()
    open_bases: Sequence[Value] = ()
    path: str = ""
    line: int = 0
    files: frozenset[str] = frozenset()
    option_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        """Whether its fields are compared: not those of proxies and of models that Django does not manage."""
        return self.options.get("proxy") is not True and self.options.get("managed", True) is not False

    def copy(self) -> ModelState:
        """A copy whose fields and options may be changed."""
        return ModelState(
            label=self.label,
            name=self.name,
            fields=dict(self.fields),
            unsure=dict(self.unsure),
            options=dict(self.options),
            managers=self.managers,
            open_bases=self.open_bases,
            path=self.path,
            line=self.line,
        )


def normalize_option(name: str, value: Value) -> Value:
    """An option in the form in which Django compares it."""
    if name in {"unique_together", "index_together"}:
        return _together(value)
    if name in LISTS:
        return [normalize_item(one) for one in value] if isinstance(value, list | tuple | set | frozenset) else value
    return value


def _together(value: Value) -> Value:
    if not isinstance(value, list | tuple | set | frozenset):
        return value
    items = list(value)
    if items and not isinstance(items[0], list | tuple):
        items = [items]
    if not all(isinstance(one, list | tuple) and all(isinstance(name, str) for name in one) for one in items):
        return Opaque("together", tuple(items))
    return frozenset(tuple(one) for one in items if isinstance(one, list | tuple))


def normalize_item(value: Value) -> Value:
    """An index or constraint with its arguments in one form."""
    if not isinstance(value, Call):
        return value
    kwargs = dict(value.kwargs)
    for name in ("fields", "include", "opclasses"):
        if isinstance(kwargs.get(name), list | tuple):
            kwargs[name] = tuple(kwargs[name])
    if "check" in kwargs and value.name == "CheckConstraint":
        kwargs["condition"] = kwargs.pop("check")
    kwargs = {name: one for name, one in kwargs.items() if one is not None and not _is_implied(name, one)}
    return Call(value.func, tuple(_as_expression(one) for one in value.args), kwargs, value.line)


def _is_implied(name: str, value: Value) -> bool:
    return (name in {"fields", "include", "opclasses"} and value == ()) or (name == "db_tablespace" and value is None)


def _as_expression(value: Value) -> Value:
    return Call(Ref("django.db.models.F"), (value,)) if isinstance(value, str) else value


def item_name(value: Value) -> str | None:
    """The name of an index or constraint."""
    name = value.kwargs.get("name") if isinstance(value, Call) else None
    return name if isinstance(name, str) else None


def with_name(value: Value, model: ModelState, columns: Mapping[str, str]) -> Value:
    """An index or constraint as a model's state holds it: `%(class)s` filled in, a name made where there is none.

    Source: Index.set_name_with_model of django/db/models/indexes.py.
    """
    if not isinstance(value, Call):
        return value
    name = value.kwargs.get("name")
    if isinstance(name, str):
        filled = name.replace("%(app_label)s", model.label.lower()).replace("%(class)s", model.name.lower())
        return Call(value.func, value.args, {**value.kwargs, "name": filled}, value.line)
    fields = value.kwargs.get("fields")
    if name is not None or not value.name.endswith("Index") or not isinstance(fields, tuple) or not fields:
        return value
    made = _make_name(value.name, [str(one) for one in fields], _table(model), columns)
    return Call(value.func, value.args, {**value.kwargs, "name": made}, value.line)


def _make_name(kind: str, fields: Sequence[str], table: str, columns: Mapping[str, str]) -> str:
    suffix = _SUFFIXES.get(kind, "idx")
    _, table_name = table.strip('"').rsplit('"."', 1) if '"."' in table else ("", table.strip('"'))
    with_order = [
        f"-{columns.get(one[1:], one[1:])}" if one.startswith("-") else columns.get(one, one) for one in fields
    ]
    digest = hashlib.md5("".join([table_name, *with_order, suffix]).encode(), usedforsecurity=False).hexdigest()[:6]
    first = columns.get(fields[0].lstrip("-"), fields[0].lstrip("-"))
    made = f"{table_name[:11]}_{first[:7]}_{digest}_{suffix}"
    return f"D{made[1:]}" if made[:1] == "_" or made[:1].isdigit() else made


def _table(model: ModelState) -> str:
    table = model.options.get("db_table")
    return table if isinstance(table, str) and table else f"{model.label}_{model.name}".lower()


def columns(model: ModelState) -> dict[str, str]:
    """The column of each field of a model."""
    names = {}
    for name, one in model.fields.items():
        given = one.kwargs.get("db_column")
        is_key = one.class_name.endswith(("ForeignKey", "OneToOneField")) or "on_delete" in one.kwargs
        names[name] = given if isinstance(given, str) else f"{name}_id" if is_key else name
    return names
