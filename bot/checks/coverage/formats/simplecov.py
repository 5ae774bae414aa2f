"""SimpleCov's JSON: `.resultset.json`, and `coverage.json` of its JSON formatter.

Rule: the suites of a resultset are united. A resultset lists lines that `:nocov:` takes out of SimpleCov's own
numbers; they can be told by the source alone, and `bot/checks/coverage/nocov.py` takes them out.
Source: https://github.com/simplecov-ruby/simplecov/blob/main/lib/simplecov/source_file.rb,
https://github.com/simplecov-ruby/simplecov/blob/main/lib/simplecov/formatter/json_formatter.rb (read 2026-11-25)
"""

from __future__ import annotations

import re

from bot.checks.coverage.formats.bounds import Files
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object
from bot.checks.coverage.lines import FileLines, Format, Headline, Measure, Report, count
from bot.model import Json

_CONDITION = re.compile(r"""\[:?"?\w+"?, *\d+, *(\d+),""")


def read_resultset(cursor: Cursor, name: str) -> Report:
    """Read `.resultset.json`, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    for _suite in cursor.members():
        for key in cursor.members():
            if key == "coverage":
                _read_files(cursor, files)
            else:
                cursor.value()
    return _to_report(files, name, raw=True)


def read_formatted(cursor: Cursor, name: str) -> Report:
    """Read `coverage.json`, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    for key in cursor.members():
        if key == "coverage":
            _read_files(cursor, files)
        else:
            cursor.value()
    return _to_report(files, name, raw=False)


def _to_report(files: Files, name: str, *, raw: bool) -> Report:
    known = files.by_name.values()
    totals = {Measure.LINES: count(known, Measure.LINES)}
    if any(file.arms for file in known):
        totals[Measure.BRANCHES] = count(known, Measure.BRANCHES)
    headline = Headline(Measure.LINES, totals[Measure.LINES])
    return Report(
        name=name,
        format=Format.SIMPLECOV,
        headline=headline,
        totals=totals,
        files=files.by_name,
        nocov=raw,
        notes=files.notes(),
    )


def _read_files(cursor: Cursor, files: Files) -> None:
    for path in cursor.members():
        value = cursor.value()
        file = files.get(path)
        # Before 0.18 a file was its list of lines.
        entry = {"lines": value} if isinstance(value, list) else as_object(value, "a file")
        _add_lines(file, entry.get("lines"), files)
        branches = entry.get("branches")
        if isinstance(branches, dict):
            _add_conditions(file, branches, files)
        elif isinstance(branches, list):
            _add_arms(file, branches, files)


def _add_lines(file: FileLines, lines: Json, files: Files) -> None:
    numbers, ran = [], []
    for number, value in enumerate(as_list(lines, "lines"), start=1):
        if value is None or value == "ignored":
            continue
        numbers.append(number)
        ran.append(as_number(value, "a count") > 0)
    files.mark_counts(file, numbers, ran)


def _add_conditions(file: FileLines, conditions: dict[str, Json], files: Files) -> None:
    """Add a resultset's branches: a condition and its arms are written as Ruby arrays in text."""
    taken: dict[int, dict[str, bool]] = {}
    for condition, value in conditions.items():
        found = _CONDITION.match(condition)
        arms = taken.setdefault(int(found[1][:9]) if found else 0, {})
        for arm, times in as_object(value, "a condition").items():
            arms[f"{condition} {arm}"] = as_number(times, "a count") > 0
    files.add_taken(file, taken)


def _add_arms(file: FileLines, branches: list[Json], files: Files) -> None:
    """Add the formatter's branches, which are arms without their condition, each on its own line."""
    taken: dict[int, dict[str, bool]] = {}
    for number, value in enumerate(branches):
        arm = as_object(value, "a branch")
        times = arm.get("coverage")
        if times == "ignored":
            continue
        line = as_number(arm.get("report_line", arm.get("start_line")), "a branch's line")
        taken.setdefault(line, {})[str(number)] = as_number(times, "a count") > 0
    files.add_taken(file, taken)
