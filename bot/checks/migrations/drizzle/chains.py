"""Builders: a call, and the methods that are called on what it gives, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.values import Array, Call, Constant, Member, Name, Number, Object, Text, Value


@dataclass(frozen=True)
class Step:
    """A method that is called, and with what."""

    name: str
    arguments: Sequence[Value]


@dataclass(frozen=True)
class Chain:
    """`function(arguments).method(...).method(...)`: the first call, then the methods in order.

    `owner` is the name before the function's, where it is a member: `t` of `t.text("name")`.
    """

    function: str
    owner: str
    arguments: Sequence[Value]
    steps: Sequence[Step]

    def step(self, name: str) -> Step | None:
        """The last step of a name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)


def read_chain(value: Value) -> Chain | None:
    """A value as a chain of calls; None where it is none."""
    steps: list[Step] = []
    while isinstance(value, Call):
        function = value.function
        if isinstance(function, Name):
            return Chain(function.name, "", value.arguments, tuple(reversed(steps)))
        if not isinstance(function, Member):
            return None
        if isinstance(function.value, Name):
            return Chain(function.name, function.value.name, value.arguments, tuple(reversed(steps)))
        steps.append(Step(function.name, value.arguments))
        value = function.value
    return None


def options_of(value: Value | None) -> Mapping[str, Value]:
    """The members of an object; none for anything else."""
    if not isinstance(value, Object):
        return {}
    return {entry.key: entry.value for entry in value.entries if entry.key}


def words_of(options: Mapping[str, Value]) -> dict[str, str]:
    """Those options that are numbers, texts or constants, as text."""
    found = {}
    for key, value in options.items():
        match value:
            case Text(text) | Number(text) | Constant(text):
                found[key] = text
    return found


def items_of(value: Value | None) -> Sequence[Value]:
    """The elements of an array, or the values of an object."""
    match value:
        case Array(items):
            return items
        case Object(entries):
            return [entry.value for entry in entries]
        case _:
            return ()
