"""Fields whose class is in the repository: its `__init__` and `deconstruct` are followed, where they can be."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.django import classes, known_fields, statements
from bot.checks.migrations.django.objects import Instance, Outside
from bot.checks.migrations.django.statements import CannotFollowError
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref
from bot.checks.migrations.syntax.folding import CannotFoldError, Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

_BASE = "*base*"


_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def written_class(evaluator: Evaluator, owner: Definition) -> Value:
    """The class that migrations hold for a field's class: its own, or the one that its `deconstruct` names."""
    found = classes.find_inherited(evaluator, classes.mro(evaluator, owner), "deconstruct")
    if found is None:
        return owner
    names = {
        node.value
        for node in ast.walk(found.node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value)
    }
    return evaluator.named(names.pop()) if len(names) == 1 else owner


def deconstruct(evaluator: Evaluator, call: Call) -> tuple[str, Mapping[str, Value]] | None:
    """The field of Django that a class is made of and the arguments that it writes; None where it is not followed."""
    if not isinstance(call.func, Definition):
        return None
    order = classes.mro(evaluator, call.func)
    outside = [one for one in order if not isinstance(one, Definition)]
    name = known_fields.core_name(outside[0]) if outside else None
    if name is None or not all(isinstance(one, Ref) for one in outside):
        return None
    instance = Instance(call.func)
    try:
        _call(evaluator, instance, order, "__init__", call.args, dict(call.kwargs), Ref("object"))
        if _BASE not in instance.attrs:
            return None
        written = _call(evaluator, instance, order, "deconstruct", (), {}, Ref("object"))
    except (CannotFollowError, CannotFoldError):
        return None
    if isinstance(written, tuple | list) and len(written) == 4 and isinstance(written[3], dict):  # noqa: PLR2004 - name, path, args, kwargs
        return None if written[2] else (name, written[3])
    return None


def _call(  # noqa: PLR0913, PLR0917 - a call is that much
    evaluator: Evaluator,
    instance: Instance,
    order: list[classes.Class],
    name: str,
    args: tuple[Value, ...],
    kwargs: dict[str, Value],
    fallback: Ref,
) -> Value:
    found = classes.find_inherited(evaluator, order, name)
    if found is None:
        base = next((one for one in order if isinstance(one, Ref)), fallback)
        return call_outside(Outside(base, name, instance), args, kwargs)
    value = statements.call_function(evaluator, found, (instance, *args), kwargs, 0)
    if isinstance(value, Opaque):
        raise CannotFollowError
    return value


def call_outside(method: Outside, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """What `__init__` and `deconstruct` of Django's own field do.

    Raises:
        CannotFollowError: it is another method, or the base is not Django's.
    """
    from bot.checks.migrations.django.fields import bind

    name = known_fields.core_name(method.base)
    if name is None:
        raise CannotFollowError
    instance = method.instance
    if method.name == "__init__":
        given = bind(Call(method.base, args, kwargs), name)
        implied = {**known_fields.LEFT_OUT, **known_fields.IMPLIED_ATTRIBUTES.get(name, {})}
        instance.attrs.update({**implied, **given, _BASE: given})
        return None
    if method.name == "deconstruct":
        base = instance.attrs.get(_BASE)
        if not isinstance(base, dict):
            raise CannotFollowError
        return (Opaque("name"), f"{instance.owner.module}.{instance.owner.qualname}", [], _written(name, base))
    if method.name == "contribute_to_class":
        return None
    raise CannotFollowError


def _written(name: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """What a `deconstruct` that goes on from Django's own finds in `kwargs`: nothing that is left out."""
    implied = known_fields.IMPLIED.get(name, {})
    left_out = {**known_fields.LEFT_OUT, **known_fields.LEFT_OUT_OF.get(name, {})}
    whole = {**implied, **given}
    return {key: value for key, value in whole.items() if key not in left_out or left_out[key] != value}
