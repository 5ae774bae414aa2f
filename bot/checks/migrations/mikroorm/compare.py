"""How what is declared, what a snapshot says and what SQL makes differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.checks.migrations.mikroorm.columns import loose
from bot.checks.migrations.mikroorm.facts import EXPRESSION
from bot.checks.migrations.mikroorm.naming import index_name, same_name
from bot.checks.migrations.mikroorm.relations import rule_of
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.schema import Index, Schema, Table

# Of these a snapshot says in the database's own words what SQL does.
_IN_SQL = frozenset({"table", "column", "nullable", "primary-key", "index", "foreign-key", "enum", "enum-value"})
_OWN = frozenset({"mikro_orm_migrations"})


def differences(have: Schema, want: Schema) -> Iterator[Difference]:
    """Yield what MikroORM would do to `have` for it to be `want`."""
    have, want = _alike(have), _alike(want)
    for one in compare(have, want):
        if one.table not in _OWN and not _is_silent(one) and not _is_computed(one, have, want):
            yield one
    for key, table in want.tables.items():
        old = have.tables.get(key)
        if old is not None:
            yield from _checks(old, table)
            if want.dialect != "sqlite":
                yield from _comments(old, table)


def _is_silent(one: Difference) -> bool:
    """Whether MikroORM says nothing: no value is ever taken from a type, an expression is known by its index's name."""
    if one.kind == "enum-value":
        return not one.want
    if one.kind == "default":
        return _is_kept_default(one.have, one.want)
    return one.kind == "index" and bool(one.have and one.want) and f"({EXPRESSION})" in {one.have, one.want}


def _is_computed(one: Difference, *schemas: Schema) -> bool:
    """Whether it is the type or the nullability of a generated column, of which MikroORM asks its expression alone."""
    if one.kind not in {"type", "nullable"}:
        return False
    tables = [schema.tables.get(schema.key(one.table)) for schema in schemas]
    found = [table.columns.get(schemas[0].key(one.name)) for table in tables if table is not None]
    return any(column is not None and (column.default or "").lower().startswith("generated") for column in found)


def _is_kept_default(have: str | None, want: str | None) -> bool:
    """Whether it is the default `true` of a column that is to have none: MikroORM takes the two for the same."""
    return have == "true" and not want


def _alike(schema: Schema) -> Schema:
    """A copy in which names that were cut are alike, and what is known by its name alone holds nothing else."""
    found = schema.copy()
    for table in found.tables.values():
        table.indexes = {same_name(key): replace(one, name=same_name(one.name)) for key, one in table.indexes.items()}
        table.foreign_keys = {
            same_name(key): replace(one, name=same_name(one.name)) for key, one in table.foreign_keys.items()
        }
        table.checks = {key if key.startswith(".") else same_name(key): one for key, one in table.checks.items()}
    return found


def _checks(old: Table, new: Table) -> Iterator[Difference]:
    for name in {**new.checks, **old.checks}:
        have, want = old.checks.get(name, ""), new.checks.get(name, "")
        bare = name.lstrip(".")
        if have == want:
            continue
        if name.startswith("."):
            if bare in old.columns and bare in new.columns:
                yield Difference(kind="values", table=new.name, name=bare, have=_listed(have), want=_listed(want))
        else:
            yield Difference(kind="check", table=new.name, name=name, have=have, want=want)


def _listed(text: str) -> str:
    return ", ".join(text.splitlines())


def _comments(old: Table, new: Table) -> Iterator[Difference]:
    for name in {**new.comments, **old.comments}:
        have, want = old.comments.get(name, ""), new.comments.get(name, "")
        if have != want and (not name or (name in old.columns and name in new.columns)):
            yield Difference(kind="comment", table=new.name, name=name, have=have, want=want)


def not_done(before: Schema, made: Schema, after: Schema, version: int, text: str) -> Iterator[Difference]:
    """Yield what the snapshot says after a change that `made`, the one before it with the change's SQL, does not have.

    `text` is that SQL.
    """
    before, made, after = _alike(before), _bare(_alike(made)), _bare(_alike(after))
    for one in compare(made, after):
        if _is_renamed(one, before):
            yield one
        if one.table in _OWN or one.kind not in _IN_SQL or _is_computed(one, made, after):
            continue
        # Keys and indexes are known by their names; what is in them is written in other words in SQL.
        if one.kind in {"index", "foreign-key"} and one.have and one.want:
            continue
        # PostgreSQL cannot take a value away, and MikroORM leaves it.
        if one.kind == "enum-value" and not one.want:
            continue
        yield one
    for key, table in after.tables.items():
        old, now = before.tables.get(key), made.tables.get(key)
        if old is not None and now is not None:
            yield from _untouched(old, now, table, version, made, text)
            if "comment" not in text.lower() and made.dialect != "sqlite":
                yield from _comments(old, table)


def _is_renamed(one: Difference, before: Schema) -> bool:
    """Whether an index or a key has still the name that it had before, and is to have another."""
    table = before.tables.get(before.key(one.table))
    if table is None or not one.kind.endswith("-name"):
        return False
    return before.key(one.have) in (table.indexes if one.kind == "index-name" else table.foreign_keys)


def _untouched(  # noqa: PLR0913, PLR0917 - the states that are compared
    old: Table, now: Table, new: Table, version: int, schema: Schema, text: str
) -> Iterator[Difference]:
    """Yield what a snapshot changes of columns and checks that no SQL touches."""
    # SQLite's columns are not altered, and MikroORM writes nothing where only that would do.
    fixed = schema.dialect == "sqlite"
    for key, column in new.columns.items():
        had, made = old.columns.get(key), now.columns.get(key)
        if had is None or made is None:
            continue
        for kind, was, has, want in (
            ("type", had.type, made.type, column.type),
            ("default", had.default, made.default, column.default),
            ("increments", *(str(one.increments) for one in (had, made, column))),
        ):
            quiet = kind == "default" and (fixed or _is_kept_default(was, want))
            if was != want and has == was and not quiet:
                yield Difference(kind=kind, table=new.name, name=column.name, have=was or "", want=want or "")
        values = f".{column.name}"
        check = index_name(schema.dialect, new.name, [column.name], "check", version)
        listed, wanted = old.checks.get(values, ""), new.checks.get(values, "")
        same = now.checks.get(values, "") == listed and check not in now.checks and made.type == had.type
        if wanted and wanted != listed and same and not fixed and column.type not in schema.enums:
            yield Difference(
                kind="values", table=new.name, name=column.name, have=_listed(listed), want=_listed(wanted)
            )
    yield from _untouched_keys(old, now, new, text)
    yield from _untouched_checks(old, now, new, text)


def _untouched_checks(old: Table, now: Table, new: Table, text: str) -> Iterator[Difference]:
    """Yield the checks that a snapshot changes, gains or loses, and that no SQL touches."""
    for name in old.checks.keys() & new.checks.keys():
        if not name.startswith(".") and old.checks[name] != new.checks[name] and name not in text:
            yield Difference(kind="check", table=new.name, name=name, have=old.checks[name], want=new.checks[name])
    for name in {**new.checks, **old.checks}:
        if not name.startswith(".") and (name in new.checks) != (name in old.checks):
            there = name in now.checks
            if there is not (name in new.checks):
                have, want = ("", new.checks[name]) if name in new.checks else (old.checks[name], "")
                yield Difference(kind="check", table=new.name, name=name, have=have, want=want)


def _untouched_keys(old: Table, now: Table, new: Table, text: str) -> Iterator[Difference]:
    """Yield the indexes and foreign keys that a snapshot changes, and that no SQL touches."""
    for name, index in new.indexes.items():
        had = old.indexes.get(name)
        if had is None or (EXPRESSION,) in {had.columns, index.columns}:
            continue
        if had != index and now.indexes.get(name) == _plain_index(had):
            have, want = (", ".join(one.columns) for one in (had, index))
            yield Difference(kind="index", table=new.name, name=index.name, have=have, want=want)
    for name, reference in new.foreign_keys.items():
        was = old.foreign_keys.get(name)
        if was is not None and was != reference and now.foreign_keys.get(name) == was and reference.name not in text:
            have, want = (
                f"on delete {one.on_delete.lower()} on update {one.on_update.lower()}" for one in (was, reference)
            )
            yield Difference(kind="foreign-key", table=new.name, name=reference.name, have=have, want=want)


def _plain_index(index: Index) -> Index:
    return replace(index, method="", details=(), where=loose(index.where))


def _bare(schema: Schema) -> Schema:
    """A copy in which keys, conditions and actions are written alike."""
    found = schema.copy()
    for table in found.tables.values():
        for key, index in table.indexes.items():
            table.indexes[key] = _plain_index(index)
        for key, one in table.foreign_keys.items():
            table.foreign_keys[key] = replace(one, on_delete=rule_of(one.on_delete), on_update=rule_of(one.on_update))
        table.primary_key = tuple(sorted(table.primary_key))
    return found
