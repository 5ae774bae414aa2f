"""pnpm's `pnpm-lock.yaml`, versions 5, 6 and 9.

Source: https://github.com/pnpm/spec/blob/master/lockfile/ (read 2026-11-30), and as the versions 6 to 10 write it.
The keys of `packages` are `/name/1.0.0_peers` (5), `/name@1.0.0(peer@1.0.0)` (6) and `name@1.0.0` (9), with a host
before them where the registry is not the default one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import NPM, About, Entry, Own, Source, host_of, loose, pinned
from bot.checks.security.dependencies.locks.node.addresses import is_of_registry, is_own_folder, origin_of
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.yaml_text import read_yaml

_GROUPS: Final = ("dependencies", "devDependencies", "optionalDependencies")
_SLASHED: Final = re.compile(r"(?P<host>[^/@]*)/(?P<name>(?:@[^/]+/)?[^/@]+)/(?P<version>\d[^/_()]*)(?:[_(].*)?")
_AT: Final = re.compile(r"(?:(?P<host>[^/@]*)/)?(?P<name>(?:@[^/@]+/)?[^/@]+)@(?P<version>\d[^/_()@]*)(?:[_(].*)?")


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names; of several documents each is a lock."""
    documents = read_yaml(source.text)
    if not documents:
        raise UnreadableError(1, "is empty")
    for root in documents:
        if "lockfileVersion" not in root:
            raise UnreadableError(root.line, "is no lock of pnpm: it says no version")
        direct = _asked_for(root)
        yield from (Own(name) for name in _linked(root))
        for place in root.get("packages").members():
            yield from _read_package(source, place, direct)


def _asked_for(root: Place) -> frozenset[str]:
    """What the project and its workspaces ask for, as `name@version` without peers."""
    projects = list(root.get("importers").members()) or [root]
    asked = set()
    for project in projects:
        for group in _GROUPS:
            for wanted in project.get(group).members():
                version = wanted.text or wanted.get("version").text
                found = _SLASHED.fullmatch(version) or _AT.fullmatch(version)
                plain = re.split(r"[_(]", version, maxsplit=1)[0]
                asked.add(f"{found['name']}@{found['version']}" if found else f"{wanted.key}@{plain}")
    return frozenset(asked)


def _linked(root: Place) -> Iterator[str]:
    """Yield the names of what projects take from folders."""
    for project in [*root.get("importers").members(), root]:
        for group in _GROUPS:
            for wanted in project.get(group).members():
                if (wanted.text or wanted.get("version").text).startswith(("link:", "file:")):
                    yield wanted.key


def _read_package(source: Source, place: Place, direct: frozenset[str]) -> Iterator[Entry]:
    resolution = place.get("resolution")
    if not place.is_mapping or not resolution.is_mapping:
        yield source.unknown(place.line, "an entry without a resolution")
        return
    found = _SLASHED.fullmatch(place.key) or _AT.fullmatch(place.key)
    name = found["name"] if found else place.get("name").text or place.key[:1] + place.key[1:].partition("@")[0]
    version = found["version"] if found else ""
    about = About(
        name=name,
        registry=(found["host"] or "") if found else "",
        integrity=resolution.get("integrity").text,
        install_script=place.get("requiresBuild").text == "true",
        dev=place.get("dev").text == "true",
        direct=f"{name}@{version}" in direct if found else None,
    )
    yield from _place(source, place, version, about)


def _place(source: Source, place: Place, version: str, about: About) -> Iterator[Entry]:
    resolution = place.get("resolution")
    tarball = resolution.get("tarball").text
    # Without the type pnpm takes the package from its registry, whatever folder stands there.
    if resolution.get("type").text == "directory":
        if not is_own_folder(f"file:{resolution.get('directory').text}"):
            yield loose(source, place.line, Origin.PATH, resolution.get("directory").text, about)
    elif resolution.get("repo"):
        yield loose(source, place.line, Origin.VCS, resolution.get("repo").text, about)
    elif not version or (tarball and not is_of_registry(tarball, about.name, version)):
        address = tarball or place.key
        yield loose(source, place.line, origin_of(address) or Origin.URL, address, about)
    else:
        host = about.registry or (host_of(tarball) if tarball else "")
        registry = "" if host == "registry.npmjs.org" else host
        yield pinned(source, place.line, NPM, version, replace(about, registry=registry))
