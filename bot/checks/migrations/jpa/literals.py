"""Annotations of Java and what stands in them, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 40
# The longest of Java has 19; Python refuses thousands.
_MOST_DIGITS = 40
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "s": " "}


@dataclass(frozen=True)
class Ref:
    """A name: of a constant, an enumeration's value, or a class (`Status.class` is `Status`)."""

    name: str


@dataclass(frozen=True)
class Joined:
    """Two values with an operator between them."""

    left: Value
    operator: str
    right: Value


@dataclass(frozen=True)
class Unread:
    """An expression that is none of the others."""

    text: str


@dataclass(frozen=True)
class Annotation:
    """An annotation: its simple name, what it is given, and its line. A value without a name is called `value`."""

    name: str
    given: Mapping[str, Value]
    line: int

    def ref(self, name: str) -> str:
        """The last part of a name that is given: `EAGER` of `FetchType.EAGER`; empty where it is none."""
        value = self.given.get(name)
        return value.name.rpartition(".")[2] if isinstance(value, Ref) else ""

    def parts(self, name: str) -> tuple[Annotation, ...]:
        """The annotations that are given under a name, one or a list."""
        value = self.given.get(name, ())
        values = value if isinstance(value, tuple) else (value,)
        return tuple(one for one in values if isinstance(one, Annotation))


Value: TypeAlias = "str | int | bool | Ref | Joined | Unread | Annotation | tuple[Value, ...]"


def read_annotation(node: Node, depth: int = 0) -> Annotation:
    """An annotation with all that it is given."""
    name, arguments = node.child_by_field_name("name"), node.child_by_field_name("arguments")
    given: dict[str, Value] = {}
    for child in arguments.named_children if arguments is not None else ():
        if child.type == "element_value_pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                given[text_of(key)] = read_value(value, depth + 1)
        elif "comment" not in child.type:
            given["value"] = read_value(child, depth + 1)
    called = text_of(name).rpartition(".")[2] if name is not None else ""
    return Annotation(called, given, node.start_point.row + 1)


def read_value(node: Node, depth: int = 0) -> Value:  # noqa: C901, PLR0911 - one answer a kind
    """An expression as a value."""
    while node.type in {"parenthesized_expression", "cast_expression"} and node.named_children:
        node = node.named_children[-1]
    if depth > _MAX_DEPTH:
        return Unread(text_of(node)[:200])
    children = [child for child in node.named_children if "comment" not in child.type]
    match node.type:
        case "string_literal":
            return "".join(_escape(one) if one.type == "escape_sequence" else text_of(one) for one in children)
        case "decimal_integer_literal" if len(node.text or b"") <= _MOST_DIGITS:
            return int(text_of(node).replace("_", "").rstrip("lL") or "0")
        case "true" | "false":
            return node.type == "true"
        case "identifier" | "field_access":
            return Ref("".join(text_of(node).split()))
        case "class_literal":
            return Ref("".join(text_of(node).split()).removesuffix(".class"))
        case "annotation" | "marker_annotation":
            return read_annotation(node, depth + 1)
        case "element_value_array_initializer":
            return tuple(read_value(child, depth + 1) for child in children)
        case "binary_expression" if len(children) == 2:  # noqa: PLR2004 - both sides
            operator = node.child_by_field_name("operator")
            left, right = (read_value(child, depth + 1) for child in children)
            return Joined(left, text_of(operator) if operator is not None else "", right)
    return Unread(" ".join(text_of(node).split())[:200])


def _escape(node: Node) -> str:
    text = text_of(node)[1:]
    if text.startswith("u"):
        digits = text.lstrip("u")
        return chr(int(digits, 16)) if digits else ""
    return _ESCAPES.get(text, text)


def text_of(node: Node) -> str:
    """What a node is in the source."""
    return node.text.decode("utf-8", "replace") if node.text is not None else ""
