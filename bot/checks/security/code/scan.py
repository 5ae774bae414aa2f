"""Scans both revisions' files at once and merges what the two engines say of one statement."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from bot.checks.security.code import rules
from bot.checks.security.code.engines import FOLDERS, Answered, Raw, run_bandit, run_ruff
from bot.checks.security.code.places import Places
from bot.checks.security.matching.compare import Hit, find_scope, normalise, split_lines
from bot.checks.security.matching.sources import Source, Sources
from bot.errors import ToolError
from bot.model import Tools, Unknown, Workspace


@dataclass(frozen=True)
class Scanned:
    """The findings of both sides, what could not be parsed, and the paths at head of which no fix may be told."""

    base: Sequence[Hit]
    head: Sequence[Hit]
    unknowns: Sequence[Unknown]
    broken: frozenset[str]


def scan(sources: Sources, tools: Tools, *, places: Places, timeout_s: float) -> Scanned:
    """Run both engines over both sides, with the same binaries in one run each."""
    everything = [*sources.base, *sources.head]
    with tools.workspace() as workspace:
        for source in everything:
            ending = "ipynb" if source.path.endswith(".ipynb") else "py"
            workspace.write(
                f"in/{FOLDERS[source.at_head]}/{source.name}.{ending}", source.text.encode("utf-8", "surrogatepass")
            )
        ruff = _try(run_ruff, workspace, timeout_s * 0.3)
        bandit = _try(run_bandit, workspace, timeout_s * 0.6)
    failed = [one for one in (ruff, bandit) if isinstance(one, Unknown)]
    found, seen = _answers(ruff), _answers(bandit)
    head = {source.name: source for source in sources.head}
    unknowns = [*failed, *(_unparsed(head[name], line) for name, line in found.broken.items() if name in head)]
    unknowns += [_half_read(head[name]) for name in seen.broken if name in head and name not in found.broken]
    by_name = {source.name: source for source in everything}
    hits = list(_hits(by_name, found, seen, places))
    return Scanned(
        base=[hit for at_head, hit in hits if not at_head],
        head=[hit for at_head, hit in hits if at_head],
        unknowns=unknowns,
        broken=frozenset(head[name].path for name in (*found.broken, *seen.broken) if name in head),
    )


def _try(run: Callable[..., Answered], workspace: Workspace, timeout_s: float) -> Answered | Unknown:
    try:
        return run(workspace, timeout_s=timeout_s)
    except ToolError as error:
        return Unknown(reason=str(error), settle="install it beside gonogo, or raise `time-budget`")


def _answers(answered: Answered | Unknown) -> Answered:
    return answered if isinstance(answered, Answered) else Answered([], {}, ran=False)


def _unparsed(source: Source, line: int | None) -> Unknown:
    return Unknown(path=source.path, line=line, reason="the file cannot be parsed as Python", settle="mend its syntax")


def _half_read(source: Source) -> Unknown:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Unknown(
        path=source.path,
        reason=f"bandit cannot parse it on Python {version}, and ruff alone read it",
        settle="run gonogo on a newer Python; its image has one",
    )


def _hits(
    sources: Mapping[str, Source], ruff: Answered, bandit: Answered, places: Places
) -> Iterator[tuple[bool, Hit]]:
    by_file: dict[str, list[Raw]] = defaultdict(list)
    # bandit follows the data that is marked as safe; ruff tells every call.
    seen = {name for name, source in sources.items() if name not in bandit.broken and not _is_notebook(source)}
    for raw in _merge(replace(ruff, raws=list(_without_safe_marks(ruff, bandit, seen))), bandit):
        by_file[raw.name].append(raw)
    for name, raws in by_file.items():
        source = sources[name]
        lines, cells = split_lines(source.text), _cells(source)
        for raw in raws:
            own = cells.get(raw.cell, []) if raw.cell is not None else lines
            yield source.at_head, _hit(source, raw, own, places)


def _is_notebook(source: Source) -> bool:
    return source.path.endswith(".ipynb")


def _without_safe_marks(ruff: Answered, bandit: Answered, seen: AbstractSet[str]) -> Iterator[Raw]:
    """What ruff found, without calls of `mark_safe` in which bandit, where it ran, sees nothing unsafe."""
    unsafe = [raw for raw in bandit.raws if raw.rule == rules.MARK_SAFE]
    for raw in ruff.raws:
        doubted = raw.rule == rules.MARK_SAFE and bandit.ran and raw.name in seen
        if not doubted or any(one.name == raw.name and _overlap(one, raw) for one in unsafe):
            yield raw


def _overlap(one: Raw, other: Raw) -> bool:
    return one.line <= other.end_line and other.line <= one.end_line


def _merge(ruff: Answered, bandit: Answered) -> Iterator[Raw]:
    """One result for each rule and statement."""
    by_place: dict[tuple[str, str], list[Raw]] = defaultdict(list)
    for raw in ruff.raws:
        by_place[raw.name, raw.rule].append(raw)
    by_bandit: dict[tuple[str, str], list[Raw]] = defaultdict(list)
    for raw in bandit.raws:
        by_bandit[raw.name, raw.rule].append(raw)
    for key in {**by_place, **by_bandit}:
        yield from _merge_one(by_place[key], by_bandit[key])


def _merge_one(ours: Sequence[Raw], theirs: Sequence[Raw]) -> Iterator[Raw]:
    yield from ours
    for raw in theirs:
        if not any(_overlap(one, raw) for one in ours):
            yield raw


def _hit(source: Source, raw: Raw, lines: Sequence[str], places: Places) -> Hit:
    return Hit(
        rule=raw.rule,
        message=raw.message,
        severity=rules.severity(raw.rule),
        path=source.path,
        pair=source.pair,
        line=raw.line,
        end_line=raw.end_line,
        column=raw.column,
        text=normalise(lines, raw.line),
        scope=find_scope(lines, raw.line),
        relaxed=places.is_foreign(source.path),
        own=places.is_own(source.path),
        help=raw.help,
    )


def _cells(source: Source) -> dict[int | None, list[str]]:
    """The lines of each cell of a notebook, counted from 1 as ruff does."""
    if not source.path.endswith(".ipynb"):
        return {}
    try:
        cells = json.loads(source.text)["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {number: split_lines(text) for number, text in enumerate(texts, 1)}
