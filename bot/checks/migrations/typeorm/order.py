"""The order of migrations, the lists that name them, and merged ones that are edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.module import read_module
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.typeorm.project import Chain, Migration, read_migrations
from bot.model import Certainty, Change, Finding, Severity, Status, Unknown

_HELP = "https://typeorm.io/docs/migrations/why"
_SAME = frozenset({'"', "'", "`", ",", ";", "(", ")", "comment"})


def find_conflicts(change: Change, chain: Chain, before: Chain, program: Program) -> Iterator[Finding]:
    """Yield what is wrong with the order of a chain's new migrations."""
    moved = moves(change)
    known = {moved.get(path, path) for path in before.files}
    added = [path for path in chain.files if path not in known]
    new = list(read_migrations(program, added))
    # What another dialect's folder holds has an order of its own.
    merged = (known & set(chain.files)) | _landed(change, chain)
    newest = max((_stamp(path) for path in merged), default="")
    stamps: dict[str, str] = {_stamp(path): path for path in merged if _stamp(path)}
    for one in new:
        if not one.stamp:
            yield _conflict("no-timestamp", one, f"{one.name} does not end with a timestamp, and TypeORM refuses it")
            continue
        other = stamps.setdefault(one.stamp, one.path)
        if other != one.path:
            yield _conflict("same-timestamp", one, f"{one.name} has the timestamp of {other}")
        elif newest and one.stamp < newest:
            yield _conflict("out-of-order", one, f"{one.name} sorts before {newest}, which is merged", Certainty.NOTE)
    yield from _find_unlisted(chain, before, new, moved)
    yield from _find_taken_out(chain, before, program)


def moves(change: Change) -> dict[str, str]:
    """The old paths of files that the change moves, to the new ones."""
    return {file.old_path: file.path for file in change.files if file.status is Status.RENAMED and file.old_path}


def _landed(change: Change, chain: Chain) -> set[str]:
    """The migrations that came to the tip of the base after the change began."""
    folders = {path.rpartition("/")[0] for path in chain.files}
    return {
        entry.path
        for entry in change.base.entries()
        if entry.path.rpartition("/")[0] in folders
        and _stamp(entry.path)
        and change.merge_base.entry(entry.path) is None
        and change.head.entry(entry.path) is None
    }


def _stamp(path: str) -> str:
    digits = path.rpartition("/")[2].partition("-")[0].partition("_")[0]
    return digits if digits.isdigit() and len(digits) == 13 else ""  # noqa: PLR2004 - milliseconds since 1970


def _find_unlisted(
    chain: Chain, before: Chain, new: Sequence[Migration], moved: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield the new migrations that no list names, where those before are named in one."""
    old = frozenset(moved.get(path, path) for path in before.files)
    lists = {path: named for path, named in chain.lists.items() if not old.isdisjoint(named)}
    listed = frozenset(path for named in lists.values() for path in named)
    for one in new:
        if lists and one.path not in listed:
            where = min(lists)
            message = f"{one.name} is not in {where}, which names the others: it will not be run"
            yield _conflict("not-listed", one, message)


def _find_taken_out(chain: Chain, before: Chain, program: Program) -> Iterator[Finding]:
    """Yield the merged migrations that a list named and none names any more."""
    had = frozenset(path for named in before.lists.values() for path in named)
    listed = frozenset(path for named in chain.lists.values() for path in named)
    kept = {path for path in had - listed if path in chain.files} if listed else set()
    for one in read_migrations(program, sorted(kept)):
        yield _conflict("taken-out", one, f"{one.name} was merged and listed, and no list names it any more")


def _conflict(kind: str, one: Migration, message: str, certainty: Certainty = Certainty.CERTAIN) -> Finding:
    fixes = {
        "not-listed": "add it to the list",
        "taken-out": "leave it in the list",
        "no-timestamp": "end the class's name with the milliseconds of its file's name",
    }
    return Finding(
        rule=f"typeorm-{kind}",
        message=message,
        severity=Severity.HIGH,
        certainty=certainty,
        path=one.path,
        line=one.cls.line,
        fingerprint=fingerprint("typeorm", kind, one.path, one.name),
        fix=fixes.get(kind, "give it a timestamp of its own, after those that are merged"),
        help=_HELP,
    )


def find_edits(change: Change, merged: Sequence[str]) -> Iterator[Finding | Unknown]:
    """Yield the merged migrations whose `up` or name the change alters, and those that could not be read."""
    known = frozenset(merged)
    kept = frozenset(_moved_as_they_were(change, known))
    for one in find_edited(change, "typeorm", lambda path: path in known, _same):
        if isinstance(one, Finding) and one.path in kept:
            # It is known by its class's name, and not by its path.
            yield replace(one, certainty=Certainty.NOTE, fails=False)
        else:
            yield one


def _moved_as_they_were(change: Change, merged: frozenset[str]) -> Iterator[str]:
    """Yield the new paths of merged migrations that were moved and do the same under the same name."""
    for file in change.files:
        if file.status is Status.RENAMED and file.old_path in merged and file.old_oid and file.new_oid:
            read = dict(change.blobs.read([file.old_oid, file.new_oid]))
            old, new = read.get(file.old_oid), read.get(file.new_oid)
            if isinstance(old, bytes) and isinstance(new, bytes) and _same(old, new):
                yield file.path


def does_the_same(old: object, new: object) -> bool:
    """Whether the contents of two files are migrations that do the same."""
    return isinstance(old, bytes) and isinstance(new, bytes) and _same(old, new)


def _same(old: bytes, new: bytes) -> bool:
    """Whether two files hold migrations that do the same: their way back and their layout do not count."""
    return _steps(old) == _steps(new)


def _steps(content: bytes) -> list[tuple[str, list[str]]]:
    module = read_module("migration.ts", content)
    found = []
    for name, declared in module.declared.items():
        value = declared.value
        if not isinstance(value, Class):
            found.append((name, [repr(value)]))
            continue
        found.append((name, [repr(value.properties)]))
        found += [
            (f"{name}.{one.name}", _words(one.body))
            for one in value.methods
            if one.name != "down" and one.body is not None
        ]
    return found


def _words(node: object) -> list[str]:
    """The words of a piece of syntax, without comments, quotes and brackets."""
    waiting, words = [node], []
    while waiting:
        one = waiting.pop()
        children = getattr(one, "children", [])
        kind = getattr(one, "type", "")
        if kind in _SAME:
            continue
        if not children:
            words.append(" ".join(node_text(one).split()))  # type: ignore[arg-type]
        waiting += reversed(children)
    return words
