"""The parts of a call in Ruby, and what is asked of whoever knows what calls mean."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.checks.migrations.rails.ruby import Unread, Value, line_of, unread

if TYPE_CHECKING:
    from tree_sitter import Node

Environment = ChainMap[str, Value]


class TooLongError(ValueError):
    """The statements do not end within what is looked at."""


class LeaveError(Exception):
    """A statement leaves what surrounds it: `return`, `next`, `break` or `raise`."""

    def __init__(self, kind: str, value: Value = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


class NoReceiver:
    """The receiver of a call that names none."""


NO_RECEIVER = NoReceiver()


@dataclass(frozen=True)
class Block:
    """A block or a lambda with the names around it."""

    node: Node
    environment: Environment
    given: Node | None = None

    @property
    def parameters(self) -> Node | None:
        """Its parameters, which stand before the braces where it is a lambda."""
        return self.given or self.node.child_by_field_name("parameters")


@dataclass(frozen=True)
class Call:
    """A call with its values. `statement` tells that nothing takes its answer."""

    name: str
    receiver: Value
    arguments: Sequence[Value]
    options: Mapping[str, Value]
    block: Block | None
    node: Node
    statement: bool

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return line_of(self.node)

    @property
    def unread(self) -> Unread:
        """Its answer, where that is not known."""
        return unread(self.node)

    def argument(self, at: int) -> Value:
        """A positional argument; None where it is not given."""
        return self.arguments[at] if at < len(self.arguments) else None


class Host(Protocol):
    """Whoever knows what calls mean."""

    def call(self, call: Call) -> Value:
        """Do what a call does, and give its answer."""
        ...

    def assigned(self, name: str, value: Value, node: Node) -> None:
        """Take notice of an attribute of something that is set."""
        ...

    def pass_over(self, node: Node) -> None:
        """Take notice of a statement that is not followed."""
        ...

    def maybe(self, run: Callable[[], None], node: Node) -> None:
        """Do what may or may not be done: its condition is not known."""
        ...
