"""Calls of what the repository does not define: Python's builtins, and the few parts of Django that give plain data."""

from __future__ import annotations

import datetime as dt
import logging
import string
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.checks.migrations.django import objects
from bot.checks.migrations.django.values import (
    Call,
    Condition,
    Definition,
    Method,
    Opaque,
    Ref,
    Swappable,
    is_plain,
    plain,
)
from bot.checks.migrations.syntax import folding
from bot.checks.migrations.syntax.folding import PLAIN, CannotFoldError, Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

Args = tuple[Value, ...]
Kwargs = Mapping[str, Value]

# The statuses of RFC 9110 that applications store; another one is not known.
_STATUSES = {
    "OK": 200,
    "CREATED": 201,
    "ACCEPTED": 202,
    "NO_CONTENT": 204,
    "FOUND": 302,
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "BAD_GATEWAY": 502,
    "SERVICE_UNAVAILABLE": 503,
}
KNOWN_NAMES: Mapping[str, Value] = {
    "sys.maxsize": sys.maxsize,
    # What the project runs is not known; tests of versions ask whether it is old.
    "sys.version_info": (3, 13, 0, "final", 0),
    "django.VERSION": (5, 2, 0, "final", 0),
    "django.db.models.constants.LOOKUP_SEP": "__",
    "django.db.models.BigIntegerField.MAX_BIGINT": 2**63 - 1,
    **{f"logging.{name}": number for name, number in logging.getLevelNamesMapping().items()},
    **{f"http.HTTPStatus.{name}": number for name, number in _STATUSES.items()},
    **{f"string.{name}": getattr(string, name) for name in string.__all__ if isinstance(getattr(string, name), str)},
}
_PARTIAL = "functools.partial"
_TRANSLATION = "django.utils.translation."
# The place of the text that stands for a translated one, by the function's name.
_TEXT_AT = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "ugettext", "ugettext_lazy", "ugettext_noop"), 0),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "ungettext", "ungettext_lazy"), 0),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"), 1),
}
_EXPRESSION_PREFIXES = ("django.db.models.", "django.contrib.postgres.")
_SYMBOLS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Mod": "%%", "Pow": "^"}
_MUTATORS = frozenset({"append", "extend", "insert", "remove", "pop", "update", "setdefault", "add", "sort", "reverse"})


def call(evaluator: Evaluator, func: Value, args: Args, kwargs: dict[str, Value], line: int) -> Value:  # noqa: PLR0911 - one answer a kind
    """What a call of something gives.

    Raises:
        CannotFoldError: it is a builtin that was not followed.
    """
    match func:
        case Method(owner=owner, name=name):
            if name in _MUTATORS and not isinstance(owner, str):
                return _mutate(evaluator, func, args, kwargs)
            return folding.call_method(owner, name, tuple(map(plain, args)), kwargs)
        case Call(func=Ref(name=name)) if name == _PARTIAL and func.args:
            return evaluator.call(func.args[0], (*func.args[1:], *args), {**func.kwargs, **kwargs}, line)
        case Ref(name=name):
            known = _KNOWN.get(name) or _known_by_prefix(name)
            if known is None:
                return Call(func, args, kwargs, line)
            result = known(evaluator, args, kwargs)
            return result if result is not _UNCHANGED else Call(func, args, kwargs, line)
        case objects.Bound() | objects.Outside():
            return func.call_as_method(evaluator, args, kwargs, line)
    return Opaque("call", (func, args, tuple(sorted(kwargs.items(), key=lambda item: item[0]))))


_UNCHANGED = object()


def _mutate(evaluator: Evaluator, method: Method, args: Args, kwargs: Kwargs) -> Value:
    owner = method.owner
    match owner, method.name, args:
        case list(), "append", (value,):
            owner.append(value)
        case list(), "extend", (values,):
            owner.extend(_items(evaluator, values))
        case list(), "insert", (int() as place, value):
            owner.insert(place, value)
        case dict(), "update", ():
            owner.update(kwargs)
        case dict(), "update", (dict() as other,):
            owner.update({**other, **kwargs})
        case dict(), "setdefault", (key, value):
            return owner.setdefault(_key(key), value)
        case dict(), "pop", (key,):
            return owner.pop(_key(key), Opaque("popped", (key,)))
        case dict(), "pop", (key, default):
            return owner.pop(_key(key), default)
        case _:
            raise CannotFoldError
    folding.bounded(owner)
    return None


def _key(key: Value) -> Value:
    if not isinstance(key, PLAIN):
        raise CannotFoldError
    return key


def _items(evaluator: Evaluator, value: Value) -> list[Value]:
    items = evaluator.iterate(value)
    if items is None:
        raise CannotFoldError
    return items


def _known_by_prefix(name: str) -> Callable[[Evaluator, Args, Kwargs], Value] | None:
    if not name.startswith(_TRANSLATION):
        return None
    place = _TEXT_AT.get(name.removeprefix(_TRANSLATION))
    return (lambda _, args, __: args[place] if len(args) > place else _UNCHANGED) if place is not None else None


# Django


def _condition(_: Evaluator, args: Args, kwargs: Kwargs) -> Value:
    lookups = {name: value for name, value in kwargs.items() if name not in {"_connector", "_negated"}}
    if "**" in lookups or any(isinstance(arg, Opaque) for arg in args):
        return _UNCHANGED
    connector, negated = kwargs.get("_connector", "AND"), kwargs.get("_negated", False)
    children = (*args, *sorted(lookups.items()))
    return _simplify(Condition(children, str(connector), bool(negated)))


def _simplify(condition: Condition) -> Condition:
    # Django before 5.0 nests the negation of an OR once more; the meaning is the same.
    if len(condition.children) == 1 and isinstance(child := condition.children[0], Condition) and not child.negated:
        return Condition(child.children, child.connector, condition.negated)
    return condition if len(condition.children) > 1 else Condition(condition.children, "AND", condition.negated)


def negate(condition: Condition) -> Condition:
    """As `~Q(...)`."""
    return Condition(condition.children, condition.connector, not condition.negated)


def combine(operator: str, left: Value, right: Value) -> Value | None:
    """As `F("a") + 1`: a combined expression, where one side is an expression."""
    if operator not in _SYMBOLS or not (_is_expression(left) or _is_expression(right)):
        return None
    sides = [side if _is_expression(side) else Call(Ref("django.db.models.Value"), (side,)) for side in (left, right)]
    return Call(Ref("django.db.models.expressions.CombinedExpression"), (sides[0], _SYMBOLS[operator], sides[1]))


def _is_expression(value: Value) -> bool:
    return isinstance(value, Call) and isinstance(value.func, Ref) and value.func.name.startswith(_EXPRESSION_PREFIXES)


def _user_model(_: Evaluator, __: Args, ___: Kwargs) -> Value:
    return Swappable("AUTH_USER_MODEL")


def _import_string(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    if len(args) != 1 or not isinstance(args[0], str):
        return _UNCHANGED
    return evaluator.named(args[0])


def _swapped_name(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    if len(args) != 2 or not all(isinstance(arg, str) for arg in args):  # noqa: PLR2004 - app and model
        return _UNCHANGED
    value = evaluator.settings(f"{args[0]}_{args[1]}_MODEL".upper())
    return value if isinstance(value, str) else f"{args[0]}.{args[1]}"


def _is_swapped(evaluator: Evaluator, args: Args, kwargs: Kwargs) -> Value:
    name = _swapped_name(evaluator, args, kwargs)
    return name if isinstance(name, str) and name != ".".join(map(str, args)) else False


def _as_text(_: Evaluator, args: Args, __: Kwargs) -> Value:
    return args[0] if args and isinstance(args[0], str) else _UNCHANGED


# Python


def _len(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return len(_items(evaluator, args[0])) if len(args) == 1 else _UNCHANGED


def _list(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return _items(evaluator, args[0]) if args else []


def _tuple(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return tuple(_items(evaluator, args[0])) if args else ()


def _set(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    items = _items(evaluator, args[0]) if args else []
    if not all(isinstance(plain(item), PLAIN) for item in items):
        raise CannotFoldError
    return frozenset(map(plain, items))


def _dict(evaluator: Evaluator, args: Args, kwargs: Kwargs) -> Value:
    if not args:
        return dict(kwargs)
    if isinstance(args[0], dict):
        return {**args[0], **kwargs}
    pairs = [evaluator.iterate(item) for item in _items(evaluator, args[0])]
    if not all(pair is not None and len(pair) == 2 and isinstance(plain(pair[0]), PLAIN) for pair in pairs):  # noqa: PLR2004 - key and value
        raise CannotFoldError
    return {**{plain(pair[0]): pair[1] for pair in pairs if pair}, **kwargs}


def _str(_: Evaluator, args: Args, __: Kwargs) -> Value:
    if len(args) == 1 and isinstance(value := plain(args[0]), str | int | float | Decimal):
        return str(folding.bounded(value))
    raise CannotFoldError


def _number(kind: type[int | float]) -> Callable[[Evaluator, Args, Kwargs], Value]:
    def make(_: Evaluator, args: Args, __: Kwargs) -> Value:
        if len(args) != 1 or not isinstance(value := plain(args[0]), str | int | float) or len(str(value)) > 100:  # noqa: PLR2004 - a number is short
            raise CannotFoldError
        try:
            return folding.bounded(kind(value))
        except (ValueError, OverflowError) as error:
            raise CannotFoldError from error

    return make


def _range(_: Evaluator, args: Args, __: Kwargs) -> Value:
    ends = [plain(arg) for arg in args]
    if not 1 <= len(ends) <= 3 or not all(isinstance(end, int) for end in ends):  # noqa: PLR2004 - start, stop, step
        raise CannotFoldError
    try:
        numbers = range(*ends)
        return list(folding.bounded(list(numbers[: folding.MAX_ITEMS + 1])))
    except (ValueError, OverflowError) as error:
        raise CannotFoldError from error


def _sorted(evaluator: Evaluator, args: Args, kwargs: Kwargs) -> Value:
    return _of_plain_items(evaluator, args, kwargs, sorted)


def _of_plain_items(evaluator: Evaluator, args: Args, kwargs: Kwargs, do: Callable[[list[Value]], Value]) -> Value:
    items = [plain(item) for item in (_items(evaluator, args[0]) if len(args) == 1 else args)]
    if kwargs or not is_plain(items):
        raise CannotFoldError
    try:
        return do(items)
    except (TypeError, ValueError) as error:
        raise CannotFoldError from error


def _fold_items(do: Callable[[list[Value]], Value]) -> Callable[[Evaluator, Args, Kwargs], Value]:
    return lambda evaluator, args, kwargs: _of_plain_items(evaluator, args, kwargs, do)


def _zip(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return list(zip(*(_items(evaluator, arg) for arg in args), strict=False))


def _enumerate(evaluator: Evaluator, args: Args, kwargs: Kwargs) -> Value:
    start = plain(args[1] if len(args) > 1 else kwargs.get("start", 0))
    if not args or not isinstance(start, int):
        raise CannotFoldError
    return [(start + number, item) for number, item in enumerate(_items(evaluator, args[0]))]


def _reversed(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return _items(evaluator, args[0])[::-1] if args else _UNCHANGED


def _getattr(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    if len(args) < 2 or not isinstance(args[1], str):  # noqa: PLR2004 - object and name
        raise CannotFoldError
    value = evaluator.attribute(args[0], args[1])
    missing = isinstance(value, Opaque) and value.kind in {"setting", "attribute", "class attribute"}
    return args[2] if missing and len(args) > 2 else value  # noqa: PLR2004 - a default


def _chain(evaluator: Evaluator, args: Args, _: Kwargs) -> Value:
    return folding.bounded([item for arg in args for item in _items(evaluator, arg)])


def _join_path(_: Evaluator, args: Args, __: Kwargs) -> Value:
    if not args or not all(isinstance(arg, str) for arg in args):
        return _UNCHANGED
    import posixpath

    return folding.bounded(posixpath.join(*args))


def _decimal(_: Evaluator, args: Args, __: Kwargs) -> Value:
    return folding.make_decimal(plain(args[0])) if len(args) == 1 else _UNCHANGED


def _time(kind: Callable[..., Value]) -> Callable[[Evaluator, Args, Kwargs], Value]:
    def make(_: Evaluator, args: Args, kwargs: Kwargs) -> Value:
        values = {name: plain(value) for name, value in kwargs.items()}
        if not all(isinstance(value, int | float) for value in (*map(plain, args), *values.values())):
            return _UNCHANGED
        try:
            return kind(*map(plain, args), **values)
        except (TypeError, ValueError, OverflowError) as error:
            raise CannotFoldError from error

    return make


def _any_or_all(do: Callable[[list[Value]], bool]) -> Callable[[Evaluator, Args, Kwargs], Value]:
    return lambda evaluator, args, kwargs: _of_plain_items(evaluator, args, kwargs, do)


def _is_instance(_: Evaluator, args: Args, __: Kwargs) -> Value:
    kinds = {"str": str, "int": int, "dict": dict, "list": list, "tuple": tuple}
    if len(args) == 2 and isinstance(kind := args[1], Ref) and kind.last in kinds and not isinstance(args[0], Opaque):  # noqa: PLR2004 - value and type
        return isinstance(plain(args[0]), kinds[kind.last])
    raise CannotFoldError


def _callable(_: Evaluator, args: Args, __: Kwargs) -> Value:
    if args and isinstance(args[0], Definition | Ref):
        return True
    if args and isinstance(args[0], PLAIN):
        return False
    raise CannotFoldError


_KNOWN: Mapping[str, Callable[[Evaluator, Args, Kwargs], Value]] = {
    "django.db.models.Q": _condition,
    "django.db.models.query_utils.Q": _condition,
    "django.contrib.auth.get_user_model": _user_model,
    "django.utils.module_loading.import_string": _import_string,
    "django.utils.safestring.mark_safe": _as_text,
    "swapper.get_model_name": _swapped_name,
    "swapper.is_swapped": _is_swapped,
    "builtins.len": _len,
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.str": _str,
    "builtins.int": _number(int),
    "builtins.float": _number(float),
    "builtins.range": _range,
    "builtins.sorted": _sorted,
    "builtins.max": _fold_items(max),
    "builtins.min": _fold_items(min),
    "builtins.sum": _fold_items(lambda items: folding.bounded(sum(items))),
    "builtins.any": _any_or_all(any),
    "builtins.all": _any_or_all(all),
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.reversed": _reversed,
    "builtins.getattr": _getattr,
    "builtins.isinstance": _is_instance,
    "builtins.callable": _callable,
    "itertools.chain": _chain,
    "os.path.join": _join_path,
    "decimal.Decimal": _decimal,
    "datetime.timedelta": _time(dt.timedelta),
    "datetime.date": _time(dt.date),
    "datetime.datetime": _time(dt.datetime),
    "datetime.time": _time(dt.time),
}
