"""What a change does to merged change sets: their checksum, where they run, whether anything includes them.

Source: https://docs.liquibase.com/concepts/changelogs/changeset-checksums.html (read 2026-11-30): the checksum is of
what a change set does, with the values of properties; attributes, preconditions and rollbacks are no part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.changelog.files import Changelogs, ChangeSet
from bot.checks.migrations.changelog.nodes import canonical
from bot.checks.migrations.liquibase.properties import Properties
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, Severity

_MOST_TOLD = 10
_HELP = "https://docs.liquibase.com/concepts/changelogs/changeset-checksums.html"


@dataclass(frozen=True)
class Sides:
    """The changelogs at the merge base, at the tip of the base and at head."""

    old: Changelogs
    merged: Changelogs
    new: Changelogs


def sets_by_path(side: Changelogs, paths: set[str]) -> dict[str, list[ChangeSet]]:
    """The change sets of some files, as far as they are changelogs."""
    found = {path: side.get(path) for path in sorted(paths) if side.known(path)}
    return {path: list(one.change_sets()) for path, one in found.items() if one is not None}


def find_edited(sides: Sides, touched: set[str], change: Change) -> Iterator[Finding]:
    """Yield what is done to merged change sets; what is done to many of one file is one finding."""
    return _gather(_find_all(sides, touched, change))


def _find_all(sides: Sides, touched: set[str], change: Change) -> Iterator[Finding]:
    old, new = sets_by_path(sides.old, touched), sets_by_path(sides.new, touched)
    values = Properties(sides.old), Properties(sides.new)
    now: dict[object, list[ChangeSet]] = defaultdict(list)
    for sets in new.values():
        for one in sets:
            now[one.identity, one.attributes.get("dbms", "")].append(one)
    moved = {(one.id, one.author): one for sets in new.values() for one in sets}
    for path, sets in old.items():
        seen = set()
        for one in sets:
            if one.identity in seen:
                continue
            seen.add(one.identity)
            after = now.get((one.identity, one.attributes.get("dbms", ""))) or [
                other for each in new.values() for other in each if other.identity == one.identity
            ]
            if after:
                yield from _compare(one, after, values)
            elif not one.repeated and not _is_broken(sides.new, path):
                yield _gone(one, path, change, moved)
    yield from _find_edited_sql(sides, change)
    yield from _find_edited_properties(touched, values)
    yield from _find_left_out(sides, touched)


def _gather(found: Iterator[Finding]) -> Iterator[Finding]:
    """Yield findings; those of a file that was written anew are one."""
    by_path: dict[str | None, list[Finding]] = defaultdict(list)
    for one in found:
        by_path[one.path].append(one)
    for path, several in by_path.items():
        failing = [one for one in several if one.fails]
        if len(failing) <= _MOST_TOLD:
            yield from [*failing, *[one for one in several if not one.fails][:_MOST_TOLD]]
            continue
        first = next((one for one in failing if one.certainty is Certainty.CERTAIN), failing[0])
        message = f"{len(failing):,} change sets of the file that were merged before are edited, moved or deleted"
        key = fingerprint("liquibase", "many", path or "")
        yield replace(first, rule="liquibase-merged-change-sets", message=message, fingerprint=key)


def _is_broken(side: Changelogs, path: str) -> bool:
    found = side.get(path) if side.known(path) else None
    return any(one.path == path for one in side.unread) if found is None else found.fault is not None


def _compare(one: ChangeSet, after: Sequence[ChangeSet], values: tuple[Properties, Properties]) -> Iterator[Finding]:
    name = f"change set {one.id} of {one.author} was merged before"
    same = next((other for other in after if _is_same(one, other, values)), None)
    if same is not None:
        yield from _compare_terms(one, same, name)
        return
    other = after[0]
    if one.repeated and other.repeated:
        return
    if other.repeated:
        message = f"{name}, and is edited and made to run again: databases that ran it run it once more"
        yield _edit("edited", other.path, other.line, message, one, Certainty.LIKELY)
        return
    message, certainty = f"{name}: its checksum is another one, and Liquibase stops", Certainty.CERTAIN
    if other.checksums:
        message, certainty = f"{name}, and is edited with a validCheckSum", Certainty.NOTE
    yield _edit("edited", other.path, other.line, message, one, certainty)


def _is_same(one: ChangeSet, other: ChangeSet, values: tuple[Properties, Properties]) -> bool:
    if one.content() == other.content():
        return True
    before, after = values
    return before.expanded(one.content()) == after.expanded(other.content())


def _compare_terms(one: ChangeSet, other: ChangeSet, name: str) -> Iterator[Finding]:
    """Say where a change set that does the same runs elsewhere, again, or no more."""
    if _said(one, "dbms") != _said(other, "dbms"):
        message = f"{name}, and runs on other databases now: those that are new lack what it did, or do it twice"
        yield _edit("edited", other.path, other.line, message, one, Certainty.LIKELY)
    if _said(other, "ignore") == "true" != _said(one, "ignore"):
        message = f"{name}, and is ignored now: new databases lack what it did"
        yield _edit("edited", other.path, other.line, message, one, Certainty.LIKELY)
    if _said(other, "runAlways") == "true" != _said(one, "runAlways"):
        message = f"{name}, and runs each time now, also where it was run"
        yield _edit("edited", other.path, other.line, message, one, Certainty.LIKELY)
    elif other.repeated and not one.repeated:
        message = f"{name}, and runs again from now on when it is changed"
        yield _edit("edited", other.path, other.line, message, one, Certainty.NOTE)
    terms = ("context", "contextFilter", "labels")
    if any(_said(one, term) != _said(other, term) for term in terms) or _conditions(one) != _conditions(other):
        message = f"{name}, and runs under other conditions now: new databases may lack what it did"
        yield _edit("edited", other.path, other.line, message, one, Certainty.NOTE)


def _conditions(one: ChangeSet) -> object:
    return canonical(one.conditions) if one.conditions is not None else None


def _said(one: ChangeSet, term: str) -> str:
    return ",".join(sorted(part.strip().lower() for part in one.attributes.get(term, "").split(",")))


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
        runs = used.get((file.old_path or "").rpartition("/")[2])
        known = (file.old_path or "") in sides.old.contents
        if runs is None or known or _same_text(change, file.old_oid, file.new_oid):
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


def _find_edited_properties(touched: set[str], values: tuple[Properties, Properties]) -> Iterator[Finding]:
    """Yield properties that get another value and that merged change sets use."""
    before, after = values
    places = after.changed_from(before, touched)
    for name, users in before.users(places).items():
        one, (path, line) = users[0], places[name]
        message = (
            f"property {name} gets another value, and {len(users):,} merged change sets use it, such as {one.id} "
            f"of {one.author}: their checksums are other ones, and Liquibase stops"
        )
        yield _edit("property", path, line, message, one, Certainty.LIKELY, name)


def _find_left_out(sides: Sides, touched: set[str]) -> Iterator[Finding]:
    """Yield merged files that were included, are there, and are included by nothing any more."""
    lost = sides.old.taken - sides.new.taken
    for path in sorted(lost):
        found = sides.old.get(path) if sides.new.known(path) else None
        first = next(found.change_sets(), None) if found is not None else None
        if first is not None:
            where = next((one for one in sorted(touched) if path in sides.old.included(one)), path)
            message = f"{path} was included and is not any more: new databases lack what its change sets did"
            yield _edit("not-included", where, 1, message, first, Certainty.LIKELY)


def _edit(  # noqa: PLR0913, PLR0917 - what a finding is made of
    kind: str, path: str, line: int | None, message: str, one: ChangeSet, certainty: Certainty, about: str = ""
) -> Finding:
    return Finding(
        rule=f"liquibase-merged-change-set-{kind}",
        message=message,
        severity=Severity.HIGH if certainty is not Certainty.NOTE else Severity.LOW,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("liquibase", kind, *one.identity, *([about] if about else [])),
        fix="restore it, and put what is to change into a new change set",
        help=_HELP,
        fails=certainty is not Certainty.NOTE,
    )
