"""Runs Kingfisher over contents and reads its report.

Contents lie in a private folder under numbers: no path of the change reaches the engine, so its own rules about paths
(it skips `node_modules/` and `.svg`) and ignore files do not count; `--no-ignore` makes ignore comments powerless.
`--no-validate` and `--no-update-check` keep it offline. The report repeats every secret, so it is read from the folder,
an allow-list of its fields is kept, and neither it nor what the engine prints goes anywhere else.

Source: `kingfisher scan --help`, version 2.14.0; https://github.com/mongodb/kingfisher (read 2026-11-25)
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import ToolError
from bot.model import Tools, Workspace
from bot.settings import MIB

ENGINE = "kingfisher"
MAX_FOUND = 20_000
_FOLDER, _REPORT, _RULES = "in", "report.jsonl", "rules.yml"
_MAX_REPORT_BYTES = 160 * MIB
_MAX_CONTENT_BYTES = 1024 * MIB
# Of address space, of which Vectorscan and the allocator reserve 1.2 GB; some 180 MB are touched.
_MAX_MEMORY_BYTES = 2048 * MIB
_DONE, _FOUND = 0, 200
_SECRET_CAPTURES = ("SECRET", "KEY", "TOKEN", "PASSWORD")
_SCAN = (
    *("scan", _FOLDER, "--no-validate", "--no-update-check", "--quiet", "--confidence", "low", "--no-ignore"),
    *("--no-dedup", "--git-history", "none", "--format", "jsonl", "--output", _REPORT, "--rules-path", _RULES),
)
_WARM_UP_TIMEOUT_S = 120.0
# The engine opens archives by their content, but compressed tar only by the end of the name.
_MAGIC = ((b"PK\x03\x04", "zip"), (b"\x1f\x8b", "tar.gz"), (b"BZh", "tar.bz2"), (b"\xfd7zXZ\0", "tar.xz"))


@dataclass(frozen=True)
class Found:
    """One finding of the engine.

    Attributes:
        number: which of the contents.
        line: 1-based, inside what `inner` names; `column` is 1-based, in bytes.
        inside: whether it lies in a file of an archive.
        decoded: whether the engine decoded it from base64.
    """

    number: int
    rule: str
    confidence: str
    line: int
    column: int
    value: str = field(repr=False)
    inside: bool
    decoded: bool


class _Rule(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str


class _Finding(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    snippet: str
    confidence: str
    line: int
    column_start: int
    path: str
    encoding: str | None = None
    dependent_captures: dict[str, str] = {}


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    rule: _Rule
    finding: _Finding


class Contents:
    """The contents laid down for the engine in a workspace, by number."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._names: dict[int, str] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing was laid down."""
        return not self._names

    def put(self, number: int, content: bytes) -> None:
        """Lay one content down, under a name made of its number and of what its first bytes say."""
        ending = next((ending for magic, ending in _MAGIC if content.startswith(magic)), "txt")
        self._names[number] = f"{_FOLDER}/{number}.{ending}"
        self.workspace.write(self._names[number], content)

    def get(self, number: int) -> bytes:
        """The content with a number.

        Raises:
            KeyError: none was laid down.
        """
        return self.workspace.read(self._names[number], max_bytes=_MAX_CONTENT_BYTES)

    def find(self, number: int, needle: str) -> tuple[int, int] | None:
        """The 1-based line and column of the first place of a needle in a content; None where it is not there."""
        if number not in self._names:
            return None
        content, wanted = self.get(number), needle.encode("utf-8", "surrogateescape")
        at = content.find(wanted)
        if at < 0:
            return None
        start = content.rfind(b"\n", 0, at) + 1
        return content.count(b"\n", 0, at) + 1, len(content[start:at].decode("utf-8", "replace")) + 1


def run_engine(contents: Contents, *, timeout_s: float) -> Iterator[Found]:
    """Run the engine over the contents; yield what it finds.

    Raises:
        ToolError: it did not run to its end, its report is not what is known of it, or, after so many were yielded,
            it found more than `MAX_FOUND`.
    """
    workspace = contents.workspace
    if contents.empty:
        return
    workspace.write(_RULES, _rules())
    ended = workspace.run(ENGINE, *_SCAN, timeout_s=timeout_s, max_memory_bytes=_MAX_MEMORY_BYTES)
    if ended.returncode not in {_DONE, _FOUND}:
        raise ToolError(f"{ENGINE} ended with status {ended.returncode}")
    report = workspace.read(_REPORT, max_bytes=_MAX_REPORT_BYTES).rstrip(b"\n")
    end = report.rfind(b"\n") + 1
    _require_complete(report[end:])
    for number, line in enumerate(io.BytesIO(report[:end])):
        if number >= MAX_FOUND:
            raise ToolError(f"{ENGINE} found more than {MAX_FOUND:,} values; the others were not looked at")
        yield from _parse(line)


def build_rule_cache(tools: Tools) -> None:
    """Let the engine compile its rules once, so that the cache of `tools` holds them: some 8 seconds.

    Raises:
        ToolError: the engine did not run.
    """
    with tools.workspace() as workspace:
        contents = Contents(workspace)
        contents.put(0, b"\n")
        for _ in run_engine(contents, timeout_s=_WARM_UP_TIMEOUT_S):
            pass


@cache
def _rules() -> bytes:
    return files("bot.checks.secrets").joinpath(_RULES).read_bytes()


def _require_complete(last: bytes) -> None:
    """The last line of a report sums up the run."""
    try:
        summary = json.loads(last)["audit"]["summary"]
        complete = summary["scan_succeeded"] == 1 and not (summary["scan_partial"] or summary["scan_failed"])
    except (ValueError, KeyError, TypeError):
        raise ToolError(f"the report of {ENGINE} does not say how the scan ended") from None
    if not complete:
        raise ToolError(f"{ENGINE} says that it could not scan everything")


def _parse(line: bytes) -> Iterator[Found]:
    try:
        read = _Line.model_validate_json(line)
        inside = "!" in read.finding.path
        number = int(read.finding.path.partition("!")[0].rpartition("/")[2].partition(".")[0])
    except (ValidationError, ValueError):
        raise ToolError(f"the report of {ENGINE} has a line that cannot be read") from None
    finding = read.finding
    rule = read.rule.id.removesuffix(".1").removesuffix(".2").rpartition(".")[2].rpartition("/")[2]
    # A rule of two parts (an AWS key and its secret) reports the second beside the first, without its place.
    captured = {name: value for name, value in finding.dependent_captures.items() if name.endswith(_SECRET_CAPTURES)}
    for name, value in {"": finding.snippet, **captured}.items():
        part = f"{rule}-{name.lower()}" if name else rule
        yield Found(
            number=number,
            rule=part,
            confidence=finding.confidence if "veles" not in read.rule.id else "high",
            line=finding.line,
            column=finding.column_start + 1,
            value=value,
            inside=inside,
            decoded=finding.encoding is not None,
        )
