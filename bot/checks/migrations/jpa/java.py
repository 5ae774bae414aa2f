"""Java files: classes with their annotations, fields and getters. Parsed with tree-sitter, without methods' bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from bot.checks.migrations.jpa.literals import Annotation, Value, read_annotation, read_value, text_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_BYTES = 1_000_000
_MAX_NESTING = 10
_KINDS = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "annotation",
}
_ANNOTATIONS = frozenset({"annotation", "marker_annotation"})


@dataclass(frozen=True)
class TypeName:
    """A type as it is written: its name without what it is made of, and that."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    array: bool = False

    @property
    def simple(self) -> str:
        """The name without its package or the class around it."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A field, a getter, or a component of a record; `name` is the property's.

    Attributes:
        value: what a field begins with; None where that is not said.
        written: the declaration with its annotations, without the method's body.
    """

    name: str
    type: TypeName
    annotations: tuple[Annotation, ...]
    line: int
    written: str
    static: bool = False
    transient: bool = False
    value: Value | None = None

    def annotation(self, *names: str) -> Annotation | None:
        """The first annotation of one of the names."""
        return next((one for one in self.annotations if one.name in names), None)


@dataclass(kw_only=True)
class JavaClass:
    """A class, an interface, an enumeration or a record.

    Attributes:
        qualified: its name with the package and the classes around it.
        parameters: the names of its type parameters.
        constants: of an enumeration.
        written: its head: what stands before the body.
    """

    name: str
    qualified: str
    kind: str
    file: JavaFile
    line: int
    written: str
    annotations: tuple[Annotation, ...] = ()
    superclass: TypeName | None = None
    interfaces: tuple[TypeName, ...] = ()
    parameters: tuple[str, ...] = ()
    fields: list[Member] = field(default_factory=list)
    getters: list[Member] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    nested: dict[str, JavaClass] = field(default_factory=dict)

    def annotation(self, *names: str) -> Annotation | None:
        """The first annotation of one of the names."""
        return next((one for one in self.annotations if one.name in names), None)


@dataclass(kw_only=True)
class JavaFile:
    """A file.

    Attributes:
        imports: a simple name to the qualified one; static imports too.
        wildcards: packages and classes of which everything is imported.
        by_name: all classes by their simple names, those within others too.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    package: str = ""
    imports: dict[str, str] = field(default_factory=dict)
    wildcards: list[str] = field(default_factory=list)
    classes: list[JavaClass] = field(default_factory=list)
    by_name: dict[str, JavaClass] = field(default_factory=dict)
    broken: int | None = None

    def all_classes(self) -> Iterator[JavaClass]:
        """Yield the classes, those within others too."""
        waiting = list(self.classes)
        while waiting:
            one = waiting.pop(0)
            yield one
            waiting.extend(one.nested.values())


def read_java(path: str, content: bytes) -> JavaFile:
    """The classes of a file. One of over a megabyte is broken at its first line."""
    file = JavaFile(path=path)
    if len(content) > _MAX_BYTES:
        file.broken = 1
        return file
    root = _parser().parse(content).root_node
    if root.has_error:
        file.broken = _first_error(root)
    for node in root.named_children:
        if node.type == "package_declaration":
            file.package = next((text_of(child) for child in node.named_children if "identifier" in child.type), "")
        elif node.type == "import_declaration":
            _read_import(file, node)
        elif node.type in _KINDS and (made := _read_class(file, node, file.package, 0)) is not None:
            file.classes.append(made)
    for one in file.all_classes():
        file.by_name.setdefault(one.name, one)
    return file


@cache
def _parser() -> Parser:
    import tree_sitter_java
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_java.language()))


def _first_error(root: Node) -> int | None:
    """The first line that cannot be parsed; what is in the bodies of methods declares nothing."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node.start_point.row + 1
        waiting.extend(
            child
            for child in reversed(node.children)
            if (child.has_error or child.is_missing) and child.type not in {"block", "constructor_body"}
        )
    return None


def _read_import(file: JavaFile, node: Node) -> None:
    name = next((text_of(child) for child in node.named_children if "identifier" in child.type), "")
    if any(child.type == "asterisk" for child in node.children):
        file.wildcards.append(name)
    else:
        file.imports[name.rpartition(".")[2]] = name


def _read_class(file: JavaFile, node: Node, around: str, depth: int) -> JavaClass | None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or depth > _MAX_NESTING:
        return None
    made = JavaClass(
        name=text_of(name),
        qualified=f"{around}.{text_of(name)}".lstrip("."),
        kind=_KINDS[node.type],
        file=file,
        line=name.start_point.row + 1,
        written=_head(node, body),
        annotations=tuple(_annotations(node)),
    )
    superclass, interfaces = node.child_by_field_name("superclass"), node.child_by_field_name("interfaces")
    if superclass is not None and superclass.named_children:
        made.superclass = read_type(superclass.named_children[-1])
    made.interfaces = tuple(_types_within(interfaces))
    parameters = node.child_by_field_name("type_parameters")
    if parameters is not None:
        made.parameters = tuple(
            text_of(one.named_children[0]) for one in parameters.named_children if one.named_children
        )
    if node.type == "record_declaration":
        made.fields.extend(_components(node))
    for child in _members(body):
        _read_member(made, child, depth)
    return made


def _members(body: Node | None) -> Iterator[Node]:
    for child in body.named_children if body is not None else ():
        if child.type == "enum_body_declarations":
            yield from child.named_children
        else:
            yield child


def _read_member(made: JavaClass, node: Node, depth: int) -> None:
    if node.type in {"field_declaration", "constant_declaration"}:
        made.fields.extend(_fields(node, constant=node.type == "constant_declaration"))
    elif node.type == "method_declaration":
        getter = _getter(node)
        if getter is not None:
            made.getters.append(getter)
    elif node.type == "enum_constant":
        name = node.child_by_field_name("name")
        if name is not None:
            made.constants.append(text_of(name))
    elif node.type in _KINDS:
        inner = _read_class(made.file, node, made.qualified, depth + 1)
        if inner is not None:
            made.nested[inner.name] = inner


def _fields(node: Node, *, constant: bool) -> Iterator[Member]:
    words = _modifiers(node)
    kind = node.child_by_field_name("type")
    annotations = tuple(_annotations(node))
    for child in node.named_children:
        name = child.child_by_field_name("name") if child.type == "variable_declarator" else None
        if name is None or kind is None:
            continue
        value = child.child_by_field_name("value")
        written = read_type(kind)
        if child.child_by_field_name("dimensions") is not None:
            written = TypeName(written.name, written.arguments, array=True)
        static = constant or "static" in words
        yield Member(
            name=text_of(name),
            type=written,
            annotations=annotations,
            line=name.start_point.row + 1,
            # A value that a field begins with is nothing to the schema.
            written=" ".join(_text_before(node, child).split()) + " " + text_of(name),
            static=static,
            transient="transient" in words,
            value=read_value(value) if static and value is not None else None,
        )


def _text_before(node: Node, child: Node) -> str:
    declarators = [one for one in node.named_children if one.type == "variable_declarator"]
    whole = node.text or b""
    return whole[: (declarators[0] if declarators else child).start_byte - node.start_byte].decode("utf-8", "replace")


def _getter(node: Node) -> Member | None:
    name, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    parameters = node.child_by_field_name("parameters")
    if name is None or kind is None or parameters is None or parameters.named_children:
        return None
    called = text_of(name)
    stem = called[3:] if called.startswith("get") else called[2:] if called.startswith("is") else ""
    if not stem or stem[0].islower():
        return None
    words = _modifiers(node)
    return Member(
        name=stem if stem[:2].isupper() else stem[0].lower() + stem[1:],
        type=read_type(kind),
        annotations=tuple(_annotations(node)),
        line=name.start_point.row + 1,
        written=_head(node, node.child_by_field_name("body")),
        static="static" in words,
    )


def _components(node: Node) -> Iterator[Member]:
    parameters = node.child_by_field_name("parameters")
    for child in parameters.named_children if parameters is not None else ():
        name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        if name is not None and kind is not None:
            yield Member(
                name=text_of(name),
                type=read_type(kind),
                annotations=tuple(_annotations(child)),
                line=name.start_point.row + 1,
                written=" ".join(text_of(child).split()),
            )


def _modifiers(node: Node) -> set[str]:
    found = next((child for child in node.children if child.type == "modifiers"), None)
    return {child.type for child in found.children} if found is not None else set()


def _annotations(node: Node) -> Iterator[Annotation]:
    found = next((child for child in node.children if child.type == "modifiers"), None)
    for child in found.named_children if found is not None else ():
        if child.type in _ANNOTATIONS:
            yield read_annotation(child)


def _head(node: Node, body: Node | None) -> str:
    whole = node.text or b""
    end = body.start_byte - node.start_byte if body is not None else len(whole)
    return " ".join(whole[:end].decode("utf-8", "replace").split())


def _types_within(node: Node | None) -> Iterator[TypeName]:
    for child in node.named_children if node is not None else ():
        if child.type == "type_list":
            yield from (read_type(one) for one in child.named_children)


def read_type(node: Node, depth: int = 0) -> TypeName:
    """A type as it is written."""
    if depth > _MAX_NESTING:
        return TypeName(text_of(node)[:200])
    match node.type:
        case "array_type":
            element = node.child_by_field_name("element")
            inner = read_type(element, depth + 1) if element is not None else TypeName("")
            return TypeName(inner.name, inner.arguments, array=True)
        case "generic_type":
            arguments: Sequence[Node] = ()
            for child in node.named_children[1:]:
                arguments = child.named_children if child.type == "type_arguments" else arguments
            return TypeName(text_of(node.named_children[0]), tuple(read_type(one, depth + 1) for one in arguments))
        case "annotated_type" | "wildcard" if node.named_children:
            return read_type(node.named_children[-1], depth + 1)
    return TypeName("".join(text_of(node).split()))
