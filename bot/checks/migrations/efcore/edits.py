"""`migrations.edited`: a migration that was merged does something else, or is gone.

EF Core knows a migration by its id alone, so that a move, another namespace and comments change nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.efcore.project import class_of, is_migration
from bot.checks.migrations.efcore.unread import of_broken
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, NotRead, Severity, Unknown


@dataclass(frozen=True)
class _Does:
    """What a migration does, in words; empty where a file is only its target model.

    `broken` tells where it cannot be parsed.
    """

    up: str
    down: str
    line: int
    broken: Unknown | None = None


def find_edits(change: Change, retired: Sequence[str], findings: list[Finding], unknowns: list[Unknown]) -> None:
    """Add a finding for each merged migration that the change alters.

    `retired` are folders whose snapshot and context are gone with them, of which it is a note.
    """
    there = {file.path: file.new_oid for file in change.files if file.new_oid is not None and is_migration(file.path)}
    stayed = {file.old_path for file in change.files}
    moved = {posixpath.basename(path): (path, oid) for path, oid in there.items() if path not in stayed}
    for file in change.files:
        path = file.old_path
        if path is None or file.old_oid is None or not is_migration(path) or path.endswith(".Designer.cs"):
            continue
        # Folders of several providers hold files of one name: what is still in its place did not move.
        name = posixpath.basename(path)
        place, oid = (path, there[path]) if path in there else moved.get(name, (path, None))
        old = _does(change, path, file.old_oid)
        if isinstance(old, Unknown):
            unknowns.append(old)
            continue
        if old is None:
            continue
        if oid is None:
            certainty = Certainty.NOTE if path.startswith(tuple(retired)) else Certainty.CERTAIN
            findings.append(replace(_finding(path, path, "deleted", None), certainty=certainty))
            continue
        now = _does(change, place, oid)
        if isinstance(now, Unknown):
            unknowns.append(now)
            continue
        if now is not None and (now.up, now.down) == (old.up, old.down):
            continue
        broken = (now.broken if now is not None else None) or old.broken
        if broken is not None:
            unknowns.append(broken)
        else:
            findings.append(_finding(path, place, "edited", now.line if now is not None else 1))


def _does(change: Change, path: str, oid: str) -> _Does | Unknown | None:
    for _, content in change.blobs.read([oid]):
        if isinstance(content, NotRead):
            return Unknown(path=path, reason=content.reason, settle=content.settle)
        file = read_file(path, content)
        decl, broken = class_of([file]), of_broken(file)
        if decl is not None:
            up, down = decl.method("Up"), decl.method("Down")
            return _Does(up.words() if up else "", down.words() if down else "", up.line if up else 1, broken)
        if broken is not None:
            return _Does("", "", 1, broken)
    return None


def _finding(old: str, path: str, did: str, line: int | None) -> Finding:
    return Finding(
        rule=f"efcore-merged-migration-{did}",
        message=f"{old} was merged before, and databases that ran it will not run it again; it is {did}",
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=path,
        line=line,
        fingerprint=fingerprint("efcore", "edited", old, did),
        fix="restore it, and put what is to change into a new migration",
    )
