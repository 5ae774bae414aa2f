"""Arithmetic and methods of plain data, done with Python's own, and bounded: no result is ever large."""

from __future__ import annotations

import ast
import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

# What is read may be anything; the code asks what it is before it uses it.
Value: TypeAlias = Any
PLAIN = (bool, int, float, complex, str, bytes, Decimal, dt.timedelta, dt.date, dt.time, type(None))
MAX_TEXT = 100_000
MAX_ITEMS = 20_000
_MAX_BITS = 1024
_MAX_SHIFT = 64
_MAX_POWER = 256

_OPERATORS: Mapping[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FAULTS = (TypeError, ValueError, ArithmeticError, InvalidOperation, LookupError, AttributeError)
# A width in a format makes a text as long as it says.
_WIDE = re.compile(r"\d{4}|\*")

_TEXT_METHODS = frozenset(
    {
        *("lower", "upper", "title", "capitalize", "casefold", "swapcase", "strip", "lstrip", "rstrip", "split"),
        *("rsplit", "splitlines", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"),
        *("isdigit", "isupper", "islower", "isalpha", "find", "count", "index"),
    }
)
_OTHER_METHODS: Mapping[type, frozenset[str]] = {
    dict: frozenset({"items", "keys", "values", "get", "copy"}),
    list: frozenset({"index", "count", "copy"}),
    tuple: frozenset({"index", "count"}),
    set: frozenset({"union", "difference", "intersection", "copy"}),
    frozenset: frozenset({"union", "difference", "intersection", "copy"}),
    dt.timedelta: frozenset({"total_seconds"}),
}


class CannotFoldError(Exception):
    """The result is not plain data, is too large, or Python would raise."""


def fold(node: ast.operator, left: Value, right: Value) -> Value:
    """The result of an operator on two values of plain data.

    Raises:
        CannotFoldError: no result, or a large one.
    """
    _check_growth(node, left, right)
    try:
        return bounded(_OPERATORS[type(node)](left, right))
    except (*_FAULTS, KeyError) as error:
        raise CannotFoldError from error


def _check_growth(node: ast.operator, left: Value, right: Value) -> None:
    match node, left, right:
        case ast.Mult(), (str() | bytes() | list() | tuple()), int():
            grows = len(left) * max(right, 0) > MAX_ITEMS
        case ast.Mult(), int(), (str() | bytes() | list() | tuple()):
            grows = len(right) * max(left, 0) > MAX_ITEMS
        case ast.Pow(), _, _:
            small = isinstance(right, int) and isinstance(left, int) and abs(left) <= _MAX_BITS
            grows = not small or not isinstance(right, int) or not 0 <= right <= _MAX_POWER
        case ast.LShift(), _, int():
            grows = right > _MAX_SHIFT
        case ast.Mod(), (str() | bytes()), _:
            grows = _WIDE.search(left if isinstance(left, str) else left.decode("latin-1")) is not None
        case _:
            grows = False
    if grows:
        raise CannotFoldError


def bounded(value: Value) -> Value:
    """A value, unless it is large.

    Raises:
        CannotFoldError: it is.
    """
    match value:
        case bool():
            large = False
        case int():
            large = value.bit_length() > _MAX_BITS
        case str() | bytes():
            large = len(value) > MAX_TEXT
        case list() | tuple() | dict() | set() | frozenset():
            large = len(value) > MAX_ITEMS
        case _:
            large = False
    if large:
        raise CannotFoldError
    return value


def compare_plain(node: ast.cmpop, left: Value, right: Value) -> bool:
    """The result of a comparison of two values of plain data.

    Raises:
        CannotFoldError: Python would raise.
    """
    try:
        match node:
            case ast.In() | ast.NotIn():
                if not isinstance(right, str | tuple | list | dict | set | frozenset):
                    raise CannotFoldError
                return (left in right) is isinstance(node, ast.In)
            case ast.Is():
                return left is right
            case ast.IsNot():
                return left is not right
        return bool(_COMPARISONS[type(node)](left, right))
    except (*_FAULTS, KeyError) as error:
        raise CannotFoldError from error


def call_method(owner: Value, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """The result of a method of plain data.

    Raises:
        CannotFoldError: no such method is known, or no result.
    """
    try:
        if isinstance(owner, str):
            return bounded(_call_of_text(owner, name, args, kwargs))
        if name in _OTHER_METHODS.get(type(owner), ()) and not kwargs:
            result = getattr(owner, name)(*args)
            return list(result) if name in {"items", "keys", "values"} else bounded(result)
    except _FAULTS as error:
        raise CannotFoldError from error
    raise CannotFoldError


def _call_of_text(owner: str, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    if not all(isinstance(value, PLAIN) for value in (*args, *kwargs.values())) and name != "join":
        raise CannotFoldError
    if name in _TEXT_METHODS:
        return getattr(owner, name)(*args, **kwargs)
    if name == "join" and len(args) == 1 and isinstance(args[0], list | tuple):
        return owner.join(_texts(args[0]))
    if name == "replace" and all(isinstance(one, str) for one in args) and not _replaces_much(owner, args):
        return owner.replace(*args)
    if name == "format" and not _WIDE.search(owner) and not re.search(r"[.\[!]", "".join(re.findall(r"{.*?}", owner))):
        return owner.format(*args, **kwargs)
    raise CannotFoldError


def _replaces_much(owner: str, args: Sequence[Value]) -> bool:
    return len(args) != 2 or len(owner) * (len(str(args[1])) + 1) > MAX_TEXT  # noqa: PLR2004 - old and new


def _texts(values: Iterable[Value]) -> list[str]:
    texts = [value for value in values if isinstance(value, str)]
    if sum(map(len, texts)) > MAX_TEXT or len(texts) != len(list(values)):
        raise CannotFoldError
    return texts


def make_decimal(text: Value) -> Decimal:
    """A Decimal of a short text or number.

    Raises:
        CannotFoldError: it is none, or has a huge exponent.
    """
    if (
        isinstance(text, bool)
        or not isinstance(text, str | int | float)
        or (isinstance(text, str) and "e" in text.lower())
    ):
        raise CannotFoldError
    try:
        return Decimal(bounded(text[:100] if isinstance(text, str) else text))
    except _FAULTS as error:
        raise CannotFoldError from error
