"""Compares what TypeORM's entities declare with what migrations make of what they declared before.

The state at the merge base is what the entities say there: upon it the change's migrations must give what they say at
head. Where that leaves a difference, all migrations are followed from the first on, and what differed before, or is
there already, is nothing that the change adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.hidden import find_hidden
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.reach import find_shaken
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.compare import Difference
from bot.checks.migrations.sql.folder import SqlFile, find_risks
from bot.checks.migrations.sql.hidden import find_hidden as find_hidden_sql
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.report import Teller
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.typeorm.applied import MAKERS
from bot.checks.migrations.typeorm.compare import collations, differences, is_note, renamed_checks
from bot.checks.migrations.typeorm.entities import declare
from bot.checks.migrations.typeorm.order import does_the_same, find_conflicts, find_edits, moves
from bot.checks.migrations.typeorm.project import (
    JUDGED,
    Chain,
    Layout,
    Migration,
    Traits,
    find_layout,
    read_migrations,
    truths,
)
from bot.checks.migrations.typeorm.steps import TOO_LONG, Follower
from bot.checks.migrations.typeorm.tables import Declared, Doubt
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Unknown

_COMMAND = "npx typeorm migration:generate"
_HELP = "https://typeorm.io/docs/migrations/generating"
_SETTLE = f"run `{_COMMAND}` and look whether it writes anything"


@dataclass
class _Said:
    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})


@dataclass(kw_only=True)
class _Side:
    """One revision: its files, and the chain that is looked at."""

    program: Program
    layout: Layout
    chain: Chain
    declared: Declared


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What entities and migrations at head say against those at the merge base."""
    said = _Said()
    known: dict[tuple[str, str], Module] = {}
    old, new = Program(change.merge_base, known), Program(change.head, known)
    seen: dict[tuple[str, str], Traits] = {}
    head = find_layout(change.head, new, seen)
    base = find_layout(change.merge_base, old, seen)
    if not head.chains and not base.chains:
        reason = "no migrations of TypeORM: its schema is synchronised, or made elsewhere"
        return Answer(present=None, absent_reason=reason)
    left = sorted({*head.sources} & {*head.mentions})
    if not head.chains and left:
        reason = "all migrations are gone, and entities are left"
        said.unknowns[Question.MISSING].append(Unknown(path=left[0], line=1, reason=reason, settle=_SETTLE))
    for chain in head.chains if _matters(change, (new, head), base) else ():
        _judge_chain(change, chain, (old, base), (new, head), said)
    if any(chain.dialect in JUDGED for chain in head.chains):
        paths = (path for side in (base, head) for path in (*side.sources, *side.mentions))
        said.unknowns[Question.MISSING] += find_hidden(change, (old, new), paths, MAKERS, _SETTLE)
    for one in (*find_edits(change, base.migrations), *_find_shaken(change, (old, base), new)):
        if isinstance(one, Unknown):
            said.unknowns[Question.EDITED].append(one)
        else:
            said.findings[Question.EDITED].append(one)
    return Answer(
        present=Evidence(text="TypeORM", path=(head.chains or base.chains)[0].files[0]),
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
    )


def _find_shaken(change: Change, base: tuple[Program, Layout], new: Program) -> Iterator[Finding | Unknown]:
    """Yield the merged migrations that do something else since what they import was changed."""
    old, layout = base
    touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    dialects = {path: chain.dialect for chain in layout.chains for path in chain.files if chain.dialect in JUDGED}

    def is_same(path: str) -> bool | None:
        done, cut = [], False
        for program in (old, new):
            schema = Schema(dialect=dialects[path])
            follower = Follower(Folder(program, truths(schema.dialect)), schema)
            followed = [follower.follow(one.module, one.cls) for one in read_migrations(program, [path])]
            done.append((schema, [one.sql for one in followed]))
            cut = cut or any(each.words == TOO_LONG for one in followed for each in one.opaque)
        return None if cut else done[0] == done[1]

    yield from find_shaken("typeorm", new, dialects, touched, is_same)


def _matters(change: Change, head: tuple[Program, Layout], base: Layout) -> bool:
    """Whether the change touches an entity, a migration, a list of them, or what one of them rests on."""
    program, layout = head
    touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    known = {*layout.mentions, *layout.migrations, *base.mentions, *base.migrations}
    if not touched.isdisjoint(known):
        return True
    for chain in layout.chains:
        if chain.dialect in JUDGED:
            declare(program, layout, chain)
    return not touched.isdisjoint(program.read_paths())


def _judge_chain(
    change: Change, chain: Chain, base: tuple[Program, Layout], head: tuple[Program, Layout], said: _Said
) -> None:
    before = next((one for one in base[1].chains if (one.root, one.label) == (chain.root, chain.label)), None)
    before = before or next((one for one in base[1].chains if one.dialect == chain.dialect), None)
    # A dialect's first migrations make all of its tables.
    first = before is None and bool(base[1].chains)
    before = before or Chain(folder=chain.folder, dialect=chain.dialect)
    said.findings[Question.CONFLICTS] += find_conflicts(change, chain, before, head[0])
    if chain.dialect not in JUDGED:
        _say_other_dialect(change, chain, head[1], said)
        return
    sides = [
        _Side(program=program, layout=layout, chain=one, declared=declare(program, layout, chain))
        for (program, layout), one in ((base, before), (head, chain))
    ]
    if first:
        sides[0].declared = Declared(schema=Schema(dialect=chain.dialect))
    _judge_missing(change, sides[0], sides[1], said)


def _say_other_dialect(change: Change, chain: Chain, layout: Layout, said: _Said) -> None:
    touched = {file.path for file in change.files}
    changed = next((path for path in layout.sources if path in touched), None)
    if changed is not None:
        name = chain.dialect or "no dialect that can be told"
        reason = f"the migrations of {chain.folder} are of {name}, which is not followed"
        said.unknowns[Question.MISSING].append(Unknown(path=changed, line=1, reason=reason, settle=_SETTLE))


def _new_migrations(change: Change, old: _Side, new: _Side) -> list[Migration]:
    """The migrations that the change adds, as far as they are listed to be run."""
    moved = moves(change)
    known = {moved.get(path, path) for path in old.chain.files}
    files = [path for path in new.chain.files if path not in known]
    listed = frozenset(path for paths in new.chain.lists.values() for path in paths)
    if listed and not known.isdisjoint(listed):
        files = [path for path in files if path in listed]
    return list(read_migrations(new.program, files))


def _rewritten(change: Change, old: _Side, new: _Side) -> bool:
    """Whether merged migrations are gone, or do something else than they did."""
    moved, left = moves(change), set(new.chain.files)
    kept = [(path, moved.get(path, path)) for path in old.chain.files if moved.get(path, path) in left]
    entries = [(paths, change.merge_base.entry(paths[0]), change.head.entry(paths[1])) for paths in kept]
    changed = [paths for paths, one, other in entries if one is not None and other is not None and one.oid != other.oid]
    before = dict(change.merge_base.read_many([path for path, _ in changed]))
    after = dict(change.head.read_many([path for _, path in changed]))
    edited = any(not does_the_same(before[path], after[now]) for path, now in changed)
    return len(kept) < len(old.chain.files) or edited


def _judge_missing(change: Change, old: _Side, new: _Side, said: _Said) -> None:
    new_ones = _new_migrations(change, old, new)
    rewritten = _rewritten(change, old, new)
    world = _World(old, new, new_ones, rewritten=rewritten, doubtful=True)
    _advise(world.files, new.chain.dialect, old.declared.schema, said)
    left, forked = world.left, []
    if world.forks:
        # What holds only where a condition that cannot be told comes out one way is not known.
        other = _World(old, new, new_ones, rewritten=rewritten, doubtful=False)
        marks = [{_mark(one) for one in each.left} for each in (world, other)]
        forked = [one for one in (*world.left, *other.left) if _mark(one) not in marks[0] & marks[1]]
        left = [one for one in world.left if _mark(one) in marks[1]]
        world.opaque = list(dict.fromkeys([*world.opaque, *other.opaque]))
    doubts = dict(_changed_doubts(old.declared, new.declared))
    _tell(left, forked, doubts, world, said)
    _tell_broken(change, new, said)
    for key, doubt in doubts.items():
        if not _settled(key, old.declared.schema, world.schema):
            reason = f"{'.'.join(part for part in key if part)}: {doubt.reason}, and the change touches it"
            said.unknowns[Question.MISSING].append(
                Unknown(path=doubt.path, line=doubt.line or None, reason=reason, settle=_SETTLE)
            )


class _World:
    """What the change's migrations lead to, where each condition that cannot be told comes out one way.

    Attributes:
        left: what they leave to do.
        forks: the conditions that could not be told.
    """

    def __init__(
        self, old: _Side, new: _Side, new_ones: Sequence[Migration], *, rewritten: bool, doubtful: bool
    ) -> None:
        self.old, self.new, self.rewritten, self.doubtful = old, new, rewritten, doubtful
        self.schema = old.declared.schema.copy()
        self.opaque: list[tuple[str, Opaque]] = []
        self.forks: list[tuple[str, int]] = []
        self.files: list[SqlFile] = []
        contents = [new.program.content(one.module.path) or b"" for one in new_ones]
        texts = [content.decode("utf-8", "replace") for content in contents]
        self.schema.programs |= find_merged(old.program.tree, old.chain.files, texts)
        folder = Folder(new.program, truths(new.chain.dialect))
        for one in new_ones:
            followed = Follower(folder, self.schema, doubtful=doubtful).follow(one.module, one.cls)
            self.opaque += [(one.path, each) for each in followed.opaque]
            self.forks += followed.forks
            self.files.append(SqlFile(one.path, ";\n".join(followed.sql)))
        left = list(differences(self.schema, new.declared.schema))
        self.left = list(self._still_there(left, new_ones)) if left else []
        sql = ";\n".join(one.text for one in self.files)
        self.left += renamed_checks(old.declared.schema, self.schema, new.declared.schema)
        self.left += collations(old.declared.collations, new.declared.collations, old.declared.schema, sql)

    def _still_there(self, left: Sequence[Difference], new_ones: Sequence[Migration]) -> Iterator[Difference]:
        """Yield what all migrations leave too and did not leave before, and what is of tables that none makes."""
        old, new = self.old, self.new
        wanted = {word for one in left for word in _words_of(one) if word}

        def is_wanted(text: str) -> bool:
            return any(name in text for name in wanted)

        have = Schema(dialect=old.declared.schema.dialect)
        follower = Follower(Folder(old.program, truths(old.chain.dialect)), have, is_wanted)
        for each in read_migrations(old.program, old.chain.files):
            follower.follow(each.module, each.cls)
        before = {_mark(one) for one in differences(have, old.declared.schema)}
        made = set(have.tables)
        folder = Folder(new.program, truths(new.chain.dialect))
        if self.rewritten:
            # What was merged is gone or not what it was: all that is left is followed anew.
            have = Schema(dialect=have.dialect)
            new_ones = list(read_migrations(new.program, new.chain.files))
        follower = Follower(folder, have, doubtful=self.doubtful)
        for each in new_ones:
            follower.follow(each.module, each.cls)
        after = {_mark(one) for one in differences(have, new.declared.schema)}
        for one in left:
            whole = have.key(one.table) in made or have.key(one.table) in have.tables
            values = one.kind in {"enum", "enum-value"} and not self.rewritten
            if not whole or values or (_mark(one) in after and _mark(one) not in before):
                yield one


def _words_of(one: Difference) -> Sequence[str]:
    """The names by which SQL that bears on a difference may be known."""
    return (one.table.rpartition(".")[2], one.name, *((one.have, one.want) if one.kind.endswith("-name") else ()))


def _mark(one: Difference) -> tuple[str, str, str, str]:
    return one.kind, one.table, one.name, one.want


def _tell(
    left: Sequence[Difference],
    forked: Sequence[Difference],
    doubts: dict[tuple[str, str], Doubt],
    world: _World,
    said: _Said,
) -> None:
    old, new = world.old, world.new
    several = len(new.layout.chains) > 1
    teller = Teller(
        orm="typeorm", command=_COMMAND, help=_HELP, place=lambda one: _place(one, new.declared, old.declared)
    )
    unsure = []
    for one in left:
        if _is_filling(one, old.declared.schema):
            continue
        doubt = _doubt_of(one, doubts, new.declared, old.declared)
        if doubt is not None:
            # What the change touches is told as a whole.
            if doubt not in doubts.values():
                said.unknowns[Question.MISSING] += teller.unknowns([one], doubt.reason)
            continue
        note = is_note(one, old.declared.schema, world.schema)
        if not note and (new.layout.naming is None or any(_may_do(each, one) for _, each in world.opaque)):
            unsure.append(one)
            continue
        found = teller.finding(one, Certainty.NOTE if note else Certainty.CERTAIN)
        said.findings[Question.MISSING].append(_of_chain(found, new.chain) if several else found)
    reason = "the project names columns by a strategy of its own"
    if world.opaque and new.layout.naming is not None:
        path, each = world.opaque[0]
        reason = f"`{each.words}` in {path}:{each.line} may do it and is not understood"
    hidden = find_hidden_sql(world.opaque, (table.name for table in new.declared.schema.tables.values()))
    said.unknowns[Question.MISSING] += teller.unknowns(unsure, reason) if unsure else hidden
    if forked:
        path, line = world.forks[0]
        reason = f"it hangs on a condition that cannot be told, in {path}:{line}"
        open_ones = [one for one in forked if _doubt_of(one, doubts, new.declared, old.declared) is None]
        said.unknowns[Question.MISSING] += teller.unknowns(open_ones, reason)


def _is_filling(one: Difference, before: Schema) -> bool:
    """Whether it is the default of a new column that the entity has none for: it fills the rows that are there."""
    table = before.tables.get(before.key(one.table))
    new = table is None or before.key(one.name) not in table.columns
    return one.kind == "default" and not one.want and new


def _of_chain(found: Finding, chain: Chain) -> Finding:
    from dataclasses import replace

    from bot.checks.migrations.sql.report import fingerprint

    return replace(
        found,
        message=f"{found.message} ({chain.folder})",
        fingerprint=fingerprint(found.fingerprint or "", chain.folder),
    )


def _may_do(opaque: Opaque, one: Difference) -> bool:
    bare = one.table.rpartition(".")[2]
    return opaque.anything or bare in opaque.names or (bool(one.name) and one.name in opaque.names)


def _doubt_of(one: Difference, doubts: dict[tuple[str, str], Doubt], new: Declared, old: Declared) -> Doubt | None:
    """Why a difference cannot be told, at head or at the merge base."""
    whole, column = (one.table, ""), (one.table, one.name)
    for declared in (new, old):
        if column in declared.doubts and one.kind not in {"column", "table"}:
            return doubts.get(column, declared.doubts[column])
        if whole in declared.doubts and one.kind != "table" and not (one.kind == "column" and one.want):
            return doubts.get(whole, declared.doubts[whole])
    return doubts.get(whole) if one.kind != "table" and not (one.kind == "column" and one.want) else None


def _changed_doubts(old: Declared, new: Declared) -> Iterator[tuple[tuple[str, str], Doubt]]:
    """Yield what cannot be told and was not written so before."""
    for key, doubt in new.doubts.items():
        if key not in old.doubts or old.doubts[key].written != doubt.written:
            yield key, doubt


def _settled(key: tuple[str, str], old: Schema, schema: Schema) -> bool:
    """Whether the change's migrations do something to what cannot be told."""
    table, column = key
    now, was = schema.tables.get(schema.key(table)), old.tables.get(old.key(table))
    if not column or now is None:
        return now != was
    name = schema.key(column)
    return now.columns.get(name) != (was.columns.get(name) if was is not None else None)


def _tell_broken(change: Change, new: _Side, said: _Said) -> None:
    touched = {file.path for file in change.files}
    matter = {*new.layout.mentions, *new.layout.migrations}
    for path in sorted(touched & set(new.program.read_paths()) & matter):
        module = new.program.module(path)
        if module is not None and module.broken is not None:
            reason = "a syntax that cannot be read"
            unknown = Unknown(path=path, line=module.broken, reason=reason, settle=_SETTLE)
            if unknown not in said.unknowns[Question.MISSING]:
                said.unknowns[Question.MISSING].append(unknown)


def _place(one: Difference, new: Declared, old: Declared) -> tuple[str, int] | None:
    keys = [(one.table, one.name), (one.table, "")]
    return next((side.places[key] for key in keys for side in (new, old) if key in side.places), None)


def _advise(files: Sequence[SqlFile], dialect: str, before: Schema, said: _Said) -> None:
    """Advice on steps; SQLite makes a table anew for most changes, which loses nothing."""
    if dialect == "sqlite":
        return
    tables = {table.name for table in before.tables.values()}
    read = [SqlFile(one.path, one.text.replace("`", '"')) for one in files]
    said.findings[Question.RISKY] += find_risks(read, "typeorm", lambda table: table not in tables and bool(table))
