"""Where an expression stands, and what is said of one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.source import Source, written
from bot.checks.migrations.ent.golang.values import Place, Struct, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST_TEXT = 20_000
"""Letters of a text that is put together."""
BASIC = frozenset({
    "bool", "byte", "float32", "float64", "int", "int16", "int32", "int64", "int8", "rune", "string", "uint", "uint16",
    "uint32", "uint64", "uint8",
})  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its file, its package's folder, and what its names are there."""

    source: Source
    folder: str
    names: dict[str, Value] = field(default_factory=dict)
    depth: int = 0


def unread(what: str, node: Node, scope: Scope) -> Unread:
    """What is said of an expression that cannot be read."""
    return Unread(what, Place(scope.source.path, node.start_point.row + 1), written(node))


def plain(value: Value) -> Value:
    """A value without the type that it was converted to."""
    while isinstance(value, Struct) and set(value.fields) == {""}:
        value = value.fields[""]
    return value
