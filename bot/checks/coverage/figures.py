"""The numbers of `coverage.total`, as the contract with other programs has them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from bot.checks.coverage.known import Known, Problem, Side, Status, as_json, to_fraction
from bot.checks.coverage.lines import Headline, Measure, count
from bot.model import Json

_MEASURES = (Measure.LINES, Measure.BRANCHES, Measure.STATEMENTS)


def narrow(side: Side, matches: Callable[[str], bool]) -> Side:
    """One revision's coverage as far as an item looks at it. Where that is all of it, the tool's totals stand."""
    names = [*side.files, *side.unmapped, *side.ambiguous]
    if all(matches(name) for name in names):
        return side
    files = {path: lines for path, lines in side.files.items() if matches(path)}
    totals = {measure: count(files.values(), measure) for measure in side.totals}
    headline = side.headline
    if headline is not None:
        headline = Headline(headline.measure, count(files.values(), headline.measure), headline.decimals)
    return Side(names=side.names, formats=side.formats, files=files, totals=totals, headline=headline)


def find_change(head: Side | Problem, base: Side | Problem | None) -> Fraction | None:
    """The change of the share that is covered, in the tool's own measure; None where it cannot be told."""
    if not isinstance(head, Side) or not isinstance(base, Side):
        return None
    if head.measure is not base.measure or head.formats != base.formats:
        return None
    now, was = to_fraction(head.ratio), to_fraction(base.ratio)
    return None if now is None or was is None else now - was


def make_figures(known: Known, head: Side | Problem, base: Side | Problem | None) -> dict[str, Json]:
    """The figures. No number is given for a report that cannot be used, and no change where measures differ."""
    sides = [side for side in (head, base) if isinstance(side, Side)]
    change = None if known.status is Status.NOT_COMPARABLE else find_change(head, base)
    head_side = head if isinstance(head, Side) else None
    return {
        "status": known.status,
        "measure": head_side.measure if head_side else None,
        "headline": head_side.headline.percent if head_side and head_side.headline else None,
        "head": _ratios(head),
        "base": _ratios(base),
        "base_headline": base.headline.percent if isinstance(base, Side) and base.headline else None,
        "base_commit": known.base_commit,
        "base_distance": known.base_distance,
        "change": None if change is None else float(100 * change),
        "unmapped": sorted({name for side in sides for name in side.unmapped}),
        "ambiguous": {name: list(paths) for side in sides for name, paths in side.ambiguous.items()},
        "trend": list(known.trend),
        "reports": list(head_side.names) if head_side else [],
    }


def _ratios(side: Side | Problem | None) -> Json:
    if not isinstance(side, Side):
        return None
    return {measure.value: as_json(side.totals.get(measure)) for measure in _MEASURES}
