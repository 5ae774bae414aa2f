"""The order of revisions: several heads, broken parents, doubles, and merged revisions that were changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.migrations.alembic.report import fingerprint
from bot.checks.migrations.alembic.revisions import Revision, heads, lineages
from bot.model import Certainty, Finding, Severity

_BRANCHES = "https://alembic.sqlalchemy.org/en/latest/branches.html"


def find_conflicts(before: Sequence[Revision], after: Sequence[Revision]) -> Iterator[Finding]:
    """Yield what makes `alembic upgrade head` fail at head and did not at the merge base."""
    old_ids = {one.id for one in before}
    yield from _find_doubles(before, after)
    names = {name for one in after for name in (one.id, *one.labels)}
    known = {name for one in before for name in (one.id, *one.labels)}
    old_parents = {one.id: (*one.down, *one.depends) for one in before}
    for one in after:
        for parent in (*one.down, *one.depends):
            broken = parent not in names and not any(name.startswith(parent) for name in names)
            was_broken = parent in old_parents.get(one.id, ()) and parent not in known
            if broken and not was_broken:
                yield _finding(
                    "alembic-broken-parent",
                    one,
                    f"revision {one.id} follows {parent}, which is not there",
                    "name a revision that is there in `down_revision`",
                )
    yield from _find_heads(before, after)
    yield from _find_cycles(after, old_ids)


def _find_doubles(before: Sequence[Revision], after: Sequence[Revision]) -> Iterator[Finding]:
    old_paths = {one.path for one in before}
    seen: dict[str, Revision] = {}
    for one in sorted(after, key=lambda one: one.path not in old_paths):
        if one.id in seen and one.path not in old_paths:
            other = seen[one.id].path
            yield _finding(
                "alembic-double-revision",
                one,
                f"revision {one.id} is also in {other}",
                "give one of them an id of its own",
            )
        seen.setdefault(one.id, one)


def _find_heads(before: Sequence[Revision], after: Sequence[Revision]) -> Iterator[Finding]:
    old = {one.id for one in heads(before)}
    for group in lineages(after):
        found = heads(group)
        names = {name for one in after for name in (one.id, *one.labels)}
        roots = [one for one in group if not one.down]
        # One whose parent is not there is named already.
        new = [one for one in found if one.id not in old and names.issuperset(one.down)]
        # Several heads at the base are how the project works: branches of their own, each with its label or root.
        allowed = max(1, len([one for one in group if one.id in old]))
        own = [one for one in new if one in roots or one.labels]
        if len(found) <= allowed or not new or len(own) == len(new):
            continue
        last = new[-1]
        others = ", ".join(sorted(one.id for one in found if one.id != last.id)[:5])
        yield _finding(
            "alembic-several-heads",
            last,
            f"revisions {others} and {last.id} are all heads: `alembic upgrade head` stops",
            f"set `down_revision` of {last.id} to the other head, or `alembic merge heads`",
        )


def _find_cycles(after: Sequence[Revision], old_ids: set[str]) -> Iterator[Finding]:
    parents = {one.id: one.down for one in after}
    children: dict[str, list[str]] = {}
    waiting = {name: sum(parent in parents for parent in downs) for name, downs in parents.items()}
    for name, downs in parents.items():
        for parent in downs:
            children.setdefault(parent, []).append(name)
    free = [name for name, count in waiting.items() if count == 0]
    while free:
        name = free.pop()
        for child in children.get(name, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                free.append(child)
    stuck = [one for one in after if waiting[one.id] > 0 and one.id not in old_ids]
    if stuck:
        yield _finding(
            "alembic-cycle",
            stuck[0],
            f"revision {stuck[0].id} follows itself, through others",
            "let `down_revision` name the revision before",
        )


def find_edited(
    removed: Sequence[Revision], edited: Sequence[tuple[Revision, Revision]], moved: Sequence[tuple[Revision, Revision]]
) -> Iterator[Finding]:
    """Yield merged revisions that the change deletes, edits in what they do, or puts elsewhere in the order."""
    for old in removed:
        yield _finding(
            "alembic-deleted-revision",
            old,
            f"merged revision {old.id} is deleted: databases that are at it can no longer be upgraded",
            "keep it; undo its effect in a new revision",
        )
    for old, new in edited:
        yield _finding(
            "alembic-edited-revision",
            new,
            f"merged revision {old.id} is changed: databases that have it keep what it did before",
            "restore it; make the change in a new revision",
        )
    for old, new in moved:
        yield _finding(
            "alembic-moved-revision",
            new,
            f"merged revision {old.id} now follows {', '.join(new.down) or 'nothing'}: databases may skip others",
            "restore its `down_revision`",
        )


def _finding(rule: str, one: Revision, message: str, fix: str) -> Finding:
    return Finding(
        rule=rule,
        message=message,
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=one.path,
        line=one.line,
        fingerprint=fingerprint(rule, one.id),
        fix=fix,
        help=_BRANCHES,
    )
