"""Maps the names of a report to files of the repository, or says that it cannot.

Rule: a name and a path that end alike differ by their beginnings: what the report's machine had (`strip`) and what
the repository has (`add`). All files of a report that was made in one place differ in the same way. So each way is
held by the files that it finds, and of two ways for one file that counts which

1. finds all that the other finds, and more;
2. is exact: an absolute name below a checkout of a well-known service;
3. is below the folder that the report names as the file's group (JaCoCo);
4. is nearer to the report's own folder;
5. is the name itself;
6. shares more of the end, or takes the path whole;
7. finds a text that the report's lines fit.

What is then still open is ambiguous, and no claim. A name that a better known way leads to where no file is (generated,
installed, vendored) is not in the repository, though a file elsewhere may end like it.
Sources: facts of the formats, and the threads that docs/coverage.md names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.checks.coverage.lines import FileLines, Format, Headline, Measure, Ratio, Report, count
from bot.checks.coverage.names import Name, Segments, is_checkout, parse_name
from bot.checks.coverage.nocov import drop_nocov
from bot.checks.coverage.places import Places
from bot.model import Tree

# Below this, a report's names are of another place: no number of it counts.
_LEAST_MAPPED = 0.5
# So many files of one name are looked at: fewer in a report of very many files.
_MOST_NAMESAKES, _LEAST_NAMESAKES, _MAX_CANDIDATES = 24, 4, 400_000
_MAX_KNOWN = 100_000


@dataclass(frozen=True)
class Placed:
    """Where the files of one report are.

    Attributes:
        paths: the repository's path of each name that has one.
        unmapped: names that no file of the repository has.
        ambiguous: names that several files may be, with these.
        climbing: names that lead out of the repository.
    """

    report: Report
    paths: Mapping[str, str] = field(default_factory=dict)
    unmapped: Sequence[str] = ()
    ambiguous: Mapping[str, Sequence[str]] = field(default_factory=dict)
    climbing: Sequence[str] = ()

    @property
    def matches(self) -> bool:
        """Whether the report is about this repository: at least half of its files with code are known."""
        code = [name for name, file in self.report.files.items() if file.lines] or list(self.report.files)
        known = sum(name in self.paths or name in self.ambiguous for name in code)
        return known >= _LEAST_MAPPED * len(code)


@dataclass(frozen=True)
class Mapped:
    """All reports, held against one revision.

    Attributes:
        files: united by path.
        placed: each report, in the order given; one that took lines out (`:nocov:`) has its totals counted anew.
    """

    files: Mapping[str, FileLines]
    placed: Sequence[Placed]

    @property
    def unmapped(self) -> list[str]:
        """Names that no file of the repository has."""
        return sorted({name for placed in self.placed for name in placed.unmapped})

    @property
    def ambiguous(self) -> dict[str, Sequence[str]]:
        """Names that several files may be, with these."""
        return {name: paths for placed in self.placed for name, paths in placed.ambiguous.items()}


def map_paths(reports: Iterable[Report], tree: Tree) -> Mapped:
    """Map the files of reports to those of a revision.

    A report's `name` is the path of its own file from the repository's root, as far as that is known: it tells
    modules apart that have files of one name.
    """
    places = Places(tree)
    placed = [_without_nocov(_place(report, places), places) for report in reports]
    files: dict[str, FileLines] = {}
    for one in placed:
        for name, path in one.paths.items():
            if path in files:
                files[path].unite(one.report.files[name])
            else:
                files[path] = one.report.files[name].copy()
    return Mapped(files, placed)


def _without_nocov(placed: Placed, places: Places) -> Placed:
    if not placed.report.nocov:
        return placed
    contents = places.contents(placed.paths.values())
    files = {
        name: drop_nocov(file, contents[placed.paths[name]]) if placed.paths.get(name) in contents else file
        for name, file in placed.report.files.items()
    }
    totals = {measure: count(files.values(), measure) for measure in placed.report.totals}
    headline = Headline(Measure.LINES, totals.get(Measure.LINES, Ratio(0, 0)))
    return replace(placed, report=replace(placed.report, files=files, totals=totals, headline=headline))


# One report


class _Way(NamedTuple):
    """How names of a report become paths: their beginning, and what stands there instead."""

    strip: Segments
    add: Segments
    absolute: bool


@dataclass(frozen=True)
class _Candidate:
    """A path that a name may mean.

    Attributes:
        shared: segments at the end that name and path have in common.
        exact: no part of the name is guessed away.
        literal: the report has the path as it is, whatever source folders it declares.
    """

    path: Segments
    way: _Way
    shared: int
    exact: bool
    literal: bool = False

    @property
    def text(self) -> str:
        return "/".join(self.path)


def _place(report: Report, places: Places) -> Placed:
    if report.format is Format.GO and places.go_modules:
        paths = {name: path for name in report.files if (path := places.go_path(name)) in places}
        return Placed(report, paths, [name for name in report.files if name not in paths])
    return _Placer(report, places).place()


class _Placer:
    """Maps one report."""

    def __init__(self, report: Report, places: Places) -> None:
        self._report, self._places = report, places
        self._limit = max(_LEAST_NAMESAKES, min(_MOST_NAMESAKES, _MAX_CANDIDATES // (len(report.files) or 1)))
        self._folder = parse_name(report.name).segments[:-1] if not parse_name(report.name).absolute else ()
        self._names = {name: self._spell_out(name) for name in report.files}
        self._candidates = {name: self._find(name) for name in report.files}
        self._finds: dict[_Way, set[str]] = {}
        for name, candidates in self._candidates.items():
            for candidate in candidates:
                self._finds.setdefault(candidate.way, set()).add(name)
        self._by_strip: dict[tuple[bool, Segments], list[_Way]] = {}
        for way in self._finds:
            self._by_strip.setdefault((way.absolute, way.strip), []).append(way)
        self._more: dict[tuple[_Way, _Way], bool] = {}

    def place(self) -> Placed:
        """Choose among the candidates of each name."""
        paths: dict[str, str] = {}
        ambiguous: dict[str, Sequence[str]] = {}
        unmapped, climbing = [], []
        for name in self._report.files:
            chosen = self._choose(name)
            if len(chosen) == 1:
                paths[name] = chosen[0]
            elif chosen:
                ambiguous[name] = chosen
            elif not self._names[name]:
                climbing.append(name)
            else:
                unmapped.append(name)
        return Placed(self._report, paths, unmapped, ambiguous, climbing)

    def _spell_out(self, text: str) -> list[Name]:
        """The name as seen from each folder that it may be relative to; none where it climbs out of all of them."""
        name = parse_name(text, literal_backslash=self._places.has_backslashes)
        folders = [parse_name(root) for root in self._report.roots if root.strip()] or [Name(())]
        spelled = {one: None for folder in folders if not (one := name.under(folder)).climbs and one.segments}
        if not spelled:
            above = (name.under(Name(self._folder[:depth])) for depth in range(len(self._folder), -1, -1))
            spelled = {one: None for one in above if not one.climbs and "/".join(one.segments) in self._places}
        return list(spelled)

    def _find(self, text: str) -> list[_Candidate]:
        found: dict[Segments, _Candidate] = {}
        for fold in (False, True):
            for name in self._names[text]:
                if fold and (found or not name.windows):
                    continue
                for path in self._places.namesakes(name.segments, self._limit, fold=fold):
                    candidate = _compare(name, path, text, fold=fold)
                    if path not in found or found[path].shared < candidate.shared:
                        found[path] = candidate
        return list(found.values())

    def _choose(self, name: str) -> list[str]:
        """The paths that the name may mean: one, several, or none."""
        known = [candidate for candidate in self._candidates[name] if not self._is_overruled(candidate, name)]
        best = [one for one in known if not any(self._beats(other, one) for other in known)]
        paths = [candidate.text for candidate in best]
        if not best or (len(best) == 1 and self._is_sure(best[0])):
            return paths
        if len(best) == 1 and not self._is_likely(best[0]):
            return []
        file = self._report.files[name]
        fitting = self._places.fitting(file, paths) if file.lines else []
        return fitting if len(fitting) == 1 or len(best) == 1 else paths

    def _is_overruled(self, candidate: _Candidate, name: str) -> bool:
        """Whether a way that holds for more files leads the name to where no file is."""
        own = candidate.way
        least = len(self._finds[own])
        return any(
            len(self._finds[way]) > least and name not in self._finds[way]
            for depth in range(len(own.strip))
            for way in self._by_strip.get((own.absolute, own.strip[:depth]), ())
        )

    def _beats(self, one: _Candidate, other: _Candidate) -> bool:
        if self._finds_more(one.way, other.way):
            return True
        return not self._finds_more(other.way, one.way) and self._rank(one) > self._rank(other)

    def _finds_more(self, one: _Way, other: _Way) -> bool:
        mine, others = self._finds[one], self._finds[other]
        if len(mine) <= len(others):
            return False
        known = self._more.get((one, other))
        if known is None:
            known = mine > others
            if len(self._more) < _MAX_KNOWN:
                self._more[one, other] = known
        return known

    def _rank(self, candidate: _Candidate) -> tuple[int, ...]:
        way = candidate.way
        grouped = self._report.format is Format.JACOCO
        return (
            way.absolute and candidate.exact,
            len(set(way.strip) & set(way.add)) if grouped else 0,
            _count_shared(candidate.path, self._folder),
            candidate.exact,
            candidate.shared,
            not way.add,
        )

    def _is_sure(self, candidate: _Candidate) -> bool:
        """Whether no look at the text is needed: nothing of the name is guessed, or other files agree."""
        if candidate.exact or candidate.literal or not candidate.way.strip:
            return True
        if not candidate.way.add:
            return candidate.shared > 1 or len(self._finds[candidate.way]) > 1
        return candidate.shared > 1 and len(self._finds[candidate.way]) > 1

    def _is_likely(self, candidate: _Candidate) -> bool:
        """Whether a text that fits is enough."""
        return candidate.shared > 1 or not candidate.way.add or len(self._finds[candidate.way]) > 1


def _compare(name: Name, path: Segments, text: str, *, fold: bool) -> _Candidate:
    ours = tuple(segment.casefold() for segment in name.segments) if fold else name.segments
    theirs = tuple(segment.casefold() for segment in path) if fold else path
    shared = _count_shared(ours[::-1], theirs[::-1])
    strip, add = name.segments[: len(ours) - shared], path[: len(theirs) - shared]
    exact = not add and (is_checkout(strip) if name.absolute else not strip)
    return _Candidate(path, _Way(strip, add, name.absolute), shared, exact, literal="/".join(path) == text)


def _count_shared(one: Segments, other: Segments) -> int:
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))
