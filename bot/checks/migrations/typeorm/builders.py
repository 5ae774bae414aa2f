"""Steps that are written with n8n's schema builder: `createTable("x").withColumns(column("id").int.primary)`.

It is handed to a migration in the object that its `up` takes, beside the query runner. What a chain of it says is put
into the words of the query runner's own methods.

Source: the folder `migrations/dsl` of n8n's database package.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.migrations.script.values import Array, Call, Constant, Entry, Member, Name, Number, Object, Text, Value

_NAME = re.compile(r"\w+")
_TRUE, _FALSE = Constant("true"), Constant("false")
_KINDS = {
    "bigint": ("bigint", "bigint", "bigint"),
    "binary": ("bytea", "blob", "blob"),
    "bool": ("boolean", "boolean", "boolean"),
    "double": ("double precision", "real", "double"),
    "int": ("int", "integer", "int"),
    "json": ("json", "text", "json"),
    "smallint": ("smallint", "smallint", "smallint"),
    "text": ("text", "text", "text"),
    "timestamp": ("timestamptz", "datetime", "datetime"),
    "timestampNoTimezone": ("timestamp", "datetime", "datetime"),
    "timestampTimezone": ("timestamptz", "datetime", "datetime"),
    "uuid": ("uuid", "varchar", "uuid"),
    "varchar": ("varchar", "varchar", "varchar"),
}
_SIZED = {"timestamp": "precision", "timestampNoTimezone": "precision", "timestampTimezone": "precision"}
_DIALECTS = ("postgres", "sqlite", "mysql")
_METHODS = frozenset({
    "addColumns", "addForeignKey", "addNotNull", "createIndex", "createTable", "dropColumns", "dropForeignKey",
    "dropIndex", "dropNotNull", "dropTable",
})  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A call of a chain, or a member of it, which has no arguments."""

    name: str
    arguments: Sequence[Value]


def context(pattern: str, dialect: str) -> dict[str, Value]:
    """What the names stand for that an `up` takes out of its one argument."""
    found: dict[str, Value] = {name: Name(f"%{name}") for name in _NAME.findall(pattern)}
    for name in ("isPostgres", "isSqlite", "isMysql"):
        found[name] = _TRUE if name.lower().endswith(dialect) else _FALSE
    return found


def read_chain(value: Value) -> list[Step]:
    """The steps of a chain of the builder, the first one first; none where it is another value."""
    steps: list[Step] = []
    while isinstance(value, Call | Member):
        arguments: Sequence[Value] = ()
        if isinstance(value, Call):
            arguments, value = value.arguments, value.function
        if isinstance(value, Name) and (value.name[:1] == "%" or value.name == "column"):
            return [Step(value.name.removeprefix("%"), arguments), *reversed(steps)]
        if not isinstance(value, Member):
            return []
        steps.append(Step(value.name, arguments))
        value = value.value
    root = value.name if isinstance(value, Name) else ""
    return list(reversed(steps)) if root == "%schemaBuilder" else []


def translate(  # noqa: PLR0911 - one answer a method
    steps: Sequence[Step], dialect: str
) -> tuple[str, list[Value]] | None:
    """The method of the query runner that a chain comes to, and what it is given; None where it is none that is known.

    `addNotNull` and `dropNotNull` keep their names.
    """
    if not steps or steps[0].name not in _METHODS:
        return None
    first, given = steps[0].name, list(steps[0].arguments)
    match first, given:
        case "createTable", [Text(name), *_]:
            return "createTable", [_table(name, steps[1:], dialect), _TRUE]
        case "addColumns", [table, Array(columns)]:
            return "addColumns", [table, Array([_column(one, dialect) for one in columns])]
        case "createIndex", [table, columns, *rest]:
            return "createIndex", [table, _index(columns, rest)]
        case "addForeignKey", [table, column, Array([Text(to), Text(key)]), *rest]:
            return "createForeignKey", [table, _reference(column, to, key, rest)]
        case "dropIndex" | "dropForeignKey", [table, columns, *_]:
            names = columns if isinstance(columns, Array) else Array([columns])
            return first, [table, _object(columnNames=names)]
    return first, given


def _object(**members: Value) -> Object:
    return Object([Entry(key, value, 1) for key, value in members.items()])


def _table(name: str, steps: Sequence[Step], dialect: str) -> Value:
    columns, indices, uniques, keys = [], [], [], []
    for step in steps:
        match step.name, list(step.arguments):
            case "withColumns", given:
                columns += [_column(one, dialect) for one in given]
            case "withTimestamps", _:
                columns += [_time(one, dialect) for one in ("createdAt", "updatedAt")]
            case "withIndexOn", [on, *rest]:
                indices.append(_index(on, rest))
            case "withUniqueConstraintOn", [on, *_]:
                uniques.append(_object(columnNames=on if isinstance(on, Array) else Array([on])))
            case "withForeignKey", [column, Object(entries)]:
                options = {one.key: one.value for one in entries}
                made = {
                    "columnNames": Array([column]),
                    "referencedTableName": options.get("tableName", Text("")),
                    "referencedColumnNames": Array([options.get("columnName", Text(""))]),
                }
                made.update({key: options[key] for key in ("name", "onDelete", "onUpdate") if key in options})
                keys.append(_object(**made))
    return _object(
        name=Text(name), columns=Array(columns), indices=Array(indices), uniques=Array(uniques), foreignKeys=Array(keys)
    )


def _time(name: str, dialect: str) -> Value:
    kind = _KINDS["timestamp"][_DIALECTS.index(dialect)]
    return _object(name=Text(name), type=Text(kind), precision=Number("3"), default=Text("CURRENT_TIMESTAMP(3)"))


def _index(on: Value, rest: Sequence[Value]) -> Value:
    made: dict[str, Value] = {"columnNames": on if isinstance(on, Array) else Array([on])}
    if rest and rest[0] == _TRUE:
        made["isUnique"] = _TRUE
    if len(rest) > 1 and isinstance(rest[1], Text):
        made["name"] = rest[1]
    return _object(**made)


def _reference(column: Value, to: str, key: str, rest: Sequence[Value]) -> Value:
    columns = column if isinstance(column, Array) else Array([column])
    made: dict[str, Value] = {
        "columnNames": columns, "referencedTableName": Text(to), "referencedColumnNames": Array([Text(key)])
    }  # fmt: skip
    if rest and isinstance(rest[0], Text):
        made["name"] = rest[0]
    if len(rest) > 1 and isinstance(rest[1], Text):
        made["onDelete"] = rest[1]
    return _object(**made)


def _column(value: Value, dialect: str) -> Value:  # noqa: C901 - one answer a step
    """A column's options; one whose type or name cannot be told lacks it."""
    steps = read_chain(value)
    made: dict[str, Value] = {"isNullable": _TRUE}
    for step in steps:
        first = step.arguments[0] if step.arguments else None
        if step.name == "column" and first is not None:
            made["name"] = first
        elif step.name in _KINDS:
            made["type"] = Text(_KINDS[step.name][_DIALECTS.index(dialect)])
            size = _SIZED.get(step.name, "length")
            if isinstance(first, Number):
                made[size] = first
            elif step.name in _SIZED:
                made[size] = Number("3")
        elif step.name in {"primary", "primaryWithName"}:
            made.update(isPrimary=_TRUE, isNullable=_FALSE)
        elif step.name in {"autoGenerate", "autoGenerate2"}:
            uuid = made.get("type") == Text("uuid")
            made.update(isGenerated=_TRUE, isNullable=_FALSE, generationStrategy=Text("uuid" if uuid else "increment"))
        elif step.name == "notNull":
            made["isNullable"] = _FALSE
        elif step.name == "default" and first is not None:
            made["default"] = Text("CURRENT_TIMESTAMP(3)") if first == Text("NOW()") else first
        elif step.name == "comment" and first is not None:
            made["comment"] = first
    return _object(**made)
