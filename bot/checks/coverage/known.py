"""What is known of the coverage at head and at base, before anything is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from bot.checks.coverage.compare import Added, Comparison
from bot.checks.coverage.lines import FileLines, Format, Headline, Measure, Ratio
from bot.model import ChangedFile, Evidence, Json, State, Unknown


class Status(StrEnum):
    """How far the numbers go."""

    OK = "ok"
    FIRST_RUN = "first-run"
    NOT_COMPARABLE = "not-comparable"
    AMBIGUOUS = "ambiguous"
    TOTALS_ONLY = "totals-only"
    UNUSABLE = "unusable"
    STALE = "stale"


@dataclass(frozen=True)
class Problem:
    """Why one side has no numbers."""

    status: Status
    unknowns: Sequence[Unknown]
    pending: bool = False


@dataclass(frozen=True, kw_only=True)
class Side:
    """One revision's coverage: all its reports, united.

    Attributes:
        names: of the reports.
        files: by path in the repository.
        totals: over all files of the reports, those that are not in the repository too, as the tool counts them.
        headline: None where the reports have none in common.
        unmapped: names of files that are not in the repository.
        ambiguous: names that may be several paths, and those.
        unlisted: lines in the tool's own total of which the report does not say whose they are.
        notes: what a reader should know of the numbers.
    """

    names: Sequence[str]
    formats: frozenset[Format]
    files: Mapping[str, FileLines]
    totals: Mapping[Measure, Ratio]
    headline: Headline | None
    unmapped: Sequence[str] = ()
    ambiguous: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unlisted: int = 0
    notes: Sequence[str] = ()

    @property
    def has_totals_alone(self) -> bool:
        """Whether no line can be looked up."""
        return not self.files and not self.unmapped and not self.ambiguous

    @property
    def is_unclear(self) -> bool:
        """Whether it is not known whose some of the lines are."""
        return bool(self.ambiguous or self.unlisted)

    @property
    def measure(self) -> Measure:
        """What is compared: the tool's own measure, else lines."""
        return self.headline.measure if self.headline else Measure.LINES

    @property
    def ratio(self) -> Ratio:
        """How much is covered, in that measure."""
        return self.headline.ratio if self.headline else self.totals.get(Measure.LINES, Ratio(0, 0))


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that the judges look at.

    Attributes:
        base: None where there is no baseline.
        base_words: which commit the baseline is of, in words.
        base_commit: its id, where it is known.
        base_distance: how many commits it is older than the merge base, where that is known.
        trend: totals in percent of earlier commits, oldest first, and of head; empty where none are kept.
        why_not: why the two sides cannot be compared; empty where they can.
        lost_report: that a report seems to be missing, so that no line can be said to be missed.
        has_drift: whether the baseline is of other code than the merge base has.
        comparison: None where they cannot be compared line by line.
        added: by path at head: what the change adds to measured files.
        not_measured: changed source files that no report mentions, beside measured ones.
        skipped: changed files that are generated or vendored.
        related: tells which paths have to do with the change.
        producers: changed files that configure how coverage is measured.
        evidence: what the numbers rest on.
    """

    head: Side | Problem
    base: Side | Problem | None
    base_words: str = "the merge base"
    base_commit: str | None = None
    base_distance: int | None = None
    trend: Sequence[float] = ()
    why_not: str = ""
    lost_report: Unknown | None = None
    has_drift: bool = False
    comparison: Comparison | None = None
    added: Mapping[str, Added] = field(default_factory=dict)
    not_measured: Sequence[Unknown] = ()
    skipped: Sequence[str] = ()
    related: Callable[[Sequence[str]], set[str]] = lambda _: set()
    producers: Sequence[ChangedFile] = ()
    evidence: Sequence[Evidence] = ()

    @cached_property
    def status(self) -> Status:
        """The least that holds for the numbers."""
        for side in (self.head, self.base):
            if isinstance(side, Problem):
                return side.status
        sides = [side for side in (self.head, self.base) if isinstance(side, Side)]
        if any(side.is_unclear for side in sides):
            return Status.AMBIGUOUS
        if any(side.has_totals_alone for side in sides):
            return Status.TOTALS_ONLY
        if self.why_not:
            return Status.NOT_COMPARABLE
        return Status.FIRST_RUN if self.base is None else Status.OK


def to_fraction(ratio: Ratio) -> Fraction | None:
    """The share that is covered; None where there is nothing to cover."""
    return Fraction(ratio.hit, ratio.total) if ratio.total else None


def percent(ratio: Ratio) -> float | None:
    """The same in percent, for machines."""
    return 100 * ratio.hit / ratio.total if ratio.total else None


def say_percent(ratio: Ratio) -> str:
    """The same for people, rounded down, so that 100 % is said only where nothing is missed."""
    return f"{10_000 * ratio.hit // ratio.total / 100:.2f} %" if ratio.total else "nothing to cover"


def say_points(change: Fraction) -> str:
    """A change in percentage points, rounded towards zero; its sign stays where the number is too small to show."""
    hundredths = int(abs(change) * 10_000)
    sign = ("+" if change > 0 else "\u2212") if change else "\u00b1"
    if change and not hundredths:
        return f"{sign}<0.01 points"
    return f"{sign}{hundredths / 100:.2f} points"


def as_json(ratio: Ratio | None) -> Json:
    """A ratio as the contract has it."""
    return None if ratio is None else [ratio.hit, ratio.total]


def not_checked(problem: Problem) -> State:
    """The state of an item that has no numbers."""
    return State.PENDING if problem.pending else State.NOT_CHECKED


def ranges(lines: Sequence[int], *, gap: int = 1) -> list[tuple[int, int]]:
    """Ascending lines as ranges, both ends in them."""
    found: list[tuple[int, int]] = []
    for line in lines:
        if found and line <= found[-1][1] + gap:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found
