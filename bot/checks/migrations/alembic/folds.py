"""Calls of Python's own functions on plain data, bounded."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.checks.migrations.alembic.values import Call, Value
from bot.checks.migrations.syntax.folding import MAX_ITEMS

_MAX_NAME = 200
_MAX_DIGITS = 9
_MAX_REPEATS = 2


def call_builtin(name: str, call: Call, iterate: Callable[[Value], list[Value] | None]) -> Value:  # noqa: PLR0911 - one answer a kind
    """What a builtin gives; the call itself where it cannot be told. `iterate` gives the parts of a value."""
    if name == "range":
        return _range(call)
    if len(call.args) != 1 or call.kwargs:
        return call
    [value] = call.args
    items = iterate(value)
    if items is not None:
        made = _of_items(name, items)
        return call if made is None else made
    match name, value:
        case "str", str() | int():
            return str(value)
        case "len", str():
            return len(value)
        case "int", int():
            return int(value)
        case "int", str() if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
            return int(value)
    return call


def _of_items(name: str, items: list[Value]) -> Value:
    match name:
        case "len":
            return len(items)
        case "list" | "sorted" | "set":
            return items
        case "tuple":
            return tuple(items)
        case "reversed":
            return items[::-1]
        case "enumerate":
            return list(enumerate(items))
    return None


def _range(call: Call) -> Value:
    numbers = [one for one in call.args if isinstance(one, int) and abs(one) < MAX_ITEMS]
    if call.kwargs or len(numbers) != len(call.args) or not numbers:
        return call
    try:
        return list(range(*numbers))
    except (TypeError, ValueError):
        return call


def rewrite(function: str, call: Call) -> Value:
    """What `re.sub` or `re.split` gives on a class's name; an expression of the change that may not end is not run."""
    if call.kwargs or not all(isinstance(one, str) for one in call.args):
        return call
    pattern, *others = (str(one) for one in call.args)
    if not _is_tame(pattern) or any(len(one) > _MAX_NAME for one in others):
        return call
    try:
        match function, others:
            case "re.sub", [replacement, text]:
                return re.sub(pattern, replacement, text)
            case "re.split", [text]:
                return re.split(pattern, text)
    except (re.error, RecursionError, OverflowError):
        return call
    return call


def _is_tame(pattern: str) -> bool:
    """Whether an expression takes no more than some thousand steps on a short text: few repetitions, none nested."""
    repeats = sum(pattern.count(sign) for sign in "*+{?") - pattern.count("(?")
    nested = any(f"){sign}" in pattern for sign in "*+{")
    # Quadratic at most.
    return len(pattern) < _MAX_NAME and not nested and repeats <= _MAX_REPEATS
