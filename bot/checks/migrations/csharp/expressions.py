"""Reads expressions and statements from tree-sitter's nodes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.values import (
    Argument,
    Assign,
    Branch,
    Call,
    Constant,
    Do,
    Items,
    Lambda,
    Local,
    Loop,
    Member,
    Name,
    New,
    Number,
    Operation,
    Other,
    Return,
    Statement,
    Text,
    TypeOf,
    TypeRef,
    Unread,
    Value,
)

if TYPE_CHECKING:
    from tree_sitter import Node

# Deeper than code is written, and shallow enough for the interpreter's own stack.
_MAX_DEPTH = 120
_SUFFIX = re.compile(r"[uUlLmMfFdD]+$")
_PASSED_THROUGH = frozenset({"parenthesized_expression", "checked_expression", "await_expression", "ref_expression"})
_TEXTS = frozenset({"string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal"})


def first_error(root: Node) -> int:
    """The line of the first error; of one that encloses others, of the innermost."""
    cursor: Node | None = root
    last = root
    while cursor is not None:
        last = cursor
        cursor = next((one for one in cursor.children if one.has_error or one.is_error or one.is_missing), None)
    return last.start_point.row + 1


def text_of(node: Node) -> str:
    """A node's source."""
    return node.text.decode("utf-8", "replace") if node.text is not None else ""


def words_of(node: Node) -> str:
    """A node's words without comments and layout."""
    words, waiting = [], [node]
    while waiting:
        one = waiting.pop()
        if one.type in {"comment", "preproc_region", "preproc_endregion", "preproc_pragma"}:
            continue
        if one.child_count and one.type not in _TEXTS:
            waiting.extend(reversed(one.children))
        else:
            words.append(text_of(one))
    return " ".join(words)


def children_of(node: Node) -> list[Node]:
    """The named children that are no comments and no directives."""
    return [one for one in node.named_children if not _is_between(one)]


def _is_between(node: Node) -> bool:
    return node.type == "comment" or node.type.startswith("preproc_")


def read_type(node: Node, depth: int = 0) -> TypeRef:  # noqa: PLR0911 - one answer a kind
    """A type as it is named; one that is not understood has its text for a name."""
    if depth > _MAX_DEPTH:
        return TypeRef("?")
    match node.type:
        case "nullable_type":
            inner = read_type(children_of(node)[0], depth + 1)
            return TypeRef(inner.name, inner.arguments, nullable=True, rank=inner.rank)
        case "array_type":
            inner = read_type(children_of(node)[0], depth + 1)
            return TypeRef(inner.name, inner.arguments, rank=inner.rank + 1)
        case "generic_name":
            name, *rest = children_of(node)
            given = children_of(rest[0]) if rest else []
            return TypeRef(text_of(name), tuple(read_type(one, depth + 1) for one in given))
        case "qualified_name" | "alias_qualified_name":
            parts = children_of(node)
            before, last = read_type(parts[0], depth + 1), read_type(parts[-1], depth + 1)
            return TypeRef(last.name if before.name == "global" else f"{before.name}.{last.name}", last.arguments)
        case "primary_constructor_base_type":
            return read_type(children_of(node)[0], depth + 1)
    return TypeRef("".join(text_of(node).split()))


def read_value(node: Node, depth: int = 0) -> Value:  # noqa: C901, PLR0911, PLR0912 - one answer a kind
    """An expression as a value."""
    while node.type in _PASSED_THROUGH and (inner := children_of(node)):
        node = inner[0]
    if depth > _MAX_DEPTH:
        return Unread(words_of(node))
    match node.type:
        case "string_literal" | "verbatim_string_literal" | "raw_string_literal" | "character_literal":
            return Text(_string(node))
        case "integer_literal" | "real_literal":
            return Number(_number(text_of(node)))
        case "boolean_literal" | "null_literal":
            return Constant(text_of(node))
        case "identifier" | "this" | "base" | "predefined_type":
            return Name(text_of(node))
        case "generic_name":
            named = read_type(node, depth)
            return Name(named.name, named.arguments)
        case "member_access_expression":
            return _member(node, depth)
        case "conditional_access_expression":
            return _conditional(node, depth)
        case "invocation_expression":
            return _call(node, depth)
        case "object_creation_expression" | "implicit_object_creation_expression":
            return _new(node, depth)
        case "anonymous_object_creation_expression":
            return New(None, entries=tuple(_anonymous(node, depth)))
        case "array_creation_expression" | "implicit_array_creation_expression" | "collection_expression":
            return Items(tuple(_elements(node, depth)))
        case "typeof_expression":
            return TypeOf(read_type(children_of(node)[0]))
        case "cast_expression":
            value = node.child_by_field_name("value")
            return read_value(value, depth + 1) if value is not None else Unread(words_of(node))
        case "postfix_unary_expression" if text_of(node).endswith("!"):
            return read_value(children_of(node)[0], depth + 1)
        case "default_expression":
            return Constant("default")
        case "lambda_expression" | "anonymous_method_expression":
            return _lambda(node, depth)
        case "assignment_expression" | "binary_expression":
            return _binary(node, depth)
        case "prefix_unary_expression":
            return _unary(node, depth)
        case "as_expression":
            return read_value(children_of(node)[0], depth + 1)
    if text_of(node) == "default":
        return Constant("default")
    return Unread(words_of(node))


def read_statements(node: Node, depth: int = 0) -> tuple[Statement, ...]:
    """The statements of a block, of the arrow of an expression, or the one statement that a node is."""
    if depth > _MAX_DEPTH:
        return (Other(words_of(node), node.start_point.row + 1),)
    if node.type == "block":
        # What a condition of the compiler decides is a statement that nobody follows.
        kept = [one for one in node.named_children if one.type == "preproc_if" or not _is_between(one)]
        return tuple(made for child in kept for made in _statement(child, depth + 1))
    if node.type == "arrow_expression_clause":
        inner = children_of(node)[0]
        return (Do(read_value(inner, depth + 1), inner.start_point.row + 1),)
    return tuple(_statement(node, depth))


def _statement(node: Node, depth: int) -> Iterator[Statement]:
    line = node.start_point.row + 1
    match node.type:
        case "expression_statement":
            yield Do(read_value(children_of(node)[0], depth + 1), line)
        case "local_declaration_statement":
            for label, value in declarators(node):
                read = read_value(value, depth + 1) if value is not None else Unread("")
                yield Local(label, read, line)
        case "return_statement":
            given = children_of(node)
            yield Return(read_value(given[0], depth + 1) if given else Constant("null"), line)
        case "if_statement":
            condition = node.child_by_field_name("condition")
            parts = [node.child_by_field_name(part) for part in ("consequence", "alternative")]
            then, otherwise = (read_statements(one, depth + 1) if one is not None else () for one in parts)
            yield Branch(read_value(condition, depth + 1) if condition else Unread(""), then, otherwise, line)
        case "foreach_statement":
            name, source = node.child_by_field_name("left"), node.child_by_field_name("right")
            body = node.child_by_field_name("body")
            if name is None or source is None or body is None:
                yield Other(words_of(node), line)
            else:
                yield Loop(text_of(name), read_value(source, depth + 1), read_statements(body, depth + 1), line)
        case "block":
            yield from read_statements(node, depth + 1)
        case "empty_statement":
            return
        case _:
            yield Other(words_of(node), line)


def declarators(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Yield each name that a declaration of variables or fields makes, with its value."""
    for declaration in children_of(node):
        if declaration.type != "variable_declaration":
            continue
        for one in children_of(declaration):
            name = one.child_by_field_name("name")
            if one.type == "variable_declarator" and name is not None:
                rest = [child for child in children_of(one) if child != name]
                yield text_of(name), rest[-1] if rest else None


def read_arguments(node: Node | None, depth: int = 0) -> tuple[Argument, ...]:
    """The arguments of a call or of an attribute."""
    if node is None:
        return ()
    found = []
    for one in children_of(node):
        if one.type not in {"argument", "attribute_argument"}:
            continue
        name = one.child_by_field_name("name")
        values = [child for child in children_of(one) if child != name]
        if values:
            given = text_of(name) if name is not None else ""
            found.append(Argument(given, read_value(values[-1], depth + 1)))
    return tuple(found)


def _member(node: Node, depth: int) -> Value:
    target, name = node.child_by_field_name("expression"), node.child_by_field_name("name")
    if target is None or name is None:
        return Unread(words_of(node))
    named = read_type(name)
    return Member(read_value(target, depth + 1), named.name, named.arguments)


def _conditional(node: Node, depth: int) -> Value:
    target = node.child_by_field_name("condition")
    binding = children_of(node)[-1]
    name = binding.child_by_field_name("name")
    if target is None or name is None or binding.type != "member_binding_expression":
        return Unread(words_of(node))
    return Member(read_value(target, depth + 1), text_of(name))


def _call(node: Node, depth: int) -> Value:
    function = node.child_by_field_name("function")
    if function is None:
        return Unread(words_of(node))
    arguments = read_arguments(node.child_by_field_name("arguments"), depth)
    last = function.child_by_field_name("name") or function
    if function.type == "identifier" and text_of(function) == "nameof" and len(arguments) == 1:
        match arguments[0].value:
            case Name(name) | Member(_, name):
                return Text(name)
    size = node.end_byte - node.start_byte
    return Call(read_value(function, depth + 1), arguments, last.start_point.row + 1, size)


def _new(node: Node, depth: int) -> Value:
    named = node.child_by_field_name("type")
    initial = next((one for one in children_of(node) if one.type == "initializer_expression"), None)
    given = next((one for one in children_of(node) if one.type == "argument_list"), None)
    entries, items = [], []
    for one in children_of(initial) if initial is not None else ():
        value = read_value(one, depth + 1)
        match value:
            case Assign(Name(name), right):
                entries.append((name, right))
            case _:
                items.append(value)
    made = read_type(named) if named is not None else None
    return New(made, read_arguments(given, depth), tuple(entries), tuple(items))


def _anonymous(node: Node, depth: int) -> Iterator[tuple[str, Value]]:
    """Yield the members of `new { A = 1, x.B }`."""
    name, waiting = "", False
    pending: Node | None = None
    for child in node.children:
        if child.type == "=" and pending is not None:
            name, waiting, pending = text_of(pending), True, None
        elif child.is_named and child.type != "comment":
            if waiting:
                yield name, read_value(child, depth + 1)
                waiting = False
            else:
                pending = child
        elif child.type in {",", "}"} and pending is not None:
            value = read_value(pending, depth + 1)
            yield (value.name if isinstance(value, Name | Member) else ""), value
            pending = None


def _elements(node: Node, depth: int) -> Iterator[Value]:
    for child in children_of(node):
        if child.type == "initializer_expression":
            yield from (read_value(one, depth + 1) for one in children_of(child))
        elif child.type == "collection_element":
            inner = children_of(child)
            one = children_of(inner[0])[0] if inner and children_of(inner[0]) else child
            yield read_value(one, depth + 1)


def _lambda(node: Node, depth: int) -> Value:
    parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
    names: list[str] = []
    if parameters is not None:
        inner = children_of(parameters)
        names = [text_of(parameters)] if parameters.type in {"implicit_parameter", "identifier"} else []
        names = names or [text_of(one.child_by_field_name("name") or one) for one in inner]
    if body is None:
        return Unread(words_of(node))
    if body.type == "block":
        return Lambda(tuple(names), read_statements(body, depth + 1))
    return Lambda(tuple(names), (Do(read_value(body, depth + 1), body.start_point.row + 1),))


def _binary(node: Node, depth: int) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = next((child.type for child in node.children if not child.is_named), "")
    if left is None or right is None:
        return Unread(words_of(node))
    one, other = read_value(left, depth + 1), read_value(right, depth + 1)
    if node.type == "assignment_expression":
        return Assign(one, other) if sign in {"=", ""} else Unread(words_of(node))
    if sign == "+" and isinstance(one, Text) and isinstance(other, Text):
        return Text(one.text + other.text)
    return Operation(sign, one, other)


def _unary(node: Node, depth: int) -> Value:
    sign = node.children[0].type
    inner = read_value(children_of(node)[0], depth + 1)
    if sign == "-" and isinstance(inner, Number):
        return Number(f"-{inner.text}")
    return Operation(sign, None, inner)


def _number(text: str) -> str:
    text = text.replace("_", "")
    if text.lower().startswith(("0x", "0b")):
        try:
            return str(int(text.rstrip("uUlL"), 0))
        except ValueError:
            return text
    return _SUFFIX.sub("", text)


def _string(node: Node) -> str:
    text = text_of(node)
    if node.type == "raw_string_literal":
        return _raw(text)
    if node.type == "verbatim_string_literal":
        return text[2:-1].replace('""', '"')
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    try:
        # The escapes of C# that are written in models are those of Python.
        return str(ast.literal_eval(f'"{inner}"')) if node.type == "string_literal" else inner
    except (SyntaxError, ValueError):
        return inner


def _raw(text: str) -> str:
    quotes = len(text) - len(text.lstrip('"'))
    inner = text[quotes:-quotes]
    if "\n" not in inner:
        return inner
    lines = inner.splitlines()[1:]
    indent = len(lines[-1]) if lines else 0
    return "\n".join(line[indent:] for line in lines[:-1])
