"""Classes of TypeScript and JavaScript: what they extend, their decorators, properties and methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.script.module import read_value
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.values import Call, Text, Value

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True)
class Decorator:
    """`@function(arguments)`; one without brackets has no arguments and is not called."""

    function: Value
    arguments: Sequence[Value]
    line: int = field(compare=False, repr=False)


@dataclass(frozen=True)
class Property:
    """A field or an accessor of a class.

    Attributes:
        type: its annotation as it is written, without the colon.
        optional: whether a question mark stands after its name.
        made: the class, with its types, of which it is given a new instance (`Collection<Post>`); empty otherwise.
    """

    name: str
    type: str
    decorators: Sequence[Decorator]
    line: int = field(compare=False, repr=False)
    value: Value | None = None
    optional: bool = False
    made: str = ""


@dataclass(frozen=True)
class Method:
    """A method: its parameters, and its body's syntax."""

    name: str
    parameters: Sequence[str]
    line: int
    body: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Class:
    """A class: what it extends, what it says to implement, and its static constants by name."""

    name: str
    base: Value | None
    interfaces: Sequence[str]
    decorators: Sequence[Decorator]
    properties: Sequence[Property]
    methods: Sequence[Method] = field(compare=False, repr=False)
    line: int = field(compare=False, repr=False)
    constants: Sequence[tuple[str, Value]] = ()
    abstract: bool = False

    def method(self, name: str) -> Method | None:
        """The method of a name."""
        return next((one for one in self.methods if one.name == name), None)


def read_class(node: Node) -> Class:
    """The class that a node declares. Decorators before `export` stand beside it, and are its own."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    decorators = [child for child in node.children if child.type == "decorator"]
    if node.parent is not None and node.parent.type == "export_statement":
        decorators = [*(child for child in node.parent.children if child.type == "decorator"), *decorators]
    base, interfaces = _heritage(node)
    members = list(_members(body)) if body is not None else []
    statics = list(_statics(body)) if body is not None else []
    return Class(
        name=node_text(name) if name is not None else "",
        base=base,
        interfaces=interfaces,
        decorators=[_decorator(one) for one in decorators],
        properties=[one for one in members if isinstance(one, Property)],
        methods=[one for one in members if isinstance(one, Method)],
        line=(name or node).start_point.row + 1,
        constants=statics,
        abstract=node.type == "abstract_class_declaration",
    )


def _statics(body: Node) -> Iterator[tuple[str, Value]]:
    for child in body.named_children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is not None and value is not None and any(one.type == "static" for one in child.children):
            yield node_text(name), read_value(value)


def _heritage(node: Node) -> tuple[Value | None, list[str]]:
    base: Value | None = None
    interfaces = []
    for heritage in node.children:
        if heritage.type != "class_heritage":
            continue
        for clause in heritage.named_children:
            if clause.type == "extends_clause":
                value = clause.child_by_field_name("value")
                base = read_value(value) if value is not None else None
            elif clause.type == "implements_clause":
                interfaces += [node_text(one).partition("<")[0] for one in clause.named_children]
            elif base is None:
                # The grammar of JavaScript has no clause here.
                base = read_value(clause)
    return base, interfaces


def _decorator(node: Node) -> Decorator:
    value = read_value(node.named_children[0]) if node.named_children else Text("")
    line = node.start_point.row + 1
    if isinstance(value, Call):
        return Decorator(value.function, value.arguments, line)
    return Decorator(value, (), line)


def _members(body: Node) -> Iterator[Property | Method]:
    waiting: list[Node] = []
    for child in body.named_children:
        if child.type == "decorator":
            waiting.append(child)
            continue
        if child.type == "comment":
            continue
        name = child.child_by_field_name("name")
        decorators = [*waiting, *(one for one in child.children if one.type == "decorator")]
        waiting = []
        if name is None or any(one.type == "static" for one in child.children):
            continue
        if child.type in {"public_field_definition", "field_definition"}:
            yield _property(child, name, child.child_by_field_name("type"), decorators)
        elif any(one.type in {"get", "set"} for one in child.children):
            yield _property(child, name, child.child_by_field_name("return_type"), decorators)
        elif child.type == "method_definition":
            yield _method(child, name)


def _property(node: Node, name: Node, annotation: Node | None, decorators: Sequence[Node]) -> Property:
    value = node.child_by_field_name("value")
    return Property(
        name=_name(name),
        type=node_text(annotation).lstrip(":").strip() if annotation is not None else "",
        decorators=[_decorator(one) for one in decorators],
        line=name.start_point.row + 1,
        value=read_value(value) if value is not None else None,
        optional=any(child.type == "?" for child in node.children),
        made=_made(value),
    )


def _made(value: Node | None) -> str:
    if value is None or value.type != "new_expression":
        return ""
    parts = [child for child in value.named_children if child.type in {"identifier", "type_arguments"}]
    return "".join(node_text(part) for part in parts)


def _method(node: Node, name: Node) -> Method:
    parameters = node.child_by_field_name("parameters")
    given = parameters.named_children if parameters is not None else ()
    names = [node_text(one.child_by_field_name("pattern") or one) for one in given if one.type != "comment"]
    return Method(_name(name), names, name.start_point.row + 1, node.child_by_field_name("body"))


def _name(node: Node) -> str:
    return node_text(node).strip("\"'")
