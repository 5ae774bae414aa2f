"""Types of columns in one spelling, whether Sequelize's `DataTypes` or SQL name them, and how far two agree.

Source: https://sequelize.org/docs/v6/core-concepts/model-basics/#data-types.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from bot.checks.migrations.script.values import Array, Call, Entry, Member, Name, Number, Object, Text, Value
from bot.checks.migrations.sql.schema import Schema

MARK = "~"
"""Begins a type that is in the spelling of this module, where SQL's types stand too."""
VIRTUAL = f"{MARK}virtual"
_FAMILIES = {
    "ABSTRACT": "", "ARRAY": "array", "BIGINT": "bigint", "BLOB": "blob", "BOOLEAN": "boolean", "CHAR": "char",
    "CIDR": "cidr", "CITEXT": "citext", "DATE": "datetime", "DATEONLY": "date", "DECIMAL": "decimal",
    "DOUBLE": "double", "ENUM": "enum", "FLOAT": "float", "GEOGRAPHY": "geography", "GEOMETRY": "geometry",
    "HSTORE": "hstore", "INET": "inet", "INTEGER": "integer", "JSON": "json", "JSONB": "jsonb", "JSONTYPE": "json",
    "MACADDR": "macaddr", "MACADDR8": "macaddr8", "MEDIUMINT": "mediumint", "NOW": "datetime", "NUMBER": "decimal",
    "NUMERIC": "decimal", "RANGE": "range", "REAL": "real", "SMALLINT": "smallint", "STRING": "string", "TEXT": "text",
    "TIME": "time", "TINYINT": "tinyint", "TSVECTOR": "tsvector", "UUID": "uuid", "UUIDV1": "uuid", "UUIDV4": "uuid",
    "VECTOR": "vector", "VIRTUAL": "virtual",
}  # fmt: skip
_SUFFIXES = frozenset({"BINARY", "UNSIGNED", "ZEROFILL"})
# Words of SQL's types to those of this module.
_SQL = {
    "BIGINT": "bigint", "BIT": "boolean", "BLOB": "blob", "BOOL": "boolean", "BOOLEAN": "boolean", "BPCHAR": "char",
    "BYTEA": "blob", "CHAR": "char", "CHARACTER": "char", "CHARACTER VARYING": "string", "CIDR": "cidr",
    "CITEXT": "citext", "DATE": "date", "DATETIME": "datetime", "DATETIMEOFFSET": "datetime", "DECIMAL": "decimal",
    "DOUBLE": "double", "DOUBLE PRECISION": "double", "ENUM": "enum", "FLOAT": "float", "GEOGRAPHY": "geography",
    "GEOMETRY": "geometry", "HSTORE": "hstore", "INET": "inet", "INT": "integer", "INT2": "smallint", "INT4": "integer",
    "INT8": "bigint", "INTEGER": "integer", "JSON": "json", "JSONB": "jsonb", "LONGBLOB": "blob", "LONGTEXT": "text",
    "MACADDR": "macaddr", "MEDIUMBLOB": "blob", "MEDIUMINT": "mediumint", "MEDIUMTEXT": "text", "NCHAR": "char",
    "NTEXT": "text", "NUMERIC": "decimal", "NVARCHAR": "string", "REAL": "real", "SMALLINT": "smallint",
    "TEXT": "text", "TIME": "time", "TIMESTAMP": "datetime", "TIMESTAMP WITH TIME ZONE": "datetime",
    "TIMESTAMP WITHOUT TIME ZONE": "datetime", "TIMESTAMPTZ": "datetime", "TINYINT": "tinyint", "TINYTEXT": "text",
    "TSVECTOR": "tsvector", "UNIQUEIDENTIFIER": "uuid", "UUID": "uuid", "VARBINARY": "blob", "VARCHAR": "string",
    "VECTOR": "vector",
}  # fmt: skip
_SIZELESS = frozenset({"bigint", "datetime", "integer", "range", "smallint", "time", "virtual"})
_USUAL_SIZE = {"string": "255", "char": "255"}
# Families that hold the same, seen from a model.
_NEAR = (
    frozenset({"citext", "string", "text", "enum"}),
    frozenset({"float", "double", "real", "decimal"}),
    frozenset({"json", "jsonb", "text"}),
    frozenset({"uuid", "char", "string"}),
    frozenset({"boolean", "tinyint"}),
    frozenset({"datetime", "string"}),
)
_MAX_NESTING = 5


class Likeness(IntEnum):
    """How far two types agree."""

    DIFFERENT = 0
    NEAR = 1
    SAME = 2


def read_type(value: Value | None, options: Sequence[Entry] = (), depth: int = 0) -> str | None:
    """A type of Sequelize in this module's spelling; None where it cannot be told.

    `options` are those of the attribute: an enumeration's values may stand there.
    """
    arguments: Sequence[Value] = ()
    if isinstance(value, Call):
        arguments, value = value.arguments, value.function
    names: list[str] = []
    while isinstance(value, Member):
        names.append(value.name)
        inner = value.value
        if isinstance(inner, Call):
            arguments, inner = [*inner.arguments, *arguments], inner.function
        value = inner
    if isinstance(value, Name):
        names.append(value.name)
    if isinstance(value, Text) and not names:
        return from_sql(value.text, None)
    suffixes = [name for name in names if name in _SUFFIXES]
    family = next((_FAMILIES[name] for name in names if name in _FAMILIES), "")
    if not family or depth > _MAX_NESTING:
        return None
    return _spelled(family, arguments, options, suffixes, depth)


def _spelled(
    family: str, arguments: Sequence[Value], options: Sequence[Entry], suffixes: Sequence[str], depth: int
) -> str | None:
    if family == "string" and "BINARY" in suffixes:
        return f"{MARK}blob"
    if family == "enum":
        values = _values(arguments, options)
        return f"{MARK}enum({values})" if values is not None else None
    if family == "array":
        inner = read_type(arguments[0] if arguments else None, depth=depth + 1)
        return f"{inner}[]" if inner is not None else None
    sizes = []
    for one in arguments:
        match one:
            case Number(text) | Text(text):
                sizes.append(text.lower())
            case Object(entries):
                sizes += [each.value.text for each in entries if isinstance(each.value, Number)]
            case Member() if family in {"range", "virtual"}:
                continue
            case _ if family != "virtual":
                return None
    sign = " unsigned" if "UNSIGNED" in suffixes else ""
    if family in _SIZELESS:
        sizes = []
    return f"{MARK}{family}{'(' + ','.join(sizes) + ')' if sizes else ''}{sign}"


def _values(arguments: Sequence[Value], options: Sequence[Entry]) -> str | None:
    given = list(arguments)
    if len(given) == 1 and isinstance(given[0], Object):
        options, given = given[0].entries, []
    if len(given) == 1 and isinstance(given[0], Array):
        given = list(given[0].items)
    if not given:
        found = next((entry.value for entry in options if entry.key == "values"), None)
        given = list(found.items) if isinstance(found, Array) else []
    texts = [one.text for one in given if isinstance(one, Text | Number)]
    if not given or len(texts) != len(given):
        return None
    return _quoted(texts)


def from_sql(text: str, schema: Schema | None) -> str | None:
    """A type of SQL in this module's spelling; None where it is not known. Enumerations are looked up in the schema."""
    if text.startswith(MARK):
        return text
    if text.endswith("[]"):
        inner_type = from_sql(text[:-2], schema)
        return f"{inner_type}[]" if inner_type is not None else None
    values = schema.enums.get(text.replace('"', "")) if schema is not None else None
    if values is not None:
        return f"{MARK}enum({_quoted(values)})"
    name, inner, more = _shape(text)
    family = _SQL.get(name.upper())
    if family is None:
        return None
    if family == "tinyint" and inner == "1":
        return f"{MARK}boolean"
    if family != "enum":
        inner = "" if family in _SIZELESS else inner.replace(" ", "")
    sign = " unsigned" if "UNSIGNED" in more.upper() else ""
    return f"{MARK}{family}{f'({inner})' if inner else ''}{sign}"


def _shape(text: str) -> tuple[str, str, str]:
    """A type's name, what stands in its brackets, and what stands after its name beside that."""
    head, bracket, rest = text.removeprefix(MARK).partition("(")
    inner, _, more = rest.rpartition(")") if bracket else ("", "", "")
    name = head.strip()
    for word in ("UNSIGNED", "ZEROFILL"):
        if name.upper().endswith(f" {word}"):
            name, more = name[: -len(word)].strip(), f"{more} {word}"
    return name, inner, more.strip()


def likeness(wanted: str, had: str, dialect: str) -> Likeness:
    """How far what a model wants agrees with what there is. Both in this module's spelling."""
    if wanted == had:
        return Likeness.SAME
    if wanted.endswith("[]") or had.endswith("[]"):
        both = wanted.endswith("[]") and had.endswith("[]")
        return likeness(wanted[:-2], had[:-2], dialect) if both else Likeness.DIFFERENT
    (family, inner, more), (second, other, rest) = _shape(wanted), _shape(had)
    if family == second:
        return _same_family(family, (inner, other), dialect, signs=more.lower() == rest.lower())
    if family == "text" and second == "string" and dialect != "sqlite":
        return Likeness.DIFFERENT
    return Likeness.NEAR if any({family, second} <= group for group in _NEAR) else Likeness.DIFFERENT


def _same_family(family: str, inner: tuple[str, str], dialect: str, *, signs: bool) -> Likeness:
    usual = _USUAL_SIZE.get(family, "")
    sizes = [(one or usual).lower() for one in inner]
    if family == "enum":
        values = [sorted(one.replace(" ", "").split(",")) for one in inner]
        return Likeness.SAME if values[0] == values[1] else Likeness.DIFFERENT
    if family in {"text", "blob"} and dialect != "mysql":
        return Likeness.SAME
    if sizes[0] == sizes[1]:
        return Likeness.SAME if signs or dialect != "mysql" else Likeness.DIFFERENT
    return Likeness.NEAR if not all(inner) else Likeness.DIFFERENT


def enum_values(kind: str) -> tuple[str, ...] | None:
    """The values of an enumeration in this module's spelling; None for other types."""
    name, inner, _ = _shape(kind.removesuffix("[]"))
    if name != "enum" or not kind.startswith(MARK):
        return None
    return tuple(part.replace("''", "'") for part in inner[1:-1].split("','"))


def _quoted(values: Sequence[str]) -> str:
    return ",".join("'" + value.replace("'", "''") + "'" for value in values)
