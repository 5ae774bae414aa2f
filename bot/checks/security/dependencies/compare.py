"""Advisories of the added packages against those of the versions that they replace.

Rule: an advisory counts for a version that the change adds when no version of that package at the merge base has it.
Ids of one fault in several databases are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model import Advisory, AdvisoryAnswer, Package, Severity

_ORDER = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
# Of several ids the one that says most about a package, and stays.
_DATABASES = ("GHSA-", "PYSEC-", "GO-", "RUSTSEC-", "MAL-", "CVE-")


@dataclass(frozen=True)
class Fault:
    """One fault of a package, by all the advisories that speak of it."""

    advisories: Sequence[Advisory]

    @property
    def ids(self) -> list[str]:
        """All ids, the main one first."""
        names = {name for one in self.advisories for name in (one.id, *one.aliases)}
        return sorted(names, key=lambda name: (_database(name), name))

    @property
    def severity(self) -> Severity:
        """The worst that is said of it; high where nothing is said."""
        said = [one.severity for one in self.advisories if one.severity is not None]
        return max(said, key=_ORDER.index, default=Severity.HIGH)

    @property
    def rated(self) -> bool:
        """Whether an advisory says how severe it is."""
        return any(one.severity is not None for one in self.advisories)

    @property
    def summary(self) -> str:
        """The first words that an advisory has."""
        return next((one.summary for one in self.advisories if one.summary), "")


def _database(name: str) -> int:
    return next((place for place, start in enumerate(_DATABASES) if name.startswith(start)), len(_DATABASES))


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Faults by package: those that come with a version, those that were there before, those that went."""

    new: Mapping[Package, Sequence[Fault]]
    known: Mapping[Package, Sequence[Fault]]
    fixed: Mapping[Package, Sequence[Fault]]


def compare_faults(
    answer: AdvisoryAnswer, added: Iterable[Package], replaced: Sequence[Package], left: Iterable[Package]
) -> Compared:
    """Compare by name of package. Where a version at head has a gap, nothing of its package is credited."""
    gone = set(left)
    added = list(added)
    before = _by_name(answer, replaced)
    after = _by_name(answer, [*added, *(package for package in replaced if package not in gone)])
    unsure = {(one.ecosystem, one.name) for one in added if answer.packages[one].gap}
    new: dict[Package, list[Fault]] = defaultdict(list)
    known: dict[Package, list[Fault]] = defaultdict(list)
    fixed: dict[Package, list[Fault]] = defaultdict(list)
    for package in added:
        for fault in group_faults(answer.packages[package].advisories):
            (known if before[_name(package)] & set(fault.ids) else new)[package].append(fault)
    for package in gone:
        for fault in group_faults(answer.packages[package].advisories):
            if _name(package) not in unsure and not after[_name(package)] & set(fault.ids):
                fixed[package].append(fault)
    return Compared(new=new, known=known, fixed=fixed)


def group_faults(advisories: Sequence[Advisory]) -> list[Fault]:
    """Advisories that share an id or an alias, together, in the order of the first of each."""
    groups: list[list[Advisory]] = []
    place: dict[str, int] = {}
    for one in advisories:
        names = {one.id, *one.aliases}
        shared = sorted({place[name] for name in names if name in place})
        target = shared[0] if shared else len(groups)
        if not shared:
            groups.append([])
        for other in shared[1:]:
            groups[target] += groups[other]
            names |= {name for moved in groups[other] for name in (moved.id, *moved.aliases)}
            groups[other] = []
        groups[target].append(one)
        place.update(dict.fromkeys(names, target))
    return [Fault(group) for group in groups if group]


def _name(package: Package) -> tuple[str, str]:
    return package.ecosystem, package.name


def _by_name(answer: AdvisoryAnswer, packages: Iterable[Package]) -> Mapping[tuple[str, str], set[str]]:
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for package in packages:
        names[_name(package)].update(
            name for one in answer.packages[package].advisories for name in (one.id, *one.aliases)
        )
    return names
