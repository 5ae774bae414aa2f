"""Makes schemas of ent's and edits of them, at random, and writes them as Go."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

_NAMES = ("title", "size", "state", "weight", "made_at", "data", "code", "active", "note", "rank", "kind", "URLPath")
_TYPES = ("User", "Post", "Category", "Box", "APIKey", "OrderLine", "Status")
_KINDS = (
    "String",
    "Text",
    "Int",
    "Int8",
    "Int32",
    "Int64",
    "Uint",
    "Float",
    "Float32",
    "Bool",
    "Time",
    "JSON",
    "Enum",
    "UUID",
    "Bytes",
)

_KEYS = frozenset({"String", "Int", "Int8", "Int32", "Int64", "Uint", "UUID", "Float"})


@dataclass(frozen=True)
class Field:
    """A field with what its builder is told; `quiet` shows in no table."""

    name: str
    kind: str
    nullable: bool = False
    unique: bool = False
    default: bool = False
    key: str = ""
    size: int = 0
    postgres: str = ""
    values: tuple[str, ...] = ("on", "off")
    quiet: str = ""

    def text(self) -> str:
        """Its builder."""
        given = {"JSON": ", map[string]any{}", "UUID": ", uuid.UUID{}"}.get(self.kind, "")
        calls = [f'field.{self.kind}("{self.name}"{given})']
        if self.kind == "Enum":
            calls.append(f"Values({', '.join(_quoted(one) for one in self.values)})")
        if self.default and self.default_text() and not self.unique:
            calls.append(f"Default({self.default_text()})")
        calls += [
            f"{name}()"
            for name, told in (("Optional", self.nullable), ("Unique", self.unique and self.kind in _KEYS))
            if told
        ]
        if self.key:
            calls.append(f'StorageKey("{self.key}")')
        if self.size:
            calls.append(f"MaxLen({self.size})")
        if self.postgres:
            calls.append(f'SchemaType(map[string]string{{dialect.Postgres: "{self.postgres}"}})')
        if self.quiet:
            calls.append(self.quiet)
        return ".\n\t\t\t".join(calls)

    def default_text(self) -> str:
        """The constant that it is told to be; empty where its kind has none."""
        return {"String": '"it\'s"', "Bool": "true", "Enum": _quoted(self.values[0]), "Float": "1.5"}.get(
            self.kind, "7" if "nt" in self.kind else ""
        )


@dataclass(frozen=True)
class Edge:
    """An edge from the type that has it, and the way back where the other type has one."""

    name: str
    to: str
    unique: bool = False
    required: bool = False
    back: str = ""
    back_unique: bool = False
    back_required: bool = False
    action: str = ""
    column: str = ""
    field: bool = False


@dataclass(frozen=True)
class Index:
    """An index on fields, by their names."""

    fields: tuple[str, ...]
    unique: bool = False
    name: str = ""
    where: str = ""
    down: bool = False


@dataclass(frozen=True)
class Type:
    """A type of the schema."""

    name: str
    fields: tuple[Field, ...] = ()
    edges: tuple[Edge, ...] = ()
    indexes: tuple[Index, ...] = ()
    table: str = ""
    id: str = ""
    mixed: bool = False


@dataclass(frozen=True)
class Spec:
    """A schema."""

    types: tuple[Type, ...]

    def type(self, name: str) -> Type:
        """A type by its name."""
        return next(one for one in self.types if one.name == name)

    def put(self, kind: Type) -> Spec:
        """The schema with a type in the place of its old form."""
        return Spec(tuple(kind if one.name == kind.name else one for one in self.types))

    def text(self, package: str) -> str:
        """The schema as one file of Go."""
        return _HEAD.format(package=package) + "".join(_type_text(kind, self) for kind in self.types)


_HEAD = """package {package}

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"
)

var _ = []any{{dialect.Postgres, entsql.Cascade, uuid.UUID{{}}, edge.To, field.Int, index.Fields}}
var _ schema.Annotation

// Stamp says who made a row.
type Stamp struct {{
	mixin.Schema
	Prefix string
}}

// Fields of the Stamp.
func (s Stamp) Fields() []ent.Field {{
	return []ent.Field{{field.String(s.Prefix + "made_by").Optional(), field.Time("made").Optional()}}
}}
"""


def _type_text(kind: Type, spec: Spec) -> str:
    name = kind.name
    fields = [one.text() for one in kind.fields]
    if kind.id:
        fields.insert(0, kind.id)
    edges = [_edge_text(one) for one in kind.edges]
    for other in spec.types:
        for one in other.edges:
            if one.to == name and one.back:
                edges.append(_back_text(one, other))
                if one.field:
                    fields.append(_key_field(one, other))
    parts = [f"\n// {name} is a type.\ntype {name} struct {{\n\tent.Schema\n}}\n"]
    if kind.mixed:
        parts.append(_method(name, "Mixin", "ent.Mixin", ['Stamp{Prefix: "by_"}', "mixin.UpdateTime{}"]))
    parts.append(_method(name, "Fields", "ent.Field", fields))
    parts.append(_method(name, "Edges", "ent.Edge", edges))
    parts.append(_method(name, "Indexes", "ent.Index", [_index_text(one) for one in kind.indexes]))
    if kind.table:
        parts.append(_method(name, "Annotations", "schema.Annotation", [f'entsql.Annotation{{Table: "{kind.table}"}}']))
    return "".join(parts)


def _method(name: str, method: str, of: str, parts: list[str]) -> str:
    inner = "".join(f"\t\t{one},\n" for one in parts)
    return f"\n// {method} of the {name}.\nfunc ({name}) {method}() []{of} {{\n\treturn []{of}{{\n{inner}\t}}\n}}\n"


def _edge_text(one: Edge) -> str:
    calls = [f'edge.To("{one.name}", {one.to}.Type)']
    calls += [f"{name}()" for name, told in (("Unique", one.unique), ("Required", one.required)) if told]
    if one.column:
        calls.append(f'StorageKey(edge.Column("{one.column}"))')
    if one.action:
        calls.append(f"Annotations(entsql.Annotation{{OnDelete: entsql.{one.action}}})")
    return ".\n\t\t\t".join(calls)


def _back_text(one: Edge, other: Type) -> str:
    calls = [f'edge.From("{one.back}", {other.name}.Type)', f'Ref("{one.name}")']
    calls += [f"{name}()" for name, told in (("Unique", one.back_unique), ("Required", one.back_required)) if told]
    if one.field:
        calls.append(f'Field("{one.back}_id")')
    return ".\n\t\t\t".join(calls)


def _key_field(one: Edge, other: Type) -> str:
    made = f'field.UUID("{one.back}_id", uuid.UUID{{}})' if "UUID" in other.id else f'field.Int("{one.back}_id")'
    return made if one.back_required else f"{made}.Optional()"


def _index_text(one: Index) -> str:
    text = f"index.Fields({', '.join(_quoted(name) for name in one.fields)})"
    said = [f'entsql.IndexWhere("{one.where}")'] if one.where else []
    if one.down:
        said.append(f'entsql.DescColumns("{one.fields[0]}")')
    text += ".Unique()" if one.unique else ""
    text += f'.StorageKey("{one.name}")' if one.name else ""
    return text + (f".Annotations({', '.join(said)})" if said else "")


def _quoted(text: str) -> str:
    return f'"{text}"'


def make(chance: random.Random) -> Spec:
    """A schema of two to four types."""
    names = chance.sample(_TYPES, chance.randint(2, 4))
    types = []
    for name in names:
        fields = tuple(_field(one, chance) for one in chance.sample(_NAMES, chance.randint(2, 4)))
        indexes = tuple(_index(fields, chance) for _ in range(chance.randint(0, 1)))
        key = 'field.UUID("id", uuid.UUID{}).Default(uuid.New)' if chance.random() < 0.25 else ""
        mixed = chance.random() < 0.25
        types.append(Type(name, fields, (), indexes, f"t_{name.lower()}" if chance.random() < 0.15 else "", key, mixed))
    spec = Spec(tuple(types))
    for number in range(chance.randint(1, 3)):
        spec = _add_edge(spec, chance, f"link{number}")
    return spec


def _field(name: str, chance: random.Random) -> Field:
    kind = chance.choice(_KINDS)
    unique = chance.random() < 0.15 and kind in {"String", "Int", "Int64"}
    return Field(
        name,
        kind,
        nullable=chance.random() < 0.4,
        unique=unique,
        default=chance.random() < 0.3,
        size=chance.choice([0, 0, 40]) if kind == "String" else 0,
        key=f"{name.lower()}_key" if chance.random() < 0.1 else "",
        postgres=chance.choice(["", "", "varchar(9)"]) if kind == "String" else "",
    )


def _index(fields: tuple[Field, ...], chance: random.Random) -> Index:
    chosen = tuple(
        one.name for one in chance.sample(fields, chance.randint(1, min(2, len(fields)))) if one.kind != "JSON"
    )
    return Index(chosen or (fields[0].name,), unique=chance.random() < 0.4)


def _add_edge(spec: Spec, chance: random.Random, name: str) -> Spec:
    kind, to = chance.choice(spec.types), chance.choice(spec.types)
    if any(one.name == name for one in kind.edges):
        return spec
    back = f"of_{name}" if chance.random() < 0.6 and kind.name != to.name else ""
    unique = chance.random() < 0.4
    required = chance.random() < 0.4 and kind.name != to.name
    one = Edge(
        name,
        to.name,
        unique=unique,
        required=required and unique,
        back=back,
        back_unique=bool(back) and chance.random() < 0.7,
        action=chance.choice(["", "", "Cascade", "Restrict"]) if kind.name != to.name else "",
    )
    if one.back_unique and not one.unique:
        one = replace(one, back_required=chance.random() < 0.5, field=chance.random() < 0.5)
        if not one.back_required and one.action == "":
            one = replace(one, column="" if one.field else chance.choice(["", f"{name}_column"]))
    return spec.put(replace(kind, edges=(*kind.edges, one)))


# Edits


def _some_field(spec: Spec, chance: random.Random) -> tuple[Type, Field]:
    kind = chance.choice(spec.types)
    return kind, chance.choice(kind.fields)


def _edit_field(change: Callable[[Field, random.Random], Field]) -> Callable[[Spec, random.Random], Spec]:
    def edit(spec: Spec, chance: random.Random) -> Spec:
        kind, one = _some_field(spec, chance)
        return spec.put(replace(kind, fields=tuple(change(f, chance) if f is one else f for f in kind.fields)))

    return edit


def _edit_edge(change: Callable[[Edge], Edge | None]) -> Callable[[Spec, random.Random], Spec]:
    def edit(spec: Spec, chance: random.Random) -> Spec:
        kind = chance.choice([one for one in spec.types if one.edges] or list(spec.types))
        if not kind.edges:
            return spec
        chosen = chance.choice(kind.edges)
        edges = [change(one) if one is chosen else one for one in kind.edges]
        return spec.put(replace(kind, edges=tuple(one for one in edges if one is not None)))

    return edit


def _add_field(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice(spec.types)
    free = [one for one in _NAMES if all(one != other.name for other in kind.fields)]
    return spec.put(replace(kind, fields=(*kind.fields, _field(chance.choice(free), chance))))


def _drop_field(spec: Spec, chance: random.Random) -> Spec:
    kind, one = _some_field(spec, chance)
    indexes = tuple(index for index in kind.indexes if one.name not in index.fields)
    return spec.put(replace(kind, fields=tuple(f for f in kind.fields if f is not one), indexes=indexes))


def _add_index(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice(spec.types)
    index = _index(kind.fields, chance)
    more = chance.choice(["name", "where", "down", ""])
    if more == "name":
        index = replace(index, name=f"{kind.name.lower()}_own")
    elif more == "where" and not any(one.key for one in kind.fields) and index.fields[0].islower():
        index = replace(index, where=f"{index.fields[0]} IS NOT NULL")
    elif more == "down" and index.fields[0].islower() and not any(one.key for one in kind.fields):
        index = replace(index, down=True)
    if any({*one.fields} == {*index.fields} for one in kind.indexes):
        return spec
    return spec.put(replace(kind, indexes=(*kind.indexes, index)))


def _drop_index(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice([one for one in spec.types if one.indexes] or list(spec.types))
    return spec.put(replace(kind, indexes=kind.indexes[1:]))


def _unique_index(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice([one for one in spec.types if one.indexes] or list(spec.types))
    return spec.put(replace(kind, indexes=tuple(replace(one, unique=not one.unique) for one in kind.indexes)))


def _add_type(spec: Spec, chance: random.Random) -> Spec:
    free = [one for one in _TYPES if all(one != other.name for other in spec.types)]
    name = chance.choice(free)
    return Spec((*spec.types, Type(name, (_field("title", chance), _field("size", chance)))))


def _mix(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice(spec.types)
    return spec.put(replace(kind, mixed=not kind.mixed))


def _shuffle(spec: Spec, chance: random.Random) -> Spec:
    kind = chance.choice(spec.types)
    return spec.put(replace(kind, fields=tuple(chance.sample(kind.fields, len(kind.fields)))))


def _other_kind(one: Field, chance: random.Random) -> Field:
    return replace(one, kind=chance.choice(_KINDS), default=False, size=0, postgres="", unique=False)


def _require(one: Edge) -> Edge:
    if one.unique:
        return replace(one, required=not one.required)
    return replace(one, back_required=not one.back_required) if one.back_unique else one


_QUIET = ('Comment("a word")', "Immutable()", 'StructTag("json:\\"x\\"")')
EDITS: Mapping[str, Callable[[Spec, random.Random], Spec]] = {
    "add field": _add_field,
    "drop field": _drop_field,
    "kind": _edit_field(_other_kind),
    "nullable": _edit_field(lambda one, _: replace(one, nullable=not one.nullable)),
    "unique": _edit_field(lambda one, _: replace(one, unique=not one.unique)),
    "default": _edit_field(lambda one, _: replace(one, default=not one.default)),
    "storage key": _edit_field(lambda one, _: replace(one, key="" if one.key else "moved")),
    "length": _edit_field(lambda one, _: replace(one, size=one.size + 11) if one.kind == "String" else one),
    "values": _edit_field(lambda one, _: replace(one, values=(*one.values, "more"))),
    "type in the database": _edit_field(
        lambda one, _: replace(one, postgres="" if one.postgres else "varchar(30)") if one.kind == "String" else one
    ),
    "add index": _add_index,
    "drop index": _drop_index,
    "unique index": _unique_index,
    "add edge": lambda spec, chance: _add_edge(spec, chance, "other"),
    "drop edge": _edit_edge(lambda _: None),
    "edge required": _edit_edge(_require),
    "edge unique": _edit_edge(lambda one: replace(one, unique=not one.unique, required=False, field=False)),
    "on delete": _edit_edge(lambda one: replace(one, action="" if one.action else "Cascade")),
    "add type": _add_type,
    "mixin": _mix,
    "order": _shuffle,
    "quiet": _edit_field(lambda one, chance: replace(one, quiet=chance.choice(_QUIET))),
}  # fmt: skip


def make_change(seed: int) -> tuple[Spec, Spec, list[str]]:
    """A schema, what one or two edits make of it, and their kinds."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    base = head = make(chance)
    kinds = []
    for kind in chance.sample(sorted(EDITS), chance.choice([1, 1, 2])):
        edited = EDITS[kind](head, chance)
        if edited != head:
            head = edited
            kinds.append(kind)
    return base, head, kinds
