"""A snapshot that is written for another provider than before: what it says of types is no change of the model."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.efcore.missing import COMMAND, HELP
from bot.checks.migrations.efcore.project import migrations_under
from bot.checks.migrations.efcore.providers import TITLES
from bot.checks.migrations.efcore.side import of_snapshot
from bot.checks.migrations.efcore.snapshot import Snapshot, read_snapshot
from bot.checks.migrations.face import Question
from bot.checks.migrations.sql.compare import compare
from bot.checks.migrations.sql.report import describe, fingerprint
from bot.model import Certainty, Change, Finding, Severity, Unknown

if TYPE_CHECKING:
    from bot.checks.migrations.efcore.kept import Kept, Said

_SETTLE = "make the first migration anew for the other provider, in a folder of its own"


def is_swapped(before: Kept | None, one: Kept) -> bool:
    """Whether a snapshot is for another provider than it was."""
    providers = {kept.snapshot.provider for kept in (before, one) if kept is not None}
    return len(providers) > 1 and "" not in providers


def judge_swap(change: Change, pair: tuple[Kept, Kept], library: Library, said: Said, *, new: bool) -> None:
    """Hold a swapped snapshot, before and after, against the newest migration beside it.

    `new` says whether the change brings any migration.
    """
    before, one = pair
    was, now = TITLES[before.snapshot.provider], TITLES[one.snapshot.provider]
    words = f"the snapshot is now {now}'s and was {was}'s"
    kept = migrations_under(library.generated, posixpath.dirname(one.path))
    newest = kept[max(kept)] if kept else None
    target = _target(change, newest.designer) if newest is not None and newest.designer is not None else None
    if newest is None or target is None or new:
        reason = f"{words}: what its migrations do is not compared with it"
        said.unknowns[Question.MISSING].append(Unknown(path=one.path, line=1, reason=reason, settle=_SETTLE))
        return
    if target.provider != one.snapshot.provider:
        title = TITLES.get(target.provider, "another provider")
        _tell(f"{words}, and {newest.id}, the newest migration beside it, is {title}'s", one, said)
        return
    schema = of_snapshot(target).schema
    different = next((diff for diff in compare(schema, one.database.schema) if "\0" not in diff.have + diff.want), None)
    if different is not None:
        _tell(f"{words}; it says: {describe(different)}, and the model of {newest.id}, the newest, does not", one, said)


def _target(change: Change, path: str) -> Snapshot | None:
    content = change.head.read(path)
    if not isinstance(content, bytes):
        return None
    file = read_file(path, content)
    return read_snapshot(file, content) if file.broken is None else None


def _tell(message: str, one: Kept, said: Said) -> None:
    said.findings[Question.MISSING].append(
        Finding(
            rule="efcore-snapshot-of-another-provider",
            message=message,
            severity=Severity.HIGH,
            certainty=Certainty.CERTAIN,
            path=one.path,
            line=1,
            fingerprint=fingerprint("efcore", "provider", *one.subject),
            fix=f"restore the snapshot; another provider has migrations of its own (`{COMMAND} --output-dir <Folder>`)",
            help=HELP,
        )
    )
