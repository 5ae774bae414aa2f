"""The types of ent's schema as the code declares them: fields, edges, indexes and annotations, with those of mixins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.checks.migrations.ent.annotations import Said, add, read_annotations
from bot.checks.migrations.ent.fields import Field, read_field
from bot.checks.migrations.ent.golang.evaluate import Evaluator
from bot.checks.migrations.ent.golang.program import Package, Program
from bot.checks.migrations.ent.golang.scope import Scope, plain
from bot.checks.migrations.ent.golang.source import Function, Type, embedded
from bot.checks.migrations.ent.golang.types import find_method, strange_base
from bot.checks.migrations.ent.golang.values import Chain, Name, Place, Step, Struct, TypeOf, Unread, Value

_ENT = "entgo.io/ent"
_EDGE, _INDEX = f"{_ENT}/schema/edge", f"{_ENT}/schema/index"
_MIXIN = f"{_ENT}/schema/mixin"
_TIMES = {"Time": ("create_time", "update_time"), "CreateTime": ("create_time",), "UpdateTime": ("update_time",)}
_METHODS = ("Fields", "Edges", "Indexes", "Mixin", "Annotations", "Config")
_MAX_DEPTH = 10


@dataclass(kw_only=True)
class Edge:
    """An edge. `of` is the name of the type it leads to; `ref` the edge of that type which an inverse one is of."""

    name: str
    of: str
    inverse: bool
    place: Place
    ref: str = ""
    unique: bool = False
    required: bool = False
    field: str = ""
    columns: tuple[str, ...] = ()
    table: str = ""
    symbols: tuple[str, ...] = ()
    through: str = ""
    through_name: str = ""
    on_delete: str = ""
    pair: Edge | None = None


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """An index as it is declared, by names of fields and edges."""

    fields: tuple[str, ...]
    edges: tuple[str, ...]
    unique: bool
    name: str
    said: Said
    place: Place


@dataclass(kw_only=True)
class Node:
    """A type of the schema.

    Attributes:
        doubts: what of it cannot be read, each of which may be of any of its tables.
        methods: those that say what it is, by whose words a change is told where they cannot be read.
    """

    name: str
    place: Place
    fields: list[Field] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    indexes: list[Indexed] = field(default_factory=list)
    said: Said = field(default_factory=dict)
    table: str = ""
    doubts: list[Unread] = field(default_factory=list)
    methods: list[Function] = field(default_factory=list)


def read_nodes(program: Program, folder: str) -> Iterator[Node]:
    """Yield the types that a folder declares: exported structs that embed `ent.Schema`, themselves or by another."""
    package = program.package(folder)
    evaluator = Evaluator(program)
    for name, kind in sorted(package.types.items()):
        if name[:1].isupper() and _is_schema(program, package, kind):
            yield _read_node(name, kind, folder, evaluator)


def _is_schema(program: Program, package: Package, kind: Type, depth: int = 0) -> bool:
    if kind.node.type != "struct_type" or depth > _MAX_DEPTH:
        return False
    for base in embedded(kind.node):
        address, _, name = base.rpartition(".")
        path = kind.source.imports.get(address, "")
        if path == _ENT and name == "Schema":
            return True
        folder = program.folder_of(path) if path else package.folder if not address else None
        other = program.package(folder) if folder is not None else None
        if other is not None and name in other.types and _is_schema(program, other, other.types[name], depth + 1):
            return True
    return False


def _read_node(name: str, kind: Type, folder: str, evaluator: Evaluator) -> Node:
    node = Node(name=name, place=Place(kind.source.path, kind.line))
    struct = Struct(Name("", name), folder)
    scope = Scope(kind.source, folder)
    found = [find_method(evaluator.program, struct, method) for method in _METHODS]
    node.methods = [one.function for one in found if one is not None]
    _doubt_bases(node, struct, evaluator)
    mixins = evaluator.method(struct, "Mixin", scope)
    for mixin in _listed(node, mixins):
        _add_mixin(node, mixin, evaluator, scope)
    _add_members(node, struct, evaluator, scope)
    config = evaluator.method(struct, "Config", scope)
    if isinstance(config, Struct) and isinstance(config.fields.get("Table"), str):
        node.table = str(config.fields["Table"])
    return node


def _listed(node: Node, value: Value) -> tuple[Value, ...]:
    """The members of a list; what cannot be read is a doubt of the whole type."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Unread):
        node.doubts.append(value)
    elif value is not None:
        node.doubts.append(Unread("a list", node.place, repr(value)))
    return ()


def _add_mixin(node: Node, mixin: Value, evaluator: Evaluator, scope: Scope) -> None:
    if isinstance(mixin, Chain) and mixin.root.package == _MIXIN and mixin.steps[0].arguments:
        # `mixin.AnnotateFields` and its like, which hold another mixin.
        mixin = mixin.steps[0].arguments[0]
    if isinstance(mixin, Struct) and mixin.type.package == _MIXIN:
        for name in _TIMES.get(mixin.type.name, ()):
            chain = Chain(Name("entgo.io/ent/schema/field", "Time"), (Step("", (name,)),), node.place)
            _add_field(node, chain, evaluator)
        return
    if isinstance(mixin, Struct) and mixin.folder is not None:
        _doubt_bases(node, mixin, evaluator)
        _add_members(node, mixin, evaluator, scope)
        return
    if isinstance(mixin, Unread):
        node.doubts.append(mixin)
    else:
        kind = mixin.type.name if isinstance(mixin, Struct) else "a mixin"
        reason = f"{kind}: a mixin of a package that is not in the repository"
        node.doubts.append(Unread(reason, node.place, repr(mixin)))


def _doubt_bases(node: Node, struct: Struct, evaluator: Evaluator) -> None:
    strange = strange_base(evaluator.program, struct)
    if strange is not None:
        node.doubts.append(Unread(f"what {strange} brings", node.place, strange))


def _add_members(node: Node, struct: Struct, evaluator: Evaluator, scope: Scope) -> None:
    for one in _listed(node, evaluator.method(struct, "Fields", scope)):
        _add_field(node, one, evaluator)
    for one in _listed(node, evaluator.method(struct, "Edges", scope)):
        _add_edge(node, one)
    for one in _listed(node, evaluator.method(struct, "Indexes", scope)):
        _add_index(node, one)
    said, doubt = read_annotations(_listed(node, evaluator.method(struct, "Annotations", scope)))
    add(node.said, said)
    if doubt is not None:
        node.doubts.append(doubt)


def _add_field(node: Node, value: Value, evaluator: Evaluator) -> None:
    found = read_field(value, evaluator) if isinstance(value, Chain) else None
    if found is not None:
        node.fields.append(found)
    elif isinstance(value, Unread):
        node.doubts.append(value)
    else:
        place = value.place if isinstance(value, Chain) else node.place
        node.doubts.append(Unread("a field that a package outside makes", place, repr(value)))


def _add_edge(node: Node, value: Value) -> None:
    if not isinstance(value, Chain) or value.root.package != _EDGE or value.root.name not in {"To", "From"}:
        node.doubts.append(value if isinstance(value, Unread) else Unread("an edge", node.place, repr(value)))
        return
    edge = _edge(value.steps[0].arguments, value.place, inverse=value.root.name == "From")
    first = edge
    for step in value.steps[1:]:
        if step.name == "From" and edge is not None and step.arguments and isinstance(step.arguments[0], str):
            # Of a type to itself: what follows is said of the way back.
            back = Edge(name=step.arguments[0], of=edge.of, inverse=True, place=value.place, ref=edge.name)
            back.pair, edge = edge, back
        elif edge is not None:
            _tell(node, edge, step.name, step.arguments)
    if first is None or edge is None:
        node.doubts.append(Unread("an edge whose name or type is not known", value.place, repr(value)))
        return
    node.edges.extend([edge] if edge is first else [edge, first])


def _edge(arguments: tuple[Value, ...], place: Place, *, inverse: bool) -> Edge | None:
    if len(arguments) < 2:  # noqa: PLR2004 - its name and its type
        return None
    name, kind = plain(arguments[0]), arguments[1]
    if not isinstance(name, str) or not isinstance(kind, TypeOf | Name):
        return None
    return Edge(name=name, of=kind.name, inverse=inverse, place=place)


def _tell(node: Node, edge: Edge, what: str, given: tuple[Value, ...]) -> None:
    first = plain(given[0]) if given else None
    match what:
        case "Unique":
            edge.unique = True
        case "Required":
            edge.required = True
        case "Ref" if isinstance(first, str):
            edge.ref = first
        case "Field" if isinstance(first, str):
            edge.field = first
        case "Through" if len(given) > 1 and isinstance(given[1], TypeOf | Name) and isinstance(first, str):
            edge.through_name, edge.through = first, given[1].name
        case "StorageKey":
            _store(node, edge, given)
        case "Annotations":
            said, doubt = read_annotations(given)
            action = said.get("OnDelete")
            edge.on_delete = action.name if isinstance(action, Name) else edge.on_delete
            if doubt is not None:
                node.doubts.append(doubt)
        case "Immutable" | "Comment" | "StructTag":
            return
        case _:
            node.doubts.append(Unread(f"{what}() of an edge", edge.place, repr(given)))


def _store(node: Node, edge: Edge, given: tuple[Value, ...]) -> None:
    for one in given:
        texts = (
            tuple(str(text) for text in one.steps[0].arguments if isinstance(text, str))
            if isinstance(one, Chain)
            else ()
        )
        kind = one.root.name if isinstance(one, Chain) else ""
        if kind in {"Column", "Columns"} and texts:
            edge.columns = texts
        elif kind == "Table" and texts:
            edge.table = texts[0]
        elif kind in {"Symbol", "Symbols"} and texts:
            edge.symbols = texts
        else:
            node.doubts.append(one if isinstance(one, Unread) else Unread("a storage key", edge.place, repr(one)))


def _add_index(node: Node, value: Value) -> None:
    if not isinstance(value, Chain) or value.root.package != _INDEX:
        node.doubts.append(value if isinstance(value, Unread) else Unread("an index", node.place, repr(value)))
        return
    parts: dict[str, tuple[str, ...]] = {"Fields": (), "Edges": ()}
    name, said, unique = "", {}, False
    for step in value.steps:
        what = step.name or value.root.name
        given = [plain(one) for one in step.arguments]
        if what in parts and all(isinstance(one, str) for one in given):
            parts[what] += tuple(str(one) for one in given)
        elif what == "Unique":
            unique = True
        elif what == "StorageKey" and given and isinstance(given[0], str):
            name = given[0]
        elif what == "Annotations":
            more, doubt = read_annotations(step.arguments)
            said.update(more)
            if doubt is not None:
                node.doubts.append(doubt)
        else:
            node.doubts.append(Unread("an index whose parts are not known", value.place, repr(step)))
            return
    node.indexes.append(
        Indexed(
            fields=parts["Fields"], edges=parts["Edges"], unique=unique, name=name, said=said, place=value.place,
        )
    )  # fmt: skip
