"""Functions of Go templates that compare, choose and stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.values import Budget, is_true, show

_KINDS: Mapping[type, str] = {bool: "bool", int: "int", float: "float64", str: "string", dict: "map", list: "slice"}
_TYPES: Mapping[type, str] = {dict: "map[string]interface {}", list: "[]interface {}"}

# Stands for a value without a default.
REQUIRED = "given-at-installation"


def kind_of(value: object) -> str:
    """Go's kind of a value, such as `map` or `float64`."""
    if value is None:
        return "invalid"
    return next((word for kind, word in _KINDS.items() if isinstance(value, kind)), "func")


def type_of(value: object) -> str:
    """Go's type of a value."""
    if value is None:
        return "<nil>"
    return next((word for kind, word in _TYPES.items() if isinstance(value, kind)), kind_of(value))


def _equal(first: object, *others: object) -> bool:
    if not others:
        raise FunctionFault("nothing to compare with")
    return any(_same(first, one) for one in others)


def _same(first: object, second: object) -> bool:
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return first == second


def _less(first: object, second: object) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return first < second
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first < second
    raise FunctionFault("values that have no order")


def _default(fallback: object, value: object = None) -> object:
    return value if is_true(value) else fallback


def _ternary(yes: object, no: object, test: object) -> object:
    return yes if is_true(test) else no


def _required(_message: object, value: object) -> object:
    # Whoever installs the chart gives it; what the rest of the template makes does not depend on what it is.
    return REQUIRED if value is None or value == "" else value


def _not(value: object) -> bool:
    return not is_true(value)


def _without_budget(function: Callable[..., object]) -> Callable[..., object]:
    return lambda _budget, *arguments: function(*arguments)


def _len(budget: Budget, value: object) -> int:
    budget.step()
    if isinstance(value, str | list | dict):
        return len(value)
    raise FunctionFault("what has no length")


_PLAIN: Mapping[str, Callable[..., object]] = {
    "eq": _equal,
    "ne": lambda first, second: not _same(first, second),
    "lt": _less,
    "le": lambda first, second: not _less(second, first),
    "gt": lambda first, second: _less(second, first),
    "ge": lambda first, second: not _less(first, second),
    "not": _not,
    "default": _default,
    "coalesce": lambda *values: next((one for one in values if is_true(one)), None),
    "empty": _not,
    "ternary": _ternary,
    "all": lambda *values: all(is_true(one) for one in values),
    "any": lambda *values: any(is_true(one) for one in values),
    # A check of values that are to be given: `helm template` would stop here, and tell no more of the chart.
    "fail": lambda _message: "",
    "required": _required,
    "kindOf": kind_of,
    "kindIs": lambda word, value: kind_of(value) == word,
    "typeOf": type_of,
    "typeIs": lambda word, value: type_of(value) == word,
    "typeIsLike": lambda word, value: type_of(value) in {word, f"*{word}"},
    "deepEqual": lambda first, second: first == second,
    "toString": lambda value: "<nil>" if value is None else show(value),
    # No cluster is asked, as with `helm template`.
    "lookup": lambda *_where: {},
    "getHostByName": lambda _name: "",
}
LOGIC: Mapping[str, Callable[..., object]] = {
    "len": _len,
    **{name: _without_budget(function) for name, function in _PLAIN.items()},
}
