"""What a database lacks of what entities ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.checks.migrations.jpa import types
from bot.checks.migrations.jpa.wanted import Column, Place, Table
from bot.checks.migrations.sql.schema import Column as SqlColumn
from bot.checks.migrations.sql.schema import Table as SqlTable
from bot.model import Certainty


@dataclass(frozen=True, kw_only=True)
class Lack:
    """One thing in which a database is not what an entity asks for; equal ones ask for the same.

    Attributes:
        kind: `table`, `column`, `nullable`, `length`, `precision`, `type` or `unique`.
    """

    kind: str
    table: str
    name: str = ""
    want: str = ""
    have: str = field(default="", compare=False)
    place: Place = field(compare=False)


def find_column(columns: Mapping[str, SqlColumn], names: tuple[str, ...]) -> SqlColumn | None:
    """The column of one of the names."""
    return next((columns[name] for name in names if name in columns), None)


def find_lacks(wanted: Table, have: SqlTable | None) -> Iterator[Lack]:
    """Yield all in which a table differs to its disadvantage; a table that is not there lacks no columns."""
    if have is None:
        yield Lack(kind="table", table=wanted.name, want="table", place=wanted.place)
        return
    for column in wanted.columns.values():
        found = find_column(have.columns, column.names)
        if found is None:
            yield Lack(
                kind="column", table=wanted.name, name=column.name, want=column.family or "column", place=column.place
            )
        else:
            yield from _compare(wanted.name, column, found)
    yield from _find_uniques(wanted, have)


def _compare(table: str, column: Column, found: SqlColumn) -> Iterator[Lack]:
    def lack(kind: str, want: str, have: str) -> Lack:
        return Lack(kind=kind, table=table, name=column.name, want=want, have=have, place=column.place)

    if column.nullable is False and found.nullable:
        yield lack("nullable", "NOT NULL", "NULL")
    elif column.nullable and not found.nullable and found.default is None and not found.increments:
        yield lack("nullable", "NULL", "NOT NULL")
    length = types.sql_length(found.type)
    if column.length is not None and length is not None and column.length != length:
        yield lack("length", str(column.length), str(length))
    digits = types.sql_precision(found.type)
    if column.precision is not None and digits is not None and column.precision != digits:
        yield lack("precision", _digits(column.precision), _digits(digits))
    have = types.sql_family(found.type)
    if column.family == "long-text" and length is not None:
        yield lack("type", column.family, found.type)
    if not types.holds(column.family, have, exact=True):
        yield lack("type", column.family, found.type)


def _digits(precision: tuple[int, int]) -> str:
    return f"{precision[0]}, {precision[1]}"


def _find_uniques(wanted: Table, have: SqlTable) -> Iterator[Lack]:
    kept = [frozenset(part.lower() for part in one.columns) for one in have.indexes.values() if one.unique]
    kept.append(frozenset(part.lower() for part in have.primary_key))
    for column in wanted.columns.values():
        if column.unique and not any(frozenset({name}) in kept for name in column.names):
            yield Lack(kind="unique", table=wanted.name, name=column.name, want="unique", place=column.place)
    for names, place in wanted.uniques.items():
        known = {name for column in wanted.columns.values() if column.name in names for name in column.names}
        if not any(names == one or (one and one <= known | names and len(one) == len(names)) for one in kept):
            yield Lack(kind="unique", table=wanted.name, name=", ".join(sorted(names)), want="unique", place=place)


def weigh(lack: Lack, before: Table | None, after: Table) -> Certainty | None:
    """How sure it is that a lack, which the change brings, is a migration that is missing; None where it is none.

    Args:
        lack: what the database at head lacks.
        before: the table as the entities at the merge base asked for it; None where they did not.
        after: the table as they ask for it at head.
    """
    if lack.kind in {"table", "column"}:
        return Certainty.CERTAIN
    if lack.kind == "unique":
        known = before is not None and (lack.name in before.columns or bool(before.uniques))
        return Certainty.LIKELY if known or before is not None else Certainty.NOTE
    now = after.columns[lack.name]
    had = before.columns.get(lack.name) if before is not None else None
    match lack.kind:
        case "nullable":
            return _weigh_null(lack, had, now)
        case "length":
            return _weigh_length(lack, had, now)
        case "precision":
            return _weigh_precision(lack, had, now)
    return _weigh_type(lack, had, now)


def _weigh_null(lack: Lack, had: Column | None, now: Column) -> Certainty | None:
    if had is None or had.nullable is None:
        return Certainty.NOTE if now.firm and lack.want == "NOT NULL" else None
    if had.nullable == now.nullable:
        # The migration makes the difference. Code may well never write null where no annotation speaks of it.
        return Certainty.LIKELY if now.firm and lack.want == "NULL" else Certainty.NOTE
    return Certainty.CERTAIN if now.firm or had.firm else Certainty.LIKELY


def _weigh_length(lack: Lack, had: Column | None, now: Column) -> Certainty | None:
    longer = int(lack.want) > int(lack.have)
    if had is None:
        return Certainty.LIKELY if longer and now.said else None
    if had.length == now.length:
        # The migration makes it shorter than the entity says.
        return Certainty.CERTAIN if longer and now.said else None
    if not (now.said or had.said):
        return Certainty.LIKELY
    return Certainty.CERTAIN if longer else Certainty.LIKELY


def _weigh_precision(lack: Lack, had: Column | None, now: Column) -> Certainty | None:
    more = any(int(want) > int(have) for want, have in zip(lack.want.split(","), lack.have.split(","), strict=True))
    if had is None:
        return Certainty.LIKELY if more else None
    if had.precision == now.precision:
        return None
    return Certainty.CERTAIN if more else Certainty.LIKELY


def _weigh_type(lack: Lack, had: Column | None, now: Column) -> Certainty | None:
    have = types.sql_family(lack.have)
    if had is None or had.family == now.family or not had.family:
        return Certainty.LIKELY if not types.holds(now.family, have, exact=False) else None
    # A whole number that needs less than the column has room for is read and written all the same.
    return (
        Certainty.LIKELY
        if now.family in types.INTEGERS and have in types.INTEGERS and not _grows(had, now)
        else Certainty.CERTAIN
    )


def _grows(had: Column, now: Column) -> bool:
    return types.INTEGERS.index(now.family) > types.INTEGERS.index(had.family) if had.family in types.INTEGERS else True
