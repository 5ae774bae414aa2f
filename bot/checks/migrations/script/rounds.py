"""What values share and hold, told in bounded time: whether a function that calls itself goes round, what is a part.

Values share their parts: whoever compares or writes them comes to a part by each way there is, which has no end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from bot.checks.migrations.script.values import Call, Member, Name, Operation, Unread, Value

_MOST = 2_000

Heard: TypeAlias = Sequence[tuple[Value, Sequence[Value]]]
"""Calls that were told: of what, and with what."""


class Running(NamedTuple):
    """A function that is followed: its syntax, what it was called with, and how many calls were told before."""

    node: int
    arguments: Sequence[Value] | None
    heard: int


def goes_round(before: Running, last: Running, arguments: Sequence[Value] | None, heard: Heard) -> bool:
    """Whether a function that ran twice and is called once more does what it did: nothing that is known differs."""
    was, now = last.arguments or (), arguments or ()
    if _alike(was, now):
        return True
    if not all(_alike(one, other) or _is_open(one, other) for one, other in zip_longest(was, now)):
        return False
    first, second = last.heard - before.heard, len(heard) - last.heard
    return first == second <= _MOST and _alike(heard[before.heard : last.heard], heard[last.heard :])


def _is_open(*values: Value | None) -> bool:
    """Whether nothing is known of values, so that what hangs on them is followed both ways."""
    return all(isinstance(one, Name | Member | Call | Operation | Unread) for one in values)


def _alike(one: object, other: object) -> bool:
    """Whether two values are the same, as far as is looked at."""
    waiting, left = [(one, other)], _MOST
    while waiting:
        first, second = waiting.pop()
        left -= 1
        if first is second:
            continue
        if left < 0 or not _are_alike_outside(first, second):
            return False
        if isinstance(first, list | tuple) and isinstance(second, list | tuple):
            waiting += zip(first, second, strict=True)
        elif is_dataclass(first):
            names = [field.name for field in fields(first) if field.compare]
            waiting += [(getattr(first, name), getattr(second, name)) for name in names]
    return True


def _are_alike_outside(one: object, other: object) -> bool:
    """Whether two values may be the same, by what they are and not by what they hold."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other)
    if type(one) is not type(other):
        return False
    # What is compared by identity is another one.
    return type(one).__eq__ is not object.__eq__ if is_dataclass(one) else one == other


def holds(value: object, part: Value) -> bool:
    """Whether something is a part of a value, at whatever depth."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        if type(one) is type(part) and one == part:
            return True
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one):
            waiting += [getattr(one, field.name) for field in fields(one) if field.repr]
    return False
