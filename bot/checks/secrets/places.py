"""Which hits the change adds, and where each value stands now.

Rule: a value is added where a commit of the range sets content that holds it while no parent's content of that path
does, and neither the merge base nor the tip of the base holds it anywhere: what was at the merge base the pull request
did not add, and what is at the tip it does not add by being merged. So moved, renamed, copied and re-indented secrets
are old ones, and so is what a merge brings in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.secrets.engine import Contents
from bot.checks.secrets.hits import Hit
from bot.checks.secrets.material import Material, Origin
from bot.checks.secrets.text import decode
from bot.errors import ToolError
from bot.model import Blobs, Change, NotRead, Unknown


@dataclass(frozen=True)
class Sighting:
    """A hit, in one material, at one of its origins."""

    hit: Hit
    number: int
    origin: Origin


@dataclass(frozen=True)
class Place:
    """A value's place, in the words of a finding. `first` is the first commit of the range that has the value."""

    hit: Hit
    path: str | None
    line: int | None
    column: int | None
    first: str
    in_head: bool
    number: int


def find_added(
    change: Change, materials: Sequence[Material], hits: Mapping[int, Sequence[Hit]]
) -> tuple[list[Sighting], list[Unknown]]:
    """The sightings of values that the change adds, oldest first; and what kept that from being known."""
    present = _read_parents(change.blobs, materials, hits)
    sightings = sorted(
        (
            Sighting(hit, number, origin)
            for number, of_number in hits.items()
            for hit in of_number
            for origin in materials[number].origins
            if not any(hit.needle in present[parent] for parent in origin.parents)
        ),
        key=lambda sighting: sighting.origin.order,
    )
    old, unknowns = _find_old(change, {sighting.hit.needle for sighting in sightings})
    return [sighting for sighting in sightings if sighting.hit.needle not in old], unknowns


def _read_parents(
    blobs: Blobs, materials: Sequence[Material], hits: Mapping[int, Sequence[Hit]]
) -> dict[str, frozenset[str]]:
    """For each parent blob of a material with hits, those of its hits' needles that stand in it."""
    asked: dict[str, set[str]] = defaultdict(set)
    for number, of_number in hits.items():
        for parent in {parent for origin in materials[number].origins for parent in origin.parents}:
            asked[parent].update(hit.needle for hit in of_number)
    present = dict.fromkeys(asked, frozenset[str]())
    for oid, content in blobs.read(asked):
        # What cannot be read is taken not to hold the value; the search in the base settles it.
        if not isinstance(content, NotRead):
            text = decode(content).content
            present[oid] = frozenset(needle for needle in asked[oid] if needle in text)
    return present


def _find_old(change: Change, needles: Iterable[str]) -> tuple[set[str], list[Unknown]]:
    """The needles that stand in the base already, at the merge base or at the tip."""
    wanted = {needle.encode("utf-8", "surrogateescape"): needle for needle in needles if needle}
    trees = {tree.commit: tree for tree in (change.merge_base, change.base)}
    old: set[str] = set()
    for tree in trees.values():
        try:
            old.update(wanted[value] for value in tree.contains([v for v in wanted if wanted[v] not in old]))
        except ToolError as error:
            reason = f"whether the values found stand in the base already is not known: {error}"
            return old, [
                Unknown(reason=reason, settle="fetch the whole history (`fetch-depth: 0`), or raise the time limit")
            ]
    return old, []


def group_by_value(sightings: Iterable[Sighting]) -> list[list[Sighting]]:
    """The sightings of each value, oldest first; the certain values before the others."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.hit.value, []).append(sighting)
    return sorted(groups.values(), key=lambda group: not any(one.hit.certain for one in group))


class PlaceFinder:
    """Tells where a value stands now.

    A value that head has is shown at each of its places there; one that only older commits have, at the first place in
    each file. A message is history, which no later commit changes.
    """

    def __init__(
        self, change: Change, materials: Sequence[Material], hits: Mapping[int, Sequence[Hit]], contents: Contents
    ) -> None:
        self._materials, self._hits, self._contents = materials, hits, contents
        self._head = {file.path: file.new_oid for file in change.files if file.new_oid}
        self._paths = {
            number: paths for number, material in enumerate(materials) if (paths := self._paths_at_head(material))
        }

    def _paths_at_head(self, material: Material) -> list[str]:
        paths = dict.fromkeys(origin.path for origin in material.origins if origin.path)
        return [path for path in paths if material.oid and self._head.get(path) == material.oid]

    def find(self, group: Sequence[Sighting]) -> list[Place]:
        """The places of one value, of which these are all the sightings."""
        first = group[0].origin.commit
        in_files = [one for one in group if self._materials[one.number].oid is not None]
        now = (self._find_seen(in_files[0].hit, first) or self._search(in_files[0].hit, first)) if in_files else []
        return [*now, *self._find_earlier([one for one in group if not (now and one in in_files)], first)]

    def _find_seen(self, hit: Hit, first: str) -> list[Place]:
        return [
            Place(other, path, other.line, other.column, first, in_head=True, number=number)
            for number, paths in self._paths.items()
            for other in self._hits.get(number, ())
            if other.value == hit.value
            for path in paths
        ]

    def _search(self, hit: Hit, first: str) -> list[Place]:
        """Places at head of a value that the rules no longer see there, since the words around it changed."""
        places = []
        for number, paths in self._paths.items():
            if found := self._contents.find(number, hit.needle):
                places += [Place(hit, path, *found, first, in_head=True, number=number) for path in paths]
        return places

    def _find_earlier(self, sightings: Iterable[Sighting], first: str) -> Iterator[Place]:
        seen = set()
        for one in sightings:
            path, is_path = one.origin.path, self._materials[one.number].is_path
            if (path, is_path) not in seen:
                seen.add((path, is_path))
                line, column = (None, None) if is_path else (one.hit.line, one.hit.column)
                yield Place(one.hit, path, line, column, first, is_path and path in self._head, one.number)
