"""Holds what the schema's code declares against what the SQL migrations make, at head and at the merge base.

The databases are taken to have what ent had generated at the merge base; to that the change's SQL is applied. What
then differs from what the code declares is missing, unless it differed at the base, or older SQL makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.ent.dialects import LONGEST, STEM, to_schema
from bot.checks.migrations.ent.generated import UnreadTablesError, read_tables
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.source import Source
from bot.checks.migrations.ent.graph import Declared, Doubt, read_declared
from bot.checks.migrations.ent.merge import merge
from bot.checks.migrations.ent.project import Folder, Project, find_projects
from bot.checks.migrations.ent.spelling import loosen
from bot.checks.migrations.ent.sqlfiles import added, all_files, merged_paths
from bot.checks.migrations.ent.tables import Table, same
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.folder import SqlFile
from bot.checks.migrations.sql.hidden import find_hidden
from bot.checks.migrations.sql.programs import find_merged, find_sweeping
from bot.checks.migrations.sql.report import Teller, fingerprint
from bot.checks.migrations.sql.schema import Schema
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Severity, Tree, Unknown

_WORD = re.compile(r"\w+")
_GENERATE = "go generate"
_DIFF = "atlas migrate diff"
_HELP = "https://entgo.io/docs/versioned-migrations"
_SETTLE = f"run `{_GENERATE}` and `{_DIFF}` and look whether they write anything"


@dataclass
class _Said:
    findings: list[Finding] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    judged: int = 0


@dataclass(kw_only=True)
class _Side:
    """One revision: what ent generated, what the code declares, and both as one where they can be told."""

    project: Project
    generated: Mapping[str, Table]
    declared: Declared
    tables: Mapping[str, Table]

    @property
    def pushed(self) -> Mapping[str, Table]:
        """What databases are taken to have: what was generated, or what is declared where that is not kept."""
        return self.generated or self.tables


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What ent's schemas and SQL migrations at head say against those at the merge base."""
    said = _Said()
    cache: dict[str, Source] = {}
    old, new = Program(change.merge_base, cache), Program(change.head, cache)
    base = {one.generated: one for one in find_projects(change.merge_base, old)}
    head = find_projects(change.head, new)
    for project in head:
        if not project.folders:
            said.absent.append(f"{project.generated}: no folder of SQL migrations; ent makes the schema as it starts")
            continue
        said.judged += 1
        _judge_project(change, (base.get(project.generated), project), (old, new), said)
    if not head:
        said.absent.append("no generated tables of ent's are left")
    return Answer(
        present=Evidence(text="Ent", path=head[0].generated) if head else None,
        findings={Question.MISSING: said.findings},
        unknowns={Question.MISSING: said.unknowns},
        absent_reason=said.absent[0] if said.absent and not said.judged else None,
    )


def _judge_project(
    change: Change, projects: tuple[Project | None, Project], programs: tuple[Program, Program], said: _Said
) -> None:
    before, project = projects
    head = _side(project, programs[1], said)
    same = head if head is not None and not _touches(change, programs[1], project, before) else None
    old = _side(before, programs[0], said, same) if before is not None else None
    if head is None or (before is not None and old is None):
        return
    said.unknowns.extend(_faults(change, head, old))
    said.unknowns.extend(_unparsed(change, programs[1], project))
    for folder in project.folders:
        _judge_folder(change, folder, head, old, said)
    said.unknowns.extend(_doubts(head, old))


def _touches(change: Change, program: Program, project: Project, before: Project | None) -> bool:
    """Whether the change may touch code that declares the schema: a package that was read at head."""
    folders = program.read_folders()
    paths = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    concerned = any(path.endswith("go.mod") or path.rpartition("/")[0] in folders for path in paths)
    return concerned or before is None or before.schema != project.schema


def _side(project: Project, program: Program, said: _Said, same: _Side | None = None) -> _Side | None:
    """One revision; `same` is another whose code declares the same."""
    try:
        generated = read_tables(program, project.generated) if program.source(project.generated) is not None else {}
    except UnreadTablesError as error:
        unknown = Unknown(path=project.generated, line=1, reason=f"the generated tables: {error}", settle=_SETTLE)
        said.unknowns.append(unknown)
        return None
    if same is not None:
        declared = same.declared
    else:
        declared = read_declared(program, project.schema, generated) if project.schema is not None else Declared()
    whole = project.schema is not None and not declared.faults
    tables = merge(declared, generated) if whole else generated
    return _Side(project=project, generated=generated, declared=declared, tables=tables)


def _faults(change: Change, head: _Side, old: _Side | None) -> Iterator[Unknown]:
    """Yield why the code cannot be read, where the change touches it."""
    touched = {file.path for file in change.files}
    folder = head.project.schema
    if folder is None:
        yield from _unfound(change)
        return
    concerned = any(path.startswith(f"{folder}/") for path in touched)
    for side in (head, old):
        for doubt in side.declared.faults if side is not None and concerned else ():
            yield Unknown(path=doubt.place.path, line=doubt.place.line, reason=doubt.reason, settle=_SETTLE)


def _unparsed(change: Change, program: Program, project: Project) -> Iterator[Unknown]:
    """Yield what the change edits of other packages that the schema is made of, and that cannot be parsed."""
    touched = {file.path for file in change.files}
    for folder in sorted(program.read_folders() - {project.schema or ""}):
        for path, (line, reason) in program.package(folder).unread.items():
            if path in touched:
                yield Unknown(path=path, line=line, reason=reason, settle=_SETTLE)


def _unfound(change: Change) -> Iterator[Unknown]:
    """Yield what the change edits that declares types of ent's, where the folder of these is not known."""
    files = {file.new_oid: file.path for file in change.files if file.path.endswith(".go") and file.new_oid is not None}
    for oid, content in change.blobs.read(files):
        if isinstance(content, bytes) and b"ent.Schema" in content and b"package migrate" not in content[:2000]:
            reason = "a type of ent's, and no folder that is known to declare the schema"
            yield Unknown(path=files[oid], line=1, reason=reason, settle=_SETTLE)


def _judge_folder(change: Change, folder: Folder, head: _Side, old: _Side | None, said: _Said) -> None:
    new: list[SqlFile] = []
    for one in added(change, folder):
        if isinstance(one, Unknown):
            said.unknowns.append(one)
        else:
            new.append(one)
    names = _concerned_tables(head, old, new)
    if not names:
        blank = Schema(dialect=folder.dialect)
        blank.programs |= find_merged(change.merge_base, merged_paths(change, folder), (file.text for file in new))
        _tell_hidden(head, [(file, one) for file in new for one in apply(blank, file.text)], said)
        return
    pushed = _pick(old.pushed if old is not None else {}, names)
    have = to_schema(pushed, folder.dialect)
    known = have.copy()
    before = set(_differences(known, to_schema(_pick(old.tables, names), folder.dialect))) if old is not None else set()
    merged = merged_paths(change, folder)
    have.programs |= find_merged(change.merge_base, merged, (file.text for file in new))
    opaque = [(file, one) for file in new for one in apply(have, file.text)]
    want = to_schema(_pick(head.tables, names), folder.dialect)
    missing = [one for one in _differences(have, want) if one not in before and (one.want or _is_known(known, one))]
    if missing or have.clashes:
        made, hidden = _make_all(change.head, folder, {one.table.lower() for one in missing} or names, new)
        missing = list(_not_made(made, hidden, want, missing))
        clashes = [words for words in have.clashes if words in made.clashes]
        said.findings.extend(_teller(_DIFF, (head, old)).clash(words, new[0].path) for words in clashes if new)
    _tell(folder, (head, old), missing, opaque, said)
    if not missing:
        _tell_hidden(head, opaque, said)
    said.findings.extend(_find_checks(change.head, folder, (head, old), new))


def _concerned_tables(head: _Side, old: _Side | None, new: Sequence[SqlFile]) -> set[str]:
    """The tables that the change may concern: all others are at head what they were, and no new SQL names them."""
    sides = [head.tables, head.pushed, *((old.tables, old.pushed) if old is not None else ({},))]
    names = {name for side in sides for name in side}
    words = {word for file in new for word in _WORD.findall(file.text.lower())}
    if any(True for file in new for _ in find_sweeping(file.text.lower())):
        return names
    by_index = {name for side in sides for name, table in side.items() if not words.isdisjoint(_index_names(table))}
    return {
        name
        for name in names
        if name in by_index
        or name.lower() in words
        or any(not same(side.get(name), head.tables.get(name)) for side in sides)
    }


def _index_names(table: Table) -> set[str]:
    """What the indexes of a table may be called, in lower case; a unique column's is made of both names."""
    own = {one.name.lower() for one in table.indexes.values()}
    return own | {f"{table.name}_{column}_key".lower() for column in table.columns}


def _tell_hidden(head: _Side, opaque: Sequence[tuple[SqlFile, Opaque]], said: _Said) -> None:
    """Say what of the change's SQL may take away what the code declares, and is not understood."""
    said.unknowns.extend(find_hidden(((file.path, one) for file, one in opaque), head.tables))


def _pick(tables: Mapping[str, Table], names: set[str]) -> dict[str, Table]:
    return {name: table for name, table in tables.items() if name in names}


def _differences(have: Schema, want: Schema) -> Iterator[Difference]:
    loosen(have)
    loosen(want)
    for one in compare(have, want):
        # A type that ent does not know for this dialect can be any.
        if (one.kind != "type" or (one.want and one.have)) and not _is_cut(one):
            yield one


def _is_cut(one: Difference) -> bool:
    """Whether a name differs only in how it was made short: ent adds a sum, Atlas leaves that to the database."""
    long = min(len(one.have), len(one.want)) >= LONGEST
    return one.kind.endswith("-name") and long and one.have[:STEM] == one.want[:STEM]


def _is_known(schema: Schema, one: Difference) -> bool:
    """Whether ent had made an element that is to go: what only the SQL has is none of its business."""
    table = schema.tables.get(schema.key(one.table))
    if table is None or one.kind == "table":
        return table is not None
    keys = {"column": [*table.columns], "index": [*table.indexes], "foreign-key": [*table.foreign_keys]}
    return schema.key(one.name) in keys.get(one.kind, [schema.key(one.name)])


def _make_all(tree: Tree, folder: Folder, tables: set[str], new: Sequence[SqlFile]) -> tuple[Schema, list[Opaque]]:
    """What all the SQL of a folder makes that names some tables or is new, and what of it is not understood."""
    always = {file.path for file in new}
    made = Schema(dialect=folder.dialect)
    files = [
        file
        for file in all_files(tree, folder)
        if isinstance(file, SqlFile)
        and (file.path in always or not tables.isdisjoint(_WORD.findall(file.text.lower())))
    ]
    return made, [one for file in files for one in apply(made, file.text)]


def _not_made(
    made: Schema, opaque: Sequence[Opaque], want: Schema, missing: Sequence[Difference]
) -> Iterator[Difference]:
    """Yield what all the SQL does not make either: the code may have come after its migration."""
    left = {(one.kind, made.key(one.table), made.key(one.name)) for one in _differences(made, want)}
    tables = {table for kind, table, _ in left if kind == "table"}
    for one in missing:
        key = made.key(one.table)
        told = made.tables.get(key) is not None or key in tables or not one.want
        if not told or key in tables or (one.kind, key, made.key(one.name)) in left or _concerned(one, opaque):
            yield one


def _concerned(one: Difference, opaque: Sequence[Opaque]) -> bool:
    return any(other.anything or one.table in other.names for other in opaque)


def _tell(
    folder: Folder,
    sides: tuple[_Side, _Side | None],
    missing: Sequence[Difference],
    opaque: Sequence[tuple[SqlFile, Opaque]],
    said: _Said,
) -> None:
    head, _ = sides
    generated = to_schema(head.pushed, folder.dialect)
    stale = set(_differences(generated, to_schema(head.tables, folder.dialect)))
    for one in missing:
        hidden = next(((file, other) for file, other in opaque if _concerned(one, [other])), None)
        is_stale = any((one.kind, one.table, one.name) == (other.kind, other.table, other.name) for other in stale)
        teller = _teller(f"{_GENERATE} && {_DIFF}" if is_stale else _DIFF, sides)
        if hidden is None:
            kept = not one.want and one.kind in head.project.kept
            said.findings.append(teller.finding(one, Certainty.NOTE if kept else Certainty.CERTAIN))
        else:
            reason = f"{hidden[0].path}:{hidden[1].line} is not understood ({hidden[1].words})"
            said.unknowns.extend(teller.unknowns([one], reason))


def _teller(command: str, sides: tuple[_Side, _Side | None]) -> Teller:
    return Teller(orm="ent", command=command, help=_HELP, place=lambda one: _place(one, sides))


def _place(one: Difference, sides: tuple[_Side, _Side | None]) -> tuple[str, int] | None:
    for side in sides:
        table = side.declared.tables.get(one.table) if side is not None else None
        if table is None:
            continue
        place = table.places.get(one.name) or table.place
        if place is not None:
            return place.path, place.line
    return sides[0].project.generated, 1


def _find_checks(
    tree: Tree, folder: Folder, sides: tuple[_Side, _Side | None], new: Sequence[SqlFile]
) -> Iterator[Finding]:
    """Yield the checks of tables that are new, changed or gone, and that no SQL names."""
    head, old = sides
    for name, table in head.tables.items():
        was = old.tables[name].checks if old is not None and name in old.tables else {}
        for check, text in table.checks.items():
            word = check or "CHECK"
            if was.get(check) == text or any(word in file.text for file in new):
                continue
            everything = [one.text for one in all_files(tree, folder) if isinstance(one, SqlFile)]
            if check not in was and check and any(check in one for one in everything):
                continue
            yield _check_finding(name, check, text, _place(Difference(kind="table", table=name), sides))
        for check in was:
            if check and check not in table.checks and not any(check in file.text for file in new):
                yield _check_finding(name, check, "", _place(Difference(kind="table", table=name), sides))


def _check_finding(table: str, check: str, text: str, place: tuple[str, int] | None) -> Finding:
    becomes = f"is now {text}" if text else "is gone from the schema"
    return Finding(
        rule="ent-missing-check" if text else "ent-extra-check",
        message=f"check {check} of {table} {becomes}, and no migration of the change does that".replace("  ", " "),
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=place[0] if place else None,
        line=place[1] if place else None,
        fingerprint=fingerprint("ent", "check", table, check, text),
        fix=f"run `{_GENERATE} && {_DIFF}`",
        help=_HELP,
    )


def _doubts(head: _Side, old: _Side | None) -> Iterator[Unknown]:
    """Yield what the code says at head that cannot be read, was not written so before, and was not generated anew."""
    before = old.declared.doubts if old is not None else {}
    by_values = any(folder.dialect == "mysql" for folder in head.project.folders)
    for key, doubt in head.declared.doubts.items():
        if (key[1].endswith("()") and not by_values) or (key in before and before[key].written == doubt.written):
            continue
        if not _settled(key, head, old):
            yield _unknown(key, doubt)


def _settled(key: tuple[str, str], head: _Side, old: _Side | None) -> bool:
    """Whether ent generated something new of it."""
    now, column = head.generated.get(key[0]), key[1].removesuffix("()")
    was = old.generated.get(key[0]) if old is not None else None
    if now is None:
        return False
    if not column:
        return was is None or now != was
    return column in now.columns and (was is None or now.columns[column] != was.columns.get(column))


def _unknown(key: tuple[str, str], doubt: Doubt) -> Unknown:
    subject = f"{key[0]}.{key[1].removesuffix('()')}" if key[1] else key[0]
    reason = f"{subject}: {doubt.reason}, and the change touches it"
    return Unknown(path=doubt.place.path or None, line=doubt.place.line or None, reason=reason, settle=_SETTLE)
