"""Functions of packages outside that only put texts and lists together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.scope import Scope, plain
from bot.checks.migrations.ent.golang.values import Closure, Unread, Value

if TYPE_CHECKING:
    from bot.checks.migrations.ent.golang.evaluate import Evaluator

_LO = "github.com/samber/lo"
_VERB = re.compile(r"%[sdv]")
_Answer = tuple[bool, Value]
_UNKNOWN: _Answer = (False, None)


def call_known(evaluator: Evaluator, address: str, name: str, arguments: tuple[Value, ...], scope: Scope) -> _Answer:
    """Whether a function is known, and what it gives."""
    function = _FUNCTIONS.get((address, name))
    unread = next((one for one in arguments if isinstance(one, Unread)), None)
    if function is not None and unread is not None:
        return True, unread
    return function(evaluator, arguments, scope) if function is not None else _UNKNOWN


def _format(_: Evaluator, arguments: tuple[Value, ...], __: Scope) -> _Answer:
    """`fmt.Sprintf` with verbs that take texts and whole numbers as they are."""
    given = [plain(one) for one in arguments]
    if not given or not all(isinstance(one, str | int) for one in given):
        return _UNKNOWN
    pattern, rest = str(given[0]), given[1:]
    if pattern.count("%") != len(rest) or len(_VERB.findall(pattern)) != len(rest):
        return _UNKNOWN
    parts = iter(rest)
    return True, _VERB.sub(lambda _: str(next(parts)), pattern)


def _join(_: Evaluator, arguments: tuple[Value, ...], __: Scope) -> _Answer:
    lists = [one if one is not None else () for one in arguments]
    found = [one for each in lists if isinstance(each, tuple) for one in each]
    return (True, tuple(found)) if all(isinstance(one, tuple) for one in lists) else _UNKNOWN


def _flatten(evaluator: Evaluator, arguments: tuple[Value, ...], scope: Scope) -> _Answer:
    lists = arguments[0] if arguments else None
    return _join(evaluator, lists, scope) if isinstance(lists, tuple) else _UNKNOWN


def _map(evaluator: Evaluator, arguments: tuple[Value, ...], scope: Scope) -> _Answer:
    if len(arguments) != 2 or not isinstance(arguments[1], Closure):  # noqa: PLR2004 - a list and a function
        return _UNKNOWN
    values, function = arguments[0] if arguments[0] is not None else (), arguments[1]
    if not isinstance(values, tuple):
        return _UNKNOWN
    return True, tuple(evaluator.call(function, (one, at), scope) for at, one in enumerate(values))


def _flat_map(evaluator: Evaluator, arguments: tuple[Value, ...], scope: Scope) -> _Answer:
    known, lists = _map(evaluator, arguments, scope)
    return _flatten(evaluator, (lists,), scope) if known else _UNKNOWN


_FUNCTIONS: Mapping[tuple[str, str], Callable[[Evaluator, tuple[Value, ...], Scope], _Answer]] = {
    ("fmt", "Sprintf"): _format,
    ("slices", "Concat"): _join,
    (_LO, "Flatten"): _flatten,
    (_LO, "Map"): _map,
    (_LO, "FlatMap"): _flat_map,
}
