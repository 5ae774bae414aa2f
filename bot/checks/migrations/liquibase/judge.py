"""What a change does to Liquibase's change sets: a name twice, a file that is not there or in no changelog, an edit.

Source: https://docs.liquibase.com/concepts/changelogs/changeset.html and .../changeset-checksums.html.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.changelog.files import Changelog, Changelogs, ChangeSet, may_be_changelog
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.liquibase.steps import find_risks
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Tree, Unknown

_NAMED = re.compile(r"change-?_?log|liquibase", re.IGNORECASE)
_MARK = re.compile(rb"databaseChangeLog|liquibase\s+formatted\s+sql", re.IGNORECASE)
_MOST_LOOKED_AT = 30
_MOST_TOLD = 10
_NO_MODELS = "change sets of Liquibase have no models of their own to be compared with"
_HELP = "https://docs.liquibase.com/concepts/changelogs/changeset.html"


@dataclass(frozen=True)
class Sides:
    """The changelogs at the merge base, at the tip of the base and at head."""

    old: Changelogs
    merged: Changelogs
    new: Changelogs


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
        if not isinstance(content, NotRead) and _MARK.search(content[:20_000]):
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
    edited = list(_gather(_find_edited(sides, touched, change)))
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


def _sets_by_path(side: Changelogs, paths: set[str]) -> dict[str, list[ChangeSet]]:
    found = {path: side.get(path) for path in sorted(paths) if side.known(path)}
    return {path: list(one.change_sets()) for path, one in found.items() if one is not None}


def _added(sides: Sides, touched: set[str]) -> list[ChangeSet]:
    """The change sets of the change that the merge base does not have."""
    old = {one.identity for sets in _sets_by_path(sides.old, touched).values() for one in sets}
    return [one for sets in _sets_by_path(sides.new, touched).values() for one in sets if one.identity not in old]


def _find_twins(sides: Sides, touched: set[str]) -> Iterator[Finding]:
    """Two change sets of one id, author and file: Liquibase refuses to run."""
    for path, sets in _sets_by_path(sides.new, touched).items():
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


def _find_edited(sides: Sides, touched: set[str], change: Change) -> Iterator[Finding]:
    old, new = _sets_by_path(sides.old, touched), _sets_by_path(sides.new, touched)
    now: dict[object, list[ChangeSet]] = defaultdict(list)
    for sets in new.values():
        for one in sets:
            now[one.identity, one.attributes.get("dbms", "")].append(one)
    moved = _by_name(new)
    for path, sets in old.items():
        for number, one in enumerate(sets):
            if one.repeated or any(one.identity == other.identity for other in sets[:number]):
                continue
            after = now.get((one.identity, one.attributes.get("dbms", ""))) or [
                other for each in new.values() for other in each if other.identity == one.identity
            ]
            if after:
                yield from _compare(one, after)
            elif not _is_broken(sides.new, path):
                yield _gone(one, path, change, moved)
    yield from _find_edited_sql(sides, change)


def _gather(found: Iterator[Finding]) -> Iterator[Finding]:
    """Yield findings; those of a file that was written anew are one."""
    by_path: dict[str | None, list[Finding]] = defaultdict(list)
    for one in found:
        by_path[one.path].append(one)
    for path, several in by_path.items():
        if len(several) <= _MOST_TOLD:
            yield from several
            continue
        first = next((one for one in several if one.certainty is Certainty.CERTAIN), several[0])
        message = f"{len(several):,} change sets of the file that were merged before are edited, moved or deleted"
        key = fingerprint("liquibase", "many", path or "")
        yield replace(first, rule="liquibase-merged-change-sets", message=message, fingerprint=key)


def _by_name(sets: Mapping[str, Sequence[ChangeSet]]) -> dict[tuple[str, str], ChangeSet]:
    return {(one.id, one.author): one for each in sets.values() for one in each}


def _is_broken(side: Changelogs, path: str) -> bool:
    found = side.get(path) if side.known(path) else None
    return any(one.path == path for one in side.unread) if found is None else found.fault is not None


def _compare(one: ChangeSet, after: Sequence[ChangeSet]) -> Iterator[Finding]:
    if any(other.content() == one.content() or other.repeated for other in after):
        return
    other = after[0]
    allowed = set(other.checksums) - set(one.checksums)
    certainty = Certainty.NOTE if allowed or other.checksums else Certainty.CERTAIN
    message = f"change set {one.id} of {one.author} was merged before: its checksum is another one, and Liquibase stops"
    if certainty is Certainty.NOTE:
        message = f"change set {one.id} of {one.author} was merged before, and is edited with a validCheckSum"
    yield _edit("edited", other.path, other.line, message, one, certainty)


def _gone(one: ChangeSet, path: str, change: Change, moved: Mapping[tuple[str, str], ChangeSet]) -> Finding:
    other = moved.get((one.id, one.author))
    if other is not None:
        name = f"change set {one.id} of {one.author}"
        message = f"{name} is moved from {path}: Liquibase knows it by its file, and runs it again"
        return _edit("moved", other.path, other.line, message, one, Certainty.LIKELY)
    message = f"change set {one.id} of {one.author} was merged before, and is deleted: new databases lack what it did"
    return _edit("deleted", path, None if change.head.entry(path) is None else 1, message, one, Certainty.LIKELY)


def _find_edited_sql(sides: Sides, change: Change) -> Iterator[Finding]:
    """Yield files of SQL that merged change sets run, and that the change edits or deletes."""
    edited = [file for file in change.files if file.old_path is not None and file.old_path.endswith(".sql")]
    if not edited:
        return
    used: dict[str, ChangeSet] = {}
    for path, content in sides.old.contents.items():
        if b"sqlFile" not in content:
            continue
        found = sides.old.get(path)
        for one in found.change_sets() if found is not None else ():
            for node in one.changes:
                if node.name == "sqlFile" and not one.repeated:
                    used[node.get("path").rpartition("/")[2]] = one
    for file in edited:
        name = (file.old_path or "").rpartition("/")[2]
        runs = used.get(name)
        if (
            runs is None
            or (file.old_path or "") in sides.old.contents
            or _same_text(change, file.old_oid, file.new_oid)
        ):
            continue
        message = f"it is run by change set {runs.id} of {runs.author}, which was merged before: Liquibase stops"
        yield _edit("sql-edited", file.path, 1, message, runs, Certainty.LIKELY)


def _same_text(change: Change, old: str | None, new: str | None) -> bool:
    if old == new:
        return True
    contents = dict(change.blobs.read([oid for oid in (old, new) if oid is not None]))
    texts = [contents.get(oid or "") for oid in (old, new)]
    plain = [b" ".join(text.split()) if isinstance(text, bytes) else None for text in texts]
    return plain[0] is not None and plain[0] == plain[1]


def _edit(  # noqa: PLR0913, PLR0917 - what a finding is made of
    kind: str, path: str, line: int | None, message: str, one: ChangeSet, certainty: Certainty
) -> Finding:
    return Finding(
        rule=f"liquibase-merged-change-set-{kind}",
        message=message,
        severity=Severity.HIGH if certainty is not Certainty.NOTE else Severity.LOW,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("liquibase", kind, *one.identity),
        fix="restore it, and put what is to change into a new change set",
        help="https://docs.liquibase.com/concepts/changelogs/changeset-checksums.html",
        fails=certainty is not Certainty.NOTE,
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
