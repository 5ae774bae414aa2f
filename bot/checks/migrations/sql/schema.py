"""A database schema as a value: tables, columns, keys, indexes and enumerations, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

# Dialects, as sqlglot names them, whose identifiers do not differ by case.
_CASELESS = frozenset({"mysql", "sqlite", "tsql"})
_DEFAULT_SCHEMAS = frozenset({"", "dbo", "main", "public"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        type: as the dialect writes it, in capitals: `VARCHAR(30)`, `"Role"[]`; empty where it is not known.
        default: the expression in the database, as the dialect writes it; None where there is none.
        increments: whether the database numbers the rows (serial, identity, auto-increment).
    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    increments: bool = False


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index, a unique one too. A part is a column's name, or the text of an expression.

    `details` has what is said of each part beside that, in its place: its operator class, its length, `DESC`; it is
    empty where nothing is.
    """

    name: str
    columns: tuple[str, ...]
    details: tuple[str, ...] = ()
    unique: bool = False
    method: str = ""
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """A foreign key. Actions are in capitals; `NO ACTION` where none is given."""

    name: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"


@dataclass(kw_only=True)
class Table:
    """A table. The members are by the key of their name (see `Schema.key`).

    Attributes:
        checks: conditions and exclusions that have a name. One that stands in a column's definition is under the
            column's name, with a point before it.
        comments: by the column's key; the table's own is under an empty one.
    """

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    primary_key_name: str = ""
    indexes: dict[str, Index] = field(default_factory=dict)
    foreign_keys: dict[str, ForeignKey] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Table:
        """A table of its own with the same members, which are never changed in place."""
        return replace(
            self,
            columns=dict(self.columns),
            indexes=dict(self.indexes),
            foreign_keys=dict(self.foreign_keys),
            checks=dict(self.checks),
            comments=dict(self.comments),
        )


@dataclass(kw_only=True)
class Schema:
    """What a database holds, in one dialect of SQL (as sqlglot names it).

    `caseless` says that case does not count in names although the dialect minds it in quotes. `views` are the keys of
    views; `programs` are the names of functions that may change tables. `clashes` say, in words, which statements a
    database would refuse: what they make is there already in another form, or something still rests on what they drop.
    `elsewhere` says that a name without a schema stands for a table of another schema than the usual one.
    """

    dialect: str
    tables: dict[str, Table] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    views: set[str] = field(default_factory=set)
    clashes: list[str] = field(default_factory=list)
    caseless: bool = False
    programs: set[str] = field(default_factory=set)
    elsewhere: bool = False

    def copy(self) -> Schema:
        """A schema of its own with the same content."""
        tables = {key: table.copy() for key, table in self.tables.items()}
        return Schema(
            dialect=self.dialect,
            tables=tables,
            enums=dict(self.enums),
            views=set(self.views),
            caseless=self.caseless,
            programs=set(self.programs),
            elsewhere=self.elsewhere,
        )

    def key(self, name: str) -> str:
        """What a name is found by: in most dialects case does not count."""
        return name.lower() if self.caseless or self.dialect in _CASELESS else name

    def table_of_index(self, name: str) -> tuple[Table, str] | None:
        """The table that has an index (or a unique constraint) of this name, and the index's key."""
        key = self.key(name)
        return next(((table, key) for table in self.tables.values() if key in table.indexes), None)

    def references(self, table: str) -> Iterator[tuple[Table, str, ForeignKey]]:
        """Yield each foreign key that points at a table."""
        wanted = self.key(table)
        for other in self.tables.values():
            for key, reference in other.foreign_keys.items():
                if self.key(reference.to_table) == wanted:
                    yield other, key, reference


def qualified(schema: str, name: str) -> str:
    """A table's name, with its schema where that is not the usual one."""
    return name if schema.lower() in _DEFAULT_SCHEMAS else f"{schema}.{name}"
