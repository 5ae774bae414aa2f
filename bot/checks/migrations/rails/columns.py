"""Columns in one form, however they are written: what Rails makes of a type and its options.

Source: Rails' adapters, schema dumper and migration/compatibility.rb, versions 5.0 to 8.1; held against Rails itself in
tests/checks/migrations/rails and against the histories of public projects (docs/accuracy.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bot.checks.migrations.rails.ruby import Const, Sql, Unread, Value
from bot.checks.migrations.rails.schema import Column, Terms

ANY = "?"
"""The type of a column of which only the name is known."""

_ALIASES = {
    "timestamp": "datetime", "numeric": "decimal", "int": "integer", "bool": "boolean", "varchar": "string",
    "character varying": "string", "double precision": "float", "blob": "binary", "bytea": "binary",
    "timestamp without time zone": "datetime", "timestamp with time zone": "timestamptz", "int8": "bigint",
    "smallint": "integer", "tinyint": "integer", "mediumint": "integer", "real": "float", "double": "float",
    "int4": "integer", "int2": "integer", "float8": "float", "float4": "float", "timestamptz": "timestamptz",
}  # fmt: skip
# Types of SQL that say a size by their name.
_LIMITS = {"smallint": 2, "tinyint": 1, "mediumint": 3, "real": 24, "int2": 2, "float4": 24}
_SIZES = {"tiny": 255, "medium": 16_777_215, "long": 4_294_967_295}
_MYSQL_BIG = frozenset({"text", "binary", "blob"})
_KEPT = ("limit", "precision", "scale", "array", "comment", "collation", "unsigned", "as", "stored", "enum_type")
_TIMES = frozenset({"datetime", "date", "time", "timestamptz"})
_NUMBERS = frozenset({"integer", "bigint"})
_JSON = frozenset({"json", "jsonb", "hstore"})
_WITH_PRECISION = (7, 0)
_WORD = re.compile(r"\w+")
_CASTS = frozenset({"array", "any", "text", "character", "varying", "bpchar", "integer", "numeric", "bigint", "date"})
_SQL_TYPE = re.compile(
    r"\s*(?P<name>[a-z_][a-z_ ]*[a-z_0-9])\s*"
    r"(?:\(\s*(?P<one>\d{1,9})\s*(?:,\s*(?P<two>\d{1,9})\s*)?\)(?P<rest>[a-z ]*))?\s*(?P<array>\[\])?\s*",
    re.IGNORECASE,
)


def make_column(name: str, kind: str, options: Mapping[str, Value], terms: Terms, line: int = 0) -> Column:
    """A column of a type and its options as a migration or schema.rb gives them."""
    given = {key: value for key, value in options.items() if value is not None or key == "precision"}
    written = kind
    kind, given = _plain_type(kind, given)
    given = _sized(kind, given, terms, written)
    kind = str(given.pop("type", kind))
    kept = {key: value for key in _KEPT if (value := given.get(key)) is not None and value is not False}
    if options.get("null") is False:
        kept["null"] = False
    if "enum_name" in given:
        kept["enum_type"] = given["enum_name"]
    if "enum_type" in kept:
        kept["enum_type"] = str(kept["enum_type"])
    default = make_default(options.get("default"), kind, array=bool(kept.get("array")))
    if default is not None:
        kept["default"] = default
    return Column(name, kind, kept, line)


def _plain_type(kind: str, given: dict[str, Value]) -> tuple[str, dict[str, Value]]:
    """A type of SQL, such as `varchar(30)`, as Rails' type and options."""
    if kind in {"virtual", "primary_key"}:
        return str(given.get("type", kind)), given
    found = _SQL_TYPE.fullmatch(kind)
    if found is None:
        return (ANY, given) if "(" in kind else (kind, given)
    word = " ".join(f"{found['name']} {found['rest'] or ''}".lower().split())
    plain = _ALIASES.get(word, word)
    made = dict(given)
    if word in _LIMITS:
        made.setdefault("limit", _LIMITS[word])
    if found["array"]:
        made["array"] = True
    if found["one"] is not None:
        size, scale = int(found["one"]), int(found["two"] or 0)
        if plain == "decimal":
            made |= {"precision": size, "scale": scale}
        elif plain in _TIMES:
            made["precision"] = size
        elif plain not in _NUMBERS:
            made["limit"] = size
    elif plain in {"datetime", "timestamptz"} and " " in word:
        made.setdefault("precision", None)
    return plain, made


def _sized(  # noqa: C901, PLR0912 - one rule a type
    kind: str, given: dict[str, Value], terms: Terms, written: str
) -> dict[str, Value]:
    """The options that are left once those that say the usual are gone; `type` where they say another one."""
    limit = given.get("limit")
    limit = limit if isinstance(limit, int) else None
    match kind:
        case "integer" | "bigint":
            _integer(kind, given, limit, terms)
        case "string" if terms.adapter == "mysql" and limit == 255:  # noqa: PLR2004 - a VARCHAR's usual length
            given.pop("limit")
        case "text" | "binary" | "blob" if terms.adapter == "mysql":
            given["limit"] = _mysql_size(given)
        case "text" if terms.adapter == "postgres":
            given.pop("limit", None)
        case "binary" if terms.adapter == "postgres":
            given.pop("limit", None)
        case "float":
            # Neither PostgreSQL's nor MySQL's dumps tell a real from a double.
            if terms.adapter in {"postgres", "mysql"}:
                given.pop("limit", None)
        case "decimal":
            if not given.get("scale"):
                given.pop("scale", None)
            if terms.adapter == "mysql" and given.get("precision") is None:
                given["precision"] = 10
        case "datetime" | "timestamptz":
            # PostgreSQL's `timestamp` is no other name of `datetime`: neither it nor `timestamptz` gets a precision.
            other = kind == "timestamptz" or (terms.adapter == "postgres" and written == "timestamp")
            fine = terms.version >= _WITH_PRECISION and not other
            given.setdefault("precision", 6 if fine else None)
            # MySQL's datetimes without a precision have one of 0.
            if terms.adapter == "mysql" and given["precision"] == 0:
                given["precision"] = None
        case "boolean" if limit == 1:
            given.pop("limit")
    return given


def _integer(kind: str, given: dict[str, Value], limit: int | None, terms: Terms) -> None:
    if limit is None:
        return
    small = {"postgres": 2, "mysql": 3}.get(terms.adapter, 0)
    if kind == "bigint" or limit > 4:  # noqa: PLR2004 - an INTEGER's bytes
        if terms.adapter:
            given["type"] = "bigint"
        given.pop("limit")
    elif terms.adapter in {"postgres", "mysql"} and limit > small:
        given.pop("limit")
    elif terms.adapter == "postgres":
        given["limit"] = 2


def _mysql_size(given: Mapping[str, Value]) -> int | None:
    """The bytes of a text or blob: MySQL has four sizes, and the smallest that fits is taken."""
    wanted = given.get("limit")
    if "size" in given:
        wanted = _SIZES.get(str(given["size"]))
    if not isinstance(wanted, int):
        return None
    for size in (255, 65_535, 16_777_215, 4_294_967_295):
        if wanted <= size:
            return None if size == 65_535 else size  # noqa: PLR2004 - a TEXT's usual size
    return None


def make_default(value: Value, kind: str, *, array: bool = False) -> Value:  # noqa: C901, PLR0911 - by type
    """A default in one form: of Python's types, texts for decimals and JSON, `Sql` for what the database evaluates."""
    if isinstance(value, Const):
        return Unread(value.name, 0)
    if value is None or isinstance(value, Sql | Unread):
        return value
    if array:
        return _array(value, kind)
    if kind == "boolean":
        return str(value).lower() in {"true", "t", "1"}
    if kind in _JSON:
        return _json(value)
    if isinstance(value, bool) and kind in {"string", "text"}:
        return "t" if value else "f"
    text = str(value)
    if kind in _NUMBERS:
        if isinstance(value, bool):
            return int(value)
        try:
            return int(Decimal(text))
        except (InvalidOperation, ValueError, OverflowError):
            return text or 0
    if kind in {"decimal", "float"}:
        try:
            return str(Decimal(text).normalize() + 0)
        except InvalidOperation:
            return text
    return text


def _array(value: Value, kind: str) -> Value:
    if isinstance(value, str):
        inner = value.strip()
        if not (inner.startswith("{") and inner.endswith("}")):
            return value
        value = [one.strip().strip('"') for one in inner[1:-1].split(",") if one.strip()]
    if not isinstance(value, list):
        return value
    return json.dumps([_plain(make_default(one, kind)) for one in value])


def _json(value: Value) -> Value:
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else {}
        except (ValueError, RecursionError):
            return value
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Value) -> Value:
    """A value of JSON's types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.text if isinstance(value, Sql | Unread) else str(value)


def differing(made: Column, written: Column, *, loose: bool) -> list[str]:
    """The keys in which two columns differ: `type`, `null`, `default`, `limit` and so on.

    Loosely, what a database rewrites (expressions, collations) counts for nothing.
    """
    known = ANY not in {made.type, written.type}
    keys = ["type", *dict.fromkeys([*made.options, *written.options])] if known else ["null"]
    if loose and "timestamptz" in {made.type, written.type}:
        keys = [key for key in keys if key != "precision"]
    found = []
    for key in keys:
        one, other = (made.type, written.type) if key == "type" else (made.options.get(key), written.options.get(key))
        if one == other or (loose and _alike(key, one, other, made.type)):
            continue
        texts = [value.text if isinstance(value, Sql) else str(value or "") for value in (one, other)]
        if not (key == "as" or isinstance(one, Sql)) or not same_words(*texts):
            found.append(key)
    return found


def same_words(one: str, other: str) -> bool:
    """Whether two expressions have the same names and values: each database adds its own brackets and casts."""
    return _words(one) == _words(other)


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if word not in _CASTS}


def _alike(key: str, one: Value, other: Value, kind: str) -> bool:
    if key in {"collation", "as", "stored"} or isinstance(one, Unread):
        return True
    # Before 7.0 both are written alike, and since then a setting says which of them `datetime` is.
    if key == "type" and {one, other} == {"datetime", "timestamptz"}:
        return True
    if key == "default" and (isinstance(one, Sql) or (kind in _TIMES and one is not None)):
        return other is not None
    # Geometry is described by the extension's own options.
    return key == "limit" and (isinstance(one, dict) or isinstance(other, dict))
