"""Whether the migrations at head answer what a change does to the models.

A table that migrations made is held against them element by element. Of a table that they did not make (the database
came from elsewhere) only what the change's own migrations do is known: they must name the table and the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.checks.migrations.sequelize.changes import Changed, may_be_null
from bot.checks.migrations.sequelize.state import State
from bot.checks.migrations.sequelize.tables import Want, WantedTable
from bot.checks.migrations.sequelize.types import Likeness, enum_values, from_sql, likeness
from bot.checks.migrations.sql.compare import Difference
from bot.checks.migrations.sql.schema import Column, Table

# A default that is a plain value, in either's words.
_PLAIN = re.compile(r"[\w.\- ]*")


class Sure(Enum):
    """How sure it is that something is missing."""

    CERTAIN = "certain"
    LIKELY = "likely"
    NOTE = "note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What no migration does, and how sure that is; of what is unknown, the reason."""

    difference: Difference
    sure: Sure
    place: tuple[str, int]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class States:
    """What migrations add up to.

    Attributes:
        old: at the merge base.
        head: at head.
        new: what the change's own migrations do to `old`.
        synchronised: whether the application itself makes tables that are not there.
    """

    old: State
    head: State
    new: State
    synchronised: bool = False

    @property
    def dialect(self) -> str:
        """The dialect, as sqlglot names it."""
        return self.head.schema.dialect

    def whole(self, table: str) -> bool:
        """Whether all of a table is known at head."""
        key = self.head.schema.key(table)
        return key in self.head.schema.tables and key not in self.head.partial

    def table(self, name: str) -> Table | None:
        """A table at head, as far as it is known."""
        return self.head.schema.tables.get(self.head.schema.key(name))

    def column(self, table: str, name: str) -> Column | None:
        """A column at head."""
        found = self.table(table)
        return found.columns.get(self.head.schema.key(name)) if found is not None else None

    def touched(self, table: str, column: str = "") -> bool:
        """Whether the change's migrations name a table, or a column of it."""
        return (self.head.schema.key(table), self.head.schema.key(column)) in self.new.touched

    def unread(self, table: str, column: str = "") -> str:
        """A statement of the change that is not understood and may concern an element; empty where there is none."""
        bare = table.rpartition(".")[2]
        for path, one in self.new.opaque:
            if one.anything or bare in one.names or (column and column in one.names):
                return f"`{one.words}` in {path}:{one.line} may do it and is not understood"
        return ""


def find_lacks(changed: Changed, states: States) -> Iterator[Lack]:
    """Yield what of a change of the models no migration does."""
    handler = _HANDLERS[changed.kind]
    yield from handler(changed, states)


def _lack(  # noqa: PLR0913 - what a difference is made of
    changed: Changed, states: States, kind: str, *, name: str = "", have: str = "", want: str = "", sure: Sure
) -> Lack:
    table = changed.table.name
    unread = states.unread(table, changed.column)
    difference = Difference(kind=kind, table=table, name=name, have=have, want=want)
    if changed.table.nameless and not unread:
        unread = f"how {changed.table.model} names its table and columns cannot be told"
    if unread and sure is not Sure.NOTE:
        return Lack(difference=difference, sure=Sure.UNKNOWN, place=changed.place, reason=unread)
    return Lack(difference=difference, sure=sure, place=changed.place)


def _table(changed: Changed, states: States) -> Iterator[Lack]:
    found = states.table(changed.table.name)
    if changed.now is None:
        if states.whole(changed.table.name):
            yield _lack(changed, states, "table", have="table", sure=Sure.LIKELY)
        return
    if found is None or (not found.columns and not states.touched(changed.table.name)):
        older = next((one.words for _, one in states.head.opaque if changed.table.name in one.names), "")
        if older and not states.unread(changed.table.name):
            return
        sure = Sure.NOTE if states.synchronised else Sure.CERTAIN
        yield _lack(changed, states, "table", want="table", sure=sure)
        return
    if not states.whole(changed.table.name):
        return
    for want in changed.table.columns.values():
        one = Changed(kind="column", table=changed.table, column=want.name, now=want)
        yield from _column(one, states)
    for key in changed.table.indexes:
        yield from _index(Changed(kind="index", table=changed.table, now=changed.table, columns=key), states)


def _column(changed: Changed, states: States) -> Iterator[Lack]:
    if changed.now is None:
        yield from _column_gone(changed, states)
        return
    want = changed.now
    assert isinstance(want, Want)  # noqa: S101 - a changed column
    have = states.column(changed.table.name, want.name)
    if have is None:
        if states.touched(changed.table.name, want.name) and not states.whole(changed.table.name):
            return
        sure = Sure.CERTAIN if states.whole(changed.table.name) else Sure.LIKELY
        if want.made and want.type == "~datetime" and not states.whole(changed.table.name):
            return
        yield _lack(changed, states, "column", name=want.name, want=_words(want), sure=sure)
        return
    yield from _type_of_new(changed, states, want, have)
    explicit = want.nullable is not None and not want.primary
    if explicit and have.type and want.nullable != have.nullable:
        yield _lack(
            changed,
            states,
            "nullable",
            name=want.name,
            have=_null(have.nullable),
            want=_null(want.nullable),
            sure=Sure.LIKELY,
        )
    if _is_another(want.default, have.default):
        have_text, want_text = have.default or "", want.default or ""
        yield _lack(changed, states, "default", name=want.name, have=have_text, want=want_text, sure=Sure.LIKELY)


def _is_another(want: str | None, have: str | None) -> bool:
    """Whether two defaults are plain values, and not the same one."""
    if not want or not have:
        return False
    values = [one.strip("'\"").lower() for one in (want, have)]
    if not all(_PLAIN.fullmatch(one) for one in values):
        return False
    one, other = ({"true": "1", "false": "0"}.get(value, value) for value in values)
    try:
        return float(one) != float(other)
    except ValueError:
        return one != other


def _type_of_new(changed: Changed, states: States, want: Want, have: Column) -> Iterator[Lack]:
    kind = from_sql(have.type, states.head.schema) if have.type else None
    if kind is None or want.type is None or want.implied:
        return
    if likeness(want.type, kind, states.dialect) is Likeness.DIFFERENT:
        yield _lack(
            changed, states, "type", name=want.name, have=_shown(kind), want=_shown(want.type), sure=Sure.LIKELY
        )


def _column_gone(changed: Changed, states: States) -> Iterator[Lack]:
    table, name = changed.table.name, changed.column
    key = states.old.schema.key
    was_there = states.old.schema.tables.get(key(table))
    known = was_there is not None and key(name) in was_there.columns
    if states.whole(table):
        there = states.column(table, name) is not None
    else:
        there = not states.touched(table, name) and (known or not states.touched(table))
    if there:
        yield _lack(changed, states, "column", name=name, have=_words(changed.was), sure=Sure.LIKELY)


def _type(changed: Changed, states: States) -> Iterator[Lack]:
    was, now = changed.was, changed.now
    assert isinstance(was, Want)  # noqa: S101 - a changed column
    assert isinstance(now, Want)  # noqa: S101 - a changed column
    have = states.column(changed.table.name, now.name)
    kind = from_sql(have.type, states.head.schema) if have is not None and have.type else None
    if kind is None or now.type is None:
        if not states.touched(changed.table.name, now.name):
            yield _lack(changed, states, "type", name=now.name, have=_words(was), want=_words(now), sure=Sure.LIKELY)
        return
    values = [enum_values(one) for one in (was.type or "", now.type, kind)]
    if all(one is not None for one in values):
        yield from _enum(changed, states, [one or () for one in values])
        return
    how = likeness(now.type, kind, states.dialect)
    if how is Likeness.SAME or (was.type is not None and likeness(now.type, was.type, states.dialect) is Likeness.SAME):
        return
    if how is Likeness.NEAR and (states.touched(changed.table.name, now.name) or not _tracked(changed, was, states)):
        return
    sure = Sure.CERTAIN if _tracked(changed, was, states) else Sure.LIKELY
    yield _lack(changed, states, "type", name=now.name, have=_shown(kind), want=_words(now), sure=sure)


def _enum(changed: Changed, states: States, values: Sequence[tuple[str, ...]]) -> Iterator[Lack]:
    """What is added to an enumeration must be there; what goes must be gone, where the database can do that."""
    was, now, have = values
    lacking = [one for one in now if one not in was and one not in have]
    left = [one for one in was if one not in now and one in have]
    for kept, words in ((lacking, {"want": ", ".join(lacking)}), (left, {"have": ", ".join(left)})):
        if kept:
            sure = Sure.NOTE if kept is left and states.dialect == "postgres" else Sure.LIKELY
            name = f"{changed.column}"
            yield _lack(changed, states, "enum-value", name=name, **words, sure=sure)


def _tracked(changed: Changed, was: Want, states: States) -> bool:
    """Whether the column had, before the change, the type that its model said."""
    column = _old_column(changed, states)
    kind = from_sql(column.type, states.old.schema) if column is not None and column.type else None
    return kind is not None and was.type is not None and likeness(was.type, kind, states.dialect) is Likeness.SAME


def _nullable(changed: Changed, states: States) -> Iterator[Lack]:
    was, now = changed.was, changed.now
    assert isinstance(was, Want)  # noqa: S101 - a changed column
    assert isinstance(now, Want)  # noqa: S101 - a changed column
    have = states.column(changed.table.name, now.name)
    wanted = may_be_null(now)
    if have is None or (not have.type and not states.whole(changed.table.name)):
        known = states.touched(changed.table.name, now.name)
    else:
        known = have.nullable == wanted
    if not known:
        yield _lack(
            changed, states, "nullable", name=now.name, have=_null(not wanted), want=_null(wanted), sure=Sure.LIKELY
        )


def _default(changed: Changed, states: States) -> Iterator[Lack]:
    was, now = changed.was, changed.now
    assert isinstance(was, Want)  # noqa: S101 - a changed column
    assert isinstance(now, Want)  # noqa: S101 - a changed column
    have = states.column(changed.table.name, now.name)
    before = _old_column(changed, states)
    if have is None or before is None or states.touched(changed.table.name, now.name) or have.default == now.default:
        return
    if before.default == was.default:
        # Sequelize itself fills in what the database does not know of; what it does know of is another value.
        sure = Sure.LIKELY if before.default is not None else Sure.NOTE
        yield _lack(
            changed, states, "default", name=now.name, have=have.default or "", want=now.default or "", sure=sure
        )


def _old_column(changed: Changed, states: States) -> Column | None:
    table = states.old.schema.tables.get(states.old.schema.key(changed.table.name))
    return table.columns.get(states.old.schema.key(changed.column)) if table is not None else None


def _primary(changed: Changed, states: States) -> Iterator[Lack]:
    now = changed.now
    found = states.table(changed.table.name)
    if not isinstance(now, Want) or found is None or not states.whole(changed.table.name):
        return
    if (now.name in found.primary_key) != now.primary and not states.touched(changed.table.name, now.name):
        have, want = (now.name if one else "" for one in (not now.primary, now.primary))
        yield _lack(changed, states, "primary-key", have=have, want=want, sure=Sure.LIKELY)


def _index(changed: Changed, states: States) -> Iterator[Lack]:
    assert changed.columns is not None  # noqa: S101 - an index
    columns, unique = changed.columns
    found = states.table(changed.table.name)
    same = [
        one
        for one in (found.indexes.values() if found is not None else ())
        if one.columns == columns and (one.unique or not unique)
    ]
    words = f"{'UNIQUE ' if unique else ''}({', '.join(columns)})"
    name = "_".join(columns)
    if changed.now is not None and not same:
        if not states.whole(changed.table.name) and all(states.touched(changed.table.name, one) for one in columns):
            return
        yield _lack(changed, states, "index", name=name, want=words, sure=Sure.LIKELY)
    elif changed.now is None and any(one.unique == unique for one in same):
        yield _lack(changed, states, "index", name=name, have=words, sure=Sure.LIKELY)


def _reference(changed: Changed, states: States) -> Iterator[Lack]:
    was, now = changed.was, changed.now
    assert isinstance(was, Want)  # noqa: S101 - a changed column
    assert isinstance(now, Want)  # noqa: S101 - a changed column
    found = states.table(changed.table.name)
    if now.target is None or found is None or not states.whole(changed.table.name):
        return
    key = states.head.schema.key
    had = next((one for one in found.foreign_keys.values() if one.columns == (now.name,)), None)
    right = had is not None and key(had.to_table) == key(now.target[0])
    acts = had is not None and now.on_delete in {"", had.on_delete}
    if right and (acts or was.on_delete == now.on_delete):
        return
    sure = Sure.LIKELY if had is not None and was.target is not None else Sure.NOTE
    have = f"to {had.to_table} on delete {had.on_delete.lower()}" if had is not None else ""
    want = f"to {now.target[0]}" + (f" on delete {now.on_delete.lower()}" if now.on_delete else "")
    yield _lack(changed, states, "foreign-key", name=now.name, have=have, want=want, sure=sure)


def _doubt(changed: Changed, states: States) -> Iterator[Lack]:
    if states.touched(changed.table.name, changed.column):
        return
    kind = "column" if changed.column else "table"
    words = "it is made in a way that cannot be followed, and the change touches it"
    difference = Difference(kind=kind, table=changed.table.name, name=changed.column, want="?")
    yield Lack(difference=difference, sure=Sure.UNKNOWN, place=changed.place, reason=words)


def find_drops(tables: Mapping[str, WantedTable], before: Mapping[str, WantedTable], states: States) -> Iterator[Lack]:
    """Yield what the change's migrations take away while the models declare it as before."""
    key = states.head.schema.key
    for name, table in tables.items():
        if name not in before or not states.touched(name):
            continue
        old, head = states.old.schema.tables.get(key(name)), states.table(name)
        one = Changed(kind="table", table=table, now=table)
        if old is not None and old.columns and head is None:
            yield _lack(one, states, "table", want="table", sure=Sure.LIKELY)
            continue
        for want in table.columns.values():
            had = old is not None and key(want.name) in old.columns
            gone = had or (key(name), key(want.name)) in states.new.dropped
            if gone and want.name in before[name].columns and states.column(name, want.name) is None:
                changed = Changed(kind="column", table=table, column=want.name, now=want)
                yield _lack(changed, states, "column", name=want.name, want=_words(want), sure=Sure.LIKELY)


def _words(one: Want | WantedTable | None) -> str:
    return _shown(one.type) if isinstance(one, Want) and one.type is not None else "a column"


def _shown(kind: str) -> str:
    return kind.lstrip("~")


def _null(value: bool | None) -> str:  # noqa: FBT001 - a fact
    return "NULL" if value else "NOT NULL"


_HANDLERS = {
    "column": _column,
    "default": _default,
    "doubt": _doubt,
    "index": _index,
    "nullable": _nullable,
    "primary": _primary,
    "reference": _reference,
    "table": _table,
    "type": _type,
}
