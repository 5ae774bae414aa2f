"""Made-up Drizzle schemas and edits of them, as text that is both TypeScript and JavaScript."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

_CORE = {"postgresql": "pg", "sqlite": "sqlite", "mysql": "mysql"}
# Builders with what they are called with after the name, and defaults that fit.
_BUILDERS: dict[str, list[tuple[str, str, list[str]]]] = {
    "postgresql": [
        ("serial", "", []),
        ("integer", "", ["0", "-3"]),
        ("smallint", "", ["1"]),
        ("boolean", "", ["true", "false"]),
        ("text", "", ["'x'", "'it\\'s'"]),
        ("varchar", "{ length: 30 }", ["'y'"]),
        ("varchar", "", []),
        ("char", "{ length: 3 }", []),
        ("numeric", "{ precision: 10, scale: 2 }", ["'1.5'"]),
        ("numeric", "", []),
        ("real", "", ["1.5"]),
        ("doublePrecision", "", []),
        ("json", "", ["{ a: 1 }", "[]"]),
        ("jsonb", "", ["{}"]),
        ("uuid", "", []),
        ("date", "", []),
        ("timestamp", "{ withTimezone: true }", []),
        ("timestamp", "{ precision: 3 }", []),
        ("timestamp", "", []),
        ("time", "", []),
        ("interval", "", []),
        ("bigint", "{ mode: 'number' }", ["7"]),
        ("inet", "", []),
        ("bigserial", "{ mode: 'number' }", []),
    ],
    "sqlite": [
        ("integer", "", ["0"]),
        ("integer", "{ mode: 'boolean' }", ["true"]),
        ("text", "", ["'x'", "'it\\'s'"]),
        ("real", "", ["1.5"]),
        ("blob", "", []),
        ("numeric", "", []),
        ("text", "{ mode: 'json' }", []),
        ("integer", "{ mode: 'timestamp' }", []),
    ],
    "mysql": [
        ("int", "", ["1"]),
        ("int", "{ unsigned: true }", []),
        ("bigint", "{ mode: 'number' }", []),
        ("tinyint", "", ["1"]),
        ("varchar", "{ length: 40 }", ["'x'"]),
        ("text", "", []),
        ("boolean", "", ["true"]),
        ("datetime", "", []),
        ("datetime", "{ fsp: 3 }", []),
        ("timestamp", "", []),
        ("decimal", "{ precision: 10, scale: 2 }", []),
        ("json", "", []),
        ("double", "", []),
        ("float", "", []),
        ("date", "", []),
    ],
}


@dataclass(frozen=True)
class Col:
    """A column: the key in the code, its name, and what is called."""

    key: str
    builder: str
    options: str = ""
    name: str = ""
    default: str = ""
    steps: tuple[str, ...] = ()
    unique: bool = False
    required: bool = False
    reference: str = ""

    def text(self) -> str:
        given = ", ".join(one for one in (f"'{self.name}'" if self.name else "", self.options) if one)
        steps = "".join(f".{step}" for step in self.steps)
        steps += f".default({self.default})" if self.default else ""
        steps += ".notNull()" if self.required else ""
        steps += ".unique()" if self.unique else ""
        steps += f".references(() => {self.reference})" if self.reference else ""
        return f"  {self.key}: c.{self.builder}({given}){steps},"


@dataclass(frozen=True)
class Tab:
    """A table."""

    var: str
    name: str
    cols: tuple[Col, ...]
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spec:
    """A schema."""

    dialect: str
    tables: tuple[Tab, ...]
    enums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""

    def text(self) -> str:
        core = _CORE[self.dialect]
        out = [f"import * as c from 'drizzle-orm/{core}-core'", "import { sql } from 'drizzle-orm'", f"// {self.note}"]
        for name, values in self.enums:
            listed = ", ".join(f"'{value}'" for value in values)
            out.append(f"export const {name} = c.pgEnum('{name}', [{listed}])")
        for table in self.tables:
            extras = f", (t) => [{', '.join(table.extras)}]" if table.extras else ""
            body = "\n".join(
                col.text()
                if col.builder != "enum"
                else col.text()
                .replace("c.enum", col.options, 1)
                .replace(f", {col.options})", ")")
                .replace(f"({col.options})", "()")
                for col in table.cols
            )
            out.append(f"export const {table.var} = c.{core}Table('{table.name}', {{\n{body}\n}}{extras})")
        return "\n\n".join(out) + "\n"


def make_col(chance: random.Random, dialect: str, key: str, enums: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Col:
    """A made-up column."""
    name = chance.choice(["", f"{key}_db"])
    if enums and chance.random() < 0.15:
        enum, values = chance.choice(enums)
        return Col(
            key, "enum", enum, name, default=chance.choice(["", f"'{values[0]}'"]), required=chance.random() < 0.5
        )
    builder, options, defaults = chance.choice(_BUILDERS[dialect])
    default = chance.choice(defaults) if defaults and chance.random() < 0.4 else ""
    steps: tuple[str, ...] = ()
    if dialect == "postgresql" and builder in {"text", "integer"} and not default and chance.random() < 0.15:
        steps = ("array()",)
    if dialect == "postgresql" and not default and chance.random() < 0.5:
        steps += {"timestamp": ("defaultNow()",), "uuid": ("defaultRandom()",)}.get(builder, ())
    if chance.random() < 0.1 and not default:
        steps += ("$defaultFn(() => null)",)
    plain = (
        builder in {"integer", "int", "text", "varchar"}
        and not steps
        and not (dialect == "mysql" and builder == "text")
    )
    return Col(
        key,
        builder,
        options,
        name,
        default,
        steps,
        unique=plain and chance.random() < 0.15,
        required=chance.random() < 0.4,
    )


def make(seed: int, dialect: str) -> Spec:
    """A made-up schema."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    enums = (
        tuple((f"kind{n}", tuple("abcd"[: chance.randint(2, 4)])) for n in range(2)) if dialect == "postgresql" else ()
    )
    tables: list[Tab] = []
    for number in range(chance.randint(2, 4)):
        key = Col("id", "int" if dialect == "mysql" else "integer", steps=("primaryKey()",))
        cols = [key, *(make_col(chance, dialect, f"f{n}", enums) for n in range(chance.randint(2, 5)))]
        if tables and chance.random() < 0.6:
            to = chance.choice(tables)
            action = chance.choice(["", ", { onDelete: 'cascade' }", ", { onDelete: 'set null', onUpdate: 'cascade' }"])
            cols.append(Col("ref", key.builder, name=chance.choice(["", "ref_id"]), reference=f"{to.var}.id{action}"))
        tables.append(Tab(f"t{number}", f"table_{number}", tuple(cols)))
    spec = Spec(dialect, tuple(tables), enums)
    for _ in range(chance.randint(0, 3)):
        spec = add_extra(spec, chance) or spec
    return spec


Edit: TypeAlias = Callable[[Spec, random.Random], Spec | None]


def _with(spec: Spec, old: Tab, new: Tab) -> Spec:
    return replace(spec, tables=tuple(new if one is old else one for one in spec.tables))


def add_extra(spec: Spec, chance: random.Random) -> Spec | None:
    table = chance.choice(spec.tables)
    plain = [
        col.key
        for col in table.cols[1:]
        if col.builder in {"integer", "int", "varchar", "boolean", "smallint", "real", "text"}
        and "array()" not in col.steps
        and not (spec.dialect == "mysql" and col.builder == "text")
    ]
    if not plain:
        return None
    chosen = chance.sample(plain, min(len(plain), chance.choice([1, 2])))
    kind = chance.choice(["index", "index", "uniqueIndex", "unique"])
    given = f"'{kind}_{table.name}_{chance.randint(0, 999)}'"
    if kind == "unique" or spec.dialect == "postgresql":
        given = chance.choice([given, "", given])
    parts = ", ".join(f"t.{key}" for key in chosen)
    if kind == "index" and spec.dialect == "postgresql" and chance.random() < 0.3:
        parts = f"t.{chosen[0]}.{chance.choice(['desc()', 'asc().nullsFirst()'])}"
    extra = f"c.{kind}({given}).on({parts})"
    if any(one.partition(").on")[2] == extra.partition(").on")[2] for one in table.extras) or any(
        col.unique and col.key in chosen for col in table.cols
    ):
        return None
    return _with(spec, table, replace(table, extras=(*table.extras, extra)))


def drop_extra(spec: Spec, chance: random.Random) -> Spec | None:
    found = [table for table in spec.tables if table.extras]
    if not found:
        return None
    table = chance.choice(found)
    return _with(spec, table, replace(table, extras=table.extras[1:]))


def add_col(spec: Spec, chance: random.Random) -> Spec | None:
    table = chance.choice(spec.tables)
    return _with(
        spec,
        table,
        replace(table, cols=(*table.cols, make_col(chance, spec.dialect, f"n{chance.randint(100, 999)}", spec.enums))),
    )


def _free(table: Tab) -> list[Col]:
    return [col for col in table.cols[1:] if not any(f"t.{col.key}" in extra for extra in table.extras)]


def drop_col(spec: Spec, chance: random.Random) -> Spec | None:
    table = chance.choice(spec.tables)
    free = _free(table)
    if not free:
        return None
    gone = chance.choice(free)
    return _with(spec, table, replace(table, cols=tuple(col for col in table.cols if col is not gone)))


def _edit(edit: Callable[[Col, Spec, random.Random], Col | None]) -> Edit:
    def run(spec: Spec, chance: random.Random) -> Spec | None:
        table = chance.choice(spec.tables)
        free = [col for col in _free(table) if not col.reference]
        if not free:
            return None
        col = chance.choice(free)
        new = edit(col, spec, chance)
        return (
            _with(spec, table, replace(table, cols=tuple(new if one is col else one for one in table.cols)))
            if new
            else None
        )

    return run


def _retype(col: Col, spec: Spec, chance: random.Random) -> Col | None:
    return replace(make_col(chance, spec.dialect, col.key, spec.enums), name=col.name, unique=False)


def _redefault(col: Col, spec: Spec, chance: random.Random) -> Col | None:
    for builder, options, defaults in _BUILDERS[spec.dialect]:
        if builder == col.builder and options == col.options and defaults and not col.steps:
            return replace(col, default=chance.choice([one for one in [*defaults, ""] if one != col.default]))
    return None


def add_table(spec: Spec, chance: random.Random) -> Spec | None:
    number = chance.randint(100, 999)
    cols = (spec.tables[0].cols[0], make_col(chance, spec.dialect, "f0", spec.enums))
    return replace(spec, tables=(*spec.tables, Tab(f"n{number}", f"new_{number}", cols)))


def drop_table(spec: Spec, chance: random.Random) -> Spec | None:
    used = {col.reference.partition(".")[0] for table in spec.tables for col in table.cols if col.reference}
    free = [table for table in spec.tables if table.var not in used]
    if len(spec.tables) < 2 or not free:
        return None
    gone = chance.choice(free)
    return replace(spec, tables=tuple(table for table in spec.tables if table is not gone))


def edit_enum(spec: Spec, chance: random.Random) -> Spec | None:
    if not spec.enums:
        return None
    name = chance.choice(spec.enums)[0]
    return replace(spec, enums=tuple((one, (*had, f"v{len(had)}") if one == name else had) for one, had in spec.enums))


def edit_reference(spec: Spec, chance: random.Random) -> Spec | None:
    found = [(table, col) for table in spec.tables for col in table.cols if col.reference]
    if not found:
        return None
    table, col = chance.choice(found)
    target = col.reference.partition(",")[0]
    new = replace(col, reference=chance.choice([target, f"{target}, {{ onDelete: 'restrict' }}", ""]))
    return _with(spec, table, replace(table, cols=tuple(new if one is col else one for one in table.cols)))


def rename_key(spec: Spec, chance: random.Random) -> Spec | None:
    table = chance.choice(spec.tables)
    free = [col for col in _free(table) if col.name]
    if not free:
        return None
    col = chance.choice(free)
    new = replace(col, key=f"{col.key}Renamed")
    return _with(spec, table, replace(table, cols=tuple(new if one is col else one for one in table.cols)))


EDITS: dict[str, Edit] = {
    "add-table": add_table,
    "drop-table": drop_table,
    "add-column": add_col,
    "drop-column": drop_col,
    "change-type": _edit(_retype),
    "default": _edit(_redefault),
    "nullability": _edit(lambda col, _s, _c: replace(col, required=not col.required)),
    "unique": _edit(
        lambda col, _s, _c: (
            replace(col, unique=not col.unique)
            if col.builder in {"integer", "int", "varchar"} and not col.steps
            else None
        )
    ),
    "add-index": add_extra,
    "drop-index": drop_extra,
    "enum-value": edit_enum,
    "reference": edit_reference,
    "rename-key": rename_key,
    "order": lambda spec, _: replace(
        spec, tables=tuple(replace(table, cols=(table.cols[0], *reversed(table.cols[1:]))) for table in spec.tables)
    ),
    "comment": lambda spec, chance: replace(spec, note=f"about {chance.randint(0, 99)}"),
}
