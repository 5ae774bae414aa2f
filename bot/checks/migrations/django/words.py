"""Findings in words: what differs, what the migration must contain, and the command that makes it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from posixpath import commonprefix

from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.drift import ABSENT, Drift, Key, Kind
from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.show import show, show_field
from bot.checks.migrations.django.state import PLAIN_OPTIONS, ModelState
from bot.checks.migrations.django.values import Opaque, Same
from bot.checks.migrations.syntax.folding import Value
from bot.model import Certainty, Finding, Severity

HELP = "https://docs.djangoproject.com/en/stable/topics/migrations/"
# Of long texts, what is shown, and how much of that before the first difference.
_LONG, _BEFORE = 50, 12
_RULES = {
    Kind.MODEL_ADDED: "django-model-without-migration",
    Kind.MODEL_REMOVED: "django-removed-model-without-migration",
    Kind.FIELD_ADDED: "django-field-without-migration",
    Kind.FIELD_REMOVED: "django-removed-field-without-migration",
    Kind.FIELD_CHANGED: "django-changed-field-without-migration",
    Kind.OPTION_CHANGED: "django-options-without-migration",
    Kind.LIST_ADDED: "django-index-without-migration",
    Kind.LIST_REMOVED: "django-index-without-migration",
    Kind.MANAGERS_CHANGED: "django-managers-without-migration",
}


def describe(app: App, name: str, drifts: Sequence[Drift], certainty: Certainty, *, edited: bool) -> Finding:
    """One finding of differences that one operation of a migration would answer.

    `edited` says whether the change brings migrations of the app, which are then wrong or incomplete.
    """
    first = drifts[0]
    subject = f"{app.label}.{name}"
    what, operation = _words(first, drifts, name)
    whose = "its migrations do not say so" if edited else "no migration says so"
    field = first.key.name if first.key.kind.value.startswith(("field", "list", "option")) else ""
    at = f"{subject}.{field}" if first.key.kind.value.startswith("field") else subject
    return Finding(
        rule=_RULES[first.key.kind],
        message=f"{at}: {what}; {whose}",
        severity=Severity.HIGH,
        certainty=certainty,
        path=first.path or None,
        line=first.line or None,
        fingerprint=fingerprint(app.label, name, first),
        fix=f"python manage.py makemigrations {app.label}: the migration will contain {operation}",
        help=HELP,
        details={"orm": "django", "app": app.label, "model": name, "field": field or None},
    )


def describe_made_up(app: App, state: ModelState) -> Finding:
    """A model that a migration makes and no class declares."""
    name = state.name
    drift = Drift(key=Key(Kind.MODEL_REMOVED), wanted=ABSENT, held=state, same=Same.NO)
    return Finding(
        rule=_RULES[Kind.MODEL_REMOVED],
        message=f"{app.label}.{name}: a migration makes the model, and no class declares it",
        severity=Severity.HIGH,
        certainty=Certainty.LIKELY,
        path=state.path,
        line=state.line,
        fingerprint=fingerprint(app.label, name, drift),
        fix=f"add the class, or take CreateModel({name!r}) out of the migration",
        help=HELP,
        details={"orm": "django", "app": app.label, "model": name, "field": None},
    )


def fingerprint(label: str, model: str, drift: Drift) -> str:
    """Equal for equal differences, wherever the model stands."""
    name = f"{drift.key.name}/{drift.key.aspect}" if drift.key.kind.value.startswith("list") else drift.key.name
    parts = ("django", label, model.lower(), name, drift.key.kind.value)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _words(first: Drift, drifts: Sequence[Drift], model: str) -> tuple[str, str]:  # noqa: PLR0911 - one answer a kind
    small, name = model.lower(), first.key.name
    match first.key.kind:
        case Kind.MODEL_ADDED:
            return "the model is new", f"CreateModel({model!r})"
        case Kind.MODEL_REMOVED:
            return "the model is gone from the code", f"DeleteModel({model!r})"
        case Kind.FIELD_ADDED:
            field = show_field(first.wanted) if isinstance(first.wanted, FieldState) else "..."
            return f"the field is new: {field}", f"AddField({small!r}, {name!r}, {field})"
        case Kind.FIELD_REMOVED:
            return "the field is gone from the model", f"RemoveField({small!r}, {name!r})"
        case Kind.FIELD_CHANGED:
            changes = ", ".join(_argument(one) for one in drifts[:4])
            return f"the field differs in {changes}", f"AlterField({small!r}, {name!r}, ...) with {changes}"
        case Kind.LIST_ADDED | Kind.LIST_REMOVED:
            return _words_of_list(first, small)
        case Kind.OPTION_CHANGED:
            changes = ", ".join(f"{one.key.name}={_value(one.wanted)}" for one in drifts[:4])
            plain = all(one.key.name in PLAIN_OPTIONS for one in drifts)
            return (
                f"Meta differs: {changes}",
                f"{'AlterModelOptions' if plain else _operation(name)}({small!r}, {changes})",
            )
        case Kind.MANAGERS_CHANGED:
            return "the managers that migrations hold differ", f"AlterModelManagers({small!r}, ...)"


def _operation(option: str) -> str:
    names = {"db_table": "AlterModelTable", "db_table_comment": "AlterModelTableComment"}
    return names.get(option, "Alter" + "".join(part.capitalize() for part in option.split("_")))


def _words_of_list(drift: Drift, small: str) -> tuple[str, str]:
    kind = "Index" if drift.key.name == "indexes" else "Constraint"
    name = drift.key.aspect
    if drift.key.kind is Kind.LIST_ADDED:
        return f"the {kind.lower()} {name} is new or differs", f"Add{kind}({small!r}, {show(drift.wanted, most=120)})"
    return f"the {kind.lower()} {name} is gone or differs", f"Remove{kind}({small!r}, {name!r})"


def _argument(drift: Drift) -> str:
    if drift.key.aspect == "class":
        return f"its class ({show(drift.wanted)}, not {show(drift.held)})"
    wanted, held = _apart(drift.wanted, drift.held)
    return f"{drift.key.aspect}={_value(wanted)} (migrations: {_value(held)})"


def _apart(wanted: Value, held: Value) -> tuple[Value, Value]:
    """Long texts cut so that their first difference shows."""
    if not isinstance(wanted, str) or not isinstance(held, str) or max(len(wanted), len(held)) <= _LONG:
        return wanted, held
    start = max(len(commonprefix([wanted, held])) - _BEFORE, 0)
    dots = "..." if start else ""
    return f"{dots}{wanted[start : start + _LONG]}", f"{dots}{held[start : start + _LONG]}"


def _value(value: Value) -> str:
    return "the default" if isinstance(value, Opaque) and value.kind == "absent" else show(value)
