"""What values and statements of a migration hold: texts, words, and names that stand for the runner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.migrations.script.classes import Method
from bot.checks.migrations.script.statements import Each, Return, Statement, read_statements
from bot.checks.migrations.script.values import Call, Member, Name, Object, Operation, Tagged, Text, Value

# What the runner is, and what its queries give back.
RUNNER = Name("%runner")
ROWS = Name("%rows")
WORD = re.compile(r"\w+")
DEFINES = re.compile(r"^\s*(create|alter|drop|rename)\b", re.IGNORECASE)


def throws(statements: Sequence[Statement]) -> bool:
    """Whether the last of the statements throws."""
    return bool(statements) and isinstance(last := statements[-1], Return) and last.thrown


def answer(words: str) -> Value:
    """What a function gives whose text is known, as far as conditions may ask for it."""
    return Call(ROWS, [Text(words)], 1)


def resolved(value: Value, scope: Mapping[str, Value]) -> Value:
    """A chain whose root is put in, where it is a name of the scope."""
    match value:
        case Call(function=function, arguments=arguments, line=line):
            return Call(resolved(function, scope), arguments, line)
        case Member(value=owner, name=name):
            return Member(resolved(owner, scope), name)
        case Name(name):
            return scope.get(name, value)
    return value


def parts_of(value: Value) -> tuple[list[str], list[Value]]:
    """A text as its written parts, and the values between them."""
    match value:
        case Text(text):
            return [text], []
        case Tagged(texts=texts, holes=holes):
            return list(texts), list(holes)
        case Operation("+", [one, other]):
            (left, first), (right, second) = parts_of(one), parts_of(other)
            return [*left[:-1], left[-1] + right[0], *right[1:]], [*first, *second]
    return ["", ""], [value]


def given_back(method: Method) -> Value | None:
    """The value of a method that does nothing but give one."""
    statements = read_statements(method.body)
    match statements:
        case [Return(value, False)] if value is not None and not isinstance(value, Call):
            return value
    return None


def names_in(statement: Each) -> list[str]:
    """Every word of the texts in a loop."""
    return [word for text in texts_in(statement.body) for word in WORD.findall(text)]


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a value, and the texts of templates."""
    from dataclasses import fields, is_dataclass

    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one.text
        elif isinstance(one, Tagged):
            yield from one.texts
            waiting += one.holes
        elif isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one) and not isinstance(one, Object | type):
            waiting += [getattr(one, each.name) for each in fields(one) if each.name != "body" or isinstance(one, Each)]
        elif isinstance(one, Object):
            waiting += [entry.value for entry in one.entries]
