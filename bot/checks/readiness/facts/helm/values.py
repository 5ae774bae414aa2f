"""Values as templates see them: Go's truth, Go's printing, and what evaluating them may cost."""

from __future__ import annotations

import json
import math

# Go's `%v` writes floats from a million on with an exponent: Helm's users know `1e+06` well.
_EXPONENT_FROM = 6


class TooMuch(Exception):  # noqa: N818 - a limit that was reached, no bug
    """Evaluation used up what a chart may cost."""


class Budget:
    """What one chart may cost: steps of evaluation and characters made, as a guard against hostile templates."""

    def __init__(self, steps: int = 400_000, characters: int = 8_000_000) -> None:
        self._steps, self._characters = steps, characters

    def step(self, count: int = 1) -> None:
        """Spend steps.

        Raises:
            TooMuch: there are none left.
        """
        self._steps -= count
        if self._steps < 0:
            raise TooMuch

    def text(self, text: str) -> str:
        """The text, spent from the characters.

        Raises:
            TooMuch: there are none left.
        """
        self._characters -= len(text)
        if self._characters < 0:
            raise TooMuch
        return text


def is_true(value: object) -> bool:
    """Go's truth: false, 0, nil and what is empty are not."""
    return bool(value)


def show(value: object) -> str:
    """What Go's `%v` prints; nil prints nothing, as Helm has it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return show_float(value)
        case dict():
            return "map[" + " ".join(f"{key}:{show_inside(value[key])}" for key in sorted(value, key=str)) + "]"
        case list():
            return "[" + " ".join(show_inside(one) for one in value) + "]"
    return str(value)


def show_inside(value: object) -> str:
    """As `show`, of a member: nil is `<nil>` there."""
    return "<nil>" if value is None else show(value)


def show_float(value: float) -> str:
    """A float as Go's `%v` has it: 1, 0.5, 1e+06."""
    if math.isnan(value) or math.isinf(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    if value == 0:
        return "0"
    # The shortest text that reads back as the same number is what repr gives.
    whole, _, rest = repr(abs(value)).partition("e")[0].partition(".")
    digits = (whole + rest).lstrip("0").rstrip("0")
    power = int(f"{value:.17e}".partition("e")[2])
    sign = "-" if value < 0 else ""
    if -4 <= power < _EXPONENT_FROM:  # noqa: PLR2004 - strconv's
        text = f"{abs(value):.{max(0, len(digits) - 1 - power)}f}"
        return sign + text
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[:1]}{tail}e{'+' if power >= 0 else '-'}{abs(power):02d}"


def plain(value: object, budget: Budget) -> object:
    """The value for YAML and JSON: whole floats are integers, what is neither is its text. Costs one step a node."""
    budget.step()
    match value:
        case dict():
            return {str(key): plain(one, budget) for key, one in value.items()}
        case list():
            return [plain(one, budget) for one in value]
        case float() if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact in a float
            return int(value)
        case None | bool() | int() | float():
            return value
        case str():
            return budget.text(value)
    return show(value)


def to_json(value: object, budget: Budget, *, indent: int | None = None) -> str:
    """The value as Go's `encoding/json` writes it, keys sorted."""
    separators = (",", ": " if indent else ":")
    return json.dumps(plain(value, budget), sort_keys=True, ensure_ascii=False, indent=indent, separators=separators)
