"""Entities that are declared where a module's top level does not show them.

A class in a function or a namespace, a decorator that is called like a function, what a compiler makes of
decorators: none of it is followed, so that a change of it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import MAX_BYTES, node_text, parse
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.typeorm.applied import COLUMNS, RELATIONS, is_typeorm

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})
_ENTITIES = frozenset({"ChildEntity", "Entity", "ViewEntity"})
_FUNCTIONS = frozenset({"arrow_function", "function_declaration", "function_expression", "method_definition"})
_SEEN = frozenset({"class_body", "export_statement", "program"})
_COMPILED = frozenset({"__decorate", "__decorateClass", "_ts_decorate"})


@dataclass(frozen=True)
class Hidden:
    """Something that is declared out of sight: its line, what it is, and how it is written."""

    line: int
    reason: str
    written: str


def find_hidden(program: Program, path: str) -> Iterator[Hidden]:
    """Yield what a file declares of entities where it is not looked for."""
    content, module = program.content(path), program.module(path)
    if content is None or module is None or len(content) > MAX_BYTES:
        return
    known = {name: one.exported for name, one in module.imports.items() if is_typeorm(one.source)}
    waiting: list[tuple[Node, bool, bool]] = [(parse(path, content), False, True)]
    while waiting:
        node, in_function, top = waiting.pop()
        reason = _reason(node, known, in_function=in_function, top=top)
        if reason:
            yield Hidden(node.start_point.row + 1, reason, " ".join(node_text(node).split()))
            continue
        inside = in_function or node.type in _FUNCTIONS
        waiting += [(child, inside, top and node.type in _SEEN) for child in node.named_children]


def _reason(node: Node, known: dict[str, str], *, in_function: bool, top: bool) -> str:
    if node.type in _CLASSES:
        parent = node.parent
        beside = parent.children if parent is not None and parent.type == "export_statement" else []
        decorators = [one for one in (*node.children, *beside) if one.type == "decorator"]
        names = {known.get(_called(one.named_children[0])) for one in decorators if one.named_children}
        return "an entity inside of something else" if not top and not names.isdisjoint(_ENTITIES) else ""
    if node.type != "call_expression":
        return ""
    function = node.child_by_field_name("function")
    if function is not None and node_text(function).rpartition(".")[2] in _COMPILED:
        return "decorators that were compiled"
    if function is not None and function.type == "call_expression" and not in_function:
        name = known.get(_called(function))
        if name in _ENTITIES or name in COLUMNS or name in RELATIONS:
            return f"{name} that is called like a function"
    return ""


def _called(node: Node) -> str:
    function = node.child_by_field_name("function") if node.type == "call_expression" else node
    return node_text(function) if function is not None else ""
