"""`coverage.total`: how much is covered, by the tool's own count, and how far the change makes it fall.

Rule: the drop of what both reports can be compared on (`bot.checks.coverage.drop`) is at most so many percentage
points, and the total is at least the minimum, both as exact fractions. What is shown is the tool's own total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from bot.checks.coverage import words
from bot.checks.coverage.drop import Floors, find_drop
from bot.checks.coverage.figures import find_change, make_figures, narrow
from bot.checks.coverage.indirect import answer_without_numbers, find_gaps
from bot.checks.coverage.known import Known, Problem, Side, not_checked, say_percent, say_points, to_fraction
from bot.checks.coverage.producers import find_edited_producers
from bot.checks.coverage.settings import CoverageTotalSettings, TotalComponent
from bot.globs import Glob
from bot.model import Evidence, Finding, ItemRequest, Outcome, State, Unknown

_NAMED = 3
_LISTED = 20
_FIX_DROP = "add tests for these lines; the items on changed and on unchanged lines list them"


def judge_total(known: Known, item: ItemRequest, floors: Floors) -> Outcome:
    """The outcome of `coverage.total`."""
    settings = CoverageTotalSettings.model_validate(item.settings)
    head = narrow(known.head, item.matches) if isinstance(known.head, Side) else known.head
    base = narrow(known.base, item.matches) if isinstance(known.base, Side) else known.base
    producers = find_edited_producers(known.producers, item.matches, fails=settings.producer_edited == "fail")
    without = answer_without_numbers(known, item.id, {})
    findings, unknowns = [*producers], [*find_gaps(known, item), *(without.unknowns if without else ())]
    if isinstance(head, Side):
        findings += _below_minimum(head, settings) if known.lost_report is None else ()
        unknowns += _unclear(head)
        if isinstance(base, Side) and (head.has_totals_alone or base.has_totals_alone) and head.formats == base.formats:
            without, unknowns = None, find_gaps(known, item)
            fell = _drop_of_totals(head, base, settings, floors)
            findings += [fell] if isinstance(fell, Finding) else []
            unknowns += [fell] if isinstance(fell, Unknown) else []
        elif without is None and known.lost_report is None:
            findings += _drops(known, item, settings, floors)
    state = _state(known, findings, unknowns, without)
    causes = [*_causes(findings, unknowns, without, state)] or [*_blame(known, item, floors, find_change(head, base))]
    return Outcome(
        item=item.id,
        state=state,
        reason=_reason(known, head, base, causes),
        findings=findings,
        unknowns=unknowns,
        evidence=[*known.evidence, *_notes(known, item.matches)],
        figures=make_figures(known, head, base),
    )


def _state(known: Known, findings: Sequence[Finding], unknowns: Sequence[Unknown], without: Outcome | None) -> State:
    if isinstance(known.head, Problem):
        return not_checked(known.head)
    if any(finding.fails for finding in findings):
        return State.FAIL
    if unknowns:
        return State.NOT_CHECKED
    return without.state if without else State.PASS


def _causes(
    findings: Sequence[Finding], unknowns: Sequence[Unknown], without: Outcome | None, state: State
) -> Iterator[str]:
    """Why the state is what it is."""
    if state is State.FAIL:
        yield next(finding.message for finding in findings if finding.fails)
    elif without is not None:
        yield without.reason
    elif unknowns:
        yield unknowns[0].reason


def _blame(known: Known, item: ItemRequest, floors: Floors, change: Fraction | None) -> Iterator[str]:
    """What of a fall is the change's doing, where that is not all of it."""
    if change is None or change >= 0 or known.comparison is None:
        return
    drop = find_drop(known, item.matches, floors)
    if drop.change > change:
        yield f"of that {say_points(min(drop.change, Fraction(0)))} by this change"


def _reason(known: Known, head: Side | Problem, base: Side | Problem | None, causes: Sequence[str]) -> str:
    if isinstance(head, Problem):
        return head.unknowns[0].reason
    said = f"{say_percent(head.ratio)} of {head.measure} covered"
    change = find_change(head, base) if not known.why_not or head.has_totals_alone else None
    if change is not None:
        said += f", {say_points(change)} against {known.base_words}"
    return "; ".join([said, *causes])


def _below_minimum(head: Side, settings: CoverageTotalSettings) -> Iterator[Finding]:
    parts = [("", head, settings.minimum)]
    parts += [(name, narrow(head, _matcher(part)), part.minimum) for name, part in settings.components.items()]
    for name, side, minimum in parts:
        share = to_fraction(side.ratio)
        if minimum is not None and share is not None and share < Fraction(str(minimum)) / 100:
            which = f"coverage of {name}" if name else "the total"
            message = f"{which} is {say_percent(side.ratio)}, and {minimum:g} % is the least"
            yield words.make_whole_finding(words.Fault("coverage-below-minimum", message, _FIX_DROP), name)


def _matcher(part: TotalComponent) -> Callable[[str], bool]:
    globs = [Glob(pattern) for pattern in part.paths]
    return lambda path: any(glob.matches(path) for glob in globs)


def _drops(known: Known, item: ItemRequest, settings: CoverageTotalSettings, floors: Floors) -> Iterator[Finding]:
    """What fell too far: the whole, and each part."""
    scopes = [("", item.matches, settings.max_drop)]
    scopes += [(name, _matcher(part), part.max_drop) for name, part in settings.components.items()]
    for name, matches, most in scopes:
        drop = find_drop(known, matches, floors)
        if -drop.change <= Fraction(str(most)) / 100:
            continue
        causes = {
            path: sorted({*drop.lost.get(path, ()), *drop.missed.get(path, ())})
            for path in {**drop.lost, **drop.missed}
        }
        which = f"coverage of {name}" if name else "coverage"
        fell = f"this change costs {which} {say_points(-drop.change).lstrip('+')}, and {most:g} may be lost"
        places = f": {words.say_places(causes)}" if causes else ": branches that tests do not take any more"
        yield words.make_whole_finding(words.Fault("coverage-drop", fell + places, _FIX_DROP), name)


def _drop_of_totals(
    head: Side, base: Side, settings: CoverageTotalSettings, floors: Floors
) -> Finding | Unknown | None:
    """Totals alone tell that more is missed; that a fall comes from covered lines which were removed, they do not."""
    change = find_change(head, base)
    if change is not None and -change <= Fraction(str(settings.max_drop)) / 100:
        return None
    settle = "let the tool write a report with lines too, such as LCOV"
    more = (head.ratio.total - head.ratio.hit) - (base.ratio.total - base.ratio.hit)
    if change is not None and more >= floors.patch:
        fell = f"coverage fell by {say_points(-change).lstrip('+')}, and {settings.max_drop:g} may be lost"
        message = f"{fell}: {more:,} more {head.measure} are missed than before"
        return words.make_whole_finding(words.Fault("coverage-drop", message, settle))
    return Unknown(reason="the total fell, and a report with totals alone does not say by which lines", settle=settle)


def _unclear(head: Side) -> Iterator[Unknown]:
    settle = "let the tool write paths from the repository's root, or give each part a report of its own"
    for name, paths in list(head.ambiguous.items())[:_LISTED]:
        places = " and ".join(paths[:_NAMED])
        yield Unknown(reason=f"the report's file {name} may be {places}", settle=settle)
    if len(head.ambiguous) > _LISTED:
        yield Unknown(reason=f"{len(head.ambiguous) - _LISTED:,} further files may be several", settle=settle)
    if head.unlisted:
        lines = words.count(head.unlisted, "line")
        yield Unknown(reason=f"the report counts {lines} of a file that it does not list", settle=settle)


def _notes(known: Known, matches: Callable[[str], bool]) -> Iterator[Evidence]:
    for side, name in ((known.head, "head"), (known.base, "base")):
        if not isinstance(side, Side):
            continue
        yield from (Evidence(text=f"{name}: {note}") for note in side.notes)
        if side.unmapped:
            examples = ", ".join(side.unmapped[:_NAMED])
            number = words.count(len(side.unmapped), "file is", "files are")
            yield Evidence(text=f"{name}: {number} not in the repository, such as {examples}")
    if known.comparison is None:
        return
    for paths, what in (
        (known.comparison.newly_measured, "measured only now; left out of the drop"),
        (known.comparison.drifted, "changed on the base since its report; left out of the drop"),
    ):
        found = [path for path in paths if matches(path)]
        yield from (Evidence(text=what, path=path) for path in found[:_LISTED])
        if len(found) > _LISTED:
            yield Evidence(text=f"{len(found) - _LISTED:,} further files: {what}")
