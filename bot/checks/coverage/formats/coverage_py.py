"""coverage.py's JSON.

Rule: executed and missing lines are its statements; the headline is `percent_covered`, which with branches is hit
statements and arms of all statements and arms.
Source: https://coverage.readthedocs.io/en/latest/commands/cmd_json.html (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files, Refused
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object
from bot.checks.coverage.lines import HIT, MISSED, Format, Headline, Measure, Ratio, Report, count
from bot.model import Json


def read_coverage_py(cursor: Cursor, name: str) -> Report:
    """Read the report, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    meta: Mapping[str, Json] = {}
    totals: Mapping[str, Json] = {}
    for key in cursor.members():
        match key:
            case "meta":
                meta = as_object(cursor.value(), "meta")
            case "totals":
                totals = as_object(cursor.value(), "totals")
            case "files":
                for path in cursor.members():
                    _add(path, as_object(cursor.value(), "a file"), files)
            case _:
                cursor.value()
    counts = _count(totals, files)
    first = Measure.STATEMENTS_AND_BRANCHES if Measure.BRANCHES in counts else Measure.STATEMENTS
    version = meta.get("version")
    return Report(
        name=name,
        format=Format.COVERAGE_PY_JSON,
        tool=f"coverage.py {version}" if isinstance(version, str) else "coverage.py",
        headline=Headline(first, counts[first]),
        totals=counts,
        files=files.by_name,
        notes=files.notes(),
    )


def _add(path: str, entry: Mapping[str, Json], files: Files) -> None:
    file = files.get(path)
    for key, state in (("missing_lines", MISSED), ("executed_lines", HIT)):
        files.mark(file, [as_number(line, "a line") for line in as_list(entry.get(key), key)], state)
    taken: dict[int, dict[str, bool]] = {}
    for key, yes in (("executed_branches", True), ("missing_branches", False)):
        for arc in as_list(entry.get(key, []), key):
            start, target = as_list(arc, "a branch")[:2]
            line = as_number(start, "a branch's line")
            # A negative target is an exit, whose number is the function's first line.
            taken.setdefault(line, {})["exit" if isinstance(target, int) and target < 0 else str(target)] = yes
    files.add_taken(file, taken)


def _count(totals: Mapping[str, Json], files: Files) -> dict[Measure, Ratio]:
    known = files.by_name.values()
    lines = _declared(totals, "covered_lines", "num_statements") or count(known, Measure.LINES)
    counts = {Measure.LINES: lines, Measure.STATEMENTS: lines}
    arms = _declared(totals, "covered_branches", "num_branches")
    if arms is not None and arms.total:
        counts[Measure.BRANCHES] = arms
        counts[Measure.STATEMENTS_AND_BRANCHES] = Ratio(lines.hit + arms.hit, lines.total + arms.total)
    return counts


def _declared(totals: Mapping[str, Json], hit: str, total: str) -> Ratio | None:
    if hit not in totals or total not in totals:
        return None
    ratio = Ratio(as_number(totals[hit], hit), as_number(totals[total], total))
    if ratio.hit > ratio.total:
        raise Refused(f"{hit} is more than {total}")
    return ratio
