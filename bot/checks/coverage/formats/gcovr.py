"""gcovr's JSON.

Rule: lines that are no code or excluded don't count. A line that stands there several times (templates, inlined
functions) is one, and its branches are united by their place in the list.
Source: https://gcovr.com/en/stable/output/json.html (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files
from bot.checks.coverage.formats.members import Cursor, as_list, as_number, as_object, as_text
from bot.checks.coverage.lines import HIT, MISSED, Arms, FileLines, Format, Headline, Measure, Report, count
from bot.model import Json

_MD5_DIGITS = 32


def read_gcovr(cursor: Cursor, name: str) -> Report:
    """Read the report, with the cursor at its beginning.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files = Files()
    for key in cursor.members():
        if key != "files":
            cursor.value()
            continue
        for _ in cursor.elements():
            entry = as_object(cursor.value(), "a file")
            file = files.get(as_text(entry.get("file"), "file"))
            for line in as_list(entry.get("lines"), "lines"):
                _add(file, as_object(line, "a line"), files)
    known = files.by_name.values()
    totals = {Measure.LINES: count(known, Measure.LINES)}
    if any(file.arms for file in known):
        totals[Measure.BRANCHES] = count(known, Measure.BRANCHES)
    headline = Headline(Measure.LINES, totals[Measure.LINES])
    return Report(
        name=name, format=Format.GCOVR, headline=headline, totals=totals, files=files.by_name, notes=files.notes()
    )


def _add(file: FileLines, line: Mapping[str, Json], files: Files) -> None:
    if line.get("gcovr/noncode") is True or line.get("gcovr/excluded") is True:
        return
    number = as_number(line.get("line_number"), "line_number")
    files.mark(file, (number,), HIT if as_number(line.get("count"), "a count") else MISSED)
    digest = line.get("gcovr/md5")
    if isinstance(digest, str) and len(digest) == _MD5_DIGITS:
        file.digests = {} if file.digests is None else file.digests
        file.digests[number] = digest.lower()
    branches = [as_object(branch, "a branch") for branch in as_list(line.get("branches", []), "branches")]
    counted = [branch for branch in branches if branch.get("gcovr/excluded") is not True]
    if counted:
        taken = {str(place): as_number(branch.get("count"), "a count") > 0 for place, branch in enumerate(counted)}
        file.add_arms(number, Arms.named(taken))
