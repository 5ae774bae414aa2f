"""Pipenv's `Pipfile.lock`.

Source: https://pipenv.pypa.io/en/latest/pipfile.html (read 2026-11-30), and as Pipenv writes it.
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
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError

_ELSEWHERE: Final = {
    "git": Origin.VCS,
    "hg": Origin.VCS,
    "svn": Origin.VCS,
    "file": Origin.URL,
    "path": Origin.PATH,
}


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages of each category."""
    root = read_json(source.text)
    if "_meta" not in root or not root.get("default").is_mapping:
        raise UnreadableError(1, "is no lock of Pipenv: it has no `_meta` or no `default`")
    indexes = {one.get("name").text: one.get("url").text for one in root.get("_meta", "sources").elements()}
    for category in root.members():
        if category.key == "_meta":
            continue
        for place in category.members():
            # A package that names no index may come from any of them; Pipenv asks the first one.
            index = place.get("index").text or next(iter(indexes), "")
            about = About(
                name=normalise(place.key),
                registry=registry_of(indexes.get(index, "")),
                integrity=hashes(place.get("hashes").texts),
                dev=category.key == "develop",
            )
            if entry := _read_package(source, place, about):
                yield entry


def _read_package(source: Source, place: Place, about: About) -> Entry | None:
    for key, origin in _ELSEWHERE.items():
        if key in place:
            said = place.get(key)
            kind = origin if origin is Origin.VCS or "://" in said.text else Origin.PATH
            own = kind is Origin.PATH and is_own_folder(said.text)
            return None if own else loose(source, said.line, kind, said.text, about)
    version = place.get("version")
    plain = version.text.lstrip("= ")
    if not version.text.startswith("==") or "*" in plain:
        return loose(source, version.line, Origin.UNPINNED, version.text, about)
    return pinned(source, version.line, PYPI, plain, about)
