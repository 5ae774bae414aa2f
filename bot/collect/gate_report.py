"""What the deploy gate said of a commit: its JSON report, read for the items that a readiness list asks too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.errors import UsageError
from bot.model import Evidence, LiveAnswer, State
from bot.settings import MIB

_MAX_BYTES = 20 * MIB
_MAX_EVIDENCE = 10


class _Evidence(BaseModel):
    text: str


class _Item(BaseModel):
    id: str
    state: State
    reason: str
    evidence: tuple[_Evidence, ...] = ()


class _Report(BaseModel):
    tool: str
    head: str | None
    targets: tuple[str, ...]
    items: tuple[_Item, ...]


def read_gate_report(path: Path, head: str) -> tuple[Mapping[str, LiveAnswer], str]:
    """The gate's answers by item, for a commit; and why they do not count, where the report is of another one.

    Raises:
        UsageError: the file cannot be read, or is no report of the gate.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        raise UsageError(f"--gate-report {path}: cannot be read: {reason}") from error
    if len(text) > _MAX_BYTES:
        raise UsageError(f"--gate-report {path}: larger than {_MAX_BYTES // MIB} MiB")
    try:
        report = _Report.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        raise UsageError(f"--gate-report {path}: no JSON report of `gonogo gate`") from error
    if not report.targets:
        raise UsageError(f"--gate-report {path}: no report of `gonogo gate`: it asked no running service")
    if report.head != head:
        of = f"of {report.head[:12]}" if report.head else "of no commit"
        return {}, f"the deploy gate's report is {of}, not of {head[:12]}"
    return {item.id: _answer(item) for item in report.items}, ""


def _answer(item: _Item) -> LiveAnswer:
    evidence = tuple(Evidence(text=seen.text) for seen in item.evidence[:_MAX_EVIDENCE])
    return LiveAnswer(state=item.state, reason=item.reason, evidence=evidence)
