"""The relations between the types of ent's schema: which kind each edge makes, in which table and columns.

Source: https://github.com/ent/ent/blob/master/entc/gen/graph.go (resolve, edgeSchemas) and type.go beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.checks.migrations.ent.fields import Field
from bot.checks.migrations.ent.golang.values import Unread
from bot.checks.migrations.ent.names import singularize, snake
from bot.checks.migrations.ent.nodes import Edge, Indexed, Node
from bot.checks.migrations.ent.tables import Column


@dataclass(kw_only=True, eq=False)
class Link:
    """An edge from the type that owns it, or the way back: which kind of relation it is, and where that is kept."""

    edge: Edge
    owner: Type
    to: Type
    back: Edge | None = None
    kind: str = ""
    table: str = ""
    columns: list[str] = field(default_factory=list)
    through: bool = False


@dataclass(kw_only=True, eq=False)
class Type:
    """A type with what its tables need: its own table and id, and its fields' columns by the names of the fields."""

    node: Node
    table: str
    id: Column
    columns: dict[str, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    composite: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name, as names of columns begin with it."""
        return snake(self.node.name)

    def field(self, name: str) -> Field | None:
        """A field by its name."""
        return next((one for one in self.node.fields if one.name == name), None)


def relate(types: Mapping[str, Type]) -> None:
    """Settle the edges of all types: of which kind each is, and where it is kept."""
    for kind in types.values():
        _link(types, kind)
    for kind in types.values():
        for link in kind.links.values():
            _settle(link)
    for kind in types.values():
        _go_through(types, kind)


def _link(types: Mapping[str, Type], kind: Type) -> None:
    for edge in kind.node.edges:
        to = types.get(edge.of)
        if to is None:
            kind.node.doubts.append(
                Unread(f"edge {edge.name} to {edge.of}, which is not declared", edge.place, edge.of)
            )
        else:
            kind.links[edge.name] = Link(edge=edge, owner=kind, to=to)


def _settle(link: Link) -> None:
    edge, kind = link.edge, link.owner
    if edge.inverse:
        forward = link.to.links.get(edge.ref)
        if forward is None or forward.edge.inverse or forward.to is not kind:
            kind.node.doubts.append(
                Unread(f"edge {edge.name} back to {edge.ref}, which is not there", edge.place, edge.ref)
            )
            return
        _pair(link, forward)
    elif link.to.node.edges is not None and not _has_back(link):
        _alone(link)


def _has_back(link: Link) -> bool:
    return any(
        one.inverse and one.ref == link.edge.name and one.of == link.owner.node.name for one in link.to.node.edges
    )


def _go_through(types: Mapping[str, Type], kind: Type) -> None:
    """A type that keeps a many-to-many relation has its table, and its two columns are unique together."""
    for link in kind.links.values():
        through = types.get(link.edge.through)
        if not link.edge.through or through is None:
            continue
        for one in (link, link.to.links.get(link.edge.ref) if link.edge.inverse else _back_link(link)):
            if one is not None:
                one.through = True
        columns = _through_columns(link, through)
        if through.composite or any(
            one.unique and {*one.fields} == {*columns} and not one.edges for one in through.node.indexes
        ):
            continue
        if len(columns) == 2:  # noqa: PLR2004 - one for each side
            indexed = Indexed(fields=columns, edges=(), unique=True, name="", said={}, place=link.edge.place)
            through.node.indexes.append(indexed)


def _back_link(link: Link) -> Link | None:
    return next((one for one in link.to.links.values() if one.edge is link.back), None)


def _pair(link: Link, forward: Link) -> None:
    """Settle both ends of a relation that is declared from both types."""
    kind, ref, edge = link.owner, forward.edge, link.edge
    forward.back, link.back = edge, ref
    table, columns = kind.table, [f"{forward.owner.label}_{snake(ref.name)}"]
    if ref.unique and edge.unique:
        link.kind = forward.kind = "O2O"
    elif edge.unique:
        link.kind, forward.kind = "M2O", "O2M"
    elif ref.unique:
        link.kind, forward.kind, table = "O2M", "M2O", forward.owner.table
    else:
        link.kind = forward.kind = "M2M"
        table = f"{forward.owner.label}_{ref.name}"
        first, second = f"{forward.owner.label}_id", f"{kind.label}_id"
        columns = [first, second if first != second else f"{singularize(edge.name)}_id"]
    _keep(link, forward, table, columns)


def _alone(link: Link) -> None:
    """Settle a relation that is declared from one type."""
    kind, edge, to = link.owner, link.edge, link.to
    table, columns = kind.table, [f"{kind.label}_{snake(edge.name)}"]
    if to is kind and not edge.unique:
        link.kind, table = "M2M", f"{kind.label}_{edge.name}"
        columns = [f"{kind.label}_id", f"{singularize(edge.name)}_id"]
    elif to is kind:
        link.kind = "O2O"
    elif edge.unique:
        link.kind = "M2O"
    else:
        link.kind, table = "O2M", to.table
    _keep(link, link, table, columns)


def _keep(link: Link, forward: Link, table: str, columns: list[str]) -> None:
    """Where a relation is kept, with the names that the edges and their fields give."""
    for edge in (forward.edge, link.edge):
        if edge.table and link.kind == "M2M":
            table = edge.table
        columns[: len(edge.columns)] = edge.columns[: len(columns)]
    for one in (forward, link):
        name = one.owner.columns.get(one.edge.field)
        if one.edge.field and name and link.kind != "M2M":
            columns[0] = name
    for one in (forward, link):
        one.table, one.columns = table, columns


def _through_columns(link: Link, through: Type) -> tuple[str, ...]:
    """The fields of a type that keeps a relation, in the order of the relation's columns."""
    sides = (link.owner, link.to) if not link.edge.inverse else (link.to, link.owner)
    found = []
    for name, side in zip(link.columns, sides, strict=False):
        own = next((one.edge.field for one in through.links.values() if one.edge.field == name), None)
        matches = [one.edge.field for one in through.links.values() if one.to is side and one.edge.field]
        chosen = own or (matches[0] if len(matches) == 1 else None)
        if chosen:
            found.append(chosen)
    return tuple(found)
