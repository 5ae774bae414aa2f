"""Expressions of a script, as far as declarations of schemas are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.script.classes import Class
    from bot.checks.migrations.script.scopes import Scope


@dataclass(frozen=True)
class Text:
    """A string, or a template without holes."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, as it is written."""

    text: str


@dataclass(frozen=True)
class Constant:
    """`true`, `false`, `null` or `undefined`."""

    name: str


@dataclass(frozen=True)
class Name:
    """An identifier."""

    name: str


@dataclass(frozen=True)
class Member:
    """`value.name`, or `value["name"]`."""

    value: Value
    name: str


@dataclass(frozen=True)
class Call:
    """`function(arguments)`, also with `new`; the line is that of its last name."""

    function: Value
    arguments: Sequence[Value]
    line: int = field(compare=False, repr=False)


@dataclass(frozen=True)
class Tagged:
    """A template with a tag: its texts, and the values between them."""

    tag: Value
    texts: Sequence[str]
    holes: Sequence[Value]


@dataclass(frozen=True)
class Entry:
    """A member of an object; the key is empty for a spread."""

    key: str
    value: Value
    line: int = field(compare=False, repr=False)


@dataclass(frozen=True)
class Object:
    """An object's members, in order."""

    entries: Sequence[Entry]


@dataclass(frozen=True)
class Array:
    """An array's elements."""

    items: Sequence[Value]


@dataclass(frozen=True)
class Function:
    """A function of one expression, or with one `return`.

    `result` is None where it does more, and `written` is then its text; `body` is its syntax, for those who follow it.
    """

    parameters: Sequence[str]
    result: Value | None
    written: str = ""
    body: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Operation:
    """`!a`, `a + b`, `a ?? b` or `a ? b : c` (its sign is `?`): the sign, and what it is applied to."""

    sign: str
    operands: Sequence[Value]


@dataclass(frozen=True)
class Unread:
    """Anything else: how it is written."""

    text: str


@dataclass(frozen=True, eq=False)
class Closure:
    """A function as a program holds it (see `run.py`): its syntax, and the scope in which its names are looked up."""

    node: Node = field(repr=False)
    scope: Scope = field(repr=False)
    name: str = ""


@dataclass(frozen=True, eq=False)
class ClassOf:
    """A class as a program holds it."""

    name: str
    node: Node = field(repr=False)
    scope: Scope = field(repr=False)


@dataclass(frozen=True, eq=False)
class Namespace:
    """All that a module of the repository exports."""

    path: str


Value: TypeAlias = (
    "Text | Number | Constant | Name | Member | Call | Tagged | Object | Array | Function | Operation | Class | Unread"
    " | Closure | ClassOf | Namespace"
)
