"""From `Column(...)`, `mapped_column(...)`, `Table(...)` and what stands in them to a table's parts.

Models and migrations share these: `op.create_table` takes the same columns as `Table`.
Source: https://docs.sqlalchemy.org/en/20/core/metadata.html and core/constraints.html (read 2026-11-25).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.alembic.column_types import compile_type
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import (
    Column,
    Convention,
    ForeignKey,
    Index,
    Place,
    Table,
    TypeSpec,
    Unique,
    table_key,
)
from bot.checks.migrations.alembic.values import Attribute, Call, ClassDef, Item, Opaque, Value, call_name, last_name

COLUMNS = frozenset({"Column", "mapped_column", "MappedColumn"})
# What may stand in a column beside its name and type.
_OTHERS = frozenset(
    {
        *("ForeignKey", "CheckConstraint", "Sequence", "Computed", "Identity", "DefaultClause", "FetchedValue"),
        *("ColumnDefault", "UniqueConstraint", "PrimaryKeyConstraint"),
    }
)
_WRAPPERS = frozenset({"deferred", "column_property", "undefer", "composite", "query_expression"})


@dataclass
class Builder:
    """Adds parts to one table.

    Attributes:
        attributes: for a class, attribute names to column names.
        resolve: the table's key and the column's name for `Model.attribute`.
        later: where to leave what can be told when all tables are known; None where they are.
    """

    table: Table
    reader: Reader
    convention: Convention = field(default_factory=Convention)
    attributes: dict[str, str] = field(default_factory=dict)
    resolve: Callable[[Attribute], tuple[str, str] | None] = lambda _: None
    later: list[Callable[[], None]] | None = None

    def add_all(self, parts: Iterable[Value], place: Place) -> None:
        """Add what stands in `Table(...)`, `op.create_table(...)` or `__table_args__`."""
        waiting = list(parts)
        # Columns first: constraints name them.
        for part in sorted(waiting, key=lambda one: column_call(one) is None):
            self.add(part, place)

    def add(self, part: Value, place: Place) -> None:  # noqa: C901, PLR0912 - one answer a kind
        """Add one part."""
        if isinstance(part, Call):
            place = replace(place, path=part.path or place.path, line=part.line or place.line)
        if (column := column_call(part)) is not None:
            self.add_column(column, "", place)
            return
        name = call_name(part)
        match part:
            case Call(func=Attribute(owner=Call() as inner, name="ddl_if")):
                if part.argument("dialect", 0) in {None, self.reader.dialect}:
                    before = set(self.table.indexes)
                    self.add(inner, place)
                    # Another database may lack it: there it is compared as an expression is, by name at most.
                    for new in set(self.table.indexes) - before:
                        self.table.indexes[new] = replace(self.table.indexes[new], plain=False)
            case Call() if name == "UniqueConstraint":
                self.add_unique(part.args, part.argument("name"), place)
            case Call() if name == "Index":
                self.add_index(part, place)
            case Call() if name == "ForeignKeyConstraint":
                self._add_foreign_key_constraint(part, place)
            case Call() if name == "PrimaryKeyConstraint":
                for key in self._columns(part.args):
                    self._set_not_null(key)
            case dict():
                self._add_options(part)
            case Opaque():
                self.table.unread.append((place, "a part of the table that cannot be told"))
            case tuple() | list():
                self.add_all(part, place)

    def _add_options(self, options: Mapping[Value, Value]) -> None:
        comment = options.get("comment")
        if isinstance(comment, str):
            self.table.comment = comment

    def add_column(self, call: Call, attribute: str, place: Place, declared: Declared | None = None) -> Column | None:
        """Add a column, with the index, constraint and foreign keys that stand in it."""
        place = replace(place, attribute=attribute or place.attribute)
        column = make_column(call, attribute, place, self.reader, declared or Declared())
        if column is None:
            self.table.unread.append((place, "a column whose name cannot be told"))
            return None
        self.attributes[attribute or column.name] = column.name
        key = call.argument("key")
        if isinstance(key, str):
            self.attributes[key] = column.name
        if _is_system(call):
            return None
        self.table.columns[column.name] = column
        place = column.place
        for part in call.args:
            if isinstance(part, Call) and call_name(part) == "ForeignKey":
                self._add_foreign_key((column.name,), part, place)
            elif call_name(part) == "UniqueConstraint":
                self.add_unique((column.name,), None, place)
        self._add_flags(call, column, place)
        return column

    def _add_flags(self, call: Call, column: Column, place: Place) -> None:
        unique, index = call.argument("unique"), call.argument("index")
        if index not in {None, False}:
            name = self.convention.name("ix", self.table.key, (column.name,)) or f"ix_{self.table.key}_{column.name}"
            self.table.indexes[name] = Index(name, (column.name,), unique is True, place=place)
        elif unique is True:
            self.add_unique((column.name,), None, place)

    def add_unique(self, columns: Iterable[Value], name: Value, place: Place) -> None:
        """Add a unique constraint. `op.f("x")` and a plain name are alike."""
        names = self._columns(columns)
        if not names:
            self.table.unread.append((place, "a unique constraint over columns that cannot be told"))
            return
        text = plain_name(name)
        if text is None and not isinstance(name, Opaque | Attribute):
            text = self.convention.name("uq", self.table.key, names)
        self.table.uniques.append(Unique(tuple(sorted(names)), text, place))

    def add_index(self, call: Call, place: Place) -> None:
        """Add `Index(name, *parts)`."""
        name, parts = (call.args[0] if call.args else call.argument("name")), call.args[1:]
        self.set_index(name, parts, call, place)

    def set_index(self, name: Value, parts: Iterable[Value], call: Call, place: Place) -> None:
        """Add an index by its name and what it is over."""
        texts: list[str] = []
        plain = True
        for part in parts:
            column = self._column(part)
            texts.append(column if column is not None else expression_text(part, self))
            plain = plain and column is not None
        text = plain_name(name)
        if text is None:
            text = self.convention.name("ix", self.table.key, tuple(texts))
        if text is None:
            self.table.unread.append((place, "an index whose name cannot be told"))
            return
        unique = call.argument("unique") is True
        self.table.indexes[text] = Index(text, tuple(texts), unique, plain and bool(texts), place)

    def _add_foreign_key(self, columns: tuple[str, ...], call: Call, place: Place) -> None:
        self._refer(columns, (call.argument("column", 0),), call, place)

    def _add_foreign_key_constraint(self, call: Call, place: Place) -> None:
        columns, targets = call.argument("columns", 0), call.argument("refcolumns", 1)
        names = self._columns(columns) if isinstance(columns, list | tuple) else ()
        self._refer(names, tuple(targets) if isinstance(targets, list | tuple) else (), call, place)

    def _refer(self, columns: tuple[str, ...], targets: tuple[Value, ...], call: Call, place: Place) -> None:
        """Add a foreign key, or leave it until the classes that it names are read."""
        if self.later is not None and any(isinstance(one, Attribute) for one in targets):
            self.later.append(lambda: self._settle(columns, targets, call, place))
        else:
            self._settle(columns, targets, call, place)

    def _settle(self, columns: tuple[str, ...], targets: tuple[Value, ...], call: Call, place: Place) -> None:
        found = [self._target(one) for one in targets]
        known = [one for one in found if one is not None]
        if not columns or not known or len(known) != len(found):
            self.table.unread.append((place, "a foreign key whose target cannot be told"))
            return
        name = plain_name(call.argument("name", None if call_name(call) == "ForeignKey" else 2))
        self.add_foreign_key(columns, known[0][0], tuple(one[1] for one in known), call, name, place)

    def add_foreign_key(  # noqa: PLR0913, PLR0917 - the parts of a foreign key
        self, columns: tuple[str, ...], table: str, targets: tuple[str, ...], call: Call, name: str | None, place: Place
    ) -> None:
        """Add a foreign key; the call holds its options."""
        name = name or self.convention.name("fk", self.table.key, columns, table)
        self.table.foreign_keys.append(ForeignKey(columns, table, targets, foreign_key_options(call), name, place))

    def _target(self, value: Value) -> tuple[str, str] | None:
        if isinstance(value, str):
            table, _, column = value.rpartition(".")
            schema, _, name = table.rpartition(".")
            return (table_key(schema or self.convention.schema, name), column) if table else None
        if isinstance(value, Attribute):
            return self.resolve(value)
        return None

    def _set_not_null(self, name: str) -> None:
        if (column := self.table.columns.get(name)) is not None:
            self.table.columns[name] = replace(column, nullable=False)

    def _columns(self, parts: Iterable[Value]) -> tuple[str, ...]:
        names = [self._column(part) for part in parts]
        return tuple(name for name in names if name is not None) if None not in names else ()

    def _column(self, part: Value) -> str | None:  # noqa: PLR0911 - one answer a kind
        """The column that a part of a constraint or an index names; None where it is an expression."""
        match part:
            case str():
                return self.attributes.get(part, part)
            case Attribute(owner=Attribute(name="c" | "columns"), name=name):
                return name
            case Item(owner=Attribute(name="c" | "columns"), index=str() as name):
                return name
            case Attribute(owner=ClassDef(), name=name):
                return self.attributes.get(name, name)
            case Call() if (
                call_name(part) in {"column", "literal_column"} and part.args and isinstance(part.args[0], str)
            ):
                return part.args[0]
            case Call() if (inner := column_call(part)) is not None and inner.args and isinstance(inner.args[0], str):
                return inner.args[0]
        return None


@dataclass(frozen=True)
class Declared:
    """What an annotation adds to a column: `Mapped[str | None]`."""

    type: TypeSpec | None = None
    nullable: bool | None = None


def make_column(call: Call, attribute: str, place: Place, reader: Reader, declared: Declared) -> Column | None:
    """A column from its call; None where its name cannot be told."""
    args = list(call.args)
    name: Value = call.argument("name")
    if name is None and args and (given := plain_name(args[0])) is not None:
        name = given
        args.pop(0)
    name = attribute if name is None else name
    if not isinstance(name, str) or not name:
        return None
    spec = _type_of(call, args, reader, declared)
    comment = call.argument("comment")
    unread = "**" if "**" in call.kwargs else ""
    return Column(name, spec, _nullable(call, declared), comment if isinstance(comment, str) else "", place, unread)


def _type_of(call: Call, args: list[Value], reader: Reader, declared: Declared) -> TypeSpec:
    given = call.argument("type_", None, call.argument("type"))
    if given is None:
        given = next((one for one in args if call_name(one) not in _OTHERS and one is not None), None)
    if given is not None:
        return compile_type(given, reader)
    if declared.type is not None:
        return declared.type
    target = next(
        (one.args[0] for one in args if isinstance(one, Call) and call_name(one) == "ForeignKey" and one.args), None
    )
    return TypeSpec((), ("references", target))


def _nullable(call: Call, declared: Declared) -> bool | None:
    given = call.argument("nullable")
    if isinstance(given, bool):
        return given
    if given is not None:
        return True if last_name(given) == "NULL_UNSPECIFIED" else None
    if call.argument("primary_key") not in {None, False} or any(call_name(one) == "Identity" for one in call.args):
        return False
    return True if declared.nullable is None else declared.nullable


def _is_system(call: Call) -> bool:
    return call.argument("system") is True


def column_call(value: Value) -> Call | None:
    """The column in a value: `Column(...)`, `deferred(Column(...))`, `Column(...).copy()`."""
    if not isinstance(value, Call):
        return None
    name = call_name(value)
    if name in COLUMNS:
        return value
    if name in _WRAPPERS and value.args:
        return column_call(value.args[0])
    return None


def foreign_key_options(call: Call) -> tuple[str, ...]:
    """The options that make one foreign key differ from another, the default ones left out."""
    options: list[str] = []
    for option in ("ondelete", "onupdate"):
        value = call.argument(option)
        if isinstance(value, str) and value.lower() != "no action":
            options.append(f"{option} {value.lower()}")
        elif value is not None and not isinstance(value, str):
            options.append(f"{option} {value!r}")
    initially = call.argument("initially")
    if isinstance(initially, str) and initially.lower() == "deferred":
        options.append("initially deferred")
    elif call.argument("deferrable") is True:
        options.append("deferrable")
    return tuple(options)


def plain_name(value: Value) -> str | None:
    """A name that is given: plain, or through `op.f` or `quoted_name`."""
    if isinstance(value, Call) and call_name(value) in {"f", "conv", "quoted_name"} and value.args:
        value = value.args[0]
    return value if isinstance(value, str) else None


def expression_text(value: Value, builder: Builder) -> str:
    """An expression of an index as text, for comparison: `lower(name)`, `created desc`."""
    match value:
        case Call(func=Attribute(owner=owner, name="desc" | "asc" | "nulls_last" | "nulls_first" as way), args=()):
            inner = builder._column(owner) or expression_text(owner, builder)  # noqa: SLF001 - the same subject
            return inner if way == "asc" else f"{inner} {way}"
        case Call() if call_name(value) in {"desc", "asc"} and value.args:
            inner = builder._column(value.args[0]) or expression_text(value.args[0], builder)  # noqa: SLF001
            return inner if call_name(value) == "asc" else f"{inner} desc"
        case Call() if call_name(value) in {"text", "literal_column"} and value.args and isinstance(value.args[0], str):
            return " ".join(value.args[0].lower().split())
        case Call():
            parts = [builder._column(one) or expression_text(one, builder) for one in value.args]  # noqa: SLF001
            return f"{last_name(value.func).lower()}({', '.join(parts)})"
    return repr(value)[:200]
