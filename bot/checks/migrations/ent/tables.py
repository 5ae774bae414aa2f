"""Tables as ent describes them, in ent's own types: what the schema's code declares, and what ent generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

from bot.checks.migrations.ent.golang.values import Place

TEXT_SIZE = 2_147_483_647


@dataclass(frozen=True)
class Expression:
    """A default that the database computes: in any dialect, or by dialect."""

    text: str = ""
    by_dialect: tuple[tuple[str, str], ...] = ()


Default = Union[str, int, float, bool, None, Expression]  # noqa: UP007 - the same form as other unions of values


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: ent's type without `Type` (`String`, `Int64`), its size (0 for the usual), its type by dialect."""

    name: str
    type: str
    nullable: bool = False
    unique: bool = False
    increments: bool = False
    size: int = 0
    enums: tuple[str, ...] = ()
    default: Default = None
    schema_type: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index. `kinds` are its method by dialect; `details` what ent says of each column beside."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""
    kinds: tuple[tuple[str, str], ...] = ()
    descending: frozenset[str] = frozenset()
    classes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """A foreign key; its action in ent's words (`Cascade`), empty for none."""

    name: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    on_delete: str = ""
    on_update: str = ""


@dataclass(kw_only=True)
class Table:
    """A table. `checks` are the named ones, and those without a name under an empty one."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    indexes: dict[str, Index] = field(default_factory=dict)
    foreign_keys: dict[str, ForeignKey] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    places: dict[str, Place] = field(default_factory=dict)


def same(one: Table | None, other: Table | None) -> bool:
    """Whether two tables are the same, wherever they are declared."""
    if one is None or other is None:
        return one is other
    return (
        one.columns == other.columns
        and one.primary_key == other.primary_key
        and one.indexes == other.indexes
        and one.foreign_keys == other.foreign_keys
        and dict(one.checks) == dict(other.checks)
    )
