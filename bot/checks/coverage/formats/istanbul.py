"""Istanbul's JSON: `coverage-final.json` of nyc, jest, vitest and c8, and the summary without files' lines.

Rule: a line is hit by the statements that start on it, as Istanbul counts it; all four totals are Istanbul's own.
It rounds percentages down to two decimals. Arms are counted by what `b` holds, whatever the locations say.
Source: https://github.com/istanbuljs/istanbuljs/blob/main/packages/istanbul-lib-coverage/lib/file-coverage.js
(read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files, Refused
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object
from bot.checks.coverage.lines import (
    FileLines,
    Format,
    Headline,
    Measure,
    Ratio,
    Report,
    Span,
    count,
)
from bot.model import Json

_DECIMALS = 2


def read_final(cursor: Cursor, name: str) -> Report:
    """Read `coverage-final.json`, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    functions = Ratio(0, 0)
    for key in cursor.members():
        entry = as_object(cursor.value(), "a file")
        entry = as_object(entry["data"], "data") if "data" in entry else entry
        path = entry.get("path")
        _add(files.get(path if isinstance(path, str) else key), entry, files)
        calls = as_object(entry.get("f", {}), "f").values()
        functions = Ratio(functions.hit + sum(map(_ran, calls)), functions.total + len(calls))
    known = files.by_name.values()
    measures = (Measure.LINES, Measure.STATEMENTS, Measure.BRANCHES)
    totals = {measure: count(known, measure) for measure in measures} | {Measure.FUNCTIONS: functions}
    return Report(
        name=name,
        format=Format.ISTANBUL,
        headline=Headline(Measure.LINES, totals[Measure.LINES], decimals=_DECIMALS),
        totals={measure: ratio for measure, ratio in totals.items() if ratio.total or measure is Measure.LINES},
        files=files.by_name,
        notes=files.notes(),
    )


def _ran(value: Json) -> bool:
    # Istanbul's null stands for zero.
    return value is not None and as_number(value, "a count") > 0


def _add(file: FileLines, entry: Mapping[str, Json], files: Files) -> None:
    spans = as_object(entry.get("statementMap"), "statementMap")
    counts = as_object(entry.get("s"), "s")
    statements = file.statements = {} if file.statements is None else file.statements
    seen: dict[Span, int] = {}
    numbers, ran = [], []
    for key, value in counts.items():
        hit = _ran(value)
        span = _to_span(spans.get(key))
        seen[span] = seen.get(span, -1) + 1
        span = span._replace(ordinal=seen[span])
        statements[span] = hit or statements.get(span, False)
        if span.first:
            numbers.append(span.first)
            ran.append(hit)
    files.mark_counts(file, numbers, ran)
    _add_arms(file, entry, files)


def _add_arms(file: FileLines, entry: Mapping[str, Json], files: Files) -> None:
    places = as_object(entry.get("branchMap", {}), "branchMap")
    taken: dict[int, dict[str, bool]] = {}
    for key, value in as_object(entry.get("b", {}), "b").items():
        arms = taken.setdefault(_branch_line(places.get(key)), {})
        arms.update((f"{key}.{number}", _ran(one)) for number, one in enumerate(as_list(value, "b")))
    files.add_taken(file, taken)


def _to_span(place: Json) -> Span:
    """The place of a statement; vitest leaves out ends, and columns."""
    start, end = (_to_point(place.get(side)) if isinstance(place, dict) else (0, 0) for side in ("start", "end"))
    return Span(*start, *end)


def _to_point(point: Json) -> tuple[int, int]:
    if not isinstance(point, dict):
        return 0, 0
    line, column = point.get("line"), point.get("column")
    # c8 writes columns below zero; they only tell statements apart.
    return as_number(line or 0, "a line"), column if isinstance(column, int) else 0


def _branch_line(place: Json) -> int:
    """Where a branch starts; 0, which is no line, where it has no place."""
    if not isinstance(place, dict):
        return 0
    whole = _to_span(place.get("loc")).first
    return whole or as_number(place.get("line") or 0, "a branch's line")


def read_summary(cursor: Cursor, name: str) -> Report:
    """Read `coverage-summary.json`, with the cursor at its beginning.

    Raises:
        Refused: it is damaged, or has no total.
    """
    total: Mapping[str, Json] | None = None
    for key in cursor.members():
        value = cursor.value()
        total = as_object(value, "total") if key == "total" else total
    if total is None:
        raise Refused("it has no total")
    totals = {}
    for measure in (Measure.LINES, Measure.STATEMENTS, Measure.BRANCHES, Measure.FUNCTIONS):
        entry = as_object(total.get(measure.value), measure.value)
        ratio = Ratio(as_number(entry.get("covered"), "covered"), as_number(entry.get("total"), "total"))
        if ratio.hit > ratio.total:
            raise Refused(f"more {measure} are covered than there are")
        if ratio.total or measure is Measure.LINES:
            totals[measure] = ratio
    headline = Headline(Measure.LINES, totals[Measure.LINES], decimals=_DECIMALS)
    notes = ["it has totals alone: no line can be looked up in it"]
    return Report(name=name, format=Format.ISTANBUL_SUMMARY, headline=headline, totals=totals, notes=notes)
