"""coverlet's JSON: module, file, class, method.

Rule: methods that share a line (lambdas, async) are united.
Source: https://github.com/coverlet-coverage/coverlet/blob/master/src/coverlet.core/CoverageResult.cs (read 2026-11-25)
"""

from __future__ import annotations

from bot.checks.coverage.formats.bounds import Files, to_number
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object
from bot.checks.coverage.lines import FileLines, Format, Headline, Measure, Report, count
from bot.model import Json


def read_coverlet(cursor: Cursor, name: str) -> Report:
    """Read the report, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    for _module in cursor.members():
        for path in cursor.members():
            _add(files.get(path), as_object(cursor.value(), "a file"), files)
    known = files.by_name.values()
    totals = {Measure.LINES: count(known, Measure.LINES)}
    if any(file.arms for file in known):
        totals[Measure.BRANCHES] = count(known, Measure.BRANCHES)
    headline = Headline(Measure.LINES, totals[Measure.LINES])
    return Report(
        name=name, format=Format.COVERLET, headline=headline, totals=totals, files=files.by_name, notes=files.notes()
    )


def _add(file: FileLines, classes: dict[str, Json], files: Files) -> None:
    taken: dict[int, dict[str, bool]] = {}
    for of_class in classes.values():
        for of_method in as_object(of_class, "a class").values():
            method = as_object(of_method, "a method")
            lines = as_object(method.get("Lines"), "Lines")
            numbers = [to_number(number, "a line") for number in lines]
            files.mark_counts(file, numbers, [as_number(hits, "a count") > 0 for hits in lines.values()])
            for value in as_list(method.get("Branches") or [], "Branches"):
                branch = as_object(value, "a branch")
                line = as_number(branch.get("Line"), "a branch's line")
                arm = "/".join(str(branch.get(key)) for key in ("Offset", "EndOffset", "Path", "Ordinal"))
                of_line = taken.setdefault(line, {})
                of_line[arm] = of_line.get(arm, False) or as_number(branch.get("Hits"), "a count") > 0
    files.add_taken(file, taken)
