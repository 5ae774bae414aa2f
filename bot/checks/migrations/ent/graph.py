"""The tables of ent's schema: what its code generator makes of types, fields, edges and indexes.

Source: https://github.com/ent/ent/blob/master/entc/gen/graph.go and type.go beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.ent.generated import texts_of
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.scope import plain
from bot.checks.migrations.ent.golang.source import written
from bot.checks.migrations.ent.golang.values import Dictionary, Place, Unread
from bot.checks.migrations.ent.names import pluralize, snake
from bot.checks.migrations.ent.nodes import Indexed, Node, read_nodes
from bot.checks.migrations.ent.relations import Link, Type, relate
from bot.checks.migrations.ent.tables import Column, ForeignKey, Index, Table

_USUAL_ID = Column(name="id", type="Int", increments=True)


@dataclass(frozen=True)
class Doubt:
    """What is not known of a table or column: why, and how it is written."""

    reason: str
    place: Place
    written: str


@dataclass(kw_only=True)
class Declared:
    """What the code declares.

    Attributes:
        tables: by name.
        doubts: by table and column (empty for the whole table).
        faults: what keeps all of it from being read.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    doubts: dict[tuple[str, str], Doubt] = field(default_factory=dict)
    faults: list[Doubt] = field(default_factory=list)


def read_declared(program: Program, folder: str, generated: Mapping[str, Table]) -> Declared:
    """The tables that a folder's code declares.

    Ids that the code does not name have the type that those of `generated` have.
    """
    declared = Declared()
    package = program.package(folder)
    for path, (line, reason) in package.unread.items():
        declared.faults.append(Doubt(reason, Place(path, line), reason))
    nodes = [node for node in read_nodes(program, folder) if node.said.get("View") is not True]
    _Builder(nodes, generated, declared).build()
    return declared


class _Builder:
    def __init__(self, nodes: Sequence[Node], generated: Mapping[str, Table], declared: Declared) -> None:
        self._declared = declared
        self._generated = generated
        self._usual = self._usual_id(nodes)
        self._types = {node.name: self._type(node) for node in nodes}

    def build(self) -> None:
        relate(self._types)
        for kind in self._types.values():
            if kind.node.said.get("Skip") is not True:
                self._declared.tables[kind.table] = self._own_table(kind)
        for kind in self._types.values():
            for link in kind.links.values():
                if not link.edge.inverse:
                    self._relate(kind, link)
        for kind in self._types.values():
            self._index(kind)
            self._doubt(kind)

    def _usual_id(self, nodes: Sequence[Node]) -> Column:
        """The id of types that name none: a setting of the generator's may make another than the usual one of it."""
        found = Counter(
            table.columns["id"]
            for node in nodes
            if not any(one.name == "id" for one in node.fields) and not node.doubts
            if (table := self._generated.get(_table_name(node))) is not None and "id" in table.columns
        )
        return found.most_common(1)[0][0] if found else _USUAL_ID

    def _type(self, node: Node) -> Type:
        table = _table_name(node)
        own = next((one for one in node.fields if one.name == "id"), None)
        kind = Type(node=node, table=table, id=own.id if own is not None else self._usual)
        made = self._generated.get(table)
        if own is None and node.doubts and made is not None and len(made.primary_key) == 1:
            # What cannot be read may name it.
            kind.id = made.columns.get(made.primary_key[0], kind.id)
        for one in node.fields:
            kind.columns[one.name] = one.column.name
        kind.columns.setdefault("id", kind.id.name)
        keys = node.said.get("ID")
        if isinstance(keys, tuple):
            kind.composite = tuple(str(one) for one in keys if isinstance(one, str))
        return kind

    def _own_table(self, kind: Type) -> Table:
        node = kind.node
        table = Table(name=kind.table, place=node.place)
        edge_fields = self._edge_fields(kind)
        if not kind.composite:
            table.columns[kind.id.name] = kind.id
            table.primary_key = (kind.id.name,)
        for one in node.fields:
            table.places[one.column.name] = one.place
            if one.name != "id" and not one.skip and one.name not in edge_fields:
                table.columns[one.column.name] = one.column
        table.checks = dict(_checks(node))
        return table

    @staticmethod
    def _edge_fields(kind: Type) -> set[str]:
        return {link.edge.field for link in kind.links.values() if link.edge.field}

    def _relate(self, kind: Type, link: Link) -> None:
        match link.kind:
            case "O2O" | "O2M":
                owner, target = self._declared.tables.get(link.table), kind
                required = link.back is not None and link.back.required
            case "M2O":
                owner, target = self._declared.tables.get(link.table), link.to
                required = link.edge.required
            case "M2M":
                if not link.through:
                    self._join(kind, link)
                return
            case _:
                return
        if owner is None or self._declared.tables.get(target.table) is None:
            return
        holder = link.owner if link.kind == "M2O" or (link.kind == "O2O" and link.table == kind.table) else link.to
        name = link.columns[0]
        column = self._key_column(holder, target, link, owner)
        if kind is not link.to and required:
            column = replace(column, nullable=False)
        owner.columns.setdefault(name, column)
        owner.places.setdefault(name, link.edge.place)
        # Whether the rows that point at one go with it is told by the column as this edge makes it.
        action = link.edge.on_delete or ("SetNull" if column.nullable else "NoAction")
        symbols = link.edge.symbols
        symbol = symbols[0] if len(symbols) == 1 else f"{owner.name}_{target.table}_{link.edge.name}"
        owner.foreign_keys[symbol] = ForeignKey(
            name=symbol, columns=(name,), to_table=target.table, to_columns=(target.id.name,), on_delete=action
        )
        owner.places.setdefault(symbol, link.edge.place)

    @staticmethod
    def _key_column(holder: Type, target: Type, link: Link, owner: Table) -> Column:
        name = link.columns[0]
        column = replace(
            target.id,
            name=name,
            nullable=owner.primary_key != (name,),
            unique=link.kind == "O2O",
            increments=False,
            default=None,
            enums=(),
        )
        own = next((one for one in holder.node.fields if one.column.name == name), None)
        return replace(column, default=own.column.default, enums=own.column.enums) if own is not None else column

    def _join(self, kind: Type, link: Link) -> None:
        table = Table(name=link.table, place=link.edge.place)
        first, second = link.columns
        for name, of in ((first, kind), (second, link.to)):
            # An id that the code does not name counts as a whole number here, whatever a setting makes of it.
            key = of.id if of.field("id") is not None else replace(of.id, type=_USUAL_ID.type, size=0)
            table.columns[name] = replace(key, name=name, increments=False, unique=False, nullable=False, default=None)
        table.primary_key = (first, second)
        symbols = [*link.edge.symbols, f"{link.table}_{first}", f"{link.table}_{second}"]
        names = symbols[:2] if len(link.edge.symbols) != 1 else [symbols[0], symbols[2]]
        for symbol, name, of in zip(names, (first, second), (kind, link.to), strict=True):
            table.foreign_keys[symbol] = ForeignKey(
                name=symbol, columns=(name,), to_table=of.table, to_columns=(of.id.name,), on_delete="Cascade"
            )
        self._declared.tables[link.table] = table

    def _index(self, kind: Type) -> None:
        table = self._declared.tables.get(kind.table)
        if table is None:
            return
        if kind.composite:
            table.primary_key = tuple(kind.columns.get(one, one) for one in kind.composite)
        for one in kind.node.indexes:
            columns = [kind.columns.get(name, "") for name in one.fields]
            for name in one.edges:
                link = kind.links.get(name)
                columns.append(link.columns[0] if link is not None and link.columns else "")
            if "" in columns:
                kind.node.doubts.append(Unread("an index of what is not declared", one.place, repr(one)))
                continue
            index = _made_index(one, kind, tuple(columns))
            table.indexes[index.name] = index
            table.places.setdefault(index.name, one.place)

    def _doubt(self, kind: Type) -> None:
        doubts = self._declared.doubts
        words = " ".join(written(one.node) for one in kind.node.methods) if kind.node.doubts else ""
        for unread in kind.node.doubts:
            doubts.setdefault((kind.table, ""), Doubt(unread.reason, unread.place, f"{words} {unread.written}"))
        for one in kind.node.fields:
            if one.doubt is not None and not one.skip:
                place = one.doubt.place if one.doubt.place.path else one.place
                words = f"{one.column!r} {one.doubt.written}"
                doubts.setdefault((kind.table, one.column.name), Doubt(one.doubt.reason, place, words))
            if one.unread_values is not None:
                unread = one.unread_values
                doubts.setdefault((kind.table, f"{one.column.name}()"), Doubt(unread.reason, one.place, unread.written))


def _table_name(node: Node) -> str:
    said = node.said.get("Table")
    return said if isinstance(said, str) else node.table or snake(pluralize(node.name))


def _made_index(one: Indexed, kind: Type, columns: tuple[str, ...]) -> Index:
    said = one.said
    where, method, methods = (plain(said.get(key)) for key in ("Where", "Type", "Types"))
    down = said.get("DescColumns")
    keys = [plain(key) for key, value in down.entries if value is True] if isinstance(down, Dictionary) else []
    return Index(
        name=one.name or "_".join((kind.node.name.lower(), *columns)),
        columns=columns,
        unique=one.unique,
        where=where if isinstance(where, str) else "",
        kinds=(("", method),) if isinstance(method, str) else tuple(sorted(texts_of(methods))),
        descending=frozenset(columns if said.get("Desc") is True else (str(key) for key in keys)),
    )


def _checks(node: Node) -> Iterator[tuple[str, str]]:
    alone = plain(node.said.get("Check"))
    if isinstance(alone, str):
        yield "", alone
    yield from texts_of(node.said.get("Checks"))
