"""Reads the SARIF files of one revision and gives each result its place in that revision's tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.checks.security.matching.compare import Hit, find_scopes, normalise, split_lines
from bot.checks.security.matching.python import ENDINGS
from bot.checks.security.sarif.document import NotSarifError, load_runs
from bot.checks.security.sarif.results import Result, Run, read_run
from bot.checks.security.sarif.uris import Roots
from bot.model import MissingReports, Mode, ReportFile, ReportSet, Tree, Unknown

_IN_FOLDER = re.compile(r"\.sarif(\.json)?(\.gz)?$", re.IGNORECASE)
_REGULAR = frozenset({Mode.FILE, Mode.EXECUTABLE})
_AGAIN = "look whether the tool ended well, and write its SARIF again"
_MAX_RESULTS = 100_000


@dataclass(frozen=True)
class Placed:
    """A result in the tree. `whole_file` says that the tool names no line; `state` is its own comparison's answer."""

    hit: Hit
    tool: str
    state: str
    suppressed: bool
    whole_file: bool


@dataclass
class Side:
    """What the tools say of one revision.

    Attributes:
        outside: how many results name no file of the tree.
    """

    tools: set[str] = field(default_factory=set)
    placed: list[Placed] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    outside: int = 0


Wanted = Callable[[str], bool]


def read_side(
    given: ReportSet | MissingReports, tree: Tree, pairs: Mapping[str, str], *, tool: Wanted, path: Wanted
) -> Side:
    """Read all files of one revision.

    Args:
        given: where they are.
        tree: the revision's files.
        pairs: what a path of the revision is called at head, where that differs.
        tool: whether a tool's results are wanted, by its name.
        path: whether a path's are.
    """
    side = Side()
    if isinstance(given, MissingReports):
        side.unknowns.append(Unknown(reason=given.reason, settle=given.settle))
        return side
    paths = frozenset(entry.path for entry in tree.entries() if entry.mode in _REGULAR)
    found: dict[tuple[object, ...], tuple[str, Result, str]] = {}
    for name, run in _read_runs(given, side):
        if not tool(run.tool):
            continue
        side.tools.add(run.tool)
        side.unknowns += [Unknown(reason=f"{name}: {run.tool} {one}", settle=_AGAIN) for one in run.problems]
        _place(name, run, paths, side, found)
    kept = [one for one in found.values() if path(one[2])]
    if len(kept) > _MAX_RESULTS:
        reason = f"more than {_MAX_RESULTS:,} results"
        side.unknowns.append(Unknown(reason=reason, settle="have the tools report less, by severity or folder"))
    side.placed = list(_as_hits(kept[:_MAX_RESULTS], tree, pairs))
    return side


def _read_runs(given: ReportSet, side: Side) -> Iterator[tuple[str, Run]]:
    number = 0
    for file in given.source.files():
        if isinstance(file, Unknown):
            side.unknowns.append(file)
        elif file.named or _IN_FOLDER.search(file.name):
            number += 1
            yield from _read_file(file, side)
    if not number and not side.unknowns:
        reason = "what was given as SARIF holds no file whose name ends in .sarif"
        side.unknowns.append(Unknown(reason=reason, settle="name the files themselves"))


def _read_file(file: ReportFile, side: Side) -> Iterator[tuple[str, Run]]:
    try:
        for run in load_runs(file):
            yield file.name, read_run(run)
    except NotSarifError as error:
        side.unknowns.append(Unknown(reason=f"{file.name}: {error}", settle=_AGAIN))


def _place(
    name: str, run: Run, paths: frozenset[str], side: Side, found: dict[tuple[object, ...], tuple[str, Result, str]]
) -> None:
    roots = Roots((uri for result in run.results for uri in result.uris), paths)
    outside = 0
    for result in run.results:
        path = next((path for uri in result.uris if (path := roots.path(uri))), None)
        if path is None:
            outside += 1
            continue
        key = (run.tool, result.rule, path, result.line, result.end_line, result.column, result.message)
        found[key] = (run.tool, result, path)
    side.outside += outside
    if outside and outside == len(run.results):
        reason = f"{name}: none of the {outside:,} results of {run.tool} names a file of the repository"
        side.unknowns.append(Unknown(reason=reason, settle="run the tool in the checkout of what is judged"))


def _as_hits(found: Iterable[tuple[str, Result, str]], tree: Tree, pairs: Mapping[str, str]) -> Iterator[Placed]:
    kept = list(found)
    contents = tree.read_many(sorted({path for _, _, path in kept}))
    lines = {
        path: split_lines(content.decode("utf-8", "replace"))
        for path, content in contents
        if isinstance(content, bytes)
    }
    scopes = {path: find_scopes(own) for path, own in lines.items() if path.endswith(ENDINGS)}
    for tool, result, path in kept:
        own, line = lines.get(path, []), result.line or 1
        around = scopes.get(path, [])
        hit = Hit(
            rule=_name_rule(tool, result.rule),
            message=result.message,
            severity=result.severity,
            path=path,
            pair=pairs.get(path, path),
            line=line,
            end_line=result.end_line or line,
            column=result.column,
            text=normalise(own, line),
            scope=around[line - 1] if line <= len(around) else "",
            help=result.help,
        )
        yield Placed(hit, tool, result.state, result.suppressed, whole_file=result.line is None)


def _name_rule(tool: str, rule: str) -> str:
    """The name of a rule on any machine: Semgrep puts the folders of its rules file before it."""
    return rule.rpartition(".")[2] or rule if tool.lower().startswith("semgrep") else rule
