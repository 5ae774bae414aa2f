"""The numbers of test coverage as a table of changed files and as a small chart, from an item's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model import Item, Json, Report
from bot.render.words import Place, count, place

_PATCH, _TOTAL = "coverage.patch", "coverage.total"
_MAX_RANGES = 8
_MAX_TREND = 50


@dataclass(frozen=True)
class Row:
    """A changed file: its place, how many of its changed lines tests reach, and where those are that they do not."""

    file: Place
    covered: str
    missed: Sequence[Place]
    more: str


@dataclass(frozen=True)
class Bar:
    """A share in a chart; `share` is its percentage, rounded down to a tenth."""

    label: str
    words: str
    share: float


@dataclass(frozen=True)
class Chart:
    """What was covered before and after, and how that went before; shares in percent, oldest first."""

    measure: str
    bars: Sequence[Bar]
    trend: Sequence[float]

    @property
    def height(self) -> int:
        """The height of the drawing: 14 a bar."""
        return 14 * len(self.bars)

    @property
    def points(self) -> str:
        """The trend as points of a line, in a box of 100 by 30."""
        if len(self.trend) < 2:  # noqa: PLR2004 - a line has two ends
            return ""
        low, high = min(self.trend), max(self.trend)
        step, scale = 100 / (len(self.trend) - 1), 28 / (high - low or 1)
        return " ".join(
            f"{number * step:.1f},{29 - (share - low) * scale:.1f}" for number, share in enumerate(self.trend)
        )


def find_rows(report: Report) -> list[Row]:
    """The changed files that a report measures, those with most missed lines first."""
    figures = _figures(report, _PATCH)
    files, uncovered = _mapping(figures.get("files")), _mapping(figures.get("uncovered"))
    rows = []
    for path, ratio in files.items():
        hit, total = _ratio(ratio)
        if total:
            rows.append((hit - total, path, hit, total, _lines(uncovered.get(path))))
    return [_row(report, path, hit, total, missed) for _, path, hit, total, missed in sorted(rows)]


def find_chart(item: Item) -> Chart | None:
    """The chart of an item, where it has numbers of head."""
    if item.id != _TOTAL:
        return None
    figures = item.outcome.figures
    measure = figures.get("measure")
    bars = [bar for bar in (_bar("before", figures, "base"), _bar("after", figures, "head")) if bar]
    if not bars or bars[-1].label != "after" or not isinstance(measure, str):
        return None
    trend = [share for share in _sequence(figures.get("trend")) if isinstance(share, int | float)]
    return Chart(measure, bars, trend[-_MAX_TREND:])


def _bar(label: str, figures: Mapping[str, Json], side: str) -> Bar | None:
    share = figures.get("headline" if side == "head" else "base_headline")
    if not isinstance(share, int | float) or not 0 <= share <= 100:  # noqa: PLR2004 - percent
        return None
    # 100 % is said only where nothing is missed.
    return Bar(label, f"{int(share * 100) / 100:.2f} %", int(share * 10) / 10)


def _row(report: Report, path: str, hit: int, total: int, missed: Sequence[int]) -> Row:
    ranges = list(_ranges(missed))
    shown = [place(report, path, first, last) for first, last in ranges[:_MAX_RANGES]]
    more = count(len(ranges) - _MAX_RANGES, "more", "more") if len(ranges) > _MAX_RANGES else ""
    file = place(report, path, None) or Place(path, None)
    named = [
        Place(f"{first}-{last}" if last > first else str(first), where.url)
        for (first, last), where in zip(ranges, shown, strict=False)
        if where
    ]
    return Row(file, f"{hit:,} of {total:,}", named, more)


def _ranges(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for line in sorted(set(lines)):
        if first and line == last + 1:
            last = line
            continue
        if first:
            yield first, last
        first = last = line
    if first:
        yield first, last


def _figures(report: Report, item_id: str) -> Mapping[str, Json]:
    return next((item.outcome.figures for item in report.items if item.id == item_id), {})


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _ratio(value: Json) -> tuple[int, int]:
    match value:
        case [int(hit), int(total)]:
            return hit, total
        case _:
            return 0, 0


def _lines(value: Json) -> list[int]:
    return [line for line in _sequence(value) if isinstance(line, int)]
