"""The type that drizzle-kit writes for a column's builder. Source: its own answers, with which the tests compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

# What an option says: a number or a word as text, and `true` or `false`.
Options: TypeAlias = Mapping[str, str]

_PLAIN = {
    "postgresql": {
        "serial": "serial", "smallserial": "smallserial", "bigserial": "bigserial", "integer": "integer",
        "smallint": "smallint", "bigint": "bigint", "boolean": "boolean", "text": "text", "real": "real",
        "doublePrecision": "double precision", "json": "json", "jsonb": "jsonb", "uuid": "uuid", "date": "date",
        "inet": "inet", "cidr": "cidr", "macaddr": "macaddr", "macaddr8": "macaddr8", "point": "point", "line": "line",
        "bytea": "bytea",
    },
    "mysql": {
        "serial": "serial AUTO_INCREMENT", "boolean": "boolean", "text": "text", "tinytext": "tinytext",
        "mediumtext": "mediumtext", "longtext": "longtext", "json": "json", "date": "date", "year": "year",
    },
    "sqlite": {
        "integer": "integer", "int": "integer", "real": "real", "blob": "blob", "numeric": "numeric",
    },
}  # fmt: skip


def _length(name: str, key: str = "length") -> Callable[[Options], str]:
    return lambda options: f"{name}({options[key]})" if key in options else name


def _decimal(name: str, separator: str) -> Callable[[Options], str]:
    def text(options: Options) -> str:
        sizes = [options[key] for key in ("precision", "scale") if key in options]
        if "scale" in options and "precision" not in options:
            return name
        signs = " unsigned" if options.get("unsigned") == "true" else ""
        return f"{name}({separator.join(sizes)}){signs}" if sizes else name + signs

    return text


def _time(name: str) -> Callable[[Options], str]:
    def text(options: Options) -> str:
        size = f"({options['precision']})" if "precision" in options else ""
        zone = " with time zone" if options.get("withTimezone") == "true" else ""
        return f"{name}{' ' + size if size and name == 'timestamp' else size}{zone}"

    return text


def _interval(options: Options) -> str:
    fields = f" {options['fields']}" if "fields" in options else ""
    size = f"({options['precision']})" if "precision" in options else ""
    return f"interval{fields}{size}"


def _whole(name: str) -> Callable[[Options], str]:
    return lambda options: f"{name} unsigned" if options.get("unsigned") == "true" else name


_SIZED: Mapping[str, Mapping[str, Callable[[Options], str]]] = {
    "postgresql": {
        "varchar": _length("varchar"),
        "char": _length("char"),
        "numeric": _decimal("numeric", ", "),
        "decimal": _decimal("numeric", ", "),
        "time": _time("time"),
        "timestamp": _time("timestamp"),
        "interval": _interval,
        "vector": _length("vector", "dimensions"),
        "halfvec": _length("halfvec", "dimensions"),
        "sparsevec": _length("sparsevec", "dimensions"),
        "bit": _length("bit", "dimensions"),
    },
    "mysql": {
        "varchar": _length("varchar"),
        "char": _length("char"),
        "binary": _length("binary"),
        "varbinary": _length("varbinary"),
        "decimal": _decimal("decimal", ","),
        "float": _decimal("float", ","),
        "double": _decimal("double", ","),
        "real": _decimal("real", ", "),
        "datetime": _length("datetime", "fsp"),
        "timestamp": _length("timestamp", "fsp"),
        "time": _length("time", "fsp"),
        **{name: _whole(name) for name in ("int", "tinyint", "smallint", "mediumint", "bigint")},
    },
    "sqlite": {"text": _length("text")},
}


def column_type(dialect: str, builder: str, options: Options) -> str | None:
    """The type of a column that a builder of this name makes; None where the name is none."""
    plain = _PLAIN[dialect].get(builder)
    if plain is not None:
        return plain
    sized = _SIZED[dialect].get(builder)
    return sized(options) if sized is not None else None
