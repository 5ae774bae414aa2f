"""How two schemas of Rails differ: the one that a change's migrations make, and the one that is written at head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.checks.migrations.rails.columns import ANY, differing, same_words
from bot.checks.migrations.rails.key_changes import Touched
from bot.checks.migrations.rails.names import is_expression
from bot.checks.migrations.rails.ruby import Sql, Unread, Value
from bot.checks.migrations.rails.schema import Column, Constraint, ForeignKey, Index, Schema, Table

T = TypeVar("T")
V = TypeVar("V")
_OWN_TABLES = frozenset({"schema_migrations", "ar_internal_metadata"})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One element in which what is written differs from what the migrations make.

    Attributes:
        kind: `table`, `column`, `option`, `primary-key`, `comment`, `index`, `foreign-key`, `constraint`, `enum`,
            `view`, `function`, `trigger` or `extension`.
        table: the table; or the name of what is no member of one.
        name: the member.
        made: what the migrations make, in words; empty where they make nothing.
        written: what is written, in words; empty where nothing is.
        touched: whether a migration of the change is about it.
        line: of what is written; 0 where nothing is.
    """

    kind: str
    table: str
    name: str = ""
    made: str = ""
    written: str = ""
    touched: bool = False
    line: int = 0


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        touched: what the migrations are about: there, databases may write in their own words.
        loose: whether all is so, since another version of Rails wrote it.
    """

    touched: Mapping[Touched, tuple[str, int]]
    loose: bool = False

    def is_touched(self, table: str, kind: str, name: str = "") -> bool:
        """Whether a migration is about an element."""
        return (table, kind, name) in self.touched or (table, "table", "") in self.touched

    def compare(self, made: Schema, written: Schema) -> Iterator[Difference]:
        """Yield the differences."""
        for name, one, other in _pairs(made.tables, written.tables):
            if one is not None and other is not None:
                yield from self._tables(one, other)
            elif name not in _OWN_TABLES:
                touched = self.is_touched(name, "table")
                yield Difference(
                    kind="table",
                    table=name,
                    made="table" if one else "",
                    written="table" if other else "",
                    touched=touched,
                    line=other.line if other else 0,
                )
        for enum, values, others in _pairs(made.enums, written.enums):
            if values != others:
                yield Difference(
                    kind="enum",
                    table=enum,
                    made=", ".join(values or ()),
                    written=", ".join(others or ()),
                    touched=self.is_touched(enum, "enum"),
                    line=written.lines.get(("enum", enum), 0),
                )
        yield from self._named(made, written)

    def _named(self, made: Schema, written: Schema) -> Iterator[Difference]:
        for key, text, other in _pairs(made.named, written.named):
            touched = self.is_touched(key[1], key[0])
            # What is written of one that a migration is about comes from the database.
            if text is not None and other is not None and (touched or self.loose or same_words(text, other)):
                continue
            # A function or trigger is written only by projects that keep them there.
            yield Difference(
                kind=key[0],
                table=key[1],
                made="" if text is None else "there",
                written="" if other is None else "there" if text is None else "other",
                touched=touched,
                line=written.lines.get(key, 0),
            )

    def _tables(self, made: Table, written: Table) -> Iterator[Difference]:
        name = written.name
        for column, one, other in _pairs(made.columns, written.columns):
            yield from self._column(name, column, one, other)
        if made.primary_key != written.primary_key and not self.is_touched(name, "table"):
            yield self._difference(
                "primary-key", name, "", ", ".join(made.primary_key), ", ".join(written.primary_key), 0
            )
        if (made.comment or "") != (written.comment or ""):
            yield self._difference(
                "comment", name, "", str(made.comment or ""), str(written.comment or ""), written.line
            )
        yield from self._indexes(made, written)
        yield from self._keys(made, written)
        yield from self._constraints(made, written)

    def _difference(self, kind: str, table: str, name: str, made: str, written: str, line: int) -> Difference:  # noqa: PLR0913, PLR0917 - its parts
        touched = self.is_touched(table, kind, name)
        return Difference(kind=kind, table=table, name=name, made=made, written=written, touched=touched, line=line)

    def _column(self, table: str, name: str, made: Column | None, written: Column | None) -> Iterator[Difference]:
        if made is None or written is None:
            yield self._difference(
                "column", table, name, _of_column(made), _of_column(written), written.line if written else 0
            )
            return
        touched = self.is_touched(table, "column", name)
        keys = differing(made, written, loose=touched or self.loose)
        # The width of a key that no one asked for is the version's own.
        if name == "id" and touched and {made.type, written.type} == {"integer", "bigint"}:
            keys.remove("type")
        for key in keys:
            have, want = (one.type if key == "type" else _shown(one.options.get(key)) for one in (made, written))
            yield Difference(
                kind="option",
                table=table,
                name=f"{name}.{key}",
                made=f"{key} {have}",
                written=f"{key} {want}",
                touched=touched,
                line=written.line,
            )

    def _indexes(self, made: Table, written: Table) -> Iterator[Difference]:
        left = {
            name: one
            for name, one in made.indexes.items()
            if name not in written.indexes and not _is_of_key(one, made, written)
        }
        for name, other in written.indexes.items():
            if name not in made.indexes and _is_of_key(other, written, made):
                continue
            one = made.indexes.get(name)
            if one is None:
                # Rails made the name, or the database did.
                same = next(
                    (each for each, index in left.items() if not index.named and _same_index(index, other)), None
                )
                one = left.pop(same) if same is not None else None
            loose = self.loose or self.is_touched(written.name, "index", name) or (one is not None and one.name != name)
            if one is None or not (_same_index(one, other) if loose else _equal_index(one, other)):
                yield self._difference("index", written.name, name, _of_index(one), _of_index(other), other.line)
        for name, one in left.items():
            yield self._difference("index", written.name, name, _of_index(one), "", 0)

    def _keys(self, made: Table, written: Table) -> Iterator[Difference]:
        left = {columns: key for columns, key in made.foreign_keys.items() if columns not in written.foreign_keys}
        for columns, other in written.foreign_keys.items():
            one = made.foreign_keys.get(columns)
            name = ",".join(columns)
            if one is None:
                # By a singular that is the project's own, the column is another one's.
                same = next((each for each, key in left.items() if key.to_table == other.to_table), None)
                one = left.pop(same) if same is not None else None
            touched = self.loose or self.is_touched(written.name, "foreign-key", name)
            if one is None or not _same_key(one, other, touched=touched):
                yield self._difference("foreign-key", written.name, name, _of_key(one), _of_key(other), other.line)
        for columns, one in left.items():
            yield self._difference("foreign-key", written.name, ",".join(columns), _of_key(one), "", 0)

    def _constraints(self, made: Table, written: Table) -> Iterator[Difference]:
        left = [key for key in made.constraints if key not in written.constraints]
        for key, other in written.constraints.items():
            one = made.constraints.get(key)
            if one is None:
                unnamed = (
                    each for each in left if each[0] == other.kind and not (made.constraints[each].name or other.name)
                )
                same = next(unnamed, None)
                if same is not None:
                    left.remove(same)
                    one = made.constraints[same]
            touched = self.is_touched(written.name, "constraint", key[1]) or (one is not None and not one.name)
            if one is not None and (touched or self.loose or same_words(one.text, other.text)):
                continue
            yield self._difference(
                "constraint", written.name, key[1], _of_constraint(one), _of_constraint(other), other.line
            )
        for key in left:
            yield self._difference("constraint", written.name, key[1], _of_constraint(made.constraints[key]), "", 0)


def _is_of_key(index: Index, here: Table, there: Table) -> bool:
    """Whether MySQL made an index for a foreign key: it has the key's name, and goes when another takes its place."""
    key = here.foreign_keys.get(index.columns)
    if key is None or index.options or index.name.startswith("index_"):
        return False
    own = index.name in {key.options.get("name"), f"fk_rails_{index.name[-10:]}"}
    others = (*here.indexes.values(), *there.indexes.values())
    return own and (
        index.columns in there.foreign_keys
        or any(one.name != index.name and one.columns[: len(index.columns)] == index.columns for one in others)
    )


def _pairs(old: Mapping[T, V], new: Mapping[T, V]) -> Iterator[tuple[T, V | None, V | None]]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key), new.get(key)


def _equal_index(one: Index, other: Index) -> bool:
    wheres = [str(index.options.get("where", "")) for index in (one, other)]
    rests = [{**index.options, "where": ""} for index in (one, other)]
    expression = any(is_expression(part) for part in one.columns)
    same = same_words(one.columns[0], other.columns[0]) if expression else one.columns == other.columns
    return same and rests[0] == rests[1] and same_words(*wheres)


def _same_index(one: Index, other: Index) -> bool:
    if bool(one.options.get("unique")) != bool(other.options.get("unique")):
        return False
    if ("where" in one.options) != ("where" in other.options):
        return False
    expression = any(is_expression(part) for index in (one, other) for part in index.columns)
    return expression or one.columns == other.columns


def _same_key(one: ForeignKey, other: ForeignKey, *, touched: bool) -> bool:
    if one.to_table != other.to_table and not one.guessed:
        return False
    # Not every version writes that a key is not validated.
    keys = {*one.options, *other.options} - {"name", "primary_key", "validate" if touched else ""}
    if any(isinstance(one.options.get(key), Unread) for key in keys):
        return True
    return all(one.options.get(key) == other.options.get(key) for key in keys)


def _shown(value: Value) -> str:
    if value is None:
        return "none"
    return (
        value.text if isinstance(value, Sql | Unread) else repr(value) if isinstance(value, str) else str(value).lower()
    )


def _of_column(column: Column | None) -> str:
    if column is None:
        return ""
    if column.type == ANY:
        return "a column of SQL"
    rest = [f"{key} {_shown(value)}" for key, value in column.options.items()]
    return ", ".join([column.type, *rest])


def _of_index(index: Index | None) -> str:
    if index is None:
        return ""
    unique = "unique " if index.options.get("unique") else ""
    return f"{unique}index of {', '.join(index.columns)}" + (" in part" if "where" in index.options else "")


def _of_key(key: ForeignKey | None) -> str:
    if key is None:
        return ""
    rest = "".join(f", {name} {_shown(value)}" for name, value in key.options.items())
    return f"key to {key.to_table}{rest}"


def _of_constraint(one: Constraint | None) -> str:
    return f"{one.kind} of {one.text}"[:80] if one is not None else ""
