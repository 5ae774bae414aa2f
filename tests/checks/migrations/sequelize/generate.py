"""Made-up Sequelize models and edits of them, and migrations that lead from one real schema to another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Tables: TypeAlias = dict[str, Any]
# Types as models write them, with defaults that fit.
_TYPES: dict[str, tuple[str, ...]] = {
    "STRING": ("'x'", "'it\\'s'"),
    "STRING(40)": ("'y'",),
    "TEXT": (),
    "INTEGER": ("0", "7", "-3"),
    "BIGINT": ("1",),
    "BOOLEAN": ("true", "false"),
    "DATE": (),
    "DATEONLY": (),
    "UUID": (),
    "JSON": (),
    "FLOAT": ("1.5",),
    "DOUBLE": (),
    "DECIMAL(10, 2)": (),
    "SMALLINT": ("2",),
}
_FUNCTIONS = {"UUID": "DataTypes.UUIDV4", "DATE": "DataTypes.NOW"}
# What SQLite says of a column, to the type that a migration gives it.
_FROM_SQL = {
    "BIGINT": "BIGINT", "DATE": "DATEONLY", "DATETIME": "DATE", "DECIMAL(10,2)": "DECIMAL(10, 2)",
    "DOUBLE PRECISION": "DOUBLE", "FLOAT": "FLOAT", "INTEGER": "INTEGER", "JSON": "JSON", "SMALLINT": "SMALLINT",
    "TEXT": "TEXT", "TINYINT(1)": "BOOLEAN", "UUID": "UUID", "VARCHAR(255)": "STRING", "VARCHAR(40)": "STRING(40)",
}  # fmt: skip
_NAMES = [
    "User",
    "Category",
    "Box",
    "person",
    "orderLine",
    "Status",
    "UserAddress",
    "News",
    "Knife",
    "Bus",
    "QuizAnswer",
]
_KEYS = ["title", "firstName", "note", "amount", "sentAt", "isOpen", "code2", "URL", "ownerName", "size"]


@dataclass(frozen=True)
class Attr:
    """An attribute."""

    type: str
    required: bool | None = None
    default: str = ""
    unique: bool = False
    column: str = ""
    short: bool = False
    extra: str = ""

    def text(self) -> str:
        if self.short and self == Attr(self.type, short=True):
            return f"DataTypes.{self.type}"
        parts = [f"type: DataTypes.{self.type}"]
        parts += [f"allowNull: {'false' if self.required else 'true'}"] if self.required is not None else []
        parts += [f"defaultValue: {self.default}"] if self.default else []
        parts += ["unique: true"] if self.unique else []
        parts += [f"field: '{self.column}'"] if self.column else []
        parts += [self.extra] if self.extra else []
        return "{ " + ", ".join(parts) + " }"


@dataclass(frozen=True)
class Shape:
    """A model."""

    name: str
    attrs: Mapping[str, Attr]
    options: Mapping[str, str] = field(default_factory=dict)
    indexes: tuple[str, ...] = ()
    belongs: tuple[str, ...] = ()
    style: str = "define"
    key: bool = False
    comment: str = ""

    def text(self) -> str:
        lines = [f"    {key}: {attr.text()}," for key, attr in self.attrs.items()]
        if self.key:
            lines.insert(0, "    id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },")
        options = dict(self.options)
        if self.indexes:
            options["indexes"] = "[" + ", ".join(self.indexes) + "]"
        links = "".join(f"    this.belongsTo({one})\n" for one in self.belongs)
        body = "{\n" + "\n".join(lines) + "\n  }"
        comment = f"// {self.comment}\n" if self.comment else ""
        if self.style == "define":
            given = ", ".join(f"{key}: {value}" for key, value in options.items())
            made = f"  const made = sequelize.define('{self.name}', {body}, {{ {given} }})\n"
            if links:
                made += "  made.associate = (models) => {\n" + links.replace("this.", "made.") + "  }\n"
            return f"{comment}module.exports = (sequelize, DataTypes) => {{\n{made}  return made\n}}\n"
        given = ", ".join(f"{key}: {value}" for key, value in {"sequelize": "sequelize", **options}.items())
        static = f"  static associate(models) {{\n{links}  }}\n" if links else ""
        name = self.name
        head = f"const {{ Model }} = require('sequelize')\n{comment}module.exports = (sequelize, DataTypes) => {{\n"
        made = f"  class {name} extends Model {{\n{static}  }}\n"
        made += f"  {name}.init({body}, {{ modelName: '{name}', {given} }})\n"
        return f"{head}{made}  return {name}\n}}\n"


Spec: TypeAlias = tuple[Shape, ...]


def make(chance: random.Random) -> Spec:
    """Two or three models."""
    names = chance.sample(_NAMES, chance.choice([2, 2, 3]))
    return tuple(_shape(chance, name, names) for name in names)


def _shape(chance: random.Random, name: str, names: list[str]) -> Shape:
    attrs = {key: _attr(chance) for key in chance.sample(_KEYS, chance.randint(2, 4))}
    options = {option: value for option, value in _options(name) if chance.random() < 0.15}
    if options.get("timestamps") and options.get("paranoid"):
        del options["paranoid"]
    others = [one for one in names if one != name]
    belongs = (_link(chance, chance.choice(others)),) if chance.random() < 0.4 else ()
    indexes = (_index(chance, attrs),) if chance.random() < 0.3 else ()
    style = chance.choice(["define", "init"])
    return Shape(name, attrs, options, indexes, belongs, style, key=chance.random() < 0.2)


def _options(name: str) -> list[tuple[str, str]]:
    return [
        ("underscored", "true"),
        ("paranoid", "true"),
        ("timestamps", "false"),
        ("freezeTableName", "true"),
        ("tableName", f"'{name.lower()}_table'"),
        ("createdAt", "'made'"),
        ("updatedAt", "false"),
    ]


def _link(chance: random.Random, other: str) -> str:
    more = chance.choice(["", ", { as: 'owner' }", ", { foreignKey: 'parentKey' }", ", { constraints: false }"])
    return f"models['{other}']{more}"


def _index(chance: random.Random, attrs: Mapping[str, Attr]) -> str:
    # An index names columns, which have another name than the attribute where the table is underscored.
    plain = [key for key, attr in attrs.items() if key.islower() and not attr.column] or ["id"]
    keys = chance.sample(plain, min(len(plain), chance.choice([1, 2])))
    unique = ", unique: true" if chance.random() < 0.3 else ""
    return "{ fields: [" + ", ".join(f"'{key}'" for key in keys) + f"]{unique} }}"


def _attr(chance: random.Random) -> Attr:
    kind = chance.choice(list(_TYPES))
    defaults = _TYPES[kind]
    return Attr(
        kind,
        required=chance.choice([None, None, None, True, False]),
        default=chance.choice(defaults) if defaults and chance.random() < 0.3 else "",
        unique=chance.random() < 0.1,
        column="col_" + str(chance.randrange(99)) if chance.random() < 0.1 else "",
        short=chance.random() < 0.5,
    )


# Edits


def _some(spec: Spec, chance: random.Random, change: Callable[[Shape], Shape | None]) -> Spec | None:
    at = chance.randrange(len(spec))
    edited = change(spec[at])
    return (*spec[:at], edited, *spec[at + 1 :]) if edited is not None else None


def _on_attr(change: Callable[[Attr, random.Random], Attr | None]) -> Edit:
    def edit(spec: Spec, chance: random.Random) -> Spec | None:
        def on(shape: Shape) -> Shape | None:
            key = chance.choice(list(shape.attrs))
            edited = change(shape.attrs[key], chance)
            if edited is None or edited == shape.attrs[key]:
                return None
            return replace(shape, attrs={**shape.attrs, key: edited})

        return _some(spec, chance, on)

    return edit


def _add_attr(spec: Spec, chance: random.Random) -> Spec | None:
    def on(shape: Shape) -> Shape | None:
        key = chance.choice([one for one in _KEYS if one not in shape.attrs])
        attr = replace(_attr(chance), unique=False)
        if attr.required and not attr.default:
            attr = replace(attr, required=None)
        return replace(shape, attrs={**shape.attrs, key: attr})

    return _some(spec, chance, on)


def _drop_attr(spec: Spec, chance: random.Random) -> Spec | None:
    def on(shape: Shape) -> Shape | None:
        key = chance.choice(list(shape.attrs))
        if len(shape.attrs) == 1 or any(f"'{key}'" in one for one in shape.indexes):
            return None
        return replace(shape, attrs={one: attr for one, attr in shape.attrs.items() if one != key})

    return _some(spec, chance, on)


def _rename_attr(spec: Spec, chance: random.Random) -> Spec | None:
    def on(shape: Shape) -> Shape | None:
        key = chance.choice(list(shape.attrs))
        if any(f"'{key}'" in one for one in shape.indexes):
            return None
        return replace(shape, attrs={f"{one}X" if one == key else one: attr for one, attr in shape.attrs.items()})

    return _some(spec, chance, on)


def _add_model(spec: Spec, chance: random.Random) -> Spec | None:
    left = [one for one in _NAMES if one not in {shape.name for shape in spec}]
    name = chance.choice(left)
    return (*spec, _shape(chance, name, [name, *(shape.name for shape in spec)]))


def _drop_model(spec: Spec, chance: random.Random) -> Spec | None:
    used = {shape.name for shape in spec if any(f"'{shape.name}'" in link for one in spec for link in one.belongs)}
    free = [shape for shape in spec if shape.name not in used]
    gone = chance.choice(free) if free else None
    return tuple(shape for shape in spec if shape is not gone) if gone is not None else None


def _option(name: str, value: str) -> Edit:
    def edit(spec: Spec, chance: random.Random) -> Spec | None:
        def on(shape: Shape) -> Shape | None:
            if name in shape.options or (name == "paranoid" and "timestamps" in shape.options):
                return None
            return replace(shape, options={**shape.options, name: value})

        return _some(spec, chance, on)

    return edit


def _add_index(spec: Spec, chance: random.Random) -> Spec | None:
    def on(shape: Shape) -> Shape | None:
        made = _index(chance, shape.attrs)
        return replace(shape, indexes=(*shape.indexes, made)) if made not in shape.indexes else None

    return _some(spec, chance, on)


def _drop_index(spec: Spec, chance: random.Random) -> Spec | None:
    return _some(spec, chance, lambda shape: replace(shape, indexes=()) if shape.indexes else None)


def _add_link(spec: Spec, chance: random.Random) -> Spec | None:
    def on(shape: Shape) -> Shape | None:
        others = [one.name for one in spec if one.name != shape.name]
        if shape.belongs or not others:
            return None
        return replace(shape, belongs=(_link(chance, chance.choice(others)),))

    return _some(spec, chance, on)


def _style(spec: Spec, chance: random.Random) -> Spec | None:
    return _some(spec, chance, lambda shape: replace(shape, style="init" if shape.style == "define" else "define"))


def _order(spec: Spec, chance: random.Random) -> Spec | None:
    return _some(spec, chance, lambda shape: replace(shape, attrs=dict(reversed(list(shape.attrs.items())))))


def _virtual(spec: Spec, chance: random.Random) -> Spec | None:
    attr = Attr("VIRTUAL", extra="get() { return 1 }")
    return _some(spec, chance, lambda shape: replace(shape, attrs={**shape.attrs, "shown": attr}))


def _type(attr: Attr, chance: random.Random) -> Attr | None:
    return replace(attr, type=chance.choice(list(_TYPES)), default="")


def _size(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, type={"STRING": "STRING(40)", "STRING(40)": "STRING"}.get(attr.type, attr.type))


def _null(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, required=not attr.required)


def _spelled_null(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, required=False) if attr.required is None else replace(attr, required=attr.required or None)


def _default(attr: Attr, chance: random.Random) -> Attr | None:
    return replace(attr, default=chance.choice(_TYPES[attr.type])) if attr.default else None


def _function(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, default=_FUNCTIONS[attr.type]) if attr.type in _FUNCTIONS else None


def _unique(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, unique=not attr.unique)


def _column(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, column=f"{attr.column or 'col'}_2")


def _validated(attr: Attr, _: random.Random) -> Attr | None:
    return replace(attr, extra="validate: { notEmpty: true }, set(value) { this.setDataValue('x', value) }")


def _commented(spec: Spec, chance: random.Random) -> Spec | None:
    return _some(spec, chance, lambda shape: replace(shape, comment="sequelize.define('Nothing', {})"))


Edit: TypeAlias = Callable[[Spec, random.Random], Spec | None]
EDITS: dict[str, Edit] = {
    "add attribute": _add_attr,
    "add index": _add_index,
    "add link": _add_link,
    "add model": _add_model,
    "another column's name": _on_attr(_column),
    "another default": _on_attr(_default),
    "another style": _style,
    "another type": _on_attr(_type),
    "comment": _commented,
    "default by a function": _on_attr(_function),
    "drop attribute": _drop_attr,
    "drop index": _drop_index,
    "drop model": _drop_model,
    "frozen name": _option("freezeTableName", "true"),
    "nullability": _on_attr(_null),
    "nullability spelled out": _on_attr(_spelled_null),
    "order": _order,
    "paranoid": _option("paranoid", "true"),
    "rename attribute": _rename_attr,
    "size": _on_attr(_size),
    "timestamps off": _option("timestamps", "false"),
    "underscored": _option("underscored", "true"),
    "unique": _on_attr(_unique),
    "validation": _on_attr(_validated),
    "virtual attribute": _virtual,
}


# Migrations


def _column_text(one: Mapping[str, Any], reference: Mapping[str, Any] | None, *, key: bool) -> str:
    parts = [f"type: Sequelize.{_FROM_SQL[one['type']]}"]
    if key:
        parts.append("primaryKey: true")
        if one["type"] == "INTEGER":
            parts.append("autoIncrement: true")
    if one["required"]:
        parts.append("allowNull: false")
    if one["default"] is not None and one["default"] != "NULL":
        parts.append(f"defaultValue: {_literal(one)}")
    if reference is not None:
        parts.append(f"references: {{ model: '{reference['table']}', key: '{reference['to']}' }}")
        parts.append(f"onDelete: '{reference['on_delete']}', onUpdate: 'CASCADE'")
    return "{ " + ", ".join(parts) + " }"


def _literal(one: Mapping[str, Any]) -> str:
    text = str(one["default"])
    if one["type"] == "TINYINT(1)":
        return "true" if text == "1" else "false"
    return "'" + text[1:-1].replace("''", "\\'") + "'" if text.startswith("'") else text


def steps(old: Tables, new: Tables) -> Iterator[str]:
    """Yield the calls that lead from one real schema to another."""
    for name in [*_in_order(new)]:
        if name not in old:
            yield _create(name, new[name])
        else:
            yield from _alter(name, old[name], new[name])
    for name in reversed(list(_in_order(old))):
        if name not in new:
            yield f"await queryInterface.dropTable('{name}')"


def _in_order(tables: Tables) -> Iterator[str]:
    """Yield the tables so that those that are referred to come first."""
    left = dict(tables)
    while left:
        ready = [
            name
            for name, table in left.items()
            if all(one["table"] not in left or one["table"] == name for one in table["references"])
        ] or list(left)
        for name in ready:
            yield name
            del left[name]


def _create(name: str, table: Mapping[str, Any]) -> str:
    references = {one["column"]: one for one in table["references"]}
    lines = [
        f"  '{column}': {_column_text(one, references.get(column), key=one['primary'])},"
        for column, one in table["columns"].items()
    ]
    indexes = [_index_step(name, one) for one in table["indexes"]]
    made = f"await queryInterface.createTable('{name}', {{\n" + "\n".join(lines) + "\n})"
    return "\n".join([made, *indexes])


def _index_step(table: str, index: Mapping[str, Any]) -> str:
    columns = ", ".join(f"'{one}'" for one in index["columns"])
    if index["made"] == "u":
        label = f"{table}_{'_'.join(index['columns'])}_uk"
        return f"await queryInterface.addIndex('{table}', {{ fields: [{columns}], unique: true, name: '{label}' }})"
    unique = ", unique: true" if index["unique"] else ""
    return f"await queryInterface.addIndex('{table}', [{columns}], {{ name: '{index['name']}'{unique} }})"


def _alter(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    references = {one["column"]: one for one in new["references"]}
    gone = [_spelled(one) for one in old["indexes"]]
    kept = [_spelled(one) for one in new["indexes"]]
    for one in old["indexes"]:
        if _spelled(one) not in kept and one["made"] == "c":
            yield f"await queryInterface.removeIndex('{name}', '{one['name']}')"
    for column, one in new["columns"].items():
        yield from _column_steps(name, column, old["columns"].get(column), one, references.get(column))
    for column in old["columns"]:
        if column not in new["columns"]:
            yield f"await queryInterface.removeColumn('{name}', '{column}')"
    for one in new["indexes"]:
        if _spelled(one) not in gone:
            yield _index_step(name, one)


def _column_steps(
    table: str,
    column: str,
    had: Mapping[str, Any] | None,
    one: Mapping[str, Any],
    reference: Mapping[str, Any] | None,
) -> Iterator[str]:
    text = _column_text(one, reference, key=False)
    if had is None:
        yield f"await queryInterface.addColumn('{table}', '{column}', {text})"
    elif had != one:
        if not one["required"] and reference is None:
            text = text.replace(" }", ", allowNull: true }", 1)
        yield f"await queryInterface.changeColumn('{table}', '{column}', {text})"


def _spelled(index: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
    return index["unique"], tuple(index["columns"])


def comparable(tables: Tables) -> Any:  # noqa: ANN401 - nested values of JSON
    """What of a schema both ways must agree in: not the order, nor names of indexes."""
    found = {}
    for name, table in tables.items():
        columns = {
            column: (one["type"], one["required"], None if one["default"] == "NULL" else one["default"], one["primary"])
            for column, one in table["columns"].items()
        }
        indexes = {_spelled(one) for one in table["indexes"]}
        found[name] = (columns, indexes, {(one["column"], one["table"]) for one in table["references"]})
    return found


def migration(calls: list[str], chance: random.Random) -> str:
    """A migration of these calls, in one of the ways in which people write them."""
    text = "\n".join(calls)
    match chance.choice(["plain", "plain", "transaction", "chain", "helper"]):
        case "transaction":
            text = f"return queryInterface.sequelize.transaction(async () => {{\n{text}\n}})"
        case "chain" if calls:
            chained = [call.removeprefix("await ") for call in calls]
            text = f"return {chained[0]}" if "\n" not in chained[0] else text
            if text.startswith("return"):
                rest = [f".then(async () => {{ {call} }})" for call in calls[1:]]
                text += "".join(rest)
        case "helper":
            text = f"const run = async (queryInterface) => {{\n{text}\n}}\nawait run(queryInterface)"
    return f"module.exports = {{\n  async up(queryInterface, Sequelize) {{\n{text}\n  }},\n  async down() {{}},\n}}\n"
