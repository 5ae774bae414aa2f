"""What Ruby's own values answer: texts, numbers, lists and hashes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.ruby import GAP, Const, Sql, Symbol, Unread, Value, pieces_of, weight

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Block, Call

_MAX_TIMES = 200
MAX_LENGTH = 20_000
"""Characters of a text, or members of a list, that are kept."""
MAX_PARTS = 5_000
"""Parts of a list or hash, with those of its members, that are kept."""
_MAX_NUMBER = 1 << 200
_SAME = frozenset({
    "clone", "compact", "deep_dup", "dup", "flatten", "freeze", "html_safe", "itself", "presence", "stringify_keys",
    "strip_heredoc", "symbolize_keys", "symbolize_names", "tap", "then", "to_a", "to_h", "to_i", "to_s", "to_str",
    "try", "uniq", "with_indifferent_access",
})  # fmt: skip


SAME_TEXT = frozenset({
    "chomp", "dup", "freeze", "html_safe", "lstrip", "rstrip", "squish", "strip", "strip_heredoc", "to_s", "to_str",
})  # fmt: skip
"""What gives a text whose words are the same."""
_PLACE = re.compile(r"%(?:\{[^}]*\}|<[^>]*>[-+ 0-9.]*\w|[-+ #0-9.]*[a-zA-Z])")


class Yields(Protocol):
    """Whoever follows a block."""

    def each(self, block: Block, rows: list[Value]) -> list[Value]:
        """Follow a block once for each value."""
        ...


def truth(value: Value) -> bool:
    """Whether a value that is known counts as true."""
    return value is not None and value is not False


def add(left: Value, right: Value, otherwise: Unread) -> Value:
    """The sum of numbers, texts or lists."""
    if (isinstance(left, str) and isinstance(right, str)) or (isinstance(left, list) and isinstance(right, list)):
        return left + right if len(left) + len(right) < MAX_LENGTH else otherwise  # type: ignore[operator]
    if {type(left), type(right)} <= {str, Unread}:
        pieces = pieces_of(left) + pieces_of(right)
        return replace(otherwise, pieces=pieces) if len(pieces) < MAX_LENGTH else otherwise
    if _are_numbers(left, right):
        return left + right
    return otherwise


def _are_numbers(left: Value, right: Value) -> bool:
    """Whether both are numbers that can be counted with."""
    return all(isinstance(one, int | float) and abs(one) < _MAX_NUMBER for one in (left, right))


def extend(held: list[Value], more: Sequence[Value], otherwise: Unread) -> None:
    """Add members to a list; one that grows too big, or holds itself, is not known any more."""
    held.extend(more[:MAX_LENGTH])
    if len(more) > MAX_LENGTH or weight(held, MAX_PARTS) >= MAX_PARTS:
        held[:] = [otherwise]


def put(held: dict[str, Value], key: str, value: Value, otherwise: Unread) -> None:
    """Set a member of a hash, with the same limits."""
    held[key] = value
    if weight(held, MAX_PARTS) >= MAX_PARTS:
        held.clear()
        held["?"] = otherwise


def fill(pattern: str) -> str:
    """What is known of a text that is made of a pattern such as `ALTER TABLE %s`."""
    return _PLACE.sub(GAP, pattern)


def compare(word: str, left: Value, right: Value, otherwise: Unread) -> Value:  # noqa: PLR0911 - one answer a kind
    """The value of an operator between two values."""
    if word == "+":
        return add(left, right, otherwise)
    if word == "%" and isinstance(left, str | Unread):
        return replace(otherwise, pieces=fill(pieces_of(left)))
    if any(isinstance(one, Unread | Const) for one in (left, right)):
        return otherwise
    if word in {"==", "!=", "==="}:
        return (left == right) is (word != "!=")
    if _are_numbers(left, right):
        answers: dict[str, Callable[[], Value]] = {
            "<": lambda: left < right,
            ">": lambda: left > right,
            "<=": lambda: left <= right,
            ">=": lambda: left >= right,
            "-": lambda: left - right,
            "*": lambda: left * right if abs(left) < MAX_LENGTH and abs(right) < MAX_LENGTH else otherwise,
        }
        if word in answers:
            return answers[word]()
    if word == "-" and isinstance(left, list) and isinstance(right, list):
        return [one for one in left if one not in right]
    return otherwise


def call(made: Call, interpreter: Yields) -> Value:  # noqa: PLR0911 - one answer a kind of value
    """What a method of a text, number, list or hash gives."""
    held = made.receiver
    if made.name in _SAME and made.block is None:
        return held
    if isinstance(held, Mapping):
        return _hash(made, held, interpreter)
    if isinstance(held, list):
        return _list(made, held, interpreter)
    if isinstance(held, str):
        return _text(made, held)
    if isinstance(held, int) and not isinstance(held, bool):
        return _number(made, held, interpreter)
    if made.name == "nil?":
        return held is None
    if made.name in {"present?", "blank?"} and (held is None or isinstance(held, bool)):
        return truth(held) is (made.name == "present?")
    return held if isinstance(held, Sql) else made.unread


def _number(made: Call, held: int, interpreter: Yields) -> Value:
    if made.name == "times" and made.block is not None and 0 <= held <= _MAX_TIMES:
        interpreter.each(made.block, list(range(held)))
        return held
    sizes = {"byte": 1, "bytes": 1, "kilobyte": 1024, "kilobytes": 1024, "megabyte": 1 << 20, "megabytes": 1 << 20,
             "gigabyte": 1 << 30, "gigabytes": 1 << 30}  # fmt: skip
    return held * sizes[made.name] if made.name in sizes and abs(held) < _MAX_NUMBER else made.unread


def _text(made: Call, held: str) -> Value:  # noqa: PLR0911 - one answer a method
    if len(held) > MAX_LENGTH:
        return made.unread
    plain: dict[str, Callable[[str], str]] = {
        "strip": str.strip, "squish": lambda text: " ".join(text.split()), "chomp": lambda text: text.rstrip("\n"),
        "upcase": str.upper, "downcase": str.lower, "pluralize": names.plural, "tableize": names.plural,
        "singularize": names.singular, "capitalize": str.capitalize,
    }  # fmt: skip
    if made.name in plain:
        return type(held)(plain[made.name](held)) if isinstance(held, Symbol) else plain[made.name](held)
    first = made.argument(0)
    match made.name:
        case "to_sym" | "intern":
            return Symbol(held)
        case "split":
            return held.split(str(first) if isinstance(first, str) else None)
        case "present?" | "blank?" | "empty?":
            return bool(held.strip()) is (made.name == "present?")
        case "start_with?" | "include?" | "end_with?" if isinstance(first, str):
            asked = {"start_with?": held.startswith, "end_with?": held.endswith, "include?": held.__contains__}
            return asked[made.name](first)
        case "gsub" | "sub" if isinstance(first, str) and isinstance(made.argument(1), str):
            return (
                held.replace(first, made.argument(1)) if len(held) * len(made.argument(1)) < MAX_LENGTH else made.unread
            )
    return made.unread


def _hash(made: Call, held: Mapping[str, Value], interpreter: Yields) -> Value:  # noqa: C901, PLR0911 - by method
    match made.name:
        case "each" | "each_pair" | "map" | "flat_map" if made.block is not None:
            found = interpreter.each(made.block, [(Symbol(key), value) for key, value in held.items()])
            return found if made.name == "map" else held
        case "each_key" if made.block is not None:
            return interpreter.each(made.block, [Symbol(key) for key in held])
        case "each_value" if made.block is not None:
            return interpreter.each(made.block, list(held.values()))
        case "keys":
            return [Symbol(key) for key in held]
        case "values":
            return list(held.values())
        case "merge":
            given = made.argument(0)
            return {**held, **(given if isinstance(given, Mapping) else {}), **made.options}
        case "fetch" | "dig":
            return held.get(str(made.argument(0)), made.argument(1) if made.name == "fetch" else None)
        case "key?" | "has_key?" | "include?":
            return str(made.argument(0)) in held
        case "except":
            return {key: value for key, value in held.items() if key not in {str(one) for one in made.arguments}}
        case "slice":
            return {key: value for key, value in held.items() if key in {str(one) for one in made.arguments}}
    return made.unread


def _list(made: Call, held: list[Value], interpreter: Yields) -> Value:  # noqa: C901, PLR0911 - one answer a method
    match made.name:
        case "each" | "each_entry" | "reverse_each" if made.block is not None:
            interpreter.each(made.block, held if made.name != "reverse_each" else held[::-1])
            return held
        case "map" | "collect" | "flat_map" if made.block is not None:
            return interpreter.each(made.block, held)
        case "map" if made.options.get("&") == "to_sym":
            return [Symbol(one) for one in held]
        case "map" if made.options.get("&") == "to_s":
            return [str(one) for one in held]
        case "each_with_index" | "each_with_object" if made.block is not None:
            other = made.argument(0)
            rows = [(one, at if made.name == "each_with_index" else other) for at, one in enumerate(held)]
            interpreter.each(made.block, rows)
            return held
        case "first" | "last":
            return held[0 if made.name == "first" else -1] if held else None
        case "join" if any(isinstance(one, Unread) for one in held):
            pieces = pieces_of(made.argument(0) or "").join(pieces_of(one) for one in held)
            return replace(made.unread, pieces=pieces) if len(pieces) < MAX_LENGTH else made.unread
        case "join" if all(isinstance(one, str | int) for one in held):
            joined = str(made.argument(0) or "").join(str(one) for one in held[:MAX_LENGTH])
            return joined if len(joined) < MAX_LENGTH else made.unread
        case "include?":
            return made.argument(0) in held
        case "reverse":
            return held[::-1]
        case "any?" | "empty?" | "none?" | "present?" | "blank?" if made.block is None:
            return bool(held) is (made.name in {"any?", "present?"})
        case "push" | "append" | "concat":
            given = made.arguments if made.name != "concat" else made.argument(0)
            extend(held, given if isinstance(given, Sequence) and not isinstance(given, str) else [given], made.unread)
            return held
    return made.unread
