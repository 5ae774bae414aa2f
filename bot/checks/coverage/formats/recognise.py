"""Tells the JSON formats apart by their members, and reads each with its own reader."""

from __future__ import annotations

from collections.abc import Callable

from bot.checks.coverage.formats.bounds import Refused, Source
from bot.checks.coverage.formats.coverage_py import read_coverage_py
from bot.checks.coverage.formats.coverlet import read_coverlet
from bot.checks.coverage.formats.gcovr import read_gcovr
from bot.checks.coverage.formats.istanbul import read_final, read_summary
from bot.checks.coverage.formats.llvm import read_llvm
from bot.checks.coverage.formats.members import Cursor, open_json
from bot.checks.coverage.formats.simplecov import read_formatted, read_resultset
from bot.checks.coverage.lines import Report

_UNKNOWN = "it is JSON, but no coverage report that gonogo knows"
_ISTANBUL = frozenset(
    {"path", "statementMap", "fnMap", "branchMap", "s", "f", "b", "hash", "all", "_coverageSchema", "data"}
)
_MODULES = (".dll", ".exe")

_Read = Callable[[Cursor, str], Report]
_BY_KEY: dict[str, _Read] = {
    "totals": read_coverage_py,
    "gcovr/format_version": read_gcovr,
    "data": read_llvm,
    "type": read_llvm,
    "version": read_llvm,
    "total": read_summary,
    "coverage": read_formatted,
    "groups": read_formatted,
}


def read_json(source: Source, name: str) -> Report:
    """Read a report in JSON.

    Raises:
        Refused: it is none that is known, damaged, or over a limit.
    """
    cursor = open_json(source)
    start = cursor.at
    kind = _recognise(cursor)
    cursor = Cursor(cursor.text, start)
    try:
        report = kind(cursor, name)
    except Refused as refused:
        raise Refused(refused.reason, refused.line or cursor.line) from None
    cursor.end()
    return report


def _recognise(cursor: Cursor) -> _Read:
    for key in cursor.members():
        found = _by_key(key, cursor)
        if found is not None:
            return found
        # A module or a suite may be empty; the next one tells.
        if cursor.value() not in ({}, []):
            raise Refused(_UNKNOWN, 1)
    raise Refused("it is JSON that holds nothing: nothing was measured", 1)


def _by_key(key: str, cursor: Cursor) -> _Read | None:
    """The reader that the first member asks for; None where that member does not tell."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    opening = cursor.peek()
    if key == "files":
        return read_gcovr if opening == "[" else read_coverage_py
    if key == "meta":
        meta = cursor.value()
        return read_formatted if isinstance(meta, dict) and "simplecov_version" in meta else read_coverage_py
    if key.endswith(_MODULES):
        return read_coverlet
    return _by_inner_key(cursor) if opening == "{" else None


def _by_inner_key(cursor: Cursor) -> _Read | None:
    inner = next(Cursor(cursor.text, cursor.at).members(), None)
    if inner in _ISTANBUL:
        return read_final
    if inner in {"coverage", "timestamp"}:
        return read_resultset
    if inner in {"lines", "statements", "branches", "functions"}:
        return read_summary
    return read_coverlet if inner is not None else None
