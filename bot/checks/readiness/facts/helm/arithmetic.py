"""Functions of Go templates that count."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce

from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.values import Budget

_MOST = 10_000
_WORD = 64


def to_int(value: object) -> int:
    """Sprig's `int`: what is no number is 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return _wrapped(value)
    if isinstance(value, float):
        return _wrapped(int(value)) if math.isfinite(value) else 0
    if isinstance(value, str) and len(value) < _WORD:
        try:
            return _wrapped(int(value, 0))
        except ValueError:
            return int(value) if value.isascii() and value.isdigit() else 0
    return 0


def _wrapped(value: int) -> int:
    """As 64 bits hold it, so that nothing grows without end."""
    return (value + 2**63) % 2**64 - 2**63


def to_float(value: object) -> float:
    """Sprig's `float64`: what is no number is 0."""
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and len(value) < _WORD:
        try:
            return float(value)
        except ValueError:
            return 0.0
    return 0.0


def _fold(operation: Callable[[int, int], int]) -> Callable[..., object]:
    return lambda _budget, *values: _wrapped(reduce(operation, [to_int(one) for one in values]))


def _fold_floats(operation: Callable[[float, float], float]) -> Callable[..., object]:
    return lambda _budget, *values: reduce(operation, [to_float(one) for one in values])


def _quotient(first: int, second: int) -> int:
    if second == 0:
        raise FunctionFault("a division by zero")
    # Go cuts off towards zero.
    whole = abs(first) // abs(second)
    return whole if (first < 0) == (second < 0) else -whole


def _remainder(first: int, second: int) -> int:
    return first - second * _quotient(first, second)


def _steps(budget: Budget, start: object, stop: object, step: object) -> list[object]:
    numbers = range(to_int(start), to_int(stop), to_int(step) or 1) if to_int(step) else range(0)
    if len(numbers) > _MOST:
        raise FunctionFault("a very long list of numbers")
    budget.step(len(numbers))
    return list(numbers)


def _until(budget: Budget, count: object) -> list[object]:
    number = to_int(count)
    return _steps(budget, 0, number, -1 if number < 0 else 1)


def _sequence(budget: Budget, *ends: object) -> str:
    numbers = [to_int(one) for one in ends]
    match numbers:
        case [stop]:
            start, step = 1, 1 if stop >= 1 else -1
        case [start, stop]:
            step = 1 if stop >= start else -1
        case [start, step, stop]:
            pass
        case _:
            return ""
    made = _steps(budget, start, stop + (1 if step > 0 else -1), step)
    return " ".join(str(one) for one in made)


def _round(_budget: Budget, value: object, places: object, *_on: object) -> float:
    scale = float(10 ** max(0, min(15, to_int(places))))
    return math.floor(to_float(value) * scale + 0.5) / scale


NUMBERS: Mapping[str, Callable[..., object]] = {
    "int": lambda _budget, value: to_int(value),
    "int64": lambda _budget, value: to_int(value),
    "atoi": lambda _budget, value: to_int(value),
    "float64": lambda _budget, value: to_float(value),
    "toDecimal": lambda _budget, value: int(str(value), 8),
    "add": _fold(lambda first, second: first + second),
    "add1": lambda _budget, value: to_int(value) + 1,
    "sub": _fold(lambda first, second: first - second),
    "mul": _fold(lambda first, second: first * second),
    "div": _fold(_quotient),
    "mod": _fold(_remainder),
    "max": _fold(max),
    "biggest": _fold(max),
    "min": _fold(min),
    "addf": _fold_floats(lambda first, second: first + second),
    "add1f": lambda _budget, value: to_float(value) + 1,
    "subf": _fold_floats(lambda first, second: first - second),
    "mulf": _fold_floats(lambda first, second: first * second),
    "divf": _fold_floats(lambda first, second: first / second),
    "maxf": _fold_floats(max),
    "minf": _fold_floats(min),
    "floor": lambda _budget, value: float(math.floor(to_float(value))),
    "ceil": lambda _budget, value: float(math.ceil(to_float(value))),
    "round": _round,
    "until": _until,
    "untilStep": _steps,
    "seq": _sequence,
    "randInt": lambda _budget, low, _high: to_int(low),
}
