"""A column's type, default and nullability, as each dialect has them.

Source: TypeORM's drivers (`normalizeType`, `normalizeDefault`, `mappedDataTypes`) and `ColumnMetadata`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import (
    Array,
    Constant,
    Function,
    Name,
    Number,
    Object,
    Operation,
    Tagged,
    Text,
    Value,
)
from bot.checks.migrations.sql.schema import Column
from bot.checks.migrations.sql.types import normal_default
from bot.checks.migrations.typeorm.facts import ColumnFact, is_told
from bot.checks.migrations.typeorm.types import type_name, written_type

UNKNOWN = "?"
_CLASSES = {
    "postgres": {
        "Number": "integer", "String": "varchar", "Date": "timestamp", "Boolean": "boolean", "Buffer": "bytea",
    },
    "sqlite": {"Number": "integer", "String": "varchar", "Date": "datetime", "Boolean": "boolean", "Buffer": "blob"},
    "mysql": {"Number": "int", "String": "varchar", "Date": "datetime", "Boolean": "tinyint", "Buffer": "blob"},
}  # fmt: skip
# Type, default and precision of columns that keep dates and versions by themselves.
_DATES = {
    "postgres": ("timestamp", "now()", ""),
    "sqlite": ("datetime", "datetime('now')", ""),
    "mysql": ("datetime", "CURRENT_TIMESTAMP(6)", "6"),
}
_UUIDS = frozenset({"GEN_RANDOM_UUID()", "UUID_GENERATE_V4()", "PUBLIC.UUID_GENERATE_V4()"})
# Options beside type, size, default and nullability that change what the database holds.
_BEARING = (
    "array", "asExpression", "comment", "enumName", "generated", "generatedIdentity", "generatedType", "primary",
    "unique", "unsigned", "zerofill",
)  # fmt: skip
_MAX_ALIASES = 3
_LITERAL = re.compile(r"""("[^"]*"|'[^']*'|-?\d+)""")
# What is said of a generated column beside its expression.
_GENERATED = re.compile(r"^generated( always as)?|\b(stored|virtual)\s*$")
_DATE_WORDS = re.compile(
    r"^(now|current_timestamp|localtimestamp|transaction_timestamp|datetime|getdate|strftime|time_to_str)(\(.*\))?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Built:
    """A column as it is in the database.

    Attributes:
        values: of an enumeration; None where the type is none, empty where they cannot be told.
        enum: the name of its type, where one is given.
        comment: what is said of it in the database.
        collation: its set of characters and its collation, where they are given.
        doubt: why its type or its default cannot be told; empty where both can.
    """

    column: Column
    primary: bool = False
    unique: bool = False
    values: tuple[str, ...] | None = None
    enum: str = ""
    comment: str = ""
    collation: str = ""
    doubt: str = ""


def build_column(folder: Folder, dialect: str, fact: ColumnFact, name: str) -> Built:
    """The column of a property, under its name in the database."""
    kind, given = _kind(folder, dialect, fact)
    options = fact.options
    values = _enum_values(options.get("enum")) if kind == "enum" or "enum" in options else None
    text = _type_text(dialect, kind, options, values, fact)
    default, told = _default(dialect, fact, kind)
    nullable = _nullable(fact)
    doubts = [
        fact.unread,
        "" if text else "its type cannot be told",
        "" if told else "its default cannot be told",
        "an option of it cannot be told" if nullable is None or not is_told(options, _BEARING) else "",
        "the values of its enumeration cannot be told" if values == () else "",
    ]
    array = options.get("array") == Constant("true")
    if text and array:
        text += "[]"
    increments = given in {"increment", "identity", "rowid"}
    column = Column(name=name, type=text, nullable=bool(nullable), default=default, increments=increments)
    return Built(
        column=column,
        primary=fact.kind.startswith("Primary") or options.get("primary") == Constant("true"),
        unique=options.get("unique") == Constant("true"),
        values=values,
        enum=_text(options.get("enumName")),
        comment=_text(options.get("comment")),
        collation=" ".join(one for name in ("charset", "collation") if (one := _text(options.get(name)))),
        doubt=next((one for one in doubts if one), ""),
    )


def like(built: Built, name: str, *, nullable: bool, primary: bool) -> Built:
    """A column that refers to another: of its type, and nothing else of it."""
    column = replace(built.column, name=name, nullable=nullable, default=None, increments=False)
    return Built(column=column, primary=primary, values=built.values, enum=built.enum, doubt=built.doubt)


def _text(value: Value | None) -> str:
    return value.text if isinstance(value, Text) else ""


def _nullable(fact: ColumnFact) -> bool | None:
    """Whether it may be null; None where that cannot be told."""
    value = fact.options.get("nullable")
    match value:
        case Constant("true" | "false"):
            return value == Constant("true") or (fact.kind == "DeleteDateColumn" and value != Constant("true"))
        case None | Constant("undefined"):
            return fact.kind == "DeleteDateColumn" or fact.options.get("default") == Constant("null")
    return None


def _kind(folder: Folder, dialect: str, fact: ColumnFact) -> tuple[str, str]:
    """The type's name, and how its values are generated; the first is `UNKNOWN` where it cannot be told."""
    generated = _generated(fact)
    given = fact.options.get("type")
    kind = UNKNOWN
    match given:
        case Text(text):
            kind = text
        case Name(name) if name in _CLASSES[dialect]:
            kind = _CLASSES[dialect][name]
        case None | Constant("undefined"):
            kind = _usual_kind(folder, dialect, fact, generated)
    if generated == "uuid":
        kind = "uuid"
    elif generated == "rowid":
        kind = "int"
    return type_name(dialect, kind), generated


def _generated(fact: ColumnFact) -> str:
    """`increment`, `uuid`, `identity` or `rowid`; empty where the database generates nothing."""
    if fact.kind == "PrimaryGeneratedColumn":
        return _text(fact.options.get("strategy")) or "increment"
    value = fact.options.get("generated")
    if value == Constant("true"):
        return "increment"
    return _text(value)


def _usual_kind(folder: Folder, dialect: str, fact: ColumnFact, generated: str) -> str:
    """The type where none is given: by what the column is for, or by the property's own type."""
    if fact.kind in {"CreateDateColumn", "DeleteDateColumn", "UpdateDateColumn"}:
        return _DATES[dialect][0]
    if fact.kind in {"VersionColumn", "TreeLevelColumn"} or (generated and generated != "uuid"):
        return _CLASSES[dialect]["Number"]
    name = _reflected(folder, fact)
    return _CLASSES[dialect].get(name, UNKNOWN)


def _reflected(folder: Folder, fact: ColumnFact) -> str:
    """What TypeScript's compiler says of a property's type. Source: its `emitDecoratorMetadata`."""
    kinds = {_class_of(folder, fact, part) for part in _parts_of(fact.annotation)}
    return kinds.pop() if len(kinds) == 1 else UNKNOWN


def _parts_of(annotation: str) -> list[str]:
    """The types of a union that say what it is when it runs."""
    parts = [part.strip().strip("()") for part in annotation.split("|")]
    return [part for part in parts if part not in {"", "null", "undefined"}]


def _class_of(folder: Folder, fact: ColumnFact, part: str, depth: int = 0) -> str:
    known = {"string": "String", "number": "Number", "boolean": "Boolean", "Date": "Date", "Buffer": "Buffer"}
    if part in known:
        return known[part]
    if part in {"true", "false"}:
        return "Boolean"
    if _LITERAL.fullmatch(part):
        return "String" if part[0] in "\"'" else "Number"
    alias = folder.program.type_of(fact.module, part)
    if alias is not None and depth < _MAX_ALIASES:
        home = replace(fact, module=alias[0])
        parts = {_class_of(folder, home, one, depth + 1) for one in _parts_of(alias[1])}
        return parts.pop() if len(parts) == 1 else UNKNOWN
    found = folder.program.find(fact.module, part.partition(".")[0])
    value = found.declared.value if isinstance(found, Found) else None
    if isinstance(value, Object) and value.entries:
        kinds = {type(entry.value) for entry in value.entries}
        return "String" if kinds == {Text} else "Number" if kinds == {Number} else UNKNOWN
    return UNKNOWN


def _enum_values(value: Value | None) -> tuple[str, ...]:
    """The values of an enumeration or an array; none where one cannot be told."""
    items: Sequence[Value] = ()
    if isinstance(value, Object):
        items = [one.value for one in value.entries if one.key] if all(one.key for one in value.entries) else ()
    elif isinstance(value, Array):
        items = value.items
    values = [one.text for one in items if isinstance(one, Text | Number)]
    return tuple(values) if len(values) == len(items) else ()


def _type_text(
    dialect: str, kind: str, options: Mapping[str, Value], values: tuple[str, ...] | None, fact: ColumnFact
) -> str:
    """The type in the dialect's own spelling; empty where it cannot be told."""
    sizes = {key: _size(options.get(key)) for key in ("length", "width", "precision", "scale")}
    if kind == UNKNOWN or UNKNOWN in sizes.values():
        return ""
    if kind == "enum" and dialect == "postgres":
        return UNKNOWN
    if dialect == "mysql":
        _fill_mysql(kind, sizes, fact)
    feature = options.get("spatialFeatureType")
    if isinstance(feature, Text):
        srid = options.get("srid")
        kind += f"({feature.text}{f', {srid.text}' if isinstance(srid, Number) else ''})"
    unsigned = options.get("unsigned") == Constant("true") or options.get("zerofill") == Constant("true")
    return written_type(dialect, kind, sizes, values or (), unsigned=unsigned)


def _fill_mysql(kind: str, sizes: dict[str, str], fact: ColumnFact) -> None:
    """The lengths and precisions that MySQL's driver puts in."""
    if not sizes["length"] and kind == "varchar":
        uuid = _generated(fact) == "uuid" or fact.options.get("type") == Text("uuid")
        sizes["length"] = "36" if uuid else "255"
    if not sizes["precision"] and fact.kind in {"CreateDateColumn", "DeleteDateColumn", "UpdateDateColumn"}:
        sizes["precision"] = _DATES["mysql"][2]


def _size(value: Value | None) -> str:
    match value:
        case None | Constant("undefined" | "null"):
            return ""
        case Number(text) | Text(text):
            return text
    return UNKNOWN


def _default(dialect: str, fact: ColumnFact, kind: str) -> tuple[str | None, bool]:
    """The default as TypeORM writes it, and whether it could be told."""
    expression = fact.options.get("asExpression")
    if expression is not None:
        return (f"generated {_text(expression)}", isinstance(expression, Text))
    value = fact.options.get("default")
    if value in (None, Constant("undefined")) and fact.kind in {"CreateDateColumn", "UpdateDateColumn"}:
        return _DATES[dialect][1], True
    if generated := _generated(fact):
        return ("uuid_generate_v4()" if generated == "uuid" and dialect == "postgres" else None), True
    text = default_words(dialect, value, kind)
    return (None, False) if text == UNKNOWN else (text or None, True)


def default_words(dialect: str, value: Value | None, kind: str) -> str:  # noqa: PLR0911 - one answer a kind
    """The default as TypeORM writes it; empty where there is none, `UNKNOWN` where it cannot be told."""
    match value:
        case None | Constant("undefined" | "null"):
            return ""
        case Function(result=Text(text)):
            return text
        case Function(result=Tagged(holes=[])):
            return UNKNOWN
        case Text(text):
            return f"'{text}'"
        case Number(text) | Operation("-", [Number(text)]):
            number = text.removesuffix("n") if isinstance(value, Number) else f"-{text}"
            return f"'{number}'"
        case Constant(name):
            return name if dialect == "postgres" else {"true": "1", "false": "0"}[name]
        case Array() | Object():
            return _json(value, kind)
    return UNKNOWN


def _json(value: Value, kind: str) -> str:
    try:
        plain = _plain(value)
    except ValueError:
        return UNKNOWN
    if isinstance(plain, list) and kind not in {"json", "jsonb"}:
        return "'{" + ",".join(str(one) for one in plain) + "}'"
    return "'" + json.dumps(plain, separators=(",", ":"), ensure_ascii=False) + "'"


def _plain(value: Value) -> object:
    """A value as Python has it.

    Raises:
        ValueError: it is more than data.
    """
    match value:
        case Text(text):
            return text
        case Number(text):
            return float(text) if "." in text else int(text, 0)
        case Constant("true" | "false" | "null"):
            return {"true": True, "false": False, "null": None}[value.name]
        case Array(items):
            return [_plain(one) for one in items]
        case Object(entries) if all(one.key for one in entries):
            return {one.key: _plain(one.value) for one in entries}
    raise ValueError


def same_default(text: str | None, dialect: str) -> str | None:  # noqa: PLR0911 - one answer a kind
    """A default in a spelling in which equal ones are equal: no casts, no brackets, no quotes around numbers."""
    if text is None:
        return None
    if text.lower().startswith("generated "):
        words = _GENERATED.sub("", text.lower())
        return "generated " + "".join(sign for sign in words if sign not in '"`() \t\n')
    found = (normal_default(text, dialect) or "").strip()
    if not found:
        return None
    while found.startswith("(") and found.endswith(")"):
        found = found[1:-1].strip()
    if _DATE_WORDS.match(found):
        return "CURRENT_TIMESTAMP"
    if found.upper() in _UUIDS:
        return "uuid()"
    if found.startswith("'") and found.endswith("'"):
        inner = found[1:-1]
        if dialect != "postgres":
            inner = {"true": "1", "false": "0"}.get(inner.lower(), inner)
        return _compact(inner) or "''"
    upper = found.upper()
    if upper in {"TRUE", "FALSE"}:
        return upper.lower() if dialect == "postgres" else {"TRUE": "1", "FALSE": "0"}[upper]
    return upper if "'" not in found else found


def _compact(text: str) -> str:
    """Data without the blanks that JSON allows."""
    if text[:1] not in {"{", "["}:
        return text
    try:
        return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
