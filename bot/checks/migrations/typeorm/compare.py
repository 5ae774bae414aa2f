"""How two schemas differ for TypeORM: in one spelling of types and defaults, with checks and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.schema import Column, Index, Schema, Table
from bot.checks.migrations.sql.types import normal_type
from bot.checks.migrations.typeorm.columns import same_default

# The table in which TypeORM keeps what it ran, and the one for views and generated columns.
# What stands for the method of a unique constraint, which is no index of its own.
CONSTRAINT = "CONSTRAINT"
_MEMBERS = {"check": "checks", "column": "columns", "foreign-key": "foreign_keys", "index": "indexes"}
_TEXTS = frozenset({"CHAR", "JSON", "LONGTEXT", "MEDIUMTEXT", "TEXT", "TINYTEXT", "VARCHAR"})
_TIMES = frozenset({"DATE", "DATETIME", "TIMESTAMP"})
_WHOLE = frozenset({"BIGINT", "BOOLEAN", "INT", "INTEGER", "SMALLINT", "TINYINT"})
# Types that hold the same in a dialect, so that one in place of the other is no mistake that breaks.
_KIN = {
    "postgres": (frozenset({"TEXT", "VARCHAR"}),),
    "mysql": (_TEXTS, frozenset({"DATETIME", "TIMESTAMP"}), frozenset({"BIT", "BOOLEAN", "TINYINT"})),
    "sqlite": (_TEXTS, _TIMES, _WHOLE, frozenset({"DECIMAL", "DOUBLE", "FLOAT", "NUMERIC", "REAL"})),
}
_OWN = frozenset({"migrations", "typeorm_metadata", "typeorm_migrations", "query-result-cache"})


def differences(have: Schema, want: Schema) -> Iterator[Difference]:
    """Yield what would have to be done to `have` for it to be `want`."""
    old, new = _alike(have), _alike(want)
    for one in compare(old, new):
        if one.table not in _OWN and not (one.kind == "enum" and not one.want) and not _unknown_type(one):
            yield one
    for key, table in new.tables.items():
        before = old.tables.get(key)
        if before is not None:
            yield from _compare_checks(before, table)
            if new.dialect != "sqlite":
                yield from _compare_comments(before, table)


def _unknown_type(one: Difference) -> bool:
    return one.kind == "type" and not (one.have and one.want)


def _compare_checks(old: Table, new: Table) -> Iterator[Difference]:
    said = {_plain(text) for text in new.checks.values()}, {_plain(text) for text in old.checks.values()}
    for name in [*new.checks, *(one for one in old.checks if one not in new.checks)]:
        have, want = old.checks.get(name, ""), new.checks.get(name, "")
        if name.startswith("."):
            if _plain(have) != _plain(want):
                yield Difference(kind="values", table=new.name, name=name.lstrip("."), have=have, want=want)
        # One that has a name is known by it alone, but SQLite's may be named after the table's copy.
        elif not (have and want) and _plain(want or have) not in said[bool(want)]:
            yield Difference(kind="check", table=new.name, name=name, have=have, want=want)


def _plain(text: str) -> str:
    words = "".join(text.split()).lower().removeprefix("check").removeprefix("exclude")
    return "".join(sign for sign in words if sign not in '"`()')


def renamed_checks(before: Schema, made: Schema, want: Schema) -> Iterator[Difference]:
    """Yield the checks that the entities themselves call otherwise than before, and no migration does."""
    for key, table in want.tables.items():
        old, now = before.tables.get(key), made.tables.get(key)
        if old is None or now is None:
            continue
        gone = {
            _plain(text): name for name, text in old.checks.items() if name in now.checks and name not in table.checks
        }
        for name, text in table.checks.items():
            if not name.startswith(".") and name not in now.checks and _plain(text) in gone:
                yield Difference(kind="check", table=table.name, name=name, want=text)


def collations(
    old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str], before: Schema, sql: str
) -> Iterator[Difference]:
    """Yield the columns that were there and get another collation, where no SQL names the column and a collation."""
    lines = [line.lower() for line in sql.replace(";", "\n").splitlines()]
    for key, want in {**dict.fromkeys(old, ""), **new}.items():
        table = before.tables.get(before.key(key[0]))
        there = table is not None and before.key(key[1]) in table.columns
        have = old.get(key, "")
        told = any(key[1].lower() in line and ("collate" in line or "character set" in line) for line in lines)
        if there and have != want and not told:
            yield Difference(kind="collation", table=key[0], name=key[1], have=have, want=want)


def _compare_comments(old: Table, new: Table) -> Iterator[Difference]:
    for name in {**new.comments, **old.comments}:
        have, want = old.comments.get(name, ""), new.comments.get(name, "")
        if have != want and (not name or (name in old.columns and name in new.columns)):
            yield Difference(kind="comment", table=new.name, name=name, have=have, want=want)


def is_note(one: Difference, before: Schema, after: Schema) -> bool:
    """Whether a difference breaks nothing that the entities rest on, so that it is told and does not fail.

    `before` and `after` are the state without and with the change's migrations.
    """
    table = before.tables.get(before.key(one.table))
    if one.kind in {"index-name", "foreign-key-name"}:
        # A migration by hand may call it otherwise; what an entity itself called so before is another thing.
        members = getattr(table, _MEMBERS[one.kind.removesuffix("-name")]) if table is not None else {}
        had = members.get(before.key(one.have))
        # TypeORM lets a unique constraint of the same columns keep its name, but no index.
        return had is None or getattr(had, "method", "") == CONSTRAINT
    # TypeORM itself drops no table that no entity is left for.
    if one.kind == "table" and not one.want:
        return True
    if one.kind == "type":
        made = after.tables[after.key(one.table)].columns[after.key(one.name)]
        had = table.columns.get(before.key(one.name)) if table is not None else None
        return (had is None or had.type != made.type) and _is_kin(one.have, one.want, before.dialect)
    if one.want or one.kind not in _MEMBERS:
        return False
    return table is None or before.key(one.name) not in getattr(table, _MEMBERS[one.kind])


def _is_kin(one: str, other: str, dialect: str) -> bool:
    """Whether a migration that makes one type means the other: where it was written by hand, that is often so."""
    kinds = [next((kin for kin in _KIN[dialect] if _bare(text) in kin), None) for text in (one, other)]
    sizes = [text.partition("(")[2] for text in (one, other)]
    same = _bare(one) == _bare(other)
    return kinds[0] is not None and kinds[0] == kinds[1] and not (same and all(sizes))


def _bare(text: str) -> str:
    return text.partition("(")[0].strip().upper()


def _alike(schema: Schema) -> Schema:
    """A copy in which what is the same is written the same."""
    found = schema.copy()
    for table in found.tables.values():
        table.columns = {key: _alike_column(one, schema.dialect) for key, one in table.columns.items()}
        table.indexes = {key: _alike_index(one) for key, one in table.indexes.items()}
        table.foreign_keys = {
            key: replace(one, to_columns=one.to_columns or _key_of(found, one.to_table))
            for key, one in table.foreign_keys.items()
        }
        table.primary_key = tuple(sorted(table.primary_key))
    return found


def _key_of(schema: Schema, name: str) -> tuple[str, ...]:
    table = schema.tables.get(schema.key(name))
    return table.primary_key if table is not None else ()


def _alike_column(column: Column, dialect: str) -> Column:
    kind = normal_type(column.type, dialect).replace('"', "")
    if dialect == "mysql":
        kind = _without_width(kind)
        kind = "TINYINT" if kind.upper() == "BOOLEAN" else kind
    default = same_default(column.default, dialect)
    return replace(column, type=kind.upper(), default=default, increments=column.increments and dialect != "sqlite")


def _without_width(kind: str) -> str:
    """Whole numbers without the width that MySQL no longer keeps."""
    name, bracket, rest = kind.partition("(")
    whole = {"BIGINT", "INT", "MEDIUMINT", "SMALLINT", "TINYINT"}
    return name + rest.partition(")")[2] if bracket and name.upper() in whole else kind


def _alike_index(index: Index) -> Index:
    where = "".join(index.where.split()).replace('"', "").replace("(", "").replace(")", "").lower()
    return replace(index, where=where, method="", details=())
