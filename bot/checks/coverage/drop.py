"""How far coverage fell by the change's own doing, in exact integers.

Rule: the lines that both reports count and that the change leaves alone are compared, and what the change adds is put
to head's side, unless it misses too few lines to matter. So lines that were removed, files that only one side measures
and code that moved on the base have no part in it. Lost lines of a file that has nothing to do with the change count
as noise while they are few, or while the baseline is of other code than the merge base has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from bot.checks.coverage.compare import Kept
from bot.checks.coverage.known import Known, Side
from bot.checks.coverage.lines import Measure, Ratio


@dataclass(frozen=True)
class Drop:
    """What is compared of base and head, and the lines that fell.

    Attributes:
        base: of the lines that both have; with their branches where the tool's own measure counts those.
        head: likewise, and what the change adds.
        lost: by path, lines that were run at base and are missed now, noise left out.
        missed: by path, lines that the change adds and no test reaches, where they count.
        noise: by path, lost lines that do not count.
        unclear: by path, lost lines that may be the base's doing.
    """

    base: Ratio
    head: Ratio
    lost: dict[str, list[int]]
    missed: dict[str, list[int]]
    noise: dict[str, list[int]]
    unclear: dict[str, list[int]]
    related: frozenset[str]

    @property
    def change(self) -> Fraction:
        """The change of the share that is covered; 0 where there is nothing to compare."""
        if not self.base.total or not self.head.total:
            return Fraction(0)
        return Fraction(*self.head) - Fraction(*self.base)


@dataclass(frozen=True)
class Floors:
    """How many lines are too few to matter: of a patch, and of a file that has nothing to do with the change."""

    patch: int = 5
    noise: int = 3


def find_drop(known: Known, matches: Callable[[str], bool], floors: Floors) -> Drop:
    """The drop over the files that match."""
    kept = {path: file for path, file in known.comparison.kept.items() if matches(path)} if known.comparison else {}
    with_arms = isinstance(known.head, Side) and known.head.measure is Measure.STATEMENTS_AND_BRANCHES
    fallen = [path for path, file in kept.items() if file.lost or file.weakened]
    related = known.related(fallen)
    drop = Drop(Ratio(0, 0), Ratio(0, 0), {}, {}, {}, {}, frozenset(related))
    base, head = Ratio(0, 0), Ratio(0, 0)
    for path, file in kept.items():
        was, now = _ratios(file, with_arms=with_arms)
        ignored = path not in related and _ignore(path, file, drop, floors, known)
        if not ignored and file.lost:
            drop.lost[path] = list(file.lost)
        base, head = _add(base, was), _add(head, was if ignored else now)
    added = {path: file for path, file in known.added.items() if matches(path)}
    blamed = {path: file.blamed for path, file in added.items()}
    if sum(map(len, blamed.values())) >= floors.patch:
        drop.missed.update({path: lines for path, lines in blamed.items() if lines})
        for file_added in added.values():
            head = _add(_add(head, file_added.judged), file_added.arms if with_arms else Ratio(0, 0))
    return Drop(base, head, drop.lost, drop.missed, drop.noise, drop.unclear, drop.related)


def _ignore(path: str, file: Kept, drop: Drop, floors: Floors, known: Known) -> bool:
    """Whether a file that has nothing to do with the change is left out; its lost lines are told all the same."""
    few = len(file.lost) + len(file.weakened) <= floors.noise
    if file.lost and (few or known.has_drift):
        (drop.noise if few else drop.unclear)[path] = list(file.lost)
    return few or known.has_drift


def _ratios(file: Kept, *, with_arms: bool) -> tuple[Ratio, Ratio]:
    if not with_arms:
        return file.base, file.head
    return _add(file.base, file.base_arms), _add(file.head, file.head_arms)


def _add(one: Ratio, other: Ratio) -> Ratio:
    return Ratio(one.hit + other.hit, one.total + other.total)
