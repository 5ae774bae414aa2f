"""Made-up Prisma schemas, and edits of them: text that the engine accepts."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

_SCALARS = ["String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"]
_DEFAULTS = {
    "String": ['"x"', '"it\'s"', '""', "cuid()", "uuid()"],
    "Boolean": ["true", "false"],
    "Int": ["0", "-3", "42"],
    "BigInt": ["7"],
    "Float": ["1.5", "-0.25"],
    "Decimal": ["9.99"],
    "DateTime": ["now()"],
    "Json": ['"{}"', '"[1]"'],
    "Bytes": ['"aGVsbG8="'],
}
_NATIVE = {
    "String": ["VarChar(40)", "Char(3)", "Text", "Uuid", "VarChar", "Citext"],
    "Int": ["SmallInt", "Integer", "Oid"],
    "BigInt": ["BigInt"],
    "Float": ["Real", "DoublePrecision"],
    "Decimal": ["Decimal(10, 2)", "Money"],
    "DateTime": ["Timestamptz(6)", "Timestamp(0)", "Date", "Time(3)", "Timestamptz"],
    "Json": ["Json", "JsonB"],
    "Boolean": ["Boolean"],
    "Bytes": ["ByteA"],
}
_ACTIONS = ["Cascade", "Restrict", "NoAction"]


@dataclass(frozen=True)
class Col:
    """A field of a model."""

    name: str
    type: str
    optional: bool = False
    is_list: bool = False
    default: str = ""
    native: str = ""
    column: str = ""
    unique: bool = False
    updated: bool = False
    comment: str = ""

    def text(self) -> str:
        mark = "[]" if self.is_list else "?" if self.optional else ""
        parts = [self.name, self.type + mark]
        parts += ["@unique"] * self.unique
        parts += [f"@default({self.default})"] * bool(self.default)
        parts += [f"@db.{self.native}"] * bool(self.native)
        parts += [f'@map("{self.column}")'] * bool(self.column)
        parts += ["@updatedAt"] * self.updated
        parts += [f"// {self.comment}"] * bool(self.comment)
        return "  " + " ".join(parts)


@dataclass(frozen=True)
class Rel:
    """A relation from one model to another; with a list on both sides where it is many to many."""

    name: str
    to: str
    many: bool = False
    optional: bool = False
    on_delete: str = ""
    on_update: str = ""
    map: str = ""


@dataclass(frozen=True)
class Model:
    """A model. Its key is `id`, or `id` and `part`."""

    name: str
    key: str = "Int @id @default(autoincrement())"
    cols: tuple[Col, ...] = ()
    rels: tuple[Rel, ...] = ()
    indexes: tuple[str, ...] = ()
    map: str = ""
    compound: bool = False


@dataclass(frozen=True)
class Spec:
    """A schema."""

    provider: str
    models: tuple[Model, ...] = ()
    enums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    relation_mode: str = ""
    notes: tuple[str, ...] = field(default=())

    def text(self) -> str:
        mode = f'\n  relationMode = "{self.relation_mode}"' if self.relation_mode else ""
        out = [
            f'datasource db {{\n  provider = "{self.provider}"{mode}\n}}',
            'generator c {\n  provider = "prisma-client-js"\n}',
        ]
        out += [
            f"enum {name} {{\n" + "\n".join(f"  {value}" for value in values) + "\n}" for name, values in self.enums
        ]
        out += [self._model(model) for model in self.models]
        out += [f"/// {note}" for note in self.notes]
        return "\n\n".join(out) + "\n"

    def _model(self, model: Model) -> str:
        lines = [f"  id {model.key}"]
        lines += ["  part Int"] * model.compound
        lines += [col.text() for col in model.cols]
        for rel in model.rels:
            lines += self._side(rel)
        for other in self.models:
            for rel in other.rels:
                if rel.to == model.name:
                    back = f"  back{other.name}{rel.name} {other.name}[]"
                    lines.append(f'{back} @relation("{other.name}{rel.name}")')
        lines += ["  @@id([id, part])"] * model.compound
        lines += [f"  {index}" for index in model.indexes]
        lines += [f'  @@map("{model.map}")'] * bool(model.map)
        return f"model {model.name} {{\n" + "\n".join(lines) + "\n}"

    def _side(self, rel: Rel) -> list[str]:
        owner = next(model.name for model in self.models if rel in model.rels)
        label = f'"{owner}{rel.name}"'
        if rel.many:
            return [f"  {rel.name} {rel.to}[] @relation({label})"]
        mark = "?" if rel.optional else ""
        target = next(model for model in self.models if model.name == rel.to)
        kind = target.key.split()[0]
        extra = "".join(
            f", {name}: {value}"
            for name, value in (
                ("onDelete", rel.on_delete),
                ("onUpdate", rel.on_update),
                ("map", f'"{rel.map}"' * bool(rel.map)),
            )
            if value
        )
        return [
            f"  {rel.name}Id {kind}{mark}",
            f"  {rel.name} {rel.to}{mark} @relation({label}, fields: [{rel.name}Id], references: [id]{extra})",
        ]


def make(seed: int, provider: str) -> Spec:
    """A made-up schema."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    names = [f"Model{chance.choice('XYZ')}{number}" for number in range(chance.randint(2, 4))]
    enums = (
        () if provider == "sqlite" else tuple((f"Kind{n}", tuple("ABCDE"[: chance.randint(2, 4)])) for n in range(2))
    )
    models = []
    for name in names:
        key = chance.choice(
            ["Int @id @default(autoincrement())", "String @id @default(cuid())", "BigInt @id", "Int @id"]
        )
        cols = tuple(make_col(chance, provider, f"c{number}", enums) for number in range(chance.randint(2, 6)))
        models.append(Model(name, key, cols, map=chance.choice(["", "", f"{name.lower()}s"])))
    spec = Spec(provider, tuple(models), enums, relation_mode=chance.choice(["", "", "", "", "prisma"]))
    for _ in range(chance.randint(1, 3)):
        spec = add_relation(spec, chance) or spec
    for _ in range(chance.randint(0, 3)):
        spec = add_index(spec, chance) or spec
    return spec


def make_col(chance: random.Random, provider: str, name: str, enums: tuple[tuple[str, tuple[str, ...]], ...]) -> Col:
    """A made-up field."""
    scalars = [kind for kind in _SCALARS if provider != "sqlite" or kind != "Json"]
    kind = chance.choice([*scalars, *(enum for enum, _ in enums)])
    values = dict(enums).get(kind, ())
    default = ""
    if chance.random() < 0.35:
        default = chance.choice(values) if values else chance.choice(_DEFAULTS[kind])
    native = ""
    if provider == "postgresql" and kind in _NATIVE and chance.random() < 0.3 and not default:
        native = chance.choice(_NATIVE[kind])
    is_list = provider == "postgresql" and not default and chance.random() < 0.1
    optional = not is_list and chance.random() < 0.3
    column = f"{name}_col" if chance.random() < 0.2 else ""
    unique = not is_list and kind in {"String", "Int"} and native != "Text" and chance.random() < 0.15
    updated = (
        kind == "DateTime"
        and not default
        and not optional
        and not is_list
        and native in {"", "Timestamptz(6)"}
        and chance.random() < 0.3
    )
    return Col(name, kind, optional, is_list, default, native, column, unique, updated)


Edit: TypeAlias = Callable[[Spec, random.Random], Spec | None]


def _with(spec: Spec, old: Model, new: Model) -> Spec:
    return replace(spec, models=tuple(new if model is old else model for model in spec.models))


def _pick_col(
    spec: Spec, chance: random.Random, want: Callable[[Col], bool] = lambda _: True
) -> tuple[Model, Col] | None:
    found = [(model, col) for model in spec.models for col in model.cols if want(col)]
    return chance.choice(found) if found else None


def _swap(spec: Spec, model: Model, old: Col, new: Col) -> Spec:
    return _with(spec, model, replace(model, cols=tuple(new if col is old else col for col in model.cols)))


def add_relation(spec: Spec, chance: random.Random) -> Spec | None:
    model = chance.choice(spec.models)
    target = chance.choice([one for one in spec.models if not one.compound])
    number = len(model.rels)
    many = chance.random() < 0.3 and target is not model and not model.compound
    optional = chance.random() < 0.5
    action = chance.choice(["", "", *_ACTIONS, *["SetNull"] * optional])
    if spec.relation_mode:
        action = ""
    rel = Rel(
        f"r{number}",
        target.name,
        many,
        optional,
        "" if many else action,
        "" if many else chance.choice(["", "", "Cascade"] if not spec.relation_mode else [""]),
    )
    return _with(spec, model, replace(model, rels=(*model.rels, rel)))


def add_index(spec: Spec, chance: random.Random) -> Spec | None:
    model = chance.choice(spec.models)
    names = [col.name for col in model.cols if not col.is_list and col.type not in {"Json", "Bytes"}]
    if not names:
        return None
    chosen = chance.sample(names, min(len(names), chance.choice([1, 1, 2])))
    kind = chance.choice(["@@index", "@@index", "@@unique"])
    sort = "(sort: Desc)" if chance.random() < 0.2 else ""
    fields = ", ".join(name + (sort if n == 0 else "") for n, name in enumerate(chosen))
    given = f', map: "ix_{model.name}_{chance.randint(0, 999)}"' if chance.random() < 0.2 else ""
    index = f"{kind}([{fields}]{given})"
    same = {one.partition("(")[2].replace("(sort: Desc)", "").partition("]")[0] for one in model.indexes}
    if index.partition("(")[2].replace("(sort: Desc)", "").partition("]")[0] in same or any(
        col.unique and col.name in chosen for col in model.cols
    ):
        return None
    return _with(spec, model, replace(model, indexes=(*model.indexes, index)))


def drop_index(spec: Spec, chance: random.Random) -> Spec | None:
    found = [model for model in spec.models if model.indexes]
    if not found:
        return None
    model = chance.choice(found)
    return _with(spec, model, replace(model, indexes=model.indexes[1:]))


def add_col(spec: Spec, chance: random.Random) -> Spec | None:
    model = chance.choice(spec.models)
    col = make_col(chance, spec.provider, f"n{chance.randint(100, 999)}", spec.enums)
    return _with(spec, model, replace(model, cols=(*model.cols, col)))


def drop_col(spec: Spec, chance: random.Random) -> Spec | None:
    found = _pick_col(spec, chance)
    if found is None:
        return None
    model, col = found
    if len(model.cols) < 2 or any(f"{col.name}" in index for index in model.indexes):
        return None
    return _with(spec, model, replace(model, cols=tuple(one for one in model.cols if one is not col)))


def _edit_col(want: Callable[[Col], bool], edit: Callable[[Col, Spec, random.Random], Col]) -> Edit:
    def run(spec: Spec, chance: random.Random) -> Spec | None:
        found = _pick_col(spec, chance, want)
        return _swap(spec, *found, edit(found[1], spec, chance)) if found else None

    return run


def _retype(col: Col, spec: Spec, chance: random.Random) -> Col:
    return replace(
        make_col(chance, spec.provider, col.name, spec.enums), column=col.column, unique=False, is_list=False
    )


def add_model(spec: Spec, chance: random.Random) -> Spec | None:
    name = f"New{chance.randint(100, 999)}"
    cols = tuple(make_col(chance, spec.provider, f"c{number}", spec.enums) for number in range(2))
    return replace(spec, models=(*spec.models, Model(name, cols=cols)))


def drop_model(spec: Spec, chance: random.Random) -> Spec | None:
    used = {rel.to for model in spec.models for rel in model.rels}
    free = [model for model in spec.models if model.name not in used]
    if len(spec.models) < 3 or not free:
        return None
    gone = chance.choice(free)
    return replace(spec, models=tuple(model for model in spec.models if model is not gone))


def _edit_enum(edit: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Edit:
    def run(spec: Spec, chance: random.Random) -> Spec | None:
        if not spec.enums:
            return None
        name, values = chance.choice(spec.enums)
        used = {col.default for model in spec.models for col in model.cols if col.type == name}
        new = edit(values)
        if used - {"", *new}:
            return None
        return replace(spec, enums=tuple((one, new if one == name else had) for one, had in spec.enums))

    return run


def _edit_rel(edit: Callable[[Rel, random.Random], Rel]) -> Edit:
    def run(spec: Spec, chance: random.Random) -> Spec | None:
        found = [(model, rel) for model in spec.models for rel in model.rels if not rel.many]
        if not found or spec.relation_mode:
            return None
        model, rel = chance.choice(found)
        new = tuple(edit(one, chance) if one is rel else one for one in model.rels)
        return _with(spec, model, replace(model, rels=new))

    return run


def drop_relation(spec: Spec, chance: random.Random) -> Spec | None:
    found = [model for model in spec.models if model.rels]
    if not found:
        return None
    model = chance.choice(found)
    return _with(spec, model, replace(model, rels=model.rels[:-1]))


def map_model(spec: Spec, chance: random.Random) -> Spec | None:
    model = chance.choice(spec.models)
    return _with(spec, model, replace(model, map=f"t_{chance.randint(100, 999)}"))


def reorder(spec: Spec, chance: random.Random) -> Spec | None:
    model = chance.choice(spec.models)
    return _with(spec, model, replace(model, cols=tuple(reversed(model.cols))))


def comment(spec: Spec, chance: random.Random) -> Spec | None:
    return replace(spec, notes=(*spec.notes, f"about {chance.randint(0, 99)}"))


# The kind of an edit to what makes it; the last ones change no table.
EDITS: dict[str, Edit] = {
    "add-model": add_model,
    "drop-model": drop_model,
    "add-column": add_col,
    "drop-column": drop_col,
    "change-type": _edit_col(lambda col: not col.unique, _retype),
    "nullability": _edit_col(
        lambda col: not col.is_list and not col.updated, lambda col, _s, _c: replace(col, optional=not col.optional)
    ),
    "default": _edit_col(
        lambda col: col.type in _DEFAULTS and not col.is_list and not col.updated and not col.native,
        lambda col, _s, chance: replace(col, default=chance.choice(_DEFAULTS[col.type])),
    ),
    "no-default": _edit_col(lambda col: bool(col.default), lambda col, _s, _c: replace(col, default="")),
    "unique": _edit_col(
        lambda col: col.type in {"Int", "String"} and not col.is_list,
        lambda col, _s, _c: replace(col, unique=not col.unique),
    ),
    "rename-column": _edit_col(lambda col: not col.column, lambda col, _s, _c: replace(col, column=f"{col.name}_db")),
    "add-index": add_index,
    "drop-index": drop_index,
    "add-relation": add_relation,
    "drop-relation": drop_relation,
    "on-delete": _edit_rel(lambda rel, chance: replace(rel, on_delete=chance.choice(_ACTIONS))),
    "relation-nullability": _edit_rel(lambda rel, _: replace(rel, optional=not rel.optional, on_delete="")),
    "relation-name": _edit_rel(lambda rel, chance: replace(rel, map=f"fk_{chance.randint(100, 999)}")),
    "rename-table": map_model,
    "add-value": _edit_enum(lambda values: (*values, f"V{len(values)}")),
    "drop-value": _edit_enum(lambda values: values[:-1] if len(values) > 1 else values),
    "rename-field": _edit_col(lambda col: bool(col.column), lambda col, _s, _c: replace(col, comment="about it")),
    "updated-at": _edit_col(
        lambda col: (
            col.type == "DateTime" and not col.default and not col.optional and not col.is_list and col.native == ""
        ),
        lambda col, _s, _c: replace(col, updated=not col.updated),
    ),
    "order": reorder,
    "comment": comment,
}
