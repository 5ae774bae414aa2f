"""What the arguments of a `QueryRunner`'s methods say: names, lists, and what a `Table` or a `TableColumn` is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.checks.migrations.script.folding import options_of
from bot.checks.migrations.script.values import Array, Call, Constant, Name, Number, Object, Text, Value
from bot.checks.migrations.sql.schema import qualified


class UnsaidError(Exception):
    """An argument cannot be told; the message says which."""


def first_of(arguments: Sequence[Value]) -> Value | None:
    """The first argument; None where there is none."""
    return arguments[0] if arguments else None


def second_of(arguments: Sequence[Value]) -> Value:
    """The second argument; an empty text where there is none."""
    return arguments[1] if len(arguments) > 1 else Text("")


def made_of(value: Value | None) -> Value | None:
    """The options of `new TableColumn({...})`, or the options themselves."""
    return value.arguments[0] if isinstance(value, Call) and value.arguments else value


def table_name(value: Value | None) -> str:
    """The name of a table that is given as a text, or as a `Table`.

    Raises:
        UnsaidError: it cannot be told.
    """
    if isinstance(value, Text):
        schema, _, name = value.text.rpartition(".")
        return qualified(schema.strip('"`'), name.strip('"`'))
    if isinstance(value, Call) and value.function == Name("%table"):
        return table_name(value.arguments[0])
    given = options_of(made_of(value)).get("name")
    if isinstance(given, Text):
        return table_name(given)
    raise UnsaidError("a table whose name cannot be told")


def column_name(value: Value | None) -> str:
    """The name of a column.

    Raises:
        UnsaidError: it cannot be told.
    """
    if isinstance(value, Text):
        return value.text
    given = options_of(made_of(value)).get("name")
    if isinstance(given, Text):
        return given.text
    raise UnsaidError("a column whose name cannot be told")


def column_names(value: Value | None) -> list[str]:
    """The names of the columns of a list.

    Raises:
        UnsaidError: the list, or one of them, cannot be told.
    """
    return [column_name(one) for one in items_of(value)]


def given_name(options: Mapping[str, Value]) -> str:
    """The name that options give; empty where they give none.

    Raises:
        UnsaidError: it cannot be told.
    """
    given = options.get("name")
    if given is not None and not isinstance(given, Text | Constant):
        raise UnsaidError("a key whose name cannot be told")
    return given.text if isinstance(given, Text) else ""


def items_of(value: Value | None) -> Sequence[Value]:
    """The elements of an array.

    Raises:
        UnsaidError: it is something else.
    """
    match value:
        case None | Constant():
            return ()
        case Array(items):
            return items
        case Object(entries) if all(one.key for one in entries):
            return [one.value for one in entries]
    raise UnsaidError("a list that cannot be told")


def default_of(value: Value | None) -> str | None:
    """The default that an option gives; None where there is none.

    Raises:
        UnsaidError: it cannot be told.
    """
    match value:
        case None | Constant("undefined" | "null"):
            return None
        case Text(text) | Number(text) | Constant(text):
            return text
    raise UnsaidError("a default that cannot be told")


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a value; what stands in the bodies of functions is left out."""
    from dataclasses import fields, is_dataclass

    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one.text
        elif isinstance(one, list | tuple):
            waiting += one
        elif is_dataclass(one):
            waiting += [getattr(one, each.name) for each in fields(one) if each.name != "body"]
