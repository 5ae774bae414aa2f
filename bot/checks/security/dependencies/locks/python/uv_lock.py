"""uv's `uv.lock`.

Source: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile (read 2026-11-30), and as uv 0.13 writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import PYPI, About, Entry, Own, Source, hashes, loose, pinned
from bot.checks.security.dependencies.locks.python.indexes import registry_of
from bot.checks.security.dependencies.locks.python.requirement import normalise
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.toml_text import read_toml

# The project itself, its workspace, and folders beside it.
_OWN: Final = ("editable", "virtual", "directory")
_ELSEWHERE: Final = {"git": Origin.VCS, "url": Origin.URL, "path": Origin.PATH}


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    root = read_toml(source.text)
    packages = root.get("package")
    if "version" not in root or (packages and not packages.is_list):
        raise UnreadableError(1, "is no lock of uv: it has no version or no list of packages")
    direct, dev = _asked_for(packages)
    for place in packages.elements():
        origin = place.get("source")
        name = normalise(place.get("name").text)
        if _is_own(origin):
            yield Own(name)
            continue
        files = [place.get("sdist"), *place.get("wheels").elements()]
        about = About(
            name=name,
            registry=registry_of(origin.get("registry").text, *(file.get("url").text for file in files)),
            integrity=hashes([text for file in files if (text := file.get("hash").text)]),
            dev=name in dev and name not in direct,
            direct=name in direct | dev,
        )
        yield _read_package(source, place, about)


def _asked_for(packages: Place) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the project and its workspace ask for, to run and to develop."""
    direct, dev = set(), set()
    for place in packages.elements():
        if _is_own(place.get("source")):
            direct |= {normalise(one.get("name").text) for one in place.get("dependencies").elements()}
            for group in place.get("optional-dependencies").members():
                direct |= {normalise(one.get("name").text) for one in group.elements()}
            for group in place.get("dev-dependencies").members():
                dev |= {normalise(one.get("name").text) for one in group.elements()}
    return frozenset(direct), frozenset(dev)


def _is_own(origin: Place) -> bool:
    """Whether a source is a folder; uv takes a registry or an address that stands beside it instead."""
    return any(key in origin for key in _OWN) and not any(key in origin for key in ("registry", *_ELSEWHERE))


def _read_package(source: Source, place: Place, about: About) -> Entry:
    origin = place.get("source")
    for key, kind in _ELSEWHERE.items():
        if key in origin:
            return loose(source, origin.line, kind, origin.get(key).text, about)
    version = place.get("version")
    if not version.text:
        return source.unknown(place.line, "a package without a version")
    return pinned(source, version.line, PYPI, version.text, about)
