"""NuGet's project files, central versions and `packages.config`.

Sources: https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files,
https://learn.microsoft.com/en-us/nuget/consume-packages/central-package-management and
https://learn.microsoft.com/en-us/nuget/reference/packages-config (read 2026-11-30). NuGet takes the lowest version that
all ranges allow, so that a plain version is the one that is taken.
Out of sight: what those packages need in turn; `packages.lock.json` names that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.checks.security.dependencies.locked import Locked, Origin
from bot.checks.security.dependencies.locks.entries import NUGET, About, Entry, Source, loose, pinned
from bot.checks.security.dependencies.locks.others import packages_lock
from bot.checks.security.dependencies.locks.others.ranges import exact_of_nuget
from bot.checks.security.text.located import UnreadableError
from bot.checks.security.text.xml_text import Element, read_xml

_CENTRAL: Final = "Directory.Packages.props"
_LOCK: Final = "packages.lock.json"
_PROPERTY: Final = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
_REFERENCES: Final = frozenset({"PackageReference", "PackageVersion", "GlobalPackageReference"})


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the file gives versions of."""
    root = read_xml(source.content)
    if root.name == "packages":
        yield from _read_config(source, root)
        return
    if root.name != "Project":
        raise UnreadableError(root.line, "is no project of MSBuild")
    properties = _properties(root)
    settled = _locked_names(source)
    central = bool(settled) or _has_central_versions(source)
    for element in root.iterate():
        if element.name not in _REFERENCES:
            continue
        entry = _read_reference(source, element, properties)
        # A version that is missing stands in the central file, a range is settled by the lock beside.
        if entry and not (isinstance(entry, Locked) and _is_settled(entry, settled, central=central)):
            yield entry


def _is_settled(entry: Locked, settled: frozenset[str], *, central: bool) -> bool:
    return not entry.package and (entry.name.lower() in settled or (central and not entry.source))


def _locked_names(source: Source) -> frozenset[str]:
    """The names in the lock beside, in lower case."""
    lock = source.beside(_LOCK)
    try:
        entries = list(packages_lock.read(lock)) if lock else []
    except UnreadableError:
        # The lock's own reader tells so.
        return frozenset()
    return frozenset(one.name.lower() for one in entries if isinstance(one, Locked))


def _has_central_versions(source: Source) -> bool:
    """Whether a folder of the project or above it has central versions."""
    folder = source.folder
    while source.tree.entry(folder + _CENTRAL) is None:
        if not folder:
            return False
        folder = folder[: folder.rstrip("/").rfind("/") + 1]
    return True


def _read_config(source: Source, root: Element) -> Iterator[Entry]:
    for element in root.children:
        name, version = element.attributes.get("id", ""), element.attributes.get("version", "")
        dev = element.attributes.get("developmentDependency", "") == "true"
        yield pinned(source, element.line, NUGET, version, About(name=name, dev=dev))


def _properties(root: Element) -> Mapping[str, str]:
    """The properties of the file that have one value; MSBuild compares their names without regard to case."""
    values: dict[str, set[str]] = {}
    for group in root.children:
        for element in group.children if group.name == "PropertyGroup" else ():
            values.setdefault(element.name.lower(), set()).add(element.text)
    return {name: value.pop() for name, value in values.items() if len(value) == 1}


def _read_reference(source: Source, element: Element, properties: Mapping[str, str]) -> Entry | None:
    name = element.attributes.get("Include") or element.attributes.get("Update") or ""
    inner = element.find("VersionOverride") or element.find("Version")
    said = element.attributes.get("VersionOverride") or element.attributes.get("Version") or ""
    line = element.line
    if inner and not said:
        said, line = inner.text, inner.text_line
    if not name:
        return None
    resolved = _PROPERTY.sub(lambda found: properties.get(found[1].lower(), found[0]), said)
    exact = exact_of_nuget(resolved)
    about = About(name=name, direct=True)
    return pinned(source, line, NUGET, exact, about) if exact else loose(source, line, Origin.UNPINNED, said, about)
