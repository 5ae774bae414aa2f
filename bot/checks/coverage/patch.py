"""`coverage.patch`: how many of the changed lines tests reach.

Rule: of the lines that the change adds or rewrites and that the report counts, at least the target's share is run; a
line that is run in part is run. Few missed lines never fail, nor do those that are only moved and were missed before.
A changed source file that the report does not know, though it knows its neighbours, is not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.checks.coverage import words
from bot.checks.coverage.compare import Added
from bot.checks.coverage.known import Known, Problem, Side, not_checked, percent, say_percent, to_fraction
from bot.checks.coverage.lines import Measure, Ratio
from bot.checks.coverage.settings import CoveragePatchSettings
from bot.globs import Glob
from bot.model import Evidence, Finding, ItemRequest, Json, Outcome, State, Tree, Unknown

_UNCOVERED = words.Fault(
    "uncovered-lines", "no test reaches this change", "add a test that runs these lines, or take them out"
)
_EMPTY: dict[str, Json] = {"hit": None, "total": None, "percent": None, "uncovered": {}, "partial": {}}


@dataclass(frozen=True)
class _Scope:
    """The files that one target is for."""

    name: str
    files: Mapping[str, Added]
    target: Fraction
    min_lines: int

    @property
    def ratio(self) -> Ratio:
        ratios = [added.ratio for added in self.files.values()]
        return Ratio(sum(ratio.hit for ratio in ratios), sum(ratio.total for ratio in ratios))

    @property
    def missed(self) -> int:
        return self.ratio.total - self.ratio.hit

    @property
    def moved(self) -> int:
        return sum(len(added.moved) for added in self.files.values())

    @property
    def fails(self) -> bool:
        ratios = [added.judged for added in self.files.values()]
        share = to_fraction(Ratio(sum(ratio.hit for ratio in ratios), sum(ratio.total for ratio in ratios)))
        return share is not None and self.missed - self.moved >= self.min_lines and share < self.target


def judge_patch(known: Known, item: ItemRequest, head: Tree) -> Outcome:
    """The outcome of `coverage.patch`."""
    settings = CoveragePatchSettings.model_validate(item.settings)
    if isinstance(known.head, Problem):
        unknowns = known.head.unknowns
        return Outcome(
            item=item.id,
            state=not_checked(known.head),
            reason=unknowns[0].reason,
            unknowns=unknowns,
            figures=_EMPTY,
        )
    if known.head.has_totals_alone:
        reason = "the report has totals alone, and no line can be looked up in it"
        unknown = Unknown(reason=reason, settle="let the tool write a report with lines too, such as LCOV", path=None)
        return Outcome(item=item.id, state=State.NOT_CHECKED, reason=reason, unknowns=[unknown], figures=_EMPTY)
    files = {path: added for path, added in known.added.items() if item.matches(path)}
    whole, *parts = _scopes(files, settings, known)
    unknowns = list(_unknowns(known, item.matches))
    state, reason = _state(whole, [part for part in parts if part.fails], unknowns, known)
    return Outcome(
        item=item.id,
        state=state,
        reason=reason,
        findings=_findings([whole, *parts], head, fails=state is State.FAIL),
        unknowns=unknowns,
        evidence=_skipped(known, item.matches),
        figures=_figures(whole, parts),
    )


def _scopes(files: Mapping[str, Added], settings: CoveragePatchSettings, known: Known) -> Iterator[_Scope]:
    target = Fraction(str(settings.target)) / 100
    if settings.lower_to_base and isinstance(known.base, Side):
        base = to_fraction(known.base.totals.get(Measure.LINES, known.base.ratio))
        target = min(target, base) if base is not None else target
    yield _Scope("", files, target, settings.min_lines)
    for name, part in settings.components.items():
        globs = [Glob(pattern) for pattern in part.paths]
        own = {path: added for path, added in files.items() if any(glob.matches(path) for glob in globs)}
        yield _Scope(name, own, Fraction(str(part.target)) / 100, part.min_lines)


def _unknowns(known: Known, matches: Callable[[str], bool]) -> Iterator[Unknown]:
    if known.lost_report:
        yield known.lost_report
    yield from (unknown for unknown in known.not_measured if unknown.path is None or matches(unknown.path))


def _state(whole: _Scope, failing: Sequence[_Scope], unknowns: Sequence[Unknown], known: Known) -> tuple[State, str]:
    ratio = whole.ratio
    said = f"{say_percent(ratio)} of {words.count(ratio.total, 'changed line is', 'changed lines are')} covered"
    if known.lost_report:
        return State.NOT_CHECKED, known.lost_report.reason
    if whole.fails:
        return State.FAIL, f"{said}, {whole.missed:,} are not; the target is {_say_target(whole.target)}"
    if failing:
        part = failing[0]
        of_part = f"of {part.name} {say_percent(part.ratio)}, where the target is {_say_target(part.target)}"
        return State.FAIL, f"{said}; {of_part}"
    if unknowns:
        return State.NOT_CHECKED, unknowns[0].reason
    if not ratio.total:
        return State.PASS, "the change has no line that can be covered"
    return State.PASS, f"{said}{_why_not_failed(whole)}"


def _why_not_failed(whole: _Scope) -> str:
    """Why a share below the target passes; empty where it is not below."""
    if not whole.missed or Fraction(*whole.ratio) >= whole.target:
        return ""
    moved = f"; {words.count(whole.moved, 'missed line was', 'missed lines were')} only moved" if whole.moved else ""
    new = whole.missed - whole.moved
    few = f"; {words.count(new, 'missed line is', 'missed lines are')} too few to fail" if new else ""
    return f"{moved}{few}"


def _say_target(target: Fraction) -> str:
    return f"{float(target * 100):.4g} %"


def _findings(scopes: Sequence[_Scope], head: Tree, *, fails: bool) -> list[Finding]:
    places: dict[bool, dict[str, list[tuple[int, int]]]] = {True: {}, False: {}}
    failing = {path for scope in scopes if scope.fails for path in scope.files}
    for path, added in scopes[0].files.items():
        if added.blamed:
            places[fails and path in failing][path] = words.merge_lines(
                added.blamed, sorted([*added.hit, *added.moved])
            )
    return [
        finding
        for fail, of_kind in places.items()
        for finding in words.make_findings(_UNCOVERED, of_kind, head, fails=fail)
    ]


def _skipped(known: Known, matches: Callable[[str], bool]) -> list[Evidence]:
    paths = [path for path in known.skipped if matches(path)]
    return [Evidence(text="generated or not the project's own: left out", path=path) for path in paths[:20]]


def _figures(whole: _Scope, parts: Sequence[_Scope]) -> dict[str, Json]:
    figures: dict[str, Json] = {
        "hit": whole.ratio.hit,
        "total": whole.ratio.total,
        "percent": percent(whole.ratio),
        "uncovered": {path: list(added.missed) for path, added in whole.files.items() if added.missed},
        "partial": {path: list(added.partial) for path, added in whole.files.items() if added.partial},
        "moved": {path: sorted(added.moved) for path, added in whole.files.items() if added.moved},
        "files": {path: list(added.ratio) for path, added in whole.files.items() if added.ratio.total},
        "target": float(whole.target * 100),
    }
    if parts:
        figures["components"] = {part.name: {"lines": list(part.ratio), "fails": part.fails} for part in parts}
    return figures
