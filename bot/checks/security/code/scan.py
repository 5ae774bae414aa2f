"""Scans both revisions' files at once and merges what the two engines say of one statement."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate

from bot.checks.security.code import rules
from bot.checks.security.code.engines import FOLDERS, Answered, Raw, run_bandit, run_ruff
from bot.checks.security.code.places import Places
from bot.checks.security.matching.compare import Hit, find_scopes, normalise, split_lines
from bot.checks.security.matching.python import NOTEBOOK, read_cells
from bot.checks.security.matching.sources import Source, Sources
from bot.errors import ToolError
from bot.model import Tools, Unknown

# Characters that take bandit as long as its start.
_WORTH_TWO = 100_000


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
        folders = _share_out(everything)
        for source in everything:
            ending = "ipynb" if _is_notebook(source) else "py"
            folder = folders[source.name]
            workspace.write(f"in/{folder}/{source.name}.{ending}", source.text.encode("utf-8", "surrogatepass"))
        # Bandit reads no notebooks.
        python = sorted({folders[source.name] for source in everything if not _is_notebook(source)})
        ruff = _try(lambda: run_ruff(workspace, timeout_s=timeout_s * 0.3))
        bandit = _try(lambda: run_bandit(workspace, python, timeout_s=timeout_s * 0.6))
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


def _share_out(sources: Sequence[Source]) -> dict[str, str]:
    """The folder of each file, so that both have as much to do; little goes to one alone."""
    if sum(len(source.text) for source in sources) < _WORTH_TWO:
        return dict.fromkeys((source.name for source in sources), FOLDERS[0])
    loads = dict.fromkeys(FOLDERS, 0)
    folders = {}
    for source in sorted(sources, key=lambda source: len(source.text), reverse=True):
        folder = folders[source.name] = min(loads, key=loads.__getitem__)
        loads[folder] += len(source.text)
    return folders


def _try(run: Callable[[], Answered]) -> Answered | Unknown:
    try:
        return run()
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
    for raw in _merge(ruff, bandit, {name for name, source in sources.items() if not _is_notebook(source)}):
        by_file[raw.name].append(raw)
    for name, raws in by_file.items():
        source = sources[name]
        # ruff counts the lines of a notebook in each cell.
        texts: Mapping[int | None, list[str]]
        texts = _cells(source.text) if _is_notebook(source) else {None: split_lines(source.text)}
        scopes = {cell: find_scopes(lines) for cell, lines in texts.items()}
        for raw in raws:
            yield source.at_head, _hit(source, raw, texts.get(raw.cell, []), scopes.get(raw.cell, []), places)


def _is_notebook(source: Source) -> bool:
    return source.path.endswith(NOTEBOOK)


class _Spans:
    """The lines of some results of one rule in one file."""

    def __init__(self, raws: Sequence[Raw]) -> None:
        ordered = sorted(raws, key=lambda raw: raw.first_line)
        self._starts = [raw.first_line for raw in ordered]
        self._ends = list(accumulate((raw.end_line for raw in ordered), max))

    def touch(self, raw: Raw) -> bool:
        """Whether one of them has a line of another result."""
        before = bisect_right(self._starts, raw.end_line)
        return before > 0 and self._ends[before - 1] >= raw.first_line


def _merge(ruff: Answered, bandit: Answered, python: AbstractSet[str]) -> Iterator[Raw]:
    """One result for each rule and statement; `python` names the files that bandit was given too."""
    ours, theirs = _by_place(ruff.raws), _by_place(bandit.raws)
    for name, rule in {**ours, **theirs}:
        mine, others = ours.get((name, rule), []), theirs.get((name, rule), [])
        if rule == rules.MARK_SAFE and bandit.ran and name in python and name not in bandit.broken:
            # bandit follows the data that is marked as safe; ruff tells every call.
            unsafe = _Spans(others)
            mine = [raw for raw in mine if unsafe.touch(raw)]
        spans = _Spans(mine)
        yield from mine
        yield from (raw for raw in others if not spans.touch(raw))


def _by_place(raws: Sequence[Raw]) -> Mapping[tuple[str, str], list[Raw]]:
    places: dict[tuple[str, str], list[Raw]] = defaultdict(list)
    for raw in raws:
        places[raw.name, raw.rule].append(raw)
    return places


def _hit(source: Source, raw: Raw, lines: Sequence[str], scopes: Sequence[str], places: Places) -> Hit:
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
        scope=scopes[raw.line - 1] if 0 < raw.line <= len(scopes) else "",
        relaxed=places.is_foreign(source.path),
        own=places.is_own(source.path),
        help=raw.help,
    )


def _cells(text: str) -> dict[int | None, list[str]]:
    return {number: split_lines(cell) for number, cell in enumerate(read_cells(text), 1)}
