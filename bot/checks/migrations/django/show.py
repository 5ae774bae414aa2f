"""Values in words, short enough for a message and never longer than that."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.values import Call, Condition, Definition, Member, Ref, Swappable, plain
from bot.checks.migrations.syntax.folding import Value

_MAX = 60
_MAX_DEPTH = 4
_MAX_ITEMS = 4
_MAX_FIELD = 160


def show(value: Value, *, most: int = _MAX) -> str:
    """A value as its source would say it, cut to some length."""
    text = _show(value, 0)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def show_field(state: FieldState) -> str:
    """A field as a call: `CharField(max_length=40)`."""
    return show(Call(state.func, (), state.kwargs), most=_MAX_FIELD)


def _show(value: Value, depth: int) -> str:  # noqa: C901, PLR0911 - one answer a kind
    value = plain(value)
    if depth > _MAX_DEPTH:
        return "..."
    match value:
        case str():
            return repr(value if len(value) <= _MAX else f"{value[: _MAX - 3]}...")
        case int() if not isinstance(value, bool) and value.bit_length() > 256:  # noqa: PLR2004 - longer than a message
            return "a huge number"
        case tuple() | list():
            inner = _join([_show(one, depth + 1) for one in value[:_MAX_ITEMS]], len(value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner})"
        case set() | frozenset():
            return f"{{{_join(sorted(_show(one, depth + 1) for one in list(value)[:_MAX_ITEMS]), len(value))}}}"
        case dict():
            items = [
                f"{_show(key, depth + 1)}: {_show(one, depth + 1)}" for key, one in list(value.items())[:_MAX_ITEMS]
            ]
            return f"{{{_join(items, len(value))}}}"
        case Call():
            return _show_call(value, depth)
        case Ref() | Definition():
            return value.last if isinstance(value, Ref) else value.qualname
        case Member():
            return f"{value.owner.qualname}.{value.name}"
        case Swappable():
            return f"settings.{value.setting}"
        case Condition():
            return "Q(...)"
        case None | bool() | int() | float() | bytes() | complex():
            return repr(value)[:_MAX]
    return str(value)[:_MAX] if type(value).__module__ in {"decimal", "datetime"} else "..."


def _join(parts: list[str], count: int) -> str:
    return ", ".join([*parts, "..."] if count > len(parts) else parts)


def _show_call(value: Call, depth: int) -> str:
    kwargs: Mapping[str, Value] = value.kwargs
    args = [_show(one, depth + 1) for one in value.args[:_MAX_ITEMS]]
    named = [f"{name}={_show(one, depth + 1)}" for name, one in list(kwargs.items())[:8]]
    return f"{value.name or '...'}({_join([*args, *named], len(value.args) + len(kwargs))})"
