"""Made-up entities of MikroORM and edits of them, as TypeScript."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tests.checks.migrations.entity_edits import on_column, on_entity, swap, toggle

# The property's type, the options without the braces, and defaults that fit.
_COLUMNS: list[tuple[str, str, list[str]]] = [
    ("string", "", ["'x'", '"it is"', "''"]),
    ("number", "", ["0", "7", "-1"]),
    ("boolean", "", ["true", "false"]),
    ("Date", "", []),
    ("bigint", "", []),
    ("Buffer", "", []),
    ("string | null", "", ["null", "'y'"]),
    ("'a' | 'b'", "", ["'a'"]),
    ("Opt<string>", "", ["'z'"]),
    ("string[]", "", []),
    ("any", "type: 'json'", []),
    ("any", "type: types.json", []),
    ("string", "length: 30", ["'y'"]),
    ("string", "type: 'text'", ["'long'"]),
    ("string", "type: types.text", []),
    ("string", "type: TextType", []),
    ("string", "type: PlainCode", []),
    ("string", "columnType: 'varchar(12)'", []),
    ("string", "columnType: 'text'", []),
    ("string", "type: 'uuid'", []),
    ("string", "type: 'bigint'", ["'0'"]),
    ("number", "type: 'smallint'", ["3"]),
    ("number", "type: 'integer'", []),
    ("number", "type: 'float'", []),
    ("number", "type: 'double'", []),
    ("string", "type: 'decimal', precision: 12, scale: 3", []),
    ("string", "type: DecimalType", []),
    ("string", "columnType: 'numeric(8,2)'", []),
    ("Date", "type: 'date'", []),
    ("Date", "length: 3", []),
    ("Date", "defaultRaw: 'now()'", []),
    ("string", "type: 'character', length: 3", []),
    ("number", "type: 'tinyint'", []),
    ("string", "defaultRaw: \"'raw'\"", []),
    ("number", "default: 5", []),
    ("string", "type: 'time'", []),
    ("Meta", "type: 'json'", []),
    ("Meta", "", []),
    ("Code", "", ["'x'"]),
    ("Code | null", "", []),
    ("Date | null", "", ["null"]),
    ("Date | undefined", "", ["new Date()"]),
    ("Date & Opt", "", ["new Date()"]),
    ("number | string", "", ["1"]),
    ("number & Opt", "", ["2"]),
    ("string[] | null", "", []),
    ("Record<string, string>", "", []),
    ("Record<string, string>", "type: 'object'", []),
]
_POSTGRES: list[tuple[str, str, list[str]]] = [
    ("Date", "columnType: 'timestamp'", []),
    ("Date", "columnType: 'timestamptz(3)'", []),
    ("any", "columnType: 'jsonb'", []),
    ("string", "columnType: 'citext'", []),
    ("string", "type: 'inet'", []),
    ("string", "type: 'interval'", []),
    ("number[]", "", []),
]
_TYPES = "Collection, DecimalType, EntitySchema, Opt, Rel, TextType, Type, defineEntity, p, types"
PROPS = ["title", "bodyText", "sizeInMm", "level", "state", "score", "lastSeen", "tagLine"]
_RULES = ("cascade", "set null", "restrict", "no action")


@dataclass(frozen=True)
class Col:
    """A property with a column: its decorator, with what, and what it is given at first."""

    prop: str
    type: str = "string"
    options: str = ""
    default: str = ""
    decorator: str = "Property"
    flags: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def text(self) -> str:
        parts = [*(one for one in (self.options,) if one), *self.flags]
        given = f"{{ {', '.join(parts)} }}" if parts else ""
        above = "".join(f"  {one}\n" for one in self.before)
        end = f" = {self.default}" if self.default else ""
        sign = "" if end else "!" if "nullable: true" not in self.flags else "?"
        return f"{above}  @{self.decorator}({given})\n  {self.prop}{sign}: {self.type}{end};"

    def built(self) -> str:
        """The same for `defineEntity`, as far as its builders say it."""
        kinds = {"string": "string", "number": "integer", "boolean": "boolean", "Date": "datetime", "any": "json"}
        call = f"p.{kinds.get(self.type, 'text')}()"
        if "nullable: true" in self.flags:
            call += ".nullable()"
        if "unique: true" in self.flags:
            call += ".unique()"
        if self.default and self.default != "null":
            call += f".default({self.default})" if kinds.get(self.type) in {"string", "integer", "boolean"} else ""
        if "length: 30" in self.options:
            call += ".length(30)"
        return f"    {self.prop}: {call},"


@dataclass(frozen=True)
class Rel:
    """A property with a relation."""

    prop: str
    kind: str
    target: str
    options: tuple[str, ...] = ()

    def text(self) -> str:
        given = f", {{ {', '.join(self.options)} }}" if self.options else ""
        given = f", undefined{given}" if given and self.kind == "ManyToMany" else given
        kind = f"Collection<{self.target}>" if self.kind == "ManyToMany" else f"Rel<{self.target}>"
        return f"  @{self.kind}(() => {self.target}{given})\n  {self.prop}!: {kind};"


@dataclass(frozen=True)
class Ent:
    """An entity."""

    name: str
    cols: tuple[Col, ...]
    rels: tuple[Rel, ...] = ()
    given: str = ""
    above: tuple[str, ...] = ()
    base: str = "Base"
    key: str = "@PrimaryKey()\n  id!: number;"
    more: str = ""

    def text(self) -> str:
        above = "".join(f"{one}\n" for one in self.above)
        body = "\n\n".join([*(one.text() for one in self.cols), *(one.text() for one in self.rels)])
        head = f"export class {self.name}{f' extends {self.base}' if self.base else ''} {{"
        return f"{above}@Entity({self.given})\n{head}\n  {self.key}\n\n{body}\n{self.more}}}\n"


@dataclass(frozen=True)
class Spec:
    """A project's entities."""

    dialect: str
    version: int
    entities: tuple[Ent, ...]
    base: tuple[Col, ...] = ()
    part: tuple[Col, ...] = ()
    children: tuple[tuple[str, tuple[Col, ...]], ...] = ()
    built: tuple[Col, ...] = ()
    values: tuple[str, ...] = ("low", "high")
    keeps: bool = False
    note: str = ""
    prefix: str = ""
    code: str = "varchar(9)"
    strict: bool = False

    def text(self) -> str:
        members = ", ".join(f"{one.upper()} = '{one}'" for one in self.values)
        source = "@mikro-orm/core" if self.version < 7 else "@mikro-orm/decorators/legacy"
        native = "nativeEnumName: 'mood', " if self.dialect == "postgres" else ""
        decorators = (
            "Check, Embeddable, Embedded, Entity, Enum, Formula, Index, ManyToMany, ManyToOne, OneToMany, OneToOne, "
            "PrimaryKey, Property, Unique"
        )
        prefix = f", {{ {self.prefix} }}" if self.prefix else ""
        tree = [
            f"@Entity({{ discriminatorValue: '{name.lower()}' }})\nexport class {name} extends Animal {{\n"
            + "\n".join(one.text() for one in cols)
            + "\n}\n"
            for name, cols in self.children
        ]
        return "\n".join(
            [
                f"import {{ {decorators} }} from '{source}';",
                f"import {{ {_TYPES} }} from '@mikro-orm/core';",
                f"// {self.note}",
                "interface Meta { a: number }\ntype Code = 'x' | 'y';",
                f"export enum Level {{ {members} }}",
                "export class PlainCode extends Type<string, string> {",
                f"  getColumnType() {{ return '{self.code}'; }}\n}}",
                f"export abstract class Base {{\n{_joined(self.base)}\n}}",
                f"@Embeddable()\nexport class Part {{\n{_joined(self.part)}\n}}",
                *(one.text() for one in self.entities),
                "@Entity()\nexport class Holder {\n  @PrimaryKey({ length: 20 })\n  code!: string;\n",
                f"  @Embedded(() => Part{prefix})\n  part!: Part;\n",
                f"  @Enum({{ items: () => Level, {native}nullable: true }})\n  mood?: Level;\n}}\n",
                "@Entity({ discriminatorColumn: 'kind', abstract: true })\nexport abstract class Animal {",
                "  @PrimaryKey({ type: 'uuid' })\n  id!: string;\n\n  @Property()\n  name!: string;\n}\n",
                *tree,
                "export const Built = defineEntity({\n  name: 'Built',\n  properties: {",
                "    id: p.integer().primary(),",
                *(one.built() for one in self.built),
                "    holder: () => p.manyToOne(Holder).nullable(),\n  },\n});",
                "export const Old = new EntitySchema({\n  name: 'OldOne',\n  tableName: 'old_ones',\n  properties: {",
                "    id: { type: 'number', primary: true },",
                "    label: { type: 'string', length: 20 },",
                "    built: { kind: 'm:1', entity: () => Built, deleteRule: 'cascade' },\n  },\n});",
            ]
        )


def _joined(cols: tuple[Col, ...]) -> str:
    return "\n".join(one.text() for one in cols)


def make_col(chance: random.Random, dialect: str, prop: str) -> Col:
    """A made-up column."""
    if chance.random() < 0.15:
        return Col(prop, "Level", "items: () => Level", chance.choice(["", "Level.LOW"]), "Enum", flags=_flags(chance))
    columns = _COLUMNS + (_POSTGRES if dialect == "postgres" else [])
    kind, options, defaults = chance.choice(columns)
    default = chance.choice(defaults) if defaults and chance.random() < 0.4 else ""
    return Col(prop, kind, options, default, flags=_flags(chance))


def _flags(chance: random.Random) -> tuple[str, ...]:
    return tuple(one for one, share in (("nullable: true", 0.4), ("hidden: true", 0.1)) if chance.random() < share)


def make(seed: int, dialect: str, version: int, *, keeps: bool) -> Spec:
    """Made-up entities."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    names = ["User", "BlogPost", "OrderLine"][: chance.choice([2, 3])]
    entities = []
    for at, name in enumerate(names):
        cols = tuple(make_col(chance, dialect, prop) for prop in chance.sample(PROPS, chance.randint(2, 4)))
        rels: tuple[Rel, ...] = ()
        if at and chance.random() < 0.6:
            rels = (Rel("owner", "ManyToOne", names[at - 1], chance.choice([(), ("deleteRule: 'cascade'",)])),)
        if at and chance.random() < 0.3:
            rels = (*rels, Rel("watchers", "ManyToMany", names[0]))
        key = chance.choice(
            [
                "@PrimaryKey()\n  id!: number;",
                "@PrimaryKey({ type: 'uuid' })\n  id!: string;",
                "@PrimaryKey({ length: 20 })\n  id!: string;",
                "@PrimaryKey({ type: 'bigint' })\n  id!: string;",
            ]
        )
        given = chance.choice(["", "", f"{{ tableName: '{name.lower()}s' }}"])
        entities.append(Ent(name, cols, rels, given, key=key))
    base = (
        Col("createdAt", "Date", default="new Date()"),
        Col("updatedAt", "Date", "onUpdate: () => new Date()", "new Date()"),
    )
    return Spec(
        dialect,
        version,
        tuple(entities),
        base[: chance.choice([1, 2])],
        (Col("firstName"), Col("rank", "number", flags=("nullable: true",))),
        (("Cat", (Col("claws", "number"),)), ("Dog", (Col("tail", "string", "length: 10"),))),
        tuple(Col(prop, chance.choice(["string", "number", "boolean", "Date"])) for prop in PROPS[:2]),
        keeps=keeps,
        strict=chance.random() < 0.5,
    )


Edit: TypeAlias = Callable[[Spec, random.Random], Spec | None]


def _add_column(spec: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    free = [prop for prop in PROPS if prop not in {col.prop for col in ent.cols}]
    return replace(ent, cols=(*ent.cols, make_col(chance, spec.dialect, chance.choice(free))))


def _drop_column(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    if len(ent.cols) < 2 or ent.above:
        return None
    gone = chance.randrange(len(ent.cols))
    return replace(ent, cols=(*ent.cols[:gone], *ent.cols[gone + 1 :]))


def _default(_: Spec, chance: random.Random, col: Col) -> Col | None:
    fits = next((some for kind, options, some in _COLUMNS if (kind, options) == (col.type, col.options)), [])
    choices = [one for one in ("", *fits) if one != col.default]
    return replace(col, default=chance.choice(choices)) if choices else None


def _index(_: Spec, chance: random.Random, col: Col) -> Col | None:
    if "json" in col.options or col.type == "any":
        return None
    made = chance.choice(["@Index()", "@Unique()", "@Index({ name: 'named_idx' })"])
    return replace(col, before=() if col.before else (made,))


def _composite(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    cols = [col for col in ent.cols if "json" not in col.options]
    if ent.above or len(cols) < 2:
        return replace(ent, above=()) if ent.above else None
    first, second = (col.prop for col in chance.sample(cols, 2))
    made = chance.choice(
        [
            f"@Index({{ properties: ['{first}', '{second}'] }})",
            f"@Unique({{ properties: ['{first}', '{second}'] }})",
            f"@Index({{ name: 'two_idx', properties: '{first}' }})",
            f"@Unique({{ name: 'two_uq', properties: ['{first}', '{second}'] }})",
            "@Check({ expression: '1 < 2' })",
            "@Check({ name: 'named_check', expression: columns => `${columns.id} is not null` })",
        ]
    )
    return replace(ent, above=(made,))


def _relation(spec: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    if any(rel.prop == "extra" for rel in ent.rels):
        return replace(ent, rels=tuple(rel for rel in ent.rels if rel.prop != "extra"))
    target = chance.choice(spec.entities).name
    made = chance.choice(
        [
            Rel("extra", "ManyToOne", target),
            Rel("extra", "ManyToOne", target, ("nullable: true",)),
            Rel("extra", "ManyToOne", target, (f"deleteRule: '{chance.choice(_RULES)}'", "nullable: true")),
            Rel("extra", "ManyToOne", target, ("updateRule: 'no action'",)),
            Rel("extra", "ManyToOne", target, ("joinColumn: 'extra_ref'",)),
            Rel("extra", "ManyToOne", target, ("fieldName: 'extra_field'",)),
            Rel("extra", "OneToOne", target),
            Rel("extra", "OneToOne", target, ("nullable: true",)),
            Rel("extra", "ManyToMany", target),
            Rel("extra", "ManyToMany", target, ("pivotTable: 'between'",)),
            Rel("extra", "ManyToMany", target, ("fixedOrder: true",)),
            Rel("extra", "ManyToOne", target, ("createForeignKeyConstraint: false",)),
            Rel("extra", "ManyToOne", target, ("index: true",)),
            Rel("extra", "ManyToOne", "Holder"),
        ]
    )
    return replace(ent, rels=(*ent.rels, made))


def _relation_option(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    if not ent.rels or ent.rels[0].kind == "ManyToMany":
        return None
    option = chance.choice(
        [
            (),
            ("nullable: true",),
            ("deleteRule: 'cascade'",),
            ("deleteRule: 'set null'", "nullable: true"),
            ("eager: true",),
        ]
    )
    return replace(ent, rels=(replace(ent.rels[0], options=option), *ent.rels[1:]))


def _values(spec: Spec, chance: random.Random) -> Spec | None:
    choices = [("low",), ("low", "high", "top"), ("low", "top"), ("high", "low")]
    return replace(spec, values=chance.choice([one for one in choices if one != spec.values]))


def _base(spec: Spec, chance: random.Random) -> Spec | None:
    if chance.random() < 0.5:
        return replace(spec, base=(*spec.base, Col("deletedAt", "Date", flags=("nullable: true",))))
    return replace(spec, base=(replace(spec.base[0], options="type: 'date'"), *spec.base[1:]))


def _part(spec: Spec, chance: random.Random) -> Spec | None:
    made = chance.choice(
        [
            replace(spec, part=(*spec.part, Col("city", "string", "length: 40"))),
            replace(spec, part=spec.part[:1]),
            replace(spec, prefix="prefix: false"),
            replace(spec, prefix="prefix: 'of_'"),
            replace(spec, prefix="object: true"),
            replace(spec, prefix="nullable: true"),
        ]
    )
    return made if made != spec else None


def _child(spec: Spec, chance: random.Random) -> Spec | None:
    made = chance.choice(
        [
            (*spec.children, ("Bird", (Col("wing", "number"),))),
            (*spec.children[:1], ("Dog", (Col("tail", "string", "length: 12"), Col("breed")))),
            spec.children[:1],
        ]
    )
    return replace(spec, children=made)


def _built(spec: Spec, chance: random.Random) -> Spec | None:
    made = chance.choice(
        [
            (*spec.built, Col("extraText", "string", "length: 30")),
            spec.built[:1],
            (replace(spec.built[0], flags=("nullable: true",)), *spec.built[1:]),
            (replace(spec.built[0], type="number", default="3"), *spec.built[1:]),
            (replace(spec.built[0], flags=("unique: true",)), *spec.built[1:]),
        ]
    )
    return replace(spec, built=made)


def _add_entity(spec: Spec, chance: random.Random) -> Spec | None:
    ent = Ent(
        "InvoiceRow",
        (make_col(chance, spec.dialect, "title"),),
        chance.choice([(), (Rel("holder", "ManyToOne", "Holder"),)]),
    )
    return replace(spec, entities=(*spec.entities, ent))


def _drop_entity(spec: Spec, _: random.Random) -> Spec | None:
    last = spec.entities[-1]
    used = any(rel.target == last.name for ent in spec.entities[:-1] for rel in ent.rels)
    return None if len(spec.entities) < 3 or used else replace(spec, entities=spec.entities[:-1])


EDITS: dict[str, Edit] = {
    "add-column": on_entity(_add_column),
    "drop-column": on_entity(_drop_column),
    "rename-column": on_column(lambda _, __, col: replace(col, prop=col.prop + "Two")),
    "name-column": on_column(lambda _, __, col: replace(col, flags=(*col.flags, "fieldName: 'given_name'"))),
    "nullability": on_column(lambda _, __, col: toggle(col, "nullable: true")),
    "unique": on_column(lambda _, __, col: None if "json" in col.options else toggle(col, "unique: true")),
    "index": on_column(_index),
    "type": on_column(lambda spec, chance, col: replace(make_col(chance, spec.dialect, col.prop), flags=col.flags)),
    "default": on_column(_default),
    "comment-option": on_column(lambda _, __, col: toggle(col, "comment: 'said'")),
    "hidden": on_column(lambda _, __, col: toggle(col, "hidden: true")),
    "not-kept": on_column(lambda _, __, col: toggle(col, "persist: false")),
    "composite": on_entity(_composite),
    "relation": on_entity(_relation),
    "relation-option": on_entity(_relation_option),
    "table-name": on_entity(lambda _, __, ent: replace(ent, given="{ tableName: 'other_name' }")),
    "table-comment": on_entity(lambda _, __, ent: replace(ent, given="{ comment: 'said of it' }")),
    "add-entity": _add_entity,
    "drop-entity": _drop_entity,
    "drop-base": on_entity(lambda _, __, ent: replace(ent, base="" if ent.base else "Base")),
    "values": _values,
    "base": _base,
    "part": _part,
    "child": _child,
    "built": _built,
    "order-of-values": lambda spec, _: replace(spec, values=tuple(reversed(spec.values))),
    "code": lambda spec, _: replace(spec, code="varchar(11)"),
    "order": on_entity(lambda _, __, ent: replace(ent, cols=tuple(reversed(ent.cols)))),
    "method": on_entity(lambda _, __, ent: replace(ent, more="\n  get label(): string { return String(this.id); }\n")),
    "plain-property": on_entity(lambda _, __, ent: replace(ent, more="\n  cached?: string;\n")),
    "formula": on_entity(lambda _, __, ent: replace(ent, more="\n  @Formula('1 + 1')\n  sum?: number;\n")),
    "inverse": lambda spec, _: _inverse(spec),
    "comment": lambda spec, _: replace(spec, note="another note"),
}


def _inverse(spec: Spec) -> Spec | None:
    """The other side of a relation, which has no column."""
    for number, ent in enumerate(spec.entities):
        for rel in ent.rels:
            if rel.kind == "ManyToOne" and (at := [one.name for one in spec.entities].index(rel.target)) != number:
                more = f"\n  @OneToMany(() => {ent.name}, 'owner')\n  many = new Collection<any>(this);\n"
                return swap(spec, at, replace(spec.entities[at], more=more))
    return None
