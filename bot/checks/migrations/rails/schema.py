"""A schema as Rails describes it: tables, columns, indexes, keys and what else schema.rb holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.rails.ruby import Value


@dataclass(frozen=True)
class Terms:
    """How an instruction is to be understood.

    Attributes:
        adapter: `postgres`, `mysql` or `sqlite`; empty where it is not known.
        version: of Rails, as `ActiveRecord::Migration[7.1]` and `ActiveRecord::Schema[7.1]` say it.
    """

    adapter: str
    version: tuple[int, int]


@dataclass(frozen=True)
class Column:
    """A column. `options` has what the type, as Rails names it, is given: limit, null, default and so on."""

    name: str
    type: str
    options: Mapping[str, Value]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Index:
    """An index. `columns` is one expression where it is not of columns; `named` is False for a name that Rails made."""

    name: str
    columns: tuple[str, ...]
    options: Mapping[str, Value]
    named: bool = field(default=True, compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key. `guessed` is True where its table is the plural of a reference's name."""

    columns: tuple[str, ...]
    to_table: str
    options: Mapping[str, Value]
    guessed: bool = field(default=False, compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Constraint:
    """A check, unique or exclusion constraint; `text` is what it is of."""

    kind: str
    name: str
    text: str
    options: Mapping[str, Value]
    line: int = field(default=0, compare=False)


@dataclass
class Table:
    """A table. Constraints are by kind and name, or by kind and text where Rails made the name."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    comment: Value = None
    indexes: dict[str, Index] = field(default_factory=dict)
    foreign_keys: dict[tuple[str, ...], ForeignKey] = field(default_factory=dict)
    constraints: dict[tuple[str, str], Constraint] = field(default_factory=dict)
    line: int = 0

    def copy(self) -> Table:
        """A table of its own with the same members."""
        return replace(
            self,
            columns=dict(self.columns),
            indexes=dict(self.indexes),
            foreign_keys=dict(self.foreign_keys),
            constraints=dict(self.constraints),
        )


@dataclass
class Schema:
    """What schema.rb holds.

    Attributes:
        named: views, functions, triggers and extensions: kind and name to their text.
        version: the digits of the newest migration, without underscores; None where none is given.
        format: the version in `ActiveRecord::Schema[7.1]`; None where there is none.
        versions: of structure.sql, the migrations that were run; None in schema.rb, which does not list them.
        omitted: names that the file has and that were not read, since no migration seemed to be about them.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    version: str | None = None
    version_line: int = 1
    format: tuple[int, int] | None = None
    versions: frozenset[str] | None = None
    omitted: frozenset[str] = frozenset()

    def copy(self) -> Schema:
        """A schema of its own with the same content."""
        return replace(
            self,
            tables={name: table.copy() for name, table in self.tables.items()},
            enums=dict(self.enums),
            named=dict(self.named),
            lines=dict(self.lines),
        )


@dataclass(frozen=True)
class Doubt:
    """What a migration does that cannot be read.

    Attributes:
        names: tables, columns and indexes that it may concern.
        anything: whether it may concern what it does not name.
        sure: whether it surely changes the schema, or may be all that the migration does.
    """

    reason: str
    path: str
    line: int
    names: frozenset[str]
    anything: bool = False
    sure: bool = False

    def covers(self, table: str, name: str) -> bool:
        """Whether it may be about a member of a table."""
        return self.anything or table in self.names or (bool(name) and name in self.names)
