"""Literals: texts, numbers, lists, maps and structs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.scope import Scope, unread
from bot.checks.migrations.ent.golang.source import text
from bot.checks.migrations.ent.golang.types import read_type
from bot.checks.migrations.ent.golang.values import Dictionary, Name, Struct, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.ent.golang.evaluate import Evaluator


def read_text(_: Evaluator, node: Node, scope: Scope) -> Value:
    """A text in quotes."""
    raw = text(node)
    if raw.startswith("`"):
        return raw[1:-1].replace("\r", "")
    if "\\" not in raw:
        return raw[1:-1]
    try:
        read = ast.literal_eval(raw)
    except (ValueError, SyntaxError, MemoryError):
        return unread("a text", node, scope)
    # Half of a pair is no letter of Go's.
    whole = isinstance(read, str) and not any("\ud800" <= letter <= "\udfff" for letter in read)
    return read if whole else unread("a text", node, scope)


def read_number(_: Evaluator, node: Node, scope: Scope) -> Value:
    """A number."""
    raw = text(node).replace("_", "")
    try:
        if node.type == "float_literal":
            return float(raw)
        old_octal = raw[:1] == "0" and raw.isdigit()
        return int(raw, 8 if old_octal else 0)
    except ValueError:
        return unread("a number", node, scope)


def read_composite(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """A list, a map or a struct."""
    kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    if kind is None or body is None:
        return unread("a literal", node, scope)
    return _literal(evaluator, kind, body, scope)


def _literal(evaluator: Evaluator, kind: Node, body: Node, scope: Scope) -> Value:
    if kind.type in {"slice_type", "array_type", "implicit_length_array_type"}:
        element = kind.child_by_field_name("element")
        return tuple(_element(evaluator, element, one, scope) for one in _elements(body))
    if kind.type == "map_type":
        inner = kind.child_by_field_name("value")
        return Dictionary(
            tuple(
                (_element(evaluator, None, key, scope), _element(evaluator, inner, value, scope))
                for key, value in _pairs(body)
            )
        )
    return _struct(evaluator, kind, body, scope)


def _element(evaluator: Evaluator, kind: Node | None, node: Node, scope: Scope) -> Value:
    """One element of a literal, whose type may be left out where it is the list's."""
    if node.type == "literal_element" and node.named_children:
        node = node.named_children[0]
    if node.type == "keyed_element":
        return unread("an element with an index", node, scope)
    if node.type == "literal_value" and kind is not None:
        while kind.type == "pointer_type" and kind.named_children:
            kind = kind.named_children[0]
        return _literal(evaluator, kind, node, scope)
    return evaluator.value(node, scope)


def _struct(evaluator: Evaluator, kind: Node, body: Node, scope: Scope) -> Value:
    of = read_type(evaluator.program, kind, scope.source, scope.folder, scope.names)
    fields: dict[str, Value] = {}
    for key, value in _pairs(body):
        inner = key.named_children[0] if key.type == "literal_element" and key.named_children else key
        fields[text(inner)] = _element(evaluator, None, value, scope)
    return Struct(Name(of.package, of.name), of.folder, fields, of.arguments)


def _elements(body: Node) -> list[Node]:
    return [child for child in body.named_children if child.type != "comment"]


def _pairs(body: Node) -> list[tuple[Node, Node]]:
    found = []
    for child in body.named_children:
        if child.type == "keyed_element":
            parts = [one for one in child.named_children if one.type != "comment"]
            if len(parts) == 2:  # noqa: PLR2004 - a key and its value
                found.append((parts[0], parts[1]))
    return found
