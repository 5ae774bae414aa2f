"""JaCoCo XML, and what Kover writes in its shape.

Rule: source files' lines count; the same numbers on class, method, package and group are not added. A line is run if
an instruction of it ran, and partly so where an instruction or a branch of it did not. Where lines lack their
instructions (gcovr's JaCoCo) nothing is known of lines, and the report's own counters alone are used.
The headline of JaCoCo's page is instructions.
Source: https://www.jacoco.org/jacoco/trunk/coverage/report.dtd, https://www.jacoco.org/jacoco/trunk/doc/counters.html
(read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files, Refused, to_number
from bot.checks.coverage.lines import (
    HIT,
    MISSED,
    PARTIAL,
    Arms,
    FileLines,
    Format,
    Headline,
    Measure,
    Ratio,
    Report,
    count,
)

_MEASURES = {
    "INSTRUCTION": Measure.INSTRUCTIONS,
    "BRANCH": Measure.BRANCHES,
    "LINE": Measure.LINES,
    "METHOD": Measure.FUNCTIONS,
}


class Jacoco:
    """Takes the events of a JaCoCo report."""

    def __init__(self) -> None:
        self.depth = 0
        self._files = Files()
        self._groups: list[str] = []
        self._package = ""
        self._file: FileLines | None = None
        self._instructions = Ratio(0, 0)
        self._declared: dict[Measure, Ratio] = {}
        self._bare = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        if tag == "line":
            self._line(attributes)
        elif tag == "counter" and self.depth == 2:  # noqa: PLR2004 - the report's own
            self._counter(attributes)
        elif tag == "group":
            self._groups.append(attributes.get("name", ""))
        elif tag == "package":
            self._package = attributes.get("name", "")
        elif tag == "sourcefile":
            name = "/".join(filter(None, (*self._groups, self._package, attributes.get("name"))))
            self._file = self._files.get(name)
            self._instructions = self._file.instructions or Ratio(0, 0)

    def end(self, tag: str) -> None:
        """An element ends."""
        self.depth -= 1
        if tag == "sourcefile" and self._file is not None:
            self._file.instructions = self._instructions
            self._file = None
        elif tag == "group":
            self._groups.pop()

    def flush(self) -> None:
        """Nothing is put aside."""

    def _line(self, row: Mapping[str, str]) -> None:
        if self._file is None:
            raise Refused("a line stands outside of a source file")
        if "ci" not in row or "mi" not in row:
            self._bare = True
            return
        number = to_number(row.get("nr"), "a line's number")
        missed, run = to_number(row["mi"], "a line's instructions"), to_number(row["ci"], "a line's instructions")
        arms_missed, arms_hit = to_number(row.get("mb", "0"), "branches"), to_number(row.get("cb", "0"), "branches")
        state = MISSED if run == 0 else PARTIAL if missed or arms_missed else HIT
        self._files.mark(self._file, (number,), state)
        self._instructions = Ratio(self._instructions.hit + run, self._instructions.total + run + missed)
        if arms_missed or arms_hit:
            arms = Arms(arms_hit, arms_hit + arms_missed, None if arms_missed else frozenset())
            self._file.add_arms(number, arms)

    def _counter(self, row: Mapping[str, str]) -> None:
        measure = _MEASURES.get(row.get("type", ""))
        if measure is not None:
            hit, missed = to_number(row.get("covered"), "a counter"), to_number(row.get("missed"), "a counter")
            self._declared[measure] = Ratio(hit, hit + missed)

    def report(self, name: str) -> Report:
        """The report.

        Raises:
            Refused: it has neither counters nor lines.
        """
        files = {} if self._bare else self._files.by_name
        counted = {
            measure: count(files.values(), measure)
            for measure in (Measure.LINES, Measure.BRANCHES, Measure.INSTRUCTIONS)
        }
        known = {measure: ratio for measure, ratio in counted.items() if ratio.total or measure is Measure.LINES}
        totals = self._declared or ({} if self._bare else known)
        if not totals:
            raise Refused("its lines lack `ci` and `mi`, and it has no counters: nothing is known")
        first = next(m for m in (Measure.INSTRUCTIONS, Measure.LINES, *totals) if m in totals)
        notes = self._files.notes()
        if self._bare:
            notes.append("its lines lack `ci` and `mi`, so that only its totals are known")
        elif Measure.LINES in totals and totals[Measure.LINES] != counted[Measure.LINES]:
            hit, total = counted[Measure.LINES]
            said = totals[Measure.LINES]
            notes.append(f"it lists {hit:,} of {total:,} lines as covered, and counts {said.hit:,} of {said.total:,}")
        return Report(
            name=name,
            format=Format.JACOCO,
            headline=Headline(first, totals[first]),
            totals=totals,
            files=files,
            notes=notes,
        )
