"""Conditions that ask for the provider of the database, in models and in migrations.

Source: the providers' extensions (`Database.IsNpgsql()`), `Database.ProviderName`, `MigrationBuilder.ActiveProvider`.
"""

from __future__ import annotations

import re
from typing import Protocol

from bot.checks.migrations.csharp.values import Argument, Call, Constant, Member, Name, Operation, Text, Value

_METHODS = {
    "IsNpgsql": "npgsql",
    "IsSqlServer": "sqlserver",
    "IsSqlite": "sqlite",
    "IsMySql": "mysql",
    "IsOracle": "oracle",
    "IsInMemory": "memory",
    "IsCosmos": "cosmos",
    "IsRelational": "",
}
_NAMES = {
    "Postgres": "npgsql",
    "MsSql": "sqlserver",
    "Npgsql": "npgsql",
    "SqlServer": "sqlserver",
    "Sqlite": "sqlite",
    "MySql": "mysql",
    "Oracle": "oracle",
}
TITLES = {
    "npgsql": "PostgreSQL",
    "sqlserver": "SQL Server",
    "sqlite": "SQLite",
    "mysql": "MySQL",
    "oracle": "Oracle",
}
# Members of the project's own that ask for the provider: `_isSqlite`, `UseNpgsql`.
_ASKS = re.compile(r"_?(?:is|use|uses|using)_?(sqlite|npgsql|postgres(?:ql)?|sqlserver|mssql|mysql)$", re.IGNORECASE)
_PROPERTIES = frozenset({"ProviderName", "ActiveProvider"})
_MAX_DEPTH = 100


class Empty(Protocol):
    """Tells whether a value is null, or of texts whether it is null or empty; None where that cannot be told."""

    def __call__(self, value: Value, *, texts: bool) -> bool | None:
        """Whether it is."""


def is_met(value: Value, provider: str, empty: Empty, depth: int = 0) -> bool | None:  # noqa: C901, PLR0911 - one answer a kind
    """Whether a condition is met with a provider; None where that cannot be told."""
    if depth > _MAX_DEPTH:
        return None
    match value:
        case Constant("true"):
            return True
        case Constant("false"):
            return False
        case Operation("!", None, inner):
            met = is_met(inner, provider, empty, depth + 1)
            return None if met is None else not met
        case Operation("&&" | "||" as sign, left, right) if left is not None:
            both = [is_met(one, provider, empty, depth + 1) for one in (left, right)]
            decides = sign == "||"
            if decides in both:
                return decides
            return None if None in both else not decides
        case Operation("==" | "!=" as sign, left, right) if left is not None:
            same = _is_provider(left, right, provider, empty)
            return None if same is None else same == (sign == "==")
        case Call(Member(_, name)) if name in _METHODS and provider:
            return not _METHODS[name] or _METHODS[name] == provider
        case Call(Member(target, "Contains" | "EndsWith" | "Equals"), [Argument(_, Text(text)), *_]):
            return _is_named(text, provider) if _is_provider_name(target) else None
        case Call(Member(_, "IsNullOrEmpty" | "IsNullOrWhiteSpace"), [Argument(_, given)]):
            return empty(given, texts=True)
        case Name(name) | Member(_, name) | Call(Member(_, name)) if (match := _ASKS.match(name)) is not None:
            return _is_named(match[1], provider)
    return None


def of_migration(value: Value, provider: str) -> bool | None:
    """The same in a migration, which has no model that could be asked whether something is null."""
    return is_met(value, provider, _not_told)


def _not_told(value: Value, *, texts: bool) -> None:
    del value, texts


def _is_provider(left: Value, right: Value, provider: str, empty: Empty) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Text) and _is_provider_name(one):
            return _is_named(other.text, provider)
    return empty(left, texts=False) if right == Constant("null") else None


def _is_named(text: str, provider: str) -> bool | None:
    found = {one for name, one in _NAMES.items() if name.lower() in text.lower()}
    return provider in found if provider and found else None


def _is_provider_name(value: Value) -> bool:
    """Whether an expression is the provider's name, also with something for null."""
    while isinstance(value, Operation) and value.sign == "??" and value.left is not None:
        value = value.left
    return isinstance(value, Member | Name) and value.name in _PROPERTIES
