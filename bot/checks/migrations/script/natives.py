"""Calls in a script that is followed: of the language's own functions, of the script's, and of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.script.scopes import Scope
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Closure,
    Constant,
    Entry,
    Member,
    Name,
    Number,
    Object,
    Tagged,
    Text,
    Value,
)

if TYPE_CHECKING:
    from bot.checks.migrations.script.run import Runner

_MAX_ROUNDS = 500
_UNDEFINED = Constant("undefined")
# What goes on only when something failed.
_ON_FAILURE = frozenset({"catch"})
_ROUNDS = frozenset({"each", "eachSeries", "filter", "find", "forEach", "map", "mapSeries", "reduce", "some"})


@dataclass(frozen=True)
class Asked:
    """A call: what is called, of what it is a member, and with what."""

    callee: Value
    receiver: Value | None
    arguments: Sequence[Value]
    line: int
    new: bool


def call(runner: Runner, asked: Asked, scope: Scope) -> Value:
    """What a call gives."""
    if isinstance(asked.callee, Closure) and not asked.new:
        return runner.call(asked.callee, asked.arguments, asked.receiver)
    if not asked.new:
        known = _native(runner, asked)
        if known is not None:
            return known
    from bot.checks.migrations.script.run import Called

    told = Called(
        function=asked.callee,
        arguments=asked.arguments,
        path=scope.path,
        line=asked.line,
        certain=runner.certain,
        this=scope.own_this(),
    )
    answer = runner.tell(told)
    if answer is not None:
        return answer
    _follow_given(runner, asked, scope)
    return Call(asked.callee, asked.arguments, asked.line)


def _follow_given(runner: Runner, asked: Asked, scope: Scope) -> None:
    """Follow the functions that a call is given: who is given them calls them, once as far as can be told."""
    name = asked.callee.name if isinstance(asked.callee, Member) else ""
    functions = [one for one in asked.arguments if isinstance(one, Closure)]
    if name in _ON_FAILURE or not functions:
        return
    if name == "then":
        runner.call(functions[0], None)
    elif name in _ROUNDS and runner.assume is not None:
        for one in functions if runner.happens(scope.path, asked.line) else ():
            runner.call(one, None)
    elif name in _ROUNDS:
        with runner.doubting():
            for one in functions:
                runner.call(one, None)
    else:
        for one in functions:
            runner.call(one, None)


def _native(runner: Runner, asked: Asked) -> Value | None:  # noqa: PLR0911 - one answer a function
    """What a function of the language gives; None where it is none, or cannot be told."""
    match asked.callee:
        case Member(value=Name("Object" | "Promise" | "Array" as owner), name=name):
            handler = _STATIC.get(f"{owner}.{name}")
            return handler(asked.arguments) if handler is not None else None
        case Member(value=Array(items), name=name):
            return _of_array(runner, items, name, asked.arguments)
        case Member(value=Text(text), name="toLowerCase"):
            return Text(text.lower())
        case Member(value=Text(text), name="toUpperCase"):
            return Text(text.upper())
        case Member(value=Text(text), name="trim"):
            return Text(text.strip())
        case Member(value=Text() | Number() as value, name="toString"):
            return value if isinstance(value, Text) else Text(value.text)
        case Name("String"):
            return asked.arguments[0] if asked.arguments and isinstance(asked.arguments[0], Text) else None
    return None


def _of_array(runner: Runner, items: Sequence[Value], name: str, arguments: Sequence[Value]) -> Value | None:
    function = arguments[0] if arguments and isinstance(arguments[0], Closure) else None
    if name in {"map", "forEach", "flatMap"} and function is not None:
        runner.cut = runner.cut or len(items) > _MAX_ROUNDS
        given = [
            runner.call(function, [item, Number(str(at)), Array(items)]) for at, item in enumerate(items[:_MAX_ROUNDS])
        ]
        if name == "flatMap":
            given = [one for value in given for one in (value.items if isinstance(value, Array) else [value])]
        return Array(given) if name != "forEach" else _UNDEFINED
    match name:
        case "concat":
            return Array([*items, *(one for each in arguments for one in _spread(each))])
        case "join":
            mark = arguments[0] if arguments else Text(",")
            texts = [item.text for item in items if isinstance(item, Text | Number)]
            return Text(mark.text.join(texts)) if isinstance(mark, Text) and len(texts) == len(items) else None
        case "slice" | "reverse" | "sort" | "flat" if not arguments:
            return Array(list(reversed(items)) if name == "reverse" else list(items))
    return None


def _spread(value: Value) -> Sequence[Value]:
    return value.items if isinstance(value, Array) else [value]


def joined(first: Value, second: Value) -> Value | None:
    """Two texts as one, with the holes of both; None for two numbers."""
    if isinstance(first, Number) and isinstance(second, Number):
        both = first.text.isdigit() and second.text.isdigit()
        return Number(str(int(first.text[:9]) + int(second.text[:9]))) if both else None
    (texts, holes), (others, more) = _texts(first), _texts(second)
    whole = [*texts[:-1], texts[-1] + others[0], *others[1:]]
    return Tagged(Name(""), whole, [*holes, *more]) if holes or more else Text(whole[0])


def _texts(value: Value) -> tuple[Sequence[str], Sequence[Value]]:
    match value:
        case Tagged(texts=texts, holes=holes):
            return texts, holes
        case Text(text) | Number(text):
            return [text], []
    return [""], []


def _entries(arguments: Sequence[Value]) -> Sequence[Entry] | None:
    one = arguments[0] if arguments else None
    return one.entries if isinstance(one, Object) and all(entry.key for entry in one.entries) else None


def _keys(arguments: Sequence[Value]) -> Value | None:
    entries = _entries(arguments)
    return Array([Text(entry.key) for entry in entries]) if entries is not None else None


def _values(arguments: Sequence[Value]) -> Value | None:
    if arguments and isinstance(arguments[0], Array):
        return arguments[0]
    entries = _entries(arguments)
    return Array([entry.value for entry in entries]) if entries is not None else None


def _pairs(arguments: Sequence[Value]) -> Value | None:
    entries = _entries(arguments)
    return Array([Array([Text(one.key), one.value]) for one in entries]) if entries is not None else None


def _from_pairs(arguments: Sequence[Value]) -> Value | None:
    items = arguments[0].items if arguments and isinstance(arguments[0], Array) else None
    entries = []
    for item in items or ():
        match item:
            case Array(items=[Text(key), value]):
                entries.append(Entry(key, value, 0))
            case _:
                return None
    return Object(entries) if items is not None else None


def _first(arguments: Sequence[Value]) -> Value | None:
    return arguments[0] if arguments else _UNDEFINED


def _merged(arguments: Sequence[Value]) -> Value | None:
    if not arguments or not all(isinstance(one, Object) for one in arguments):
        return None
    return Object([entry for one in arguments if isinstance(one, Object) for entry in one.entries])


_STATIC: Mapping[str, Callable[[Sequence[Value]], Value | None]] = {
    "Array.from": _first,
    "Object.assign": _merged,
    "Object.entries": _pairs,
    "Object.freeze": _first,
    "Object.fromEntries": _from_pairs,
    "Object.keys": _keys,
    "Object.values": _values,
    "Promise.all": _first,
    "Promise.resolve": _first,
}
