"""Answers `security.dependencies`: packages with known vulnerabilities that the change adds.

Rule: of all lock files and pinned requirements together, the versions that head has and the merge base has not are
looked up; an advisory that a version of the same package at the merge base has too is not new.
Source: https://osv.dev, or a folder of advisories in its format.
Out of sight: what is installed without being locked; whether the vulnerable code is ever called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.checks.security.dependencies.added import Added, find_added
from bot.checks.security.dependencies.compare import Compared, compare_faults
from bot.checks.security.dependencies.findings import MAX_FINDINGS, credit, fails, report_packages
from bot.checks.security.dependencies.locked import Locked, Origin
from bot.checks.security.dependencies.notes.find import find_notes
from bot.checks.security.dependencies.notes.sides import Sides
from bot.checks.security.settings import SeveritySettings
from bot.model import AdvisoryAnswer, ItemRequest, Outcome, Package, Request, State, Unknown

_MAX_UNPINNED = 200
_MAX_NAMES = 5
_LOOSE = {
    Origin.REGISTRY: "has no exact version",
    Origin.UNPINNED: "is not pinned to a version",
    Origin.URL: "comes from an address",
    Origin.VCS: "comes from a repository",
    Origin.PATH: "comes from a folder",
}
_OFFLINE = Unknown(
    reason="advisories need the network, or a folder of them",
    settle="run `gonogo check --online`, or give `--advisories DIR`",
)


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of the item."""
    settings = SeveritySettings.model_validate(item.settings)
    added = find_added(request.change, item.matches)
    if not added.files:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason="the change touches no dependency")
    unknowns = [*added.unknowns, *_unpinned(added.unpinned)]
    if request.advisories is None:
        outcome = _judge_offline(item.id, added, unknowns)
    else:
        asked = request.advisories.ask(list(added.packages), [*added.replaced])
        outcome = _judge(item.id, added, asked, unknowns, settings.fail_on)
    sides = Sides(change=request.change, before=added.before, after=added.after, matches=item.matches)
    return replace(outcome, findings=[*outcome.findings, *find_notes(sides)])


def _judge_offline(item: str, added: Added, unknowns: Sequence[Unknown]) -> Outcome:
    if not added.packages:
        return _plain(item, added, unknowns)
    count = len(added.packages)
    first = unknowns[0] if unknowns else replace(_OFFLINE, reason=f"{_OFFLINE.reason}: {_names(added.packages)}")
    reason = f"{first.reason}; {count:,} package versions are added" if unknowns else first.reason
    return Outcome(
        item=item,
        state=State.NOT_CHECKED,
        reason=reason,
        unknowns=[*unknowns, replace(_OFFLINE, reason=f"{_OFFLINE.reason}: {_names(added.packages)}")],
        needs_network=not unknowns,
    )


def _plain(item: str, added: Added, unknowns: Sequence[Unknown]) -> Outcome:
    """The outcome where there is nothing to look up."""
    if unknowns:
        return Outcome(item=item, state=State.NOT_CHECKED, reason=unknowns[0].reason, unknowns=unknowns)
    reason = _count(added, 0, 0, 0)
    return Outcome(item=item, state=State.PASS, reason=reason, figures={"fixed": [], "known": 0, "new": 0})


def _judge(item: str, added: Added, asked: AdvisoryAnswer, unknowns: Sequence[Unknown], fail_on: str) -> Outcome:
    compared = compare_faults(asked, added.packages, added.replaced, added.left)
    findings = list(report_packages(compared.new, added.packages, fail_on))
    failing = sum(finding.fails for finding in findings)
    gaps = [*unknowns, *_gaps(asked, added.packages), *_unrated(compared, fail_on)]
    # What the advisories themselves lack matters only to those who asked.
    gaps += asked.unknowns if added.packages else []
    known = sum(len(faults) for faults in compared.known.values())
    reason = _count(added, len(findings), failing, known)
    unsettled = State.NOT_CHECKED if gaps else State.PASS
    state = State.FAIL if failing else unsettled
    return Outcome(
        item=item,
        state=state,
        reason=f"{gaps[0].reason}; {reason}" if state is State.NOT_CHECKED else reason,
        findings=findings[:MAX_FINDINGS],
        unknowns=gaps,
        evidence=asked.evidence,
        figures={"fixed": credit(compared.fixed, added.left), "known": known, "new": len(findings)},
    )


def _count(added: Added, vulnerable: int, failing: int, known: int) -> str:
    """What was found, in words."""
    if not added.packages:
        return f"no package version is added in {added.files:,} changed files"
    reason = f"vulnerable: {vulnerable:,} of {len(added.packages):,} added package versions, {failing:,} too severe"
    listed = f"; the worst {MAX_FINDINGS} are listed" if vulnerable > MAX_FINDINGS else ""
    return f"{reason}; known before: {known:,} vulnerabilities{listed}"


def _unpinned(loose: Sequence[Locked]) -> Iterator[Unknown]:
    for one in loose[:_MAX_UNPINNED]:
        said = f" ({one.source})" if one.source else ""
        settle = "pin it to an exact version of a registry, or ask its owners"
        yield Unknown(path=one.path, line=one.line, reason=f"{one.name} {_LOOSE[one.origin]}{said}", settle=settle)
    if len(loose) > _MAX_UNPINNED:
        yield Unknown(reason=f"{len(loose) - _MAX_UNPINNED:,} more that are not pinned", settle="pin them")


def _gaps(asked: AdvisoryAnswer, added: Iterable[Package]) -> Iterator[Unknown]:
    """One unknown for each reason why added packages have no whole answer."""
    lacking: dict[tuple[str, str], list[Package]] = defaultdict(list)
    for package in added:
        gap = asked.packages[package].gap
        if gap:
            lacking[gap.reason, gap.settle].append(package)
    for (reason, settle), packages in lacking.items():
        yield Unknown(reason=f"{reason}: {_names(packages)}", settle=settle)


def _unrated(compared: Compared, fail_on: str) -> Iterator[Unknown]:
    """Advisories that could not be read, where that may have kept them from failing."""
    for package, faults in compared.new.items() if fail_on != "nothing" else ():
        for fault in faults:
            if (
                not fault.rated
                and not fails(fault.severity, fail_on)
                and not all(one.detailed for one in fault.advisories)
            ):
                reason = f"{fault.ids[0]} of {package.name} {package.version} could not be read: how severe it is"
                yield Unknown(reason=reason, settle="run it again when the service answers")


def _names(packages: Iterable[Package]) -> str:
    listed = [f"{one.name} {one.version}" for one in packages]
    more = f" and {len(listed) - _MAX_NAMES:,} more" if len(listed) > _MAX_NAMES else ""
    return ", ".join(listed[:_MAX_NAMES]) + more
