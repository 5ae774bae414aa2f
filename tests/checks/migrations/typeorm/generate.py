"""Made-up entities of TypeORM and edits of them, as TypeScript."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tests.checks.migrations.entity_edits import on_column, on_entity, toggle

# The property's type, the options without the braces, and defaults that fit.
_COLUMNS: dict[str, list[tuple[str, str, list[str]]]] = {
    "postgres": [
        ("string", "", ["'x'", '"it is"']),
        ("number", "", ["0", "7"]),
        ("boolean", "", ["true", "false"]),
        ("Date", "", ["() => 'now()'", "() => 'CURRENT_TIMESTAMP'"]),
        ("string", "length: 30", ["'y'"]),
        ("string", "type: 'text'", ["''"]),
        ("string", "type: 'varchar', length: 12", []),
        ("string", "type: 'uuid'", []),
        ("number", "type: 'int'", ["3"]),
        ("number", "type: 'smallint'", []),
        ("string", "type: 'bigint'", ["0"]),
        ("number", "type: 'float'", []),
        ("number", "type: 'decimal', precision: 10, scale: 2", ["1.5"]),
        ("string", "type: 'numeric'", []),
        ("any", "type: 'json'", []),
        ("any", "type: 'jsonb'", ["{}", "{ a: 1 }"]),
        ("Date", "type: 'timestamptz'", ["() => 'now()'"]),
        ("Date", "type: 'timestamp', precision: 3", []),
        ("Date", "type: 'timestamp with time zone'", []),
        ("string", "type: 'date'", []),
        ("string", "type: 'time'", []),
        ("string[]", "type: 'text', array: true", []),
        ("string[]", "type: 'simple-array'", []),
        ("any", "type: 'simple-json'", []),
        ("string", "type: 'char', length: 3", []),
        ("string", "type: 'inet'", []),
        ("number[]", "type: 'int', array: true", []),
        ("Buffer", "type: 'bytea'", []),
        ("string", "type: 'interval'", []),
        ("number", "type: 'double precision'", []),
        ("number", "type: 'real'", []),
    ],
    "sqlite": [
        ("string", "", ["'x'", '"it is"']),
        ("number", "", ["0", "7"]),
        ("boolean", "", ["true", "false"]),
        ("Date", "", ["() => \"datetime('now')\"", "() => 'CURRENT_TIMESTAMP'"]),
        ("string", "length: 30", ["'y'"]),
        ("string", "type: 'text'", ["''"]),
        ("string", "type: 'varchar', length: 12", []),
        ("number", "type: 'int'", ["3"]),
        ("number", "type: 'integer'", []),
        ("number", "type: 'bigint'", []),
        ("number", "type: 'float'", []),
        ("number", "type: 'decimal', precision: 10, scale: 2", []),
        ("Date", "type: 'datetime'", []),
        ("string", "type: 'date'", []),
        ("Buffer", "type: 'blob'", []),
        ("string[]", "type: 'simple-array'", []),
        ("any", "type: 'simple-json'", []),
        ("number", "type: 'real'", []),
        ("boolean", "type: 'boolean'", ["true"]),
    ],
}
_NAMES = (
    "Check", "ChildEntity", "Column", "CreateDateColumn", "DeleteDateColumn", "Entity", "Index", "JoinColumn",
    "JoinTable", "ManyToMany", "ManyToOne", "OneToOne", "PrimaryColumn", "PrimaryGeneratedColumn", "TableInheritance",
    "Unique", "UpdateDateColumn", "VersionColumn",
)  # fmt: skip
_ACTIONS = ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION")


@dataclass(frozen=True)
class Col:
    """A property with a column: what its decorator is called, and with what."""

    prop: str
    type: str = "string"
    options: str = ""
    default: str = ""
    decorator: str = "Column"
    flags: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def text(self) -> str:
        parts = [*(one for one in (self.options,) if one), *self.flags]
        parts += [f"default: {self.default}"] if self.default else []
        given = f"{{ {', '.join(parts)} }}" if parts else ""
        above = "".join(f"  {one}\n" for one in self.before)
        return f"{above}  @{self.decorator}({given})\n  {self.prop}: {self.type};"


@dataclass(frozen=True)
class Rel:
    """A property with a relation."""

    prop: str
    kind: str
    target: str
    options: tuple[str, ...] = ()
    join: str = ""

    def text(self) -> str:
        given = f", {{ {', '.join(self.options)} }}" if self.options else ""
        join = f"  {self.join}\n" if self.join else ""
        many = "[]" if self.kind == "ManyToMany" else ""
        return f"  @{self.kind}(() => {self.target}{given})\n{join}  {self.prop}: {self.target}{many};"


@dataclass(frozen=True)
class Ent:
    """An entity."""

    name: str
    cols: tuple[Col, ...]
    rels: tuple[Rel, ...] = ()
    given: str = ""
    above: tuple[str, ...] = ()
    base: str = "Base"
    key: str = "@PrimaryGeneratedColumn()\n  id: number;"
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
    entities: tuple[Ent, ...]
    base: tuple[Col, ...] = ()
    part: tuple[Col, ...] = ()
    children: tuple[tuple[str, tuple[Col, ...]], ...] = ()
    values: tuple[str, ...] = ("low", "high")
    snake: bool = False
    note: str = ""
    prefix: str = ""

    def text(self) -> str:
        members = ", ".join(f"{one.upper()} = '{one}'" for one in self.values)
        base = "\n".join(one.text() for one in self.base)
        part = "\n".join(one.text() for one in self.part)
        prefix = f", {{ prefix: {self.prefix} }}" if self.prefix else ""
        tree = [
            f"@ChildEntity()\nexport class {name} extends Animal {{\n" + "\n".join(one.text() for one in cols) + "\n}\n"
            for name, cols in self.children
        ]
        return "\n".join(
            [
                f"import {{ {', '.join(_NAMES)} }} from 'typeorm';",
                f"// {self.note}",
                f"export enum Level {{ {members} }}",
                f"export abstract class Base {{\n{base}\n}}",
                f"export class Part {{\n{part}\n}}",
                *(one.text() for one in self.entities),
                "@Entity()\nexport class Holder {\n  @PrimaryColumn()\n  code: string;\n",
                f"  @Column(() => Part{prefix})\n  part: Part;\n}}\n",
                "@Entity()\n@TableInheritance({ column: { type: 'varchar', name: 'kind' } })\nexport class Animal {",
                "  @PrimaryGeneratedColumn('uuid')\n  id: string;\n\n  @Column()\n  name: string;\n}\n",
                *tree,
            ]
        )


def make_col(chance: random.Random, dialect: str, prop: str) -> Col:
    """A made-up column."""
    if chance.random() < 0.15:
        kind = "enum" if dialect == "postgres" else "simple-enum"
        default = chance.choice(["", "Level.LOW"])
        return Col(prop, "Level", f"type: '{kind}', enum: Level", default, flags=_flags(chance))
    kind, options, defaults = chance.choice(_COLUMNS[dialect])
    default = chance.choice(defaults) if defaults and chance.random() < 0.4 else ""
    return Col(prop, kind, options, default, flags=_flags(chance))


def _flags(chance: random.Random) -> tuple[str, ...]:
    return tuple(one for one, share in (("nullable: true", 0.4), ("select: false", 0.1)) if chance.random() < share)


def make(seed: int, dialect: str, *, snake: bool) -> Spec:
    """Made-up entities."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    names = ["User", "BlogPost", "OrderLine"][: chance.choice([2, 3])]
    entities = []
    for at, name in enumerate(names):
        cols = tuple(make_col(chance, dialect, prop) for prop in chance.sample(PROPS, chance.randint(2, 4)))
        rels: tuple[Rel, ...] = ()
        if at and chance.random() < 0.6:
            rels = (Rel("owner", "ManyToOne", names[at - 1], chance.choice([(), ("onDelete: 'CASCADE'",)])),)
        if at and chance.random() < 0.3:
            rels = (*rels, Rel("watchers", "ManyToMany", names[0], join="@JoinTable()"))
        key = chance.choice(
            [
                "@PrimaryGeneratedColumn()\n  id: number;",
                "@PrimaryGeneratedColumn('uuid')\n  id: string;",
                "@PrimaryColumn({ type: 'varchar', length: 20 })\n  id: string;",
            ]
        )
        entities.append(Ent(name, cols, rels, chance.choice(["", "", "'" + name.lower() + "s'"]), key=key))
    base = tuple(
        Col(prop, "Date", decorator=decorator)
        for prop, decorator in (("createdAt", "CreateDateColumn"), ("updatedAt", "UpdateDateColumn"))
    )
    return Spec(
        dialect,
        tuple(entities),
        base[: chance.choice([1, 2])],
        (Col("firstName"), Col("rank", "number")),
        (("Cat", (Col("claws", "number"),)), ("Dog", (Col("tail", "string", "length: 10"),))),
        snake=snake,
    )


PROPS = ["title", "bodyText", "sizeInMm", "level", "state", "score", "lastSeen", "tagLine"]
Edit: TypeAlias = Callable[[Spec, random.Random], Spec | None]


def _add_column(spec: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    free = [prop for prop in PROPS if prop not in {col.prop for col in ent.cols}]
    return replace(ent, cols=(*ent.cols, make_col(chance, spec.dialect, chance.choice(free))))


def _drop_column(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    if len(ent.cols) < 2 or "[" in "".join(ent.above):
        return None
    gone = chance.randrange(len(ent.cols))
    return replace(ent, cols=(*ent.cols[:gone], *ent.cols[gone + 1 :]))


def _retype(spec: Spec, chance: random.Random, col: Col) -> Col | None:
    made = make_col(chance, spec.dialect, col.prop)
    return replace(made, flags=col.flags)


def _default(spec: Spec, chance: random.Random, col: Col) -> Col | None:
    fits = next(
        (defaults for kind, options, defaults in _COLUMNS[spec.dialect] if (kind, options) == (col.type, col.options)),
        [],
    )
    choices = [one for one in ("", *fits) if one != col.default]
    return replace(col, default=chance.choice(choices)) if choices else None


def _index(_: Spec, chance: random.Random, col: Col) -> Col | None:
    if "json" in col.options or col.type == "any":
        return None
    made = chance.choice(["@Index()", "@Index({ unique: true })", "@Index('named_idx')"])
    return replace(col, before=() if col.before else (made,))


def _unique(_: Spec, __: random.Random, col: Col) -> Col | None:
    return None if "json" in col.options or "simple" in col.options else toggle(col, "unique: true")


def _composite(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    cols = [col for col in ent.cols if "json" not in col.options]
    if ent.above or len(cols) < 2:
        return replace(ent, above=()) if ent.above else None
    first, second = (col.prop for col in chance.sample(cols, 2))
    made = chance.choice(
        [
            f"@Index(['{first}', '{second}'])",
            f"@Unique(['{first}', '{second}'])",
            f"@Index('two_idx', ['{first}', '{second}'], {{ unique: true }})",
            f"@Unique('two_uq', ['{first}', '{second}'])",
            "@Check('1 < 2')",
            "@Check('named_check', '\"id\" IS NOT NULL')",
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
            Rel("extra", "ManyToOne", target, ("nullable: false",)),
            Rel("extra", "ManyToOne", target, (f"onDelete: '{chance.choice(_ACTIONS)}'",)),
            Rel("extra", "ManyToOne", target, join="@JoinColumn({ name: 'extra_ref' })"),
            Rel("extra", "OneToOne", target, join="@JoinColumn()"),
            Rel("extra", "ManyToMany", target, join="@JoinTable()"),
            Rel("extra", "ManyToMany", target, join="@JoinTable({ name: 'between' })"),
            Rel("extra", "ManyToOne", target, ("createForeignKeyConstraints: false",)),
            Rel("extra", "ManyToOne", "Holder"),
        ]
    )
    return replace(ent, rels=(*ent.rels, made))


def _relation_option(_: Spec, chance: random.Random, ent: Ent) -> Ent | None:
    if not ent.rels:
        return None
    options = chance.choice([
        ("onDelete: 'SET NULL'",), ("onDelete: 'CASCADE'",), ("nullable: false",), ("eager: true",),
        ("cascade: true",), ("onUpdate: 'CASCADE'",), (),
    ])  # fmt: skip
    return replace(ent, rels=(replace(ent.rels[0], options=options), *ent.rels[1:]))


def _add_entity(spec: Spec, chance: random.Random) -> Spec | None:
    ent = Ent("Added", (make_col(chance, spec.dialect, "title"),), base=chance.choice(["", "Base"]))
    return replace(spec, entities=(*spec.entities, ent))


def _values(spec: Spec, chance: random.Random) -> Spec | None:
    return replace(spec, values=chance.choice([("low", "high", "top"), ("low",), ("low", "high")]))


def _base(spec: Spec, chance: random.Random) -> Spec | None:
    made = chance.choice(
        [
            Col("deletedAt", "Date", decorator="DeleteDateColumn"),
            Col("version", "number", decorator="VersionColumn"),
            Col("flavour", flags=("nullable: true",)),
        ]
    )
    return replace(spec, base=(*spec.base, made))


def _part(spec: Spec, chance: random.Random) -> Spec | None:
    return chance.choice(
        [
            replace(spec, part=(*spec.part, Col("lastName", flags=("nullable: true",)))),
            replace(spec, prefix="'p_'"),
            replace(spec, prefix="false"),
            replace(spec, part=(replace(spec.part[0], flags=("nullable: true",)), *spec.part[1:])),
        ]
    )


def _child(spec: Spec, chance: random.Random) -> Spec | None:
    return chance.choice(
        [
            replace(spec, children=(*spec.children, ("Bird", (Col("wings", "number"),)))),
            replace(spec, children=(("Cat", (Col("claws", "number"), Col("mood"))), *spec.children[1:])),
            replace(spec, children=spec.children[:1]),
            replace(spec, children=(*spec.children, ("Fish", ()))),
        ]
    )


def _same(col: Col) -> Col:
    """Another way to say the same."""
    kinds = {"string": "String", "number": "Number", "boolean": "Boolean", "Date": "Date"}
    if not col.options and col.type in kinds:
        return replace(col, options=f"type: {kinds[col.type]}")
    return replace(col, flags=(*col.flags, f"name: '{col.prop}'"))


EDITS: dict[str, Edit] = {
    "add-column": on_entity(_add_column),
    "drop-column": on_entity(_drop_column),
    "rename-column": on_column(lambda _, __, col: replace(col, prop=col.prop + "Two")),
    "name-column": on_column(lambda _, __, col: replace(col, flags=(*col.flags, "name: 'given_name'"))),
    "nullability": on_column(lambda _, __, col: toggle(col, "nullable: true")),
    "unique": on_column(_unique),
    "index": on_column(_index),
    "type": on_column(_retype),
    "default": on_column(_default),
    "comment-option": on_column(lambda _, __, col: toggle(col, "comment: 'said'")),
    "same": on_column(lambda spec, __, col: None if spec.snake and col.options else _same(col)),
    "select": on_column(lambda _, __, col: toggle(col, "select: false")),
    "composite": on_entity(_composite),
    "relation": on_entity(_relation),
    "relation-option": on_entity(_relation_option),
    "table-name": on_entity(lambda _, __, ent: replace(ent, given="'other_name'")),
    "table-options": on_entity(lambda _, __, ent: replace(ent, given="{ name: 'other_one', orderBy: { id: 'ASC' } }")),
    "add-entity": _add_entity,
    "drop-base": on_entity(lambda _, __, ent: replace(ent, base="" if ent.base else "Base")),
    "values": _values,
    "base": _base,
    "part": _part,
    "child": _child,
    "order": on_entity(lambda _, __, ent: replace(ent, cols=tuple(reversed(ent.cols)))),
    "method": on_entity(lambda _, __, ent: replace(ent, more="\n  get label(): string { return String(this.id); }\n")),
    "plain-property": on_entity(lambda _, __, ent: replace(ent, more="\n  cached?: string;\n")),
    "comment": lambda spec, _: replace(spec, note="another note"),
}
