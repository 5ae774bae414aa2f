"""Order, pairs, seals and edits of SQL files, and advice on their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.plain import atlas
from bot.checks.migrations.plain.folders import Folder, Migration, Side, find_folders, folder_of, parse_name, read_as
from bot.checks.migrations.plain.tools import Tool
from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.folder import SqlFile, find_risks, read_files, same_sql
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.sql.sections import section_to_run
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, Severity, Status, Unknown

_NO_MODELS = "migrations of SQL files have no models to be compared with"


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the folders at head say against those at the merge base and the tip of the base."""
    merged = {(folder.path, folder.tool.name): folder for folder in find_folders(change.base)}
    before = list(find_folders(change.merge_base))
    folders = list(_folders(change, before))
    conflicts: list[Finding | Unknown] = []
    risks: list[Finding] = []
    sql: list[SqlFile] = []
    edited: list[Finding] = []
    unread: list[Unknown] = []
    new_unread: list[Unknown] = []
    for folder in folders:
        conflicts.extend(_find_conflicts(change, folder, merged.get((folder.path, folder.tool.name))))
        found = list(_new_files(change, folder))
        new_unread.extend(one for one in found if isinstance(one, Unknown))
        new = [one for one in found if isinstance(one, SqlFile)]
        sql.extend(new)
        risks.extend(_find_risks(new))
    conflicts.extend(_find_unsealed(change, before))
    for one in _find_edited(change, before):
        if isinstance(one, Unknown):
            unread.append(one)
        else:
            edited.append(one)
    return Answer(
        present=Evidence(text=f"SQL files of {folders[0].tool.title}", path=folders[0].path) if folders else None,
        findings={
            Question.CONFLICTS: [one for one in conflicts if isinstance(one, Finding)],
            Question.EDITED: edited,
            Question.RISKY: list({one.fingerprint: one for one in risks}.values()),
        },
        unknowns={
            Question.CONFLICTS: [one for one in conflicts if isinstance(one, Unknown)],
            Question.EDITED: [*unread, *new_unread],
            Question.RISKY: new_unread,
        },
        sql=list(dict.fromkeys(sql)),
        undeclared=_NO_MODELS,
    )


def _folders(change: Change, before: Sequence[Folder]) -> Iterator[Folder]:
    """Yield the folders at head; one that another tool seems to run now is also taken as before.

    So no new file with a mark or a name of another tool's hides those beside it.
    """
    seen = set()
    for folder in find_folders(change.head):
        seen.add((folder.path, folder.tool.name))
        yield folder
    for folder in before:
        same = read_as(change.head, folder.path, folder.tool) if (folder.path, folder.tool.name) not in seen else None
        if same is not None:
            yield same


def _find_unsealed(change: Change, before: Sequence[Folder]) -> Iterator[Finding]:
    """Yield the seals that the change takes away while files that they were about stay."""
    for folder in before:
        seal = f"{folder.path}/{atlas.NAME}".lstrip("/")
        stays = any(change.head.entry(one.path) is not None for one in folder.migrations)
        if stays and change.merge_base.entry(seal) is not None and change.head.entry(seal) is None:
            message = "the folder was sealed, and its seal is deleted: Atlas refuses to run it"
            yield _finding(folder, "seal", seal, None, message, "restore it, and run `atlas migrate hash`")


def _find_conflicts(change: Change, folder: Folder, merged: Folder | None) -> Iterator[Finding | Unknown]:
    touched = {file.path for file in change.files if file.new_oid is not None}
    new = [one for one in folder.migrations if one.path in touched and change.merge_base.entry(one.path) is None]
    # What the change itself takes away stands in no one's way; `migrations.edited` tells of it.
    gone = {
        file.old_path for file in change.files if file.old_path is not None and change.head.entry(file.old_path) is None
    }
    old = [one for one in merged.migrations if one.path not in gone] if merged is not None else []
    yield from _find_twins(folder, new, old)
    yield from _find_late(folder, new, old)
    yield from _find_unpaired(folder, new)
    seal = f"{folder.path}/{atlas.NAME}".lstrip("/")
    prefix = f"{folder.path}/" if folder.path else ""
    concerned = any((path or "").startswith(prefix) for file in change.files for path in (file.path, file.old_path))
    if change.head.entry(seal) is not None and concerned:
        broken = atlas.check_seal(change.head, folder.path)
        if isinstance(broken, Unknown):
            yield broken
        elif broken is not None:
            yield _finding(folder, "seal", seal, broken.line, broken.reason, "run `atlas migrate hash`, after a look")


def _find_twins(folder: Folder, new: Sequence[Migration], old: Sequence[Migration]) -> Iterator[Finding]:
    """Two migrations of one version: the tools refuse to run, or run one of them."""
    taken: dict[tuple[tuple[int, ...], Side], list[Migration]] = defaultdict(list)
    for one in dict.fromkeys([*old, *folder.migrations]):
        if one.side is not Side.REPEATABLE and not one.is_day:
            taken[one.version, one.side].append(one)
    for one in new:
        others = [other for other in taken[one.version, one.side] if other.stem != one.stem]
        if others and one.side is Side.UP:
            message = f"its version is that of {others[0].path}"
            yield _finding(
                folder, "same-version", one.path, 1, message, "give it a version of its own, after the newest"
            )


def _find_late(folder: Folder, new: Sequence[Migration], old: Sequence[Migration]) -> Iterator[Finding]:
    ups = [one for one in old if one.side is Side.UP]
    newest = max(ups, key=lambda one: one.version, default=None)
    for one in new:
        if newest is not None and one.side is Side.UP and one.version < newest.version:
            message = f"its version is below that of {newest.path}, which was merged: {folder.tool.late}"
            fix = "give it a version after the newest"
            yield _finding(folder, "late", one.path, 1, message, fix, folder.tool.late_certainty)


def _find_unpaired(folder: Folder, new: Sequence[Migration]) -> Iterator[Finding]:
    """Where files come in pairs, one that goes up has one that goes down, of the same name."""
    stems: dict[str, set[Side]] = defaultdict(set)
    paired = False
    for one in folder.migrations:
        stems[one.stem].add(one.side)
        paired = paired or one.path.lower().endswith(".down.sql")
    for one in new:
        if not paired or not one.path.lower().endswith((".up.sql", ".down.sql")) or len(stems[one.stem]) > 1:
            continue
        other = "down" if one.side is Side.UP else "up"
        certainty = Certainty.NOTE if other == "down" else Certainty.LIKELY
        message = f"there is no {one.stem}.{other}.sql, as other migrations of the folder have"
        yield _finding(folder, f"no-{other}", one.path, 1, message, f"add {one.stem}.{other}.sql", certainty)


def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
    folder: Folder,
    kind: str,
    path: str,
    line: int | None,
    message: str,
    fix: str,
    certainty: Certainty = Certainty.CERTAIN,
) -> Finding:
    return Finding(
        rule=f"sql-{kind}",
        message=message,
        severity=Severity.MEDIUM if certainty is Certainty.NOTE else Severity.HIGH,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("sql", folder.tool.name, kind, path),
        fix=fix,
    )


def _new_files(change: Change, folder: Folder) -> Iterator[SqlFile | Unknown]:
    edited = {file.path for file in change.files if file.new_oid is not None}
    paths = [
        one.path
        for one in folder.migrations
        if (one.side is Side.UP and change.merge_base.entry(one.path) is None)
        # What may be repeated runs again once it is another one.
        or (one.side is Side.REPEATABLE and one.path in edited)
    ]
    for one in read_files(change.head, paths):
        yield SqlFile(one.path, section_to_run(one.text, folder.tool.markers)) if isinstance(one, SqlFile) else one


def _find_risks(files: Sequence[SqlFile]) -> Iterator[Finding]:
    made = Schema(dialect="postgres")
    for file in files:
        for _ in apply(made, file.text):
            pass
    names = {table.name for table in made.tables.values()}
    yield from find_risks(files, "sql", lambda table: table in names)


def _find_edited(change: Change, folders: Sequence[Folder]) -> Iterator[Finding | Unknown]:
    for folder in folders:
        same = _same_bytes if folder.tool.exact else same_sql("postgres")
        for one in find_edited(change, "sql", _is_merged(folder), same):
            yield _weigh_move(change, one, folder.tool) if isinstance(one, Finding) else one


def _weigh_move(change: Change, one: Finding, tool: Tool) -> Finding:
    """A file that keeps its name and its content goes with its folder: a note, since the tool is told where that is."""
    moved = next((file for file in change.files if file.path == one.path and file.status is Status.RENAMED), None)
    if moved is None or moved.old_oid != moved.new_oid:
        return one
    was, now = (parse_name(path or "", tool) for path in (moved.old_path, moved.path))
    same = was is not None and now is not None and was.stem == now.stem
    return replace(one, certainty=Certainty.NOTE) if same else one


def _is_merged(folder: Folder) -> Callable[[str], bool]:
    def is_merged(path: str) -> bool:
        migration = parse_name(path, folder.tool) if folder_of(path, folder.tool) == folder.path else None
        return migration is not None and migration.side is Side.UP

    return is_merged


def _same_bytes(old: bytes, new: bytes) -> bool:
    return old.replace(b"\r\n", b"\n") == new.replace(b"\r\n", b"\n")
