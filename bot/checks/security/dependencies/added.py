"""Which packages a change adds: those at head that no lock file of the merge base has, whatever file holds them.

A lock file that moves, or a second one with the same packages, adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.checks.security.dependencies.locks import find_dependents, is_lock, is_manifest, read_locks
from bot.model import Change, Package, Tree, Unknown

# Requirements may include files of other names, by habit with one of these endings.
_INCLUDED: Final = (".txt", ".in", ".pip", ".reqs")


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a change does to the dependencies.

    Attributes:
        packages: those added, each with all its places at head.
        unpinned: dependencies that are added without an exact version from a registry.
        replaced: the versions at the merge base of packages that the change adds or takes away.
        left: of these, the ones that are at head no more, each with its first place.
        unknowns: what of the changed files cannot be read.
        files: how many changed files name dependencies.
        before: all files of the merge base that name dependencies, and `after` those of head.
    """

    packages: Mapping[Package, Sequence[Locked]]
    unpinned: Sequence[Locked]
    replaced: Sequence[Package]
    left: Mapping[Package, Locked]
    unknowns: Sequence[Unknown]
    files: int
    before: Sequence[LockFile] = ()
    after: Sequence[LockFile] = ()


_NOTHING: Final = Added(packages={}, unpinned=(), replaced=(), left={}, unknowns=(), files=0)


def find_added(change: Change, matches: Callable[[str], bool]) -> Added:
    """Compare merge base and head. `matches` says which paths count, at both."""
    touched = _touched(change)
    if not any(_names_dependencies(path) or path.endswith(_INCLUDED) for path in touched):
        return _NOTHING
    head, base = (_Side(tree, matches) for tree in (change.head, change.merge_base))
    # Some files are read otherwise when others change: a project's parent, a manifest's lock.
    again = find_dependents(base.paths, touched)
    new, old = head.read_around(touched, again), base.read_around(touched, again)
    files = {file.path for file in (*new, *old)} & touched
    if not files:
        return _NOTHING
    # Files that stay as they are hold the same on both sides: read once, for both.
    read = touched | again
    kept = base.read(path for path in base.paths if path not in read)
    at_base, at_head = _packages([*old, *kept]), _packages([*new, *kept])
    added = {package: places for package, places in at_head.items() if package not in at_base}
    left = {package: places[0] for package, places in at_base.items() if package not in at_head}
    names = {(package.ecosystem, package.name) for package in (*added, *left)}
    before = {_declared(one) for file in (*old, *kept) for one in file.packages if one.package is None}
    loose = {
        _declared(one): one
        for file in reversed(new)
        for one in reversed(file.packages)
        if one.package is None and _declared(one) not in before
    }
    return Added(
        packages=added,
        unpinned=sorted(loose.values(), key=lambda one: (one.path, one.line or 0, one.name)),
        replaced=sorted(package for package in at_base if (package.ecosystem, package.name) in names),
        left=left,
        unknowns=[unknown for file in new if file.path in touched for unknown in file.unknowns],
        files=len(files),
        before=[*old, *kept],
        after=[*new, *kept],
    )


class _Side:
    """One revision's lock files."""

    def __init__(self, tree: Tree, matches: Callable[[str], bool]) -> None:
        self._tree, self._matches = tree, matches

    def read(self, paths: Iterable[str]) -> Sequence[LockFile]:
        return read_locks(self._tree, [path for path in paths if _names_dependencies(path) and self._matches(path)])

    def read_around(self, touched: frozenset[str], again: frozenset[str]) -> Sequence[LockFile]:
        """The touched files, also one of another name that requirements include, and those to read again."""
        other = any(path.endswith(_INCLUDED) and not is_lock(path) for path in touched)
        including = [path for path in self.paths if path.endswith(_INCLUDED)] if other else []
        return self.read([*touched, *again, *including])

    @cached_property
    def paths(self) -> Sequence[str]:
        """The files of the whole tree that name dependencies."""
        return [entry.path for entry in self._tree.entries() if _names_dependencies(entry.path)]


def _names_dependencies(path: str) -> bool:
    return is_lock(path) or is_manifest(path)


def _touched(change: Change) -> frozenset[str]:
    """The paths whose content differs between merge base and head, or that are on one side alone."""
    changed = [file for file in change.files if file.old_oid != file.new_oid or file.old_path != file.path]
    return frozenset(path for file in changed for path in (file.path, file.old_path) if path is not None)


def _packages(files: Iterable[LockFile]) -> dict[Package, list[Locked]]:
    places: dict[Package, list[Locked]] = defaultdict(list)
    for file in files:
        for one in file.packages:
            if one.package is not None:
                places[one.package].append(one)
    return places


def _declared(one: Locked) -> tuple[str, str, str]:
    """What makes two dependencies without a version the same, wherever they stand."""
    return one.name, one.origin, one.source
