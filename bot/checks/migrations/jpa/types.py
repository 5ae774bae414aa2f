"""Kinds of values: of Java's types, and of the types of columns, coarse enough to hold across databases.

Sources: the basic types of Hibernate's user guide; the types of the databases' own documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_JAVA: Mapping[str, str] = {
    "String": "text", "CharSequence": "text", "URL": "text", "Locale": "text", "Currency": "text", "TimeZone": "text",
    "ZoneId": "text", "ZoneOffset": "text", "Class": "text", "char": "char", "Character": "char", "URI": "",
    "byte": "int8", "Byte": "int8", "short": "int16", "Short": "int16", "int": "int32", "Integer": "int32",
    "long": "int64", "Long": "int64", "float": "float", "Float": "float", "double": "float", "Double": "float",
    "BigDecimal": "decimal", "BigInteger": "decimal", "Duration": "duration", "Year": "int32",
    "boolean": "boolean", "Boolean": "boolean", "LocalDate": "date", "LocalTime": "time", "OffsetTime": "time",
    "LocalDateTime": "timestamp", "Instant": "timestamp", "OffsetDateTime": "timestamp", "ZonedDateTime": "timestamp",
    "Timestamp": "timestamp", "Date": "timestamp", "Calendar": "timestamp", "UUID": "uuid", "Blob": "binary",
    "Clob": "long-text", "NClob": "long-text", "InetAddress": "", "Time": "time",
}  # fmt: skip
PRIMITIVES = frozenset({"boolean", "byte", "char", "double", "float", "int", "long", "short"})
COLLECTIONS = frozenset({
    "Collection", "List", "Map", "Set", "SortedMap", "SortedSet", "Iterable", "ArrayList", "HashSet", "HashMap",
    "LinkedHashSet", "LinkedHashMap", "TreeSet", "TreeMap", "SequencedCollection", "SequencedSet",
})  # fmt: skip

_WORD = re.compile(r"[A-Za-z]\w*")
_PRECISION = re.compile(r"\(\s*(\d{1,4})\s*(?:,\s*(\d{1,4})\s*)?\)")
_LENGTH = re.compile(r"\(\s*(\d{1,12})\b")
# The first word of a column's type to what it holds.
_SQL: Mapping[str, str] = {
    **dict.fromkeys((
        "VARCHAR", "CHAR", "CHARACTER", "NVARCHAR", "NCHAR", "VARCHAR2", "NVARCHAR2", "TEXT", "TINYTEXT", "MEDIUMTEXT",
        "LONGTEXT", "NTEXT", "CLOB", "NCLOB", "CITEXT", "STRING", "BPCHAR", "NATIONAL", "LONGVARCHAR", "LONGNVARCHAR",
        "VARCHAR_IGNORECASE", "NAME", "DBCLOB",
    ), "text"),
    **dict.fromkeys(("TINYINT", "UTINYINT", "INT1"), "int8"),
    **dict.fromkeys(("SMALLINT", "USMALLINT", "INT2", "SMALLSERIAL"), "int16"),
    **dict.fromkeys(("INT", "INTEGER", "UINT", "MEDIUMINT", "UMEDIUMINT", "INT4", "SERIAL", "SIGNED"), "int32"),
    **dict.fromkeys(("BIGINT", "UBIGINT", "INT8", "BIGSERIAL", "LONG"), "int64"),
    **dict.fromkeys(("DECIMAL", "NUMERIC", "NUMBER", "DEC", "MONEY", "BIGDECIMAL", "CURRENCY", "UDECIMAL"), "decimal"),
    **dict.fromkeys((
        "DOUBLE", "FLOAT", "REAL", "FLOAT4", "FLOAT8", "BINARY_DOUBLE", "BINARY_FLOAT", "UDOUBLE",
    ), "float"),
    **dict.fromkeys(("BOOLEAN", "BOOL", "BIT"), "boolean"),
    "DATE": "date",
    **dict.fromkeys(("TIME", "TIMETZ"), "time"),
    **dict.fromkeys((
        "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "SMALLDATETIME",
        "TIMESTAMP_TZ", "TIMESTAMPNTZ",
    ), "timestamp"),
    **dict.fromkeys((
        "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "BYTEA", "BINARY", "VARBINARY", "RAW", "IMAGE", "LONGVARBINARY",
    ), "binary"),
    **dict.fromkeys(("UUID", "UNIQUEIDENTIFIER"), "uuid"),
}  # fmt: skip
# What may be kept in what without a mapping of one's own; a value of another kind fails when it is read or written.
INTEGERS = ("int8", "int16", "int32", "int64")
_NUMBERS = frozenset({"int8", "int16", "int32", "int64", "decimal", "float"})
_HELD: Mapping[str, frozenset[str]] = {
    # MySQL's drivers read texts from a BLOB.
    "text": frozenset({"text", "uuid", "binary"}),
    "long-text": frozenset({"text", "binary"}),
    "char": frozenset({"text", "int8", "int16", "int32"}),
    **dict.fromkeys(_NUMBERS, _NUMBERS | {"boolean"}),
    "enum-number": _NUMBERS | {"boolean"},
    "enum-text": frozenset({"text"}),
    "duration": _NUMBERS | {"text"},
    "boolean": _NUMBERS | {"boolean", "text", "binary"},
    "date": frozenset({"date", "timestamp"}),
    "time": frozenset({"time", "timestamp"}),
    "timestamp": frozenset({"timestamp", "date"}),
    "uuid": frozenset({"uuid", "text", "binary"}),
    "binary": frozenset({"binary"}),
}
# What a column must be for a kind that a change brings to one that was of another kind before.
_EXACT: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "uuid": frozenset({"uuid", "binary"}),
    "int8": frozenset({"int8", "int16", "decimal"}),
    "int16": frozenset({"int16", "decimal"}),
    "int32": frozenset({"int32", "decimal"}),
    "int64": frozenset({"int64", "decimal"}),
    "float": frozenset({"float", "decimal"}),
    "decimal": frozenset({"decimal"}),
    "date": frozenset({"date"}),
    "time": frozenset({"time"}),
    "timestamp": frozenset({"timestamp"}),
    "boolean": frozenset({"boolean", "int8", "decimal", "text"}),
}
_TIMES = {"DATE": "date", "TIME": "time", "TIMESTAMP": "timestamp"}
DEFAULT_LENGTH = 255


def java_family(name: str, *, array: bool) -> str | None:
    """The kind of a type of Java's; empty where it depends on more, None where it is none of Java's own."""
    if array:
        return {"byte": "binary", "Byte": "binary", "char": "text", "Character": "text"}.get(name, "")
    return _JAVA.get(name)


def temporal(value: str) -> str:
    """The kind that `@Temporal` asks for."""
    return _TIMES.get(value, "timestamp")


def sql_family(text: str) -> str:
    """What a column of a type holds; empty where that is not known."""
    word = _WORD.search(text.upper())
    if word is None or text.rstrip().endswith("]"):
        return ""
    # One bit of MySQL's, and one digit, are truths.
    return _SQL.get(word[0], "")


def sql_precision(text: str) -> tuple[int, int] | None:
    """How many digits a decimal's type has, and how many of them after the point; None where it says none."""
    found = _PRECISION.search(text)
    return (int(found[1]), int(found[2] or 0)) if found and sql_family(text) == "decimal" else None


def sql_length(text: str) -> int | None:
    """The length of a text's type; None where it has none."""
    found = _LENGTH.search(text)
    return int(found[1]) if found and sql_family(text) == "text" else None


def holds(family: str, have: str, *, exact: bool) -> bool:
    """Whether a column of a kind can keep values of another; True where one of both is not known."""
    table = _EXACT if exact and family in _EXACT else _HELD
    return not family or not have or have in table.get(family, frozenset({have}))
