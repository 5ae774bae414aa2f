"""Coverage reports that a user names, and which commit they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.collect.change import Repository
from bot.collect.git import is_object_id
from bot.collect.reports import GivenReports
from bot.errors import ChangeError, ToolError, UsageError
from bot.model import Change, Reports, ReportSet, ReportSource

_MERGE_PARENTS = 2


@dataclass(frozen=True, kw_only=True)
class GivenCoverage:
    """What a user says of reports. Commits are names of revisions; empty ones are not said."""

    folder: Path
    head: Sequence[str] = ()
    head_commit: str = ""
    base: Sequence[str] = ()
    base_commit: str = ""


def find_given(repository: Repository, change: Change, given: GivenCoverage) -> Reports:
    """The reports that paths stand for, for a change.

    Raises:
        UsageError: a commit's name stands for nothing, or there are reports of the base alone.
    """
    if given.base and not given.head:
        raise UsageError("--base-coverage: there is no --coverage to compare with it")
    root = repository.checkout.root if repository.checkout else None
    head = base = None
    if given.head:
        source = GivenReports(given.head, given.folder, root)
        head = for_head(repository, change, source, _resolve(repository, given.head_commit, "--coverage-sha"))
    if given.base:
        source = GivenReports(given.base, given.folder, root)
        base = for_base(repository, change, source, _resolve(repository, given.base_commit, "--base-coverage-sha"))
    return Reports(head, base)


def _resolve(repository: Repository, name: str, option: str) -> str | None:
    if not name:
        return None
    try:
        return repository.resolve(name).commit
    except ChangeError:
        # A commit that is not here is another than those that are judged, which is all that matters.
        if is_object_id(name):
            return name
        raise UsageError(f"{option}: no branch, tag or commit here has that name") from None


def for_head(
    repository: Repository, change: Change, source: ReportSource, commit: str | None, origin: str = ""
) -> ReportSet:
    """Reports of the head, or of a merge of the head into the base, which is what pull requests are tested as."""
    head = change.head.commit
    if commit in {None, head}:
        return ReportSet(source=source, commit=commit, origin=origin)
    parents = repository.parents(commit) if commit else ()
    if commit is None or len(parents) != _MERGE_PARENTS or head not in parents:
        return ReportSet(source=source, commit=commit, origin=origin, distance=None)
    return _moved(repository, ReportSet(source=source, commit=commit, origin=origin), head)


def for_base(
    repository: Repository, change: Change, source: ReportSource, commit: str | None, origin: str = ""
) -> ReportSet:
    """Reports of the merge base, or of a commit before it."""
    wanted = change.merge_base.commit
    if commit in {None, wanted}:
        return ReportSet(source=source, commit=commit, origin=origin)
    distance = repository.distance(commit, wanted) if commit else None
    given = ReportSet(source=source, commit=commit, origin=origin, distance=distance)
    return given if distance is None else _moved(repository, given, wanted)


def _moved(repository: Repository, given: ReportSet, to: str) -> ReportSet:
    """The same with the files of its own commit, and how they differ."""
    commit = given.commit or to
    try:
        moved = repository.differences(commit, to)
    except ToolError:
        return ReportSet(source=given.source, commit=commit, origin=given.origin, distance=None)
    tree = repository.tree(commit)
    return ReportSet(
        source=given.source, commit=commit, origin=given.origin, tree=tree, moved=moved, distance=given.distance
    )
