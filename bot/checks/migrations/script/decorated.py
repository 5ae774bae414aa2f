"""Classes of a script that is followed: their base, their members, and what decorates them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.run import Runner
from bot.checks.migrations.script.values import ClassOf, Closure, Member, Name, Value

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True)
class Decorator:
    """`@name(arguments)`: the last part of the name, what it stands for, its arguments' syntax, and its line."""

    name: str
    value: Value
    given: Node | None
    owner: ClassOf
    line: int


@dataclass(frozen=True)
class Attribute:
    """A field or an accessor of a class: its name, its decorators, its type as it is written, and its line."""

    name: str
    decorators: Sequence[Decorator]
    type: str
    line: int


def base_of(runner: Runner, one: ClassOf) -> Value | None:
    """What a class extends; None where it extends nothing."""
    for child in one.node.named_children:
        if child.type == "class_heritage":
            clause = next((part for part in child.named_children if part.type == "extends_clause"), child)
            value = clause.child_by_field_name("value") or next(iter(clause.named_children), None)
            return runner.evaluate(value, one.scope) if value is not None else None
    return None


def bases_of(runner: Runner, one: ClassOf) -> list[ClassOf]:
    """The classes of the repository that a class rests on, the nearest first."""
    found: list[ClassOf] = []
    base = base_of(runner, one)
    while isinstance(base, ClassOf) and base not in found and base is not one:
        found.append(base)
        base = base_of(runner, base)
    return found


def class_decorators(runner: Runner, one: ClassOf) -> list[Decorator]:
    """What decorates a class."""
    nodes = [child for child in one.node.named_children if child.type == "decorator"]
    parent = one.node.parent
    if parent is not None and parent.type == "export_statement":
        nodes += [child for child in parent.named_children if child.type == "decorator"]
    return [_decorator(runner, node, one) for node in nodes]


def attributes_of(runner: Runner, one: ClassOf) -> Iterator[Attribute]:
    """Yield the fields and accessors of a class that are decorated."""
    body = one.node.child_by_field_name("body")
    waiting: list[Node] = []
    for child in body.named_children if body is not None else ():
        if child.type == "decorator":
            waiting.append(child)
            continue
        name = child.child_by_field_name("name")
        nodes = waiting + [part for part in child.named_children if part.type == "decorator"]
        waiting = []
        if not nodes or name is None or any(part.type == "static" for part in child.children):
            continue
        kind = child.child_by_field_name("type") or child.child_by_field_name("return_type")
        written = node_text(kind).lstrip(":").strip() if kind is not None else ""
        decorators = [_decorator(runner, node, one) for node in nodes]
        yield Attribute(node_text(name), decorators, written, name.start_point.row + 1)


def methods_of(one: ClassOf) -> Iterator[tuple[str, Closure]]:
    """Yield the static methods of a class, and its static blocks under an empty name, with the class as `this`."""
    body = one.node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        name = child.child_by_field_name("name")
        static = any(part.type == "static" for part in child.children)
        if child.type == "method_definition" and static and name is not None:
            yield node_text(name), Closure(child, one.scope.inner(one), node_text(name))
        elif child.type == "class_static_block":
            yield "", Closure(child, one.scope.inner(one))


def _decorator(runner: Runner, node: Node, one: ClassOf) -> Decorator:
    inner = node.named_children[0] if node.named_children else node
    function = inner.child_by_field_name("function") if inner.type == "call_expression" else inner
    value = runner.evaluate(function, one.scope) if function is not None else Name("")
    name = node_text(function).rpartition(".")[2] if function is not None else ""
    if isinstance(value, Member | Name):
        name = value.name
    given = inner.child_by_field_name("arguments") if inner.type == "call_expression" else None
    return Decorator(name, value, given, one, node.start_point.row + 1)


def arguments_of(runner: Runner, decorator: Decorator) -> list[Value]:
    """What a decorator is called with; nothing where it is not called."""
    nodes = decorator.given.named_children if decorator.given is not None else []
    return [runner.evaluate(node, decorator.owner.scope) for node in nodes if node.type != "comment"]
