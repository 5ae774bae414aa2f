"""Runs ruff and bandit over neutral files; both see no configuration and no suppression of the change.

Sources: https://docs.astral.sh/ruff/configuration/ and https://bandit.readthedocs.io/en/latest/config.html.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.checks.security.code.rules import SKIPPED_BY_BANDIT, from_bandit
from bot.errors import ToolError
from bot.model import Workspace
from bot.settings import MIB

# Files are shared out among these, inside `in`; each has a bandit of its own.
FOLDERS = ("one", "two")
_MAX_MEMORY_BYTES = 2048 * MIB
_MAX_REPORT_BYTES = 160 * MIB
_RUFF = (
    *("check", "--isolated", "--no-cache", "--no-respect-gitignore", "--select", "S", "--ignore-noqa"),
    *("--target-version", "py314", "--output-format", "json", "--output-file", "ruff.json", "--exit-zero", "in"),
)
_BANDIT = (
    *("-c", "bandit.yaml", "--ini", "bandit.ini", "--ignore-nosec", "-q", "--exit-zero"),
    *("-s", ",".join(SKIPPED_BY_BANDIT), "-f", "json"),
)


@dataclass(frozen=True)
class Raw:
    """One result of an engine, lines 1-based.

    Attributes:
        name: the neutral file.
        first_line: where its statement begins, which may be before `line`.
        cell: the cell of a notebook.
    """

    name: str
    rule: str
    message: str
    first_line: int
    line: int
    end_line: int
    column: int
    help: str | None
    cell: int | None = None


@dataclass(frozen=True)
class Answered:
    """What an engine found, and the files (by name) that it could not parse, with the line where it knows."""

    raws: Sequence[Raw]
    broken: dict[str, int | None]
    ran: bool = True


class _Place(BaseModel):
    row: int
    column: int


class _RuffResult(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    code: str | None
    message: str
    filename: str
    location: _Place
    end_location: _Place
    url: str | None = None
    cell: int | None = None


class _BanditResult(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    filename: str
    test_id: str
    issue_text: str
    line_number: int
    line_range: list[int]
    col_offset: int = 0
    more_info: str | None = None


class _BanditError(BaseModel):
    filename: str
    reason: str


class _BanditReport(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    results: list[_BanditResult]
    errors: list[_BanditError]


def run_ruff(workspace: Workspace, *, timeout_s: float) -> Answered:
    """Scan the folder `in`.

    Raises:
        ToolError: it did not run to its end, or its report cannot be read.
    """
    ended = workspace.run("ruff", *_RUFF, timeout_s=timeout_s, max_memory_bytes=_MAX_MEMORY_BYTES)
    if ended.returncode:
        raise ToolError(f"ruff ended with status {ended.returncode}")
    try:
        results = TypeAdapter(list[_RuffResult]).validate_python(_load(workspace, "ruff.json"))
    except ValidationError:
        raise ToolError("the report of ruff cannot be read") from None
    rules = [one for one in results if (one.code or "").startswith("S")]
    broken = {_name(one.filename): one.location.row for one in results if not (one.code or "").startswith("S")}
    return Answered([_from_ruff(one) for one in rules], dict(broken))


def _from_ruff(one: _RuffResult) -> Raw:
    return Raw(
        name=_name(one.filename),
        rule=one.code or "",
        message=one.message,
        first_line=one.location.row,
        line=one.location.row,
        end_line=one.end_location.row,
        column=one.location.column,
        help=one.url,
        cell=one.cell,
    )


def run_bandit(workspace: Workspace, folders: Collection[str], *, timeout_s: float) -> Answered:
    """Scan folders of `in`; it reads the syntax of the Python that runs it.

    Raises:
        ToolError: it did not run to its end, or its report cannot be read.
    """
    workspace.write("bandit.yaml", b"{}\n")
    workspace.write("bandit.ini", b"[bandit]\n")
    # Parsing is what costs, and one process uses one core.
    with ThreadPoolExecutor(len(FOLDERS)) as threads:
        reports = list(threads.map(lambda folder: _run_bandit(workspace, folder, timeout_s), folders))
    raws = [raw for report in reports for raw in _from_bandit(report)]
    return Answered(raws, {_name(one.filename): None for report in reports for one in report.errors})


def _run_bandit(workspace: Workspace, folder: str, timeout_s: float) -> _BanditReport:
    output = f"bandit-{folder}.json"
    where = ("-r", f"in/{folder}", "-o", output)
    ended = workspace.run("bandit", *_BANDIT, *where, timeout_s=timeout_s, max_memory_bytes=_MAX_MEMORY_BYTES)
    if ended.returncode:
        raise ToolError(f"bandit ended with status {ended.returncode}")
    try:
        return _BanditReport.model_validate(_load(workspace, output))
    except ValidationError:
        raise ToolError("the report of bandit cannot be read") from None


def _from_bandit(report: _BanditReport) -> Iterator[Raw]:
    for one in report.results:
        lines = [*one.line_range, one.line_number]
        yield Raw(
            name=_name(one.filename),
            rule=from_bandit(one.test_id),
            message=one.issue_text,
            first_line=min(lines),
            line=one.line_number,
            end_line=max(lines),
            column=one.col_offset + 1,
            help=one.more_info,
        )


def _load(workspace: Workspace, name: str) -> object:
    try:
        return json.loads(workspace.read(name, max_bytes=_MAX_REPORT_BYTES))
    except (ValueError, RecursionError):
        raise ToolError(f"the report {name} is no JSON") from None


def _name(filename: str) -> str:
    return PurePosixPath(filename).stem
