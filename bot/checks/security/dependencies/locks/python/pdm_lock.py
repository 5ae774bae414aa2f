"""PDM's `pdm.lock`.

Source: https://pdm-project.org/latest/usage/lockfile/ (read 2026-11-30), and as PDM writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import (
    PYPI,
    About,
    Entry,
    Source,
    hashes,
    is_own_folder,
    loose,
    pinned,
)
from bot.checks.security.dependencies.locks.python.indexes import registry_of
from bot.checks.security.dependencies.locks.python.requirement import normalise
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.toml_text import read_toml

_ELSEWHERE: Final = {
    "git": Origin.VCS,
    "hg": Origin.VCS,
    "svn": Origin.VCS,
    "url": Origin.URL,
    "path": Origin.PATH,
}


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    root = read_toml(source.text)
    packages = root.get("package")
    if "metadata" not in root or (packages and not packages.is_list):
        raise UnreadableError(1, "is no lock of PDM: it has no metadata or no list of packages")
    for place in packages.elements():
        name = place.get("name").text
        version = place.get("version").text
        files = list(place.get("files").elements())
        files += root.get("metadata", "files", f"{name} {version}").elements()
        groups = place.get("groups").texts
        about = About(
            name=normalise(name),
            registry=registry_of(*(file.get("url").text for file in files)),
            integrity=hashes([text for file in files if (text := file.get("hash").text)]),
            dev=bool(groups) and "default" not in groups,
        )
        if entry := _read_package(source, place, about):
            yield entry


def _read_package(source: Source, place: Place, about: About) -> Entry | None:
    for key, origin in _ELSEWHERE.items():
        if key in place:
            said = place.get(key)
            own = origin is Origin.PATH and is_own_folder(said.text)
            return None if own else loose(source, said.line, origin, said.text, about)
    version = place.get("version")
    if not version.text:
        return source.unknown(place.line, "a package without a version")
    return pinned(source, version.line, PYPI, version.text, about)
