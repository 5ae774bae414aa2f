"""What a function does, statement by statement, as far as the steps of migrations are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.checks.migrations.script.module import read_value
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.values import Function, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 40
_SILENT = frozenset({
    "break_statement", "comment", "continue_statement", "debugger_statement", "empty_statement",
    "interface_declaration", "type_alias_declaration",
})  # fmt: skip


@dataclass(frozen=True)
class Let:
    """A name of the function's own, and what it stands for; `members` are the names taken out of an object."""

    name: str
    members: Sequence[tuple[str, str]]
    value: Value
    line: int


@dataclass(frozen=True)
class Do:
    """An expression that is evaluated for what it does; `to` is what its value is given to."""

    value: Value
    line: int
    to: str = ""


@dataclass(frozen=True)
class If:
    """Two ways."""

    condition: Value
    then: Sequence[Statement]
    otherwise: Sequence[Statement]
    line: int


@dataclass(frozen=True)
class Each:
    """`for (const name of over)`."""

    name: str
    over: Value
    body: Sequence[Statement]
    line: int


@dataclass(frozen=True)
class Return:
    """The end; `value` is None where nothing is given back. An error that is thrown is one too."""

    value: Value | None
    thrown: bool = False


@dataclass(frozen=True)
class Odd:
    """Anything else: how it is written."""

    text: str
    line: int


Statement: TypeAlias = Let | Do | If | Each | Return | Odd


def read_statements(body: Node | None, depth: int = 0) -> list[Statement]:
    """The statements of a block, or the one that a node is. What is tried counts as done."""
    if body is None:
        return []
    if depth > _MAX_DEPTH:
        return [Odd(node_text(body), body.start_point.row + 1)]
    children = body.named_children if body.type == "statement_block" else [body]
    return [one for child in children for one in _statement(child, depth + 1)]


def _statement(node: Node, depth: int) -> Iterator[Statement]:  # noqa: C901 - one answer a kind
    line = node.start_point.row + 1
    match node.type:
        case kind if kind in _SILENT:
            return
        case "statement_block":
            yield from read_statements(node, depth)
        case "expression_statement":
            yield from _expression(node.named_children[0], line)
        case "lexical_declaration" | "variable_declaration":
            yield from _declarations(node, line)
        case "class_declaration" | "function_declaration":
            yield from _named(node, line)
        case "if_statement":
            yield from _if(node, line, depth)
        case "for_in_statement":
            yield _each(node, line, depth)
        case "try_statement":
            last = node.child_by_field_name("finalizer")
            for block in (node.child_by_field_name("body"), last.child_by_field_name("body") if last else None):
                yield from read_statements(block, depth)
        case "return_statement" | "throw_statement":
            value = read_value(node.named_children[0]) if node.named_children else None
            yield Return(value, thrown=node.type == "throw_statement")
        case _:
            yield Odd(node_text(node), line)


def _if(node: Node, line: int, depth: int) -> Iterator[Statement]:
    condition, otherwise = node.child_by_field_name("condition"), node.child_by_field_name("alternative")
    if condition is not None:
        then = read_statements(node.child_by_field_name("consequence"), depth)
        other = read_statements(otherwise.named_children[0] if otherwise else None, depth)
        yield If(read_value(condition), then, other, line)


def _expression(node: Node, line: int) -> Iterator[Statement]:
    if node.type == "assignment_expression":
        target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if target is not None and value is not None:
            yield Do(read_value(value), line, node_text(target))
    elif node.type == "await_expression" and node.named_children:
        yield from _expression(node.named_children[0], line)
    else:
        yield Do(read_value(node), line)


def _declarations(node: Node, line: int) -> Iterator[Statement]:
    for child in node.named_children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "variable_declarator" and name is not None and value is not None:
            members = list(_members(name))
            yield Let("" if members else node_text(name), members, read_value(value), line)


def _members(pattern: Node) -> Iterator[tuple[str, str]]:
    """Yield (member, name) of each part of `{a, b: c}` and `[a, b]`; nothing for a name alone."""
    if pattern.type == "array_pattern":
        named = (child for child in pattern.named_children if child.type != "comment")
        yield from ((str(at), node_text(child)) for at, child in enumerate(named) if child.type == "identifier")
    for child in pattern.named_children if pattern.type == "object_pattern" else ():
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key is not None and value is not None:
            yield node_text(key), node_text(value)
        elif child.type != "comment":
            name = node_text(child).partition("=")[0].strip()
            yield name, name


def _named(node: Node, line: int) -> Iterator[Statement]:
    from bot.checks.migrations.script.classes import read_class

    name = node.child_by_field_name("name")
    if name is None:
        return
    if node.type == "class_declaration":
        yield Let(node_text(name), (), read_class(node), line)
    else:
        parameters = node.child_by_field_name("parameters")
        given = parameters.named_children if parameters is not None else ()
        names = [node_text(one.child_by_field_name("pattern") or one) for one in given]
        body = node.child_by_field_name("body")
        yield Let(node_text(name), (), Function(names, None, node_text(node), body), line)


def _each(node: Node, line: int, depth: int) -> Statement:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    if left is None or right is None or sign is None or node_text(sign) != "of":
        return Odd(node_text(node), line)
    return Each(node_text(left), read_value(right), read_statements(node.child_by_field_name("body"), depth), line)
