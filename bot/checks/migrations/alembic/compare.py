"""What Alembic's autogenerate would put into a migration: declared tables against migrated ones.

Rule: `alembic.autogenerate.compare`: tables and columns by name, `nullable`, type, comment, indexes by name, unique
constraints by name or (where the model names none) by columns, foreign keys by what they are and not by name.
Source: https://github.com/sqlalchemy/alembic/tree/main/alembic/autogenerate/compare (read 2026-11-25).
Out of sight, there as here: server defaults (unless asked for), CHECK, values of enumerations, primary keys, renames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.checks.migrations.alembic.column_types import compare_types
from bot.checks.migrations.alembic.names import TooMuchError
from bot.checks.migrations.alembic.schema import (
    Column,
    ForeignKey,
    Index,
    Place,
    Same,
    Schema,
    Table,
    Unique,
    parts_of,
    same_name,
)

# PostgreSQL allows 1,600 columns. Parts are compared with each other, so the work grows with the square.
_MAX_PARTS = 2_000

Part = Table | Column | Unique | Index | ForeignKey


class Kind(StrEnum):
    """What differs; the value ends the finding's rule."""

    TABLE = "table"
    EXTRA_TABLE = "extra-table"
    COLUMN = "column"
    EXTRA_COLUMN = "extra-column"
    TYPE = "type"
    NULLABLE = "nullable"
    COMMENT = "comment"
    INDEX = "index"
    EXTRA_INDEX = "extra-index"
    UNIQUE = "unique"
    EXTRA_UNIQUE = "extra-unique"
    FOREIGN_KEY = "foreign-key"
    EXTRA_FOREIGN_KEY = "extra-foreign-key"


@dataclass(frozen=True)
class Difference:
    """One thing in which a declared table and the migrated one differ.

    Attributes:
        name: the column, index or constraint; columns joined by a comma where it has no name.
        declared: what the code says; None where it has none. `migrated`: what the migrations say.
        sure: False where one side cannot be told.
    """

    kind: Kind
    table: str
    name: str
    place: Place
    declared: Part | None
    migrated: Part | None
    sure: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """What the same difference has in another revision."""
        return self.kind, self.table, self.name


def compare(declared: Schema, migrated: Schema, dialect: str, *, own_dialect: bool = True) -> Iterator[Difference]:
    """Yield what a migration would have to do.

    `own_dialect` is False where the migrations are those of another database than the one that types are read for.
    """
    for key, table in declared.items():
        other = migrated.get(key)
        if other is None:
            yield Difference(Kind.TABLE, key, key, table.place, table, None)
        else:
            yield from _Comparison(table, other, dialect, own_dialect).find()
    for key, other in migrated.items():
        if key not in declared and "unknown" not in other.loose:
            yield Difference(Kind.EXTRA_TABLE, key, key, other.place, None, other)


@dataclass(frozen=True)
class _Comparison:
    declared: Table
    migrated: Table
    dialect: str
    own_dialect: bool

    def find(self) -> Iterator[Difference]:
        for table in (self.declared, self.migrated):
            if sum(1 for _ in parts_of(table)) > _MAX_PARTS:
                raise TooMuchError(f"table {table.key} has more than {_MAX_PARTS:,} columns, indexes and constraints")
        yield from self.columns()
        yield from self.uniques()
        yield from self.indexes()
        yield from self.foreign_keys()
        if self._has_comments and self.declared.comment != self.migrated.comment:
            yield self.difference(Kind.COMMENT, self.declared.key, self.declared, self.migrated)

    @property
    def _has_comments(self) -> bool:
        return self.dialect != "sqlite" and self.own_dialect

    def difference(
        self, kind: Kind, name: str, declared: Part | None, migrated: Part | None, *, sure: bool = True
    ) -> Difference:
        place = (declared or self.declared).place
        return Difference(kind, self.declared.key, name, place, declared, migrated, sure)

    def columns(self) -> Iterator[Difference]:
        for name, column in self.declared.columns.items():
            other = self.migrated.columns.get(name)
            if other is not None:
                yield from self.column(column, other)
            else:
                yield self.difference(Kind.COLUMN, name, column, None)
        for name, other in self.migrated.columns.items():
            if name not in self.declared.columns:
                yield self.difference(Kind.EXTRA_COLUMN, name, None, other, sure=not self.declared.open)

    def column(self, column: Column, other: Column) -> Iterator[Difference]:
        same = compare_types(other.type, column.type, self.dialect) if self.own_dialect else Same.YES
        if same is not Same.YES:
            yield self.difference(Kind.TYPE, column.name, column, other, sure=same is Same.NO)
        if column.nullable != other.nullable:
            known = column.nullable is not None and other.nullable is not None
            yield self.difference(Kind.NULLABLE, column.name, column, other, sure=known)
        if self._has_comments and column.comment != other.comment:
            yield self.difference(Kind.COMMENT, column.name, column, other)

    def uniques(self) -> Iterator[Difference]:
        unnamed = {one.columns for one in self.declared.uniques if one.name is None}
        for one in self.declared.uniques:
            if not any(_same_unique(one, other) for other in self.migrated.uniques):
                yield self.difference(Kind.UNIQUE, one.name or ", ".join(one.columns), one, None)
        for other in self.migrated.uniques:
            found = other.columns in unnamed or any(_same_unique(one, other) for one in self.declared.uniques)
            # SQLite keeps no name for a constraint that was given none, and autogenerate drops by name.
            unseen = other.name is None and self.dialect == "sqlite"
            if not found and not unseen and "unique" not in self.migrated.loose:
                yield self.difference(Kind.EXTRA_UNIQUE, other.name or ", ".join(other.columns), None, other)

    def indexes(self) -> Iterator[Difference]:
        for name, index in self.declared.indexes.items():
            if not index.plain and not self.own_dialect:
                continue
            other = next((one for key, one in self.migrated.indexes.items() if same_name(key, name)), None)
            if other is None:
                # SQLite's indexes over expressions are not compared at all.
                if index.plain or self.dialect != "sqlite":
                    yield self.difference(Kind.INDEX, name, index, None)
            elif index.unique != other.unique or (index.parts != other.parts and (index.plain or other.plain)):
                # A column against an expression (`a` and `a desc`) differ; two expressions may be written in two ways.
                yield self.difference(Kind.INDEX, name, index, other)
            elif index.parts != other.parts and self.dialect != "sqlite":
                yield self.difference(Kind.INDEX, name, index, other, sure=False)
        for name, other in self.migrated.indexes.items():
            found = any(same_name(key, name) for key in self.declared.indexes) or self._is_search_index(other)
            if (
                not found
                and (other.plain or (self.dialect != "sqlite" and self.own_dialect))
                and "index" not in self.migrated.loose
            ):
                yield self.difference(Kind.EXTRA_INDEX, name, None, other, sure=other.plain)

    def _is_search_index(self, index: Index) -> bool:
        """Whether an index is what sqlalchemy-searchable adds to a `TSVectorType` when the mappers are configured."""
        column = self.declared.columns.get(index.parts[0]) if len(index.parts) == 1 else None
        return column is not None and column.type.texts == ("tsvector",)

    def foreign_keys(self) -> Iterator[Difference]:
        for key in self.declared.foreign_keys:
            if key not in self.migrated.foreign_keys:
                yield self.difference(Kind.FOREIGN_KEY, ", ".join(key.columns), key, None)
        for key in self.migrated.foreign_keys:
            if key not in self.declared.foreign_keys and "foreignkey" not in self.migrated.loose:
                yield self.difference(Kind.EXTRA_FOREIGN_KEY, ", ".join(key.columns), None, key)


def _same_unique(declared: Unique, migrated: Unique) -> bool:
    if declared.columns != migrated.columns:
        return False
    return declared.name is None or (migrated.name is not None and same_name(declared.name, migrated.name))
