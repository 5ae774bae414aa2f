"""Files of C#: the types that they declare, by tree-sitter. Bodies of methods are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.expressions import (
    children_of,
    declarators,
    first_error,
    read_arguments,
    read_statements,
    read_type,
    read_value,
    text_of,
    words_of,
)
from bot.checks.migrations.csharp.values import Argument, Statement, TypeRef, Value

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_BYTES = 4_000_000
_TYPES = {
    "class_declaration": "class",
    "record_declaration": "record",
    "record_struct_declaration": "struct",
    "struct_declaration": "struct",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
}
_NAMESPACES = frozenset({"namespace_declaration", "file_scoped_namespace_declaration"})
# A file whose conditions stand around declarations is read as if each were met.
_TRANSPARENT = frozenset({"preproc_if", "preproc_else", "preproc_elif", "preproc_if_in_top_level", "declaration_list"})


@dataclass(frozen=True)
class Attribute:
    """`[Name(arguments)]`; the name is without `Attribute` and without what stands before its last dot."""

    name: str
    arguments: tuple[Argument, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Property:
    """A property or a field.

    Attributes:
        getter: whether it has one; a field has both.
        setter: whether it has one, of any reach; `computed` where the getter is an expression or a body.
    """

    name: str
    type: TypeRef
    line: int
    modifiers: frozenset[str] = frozenset()
    attributes: tuple[Attribute, ...] = ()
    getter: bool = True
    setter: bool = True
    computed: bool = False
    is_field: bool = False
    value: Value | None = None

    def attribute(self, *names: str) -> Attribute | None:
        """The first attribute of one of the names."""
        return next((one for one in self.attributes if one.name in names), None)


@dataclass(kw_only=True, eq=False)
class Method:
    """A method; `parameters` are names and types, with `this` marking that of an extension."""

    name: str
    parameters: tuple[tuple[str, TypeRef], ...]
    modifiers: frozenset[str]
    extends: bool
    line: int
    types: tuple[str, ...] = ()
    _body: Node | None = None
    _read: tuple[Statement, ...] | None = None

    def body(self) -> tuple[Statement, ...]:
        """The statements; none where it has no body."""
        if self._read is None:
            self._read = read_statements(self._body) if self._body is not None else ()
        return self._read

    def shared(self, seen: dict[bytes, tuple[Statement, ...]]) -> tuple[Statement, ...]:
        """The statements, where those of other bodies with the same words are taken from there, with their lines."""
        if self._body is None or self._body.type != "block":
            return self.body()
        found: list[Statement] = []
        for child in children_of(self._body):
            key = child.text or b""
            if key not in seen:
                seen[key] = read_statements(child)
            found.extend(seen[key])
        return tuple(found)

    def words(self) -> str:
        """The body's words, without comments and layout."""
        return words_of(self._body) if self._body is not None else ""


@dataclass(kw_only=True, eq=False)
class TypeDecl:
    """A class, record, struct, interface or enumeration.

    `full_name` is as EF Core writes it: the namespace with dots, and `+` before the name of a nested type; one with
    parameters ends with their number, as in metadata.
    """

    kind: str
    name: str
    full_name: str
    path: str
    line: int
    file: SourceFile
    modifiers: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    bases: tuple[TypeRef, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    properties: list[Property] = field(default_factory=list)
    methods: list[Method] = field(default_factory=list)
    members: list[tuple[str, Value | None]] = field(default_factory=list)
    outer: TypeDecl | None = None

    @cached_property
    def constants(self) -> dict[str, Value]:
        """The values of constants, static members and computed ones by name; of several the first."""
        return {
            one.name: one.value
            for one in reversed(self.properties)
            if one.value is not None and (one.computed or {"const", "static"} & one.modifiers)
        }

    def attribute(self, *names: str) -> Attribute | None:
        """The first attribute of one of the names."""
        return next((one for one in self.attributes if one.name in names), None)

    def method(self, name: str) -> Method | None:
        """The first method of a name that has a body."""
        return next((one for one in self.methods if one.name == name), None)


@dataclass(kw_only=True, eq=False)
class SourceFile:
    """What a file declares.

    Attributes:
        usings: namespaces, `static` ones too.
        aliases: name to the type that it stands for.
        nullable: lines at which `#nullable` is set, and what to: `enable`, `disable` or `restore`.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    usings: list[str] = field(default_factory=list)
    aliases: dict[str, TypeRef] = field(default_factory=dict)
    nullable: list[tuple[int, str]] = field(default_factory=list)
    types: list[TypeDecl] = field(default_factory=list)
    broken: int | None = None

    def nullable_at(self, line: int) -> str | None:
        """What `#nullable` says at a line; None where the project decides."""
        said = None
        for at, what in self.nullable:
            if at > line:
                break
            said = what
        return None if said == "restore" else said


def read_file(path: str, content: bytes) -> SourceFile:
    """The types of a file. One that is too large is broken at its first line."""
    file = SourceFile(path=path)
    if len(content) > _MAX_BYTES:
        file.broken = 1
        return file
    root = _parser().parse(content).root_node
    if root.has_error:
        file.broken = first_error(root)
    _read_members(file, root, "", None)
    file.nullable.sort()
    return file


@cache
def _parser() -> Parser:
    import tree_sitter_c_sharp
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_c_sharp.language()))


def _read_members(file: SourceFile, root: Node, namespace: str, outer: TypeDecl | None) -> None:  # noqa: C901 - one branch a kind
    """Read what stands at the top, in namespaces, or in a type; nesting is followed without recursion of Python."""
    waiting: list[tuple[Node, str, TypeDecl | None]] = [(root, namespace, outer)]
    while waiting:
        node, space, inside = waiting.pop()
        for child in node.named_children:
            if child.type == "using_directive":
                _read_using(file, child)
            elif child.type == "preproc_nullable":
                file.nullable.append((child.start_point.row + 1, text_of(child).split()[-1]))
            elif child.type in _NAMESPACES:
                name = child.child_by_field_name("name")
                full = ".".join(part for part in (space, text_of(name) if name else "") if part)
                body = child.child_by_field_name("body")
                if body is None:
                    space = full
                waiting.append((body or child, full, None))
            elif child.type in _TYPES:
                made = _read_type(file, child, space, inside)
                body = child.child_by_field_name("body")
                if made is not None and body is not None and made.kind != "enum":
                    waiting.append((body, space, made))
            elif child.type in _TRANSPARENT:
                waiting.append((child, space, inside))
            elif inside is not None:
                _read_member(inside, child)


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


def _read_member(inside: TypeDecl, node: Node) -> None:
    match node.type:
        case "property_declaration":
            _read_property(inside, node)
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
                        value=read_value(value) if value is not None else None,
                    )
                )
        case "method_declaration":
            _read_method(inside, node)


def _read_property(inside: TypeDecl, node: Node) -> None:
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
        )
    )


def _read_method(inside: TypeDecl, node: Node) -> None:
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
