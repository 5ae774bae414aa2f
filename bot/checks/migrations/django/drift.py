"""Where a model and what the migrations make of it differ, as Django's autodetector would see it.

Source: django/db/migrations/autodetector.py of Django 5.2. What cannot be told is a difference of its own kind, so
that only those which a change adds are asked about.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.same import all_of, compare, same_name
from bot.checks.migrations.django.state import LISTS, OWN_OPTIONS, PLAIN_OPTIONS, ModelState, item_name
from bot.checks.migrations.django.statements import CONDITIONAL
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref, Same
from bot.checks.migrations.syntax.folding import Value

Follow = Callable[[str], str]
ABSENT = Opaque("absent")
# Where they say nothing they may as well be absent.
_EMPTY: tuple[Value, ...] = (None, False, "", frozenset(), (), [])
# Not compared for proxies and models that Django does not manage.
_OF_TABLES = frozenset({"unique_together", "index_together", "order_with_respect_to"})


class Kind(StrEnum):
    """What differs; the values are part of fingerprints."""

    MODEL_ADDED = "model-added"
    MODEL_REMOVED = "model-removed"
    FIELD_ADDED = "field-added"
    FIELD_REMOVED = "field-removed"
    FIELD_CHANGED = "field-changed"
    OPTION_CHANGED = "option-changed"
    LIST_ADDED = "list-added"
    LIST_REMOVED = "list-removed"
    MANAGERS_CHANGED = "managers-changed"


@dataclass(frozen=True)
class Key:
    """What differs and where in the model: the field or the option, and the argument of the field."""

    kind: Kind
    name: str = ""
    aspect: str = ""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One difference.

    Attributes:
        wanted: what the model says; `held` what the migrations say.
        same: NO, or UNKNOWN.
        exact: whether the classes are in sight, so that nothing but Django's rules decides.
        expected: whether code out of sight may well explain it (arguments that a field's class adds by itself).
    """

    key: Key
    wanted: Value
    held: Value
    same: Same
    line: int = 0
    path: str = ""
    expected: bool = False
    exact: bool = True

    def is_old(self, base: Mapping[Key, Drift]) -> bool:
        """Whether it was there before, just so."""
        old = base.get(self.key)
        return (
            old is not None
            and compare_any(old.wanted, self.wanted) is Same.YES
            and compare_any(old.held, self.held) is Same.YES
        )


def compare_any(left: Value, right: Value) -> Same:
    """Whether two values are equal, fields and models among them."""
    if isinstance(left, FieldState) and isinstance(right, FieldState):
        return all_of((compare(left.func, right.func), compare(dict(left.kwargs), dict(right.kwargs))))
    if isinstance(left, ModelState) or isinstance(right, ModelState):
        return Same.YES if isinstance(left, ModelState) and isinstance(right, ModelState) else Same.NO
    return compare(left, right)


def find_drift(model: ModelState | None, state: ModelState | None, follow: Follow) -> dict[Key, Drift]:
    """All differences. `follow` gives the label that a model has now, after renames in its own app."""
    if model is None and state is None:
        return {}
    found = list(_whole(model, state) if model is None or state is None else _parts(model, state, follow))
    return {one.key: one for one in found}


def _whole(model: ModelState | None, state: ModelState | None) -> Iterator[Drift]:
    if model is not None:
        yield Drift(
            key=Key(Kind.MODEL_ADDED), wanted=model, held=ABSENT, same=Same.NO, line=model.line, path=model.path
        )
    else:
        yield Drift(key=Key(Kind.MODEL_REMOVED), wanted=ABSENT, held=state, same=Same.NO)


def _parts(model: ModelState, state: ModelState, follow: Follow) -> Iterator[Drift]:
    if model.is_table and state.is_table:
        yield from _fields(model, state, follow)
    yield from _options(model, state)
    if model.is_table and state.is_table:
        for key in LISTS:
            yield from _lists(key, model, state)
    same = _same_managers(model.managers, state.managers)
    if model.is_table and state.is_table and same is not Same.YES:
        yield Drift(
            key=Key(Kind.MANAGERS_CHANGED),
            wanted=model.managers if isinstance(model.managers, Opaque) else list(model.managers),
            held=state.managers if isinstance(state.managers, Opaque) else list(state.managers),
            same=same,
            line=model.line,
            path=model.path,
            expected=bool(model.open_bases),
        )


def _same_managers(left: Sequence[tuple[str, Value]] | Opaque, right: Sequence[tuple[str, Value]] | Opaque) -> Same:
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return compare(left, right)
    return compare([tuple(one) for one in left], [tuple(one) for one in right])


# Fields


def _fields(model: ModelState, state: ModelState, follow: Follow) -> Iterator[Drift]:
    for name, wanted in model.fields.items():
        held = state.fields.get(name)
        if held is not None:
            yield from _arguments(name, wanted, held, model, follow)
        else:
            key = Key(Kind.FIELD_ADDED, name)
            yield Drift(key=key, wanted=wanted, held=ABSENT, same=Same.NO, line=wanted.line, path=wanted.path)
    for name, value in model.unsure.items():
        if _may_be_column(value) and name not in state.fields:
            key = Key(Kind.FIELD_ADDED, name)
            maybe = Opaque(CONDITIONAL, (value,))
            yield Drift(key=key, wanted=maybe, held=ABSENT, same=Same.UNKNOWN, line=model.line, path=model.path)
    for name, held in state.fields.items():
        if name in model.fields:
            continue
        may_be = name in model.unsure or bool(model.open_bases)
        key = Key(Kind.FIELD_REMOVED, name)
        yield Drift(
            key=key,
            wanted=model.unsure.get(name, ABSENT),
            held=held,
            same=Same.UNKNOWN if may_be else Same.NO,
            line=model.line,
            path=model.path,
            expected=may_be,
        )


def _may_be_column(value: Value) -> bool:
    """Whether what a class binds may be a field: it stands under a test, or an unknown class of a package makes it."""
    if isinstance(value, Opaque):
        return value.kind == CONDITIONAL
    if not isinstance(value, Call) or not isinstance(value.func, Ref) or not value.func.last[:1].isupper():
        return False
    package = value.func.name.partition(".")[0]
    return package not in {"builtins", "django"} and package not in sys.stdlib_module_names


def _arguments(name: str, wanted: FieldState, held: FieldState, model: ModelState, follow: Follow) -> Iterator[Drift]:
    exact = wanted.exact and held.exact

    def differ(aspect: str, left: Value, right: Value, same: Same, *, expected: bool = False) -> Drift:
        key = Key(Kind.FIELD_CHANGED, name, aspect)
        return Drift(
            key=key,
            wanted=left,
            held=right,
            same=same,
            line=wanted.line,
            path=wanted.path,
            expected=expected,
            exact=exact,
        )

    same_class = _same_class(wanted.func, held.func)
    if same_class is not Same.YES:
        automatic = isinstance(wanted.func, Opaque)
        yield differ("class", wanted.func, held.func, same_class, expected=automatic)
        if same_class is Same.NO:
            # Another class has other defaults; its arguments come with it.
            return
    for aspect in dict.fromkeys((*wanted.kwargs, *held.kwargs)):
        left, right = wanted.kwargs.get(aspect, ABSENT), held.kwargs.get(aspect, ABSENT)
        if left is ABSENT or right is ABSENT:
            yield differ(aspect, left, right, Same.NO if exact else Same.UNKNOWN, expected=True)
        elif (same := _same_argument(aspect, left, right, model, follow)) is not Same.YES:
            yield differ(aspect, left, right, same, expected=same is Same.UNKNOWN and not exact)


def _same_class(left: Value, right: Value) -> Same:
    if isinstance(left, Ref | Definition) and isinstance(right, Ref | Definition):
        return same_name(left, right)
    return compare(left, right)


def _same_argument(aspect: str, left: Value, right: Value, model: ModelState, follow: Follow) -> Same:
    same = compare(left, right)
    if same is Same.NO and isinstance(left, str) and isinstance(right, str):
        if aspect in {"to", "through"} and follow(right) == left:
            return Same.YES
        # Django before 3.2 writes the name filled in.
        filled = left.replace("%(class)s", model.name.lower()).replace("%(app_label)s", model.label.lower())
        if aspect in {"related_name", "related_query_name"} and filled == right:
            return Same.YES
    return same


# Meta


def _options(model: ModelState, state: ModelState) -> Iterator[Drift]:
    unread = model.options.get("*", state.options.get("*"))
    for name in (*PLAIN_OPTIONS, *OWN_OPTIONS, "proxy"):
        left, right = model.options.get(name, ABSENT), state.options.get(name, ABSENT)
        if name in OWN_OPTIONS or name == "proxy":
            left, right = (ABSENT if one in _EMPTY else one for one in (left, right))
        if name in _OF_TABLES and not (model.is_table and state.is_table):
            continue
        if left is ABSENT and right is ABSENT:
            continue
        may_be = unread is not None or (bool(model.open_bases) and left is ABSENT)
        one_side = Same.UNKNOWN if may_be else Same.NO
        same = one_side if left is ABSENT or right is ABSENT else compare(left, right)
        if same is not Same.YES:
            yield Drift(
                key=Key(Kind.OPTION_CHANGED, name),
                wanted=left,
                held=right,
                same=same,
                line=model.option_lines.get(name, model.line),
                path=model.path,
                expected=may_be,
            )


def _lists(key: str, model: ModelState, state: ModelState) -> Iterator[Drift]:
    wanted, held = model.options.get(key, []), state.options.get(key, [])
    line = model.option_lines.get(key, model.line)
    if not isinstance(wanted, list) or not isinstance(held, list):
        if (same := compare(wanted, held)) is not Same.YES:
            yield Drift(
                key=Key(Kind.OPTION_CHANGED, key), wanted=wanted, held=held, same=same, line=line, path=model.path
            )
        return
    for number, one in enumerate(wanted):
        if (same := _best(one, held)) is not Same.YES:
            yield Drift(
                key=Key(Kind.LIST_ADDED, key, item_name(one) or f"#{number}"),
                wanted=one,
                held=ABSENT,
                same=same,
                line=one.line if isinstance(one, Call) and one.line else line,
                path=model.path,
            )
    for number, one in enumerate(held):
        if (same := _best(one, wanted)) is not Same.YES:
            may_be = bool(model.open_bases)
            yield Drift(
                key=Key(Kind.LIST_REMOVED, key, item_name(one) or f"#{number}"),
                wanted=ABSENT,
                held=one,
                same=Same.UNKNOWN if may_be else same,
                line=line,
                path=model.path,
                expected=may_be,
            )


def _best(one: Value, others: Sequence[Value]) -> Same:
    """The best answer of a comparison with each; another name makes it another index."""
    result = Same.NO
    for other in others:
        same = compare(one, other)
        if same is Same.YES:
            return same
        if same is Same.UNKNOWN:
            result = same
    return result
