"""Holds what a change does to Sequelize's models against what its migrations do."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.script.folders import Group, blank_schema, find_conflicts, only_dialect_of
from bot.checks.migrations.script.program import SUFFIXES, Program
from bot.checks.migrations.script.reach import find_shaken
from bot.checks.migrations.script.run import Budget
from bot.checks.migrations.script.ways import same_way_up
from bot.checks.migrations.sequelize import project
from bot.checks.migrations.sequelize.changes import find_changes
from bot.checks.migrations.sequelize.models import Found, read_models
from bot.checks.migrations.sequelize.operations import Followed, Step, follow_migration
from bot.checks.migrations.sequelize.options import table_of
from bot.checks.migrations.sequelize.replay import find_refused, replay, steps_tables, tables_in
from bot.checks.migrations.sequelize.risks import find_step_risks
from bot.checks.migrations.sequelize.state import State
from bot.checks.migrations.sequelize.tables import WantedTable, wanted_tables
from bot.checks.migrations.sequelize.verdicts import Lack, States, Sure, find_drops, find_lacks
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.hidden import find_hidden
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.report import Teller, describe, fingerprint
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Severity, Tree, Unknown

_COMMAND = "npx sequelize-cli migration:generate"
_HELP = "https://sequelize.org/docs/v6/other-topics/migrations/"
_ORDER = "https://github.com/sequelize/umzug#readme"
_SETTLE = "compare the model with the migrations by hand"
_CERTAINTIES = {Sure.CERTAIN: Certainty.CERTAIN, Sure.LIKELY: Certainty.LIKELY, Sure.NOTE: Certainty.NOTE}


@dataclass(kw_only=True)
class _Said:
    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})
    undeclared: str | None = None


class _Side:
    """One revision, read as far as it is asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.program = tree, Program(tree)
        self.groups = project.find_groups(self.program)

    def oid(self, path: str) -> str | None:
        """The content's name at a path."""
        entry = self.tree.entry(path)
        return entry.oid if entry is not None else None


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What Sequelize's models and migrations at head say against those at the merge base."""
    old, new = _Side(change.merge_base), _Side(change.head)
    present = Evidence(text="Sequelize", path=new.groups[0].folder) if new.groups else None
    if not new.groups and not old.groups:
        reason = "there are no migrations of Sequelize: its tables are made by sync(), or elsewhere"
        return Answer(present=present, absent_reason=reason)
    said = _Said()
    _Judge(change, old, new, said).judge()
    return Answer(
        present=present,
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
        undeclared=said.undeclared,
    )


class _Judge:
    def __init__(self, change: Change, old: _Side, new: _Side, said: _Said) -> None:
        self._change, self._old, self._new, self._said = change, old, new, said
        self._touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
        self._budget = Budget()
        self._followed: dict[tuple[str, str | None, bool | None], Followed] = {}

    def judge(self) -> None:
        scripts = sorted(path for path in self._touched if path.endswith(SUFFIXES))
        for group in self._new.groups:
            self._judge_files(group)
        for group in self._old.groups:
            self._judge_edited(group)
        migrated = any(not self._touched.isdisjoint(group.paths) for group in (*self._old.groups, *self._new.groups))
        if migrated or self._concerns_models(scripts):
            self._judge_models(scripts)

    # Models

    def _concerns_models(self, scripts: Sequence[str]) -> bool:
        """Whether scripts of the change define models, or are named by scripts that do."""
        stems = set()
        for path in scripts:
            name = posixpath.splitext(posixpath.basename(path))[0]
            stems.add(posixpath.basename(posixpath.dirname(path)) if name == "index" else name)
        for side in (self._new, self._old):
            paths = project.model_paths(side.program, scripts)
            if any(path in self._touched for path in paths):
                return True
            if not stems.isdisjoint(project.named_modules(side.program, paths)):
                return True
        return False

    def _judge_models(self, scripts: Sequence[str]) -> None:
        found = self._read_sides(scripts)
        self._say_unread(found[0], found[1])
        groups = self._new.groups or self._old.groups
        altering = next((one for one in found[1].synchronised if one[2]), None)
        if altering is not None:
            self._said.undeclared = f"{altering[0]}:{altering[1]} lets sync({{ alter: true }}) change the tables"
            return
        for group in groups:
            mine = [wanted_tables(_of_group(one, group, groups)) for one in found]
            self._judge_group(group, mine[0], mine[1], found[1])

    def _say_unread(self, old: Found, new: Found) -> None:
        """Name the scripts of the change that may define models that were not seen."""
        seen = {model.path for model in new.models.values()}
        for path, line in new.broken.items():
            if path in self._touched and (path not in old.broken or path not in seen):
                reason = "a syntax that cannot be read"
                self._unknown(Unknown(path=path, line=line, reason=reason, settle=_SETTLE))
        for (path, words), line in new.unread.items():
            if path in self._touched and (path, words) not in old.unread:
                reason = "it defines a model whose name cannot be told"
                self._unknown(Unknown(path=path, line=line, reason=reason, settle=_SETTLE))
        for path in sorted(new.endless & self._touched):
            reason = "it takes more steps than are followed"
            self._unknown(Unknown(path=path, line=1, reason=reason, settle=_SETTLE))

    def _read_sides(self, scripts: Sequence[str]) -> tuple[Found, Found]:
        """The models before and after; read once where the change touches no script that was looked at for them."""
        new = read_models(self._new.program, project.model_paths(self._new.program, scripts), self._budget)
        paths = project.model_paths(self._old.program, scripts)
        if self._touched.isdisjoint(new.consulted) and self._touched.isdisjoint(paths):
            return new, new
        return read_models(self._old.program, paths, self._budget), new

    def _judge_group(
        self, group: Group, before: Mapping[str, WantedTable], after: Mapping[str, WantedTable], found: Found
    ) -> None:
        changes = list(find_changes(before, after))
        new = self._new_paths(group)
        if not changes and not new:
            return
        names = {one.table.name for one in changes}
        for path in new:
            words = tables_in(self._follow(self._new, path).steps)
            names |= {name for name in after if name.rpartition(".")[2] in words}
        worlds: list[list[Lack]] = []
        opaque: dict[tuple[str, Opaque], None] = {}
        for assume in (True, False):
            states = self._states(group, new, names, found, assume=assume)
            lacks = [lack for one in changes for lack in find_lacks(one, states)]
            seen = {_mark(lack) for lack in lacks}
            worlds.append([*lacks, *(one for one in find_drops(after, before, states) if _mark(one) not in seen)])
            opaque |= dict.fromkeys(states.new.opaque)
            if not self._forks(new):
                break
        told = list(_in_worlds(worlds, self._forks(new)))
        for lack in told:
            self._tell(lack)
        if all(lack.sure is not Sure.UNKNOWN for lack in told):
            for one in find_hidden(((path, one) for path, one in opaque if one.words not in _ADDING), after):
                self._unknown(one)

    def _forks(self, new: Sequence[str]) -> list[tuple[str, int]]:
        """The conditions of new migrations that cannot be told."""
        return [fork for path in new for fork in self._follow(self._new, path, assume=True).forks]

    def _states(self, group: Group, new: Sequence[str], names: set[str], found: Found, *, assume: bool) -> States:
        schema = blank_schema(self._change.head, group.folder)
        before = next((one for one in self._old.groups if one.folder == group.folder), None)
        paths = (before.paths if before is not None else (), group.paths)
        wanted: set[str] = {name.rpartition(".")[2] for name in names}
        concerned = [
            self._concerned(side, each, wanted, frozenset(new), assume=assume)
            for side, each in zip((self._old, self._new), paths, strict=True)
        ]
        same = self._shared(concerned[0], concerned[1])
        texts = [(self._new.program.content(path) or b"").decode("utf-8", "replace") for path in new]
        schema.programs |= find_merged(self._change.merge_base, paths[0], texts)
        start = State(schema=schema)
        _add_up(start, concerned[0][:same], wanted)
        old, head = start.copy(), start.copy()
        _add_up(old, concerned[0][same:], wanted)
        _add_up(head, concerned[1][same:], wanted)
        added = old.copy()
        for path in new:
            followed = self._follow(self._new, path, assume=assume)
            if followed.fault:
                self._unknown(Unknown(path=path, line=followed.line, reason=followed.fault, settle=_SETTLE))
            replay(added, followed.steps)
        return States(old=old, head=head, new=added, synchronised=bool(found.synchronised) and self._made_few(paths[0]))

    def _made_few(self, paths: Sequence[str]) -> bool:
        """Whether migrations leave it to `sync()` to make most of the tables."""
        makers = sum(b"createTable" in (self._old.program.content(path) or b"") for path in paths)
        return makers < _FEW

    def _concerned(
        self,
        side: _Side,
        paths: Sequence[str],
        wanted: set[str],
        new: frozenset[str] = frozenset(),
        *,
        assume: bool | None = None,
    ) -> list[tuple[str, Followed]]:
        """The migrations that name tables, in order. Names that those had before are added to the wanted ones.

        Conditions of the new ones come to what is assumed.
        """
        side.program.read_ahead(paths)
        found: dict[str, Followed] = {}
        for _ in range(_MAX_RENAMES):
            signs = [name.encode() for name in wanted]
            for path in paths:
                content = side.program.content(path) or b""
                if path not in found and any(sign in content for sign in signs):
                    found[path] = self._follow(side, path, assume=assume if path in new else None)
            more = set(_renamed_to(found.values(), wanted)) - wanted
            if not more:
                break
            wanted |= more
        return [(path, found[path]) for path in paths if path in found]

    def _shared(self, old: Sequence[tuple[str, Followed]], new: Sequence[tuple[str, Followed]]) -> int:
        """How many migrations, from the first, are the same on both sides."""
        pairs = zip(old, new, strict=False)
        same = (one[1] is other[1] for one, other in pairs)
        return next((at for at, equal in enumerate(same) if not equal), min(len(old), len(new)))

    def _follow(self, side: _Side, path: str, *, assume: bool | None = None) -> Followed:
        key = (path, side.oid(path), assume)
        found = self._followed.get(key)
        if found is None or not self._touched.isdisjoint(found.consulted - {path}):
            truths = self._truths(path) if assume is not None else {}
            found = follow_migration(side.program, path, self._budget, assume=assume, truths=truths)
            self._followed[key] = found
        return found

    def _does_the_same(self, path: str) -> bool | None:
        """Whether a merged migration takes the steps that it took, as far as it can be followed."""
        both = [self._follow(side, path) for side in (self._old, self._new)]
        steps = [[(step.name, repr(step.arguments)) for step in one.steps] for one in both]
        return None if both[0].fault or both[1].fault else steps[0] == steps[1]

    def _truths(self, path: str) -> Mapping[str, bool]:
        """The names of databases, and whether it is that, where the project has the driver of one alone."""
        only = only_dialect_of(self._change.head, posixpath.dirname(path))
        return {name: dialect == only for name, dialect in _DATABASES.items()} if only is not None else {}

    def _new_paths(self, group: Group) -> list[str]:
        """The migrations of a folder that the change adds."""
        return [path for path in group.paths if path in self._touched and self._change.merge_base.entry(path) is None]

    def _tell(self, lack: Lack) -> None:
        if lack.sure is Sure.UNKNOWN:
            path, line = lack.place
            reason = f"{describe(lack.difference)}; {lack.reason}" if lack.difference.want != "?" else lack.reason
            if lack.difference.want == "?":
                name = f"{lack.difference.table}.{lack.difference.name}".rstrip(".")
                reason = f"{name}: {lack.reason}"
            self._unknown(Unknown(path=path, line=line, reason=reason, settle=_SETTLE))
            return
        teller = Teller(orm="sequelize", command=_COMMAND, help=_HELP, place=lambda _: lack.place)
        self._said.findings[Question.MISSING].append(teller.finding(lack.difference, _CERTAINTIES[lack.sure]))

    def _unknown(self, unknown: Unknown) -> None:
        if unknown not in self._said.unknowns[Question.MISSING]:
            self._said.unknowns[Question.MISSING].append(unknown)

    # Files

    def _judge_files(self, group: Group) -> None:
        new = self._new_paths(group)
        if not new:
            return
        followed = {path: self._follow(self._new, path) for path in new}
        self._said.findings[Question.RISKY].extend(find_step_risks(followed))
        self._said.unknowns[Question.RISKY].extend(
            Unknown(path=path, line=one.line, reason=one.fault, settle="look at the migration by hand")
            for path, one in followed.items()
            if one.fault
        )
        tip = _Side(self._change.base)
        had = next((one.paths for one in tip.groups if one.folder == group.folder), ())
        found = self._said.findings[Question.CONFLICTS]
        found.extend(find_conflicts("sequelize", new, had, _ORDER))
        names = {name for one in followed.values() for name in steps_tables(one.steps)}
        state = State(schema=blank_schema(self._change.head, group.folder))
        _add_up(state, self._concerned(tip, [path for path in had if path not in followed], names), names)
        for path, one in followed.items():
            found.extend(_refused(path, step, reason) for step, reason in find_refused(state, one.steps))

    def _judge_edited(self, group: Group) -> None:
        merged = set(group.paths)
        found = [*find_shaken("sequelize", self._new.program, merged, self._touched, self._does_the_same)]
        if not merged.isdisjoint(self._touched):
            found += find_edited(self._change, "sequelize", lambda path: path in merged, same_way_up)
        for one in found:
            if isinstance(one, Unknown):
                self._said.unknowns[Question.EDITED].append(one)
            else:
                self._said.findings[Question.EDITED].append(one)


_DATABASES = {
    "mariadb": "mysql", "mssql": "tsql", "mysql": "mysql", "postgres": "postgres", "sqlite": "sqlite",
}  # fmt: skip
_MAX_RENAMES = 5
# What takes nothing away, whatever it is given.
_ADDING = frozenset({"addColumn(...)", "addConstraint(...)", "addIndex(...)", "createTable(...)"})
# Migrations that make tables, below which `sync()` is taken to make them.
_FEW = 2


def _mark(lack: Lack) -> tuple[str, str, str]:
    return lack.difference.kind, lack.difference.table, lack.difference.name


def _in_worlds(worlds: Sequence[Sequence[Lack]], forks: Sequence[tuple[str, int]]) -> Iterator[Lack]:
    """Yield what is lacking in each world; what is lacking in one hangs on a condition, and is not known."""
    marks = [{_mark(one) for one in lacks} for lacks in worlds]
    shared = set.intersection(*marks)
    for at, lacks in enumerate(worlds):
        for one in lacks:
            if _mark(one) in shared and at == 0:
                yield one
            elif _mark(one) not in shared and one.sure is not Sure.NOTE:
                path, line = forks[0]
                reason = f"it hangs on a condition that cannot be told, in {path}:{line}"
                yield replace(one, sure=Sure.UNKNOWN, reason=reason)


def _add_up(state: State, migrations: Iterable[tuple[str, Followed]], words: set[str]) -> None:
    for _, followed in migrations:
        replay(state, followed.steps, frozenset(words))


def _renamed_to(followed: Iterable[Followed], names: set[str]) -> Iterator[str]:
    """Yield the names that tables had before they were renamed to one of these."""
    for one in followed:
        for step in one.steps:
            if step.name == "renameTable" and len(step.arguments) > 1 and table_of(step.arguments[1]) in names:
                before = table_of(step.arguments[0])
                if before is not None:
                    yield before


def _refused(path: str, step: Step, reason: str) -> Finding:
    return Finding(
        rule="sequelize-refused",
        message=f"the migration would fail after those that were merged: {reason}",
        severity=Severity.HIGH,
        certainty=Certainty.LIKELY,
        path=path,
        line=step.line if step.path == path else 1,
        fingerprint=fingerprint("sequelize", "refused", path, reason),
        fix="rebase on the base, and leave out what it does already",
        help=_HELP,
    )


def _of_group(found: Found, group: Group, groups: Sequence[Group]) -> Found:
    """What of the models is nearer to a folder of migrations than to the others."""
    if len(groups) == 1:
        return found
    models = {key: model for key, model in found.models.items() if _nearest(model.path, groups) is group}
    return replace(found, models=models)


def _nearest(path: str, groups: Sequence[Group]) -> Group:
    """The folder of migrations that has most of a model's path in common."""

    def shared(group: Group) -> int:
        pairs = zip(path.split("/"), group.folder.split("/"), strict=False)
        return next((at for at, (one, other) in enumerate(pairs) if one != other), 99)

    return max(groups, key=shared)
