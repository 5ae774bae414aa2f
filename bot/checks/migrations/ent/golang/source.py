"""Files of Go: what stands at their top level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_BYTES = 4_000_000


@dataclass(frozen=True)
class Constant:
    """A constant or variable: its expression (None where it is repeated or made up), in its file, and its type."""

    value: Node | None
    source: Source
    type: str = ""


@dataclass(frozen=True)
class Function:
    """A function or method: its node, in its file."""

    node: Node
    source: Source


@dataclass(frozen=True)
class Type:
    """A type: its node (`struct_type` and others), its line, in its file, and the names of its parameters."""

    node: Node
    line: int
    source: Source
    parameters: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False)
class Source:
    """One file.

    Attributes:
        imports: the name in the file to the import path.
        methods: receiver's type and name.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    root: Node | None = None
    imports: dict[str, str] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    methods: dict[tuple[str, str], Function] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    broken: int | None = None


def read_source(path: str, content: bytes) -> Source:
    """The top level of a file. One of over four megabytes is broken at its first line."""
    source = Source(path=path)
    if len(content) > _MAX_BYTES:
        source.broken = 1
        return source
    source.root = _parser().parse(content).root_node
    if source.root.has_error:
        source.broken = _first_error(source.root)
    for node in source.root.named_children:
        _read_top(source, node)
    return source


@cache
def _parser() -> Parser:
    import tree_sitter_go
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_go.language()))


def _first_error(root: Node) -> int:
    node, deeper = root, True
    while deeper and not node.is_error:
        child = next((one for one in node.children if one.has_error or one.is_missing), None)
        deeper = child is not None
        node = child or node
    return node.start_point.row + 1


def _read_top(source: Source, node: Node) -> None:
    match node.type:
        case "import_declaration":
            for spec in _below(node, "import_spec"):
                _read_import(source, spec)
        case "type_declaration":
            for spec in _below(node, "type_spec", "type_alias"):
                _read_type(source, spec)
        case "function_declaration" | "method_declaration":
            _read_function(source, node)
        case "const_declaration" | "var_declaration":
            for spec in _below(node, "const_spec", "var_spec"):
                _read_constants(source, spec)


def _read_type(source: Source, spec: Node) -> None:
    name, kind = spec.child_by_field_name("name"), spec.child_by_field_name("type")
    if name is not None and kind is not None:
        listed = spec.child_by_field_name("type_parameters")
        parameters = [one.child_by_field_name("name") for one in listed.named_children] if listed is not None else []
        names = tuple(text(one) for one in parameters if one is not None)
        source.types[text(name)] = Type(kind, spec.start_point.row + 1, source, names)


def _read_function(source: Source, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None:
        return
    if node.type == "function_declaration":
        source.functions[text(name)] = Function(node, source)
    else:
        source.methods[receiver_type(node), text(name)] = Function(node, source)


def _read_import(source: Source, spec: Node) -> None:
    path = spec.child_by_field_name("path")
    name = spec.child_by_field_name("name")
    if path is None:
        return
    address = text(path).strip('"`')
    parts = address.split("/")
    # A version at the end is no part of a package's name.
    last = parts[-2] if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit() else parts[-1]
    source.imports[text(name) if name is not None else last] = address


def _read_constants(source: Source, spec: Node) -> None:
    names = [text(child) for child in spec.children_by_field_name("name")]
    value = spec.child_by_field_name("value")
    values = value.named_children if value is not None else []
    kind = base_name(spec.child_by_field_name("type"))
    for at, name in enumerate(names):
        source.constants[name] = Constant(values[at] if at < len(values) else None, source, kind)


def receiver_type(method: Node) -> str:
    """The name of the type that a method is of; empty where it has none that is plain."""
    receiver = method.child_by_field_name("receiver")
    given = next((child.child_by_field_name("type") for child in receiver.named_children), None) if receiver else None
    return base_name(given)


def base_name(kind: Node | None) -> str:
    """The name of a type, without the star and what stands in brackets after it."""
    while kind is not None and kind.type in {"pointer_type", "generic_type", "parenthesized_type"}:
        kind = kind.child_by_field_name("type") or (kind.named_children[0] if kind.named_children else None)
    return text(kind) if kind is not None else ""


def embedded(kind: Node) -> Iterator[str]:
    """Yield the types that a struct embeds, as they are written (`ent.Schema`), without their parameters."""
    return (base_name(node) for node in embedded_nodes(kind))


def embedded_nodes(kind: Node) -> Iterator[Node]:
    """Yield the nodes of the types that a struct embeds."""
    for one in _below(kind, "field_declaration"):
        given = one.child_by_field_name("type")
        if one.child_by_field_name("name") is None and given is not None:
            yield given


def member_type(kind: Node, name: str) -> Node | None:
    """The type of a struct's member; None where it has none of that name."""
    for one in _below(kind, "field_declaration"):
        if any(text(given) == name for given in one.children_by_field_name("name")):
            return one.child_by_field_name("type")
    return None


def _below(node: Node, *types: str) -> Iterator[Node]:
    """Yield the nodes of some types within one, through lists."""
    for child in node.named_children:
        if child.type in types:
            yield child
        elif child.type.endswith(("_list", "_spec_list")):
            yield from _below(child, *types)


def text(node: Node) -> str:
    """A node as it is written."""
    return (node.text or b"").decode("utf-8", "replace")


def written(node: Node) -> str:
    """A node's words with one blank between them; comments are left out."""
    words: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "comment":
            continue
        if one.children and not one.type.endswith("string_literal"):
            waiting.extend(reversed(one.children))
        else:
            words.append(text(one))
    return " ".join(word for word in words if word.strip())
