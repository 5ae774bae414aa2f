"""`migrations.edited` for tools whose migrations are files: one that was merged is changed, deleted or moved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from bot.model import Certainty, Change, ChangedFile, Finding, NotRead, Severity, Status, Unknown

_DID = {Status.DELETED: "deleted", Status.RENAMED: "moved", Status.TYPE_CHANGED: "replaced"}
Same = Callable[[bytes, bytes], bool]


def find_edited(
    change: Change, orm: str, is_migration: Callable[[str], bool], is_same: Same
) -> Iterator[Finding | Unknown]:
    """Yield a finding for each migration of the merge base that the change alters.

    `is_same` says whether two contents do the same, so that comments and layout count for nothing.
    """
    for file in change.files:
        if file.old_path is None or not is_migration(file.old_path):
            continue
        if file.status is Status.MODIFIED or (file.status is Status.RENAMED and is_migration(file.path)):
            contents = _contents(change, file)
            if isinstance(contents, Unknown):
                yield contents
                continue
            if file.path == file.old_path and is_same(*contents):
                continue
        yield _describe(file, orm)


def _contents(change: Change, file: ChangedFile) -> tuple[bytes, bytes] | Unknown:
    read = dict(change.blobs.read([oid for oid in (file.old_oid, file.new_oid) if oid is not None]))
    pair = [read.get(oid or "", b"") for oid in (file.old_oid, file.new_oid)]
    for one in pair:
        if isinstance(one, NotRead):
            return Unknown(path=file.path, reason=one.reason, settle=one.settle)
    old, new = (one if isinstance(one, bytes) else b"" for one in pair)
    return old, new


def _describe(file: ChangedFile, orm: str) -> Finding:
    did = _DID.get(file.status, "edited")
    first = next(file.added_lines(), None)
    key = "\0".join((orm, "edited", file.old_path or "", did)).encode("utf-8", "surrogateescape")
    return Finding(
        rule=f"{orm}-merged-migration-{did}",
        message=f"{file.old_path} was merged before, and databases that ran it will not run it again; it is {did}",
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=file.path,
        line=first.start if first is not None and file.new_oid else None,
        fingerprint=hashlib.sha256(key).hexdigest()[:32],
        fix="restore it, and put what is to change into a new migration",
    )
