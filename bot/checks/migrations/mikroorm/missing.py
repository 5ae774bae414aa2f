"""What of a change has no migration: by the snapshot, by the SQL, and where there is no snapshot by the entities."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.checks.migrations.face import Question
from bot.checks.migrations.mikroorm.compare import differences, not_done
from bot.checks.migrations.mikroorm.sides import Side, apply_all
from bot.checks.migrations.mikroorm.steps import Followed, follow_migration
from bot.checks.migrations.mikroorm.tables import Declared, Doubt
from bot.checks.migrations.mikroorm.telling import Said, changed_doubts, may_do, sql_lacks, tell, tell_doubts
from bot.checks.migrations.script.run import Budget
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.compare import Difference
from bot.checks.migrations.sql.hidden import find_hidden
from bot.checks.migrations.sql.report import describe
from bot.checks.migrations.sql.schema import Schema
from bot.model import Change

_WORDS = re.compile(r"\w+")
# What can be told of all migrations together.
_REPLAYED = frozenset({"column", "enum", "enum-value", "foreign-key", "index", "nullable", "table"})


def judge_missing(change: Change, sides: tuple[Side, Side], followed: Sequence[Followed], said: Said) -> None:
    """Tell of what entities, snapshots and migrations at head say otherwise than each other."""
    old, new = sides
    changed = dict(changed_doubts(old.declared, new.declared))
    unkept = _unkept(old, new)
    before = len(said.unknowns[Question.MISSING])
    if new.snapshot is None:
        _judge_by_entities(sides, followed, lambda _: True, said, changed)
    else:
        _judge_by_snapshot(sides, followed, unkept, said, changed)
        if unkept:
            _judge_by_entities(sides, followed, lambda one: old.declared.schema.key(one.table) in unkept, said, changed)
    if len(said.unknowns[Question.MISSING]) == before:
        _tell_hidden(sides, followed, said)
    tell_doubts(sides, changed, said)
    _tell_broken(change, new, said)


def _tell_hidden(sides: tuple[Side, Side], followed: Sequence[Followed], said: Said) -> None:
    """Tell of what the change's migrations do that is not understood and may take away what the entities declare."""
    old, new = sides
    schema = (old.snapshot or old.declared.schema).copy()
    tables = (table.name for table in new.declared.schema.tables.values())
    said.unknowns[Question.MISSING].extend(find_hidden(apply_all(schema, followed), tables))


def _unkept(old: Side, new: Side) -> set[str]:
    """The keys of tables that entities declared before too, and that no snapshot holds."""
    if new.snapshot is None or old.snapshot is None:
        return set()
    return {
        key
        for key in new.declared.schema.tables
        if key in old.declared.schema.tables and key not in new.snapshot.tables and key not in old.snapshot.tables
    }


def _judge_by_snapshot(
    sides: tuple[Side, Side],
    followed: Sequence[Followed],
    unkept: set[str],
    said: Said,
    changed: dict[tuple[str, str], Doubt],
) -> None:
    """The entities must be what the snapshot says, and the SQL must lead from one snapshot to the next."""
    old, new = sides
    left = list(_not_in_snapshot(old, new, unkept))
    if old.snapshot is None and old.project.migrations:
        # A first snapshot has none before it that SQL could lead from: what entities declared stands for that one.
        tell(left, (), sides, said, changed)
        told = {_what(one) for one in left}
        _judge_by_entities(sides, followed, lambda one: _what(one) not in told, said, changed)
        return
    before = old.snapshot or Schema(dialect=new.project.dialect)
    made = before.copy()
    opaque = list(apply_all(made, followed))
    asked = {_what(one) for one in _not_done(before, before, new.declared.schema, new, ())}
    lacking = {_what(one) for one in _not_done(before, made, new.declared.schema, new, followed)}
    done = [one for one in left if _what(one) in asked - lacking]
    tell([one for one in left if one not in done], (), sides, said, changed)
    tell(done, (), sides, said, changed, by_sql=True)
    told = {_what(one) for one in left}
    _judge_sql(sides, followed, (made, opaque), told, said)


def _what(one: Difference) -> tuple[str, str, str]:
    return one.kind, one.table, one.name


def _not_done(
    before: Schema, made: Schema, after: Schema, new: Side, followed: Sequence[Followed]
) -> Iterator[Difference]:
    return not_done(before, made, after, new.project.config.version, _text(followed))


def _not_in_snapshot(old: Side, new: Side, unkept: set[str]) -> Iterator[Difference]:
    """Yield in what the entities at head differ from the snapshot, and did not differ at the merge base."""
    snapshot = new.snapshot or Schema(dialect=new.project.dialect)
    had = old.snapshot if old.snapshot is not None or not old.project.migrations else snapshot
    had = had or Schema(dialect=new.project.dialect)
    before = {_mark(one) for one in differences(had, old.declared.schema)}
    for one in differences(snapshot, new.declared.schema):
        key = had.key(one.table)
        # Older versions keep no comment of a table.
        unsaid = one.kind == "comment" and not one.name and key not in had.tables
        unsaid = unsaid or (one.table, one.name, one.kind) in new.declared.left_out
        if _mark(one) not in before and key not in unkept and not unsaid and not _is_reordered(one, new.declared):
            yield one


def _is_reordered(one: Difference, declared: Declared) -> bool:
    """Whether the values of a discriminator are the same in another order."""
    if one.kind not in {"type", "values"} or (one.table, one.name) not in declared.unordered:
        return False
    return sorted(_WORDS.findall(one.have)) == sorted(_WORDS.findall(one.want))


def _mark(one: Difference) -> tuple[str, str, str, str]:
    return one.kind, one.table, one.name, one.want


def _judge_sql(
    sides: tuple[Side, Side],
    followed: Sequence[Followed],
    result: tuple[Schema, Sequence[tuple[str, Opaque]]],
    told: set[tuple[str, str, str]],
    said: Said,
) -> None:
    """The new SQL, applied to the snapshot before it, must give the snapshot after it."""
    old, new = sides
    made, opaque = result
    before = old.snapshot or Schema(dialect=new.project.dialect)
    after = new.snapshot or before
    left = [
        one
        for one in _not_done(before, made, after, new, followed)
        if _what(one) not in told
        and not _is_beside(one, before, made)
        and (one.table, one.name, one.kind) not in new.declared.left_out
    ]
    path, line = _place_of_sql(followed, new)
    for one in _not_merged(left, sides, followed) if left else ():
        unsure = next((each for each in opaque if may_do(each[1], one)), None)
        if unsure is not None:
            reason = f"{describe(one)} in the snapshot; `{unsure[1].words}` may do it and is not understood"
            said.unknown(unsure[0], reason, unsure[1].line, "look at the migration by hand")
        else:
            said.findings[Question.MISSING].append(sql_lacks(one, path, line))


def _is_beside(one: Difference, before: Schema, made: Schema) -> bool:
    """Whether SQL makes what no snapshot knows: tables, types, indexes and keys that are no entity's stand beside."""
    if one.want:
        return False
    if one.kind == "enum":
        return one.table in made.enums and one.table not in before.enums
    table = before.tables.get(before.key(one.table))
    if table is None:
        return True
    known = {"index": {*table.indexes}, "foreign-key": {*table.foreign_keys}, "check": {*table.checks}}.get(one.kind)
    return known is not None and before.key(one.name) not in known


def _not_merged(
    left: Sequence[Difference], sides: tuple[Side, Side], followed: Sequence[Followed]
) -> Iterator[Difference]:
    """Yield what merged migrations do not do either: a snapshot may catch up with one that was merged without it."""
    old, new = sides
    names = {word for one in left for word in (one.table.rpartition(".")[2], one.name) if word}
    budget = Budget()
    paths = [path for path in old.project.migrations if old.tree.entry(path) is not None]
    old.program.read_ahead(paths)
    signs = [name.encode("utf-8", "surrogatepass") for name in names]
    wanted = [path for path in paths if any(sign in (old.program.content(path) or b"") for sign in signs)]
    merged = [follow_migration(old.program, path, budget) for path in wanted]
    whole = Schema(dialect=new.project.dialect)
    for _ in apply_all(whole, [*merged, *followed]):
        pass
    after = new.snapshot or whole
    nothing = Schema(dialect=new.project.dialect)
    lacking = {_what(one) for one in _not_done(nothing, whole, after, new, [*merged, *followed])}
    for one in left:
        known = whole.key(one.table) in whole.tables or one.kind in {"enum", "enum-value"}
        compared = one.kind in _REPLAYED and not (one.kind in {"index", "foreign-key"} and one.have and one.want)
        done = known and compared and _what(one) not in lacking
        if not done or (one.want and one.table not in _named(merged, one)):
            yield one


def _named(merged: Sequence[Followed], one: Difference) -> set[str]:
    """The table of a difference, where a merged migration names what differs; nothing where none does."""
    name = one.name or one.table.rpartition(".")[2]
    return {one.table} if any(name in each.text for each in merged) else set()


def _text(followed: Sequence[Followed]) -> str:
    return "\n".join(one.text for one in followed)


def _place_of_sql(followed: Sequence[Followed], new: Side) -> tuple[str, int]:
    if followed:
        last = followed[-1]
        return last.path, last.statements[0].line if last.statements else 1
    return next((path for paths in new.project.snapshots.values() for path in paths), new.project.folder), 1


def _judge_by_entities(
    sides: tuple[Side, Side],
    followed: Sequence[Followed],
    is_asked: Callable[[Difference], bool],
    said: Said,
    changed: dict[tuple[str, str], Doubt],
) -> None:
    """The new SQL, applied to what the entities declared, must give what they declare now."""
    old, new = sides
    before = old.declared.schema if old.project.migrations else Schema(dialect=new.project.dialect)
    made = before.copy()
    opaque = list(apply_all(made, followed))
    left = [
        one
        for one in _not_done(before, made, new.declared.schema, new, followed)
        if not _is_beside(one, before, made)
        and is_asked(one)
        and (one.table, one.name, one.kind) not in new.declared.left_out
    ]
    tell(left, opaque, sides, said, changed)


def _tell_broken(change: Change, new: Side, said: Said) -> None:
    matter = {*new.project.sources, *new.project.migrations, *new.program.read_paths()}
    for file in change.files:
        module = new.program.module(file.path) if file.path in matter else None
        if module is not None and module.broken is not None:
            said.unknown(file.path, "a syntax that cannot be read", module.broken)
