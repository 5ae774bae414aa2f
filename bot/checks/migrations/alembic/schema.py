"""Tables as Alembic's autogenerate sees them: what of a declaration makes a migration, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from bot.checks.migrations.alembic.values import Value

# PostgreSQL cuts names after 63 bytes and SQLAlchemy then ends them with a hash: the beginning is what can be compared.
_LONG_NAME = 55


class Same(Enum):
    """Whether two parts of a schema are equal."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Place:
    """Where something is declared: a file, a line from 1, the model and its attribute as the source names them."""

    path: str
    line: int
    model: str = ""
    attribute: str = ""


@dataclass(frozen=True)
class TypeSpec:
    """A column's type.

    Attributes:
        texts: as the database's language writes it, lower case; several where versions of SQLAlchemy differ; empty
            where it cannot be told.
        value: what the source says, for types that cannot be told.
    """

    texts: tuple[str, ...]
    value: Value = field(default=None, repr=False)


@dataclass(frozen=True)
class Column:
    """A column. `nullable` and `comment` are None and "" where they say nothing; `unread` names what cannot be told."""

    name: str
    type: TypeSpec
    nullable: bool | None
    comment: str = ""
    place: Place = field(default=Place("", 0), compare=False)
    unread: str = field(default="", compare=False)


@dataclass(frozen=True)
class Unique:
    """A unique constraint; the order of its columns does not count."""

    columns: tuple[str, ...]
    name: str | None = None
    place: Place = field(default=Place("", 0), compare=False)


@dataclass(frozen=True)
class Index:
    """An index over columns and expressions; `plain` is False where one is an expression."""

    name: str
    parts: tuple[str, ...]
    unique: bool = False
    plain: bool = True
    place: Place = field(default=Place("", 0), compare=False)


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key; `options` are those that are not the default, such as `ondelete cascade`. Its name is no part."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    options: tuple[str, ...] = ()
    name: str | None = field(default=None, compare=False)
    place: Place = field(default=Place("", 0), compare=False)


@dataclass
class Table:
    """A table.

    Attributes:
        key: the name, with its schema and a dot before it where it has one.
        root: the base class or `MetaData` that it is declared on, by where that stands.
        open: whether it may have more than is listed (a base class out of sight).
        loose: kinds of which a member was dropped that could not be told: `unique`, `foreignkey`, `index`.
        unread: parts that cannot be told, each with its place and what it is.
    """

    key: str
    columns: dict[str, Column] = field(default_factory=dict)
    uniques: list[Unique] = field(default_factory=list)
    indexes: dict[str, Index] = field(default_factory=dict)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    comment: str = ""
    place: Place = Place("", 0)
    root: str = ""
    open: bool = False
    loose: set[str] = field(default_factory=set)
    unread: list[tuple[Place, str]] = field(default_factory=list)
    convention: Convention = field(default_factory=lambda: Convention())  # noqa: PLW0108 - defined below

    def copy(self) -> Table:
        """A copy that can be changed on its own."""
        return replace(
            self,
            columns=dict(self.columns),
            uniques=list(self.uniques),
            indexes=dict(self.indexes),
            foreign_keys=list(self.foreign_keys),
            loose=set(self.loose),
            unread=list(self.unread),
        )

    def drop_column(self, name: str) -> None:
        """Drop a column, and what rests on it."""
        self.columns.pop(name, None)
        self.uniques = [one for one in self.uniques if name not in one.columns]
        self.foreign_keys = [one for one in self.foreign_keys if name not in one.columns]
        self.indexes = {key: one for key, one in self.indexes.items() if name not in one.parts}

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column, in what rests on it too."""
        if (column := self.columns.pop(old, None)) is not None:
            self.columns[new] = replace(column, name=new)
        self.uniques = [replace(one, columns=_renamed(one.columns, old, new)) for one in self.uniques]
        self.foreign_keys = [replace(one, columns=_renamed(one.columns, old, new)) for one in self.foreign_keys]
        self.indexes = {key: replace(one, parts=_renamed(one.parts, old, new)) for key, one in self.indexes.items()}


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


Schema = dict[str, Table]


@dataclass(frozen=True)
class Convention:
    """How a `MetaData` names what has no name, and the schema of tables that name none.

    `names` maps `ix`, `uq`, `fk`, `pk` to templates; a template that cannot be told is None.
    """

    names: tuple[tuple[str, str | None], ...] = ()
    schema: str = ""

    def name(self, kind: str, table: str, columns: tuple[str, ...], referred: str = "") -> str | None:
        """The name of an index (`ix`), unique constraint (`uq`) or foreign key (`fk`); None where it has none."""
        template = dict(self.names).get(kind, "ix_%(column_0_label)s" if kind == "ix" else None)
        if template is None or not columns:
            return None
        table = table.rpartition(".")[2]
        tokens = {
            "table_name": table,
            "referred_table_name": referred.rpartition(".")[2],
            "column_0_label": f"{table}_{columns[0]}",
            "column_0_N_label": "_".join(f"{table}_{one}" for one in columns),
            "column_0_N_name": "_".join(columns),
            "column_0_N_key": "_".join(columns),
            "column_0N_name": "".join(columns),
            "column_0N_key": "".join(columns),
            **{f"column_{number}_name": one for number, one in enumerate(columns)},
            **{f"column_{number}_key": one for number, one in enumerate(columns)},
        }
        try:
            return template % tokens
        except (KeyError, ValueError, TypeError):
            return None


def table_key(schema: object, name: str) -> str:
    """The key of a table. PostgreSQL's `public` is where a table without a schema goes."""
    return f"{schema}.{name}" if isinstance(schema, str) and schema not in {"", "public"} else name


def same_name(left: str, right: str) -> bool:
    """Whether two names are one, the cutting of long ones allowed for."""
    longest = 60
    if min(len(left), len(right)) < longest:
        return left == right
    return left[:_LONG_NAME] == right[:_LONG_NAME]


def parts_of(table: Table) -> Iterator[object]:
    """Yield all parts of a table that a migration can change."""
    yield from table.columns.values()
    yield from table.uniques
    yield from table.indexes.values()
    yield from table.foreign_keys
