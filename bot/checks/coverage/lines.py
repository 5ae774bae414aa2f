"""What a coverage report says, whatever its format: the value that every reader gives.

A line's state is one byte of an array that is indexed by the line's number, so that a report of a million lines takes
a megabyte. Whether a line is only partly covered follows from its state, or from the arms of its branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

# States of a line. Union is `max`: run once is run.
NOT_COUNTED, MISSED, PARTIAL, HIT = range(4)


class Measure(StrEnum):
    """What a tool counts."""

    LINES = "lines"
    STATEMENTS = "statements"
    BRANCHES = "branches"
    STATEMENTS_AND_BRANCHES = "statements and branches"
    INSTRUCTIONS = "instructions"
    FUNCTIONS = "functions"
    REGIONS = "regions"


class Format(StrEnum):
    """A report's format, as its users call it."""

    COVERAGE_PY_JSON = "coverage.py JSON"
    COVERAGE_PY_XML = "coverage.py XML"
    COBERTURA = "Cobertura"
    LCOV = "LCOV"
    JACOCO = "JaCoCo"
    CLOVER = "Clover"
    ISTANBUL = "Istanbul JSON"
    ISTANBUL_SUMMARY = "Istanbul JSON summary"
    GO = "Go coverprofile"
    SIMPLECOV = "SimpleCov"
    OPENCOVER = "OpenCover"
    COVERLET = "coverlet JSON"
    LLVM = "llvm-cov JSON"
    GCOVR = "gcovr JSON"


class Ratio(NamedTuple):
    """How many of how many: exact, `hit <= total`."""

    hit: int
    total: int


@dataclass(frozen=True)
class Headline:
    """The one percentage that the tool itself prints first.

    Attributes:
        decimals: to how many decimals the tool rounds down (Istanbul); None where the ratio is not rounded down.
    """

    measure: Measure
    ratio: Ratio
    decimals: int | None = None

    @property
    def percent(self) -> float | None:
        """The percentage; None where there is nothing to cover."""
        hit, total = self.ratio
        if total == 0:
            return None
        if self.decimals is None:
            return 100 * hit / total
        scale: int = 10**self.decimals
        return (100 * scale * hit // total) / scale


class Arms(NamedTuple):
    """The arms of the branches that start on one line.

    Attributes:
        missed: the names of those not taken, where the format names them: then reports can be united exactly.
    """

    hit: int
    total: int
    missed: frozenset[str] | None = None

    @classmethod
    def named(cls, taken: Mapping[str, bool]) -> Arms:
        """Arms by their names, and whether each was taken."""
        missed = frozenset(arm for arm, yes in taken.items() if not yes)
        return cls(len(taken) - len(missed), len(taken), missed)

    def unite(self, other: Arms) -> Arms:
        """What both runs took together; a lower bound where arms have no names."""
        total = max(self.total, other.total)
        if self.missed is not None and other.missed is not None and self.total == other.total:
            missed = self.missed & other.missed
            return Arms(total - len(missed), total, missed)
        best = max(self, other, key=lambda arms: (arms.hit, arms.total))
        return Arms(best.hit, total, best.missed if best.total == total else None)


class Span(NamedTuple):
    """A statement, or a block of them, as the report places it: both ends are in it.

    Attributes:
        weight: how many statements it is.
        ordinal: tells apart statements at one place.
    """

    first: int
    first_column: int
    last: int
    last_column: int
    weight: int = 1
    ordinal: int = 0


@dataclass(slots=True)
class FileLines:
    """One file's coverage. Built by a reader; nobody changes it afterwards but by `unite` on a copy.

    Attributes:
        lines: a state for each line, at the line's number; index 0 is not used. Empty for a file without code.
        arms: by line; only lines with branches.
        statements: whether each was run, where the format counts statements apart from lines.
        spread: a statement counts on each of its lines, not on its first alone (Go), and the lines follow from them.
        instructions: of the whole file (JaCoCo).
        digests: MD5 of a line's text in hexadecimal, where the report has it: tells a stale report for sure.
    """

    lines: bytearray = field(default_factory=bytearray)
    arms: dict[int, Arms] = field(default_factory=dict)
    statements: dict[Span, bool] | None = None
    spread: bool = False
    instructions: Ratio | None = None
    digests: dict[int, str] | None = None

    def state(self, line: int) -> int:
        """`NOT_COUNTED`, `MISSED`, `PARTIAL` or `HIT`, branches considered."""
        state = self.lines[line] if line < len(self.lines) else NOT_COUNTED
        arms = self.arms.get(line)
        return PARTIAL if state == HIT and arms is not None and arms.hit < arms.total else state

    def counted(self) -> Iterator[int]:
        """Yield the lines that can be covered, in order."""
        return (line for line, state in enumerate(self.lines) if state)

    def missed(self) -> Iterator[int]:
        """Yield the lines that nothing ran, in order."""
        return (line for line, state in enumerate(self.lines) if state == MISSED)

    def partial(self) -> Iterator[int]:
        """Yield the lines that were run in part, in order."""
        return (line for line, state in enumerate(self.lines) if state > MISSED and self.state(line) == PARTIAL)

    def ratio(self, measure: Measure) -> Ratio:
        """How much of the file is covered. A line run in part is covered; 0 of 0 where the format does not say."""
        match measure:
            case Measure.LINES:
                return Ratio(self.lines.count(PARTIAL) + self.lines.count(HIT), len(self.lines) - self.lines.count(0))
            case Measure.BRANCHES:
                return Ratio(sum(arms.hit for arms in self.arms.values()), sum(a.total for a in self.arms.values()))
            case Measure.STATEMENTS:
                return self._ratio_of_statements()
            case Measure.STATEMENTS_AND_BRANCHES:
                lines, arms = self.ratio(Measure.LINES), self.ratio(Measure.BRANCHES)
                return Ratio(lines.hit + arms.hit, lines.total + arms.total)
            case Measure.INSTRUCTIONS if self.instructions is not None:
                return self.instructions
            case Measure.INSTRUCTIONS | Measure.FUNCTIONS | Measure.REGIONS:
                return Ratio(0, 0)

    def _ratio_of_statements(self) -> Ratio:
        # A tool that has no statements apart from lines may call its lines so.
        if self.statements is None:
            return self.ratio(Measure.LINES)
        hit = sum(span.weight for span, ran in self.statements.items() if ran)
        return Ratio(hit, sum(span.weight for span in self.statements))

    def add_arms(self, line: int, arms: Arms) -> None:
        """Unite a line's arms with those that it has."""
        mine = self.arms.get(line)
        self.arms[line] = arms if mine is None else mine.unite(arms)

    def copy(self) -> FileLines:
        """A copy that can be united with others."""
        return FileLines(
            lines=bytearray(self.lines),
            arms=dict(self.arms),
            statements=None if self.statements is None else dict(self.statements),
            spread=self.spread,
            instructions=self.instructions,
            digests=None if self.digests is None else dict(self.digests),
        )

    def unite(self, other: FileLines) -> None:
        """Add what another run of the same file hit."""
        self.lines = _unite_lines(self.lines, other.lines)
        for line, arms in other.arms.items():
            self.add_arms(line, arms)
        if other.statements is not None:
            statements = self.statements if self.statements is not None else {}
            for span, hit in other.statements.items():
                statements[span] = hit or statements.get(span, False)
            self.statements, self.spread = statements, self.spread or other.spread
            if self.spread:
                self.lines = lay_out(statements)
        if other.instructions is not None:
            self.instructions = max(self.instructions or Ratio(0, 0), other.instructions)
        if other.digests is not None:
            self.digests = {**(self.digests or {}), **other.digests}


def _unite_lines(one: bytearray, other: bytearray) -> bytearray:
    short, long = sorted((one, other), key=len)
    return bytearray(map(max, short, long)) + long[len(short) :]


def lay_out(statements: Mapping[Span, bool]) -> bytearray:
    """Lines of statements that count on each of their lines: one with a run and a missed statement is partial."""
    size = max((span.last for span in statements), default=-1) + 1
    # A step at both ends of each span, summed up once: a hostile report of long spans costs no more than a short one.
    hits, misses = [0] * (size + 1), [0] * (size + 1)
    for span, hit in statements.items():
        steps = hits if hit else misses
        steps[span.first] += 1
        steps[span.last + 1] -= 1
    at_line = zip(accumulate(hits), accumulate(misses), strict=True)
    return bytearray((PARTIAL if miss else HIT) if hit else (MISSED if miss else 0) for hit, miss in at_line)[:size]


def count(files: Iterable[FileLines], measure: Measure) -> Ratio:
    """How much of several files is covered."""
    ratios = [file.ratio(measure) for file in files]
    return Ratio(sum(ratio.hit for ratio in ratios), sum(ratio.total for ratio in ratios))


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report that could be read.

    Attributes:
        name: of the report's own file, as it was given.
        tool: what wrote it, where it says so (`coverage.py 7.11.0`).
        totals: of the whole report, as the tool counts them. The measures that the format lacks are not there.
        files: by the name that the report writes; empty where it has totals alone.
        roots: the folders that names are relative to, as the report writes them.
        commit: the revision that was measured, where the report says so.
        unlisted: lines that the tool's own total counts but of which the report lists no file (two source roots with
            a file of the same name): whose lines these are cannot be known.
        nocov: lines between `:nocov:` comments are still in it (SimpleCov's resultset): the source tells which.
        notes: what a reader should know of the numbers, in words.
    """

    name: str
    format: Format
    headline: Headline | None
    totals: Mapping[Measure, Ratio]
    files: Mapping[str, FileLines] = field(default_factory=dict)
    tool: str | None = None
    roots: Sequence[str] = ()
    commit: str | None = None
    unlisted: int = 0
    nocov: bool = False
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Unusable:
    """A file that could not be read as a report: why, in words without its text, and its 1-based line where known.

    Attributes:
        foreign: it is a file of another kind, rather than a damaged report.
    """

    name: str
    reason: str
    line: int | None = None
    foreign: bool = False
