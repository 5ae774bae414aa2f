"""OpenCover XML, by OpenCover or coverlet.

Rule: a sequence point is a statement on each of its lines; points at line 0xFEEFEE are hidden, and modules that were
skipped do not count. Points that several methods share (lambdas, async) are one.
Source: https://github.com/OpenCover/opencover/wiki/Reports (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.coverage.formats.bounds import Files, Refused, new_ran, to_number
from bot.checks.coverage.lines import Format, Headline, Measure, Ratio, Report, Span, count, lay_out

_HIDDEN = 0xFEEFEE


class OpenCover:
    """Takes the events of an OpenCover report."""

    def __init__(self) -> None:
        self.depth = 0
        self._files = Files()
        self._ran = new_ran()
        self._names: dict[str, str] = {}
        self._of_method: str | None = None
        self._skipped = False
        self._summary: Mapping[str, str] = {}
        self._taken: dict[str, dict[int, dict[str, bool]]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        match tag:
            case "Module":
                self._skipped = "skippedDueTo" in attributes
                self._names = {}
            case "File":
                self._names[attributes.get("uid", "")] = attributes.get("fullPath", "")
            case "FileRef":
                self._of_method = attributes.get("uid")
            case "Method":
                self._of_method = None
            case "SequencePoint" if not self._skipped:
                self._statement(attributes)
            case "BranchPoint" if not self._skipped:
                self._branch(attributes)
            case "Summary" if self.depth == 2:  # noqa: PLR2004 - the session's own
                self._summary = attributes

    def end(self, tag: str) -> None:  # noqa: ARG002 - every reader has it
        """An element ends."""
        self.depth -= 1

    def flush(self) -> None:
        """Nothing is put aside."""

    def _name(self, row: Mapping[str, str]) -> str | None:
        uid = row.get("fileid", self._of_method)
        return self._names.get(uid) if uid is not None else None

    def _statement(self, row: Mapping[str, str]) -> None:
        first = to_number(row.get("sl"), "a sequence point's line")
        last = to_number(row.get("el", row.get("sl")), "a sequence point's last line")
        name = self._name(row)
        if first in {0, _HIDDEN} or last in {0, _HIDDEN} or not name:
            return
        file = self._files.get(name)
        self._files.grow(file, max(first, last))
        columns = [to_number(row.get(side, "0"), "a column") for side in ("sc", "ec")]
        span = Span(first, columns[0], max(first, last), columns[1])
        file.statements = {} if file.statements is None else file.statements
        file.statements[span] = file.statements.get(span, False) or self._ran[row.get("vc", "")]

    def _branch(self, row: Mapping[str, str]) -> None:
        line = to_number(row.get("sl", "0"), "a branch point's line")
        name = self._name(row)
        if line in {0, _HIDDEN} or not name:
            return
        arm = "/".join(row.get(key, "") for key in ("offset", "offsetchain", "path", "offsetend"))
        arms = self._taken.setdefault(name, {}).setdefault(line, {})
        arms[arm] = arms.get(arm, False) or self._ran[row.get("vc", "")]

    def report(self, name: str) -> Report:
        """The report."""
        for path, taken in self._taken.items():
            self._files.add_taken(self._files.get(path), taken)
        files = self._files.by_name
        for file in files.values():
            file.spread = True
            file.lines = lay_out(file.statements or {})
        totals = {
            Measure.LINES: count(files.values(), Measure.LINES),
            Measure.STATEMENTS: self._total(files_of="SequencePoints"),
        }
        branches = self._total(files_of="BranchPoints")
        if branches.total:
            totals[Measure.BRANCHES] = branches
        headline = Headline(Measure.STATEMENTS, totals[Measure.STATEMENTS])
        return Report(name=name, format=Format.OPENCOVER, headline=headline, totals=totals, files=files)

    def _total(self, *, files_of: str) -> Ratio:
        """OpenCover's own number where it has one, which counts shared points once a method."""
        total, hit = self._summary.get(f"num{files_of}"), self._summary.get(f"visited{files_of}")
        if total is None or hit is None:
            measure = Measure.STATEMENTS if files_of == "SequencePoints" else Measure.BRANCHES
            return count(self._files.by_name.values(), measure)
        ratio = Ratio(to_number(hit, "the summary"), to_number(total, "the summary"))
        if ratio.hit > ratio.total:
            raise Refused("its summary visits more points than there are")
        return ratio
