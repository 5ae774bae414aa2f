"""`coverage.indirect`: unchanged lines that tests reached before and do not reach now.

Rule: both reports count the line, the change leaves it alone, the base's tests ran it and the head's do not. Few lines
of files that have nothing to do with the change are noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bot.checks.coverage import words
from bot.checks.coverage.compare import Comparison
from bot.checks.coverage.drop import Drop, Floors, find_drop
from bot.checks.coverage.known import Known, Problem, not_checked, ranges
from bot.checks.coverage.settings import CoverageIndirectSettings
from bot.model import Finding, ItemRequest, Json, Outcome, State, Tree, Unknown

_LOST = words.Fault(
    "lost-lines",
    "tests reached this before the change and do not reach it now",
    "look why: a test that was removed or skipped, a condition that changed, a call that is gone",
)
_MAX_UNKNOWNS = 20


def judge_indirect(known: Known, item: ItemRequest, head: Tree) -> Outcome:
    """The outcome of `coverage.indirect`."""
    settings = CoverageIndirectSettings.model_validate(item.settings)
    if found := answer_without_numbers(known, item.id, {"lost": {}, "gained": {}}):
        return found
    comparison = known.comparison or Comparison()
    drop = find_drop(known, item.matches, Floors(noise=settings.noise_lines))
    lost, gained = (
        {
            path: list(lines)
            for path, file in comparison.kept.items()
            if item.matches(path) and (lines := getattr(file, name))
        }
        for name in ("lost", "gained")
    )
    unknowns = [*find_gaps(known, item), *_unclear(drop)]
    fails = known.lost_report is None and _fails(drop, comparison, settings)
    return Outcome(
        item=item.id,
        state=State.FAIL if fails else State.NOT_CHECKED if unknowns else State.PASS,
        reason=_reason(drop, lost, gained, unknowns, fails=fails),
        findings=_findings(drop, head, fails=fails),
        unknowns=unknowns,
        figures={"lost": lost, "gained": gained, "noise": drop.noise},
    )


def answer_without_numbers(known: Known, item: str, figures: Mapping[str, Json]) -> Outcome | None:
    """The outcome where base and head cannot be compared; None where they can."""
    for side in (known.head, known.base):
        if isinstance(side, Problem):
            return Outcome(
                item=item,
                state=not_checked(side),
                reason=side.unknowns[0].reason,
                unknowns=side.unknowns,
                figures=figures,
            )
    if known.base is None:
        reason = "there is no baseline yet: the first run on the base branch will make it"
        return Outcome(item=item, state=State.NOT_APPLICABLE, reason=reason, figures=figures)
    if known.comparison is None:
        unknown = Unknown(reason=known.why_not, settle="measure base and head in the same way, line by line")
        return Outcome(item=item, state=State.NOT_CHECKED, reason=known.why_not, unknowns=[unknown], figures=figures)
    return None


def find_gaps(known: Known, item: ItemRequest) -> list[Unknown]:
    """What keeps two sides from being compared whole."""
    found = [known.lost_report] if known.lost_report else []
    vanished = [path for path in known.comparison.vanished if item.matches(path)] if known.comparison else []
    settle = "have it measured again, or leave it out by the item's `paths.exclude`"
    reason = "it was measured at base and is missing in the report of head"
    found += [Unknown(path=path, reason=reason, settle=settle) for path in vanished[:_MAX_UNKNOWNS]]
    if len(vanished) > _MAX_UNKNOWNS:
        more = f"{len(vanished) - _MAX_UNKNOWNS:,} further files were measured at base and are missing now"
        found.append(Unknown(reason=more, settle="look whether a report of head is missing"))
    return found


def _unclear(drop: Drop) -> list[Unknown]:
    return [
        Unknown(
            path=path,
            line=lines[0],
            reason=f"{words.count(len(lines), 'line')} lost here, maybe on the base: the baseline is of other code",
            settle="bring the branch up to date with the base, or have coverage recorded for the merge base",
        )
        for path, lines in list(drop.unclear.items())[:_MAX_UNKNOWNS]
    ]


def _fails(drop: Drop, comparison: Comparison, settings: CoverageIndirectSettings) -> bool:
    related = sum(len(lines) for path, lines in drop.lost.items() if path in drop.related)
    anywhere = sum(len(lines) for lines in drop.lost.values())
    total = sum(file.base.total for file in comparison.kept.values())
    share = Fraction(str(settings.max_anywhere_percent)) / 100 * total
    return related > settings.max_related or (anywhere > settings.max_anywhere and anywhere > share)


def _reason(
    drop: Drop,
    lost: Mapping[str, Sequence[int]],
    gained: Mapping[str, Sequence[int]],
    unknowns: Sequence[Unknown],
    *,
    fails: bool,
) -> str:
    number = sum(len(lines) for lines in lost.values())
    said = f"{words.count(number, 'unchanged line')} lost in {words.count(len(lost), 'file')}"
    if fails:
        return f"{said}: {words.say_places(drop.lost)}"
    if unknowns:
        return unknowns[0].reason
    more = sum(len(lines) for lines in gained.values())
    if not number:
        return "no unchanged line lost its coverage" + (f"; {words.count(more, 'line')} gained" if more else "")
    return f"{said}, too few to fail"


def _findings(drop: Drop, head: Tree, *, fails: bool) -> list[Finding]:
    found: list[Finding] = []
    for lines, fail in ((drop.lost, fails), (drop.noise, False), (drop.unclear, False)):
        places = {path: ranges(own) for path, own in lines.items()}
        found += words.make_findings(_LOST, places, head, fails=fail)
    return found
