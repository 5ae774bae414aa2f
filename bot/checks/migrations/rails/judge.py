"""Compares what a change's migrations make of the schema at the merge base with the schema that is written at head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.moved import find_moved
from bot.checks.migrations.rails import history, models, order, report, structure, versions
from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.compare import Comparison, Difference
from bot.checks.migrations.rails.key_changes import Touched
from bot.checks.migrations.rails.migration import Outcome, read_migration
from bot.checks.migrations.rails.migrator import read_schema
from bot.checks.migrations.rails.modules import find_overridden
from bot.checks.migrations.rails.parts import unchanged
from bot.checks.migrations.rails.project import Database, Migration, find_adapter, find_databases
from bot.checks.migrations.rails.risks import find_risks_of
from bot.checks.migrations.rails.ruby import Source, TooBigError, parse, text_of
from bot.checks.migrations.rails.schema import Doubt, Schema, Table, Terms
from bot.checks.migrations.sql.programs import find_merged
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Tree, Unknown

_SETTLE = "run `bin/rails db:migrate` on a fresh copy of the base's schema and look whether the schema's file changes"
_MOST = 60
_NEWEST_FORMAT = (6, 1)


@dataclass
class Said:
    """What is said, by question."""

    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})
    absent: list[str] = field(default_factory=list)
    judged: int = 0

    def unknown(self, path: str, line: int, reason: str, question: Question = Question.MISSING) -> None:
        """Say that something cannot be told."""
        self.unknowns[question].append(Unknown(path=path, line=line, reason=reason, settle=_SETTLE))


@dataclass(frozen=True)
class Side:
    """A schema as one revision writes it."""

    schema: Schema
    doubts: Sequence[Doubt]


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the schemas and migrations at head say against those at the merge base."""
    said = Said()
    before = {(one.root, one.name): one for one in find_databases(change.merge_base)}
    after = find_databases(change.head)
    for database in after:
        old = before.get((database.root, database.name))
        new = _new(change, database, old)
        sources = list(_read(change.head, new, said))
        _tell_modules(change.head, sources, said)
        order.judge(change, database, old, new, sources, said)
        _judge_missing(change, database, old, sources, said)
    _judge_models(change, after, said)
    gone = [
        one for key, one in before.items() if one.migrations and key not in {(each.root, each.name) for each in after}
    ]
    for database in gone:
        order.judge_gone(change, database, said)
    present = next(
        (
            Evidence(text="Rails", path=one.schema or next(iter(one.migrations)))
            for one in after
            if one.migrations or one.schema
        ),
        None,
    )
    return Answer(
        present=present,
        findings={question: tuple(found) for question, found in said.findings.items()},
        unknowns={question: tuple(found) for question, found in said.unknowns.items()},
        absent_reason=None,
        undeclared=said.absent[0] if said.absent and not said.judged else None,
    )


def _judge_models(change: Change, databases: Sequence[Database], said: Said) -> None:
    """Say which columns changed models need that no schema has. A schema of SQL is not asked."""
    if any(one.sql for one in databases):
        return
    found = list(models.new_needs(change))
    said.unknowns[Question.MISSING].extend(one for one in found if isinstance(one, Unknown))
    needs = [one for one in found if not isinstance(one, Unknown)]
    if not needs:
        return
    tables: dict[str, Table] = {}
    for database in databases:
        source = _source(change.head, database.schema, Said()) if database.schema else None
        if source is not None:
            adapter = find_adapter(change.head, database, b"")
            tables |= _side(source, adapter, frozenset()).schema.tables
    first = next((one.schema for one in databases if one.schema), "")
    said.findings[Question.MISSING].extend(models.find_lacking(needs, tables, first))


def _new(change: Change, database: Database, old: Database | None) -> list[Migration]:
    """The migrations that the change adds, in their order; one that only got another version is not new."""
    had = old.migrations if old is not None else {}
    aside = old.aside if old is not None else set()
    gone = [one for path, one in had.items() if path not in database.migrations and path not in aside]
    run = {path: one for path, one in database.migrations.items() if path not in database.aside}
    new = [one for path, one in run.items() if change.merge_base.entry(path) is None]
    names, new_names = ({one.path: one.name for one in some} for some in (gone, new))
    moved = find_moved(change, names, new_names, order.code_of)
    return sorted((one for one in new if one.path not in moved), key=lambda one: (one.version, one.path))


def _read(tree: Tree, migrations: Sequence[Migration], said: Said) -> Iterator[Source]:
    contents = dict(tree.read_many([one.path for one in migrations]))
    for one in migrations:
        content = contents.get(one.path)
        source = _parse(one.path, content, said, (Question.MISSING, Question.RISKY))
        if source is not None:
            yield source


def _tell_modules(tree: Tree, sources: Sequence[Source], said: Said) -> None:
    for source in sources:
        for line, reason in find_overridden(tree, source):
            for question in (Question.MISSING, Question.RISKY):
                said.unknown(source.path, line, reason, question)


def _parse(
    path: str, content: bytes | NotRead | None, said: Said, asked: Sequence[Question] = (Question.MISSING,)
) -> Source | None:
    if isinstance(content, NotRead):
        for question in asked:
            said.unknowns[question].append(Unknown(path=path, reason=content.reason, settle=content.settle))
        return None
    if content is None:
        return None
    try:
        return parse(path, content)
    except TooBigError:
        for question in asked:
            said.unknown(path, 1, "the file is too big to be read", question)
        return None


def _judge_missing(
    change: Change, database: Database, old: Database | None, sources: Sequence[Source], said: Said
) -> None:
    touched = {file.path for file in change.files}
    if not database.schema:
        if old is not None and old.schema:
            reason = "the file of the schema is deleted: there is nothing that migrations could be compared with"
            said.unknown(old.schema, 1, reason)
        _say_none(change, database, sources, said)
        return
    if not database.migrations and not (old is not None and old.migrations):
        said.absent.append(f"{database.schema} has no migrations beside it: it is loaded as it is")
        return
    said.judged += 1
    if not sources and database.schema not in touched:
        return
    content = change.head.read(database.schema)
    adapter = find_adapter(change.head, database, content if isinstance(content, bytes) else b"")
    reader = (_pair_of_sql if database.sql else _pair)(change, (database, old), sources, adapter, said)
    if reader is None:
        _advise(_follow(Changer(Schema(), Terms(adapter, _NEWEST_FORMAT)), sources, adapter), {}, adapter, said)
        return
    texts = [text_of(source.root) for source in sources]
    programs = find_merged(change.merge_base, old.migrations if old is not None else (), texts)
    (base, head), followed = _read_and_follow(reader, sources, adapter, programs)
    left = _compare(base, head, sources, followed, said)
    _advise(followed, base.schema.tables, adapter, said)
    _tell(change, (database, old), (base, head), left, adapter, said)
    versions.judge(database, base.schema, head.schema, sources, said.findings[Question.MISSING])


_Reader = Callable[[frozenset[str] | None], tuple[Side, Side]]
"""Reads the schemas of both revisions, with tables of some names that no migration spells out; None for all tables."""


def _read_and_follow(
    reader: _Reader, sources: Sequence[Source], adapter: str, programs: set[str]
) -> tuple[tuple[Side, Side], _Followed]:
    """Both schemas as far as the migrations are about them, which is known once they are followed."""
    wanted: frozenset[str] | None = frozenset()
    while True:
        sides = reader(wanted)
        changer = Changer(sides[0].schema.copy(), Terms(adapter, _NEWEST_FORMAT), programs=set(programs))
        followed = _follow(changer, sources, adapter)
        if wanted is None or not followed.changer.wanted:
            return sides, followed
        # Names that are put together may lead to further ones: then all is read.
        wanted = frozenset(followed.changer.wanted) if not wanted else None


def _pair(
    change: Change, databases: tuple[Database, Database | None], sources: Sequence[Source], adapter: str, said: Said
) -> _Reader | None:
    """The schemas at the merge base and at head; None where one cannot be read, which is said."""
    database, old = databases
    written = _source(change.head, database.schema, said)
    before = _base_source(change, database, old)
    if written is None or isinstance(before, Unknown):
        said.unknowns[Question.MISSING].extend([before] if isinstance(before, Unknown) else [])
        return None

    def read(wanted: frozenset[str] | None) -> tuple[Side, Side]:
        alike = frozenset[bytes]()
        if before is not None and wanted is not None:
            alike = unchanged(before, written, sources, wanted)
        base = _side(before, adapter, alike) if before is not None else Side(Schema(), ())
        return base, _side(written, adapter, alike)

    return read


def _pair_of_sql(
    change: Change, databases: tuple[Database, Database | None], sources: Sequence[Source], adapter: str, said: Said
) -> _Reader | None:
    database, old = databases
    if old is not None and old.migrations and not old.sql:
        said.unknown(database.schema, 1, "the merge base has no structure.sql to start from")
        return None
    texts = []
    for tree, path in ((change.merge_base, old.schema if old is not None else ""), (change.head, database.schema)):
        content = tree.read(path) if path else b""
        if isinstance(content, NotRead):
            said.unknowns[Question.MISSING].append(Unknown(path=path, reason=content.reason, settle=content.settle))
            return None
        texts.append(content.decode("utf-8", "replace"))

    def read(wanted: frozenset[str] | None) -> tuple[Side, Side]:
        words = None if wanted is None else structure.words_of(sources) | wanted
        found = structure.read_pair(texts[0], texts[1], database.schema, words, adapter)
        return Side(*found[0]), Side(*found[1])

    return read


def _say_none(change: Change, database: Database, sources: Sequence[Source], said: Said) -> None:
    if not sources:
        return
    if not any(b"ActiveRecord" in (source.root.text or b"") for source in sources):
        said.absent.append(f"{sources[0].path} and its like are no migrations of Active Record's")
        return
    said.judged += 1
    adapter = find_adapter(change.head, database, b"")
    _advise(_follow(Changer(Schema(), Terms(adapter, _NEWEST_FORMAT)), sources, adapter), {}, adapter, said)
    reason = "neither schema.rb nor structure.sql is kept: there is nothing that the migration could be compared with"
    said.unknown(sources[0].path, 1, reason)


def _source(tree: Tree, path: str, said: Said) -> Source | None:
    source = _parse(path, tree.read(path), said)
    if source is not None and source.broken is not None:
        said.unknown(path, source.broken, "a syntax that cannot be read")
        return None
    return source


def _base_source(change: Change, database: Database, old: Database | None) -> Source | Unknown | None:
    """The schema at the merge base; None where there was nothing."""
    if old is None or not (old.schema or old.migrations):
        return None
    reason = "the merge base has no schema.rb to start from"
    if old.schema and not old.sql:
        source = _source(change.merge_base, old.schema, Said())
        if source is not None:
            return source
        reason = "schema.rb at the merge base cannot be read: what differed before is not known"
    return Unknown(path=database.schema, line=1, reason=reason, settle=_SETTLE)


def _side(source: Source, adapter: str, alike: frozenset[bytes]) -> Side:
    schema, doubts = read_schema(source, Terms(adapter, _NEWEST_FORMAT), alike)
    return Side(schema, doubts)


@dataclass(frozen=True)
class _Left:
    """Differences that nothing unread may account for, and what the change's migrations are about."""

    differences: Sequence[Difference]
    touched: Mapping[Touched, tuple[str, int]]


def _compare(base: Side, head: Side, sources: Sequence[Source], followed: _Followed, said: Said) -> _Left:
    changer = followed.changer
    doubts = [doubt for outcome in followed.outcomes for doubt in outcome.doubts]
    known = {(doubt.reason, doubt.names) for doubt in base.doubts}
    for doubt in head.doubts:
        if (doubt.reason, doubt.names) not in known:
            said.unknown(doubt.path, doubt.line, doubt.reason)
    loose = base.schema.format != head.schema.format
    found = list(Comparison(changer.touched, loose=loose).compare(changer.schema, head.schema))
    if head.schema.versions is not None:
        found = list(structure.told(found))
    open_doubts: dict[Doubt, Difference] = {}
    certain = []
    for one in found:
        member = one.name.partition(".")[0]
        covering = next((each for each in doubts if each.covers(one.table, member)), None)
        if covering is None:
            certain.append(one)
        else:
            open_doubts.setdefault(covering, one)
    dumped = versions.is_dumped(head.schema, sources)
    for doubt in dict.fromkeys(doubts):
        about = open_doubts.get(doubt)
        # Where the schema was written after the migration, what is not known and left no trace did nothing to it.
        if about is not None or doubt.sure or not dumped:
            reason = f"{report.subject(about)}: {doubt.reason}" if about is not None else doubt.reason
            said.unknown(doubt.path, doubt.line, reason)
    for table, (path, line) in changer.missed.items():
        # Of other schemas, nothing is written; one that is there at head came by another migration.
        if "." not in table.removeprefix("public.") and table not in head.schema.tables and not _is_view(head, table):
            said.unknown(path, line, f"the schema has no table {table}, or its name is computed")
    return _Left(certain, changer.touched)


def _is_view(side: Side, name: str) -> bool:
    return any(one.rpartition(".")[2] == name for kind, one in side.schema.named if kind.endswith("view"))


@dataclass(frozen=True)
class _Followed:
    """Migrations that were done to a schema, which is `changer`'s."""

    changer: Changer
    outcomes: Sequence[Outcome]


def _follow(changer: Changer, sources: Sequence[Source], adapter: str) -> _Followed:
    """Do to a schema what some migrations do."""
    return _Followed(changer, [read_migration(changer, source, adapter) for source in sources])


def _advise(followed: _Followed, before: Mapping[str, Table], adapter: str, said: Said) -> None:
    """Give advice on the steps of new migrations, and say which could not be followed at all."""
    steps = [step for outcome in followed.outcomes for step in outcome.steps]
    made = frozenset(name for name in followed.changer.schema.tables if name not in before)
    said.findings[Question.RISKY].extend(find_risks_of(steps, made, adapter))
    for doubt in dict.fromkeys(doubt for outcome in followed.outcomes for doubt in outcome.doubts):
        if doubt.sure and doubt.anything:
            said.unknown(doubt.path, doubt.line, doubt.reason, Question.RISKY)


def _tell(  # noqa: PLR0913, PLR0917 - what there is to tell
    change: Change,
    databases: tuple[Database, Database | None],
    sides: tuple[Side, Side],
    left: _Left,
    adapter: str,
    said: Said,
) -> None:
    """Say what differs, and as a note what other migrations than the new ones account for."""
    database, old = databases
    base, head = sides
    caught_up: dict[Difference, str] = {}
    terms = Terms(adapter, _NEWEST_FORMAT)
    if left.differences and old is not None:
        edited = history.find_edited_elements(change, old, terms, base.schema, head.schema)
        about = Comparison(edited)
        loose = [one for one in left.differences if not one.touched]
        for one in loose:
            kind, member = ("column" if one.kind == "option" else one.kind), one.name.partition(".")[0]
            if about.is_touched(one.table, kind, member):
                caught_up[one] = next(path for (table, _, _), (path, _) in edited.items() if table == one.table)
        rest = [one for one in loose if one not in caught_up]
        if rest:
            caught_up |= history.find_caught_up(change.merge_base, old, terms, base.schema, head.schema, rest)
    for one in left.differences[:_MOST]:
        path = caught_up.get(one)
        finding = report.finding(one, database.schema, left.touched)
        if path is not None:
            message = f"{report.subject(one)} now is in {database.schema} as {path} makes it"
            finding = replace(finding, message=message, certainty=Certainty.NOTE, severity=Severity.LOW)
        said.findings[Question.MISSING].append(finding)
