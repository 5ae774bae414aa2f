"""Two revisions' coverage, file by file and line by line: what the change adds, and what became of the other lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from bot.checks.coverage.carry import UNCHANGED, LineMap, carry_file
from bot.checks.coverage.lines import MISSED, NOT_COUNTED, PARTIAL, FileLines, Ratio
from bot.model import ChangedFile

# Reports of the same code by the same tool count the same lines. Another version of it may count a few differently.
_SAME_LINES_SHARE = 0.8


@dataclass(frozen=True)
class Added:
    """The lines of one file that the change adds and that can be covered. `hit` holds the partial ones too.

    `moved` are those of the missed ones that stood elsewhere before, and that no test reached there either; `arms` are
    the branches of the others.
    """

    hit: Sequence[int]
    partial: Sequence[int]
    missed: Sequence[int]
    arms: Ratio
    moved: frozenset[int] = frozenset()

    @property
    def ratio(self) -> Ratio:
        """How many of the lines were run."""
        return Ratio(len(self.hit), len(self.hit) + len(self.missed))

    @property
    def blamed(self) -> list[int]:
        """The missed lines that the change is to blame for: all but the moved ones."""
        return [line for line in self.missed if line not in self.moved]

    @property
    def judged(self) -> Ratio:
        """The same without the moved ones."""
        return Ratio(len(self.hit), len(self.hit) + len(self.missed) - len(self.moved))


@dataclass(frozen=True)
class Kept:
    """The lines of one file that the change leaves alone and that both reports count, by their number at head.

    Attributes:
        weakened: run before and now, but now with fewer of their branches.
        base: how many were run at base, of how many. `head` likewise.
        base_arms: branches of those lines whose number is the same in both. `head_arms` likewise.
        odd: lines that only one of the two reports counts.
    """

    lost: Sequence[int]
    gained: Sequence[int]
    weakened: Sequence[int]
    base: Ratio
    head: Ratio
    base_arms: Ratio
    head_arms: Ratio
    odd: int = 0


@dataclass(frozen=True)
class Comparison:
    """What became of the lines between base and head.

    Attributes:
        kept: by path at head; without the files that are named below.
        vanished: paths at head, measured at base and not at head.
        newly_measured: paths at head, there before the change and only measured now.
        drifted: paths at head whose base report is of other content than the merge base has.
        same_lines: whether both reports count the same lines of unchanged files, but for a few.
    """

    kept: Mapping[str, Kept] = field(default_factory=dict)
    vanished: Sequence[str] = ()
    newly_measured: Sequence[str] = ()
    drifted: Sequence[str] = ()
    same_lines: bool = True


def find_added(lines: FileLines, change: ChangedFile, moved: AbstractSet[int] = frozenset()) -> Added:
    """What of a changed file's added lines tests reach; `moved` are those that no test reached where they stood."""
    hit: list[int] = []
    partial: list[int] = []
    missed: list[int] = []
    arms_hit = arms_total = 0
    for lines_range in change.added_lines():
        for number in range(lines_range.start, min(lines_range.stop, len(lines.lines))):
            state = lines.state(number)
            if state == NOT_COUNTED:
                continue
            (missed if state == MISSED else hit).append(number)
            if state == PARTIAL:
                partial.append(number)
            blamed = state != MISSED or number not in moved
            if blamed and (arms := lines.arms.get(number)):
                arms_hit, arms_total = arms_hit + arms.hit, arms_total + arms.total
    return Added(hit, partial, missed, Ratio(arms_hit, arms_total), moved=frozenset(missed) & moved)


def compare(
    base: Mapping[str, FileLines], head: Mapping[str, FileLines], files: Sequence[ChangedFile], drifted: Iterable[str]
) -> Comparison:
    """Compare all files; `base` is in terms of the merge base, `drifted` are paths there that cannot be compared."""
    old_paths = {file.old_path: file for file in files if file.old_path is not None}
    out = frozenset(drifted)
    kept: dict[str, Kept] = {}
    vanished: list[str] = []
    left_out: list[str] = []
    for old_path, lines in base.items():
        change = old_paths.get(old_path)
        if change is not None and (change.new_oid is None or not change.lines_known):
            continue
        path = change.path if change else old_path
        if old_path in out:
            left_out.append(path)
        elif path in head:
            way = LineMap(change.hunks) if change else UNCHANGED
            kept[path] = compare_lines(carry_file(lines, way) if change else lines, head[path])
        elif any(lines.lines):
            vanished.append(path)
    known = {*kept, *left_out, *(file.path for file in files if file.old_path is None)}
    newly = [path for path, lines in head.items() if path not in known and any(lines.lines)]
    same = _count_same_lines(kept, {file.path for file in files if file.hunks})
    return Comparison(kept, sorted(vanished), sorted(newly), sorted(left_out), same_lines=same)


def compare_lines(base: FileLines, head: FileLines) -> Kept:
    """Compare the lines that both count; `base` is in terms of head's version of the file."""
    old, new = base.lines, head.lines
    if old == new and base.arms == head.arms:
        whole = Ratio(len(new) - new.count(NOT_COUNTED) - new.count(MISSED), len(new) - new.count(NOT_COUNTED))
        arms = Ratio(sum(arms.hit for arms in head.arms.values()), sum(arms.total for arms in head.arms.values()))
        return Kept((), (), (), whole, whole, arms, arms)
    both = [number for number, (was, now) in enumerate(zip(old, new, strict=False)) if was and now]
    lost = [number for number in both if old[number] > MISSED and new[number] == MISSED]
    gained = [number for number in both if old[number] == MISSED and new[number] > MISSED]
    weakened, base_arms, head_arms = _compare_arms(base, head, both)
    counted = len(old) - old.count(NOT_COUNTED) + len(new) - new.count(NOT_COUNTED)
    base_hit = sum(old[number] > MISSED for number in both)
    return Kept(
        lost=lost,
        gained=gained,
        weakened=weakened,
        base=Ratio(base_hit, len(both)),
        head=Ratio(base_hit - len(lost) + len(gained), len(both)),
        base_arms=base_arms,
        head_arms=head_arms,
        odd=counted - 2 * len(both),
    )


def _compare_arms(base: FileLines, head: FileLines, both: Sequence[int]) -> tuple[list[int], Ratio, Ratio]:
    weakened: list[int] = []
    was_hit = now_hit = total = 0
    # A line may be marked as partial without arms.
    marked = [number for number in both if base.lines[number] > PARTIAL and head.lines[number] == PARTIAL]
    for number in sorted({*base.arms.keys() & head.arms.keys(), *marked} & set(both)):
        was, now = base.arms.get(number), head.arms.get(number)
        if was is not None and now is not None and was.total == now.total:
            was_hit, now_hit, total = was_hit + was.hit, now_hit + now.hit, total + now.total
        if head.lines[number] > MISSED and base.state(number) > PARTIAL >= head.state(number):
            weakened.append(number)
    return weakened, Ratio(was_hit, total), Ratio(now_hit, total)


def _count_same_lines(kept: Mapping[str, Kept], changed: AbstractSet[str]) -> bool:
    unchanged = [file for path, file in kept.items() if path not in changed]
    both, odd = sum(file.base.total for file in unchanged), sum(file.odd for file in unchanged)
    return both >= _SAME_LINES_SHARE * (both + odd)
