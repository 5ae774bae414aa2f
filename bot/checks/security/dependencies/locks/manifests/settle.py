"""What of a manifest no lock settles: a dependency without a lock, or one that the lock lacks or has otherwise.

Rule: the locks of the nearest folder, the manifest's own or one above, that has any of the ecosystem's count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from bot.checks.security.dependencies.locked import LockFile, Origin
from bot.checks.security.dependencies.locks.entries import NPM, About, Entry, Source, loose, pinned
from bot.checks.security.dependencies.locks.formats import format_of
from bot.checks.security.dependencies.locks.manifests.allowed import is_allowed
from bot.checks.security.dependencies.locks.manifests.declared import Declared
from bot.checks.security.dependencies.locks.manifests.formats import ManifestFormat
from bot.checks.security.dependencies.locks.manifests.overrides import find_overridden
from bot.checks.security.text.located import UnreadableError
from bot.model import Tree, Unknown

# Folders by habit for several files of requirements of the folder above.
_SUBFOLDERS: Final = ("requirements/", "constraints/", "gradle/dependency-locks/")

Versions: TypeAlias = Mapping[str, frozenset[str]]


class LocksOfTree:
    """The locks of a tree by the folder that they are for, each read when it is first asked for."""

    def __init__(self, tree: Tree, read: Callable[[Sequence[str]], Sequence[LockFile]]) -> None:
        self._tree, self._read = tree, read
        self._paths: dict[tuple[str, str], list[str]] | None = None
        self._versions: dict[tuple[str, str], Versions] = {}

    def versions_for(self, path: str, ecosystem: str) -> Versions | None:
        """The versions by name that the locks for a manifest have; None where it has no lock."""
        folder = self._nearest(path, ecosystem)
        if folder is None:
            return None
        key = ecosystem, folder
        if key not in self._versions:
            versions = _versions(self._read(self._by_folder()[key]))
            overridden = find_overridden(self._tree, folder) if ecosystem == NPM else frozenset()
            # No version of what is overridden can be held against a range.
            self._versions[key] = {**versions, **{name: frozenset() for name in overridden & versions.keys()}}
        return self._versions[key]

    def paths_for(self, path: str, ecosystem: str) -> Sequence[str]:
        """The locks for a manifest."""
        folder = self._nearest(path, ecosystem)
        return [] if folder is None else self._by_folder()[ecosystem, folder]

    def _nearest(self, path: str, ecosystem: str) -> str | None:
        paths = self._by_folder()
        folder = folder_of(path)
        while (ecosystem, folder) not in paths:
            if not folder:
                return None
            folder = folder[: folder.rstrip("/").rfind("/") + 1]
        return folder

    def _by_folder(self) -> dict[tuple[str, str], list[str]]:
        if self._paths is None:
            self._paths = defaultdict(list)
            for entry in self._tree.entries():
                found = format_of(entry.path)
                if found and found.settles:
                    self._paths[found.ecosystem, folder_of(entry.path)].append(entry.path)
            self._paths = dict(self._paths)
        return self._paths


def find_unsettled(source: Source, found: ManifestFormat, locks: LocksOfTree) -> Iterator[Entry]:
    """Yield what the manifest asks for and no lock says, and what of the manifest cannot be read.

    Raises:
        UnreadableError: the manifest cannot be read at all.
    """
    versions = locks.versions_for(source.path, found.ecosystem)
    for one in found.declare(source):
        if isinstance(one, Unknown):
            yield one
        elif not is_settled(one, found.ecosystem, versions):
            about = About(name=one.name, dev=one.dev, direct=True)
            if one.version:
                yield pinned(source, one.line, found.ecosystem, one.version, about)
            else:
                yield loose(source, one.line, one.origin, one.said, about)


def find_disagreeing(
    source: Source, found: ManifestFormat, locks: LocksOfTree
) -> Iterator[tuple[Declared, tuple[str, ...]]]:
    """Yield what the manifest asks for and its locks have not, or at other versions, with those versions.

    A manifest without a lock has nothing that could disagree, and one that cannot be read says nothing.
    """
    versions = locks.versions_for(source.path, found.ecosystem)
    # A lock that cannot be read is told of by its own reader.
    if not versions:
        return
    try:
        for one in found.declare(source):
            if isinstance(one, Declared) and not is_settled(one, found.ecosystem, versions):
                yield one, tuple(sorted(versions.get(one.name, ())))
    except UnreadableError:
        return


def is_settled(declared: Declared, ecosystem: str, versions: Versions | None) -> bool:
    """Whether a lock has a dependency within its range. What comes from an address is the lock's to tell."""
    if versions is None or declared.name not in versions:
        return False
    if declared.origin is not Origin.UNPINNED or not declared.said:
        return True
    allowed = [is_allowed(ecosystem, declared.said, version) for version in versions[declared.name]]
    # Where the range or a version cannot be read, nothing is said against the lock.
    return not allowed or any(one is not False for one in allowed)


def _versions(files: Sequence[LockFile]) -> Versions:
    versions: dict[str, set[str]] = defaultdict(set)
    for file in files:
        versions |= {name: set() for name in file.own if name not in versions}
        for one in file.packages:
            versions[one.name] |= {one.package.version} if one.package else set()
    return {name: frozenset(found) for name, found in versions.items()}


def folder_of(path: str) -> str:
    """The folder that a lock or a manifest is for: empty for the root, else with `/` at its end."""
    folder = path[: path.rfind("/") + 1]
    for name in _SUBFOLDERS:
        if f"/{folder}".endswith(f"/{name}"):
            return folder[: len(folder) - len(name)]
    return folder
