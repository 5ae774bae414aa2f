"""How two schemas differ, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.checks.migrations.sql.schema import ForeignKey, Index, Schema, Table

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One element in which a schema is not what is wanted.

    Attributes:
        kind: `table`, `column`, `type`, `nullable`, `default`, `increments`, `primary-key`, `index`, `index-name`,
            `foreign-key`, `foreign-key-name`, `enum` or `enum-value`.
        table: the table, or the enumeration, that it is of.
        name: the member; empty where it is the table itself.
        have: what there is, in words; empty where there is nothing.
        want: what is wanted, in words; empty where nothing is.
    """

    kind: str
    table: str
    name: str = ""
    have: str = ""
    want: str = ""


def compare(have: Schema, want: Schema) -> Iterator[Difference]:
    """Yield what would have to be done to `have` for it to be `want`."""
    for key, old, new in _pairs(have.tables, want.tables):
        if old is None or new is None:
            given = old or new
            name = given.name if given is not None else key
            yield Difference(kind="table", table=name, have="table" if old else "", want="table" if new else "")
        else:
            yield from _compare_tables(have, old, new)
    yield from _compare_enums(have.enums, want.enums)


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[str, T | None, T | None]]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key), new.get(key)


def _compare_tables(schema: Schema, old: Table, new: Table) -> Iterator[Difference]:
    yield from _compare_columns(old, new)
    if _keys(schema, old.primary_key) != _keys(schema, new.primary_key):
        have, want = (", ".join(one.primary_key) for one in (old, new))
        yield Difference(kind="primary-key", table=new.name, have=have, want=want)
    yield from _compare_named(
        "index", new.name, _loose_indexes(schema, old.indexes), _loose_indexes(schema, new.indexes)
    )
    yield from _compare_named(
        "foreign-key",
        new.name,
        _loose_references(schema, old.foreign_keys),
        _loose_references(schema, new.foreign_keys),
    )


def _compare_columns(old: Table, new: Table) -> Iterator[Difference]:
    for key, one, other in _pairs(old.columns, new.columns):
        if one is None or other is None:
            name = (one or other).name if (one or other) else key  # type: ignore[union-attr]
            yield Difference(
                kind="column", table=new.name, name=name, have=one.type if one else "", want=other.type if other else ""
            )
            continue
        for kind, have, want in (
            ("type", one.type, other.type),
            ("nullable", "NULL" if one.nullable else "NOT NULL", "NULL" if other.nullable else "NOT NULL"),
            ("default", one.default or "", other.default or ""),
            ("increments", str(one.increments), str(other.increments)),
        ):
            if have != want:
                yield Difference(kind=kind, table=new.name, name=other.name, have=have, want=want)


def _keys(schema: Schema, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(schema.key(name) for name in names)


def _loose_indexes(schema: Schema, indexes: Mapping[str, Index]) -> dict[str, tuple[str, object]]:
    """Name to what the index is without its name."""
    return {
        index.name: (
            f"{'UNIQUE ' if index.unique else ''}({', '.join(index.columns)}){index.where and f' WHERE {index.where}'}",
            replace(index, name="", columns=_keys(schema, index.columns), method=_method(index)),
        )
        for index in indexes.values()
    }


def _method(index: Index) -> str:
    return "" if index.method == "BTREE" else index.method


def _loose_references(schema: Schema, references: Mapping[str, ForeignKey]) -> dict[str, tuple[str, object]]:
    return {
        one.name: (
            _words(one),
            replace(
                one,
                name="",
                columns=_keys(schema, one.columns),
                to_table=schema.key(one.to_table),
                to_columns=_keys(schema, one.to_columns),
            ),
        )
        for one in references.values()
    }


def _words(one: ForeignKey) -> str:
    actions = f"on delete {one.on_delete.lower()} on update {one.on_update.lower()}"
    return f"({', '.join(one.columns)}) to {one.to_table} {actions}"


def _compare_named(
    kind: str, table: str, old: dict[str, tuple[str, object]], new: dict[str, tuple[str, object]]
) -> Iterator[Difference]:
    """Equal ones under the same name are the same; equal ones under other names were renamed; the rest differ."""
    left = {name: one for name, one in old.items() if name not in new or new[name][1] != one[1]}
    for name, (words, value) in new.items():
        if name in old and old[name][1] == value:
            continue
        same = next((other for other, one in left.items() if other not in new and one[1] == value), None)
        if same is not None:
            del left[same]
            yield Difference(kind=f"{kind}-name", table=table, name=name, have=same, want=name)
        else:
            had = left.pop(name, None)
            yield Difference(kind=kind, table=table, name=name, have=had[0] if had else "", want=words)
    for name, (words, _) in left.items():
        yield Difference(kind=kind, table=table, name=name, have=words)


def _compare_enums(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Iterator[Difference]:
    for name, one, other in _pairs(old, new):
        if one is None or other is None:
            yield Difference(kind="enum", table=name, have=", ".join(one or ()), want=", ".join(other or ()))
            continue
        for value in [*(v for v in one if v not in other), *(v for v in other if v not in one)]:
            have, want = (value if value in values else "" for values in (one, other))
            yield Difference(kind="enum-value", table=name, name=value, have=have, want=want)
