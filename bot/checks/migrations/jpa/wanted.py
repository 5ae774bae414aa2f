"""What entities ask of a database: tables, columns and unique keys, with the place that asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Place:
    """Where something is declared: `Order.total`, its file and its line."""

    owner: str
    path: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        names: what it may be called, in lower case, the likeliest first.
        nullable: None where that follows from a key and is not compared.
        firm: whether its nullability is said by JPA, rather than following from a type or a validation.
        length: of a text; None where it has none or it is not known.
        said: whether the length is written out.
        precision: the digits of a decimal, and those after the point; None where they are not written out.
        family: the kind of its values (see `types`); empty where it is not known.
        doubt: why it may be no column, or one of another name; empty where it is one for certain.
        written: the attribute as it stands in the source, to tell whether it changed.
    """

    names: tuple[str, ...]
    place: Place
    nullable: bool | None = True
    firm: bool = False
    length: int | None = None
    said: bool = False
    precision: tuple[int, int] | None = None
    family: str = ""
    unique: bool = False
    doubt: str = ""
    written: str = ""

    @property
    def name(self) -> str:
        """The likeliest name."""
        return self.names[0]


@dataclass(kw_only=True)
class Table:
    """A table; `columns` are by their likeliest name, `uniques` are sets of columns' names with their place.

    `history` says that it keeps what another table held, and counts only where the migrations make it.
    """

    names: tuple[str, ...]
    place: Place
    columns: dict[str, Column] = field(default_factory=dict)
    uniques: dict[frozenset[str], Place] = field(default_factory=dict)
    history: bool = False

    @property
    def name(self) -> str:
        """The likeliest name."""
        return self.names[0]

    def add(self, column: Column, *, shared: bool = False) -> None:
        """Add a column. One that others map too, and that this one does not write, changes nothing of it."""
        before = self.columns.get(column.name)
        if before is None:
            self.columns[column.name] = column
        elif not shared:
            nullable = (
                bool(before.nullable or column.nullable) if None not in {before.nullable, column.nullable} else None
            )
            self.columns[column.name] = replace(before, nullable=nullable, unique=before.unique or column.unique)


@dataclass(frozen=True)
class Doubt:
    """Something of a class that cannot be read: why, where, and as what it is written.

    `table` is set where it is a class that an entity inherits from: then the table's other columns are that one's.
    """

    reason: str
    place: Place
    written: str
    table: str = ""


@dataclass(kw_only=True)
class Wanted:
    """All that the entities of one tree ask for; tables are by their likeliest name."""

    tables: dict[str, Table] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    entities: int = 0

    def table(self, names: tuple[str, ...], place: Place) -> Table:
        """The table of a name, made where it is not there yet."""
        return self.tables.setdefault(names[0], Table(names=names, place=place))

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Yield all columns with their tables."""
        for table in self.tables.values():
            for column in table.columns.values():
                yield table, column
