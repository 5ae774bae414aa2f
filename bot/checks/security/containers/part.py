"""Answers `security.containers`: faults of Dockerfiles that the change adds, by hadolint.

Source: https://github.com/hadolint/hadolint#rules. Out of sight: what is inside the images that are named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.checks.security.matching.compare import Hit, compare, normalise, split_lines
from bot.checks.security.matching.outcome import judge
from bot.checks.security.matching.sources import Source, read_sources
from bot.checks.security.settings import ContainersSettings
from bot.errors import ToolError
from bot.model import ItemRequest, Outcome, Request, State, Tools, Unknown

_DOCKERFILE = re.compile(r"(.*/)?((Docker|Container)file([.-][^/]*)?|[^/]+\.([Dd]ocker|[Cc]ontainer)file)")
_ARGS = ("-c", "hadolint.yaml", "--disable-ignore-pragma", "--no-fail", "-f", "json")
_UNPARSED = "DL1000"
_BATCH = 200
_TIMEOUT_S = 60.0
_SEVERITIES = {"error": "medium", "warning": "low"}


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    code: str
    message: str
    file: str
    level: str
    line: int
    column: int


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of the item."""
    settings = ContainersSettings.model_validate(item.settings)
    sources = read_sources(request.change, lambda path: bool(_DOCKERFILE.fullmatch(path)) and item.matches(path))
    everything = [*sources.base, *sources.head]
    if not everything and not sources.unknowns:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason="the change touches no Dockerfile")
    results = _scan(everything, request.tools)
    by_name = {source.name: source for source in everything}
    lines = {source.name: split_lines(source.text) for source in everything}
    hits = [(by_name[one.file], one) for one in results]
    unknowns = [_unparsed(source, one) for source, one in hits if one.code == _UNPARSED and source.at_head]
    rules = [(source, one) for source, one in hits if one.code != _UNPARSED]
    return judge(
        item.id,
        compare(
            [_hit(source, lines[source.name], one) for source, one in rules if not source.at_head],
            [_hit(source, lines[source.name], one) for source, one in rules if source.at_head],
        ),
        [*sources.unknowns, *unknowns],
        looked_at=f"{len(sources.head)} Dockerfiles",
        fail_on=settings.fail_on,
        fix=lambda _: "write it as the rule's page shows",
    )


def _scan(sources: Sequence[Source], tools: Tools) -> list[_Result]:
    results: list[_Result] = []
    for start in range(0, len(sources), _BATCH):
        batch = sources[start : start + _BATCH]
        with tools.workspace() as workspace:
            workspace.write("hadolint.yaml", b"{}\n")
            for source in batch:
                workspace.write(source.name, source.text.encode("utf-8", "surrogatepass"))
            names = [source.name for source in batch]
            ended = workspace.run("hadolint", *_ARGS, *names, timeout_s=_TIMEOUT_S, max_memory_bytes=2**41)
        try:
            found = [_Result.model_validate(one) for one in json.loads(ended.stdout)]
        except (ValueError, TypeError, RecursionError, ValidationError):
            raise ToolError(f"hadolint ended with status {ended.returncode}, without a report") from None
        results.extend(found)
    return results


def _unparsed(source: Source, one: _Result) -> Unknown:
    return Unknown(path=source.path, line=one.line, reason="hadolint cannot parse the file", settle="mend its syntax")


def _hit(source: Source, lines: Sequence[str], one: _Result) -> Hit:
    return Hit(
        rule=one.code,
        message=one.message,
        severity=_SEVERITIES.get(one.level, "info"),
        path=source.path,
        pair=source.pair,
        line=one.line,
        end_line=one.line,
        column=one.column,
        text=normalise(lines, one.line),
        help=f"https://github.com/hadolint/hadolint/wiki/{one.code}",
    )
