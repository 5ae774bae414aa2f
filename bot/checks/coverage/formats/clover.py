"""Clover XML: PHPUnit, Istanbul, and OpenClover itself.

Rule: lines of the types `stmt` and `cond` count; a line of the type `method` is none, and a test project counts not.
Istanbul counts all arms of a line in `truecount` + `falsecount`; Clover how often a condition was true, and false.
Source: https://github.com/sebastianbergmann/php-code-coverage (Report/Clover.php) and
https://github.com/istanbuljs/istanbuljs/blob/main/packages/istanbul-reports/lib/clover/index.js (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files, Refused, new_ran, to_number
from bot.checks.coverage.lines import HIT, MISSED, Arms, FileLines, Format, Headline, Measure, Ratio, Report, count

_ISTANBUL = "All files"


class Clover:
    """Takes the events of a Clover report."""

    def __init__(self) -> None:
        self.depth = 0
        self._files = Files()
        self._ran = new_ran()
        self._file: FileLines | None = None
        self._project = self._in_project = False
        self._of_istanbul = False
        self._metrics: Mapping[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        match tag:
            case "line":
                if self._in_project and attributes.get("type") in {"stmt", "cond"}:
                    self._line(attributes)
            case "file" if self._in_project:
                self._file = self._files.get(attributes.get("path") or attributes.get("name"))
            case "project":
                self._project = self._in_project = True
                self._of_istanbul = attributes.get("name") == _ISTANBUL
            case "metrics" if self._in_project and self.depth == 3:  # noqa: PLR2004 - the project's own
                self._metrics = attributes

    def end(self, tag: str) -> None:
        """An element ends."""
        self.depth -= 1
        if tag == "file":
            self._file = None
        elif tag == "project":
            self._in_project = False

    def flush(self) -> None:
        """Nothing is put aside."""

    def _line(self, row: Mapping[str, str]) -> None:
        if self._file is None:
            raise Refused("a line stands outside of a file")
        number = to_number(row.get("num"), "a line's number")
        sides = [row.get("truecount"), row.get("falsecount")]
        has_arms = row["type"] == "cond" and None not in sides
        ran = any(side and self._ran[side] for side in sides)
        if "count" in row:
            ran = self._ran[row["count"]]
        elif not has_arms:
            raise Refused("a line has no count")
        self._files.mark(self._file, (number,), HIT if ran else MISSED)
        if has_arms and number:
            arms = self._arms(row["truecount"], row["falsecount"])
            mine = self._file.arms.get(number)
            # Several conditions of one line add up.
            self._file.arms[number] = arms if mine is None else Arms(mine.hit + arms.hit, mine.total + arms.total)

    def _arms(self, true: str, false: str) -> Arms:
        if self._of_istanbul:
            hit, missed = to_number(true, "a line's branches"), to_number(false, "a line's branches")
            return Arms(hit, hit + missed)
        return Arms(self._ran[true] + self._ran[false], 2)

    def _declared_branches(self) -> Ratio | None:
        """Istanbul's own total, which has the branches of lines that are no statements too."""
        if not self._of_istanbul or "conditionals" not in self._metrics:
            return None
        hit = to_number(self._metrics.get("coveredconditionals"), "coveredconditionals")
        total = to_number(self._metrics["conditionals"], "conditionals")
        return Ratio(hit, total) if hit <= total else None

    def report(self, name: str) -> Report:
        """The report.

        Raises:
            Refused: it has no project.
        """
        if not self._project:
            raise Refused("it has no project: no Clover report")
        files = self._files.by_name
        totals = {Measure.LINES: count(files.values(), Measure.LINES)}
        branches = self._declared_branches() or count(files.values(), Measure.BRANCHES)
        if branches.total:
            totals[Measure.BRANCHES] = branches
        return Report(
            name=name,
            format=Format.CLOVER,
            tool="Istanbul" if self._of_istanbul else None,
            headline=Headline(Measure.LINES, totals[Measure.LINES], decimals=2 if self._of_istanbul else None),
            totals=totals,
            files=files,
            notes=self._files.notes(),
        )
