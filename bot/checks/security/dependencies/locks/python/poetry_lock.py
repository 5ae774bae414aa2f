"""Poetry's `poetry.lock`, of its versions 1 and 2.

Source: https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock (read 2026-11-30), and as Poetry
writes it.
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

_ORIGINS: Final = {
    "git": Origin.VCS,
    "hg": Origin.VCS,
    "url": Origin.URL,
    "file": Origin.PATH,
    "directory": Origin.PATH,
}


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    root = read_toml(source.text)
    packages = root.get("package")
    if "metadata" not in root or (packages and not packages.is_list):
        raise UnreadableError(1, "is no lock of Poetry: it has no metadata or no list of packages")
    for place in packages.elements():
        name = place.get("name").text
        # Poetry kept the files' hashes at the end of the lock before its version 1.3.
        files = [*place.get("files").elements(), *root.get("metadata", "files", name).elements()]
        origin = place.get("source")
        about = About(
            name=normalise(name),
            registry=registry_of(origin.get("url").text) if origin.get("type").text == "legacy" else "",
            integrity=hashes([text for file in files if (text := file.get("hash").text)]),
            dev=_is_for_development(place),
        )
        if entry := _read_package(source, place, about):
            yield entry


def _is_for_development(place: Place) -> bool:
    groups = place.get("groups").texts
    return place.get("category").text == "dev" or (bool(groups) and "main" not in groups)


def _read_package(source: Source, place: Place, about: About) -> Entry | None:
    version = place.get("version")
    said = place.get("source")
    kind = said.get("type").text
    if kind in _ORIGINS:
        address = said.get("url")
        own = kind == "directory" and is_own_folder(address.text)
        return None if own else loose(source, address.line, _ORIGINS[kind], address.text, about)
    if not version.text:
        return source.unknown(place.line, "a package without a version")
    return pinned(source, version.line, PYPI, version.text, about)
