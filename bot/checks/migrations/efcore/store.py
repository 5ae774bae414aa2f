"""The types of columns: what each provider makes of a type of C#.

Source: the providers' own type mappings (Microsoft.EntityFrameworkCore.SqlServer and .Sqlite, Npgsql, Pomelo).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.efcore.classes import SCALARS
from bot.checks.migrations.efcore.model import UNKNOWN, Facet, Property

_SQLSERVER = {
    "int": "int",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint",
    "bool": "bit",
    "double": "float",
    "float": "real",
    "DateTimeOffset": "datetimeoffset",
    "DateTime": "datetime2",
    "DateOnly": "date",
    "TimeOnly": "time",
    "TimeSpan": "time",
    "Guid": "uniqueidentifier",
    "char": "nvarchar(1)",
    "uint": "bigint",
    "ushort": "int",
    "sbyte": "smallint",
    "ulong": "decimal(20,0)",
}
_NPGSQL = {
    "int": "integer",
    "long": "bigint",
    "short": "smallint",
    "byte": "smallint",
    "sbyte": "smallint",
    "ushort": "integer",
    "bool": "boolean",
    "double": "double precision",
    "float": "real",
    "DateTimeOffset": "timestamp with time zone",
    "DateTime": "timestamp with time zone",
    "DateOnly": "date",
    "TimeOnly": "time without time zone",
    "TimeSpan": "interval",
    "Guid": "uuid",
    "byte[]": "bytea",
    "char": "character(1)",
    "JsonDocument": "jsonb",
    "JsonElement": "jsonb",
    "Instant": "timestamp with time zone",
    "LocalDate": "date",
    "NpgsqlTsVector": "tsvector",
    "IPAddress": "inet",
}
_SQLITE = {
    **dict.fromkeys(["int", "long", "short", "byte", "sbyte", "uint", "ushort", "ulong", "bool"], "INTEGER"),
    **dict.fromkeys(["double", "float"], "REAL"),
    **dict.fromkeys(
        ["string", "char", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Guid", "decimal", "Uri"],
        "TEXT",
    ),
    "byte[]": "BLOB",
}
_MYSQL = {
    "int": "int",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint unsigned",
    "sbyte": "tinyint",
    "uint": "int unsigned",
    "ushort": "smallint unsigned",
    "ulong": "bigint unsigned",
    "bool": "tinyint(1)",
    "double": "double",
    "float": "float",
    "DateTimeOffset": "datetime(6)",
    "DateTime": "datetime(6)",
    "DateOnly": "date",
    "TimeOnly": "time(6)",
    "TimeSpan": "time(6)",
    "Guid": "char(36)",
    "char": "varchar(1)",
}
_TIMES = {"datetime2", "datetimeoffset", "time"}


def store_type(provider: str, name: str, facets: Mapping[str, Facet], *, keyed: bool, many: bool = False) -> str:  # noqa: PLR0911 - one answer a provider
    """The type of a column as the provider writes it; empty where it cannot be told.

    `name` is the type of C#, an enumeration's is that of its numbers; `keyed` says whether a key or an index has the
    column, `many` whether it holds a collection of the type.
    """
    given = facets.get("store")
    if given is not None:
        return plain(str(given)) if given != UNKNOWN else ""
    if UNKNOWN in {facets.get(one) for one in ("max_length", "precision", "scale", "unicode", "fixed")}:
        return ""
    if many:
        return _many(provider, name)
    match provider:
        case "sqlite":
            return plain(_SQLITE.get(name, ""))
        case "sqlserver":
            return _of_sqlserver(name, facets, keyed=keyed)
        case "npgsql":
            return _of_npgsql(name, facets)
        case "mysql":
            return _of_mysql(name, facets, keyed=keyed)
    return ""


def plain(text: str) -> str:
    """A type as it is compared."""
    return " ".join(text.split()).lower().replace(", ", ",").replace("varchar (", "varchar(")


def _many(provider: str, name: str) -> str:
    if provider == "npgsql":
        element = _of_npgsql(name, {})
        return f"{element}[]" if element else ""
    return plain({"sqlite": "TEXT", "sqlserver": "nvarchar(max)", "mysql": "longtext"}.get(provider, ""))


def _of_sqlserver(name: str, facets: Mapping[str, Facet], *, keyed: bool) -> str:
    length = facets.get("max_length")
    if facets.get("row_version") and name == "byte[]":
        return "rowversion"
    if name in {"string", "Uri"}:
        kind = "char" if facets.get("fixed") else "varchar"
        kind = kind if facets.get("unicode") is False else f"n{kind}"
        usual = "900" if facets.get("unicode") is False else "450"
        return f"{kind}({_length(length, usual if keyed else 'max')})"
    if name == "byte[]":
        return f"varbinary({_length(length, '900' if keyed else 'max')})"
    if name == "decimal":
        return f"decimal({facets.get('precision', 18)},{facets.get('scale', 2 if 'precision' not in facets else 0)})"
    base = _SQLSERVER.get(name, "")
    return f"{base}({facets['precision']})" if base in _TIMES and "precision" in facets else base


def _length(given: Facet, usual: str) -> str:
    return usual if given is None else "max" if given in {-1, 2_147_483_647} else str(given)


def _of_npgsql(name: str, facets: Mapping[str, Facet]) -> str:  # noqa: PLR0911 - one answer a type
    length = facets.get("max_length")
    if facets.get("row_version") and name == "uint":
        return "xid"
    if name in {"string", "Uri"}:
        if length is None:
            return "text"
        return f"character({length})" if facets.get("fixed") else f"character varying({length})"
    if name == "decimal":
        if "precision" not in facets:
            return "numeric"
        return (
            f"numeric({facets['precision']},{facets['scale']})"
            if "scale" in facets
            else f"numeric({facets['precision']})"
        )
    base = _NPGSQL.get(name, "")
    if base.startswith("timestamp") and "precision" in facets:
        return base.replace("timestamp", f"timestamp({facets['precision']})")
    return base


def _of_mysql(name: str, facets: Mapping[str, Facet], *, keyed: bool) -> str:
    length = facets.get("max_length")
    if name in {"string", "Uri"}:
        if length is None:
            return "varchar(255)" if keyed else "longtext"
        return f"char({length})" if facets.get("fixed") else f"varchar({length})"
    if name == "byte[]":
        return f"varbinary({length})" if length is not None else "varbinary(255)" if keyed else "longblob"
    if name == "decimal":
        return f"decimal({facets.get('precision', 65)},{facets.get('scale', 30 if 'precision' not in facets else 0)})"
    return _MYSQL.get(name, "")


def may_be_null(made: Property) -> bool:
    """Of a snapshot: texts and bytes may be null unless `IsRequired` says otherwise, numbers with a mark."""
    if made.type is None:
        return True
    ref = made.type.type
    return ref.nullable or bool(ref.rank) or ref.simple in {"string", "String", "object"} or _is_reference(ref.simple)


def _is_reference(name: str) -> bool:
    values = {"Instant", "LocalDate", "LocalDateTime", "LocalTime", "JsonElement", "BigInteger", "OffsetDateTime"}
    return name not in SCALARS and name not in values
