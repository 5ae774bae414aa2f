"""From reports as they were given to one revision's coverage, or to why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.checks.coverage.carry import carry_files
from bot.checks.coverage.formats import read_report
from bot.checks.coverage.known import Problem, Side, Status
from bot.checks.coverage.lines import Report, Unusable
from bot.checks.coverage.merge import find_formats, unite
from bot.checks.coverage.paths import Placed, map_paths
from bot.checks.coverage.stale import Versions, find_stale
from bot.checks.coverage.stored import NotStoredError, decode
from bot.errors import ReportError
from bot.model import MissingReports, ReportFile, ReportSet, Tree, Unknown

# Of the files in a folder or an archive, those that may be a report; whether one is, its content tells.
_MAY_BE_REPORT = re.compile(
    r"\.(?:xml|json|info|lcov|out|cov|coverprofile|profile|txt|dat)(?:\.gz)?$|(?:^|/)(?:lcov|cover(?:age)?)[^/.]*$",
    re.IGNORECASE,
)
_SAYS_COVERAGE = re.compile(r"cover|lcov|jacoco|clover|cobertura|resultset", re.IGNORECASE)
_MAX_UNKNOWNS = 20
_AGAIN = "look whether the tool ended well, and make the report again"
_SHORT = 7
_MAX_NAME = 150


@dataclass(frozen=True)
class Read:
    """One revision's coverage in terms of the revision itself.

    Attributes:
        moved: paths whose content differs between the measured commit and the revision.
    """

    side: Side
    moved: frozenset[str] = frozenset()


def read_side(
    given: ReportSet | MissingReports, revision: Tree, changed: Iterable[str], versions: Versions, which: str
) -> Read | Problem:
    """Read, map, unite and doubt the reports of one revision.

    Args:
        given: the reports.
        revision: the files that the answer is about.
        changed: paths in which an older report would differ.
        versions: the contents that a path has at other times.
        which: `head` or `base`, for messages.
    """
    if isinstance(given, MissingReports):
        unknown = Unknown(reason=given.reason, settle=given.settle)
        return Problem(Status.UNUSABLE, [unknown], pending=given.pending)
    if given.stored is not None:
        return _read_stored(given, given.stored)
    return _read_given(given, given.tree or revision, changed, versions, which)


def _read_given(given: ReportSet, tree: Tree, changed: Iterable[str], versions: Versions, which: str) -> Read | Problem:
    reports, unknowns = _read_all(given.source.files())
    if unknowns or not reports:
        nothing = Unknown(reason=f"no coverage report of {which} is among the files given", settle=_AGAIN)
        return Problem(Status.UNUSABLE, unknowns[:_MAX_UNKNOWNS] or [nothing])
    if problem := _other_commit(reports, given.commit or tree.commit):
        return problem
    mapped = map_paths(reports, tree)
    if problem := next(filter(None, map(_off_the_map, mapped.placed)), None):
        return problem
    side = unite(mapped)
    sure = {path: lines for path, lines in side.files.items() if path not in given.unsure}
    stale = find_stale(sure, find_formats(mapped), tree, changed, versions)
    if stale is not None:
        reason = f"the report of {which} is of another commit: {stale.reason}"
        return Problem(Status.STALE, [Unknown(path=stale.path, line=stale.line, reason=reason, settle=_fresh(which))])
    return _carry(side, given)


def _carry(side: Side, given: ReportSet) -> Read:
    moved = frozenset(path for file in given.moved for path in (file.path, file.old_path) if path)
    return Read(replace(side, files=carry_files(side.files, given.moved)) if moved else side, moved)


def _read_stored(given: ReportSet, content: bytes) -> Read | Problem:
    try:
        return _carry(decode(content), given)
    except NotStoredError as error:
        reason = f"the baseline that is kept in the repository cannot be used: {error}"
        return Problem(Status.UNUSABLE, [Unknown(reason=reason, settle="record it again")])


def _fresh(which: str) -> str:
    return (
        f"measure the commit that is judged; --{'base-' if which == 'base' else ''}coverage-sha says which was measured"
    )


def _read_all(files: Iterable[ReportFile | Unknown]) -> tuple[list[Report], list[Unknown]]:
    reports: list[Report] = []
    unknowns: list[Unknown] = []
    foreign: list[Unknown] = []
    for file in files:
        if isinstance(file, Unknown):
            unknowns.append(file)
            continue
        if not file.named and not _MAY_BE_REPORT.search(file.name):
            continue
        match _read_one(file):
            case Report() as report:
                reports.append(report)
            case Unusable() as refused:
                own = file.named or (not refused.foreign or _SAYS_COVERAGE.search(file.name))
                (unknowns if own else foreign).append(_as_unknown(refused))
    return reports, unknowns if reports else [*unknowns, *foreign]


def _read_one(file: ReportFile) -> Report | Unusable:
    try:
        with file.open() as stream:
            return read_report(stream, file.name)
    except ReportError as error:
        return Unusable(file.name, f"it {error}")


def _as_unknown(refused: Unusable) -> Unknown:
    at = f", line {refused.line:,}" if refused.line else ""
    return Unknown(reason=f"the coverage report {refused.name}{at} cannot be used: {refused.reason}", settle=_AGAIN)


def _other_commit(reports: Iterable[Report], commit: str) -> Problem | None:
    for report in reports:
        said = (report.commit or "").lower()
        if len(said) >= _SHORT and not commit.startswith(said) and not said.startswith(commit):
            reason = f"the report {report.name} says that it is of {said[:12]}, not of {commit[:12]}"
            return Problem(Status.STALE, [Unknown(reason=reason, settle="measure the commit that is judged")])
    return None


def _off_the_map(one: Placed) -> Problem | None:
    """A report that is not about this repository."""
    settle = "let the tool write paths from the repository's root"
    if one.climbing:
        reason = f"{one.report.name} names a file outside of the repository: {one.climbing[0][-_MAX_NAME:]}"
        return Problem(Status.UNUSABLE, [Unknown(reason=reason, settle=settle)])
    if one.matches or not one.report.files:
        return None
    examples = " and ".join(name[-_MAX_NAME:] for name in one.unmapped[:2])
    number = f"{len(one.unmapped):,} of {len(one.report.files):,} are not in the repository"
    reason = f"paths of {one.report.name} do not match: {number}, such as {examples}"
    return Problem(Status.UNUSABLE, [Unknown(reason=reason, settle=settle)])
