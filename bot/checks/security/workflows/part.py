"""Answers `security.workflows`: faults of GitHub workflows and actions that the change adds, by zizmor.

Source: https://docs.zizmor.sh/audits/. Out of sight: what needs the network (`--offline`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.checks.security.matching.compare import Hit, compare, normalise, split_lines
from bot.checks.security.matching.outcome import judge
from bot.checks.security.matching.sources import Source, read_sources
from bot.checks.security.settings import SeveritySettings
from bot.errors import ToolError
from bot.model import ItemRequest, Outcome, Request, State, Tools, Unknown
from bot.settings import MIB

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml|(.*/)?action\.ya?ml")
_ARGS = ("--offline", "--no-config", "--no-ignores", "--no-exit-codes", "--quiet", "--format", "json-v1")
_MAX_FILES = 200
_TIMEOUT_S = 20.0
_SEVERITIES = {"High": "high", "Medium": "medium", "Low": "low"}


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Point(_Model):
    row: int
    column: int


class _Span(_Model):
    start_point: _Point
    end_point: _Point


class _Concrete(_Model):
    location: _Span


class _Symbolic(_Model):
    kind: str
    annotation: str


class _Location(_Model):
    symbolic: _Symbolic
    concrete: _Concrete


class _Weight(_Model):
    severity: str
    confidence: str


class _Result(_Model):
    ident: str
    desc: str
    url: str
    determinations: _Weight
    locations: list[_Location]


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of the item."""
    settings = SeveritySettings.model_validate(item.settings)
    sources = read_sources(request.change, lambda path: bool(_WORKFLOW.fullmatch(path)) and item.matches(path))
    everything = [*sources.base, *sources.head]
    if not everything and not sources.unknowns:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason="the change touches no workflow and no action")
    unknowns = list(sources.unknowns)
    sides: dict[bool, list[Hit]] = {False: [], True: []}
    for number, source in enumerate([*sources.head, *sources.base]):
        found = _scan(source, request.tools) if number < _MAX_FILES else _too_many(source)
        if not isinstance(found, Unknown):
            sides[source.at_head].extend(found)
        elif source.at_head:
            unknowns.append(found)
    return judge(
        item.id,
        compare(sides[False], sides[True]),
        unknowns,
        looked_at=f"{len(sources.head)} workflows and actions",
        fail_on=settings.fail_on,
        fix=lambda _: "see the remediation that the rule's page gives",
    )


def _too_many(source: Source) -> Unknown:
    return Unknown(path=source.path, reason=f"more than {_MAX_FILES} workflow files", settle="split the change")


def _scan(source: Source, tools: Tools) -> list[Hit] | Unknown:
    path = PurePosixPath(source.path)
    name = "action.yml" if path.stem == "action" and ".github/workflows" not in source.path else "workflow.yml"
    try:
        with tools.workspace() as workspace:
            workspace.write(name, source.text.encode("utf-8", "surrogatepass"))
            ended = workspace.run("zizmor", *_ARGS, name, timeout_s=_TIMEOUT_S, max_memory_bytes=2048 * MIB)
    except ToolError as error:
        return Unknown(path=source.path, reason=str(error), settle="install zizmor beside gonogo")
    try:
        results = [_Result.model_validate(one) for one in json.loads(ended.stdout)]
    except (ValueError, TypeError, RecursionError, ValidationError):
        results = None
    if ended.returncode or results is None:
        return Unknown(
            path=source.path,
            reason="zizmor cannot read the file",
            settle="mend its syntax, or look at it by hand where GitHub takes it",
        )
    return list(_hits(source, results))


def _hits(source: Source, results: list[_Result]) -> Iterator[Hit]:
    lines = split_lines(source.text)
    for one in results:
        primary = [place for place in one.locations if place.symbolic.kind == "Primary"] or one.locations
        if not primary:
            continue
        place = primary[0]
        start, end = place.concrete.location.start_point, place.concrete.location.end_point
        severity = _SEVERITIES.get(one.determinations.severity, "info")
        # A pinned hash is good practice; its absence alone stops nobody.
        if severity == "high" and (one.determinations.confidence != "High" or one.ident == "unpinned-uses"):
            severity = "medium"
        yield Hit(
            rule=one.ident,
            message=f"{one.desc}: {place.symbolic.annotation}"[:500],
            severity=severity,
            path=source.path,
            pair=source.pair,
            line=start.row + 1,
            end_line=max(end.row + (end.column > 0), start.row + 1),
            column=start.column + 1,
            text=normalise(lines, start.row + 1),
            help=one.url,
        )
