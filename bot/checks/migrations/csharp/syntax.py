"""Files of C#: the types that they declare, by tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from time import process_time
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.declarations import Attribute, Method, Property, SourceFile, TypeDecl
from bot.checks.migrations.csharp.expressions import (
    children_of,
    declarators,
    first_error,
    read_arguments,
    read_type,
    read_value,
    text_of,
)
from bot.checks.migrations.csharp.values import TypeRef

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_BYTES = 2_500_000
# Files of this size without errors take a third of a second, and errors alone a second for each 50,000 bytes.
_MAX_SECONDS = 3.0
_FEW_BYTES = 20_000
_SLICE = 65_536
_TYPES = {
    "class_declaration": "class",
    "record_declaration": "record",
    "record_struct_declaration": "struct",
    "struct_declaration": "struct",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
}
# Longer than names are, and more namespaces than a file uses: names that nest would grow without end.
_MAX_NAME = 1_000
_MAX_USINGS = 2_000
_NAMESPACES = frozenset({"namespace_declaration", "file_scoped_namespace_declaration"})
# What stands behind a condition of the compiler is read as if that were met, and marked.
_TRANSPARENT = frozenset({"preproc_if", "preproc_else", "preproc_elif", "preproc_if_in_top_level", "declaration_list"})


def read_file(path: str, content: bytes) -> SourceFile:
    """The types of a file. One that is too large is broken at its first line."""
    file = SourceFile(path=path)
    if len(content) > _MAX_BYTES:
        file.broken = 1
        return file
    root = _parse(content)
    if root is None:
        file.broken = 1
        return file
    if root.has_error:
        file.broken = first_error(root)
    _read_members(file, root, "", None)
    file.nullable.sort()
    return file


def _parse(content: bytes) -> Node | None:
    """The tree of a file; None where it has so many errors that the parser takes long to make something of them."""
    parser = _parser()
    if len(content) > _FEW_BYTES:
        end = process_time() + _MAX_SECONDS
        try:
            parser.parse(
                lambda offset, _: content[offset : offset + _SLICE],
                progress_callback=lambda _, __: process_time() > end,
            )
        except ValueError:
            parser.reset()
            return None
    # Only of a tree that was made of bytes the nodes have their text at hand.
    return parser.parse(content).root_node


@cache
def _parser() -> Parser:
    import tree_sitter_c_sharp
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_c_sharp.language()))


def _read_members(file: SourceFile, root: Node, namespace: str, outer: TypeDecl | None) -> None:  # noqa: C901, PLR0912 - one branch a kind
    """Read what stands at the top, in namespaces, or in a type; nesting is followed without recursion of Python."""
    waiting: list[tuple[Node, str, TypeDecl | None, bool]] = [(root, namespace, outer, False)]
    while waiting:
        node, space, inside, conditional = waiting.pop()
        for child in node.named_children:
            if child.type == "using_directive" and len(file.usings) >= _MAX_USINGS:
                _break(file, child)
            elif child.type == "using_directive":
                _read_using(file, child)
            elif child.type == "preproc_nullable":
                file.nullable.append((child.start_point.row + 1, text_of(child).split()[-1]))
            elif child.type in _NAMESPACES:
                name = child.child_by_field_name("name")
                full = ".".join(part for part in (space, text_of(name) if name else "") if part)
                if len(full) > _MAX_NAME:
                    _break(file, child)
                    continue
                body = child.child_by_field_name("body")
                if body is None:
                    space = full
                waiting.append((body or child, full, None, conditional))
            elif child.type in _TYPES:
                made = _read_type(file, child, space, inside)
                if made is not None:
                    made.conditional = conditional
                body = child.child_by_field_name("body")
                if made is not None and body is not None and made.kind != "enum":
                    waiting.append((body, space, made, conditional))
            elif child.type in _TRANSPARENT:
                waiting.append((child, space, inside, conditional or child.type != "declaration_list"))
            elif inside is not None:
                _read_member(inside, child, conditional=conditional)


def _break(file: SourceFile, node: Node) -> None:
    """Note that a part of a file is not read."""
    file.broken = file.broken or node.start_point.row + 1


def _read_using(file: SourceFile, node: Node) -> None:
    name = node.child_by_field_name("name")
    rest = [child for child in children_of(node) if child != name]
    if name is not None and rest:
        file.aliases[text_of(name)] = read_type(rest[-1])
    elif rest:
        file.usings.append("".join(text_of(rest[-1]).split()))


def _read_type(file: SourceFile, node: Node, space: str, outer: TypeDecl | None) -> TypeDecl | None:
    name = node.child_by_field_name("name")
    if name is None:
        return None
    bases = next((child for child in children_of(node) if child.type == "base_list"), None)
    generic = next((child for child in children_of(node) if child.type == "type_parameter_list"), None)
    before = f"{outer.full_name}+" if outer is not None else f"{space}." if space else ""
    if len(before) > _MAX_NAME:
        _break(file, node)
        return None
    parameters = (
        tuple(text_of(one.child_by_field_name("name") or one) for one in children_of(generic)) if generic else ()
    )
    made = TypeDecl(
        kind=_TYPES[node.type],
        name=text_of(name),
        full_name=before + text_of(name) + (f"`{len(parameters)}" if parameters else ""),
        path=file.path,
        line=name.start_point.row + 1,
        file=file,
        modifiers=_modifiers(node),
        parameters=parameters,
        bases=tuple(read_type(child) for child in children_of(bases) if child.type != "argument_list")
        if bases is not None
        else (),
        attributes=tuple(read_attributes(node)),
        outer=outer,
    )
    file.types.append(made)
    body = node.child_by_field_name("body")
    if made.kind == "enum" and body is not None:
        for child in children_of(body):
            member, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if member is not None:
                made.members.append((text_of(member), read_value(value) if value is not None else None))
    if node.type in {"record_declaration", "record_struct_declaration"}:
        _read_positional(made, node)
    return made


def _read_positional(made: TypeDecl, node: Node) -> None:
    """The parameters of a record are its properties."""
    parameters = next((child for child in children_of(node) if child.type == "parameter_list"), None)
    for child in children_of(parameters) if parameters is not None else ():
        name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        if name is not None and kind is not None:
            line = name.start_point.row + 1
            attributes = tuple(read_attributes(child))
            made.properties.append(
                Property(
                    name=text_of(name),
                    type=read_type(kind),
                    line=line,
                    modifiers=frozenset({"public"}),
                    attributes=attributes,
                )
            )


def _read_member(inside: TypeDecl, node: Node, *, conditional: bool) -> None:
    match node.type:
        case "property_declaration":
            _read_property(inside, node, conditional=conditional)
        case "field_declaration":
            kind = next(
                (
                    child.child_by_field_name("type")
                    for child in children_of(node)
                    if child.type == "variable_declaration"
                ),
                None,
            )
            for name, value in declarators(node):
                inside.properties.append(
                    Property(
                        name=name,
                        type=read_type(kind) if kind is not None else TypeRef("?"),
                        line=node.start_point.row + 1,
                        modifiers=_modifiers(node),
                        attributes=tuple(read_attributes(node)),
                        is_field=True,
                        conditional=conditional,
                        value=read_value(value) if value is not None else None,
                    )
                )
        case "method_declaration":
            _read_method(inside, node, conditional=conditional)


def _read_property(inside: TypeDecl, node: Node, *, conditional: bool) -> None:
    name, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is None or kind is None or any(child.type == "explicit_interface_specifier" for child in node.children):
        return
    value, accessors = node.child_by_field_name("value"), node.child_by_field_name("accessors")
    arrow = value is not None and value.type == "arrow_expression_clause"
    words = [child for one in children_of(accessors) for child in one.children] if accessors is not None else []
    kinds = {child.type for child in words}
    get = (
        next((one for one in children_of(accessors) if any(c.type == "get" for c in one.children)), None)
        if accessors
        else None
    )
    inside.properties.append(
        Property(
            name=text_of(name),
            type=read_type(kind),
            line=name.start_point.row + 1,
            modifiers=_modifiers(node),
            attributes=tuple(read_attributes(node)),
            getter=arrow or "get" in kinds,
            setter=bool(kinds & {"set", "init"}),
            computed=arrow
            or (get is not None and any(c.type in {"block", "arrow_expression_clause"} for c in get.children)),
            value=read_value(children_of(value)[0] if arrow else value) if value is not None else None,
            conditional=conditional,
        )
    )


def _read_method(inside: TypeDecl, node: Node, *, conditional: bool) -> None:
    name, listed = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    if name is None:
        return
    parameters, extends = [], False
    for child in children_of(listed) if listed is not None else ():
        one, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        extends = extends or any(part.type == "modifier" and text_of(part) == "this" for part in child.children)
        if one is not None and kind is not None:
            parameters.append((text_of(one), read_type(kind)))
    generic = next((child for child in children_of(node) if child.type == "type_parameter_list"), None)
    inside.methods.append(
        Method(
            name=text_of(name),
            parameters=tuple(parameters),
            modifiers=_modifiers(node),
            extends=extends,
            line=name.start_point.row + 1,
            types=tuple(text_of(child.child_by_field_name("name") or child) for child in children_of(generic))
            if generic is not None
            else (),
            conditional=conditional,
            _body=node.child_by_field_name("body"),
        )
    )


def _modifiers(node: Node) -> frozenset[str]:
    return frozenset(text_of(child) for child in node.children if child.type == "modifier")


def read_attributes(node: Node) -> Iterator[Attribute]:
    """Yield the attributes that stand before a declaration."""
    for listed in node.named_children:
        if listed.type != "attribute_list":
            continue
        for one in children_of(listed):
            name = one.child_by_field_name("name")
            if one.type != "attribute" or name is None:
                continue
            given = next((child for child in children_of(one) if child.type == "attribute_argument_list"), None)
            simple = read_type(name).simple.removesuffix("Attribute")
            yield Attribute(simple, read_arguments(given), one.start_point.row + 1)
