"""Reads reports for the tests of the readers."""

from __future__ import annotations

import io
from pathlib import Path

from bot.checks.coverage.formats import read_report
from bot.checks.coverage.lines import Measure, Ratio, Report, Unusable

REPORTS = Path(__file__).parent / "reports"
SOURCES = Path(__file__).parent / "sources"


def read(content: str | bytes, name: str = "report") -> Report:
    """The report, which is to be usable."""
    report = read_report(io.BytesIO(content.encode() if isinstance(content, str) else content), name)
    assert isinstance(report, Report), report
    return report


def refuse(content: str | bytes) -> tuple[str, int | None]:
    """Why the report is not usable, and its line."""
    report = read_report(io.BytesIO(content.encode() if isinstance(content, str) else content), "report")
    assert isinstance(report, Unusable), report
    return report.reason, report.line


def read_file(name: str) -> Report:
    """A report that a real tool wrote."""
    return read((REPORTS / name).read_bytes(), name)


def totals(report: Report) -> dict[str, Ratio]:
    """The report's totals by the names of what they count."""
    return {measure.value: ratio for measure, ratio in report.totals.items() if measure is not Measure.FUNCTIONS}


def missed(report: Report) -> dict[str, list[int]]:
    """The missed lines of each file that has some, by the last part of its name."""
    return {name.rpartition("/")[2]: lines for name, file in report.files.items() if (lines := list(file.missed()))}


def partial(report: Report) -> dict[str, list[int]]:
    """The partly covered lines of each file that has some, by the last part of its name."""
    return {name.rpartition("/")[2]: lines for name, file in report.files.items() if (lines := list(file.partial()))}
