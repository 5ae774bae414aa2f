"""`pylock.toml`, the lock file that Python's installers share.

Source: https://packaging.python.org/en/latest/specifications/pylock-toml/ (read 2026-11-30)
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
from bot.checks.security.dependencies.locks.python.indexes import first_said, registry_of
from bot.checks.security.dependencies.locks.python.requirement import normalise
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.toml_text import read_toml

_ELSEWHERE: Final = (("vcs", Origin.VCS), ("archive", Origin.URL), ("directory", Origin.PATH))


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    root = read_toml(source.text)
    if "lock-version" not in root or not root.get("packages").is_list:
        raise UnreadableError(1, "is no lock: it has no version or no list of packages")
    for place in root.get("packages").elements():
        files = [place.get("sdist"), *place.get("wheels").elements(), place.get("archive")]
        about = About(
            name=normalise(place.get("name").text),
            registry=registry_of(place.get("index").text, *(first_said(file, "url") for file in files)),
            integrity=hashes([f"{one.key}:{one.text}" for file in files for one in file.get("hashes").members()]),
        )
        if entry := _read_package(source, place, about):
            yield entry


def _read_package(source: Source, place: Place, about: About) -> Entry | None:
    for key, origin in _ELSEWHERE:
        if key in place:
            said = place.get(key)
            kind = Origin.PATH if origin is Origin.URL and not said.get("url").text else origin
            address = first_said(said, "url", "path")
            own = key == "directory" and is_own_folder(address)
            return None if own else loose(source, said.line, kind, address, about)
    version = place.get("version")
    if not version.text:
        return source.unknown(place.line, "a package without a version")
    return pinned(source, version.line, PYPI, version.text, about)
