"""Whether two texts of a migration do the same on the way up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import node_text, parse

if TYPE_CHECKING:
    from tree_sitter import Node

_LAYOUT = frozenset({";", ",", '"', "'", "`", "(", ")", "comment"})
_TYPES = frozenset({"type_annotation", "type_arguments"})


def same_way_up(old: bytes, new: bytes) -> bool:
    """Whether two scripts have the same words but for comments, layout, types, and the way down."""
    return list(_words(parse("a.ts", old))) == list(_words(parse("a.ts", new)))


def _words(root: Node) -> Iterator[str]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _TYPES or node.type in _LAYOUT or _is_down(node):
            continue
        if node.child_count == 0:
            yield node_text(node)
        waiting.extend(reversed(node.children))


def _is_down(node: Node) -> bool:
    """Whether a node is the function that undoes the migration."""
    if node.type in {"method_definition", "function_declaration", "variable_declarator"}:
        name = node.child_by_field_name("name")
        return name is not None and node_text(name) == "down"
    if node.type == "pair":
        key = node.child_by_field_name("key")
        return key is not None and node_text(key) == "down"
    if node.type == "assignment_expression":
        left = node.child_by_field_name("left")
        return left is not None and node_text(left).endswith("exports.down")
    return False
