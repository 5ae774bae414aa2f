"""The column type that Prisma's engine gives a field, by database.

Source: https://www.prisma.io/docs/orm/reference/prisma-schema-reference#model-field-scalar-types
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# A provider to sqlglot's name of its SQL.
DIALECTS: Mapping[str, str] = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
}

_POSTGRES = {
    "String": "TEXT",
    "Boolean": "BOOLEAN",
    "Int": "INTEGER",
    "BigInt": "BIGINT",
    "Float": "DOUBLE PRECISION",
    "Decimal": "DECIMAL(65,30)",
    "DateTime": "TIMESTAMP(3)",
    "Json": "JSONB",
    "Bytes": "BYTEA",
}
_SCALARS: Mapping[str, Mapping[str, str]] = {
    "postgresql": _POSTGRES,
    "postgres": _POSTGRES,
    "cockroachdb": {
        **_POSTGRES,
        "String": "STRING",
        "Boolean": "BOOL",
        "Int": "INT4",
        "BigInt": "INT8",
        "Float": "FLOAT8",
        "Bytes": "BYTES",
    },
    "mysql": {
        "String": "VARCHAR(191)",
        "Boolean": "BOOLEAN",
        "Int": "INTEGER",
        "BigInt": "BIGINT",
        "Float": "DOUBLE",
        "Decimal": "DECIMAL(65,30)",
        "DateTime": "DATETIME(3)",
        "Json": "JSON",
        "Bytes": "LONGBLOB",
    },
    "sqlite": {
        "String": "TEXT",
        "Boolean": "BOOLEAN",
        "Int": "INTEGER",
        "BigInt": "BIGINT",
        "Float": "REAL",
        "Decimal": "DECIMAL",
        "DateTime": "DATETIME",
        "Json": "JSONB",
        "Bytes": "BLOB",
    },
    "sqlserver": {
        "String": "NVARCHAR(1000)",
        "Boolean": "BIT",
        "Int": "INT",
        "BigInt": "BIGINT",
        "Float": "FLOAT(53)",
        "Decimal": "DECIMAL(32,16)",
        "DateTime": "DATETIME2",
        "Json": "NVARCHAR(max)",
        "Bytes": "VARBINARY(max)",
    },
}
# Native types whose SQL is not their name in capitals.
_NATIVE: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        "ByteA": "BYTEA",
        "DoublePrecision": "DOUBLE PRECISION",
        "VarBit": "VARBIT",
        "Timestamptz": "TIMESTAMPTZ",
        "Timetz": "TIMETZ",
        "String": "STRING",
    },
    "mysql": {"UnsignedInt": "INTEGER UNSIGNED", "Int": "INTEGER"},
    "sqlite": {},
    "tsql": {"NVarChar": "NVARCHAR", "DateTimeOffset": "DATETIMEOFFSET", "UniqueIdentifier": "UNIQUEIDENTIFIER"},
}
_SIZED_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "postgres": {"Decimal": "(65,30)", "Char": "(1)", "Bit": "(1)"},
    "mysql": {"Decimal": "(65,30)", "DateTime": "(0)", "Timestamp": "(0)", "Time": "(0)"},
}


def scalar_type(provider: str, name: str) -> str | None:
    """The type of a scalar without a native type; None where the name is no scalar."""
    return _SCALARS[provider].get(name)


def native_type(provider: str, name: str, sizes: Sequence[str]) -> str:
    """The type of `@db.Name(sizes)`, as SQL writes it."""
    dialect = DIALECTS[provider]
    words = _NATIVE[dialect].get(name)
    if words is None and dialect == "mysql" and name.startswith("Unsigned"):
        words = f"{name.removeprefix('Unsigned').upper()} UNSIGNED"
    words = words or name.upper()
    if sizes:
        head, _, tail = words.partition(" ")
        return f"{head}({','.join(sizes)}){' ' + tail if tail else ''}"
    return words + _SIZED_DEFAULTS.get(dialect, {}).get(name, "")
