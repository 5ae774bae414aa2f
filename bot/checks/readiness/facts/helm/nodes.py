"""The syntax tree of a Go template. Lines count from 1 in the template's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


class TemplateFault(Exception):  # noqa: N818 - Go's word for it is error, and it is no bug of ours
    """A template that cannot be read or evaluated.

    Attributes: `line` (1-based, in the template that was entered), `reason` (names the construct, holds no value).
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a string, a number, a boolean or nil."""

    value: object


@dataclass(frozen=True, slots=True)
class Dot:
    """The cursor, `.`."""


@dataclass(frozen=True, slots=True)
class Field:
    """`.a.b`: keys of the cursor."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$x.a.b`; `name` has the dollar sign."""

    name: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Chain:
    """`(pipeline).a.b`; without names the parentheses alone."""

    pipe: Pipe
    names: Sequence[str]


Operand: TypeAlias = Literal | Dot | Field | Variable | Function | Chain


@dataclass(frozen=True, slots=True)
class Pipe:
    """`a b | c d`, with the variables that it sets. `declares` tells `:=` from `=`."""

    commands: Sequence[Sequence[Operand]]
    line: int
    variables: Sequence[str] = ()
    declares: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """What is copied as it stands."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`: prints it, unless it sets a variable."""

    pipe: Pipe
    line: int


@dataclass(frozen=True, slots=True)
class If:
    """`if` and `with`; the latter moves the cursor."""

    pipe: Pipe
    body: Sequence[Node]
    otherwise: Sequence[Node]
    moves: bool
    line: int


@dataclass(frozen=True, slots=True)
class Range:
    """`range`, with what stands for an empty one."""

    pipe: Pipe
    body: Sequence[Node]
    otherwise: Sequence[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """`template "name" pipeline`."""

    name: str
    pipe: Pipe | None
    line: int


@dataclass(frozen=True, slots=True)
class Jump:
    """`break` and `continue`."""

    word: str
    line: int


Node: TypeAlias = Text | Action | If | Range | Call | Jump


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed file: its own body and the templates that it defines."""

    body: Sequence[Node]
    defined: dict[str, Sequence[Node]]
