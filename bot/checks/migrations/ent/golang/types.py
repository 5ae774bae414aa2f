"""Types of Go: what a name of one stands for, through aliases and type parameters, and the methods that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.source import Function, Source, Type, embedded_nodes, text
from bot.checks.migrations.ent.golang.values import Name, Struct, TypeOf, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_ENT = "entgo.io/ent"
_MAX_DEPTH = 20
_NAMED = frozenset({"type_identifier", "qualified_type", "generic_type", "identifier", "selector_expression"})


@dataclass(frozen=True)
class Method:
    """A method: its function, its package's folder, and the value that it is called on."""

    function: Function
    folder: str
    receiver: Struct


def read_type(program: Program, node: Node, source: Source, folder: str, names: Mapping[str, Value]) -> TypeOf:
    """The type that a node names, where it stands; `names` are the type parameters there."""
    arguments: tuple[TypeOf, ...] = ()
    while node.type in {"pointer_type", "parenthesized_type"} and node.named_children:
        node = node.named_children[0]
    if node.type == "generic_type":
        given = node.child_by_field_name("type_arguments")
        parts = (
            [one.named_children[0] if one.type == "type_elem" else one for one in given.named_children] if given else []
        )
        arguments = tuple(read_type(program, one, source, folder, names) for one in parts)
        node = node.child_by_field_name("type") or node
    package, _, name = text(node).rpartition(".")
    bound = names.get(name) if not package else None
    if isinstance(bound, TypeOf):
        return bound
    address = source.imports.get(package, package) if package else ""
    return TypeOf(name, address, program.folder_of(address) if address else folder, arguments)


def find_method(program: Program, struct: Struct, name: str, depth: int = 0) -> Method | None:
    """A method of a value's type: its own, or one of a type that it embeds or stands for."""
    kind = declared(program, struct)
    if struct.folder is None or depth > _MAX_DEPTH:
        return None
    own = program.package(struct.folder).methods.get((struct.type.name, name))
    if own is not None:
        return Method(own, struct.folder, struct)
    for base in _bases(program, struct, kind):
        found = find_method(program, base, name, depth + 1)
        if found is not None:
            return found
    return None


def strange_base(program: Program, struct: Struct, depth: int = 0) -> str | None:
    """What a type embeds, or is, that is not read; None where all of it is. Ent's own bases declare nothing."""
    if struct.type.package == _ENT or struct.type.package.startswith(f"{_ENT}/"):
        return None
    kind = declared(program, struct)
    known = kind is not None and (kind.node.type == "struct_type" or kind.node.type in _NAMED)
    if not known or depth > _MAX_DEPTH:
        return struct.type.name
    found = (strange_base(program, base, depth + 1) for base in _bases(program, struct, kind))
    return next((one for one in found if one is not None), None)


def declared(program: Program, struct: Struct) -> Type | None:
    """Where the type of a value is declared; None where that is not in the repository."""
    return program.package(struct.folder).types.get(struct.type.name) if struct.folder is not None else None


def bases(program: Program, struct: Struct) -> list[Struct]:
    """What a value's type embeds, each as it is in the value."""
    return _bases(program, struct, declared(program, struct))


def _bases(program: Program, struct: Struct, kind: Type | None) -> list[Struct]:
    """What a struct embeds, each as it is in the value; or what a type stands for, with the value's fields."""
    if kind is None or struct.folder is None:
        return []
    names = dict(zip(kind.parameters, struct.arguments, strict=False))
    if kind.node.type in _NAMED:
        of = read_type(program, kind.node, kind.source, struct.folder, names)
        return [replace(zero(of), fields=struct.fields)]
    found = []
    for node in embedded_nodes(kind.node):
        of = read_type(program, node, kind.source, struct.folder, names)
        given = struct.fields.get(of.name)
        found.append(given if isinstance(given, Struct) else zero(of))
    return found


def zero(of: TypeOf) -> Struct:
    """The value of a type to which nothing was given."""
    return Struct(Name(of.package, of.name), of.folder, {}, of.arguments)


def bound_names(function: Function, receiver: Struct) -> dict[str, Value]:
    """What the names of a method's receiver stand for: the value, and its type's parameters."""
    node = function.node.child_by_field_name("receiver")
    given = node.named_children[0] if node is not None and node.named_children else None
    if given is None:
        return {}
    name, kind = given.child_by_field_name("name"), given.child_by_field_name("type")
    names: dict[str, Value] = {text(name): receiver} if name is not None else {}
    while kind is not None and kind.type == "pointer_type" and kind.named_children:
        kind = kind.named_children[0]
    listed = kind.child_by_field_name("type_arguments") if kind is not None and kind.type == "generic_type" else None
    parameters = [text(one) for one in listed.named_children] if listed is not None else []
    return {**names, **dict(zip(parameters, receiver.arguments, strict=False))}
