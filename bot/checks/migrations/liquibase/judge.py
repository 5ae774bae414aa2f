"""What a change does to Liquibase's change sets: a name twice, a file that is not there or in no changelog, an edit.

Source: https://docs.liquibase.com/concepts/changelogs/changeset.html and .../changeset-checksums.html.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.checks.migrations.changelog.files import (
    Changelog,
    Changelogs,
    ChangeSet,
    as_utf_8,
    is_changelog,
    may_be_changelog,
)
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.liquibase.edits import Sides, find_edited, sets_by_path
from bot.checks.migrations.liquibase.steps import find_risks
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Tree, Unknown

_NAMED = re.compile(r"change-?_?log|liquibase", re.IGNORECASE)
_MOST_LOOKED_AT = 500
_NO_MODELS = "change sets of Liquibase have no models of their own to be compared with"
_HELP = "https://docs.liquibase.com/concepts/changelogs/changeset.html"


def find_presence(change: Change) -> Evidence | None:
    """A changelog, at head or before."""
    for tree in (change.head, change.merge_base):
        found = _in_tree(tree)
        if found is not None:
            return found
    return None


def _in_tree(tree: Tree) -> Evidence | None:
    named = [entry.path for entry in tree.entries() if may_be_changelog(entry.path) and _NAMED.search(entry.path)]
    # The shortest paths are those of the roots.
    for path, content in tree.read_many(sorted(named, key=len)[:_MOST_LOOKED_AT]):
        if isinstance(content, NotRead) or is_changelog(as_utf_8(path, content)):
            return Evidence(text="Liquibase", path=path)
    return None


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What is out of order, edited or risky."""
    known: dict[tuple[str, str], Changelog] = {}
    new = Changelogs(change.head, known)
    touched = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    sqlfiles = any(path.endswith(".sql") for path in touched)
    old = Changelogs(change.merge_base, known)
    new.roots()
    old.roots()
    unread = {side: list(_find_unread(side, touched)) for side in (new, old)}
    if not sqlfiles and not unread[new] and not any(new.known(path) or old.known(path) for path in touched):
        return Answer(present=None, undeclared=_NO_MODELS)
    sides = Sides(old, old if change.base.commit == change.merge_base.commit else Changelogs(change.base, known), new)
    conflicts = [*_find_twins(sides, touched), *_find_unreachable(change, sides, touched)]
    edited = list(find_edited(sides, touched, change))
    return Answer(
        present=None,
        findings={
            Question.CONFLICTS: conflicts,
            Question.EDITED: edited,
            Question.RISKY: list(find_risks(_added(sides, touched), change.head)),
        },
        unknowns={
            Question.CONFLICTS: unread[new],
            Question.EDITED: list(dict.fromkeys([*unread[new], *unread[old]])),
            Question.RISKY: unread[new],
        },
        undeclared=_NO_MODELS,
    )


def _find_unread(side: Changelogs, touched: set[str]) -> Iterator[Unknown]:
    yield from (one for one in side.unread if one.path in touched and may_be_changelog(one.path))
    for path in sorted(touched):
        found = side.get(path) if side.known(path) else None
        if found is not None and found.fault is not None:
            reason = f"a changelog that {found.fault.reason}"
            yield Unknown(path=path, line=found.fault.line, reason=reason, settle="mend the file")


def _added(sides: Sides, touched: set[str]) -> list[ChangeSet]:
    """The change sets of the change that the merge base does not have."""
    old = {one.identity for sets in sets_by_path(sides.old, touched).values() for one in sets}
    return [one for sets in sets_by_path(sides.new, touched).values() for one in sets if one.identity not in old]


def _find_twins(sides: Sides, touched: set[str]) -> Iterator[Finding]:
    """Two change sets of one id, author and file: Liquibase refuses to run."""
    for path, sets in sets_by_path(sides.new, touched).items():
        seen: dict[tuple[tuple[str, str, str], str], ChangeSet] = {}
        old = sides.old.get(path) if sides.old.known(path) else None
        before: dict[object, int] = defaultdict(int)
        for one in old.change_sets() if old is not None else ():
            before[one.identity, one.attributes.get("dbms", "")] += 1
        for one in sets:
            key = (one.identity, one.attributes.get("dbms", ""))
            first = seen.setdefault(key, one)
            if first is not one and before[key] < 2 and one.id:  # noqa: PLR2004 - twice already
                message = f"change set {one.id} of {one.author} stands in the file already, in line {first.line}"
                yield _conflict("same-id", one.path, one.line, message, "give it an id of its own")
        merged = sides.merged.get(path) if sides.merged is not sides.old and sides.merged.known(path) else None
        theirs = {(one.identity, one.attributes.get("dbms", "")) for one in merged.change_sets()} if merged else set()
        mine = {key for key in seen if not before[key]}
        for key in mine & theirs:
            one = seen[key]
            message = f"change set {one.id} of {one.author} was merged into the base by another change"
            yield _conflict("same-id", one.path, one.line, message, "give it an id of its own")


def _find_unreachable(change: Change, sides: Sides, touched: set[str]) -> Iterator[Finding]:
    """Yield files that are included and not there, and new ones that no changelog includes."""
    gone = {path for path in touched if change.head.entry(path) is None}
    roots = sides.new.roots()
    lone = sides.new.lone(roots)
    including = {path for path in sides.new.contents if b"nclude" in sides.new.contents[path]}
    for path in sorted(including):
        if path not in touched and not gone:
            continue
        found = sides.new.get(path)
        before = sides.old.get(path) if sides.old.known(path) else None
        old = {one.wanted for one in before.includes() if sides.old.targets(path, one)} if before is not None else set()
        for include in found.includes() if found is not None else ():
            known = before is not None and any(one.wanted == include.wanted for one in before.includes())
            if include.folder or "${" in include.wanted or sides.new.targets(path, include):
                continue
            if include.wanted in old or not known:
                message = f"{include.wanted} is included and is not there: Liquibase refuses to run"
                yield _conflict("no-file", path, include.line, message, "add the file, or take the line away")
    for path in sorted(touched & lone):
        if change.merge_base.entry(path) is None:
            message = "no changelog includes it, as one includes other files of its folder: it is never run"
            yield _conflict(
                "not-included", path, 1, message, "include it in the changelog of its folder", Certainty.LIKELY
            )


def _conflict(  # noqa: PLR0913, PLR0917 - what a finding is made of
    kind: str, path: str, line: int, message: str, fix: str, certainty: Certainty = Certainty.CERTAIN
) -> Finding:
    return Finding(
        rule=f"liquibase-{kind}",
        message=message,
        severity=Severity.HIGH,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("liquibase", kind, path, message),
        fix=fix,
        help=_HELP,
    )
