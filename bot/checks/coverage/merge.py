"""Several reports of one revision as one: a line or a branch that any of them ran is run.

Names are mapped to the repository first and files united then, so that two agents' paths of one file count once. One
report alone keeps the totals that its tool counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.coverage.known import Side
from bot.checks.coverage.lines import FileLines, Format, Headline, Measure, Ratio, Report, count
from bot.checks.coverage.paths import Mapped, Placed


def unite(mapped: Mapped) -> Side:
    """All reports of a revision as one; at least one is there."""
    with_lines = [one for one in mapped.placed if one.report.files] or list(mapped.placed)
    reports = [one.report for one in with_lines]
    notes = [f"{note} ({report.name})" for report in reports for note in report.notes]
    left_out = [one.report.name for one in mapped.placed if one not in with_lines]
    notes += [f"{name} has totals alone, and is left out beside the others" for name in left_out]
    totals, headline = _totals(reports, [*mapped.files.values(), *_outside(with_lines)])
    return Side(
        names=[one.report.name for one in mapped.placed],
        formats=frozenset(report.format for report in reports),
        files=mapped.files,
        totals=totals,
        headline=headline,
        unmapped=mapped.unmapped,
        ambiguous=mapped.ambiguous,
        unlisted=sum(report.unlisted for report in reports),
        notes=notes,
    )


def find_formats(mapped: Mapped) -> dict[str, Format]:
    """Each path's format; of several, the last report's."""
    return {path: one.report.format for one in mapped.placed for path in one.paths.values()}


def _outside(placed: Sequence[Placed]) -> list[FileLines]:
    """The files that are at no place of the repository, united by the reports' own names."""
    united: dict[str, FileLines] = {}
    for one in placed:
        for name in (*one.unmapped, *one.ambiguous):
            if name in united:
                united[name].unite(one.report.files[name])
            else:
                united[name] = one.report.files[name].copy()
    return list(united.values())


def _totals(reports: Sequence[Report], files: Sequence[FileLines]) -> tuple[dict[Measure, Ratio], Headline | None]:
    [first, *others] = reports
    if not others or not files:
        return dict(first.totals), first.headline
    common = set(first.totals).intersection(*(report.totals for report in others)) - {Measure.FUNCTIONS}
    totals = {measure: count(files, measure) for measure in Measure if measure in common | {Measure.LINES}}
    kinds = {(report.headline.measure, report.headline.decimals) if report.headline else None for report in reports}
    kind = kinds.pop()
    if kinds or kind is None or kind[0] not in totals:
        return totals, None
    return totals, Headline(kind[0], totals[kind[0]], kind[1])
