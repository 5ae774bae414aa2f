"""The JSON of `llvm-cov export`, also by cargo-llvm-cov and Swift.

Rule: lines follow from a file's segments as in LLVM's own `LineCoverageStats`: a line has the count of the segment
that goes on from the line before, or the highest of the regions that begin on it; gaps don't count.
Source: https://github.com/llvm/llvm-project/blob/main/llvm/lib/ProfileData/Coverage/CoverageMapping.cpp,
https://github.com/llvm/llvm-project/blob/main/llvm/tools/llvm-cov/CoverageExporterJson.cpp (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.checks.coverage.formats.bounds import Files, Refused
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object, as_text
from bot.checks.coverage.lines import HIT, MISSED, FileLines, Format, Headline, Measure, Ratio, Report, count
from bot.model import Json

_MEASURES = {
    "lines": Measure.LINES,
    "branches": Measure.BRANCHES,
    "functions": Measure.FUNCTIONS,
    "regions": Measure.REGIONS,
}
# Fields of a branch, whose file is one of several where macros are expanded.
_TRUE, _FALSE, _PLACE = 4, 5, 4


class _Segment(NamedTuple):
    line: int
    hit: bool
    has_count: bool
    is_entry: bool
    is_gap: bool

    @property
    def starts_region(self) -> bool:
        return not self.is_gap and self.has_count and self.is_entry


def read_llvm(cursor: Cursor, name: str) -> Report:
    """Read the export, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    declared: dict[Measure, Ratio] = {}
    exports, with_lines = 0, False
    for key in cursor.members():
        if key != "data":
            cursor.value()
            continue
        for _ in cursor.elements():
            exports += 1
            with_lines = _read_export(cursor, files, declared) or with_lines
    if not exports:
        raise Refused("it has no data")
    return _to_report(files, declared if exports == 1 else {}, name, with_lines=with_lines)


def _read_export(cursor: Cursor, files: Files, declared: dict[Measure, Ratio]) -> bool:
    with_lines = False
    for key in cursor.members():
        if key == "files":
            for _ in cursor.elements():
                entry = as_object(cursor.value(), "a file")
                file = files.get(as_text(entry.get("filename"), "filename"))
                if "segments" in entry:
                    with_lines = True
                    _add(file, entry, files)
        elif key == "totals":
            declared.update(_read_totals(as_object(cursor.value(), "totals")))
        else:
            cursor.value()
    return with_lines


def _read_totals(totals: Mapping[str, Json]) -> dict[Measure, Ratio]:
    read = {}
    for key, measure in _MEASURES.items():
        if key in totals:
            entry = as_object(totals[key], key)
            ratio = Ratio(as_number(entry.get("covered"), "covered"), as_number(entry.get("count"), "count"))
            if ratio.hit > ratio.total:
                raise Refused(f"more {key} are covered than there are")
            if ratio.total or measure is Measure.LINES:
                read[measure] = ratio
    return read


def _add(file: FileLines, entry: Mapping[str, Json], files: Files) -> None:
    segments = [_to_segment(value) for value in as_list(entry["segments"], "segments")]
    states = dict(_line_states(segments, files))
    for state in (MISSED, HIT):
        files.mark(file, (line for line, of_line in states.items() if of_line == state), state)
    taken: dict[int, dict[str, bool]] = {}
    for value in as_list(entry.get("branches", []), "branches"):
        fields = [as_number(field, "a field of a branch") for field in as_list(value, "a branch")]
        if len(fields) <= _FALSE:
            raise Refused("a branch has too few fields")
        of_line = taken.setdefault(fields[0], {})
        for field in (_TRUE, _FALSE):
            arm = ".".join(map(str, (*fields[:_PLACE], field)))
            of_line[arm] = of_line.get(arm, False) or fields[field] > 0
    files.add_taken(file, taken)


def _to_segment(value: Json) -> _Segment:
    fields = as_list(value, "a segment")
    if len(fields) < 5:  # noqa: PLR2004 - line, column, count, has count, is a region's entry; the gap came later
        raise Refused("a segment has too few fields")
    gap = len(fields) > 5 and fields[5] is True  # noqa: PLR2004 - the same
    hit = as_number(fields[2], "a count") > 0
    return _Segment(as_number(fields[0], "a line"), hit, fields[3] is True, fields[4] is True, gap)


def _line_states(segments: Sequence[_Segment], files: Files) -> list[tuple[int, int]]:
    states: list[tuple[int, int]] = []
    wrapped: _Segment | None = None
    last = 0
    for line, group in groupby(segments, key=lambda segment: segment.line):
        files.check_line(line)
        if line <= last:
            raise Refused("its segments are not in order")
        if wrapped is not None and wrapped.has_count:
            states += ((between, HIT if wrapped.hit else MISSED) for between in range(last + 1, line))
        own = list(group)
        if (state := _line_state(own, wrapped)) is not None:
            states.append((line, state))
        wrapped, last = own[-1], line
    return states


def _line_state(own: Sequence[_Segment], wrapped: _Segment | None) -> int | None:
    starts = [segment for segment in own if segment.starts_region]
    skipped = not own[0].has_count and own[0].is_entry
    goes_on = wrapped is not None and wrapped.has_count
    if not starts and (skipped or not goes_on):
        return None
    hit = wrapped is not None and wrapped.hit
    return HIT if hit or any(segment.hit for segment in starts) else MISSED


def _to_report(files: Files, declared: Mapping[Measure, Ratio], name: str, *, with_lines: bool) -> Report:
    known = files.by_name if with_lines else {}
    totals = dict(declared) or {Measure.LINES: count(known.values(), Measure.LINES)}
    if Measure.LINES not in totals:
        raise Refused("its totals have no lines")
    notes = files.notes()
    if not with_lines:
        notes.append("it has totals alone: no line can be looked up in it")
    headline = Headline(Measure.LINES, totals[Measure.LINES])
    return Report(name=name, format=Format.LLVM, headline=headline, totals=totals, files=known, notes=notes)
