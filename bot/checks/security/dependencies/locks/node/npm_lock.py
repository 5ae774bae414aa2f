"""npm's `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json (read 2026-11-30). Version 2 says everything
twice; `packages` is what npm reads since its version 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import About, Entry, Own, Source
from bot.checks.security.dependencies.locks.node.addresses import is_own_folder, origin_of, place_package
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError

_FOLDER: Final = "node_modules/"
_GROUPS: Final = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock places, one for each place."""
    root = read_json(source.text)
    if "packages" in root:
        if not root.get("packages").is_mapping:
            raise UnreadableError(root.get("packages").line, "has no mapping of packages")
        yield from _read_packages(source, root.get("packages"))
    elif "lockfileVersion" in root or "dependencies" in root:
        yield from _read_dependencies(source, root.get("dependencies"))
    else:
        raise UnreadableError(1, "has neither packages nor dependencies")


def _read_packages(source: Source, packages: Place) -> Iterator[Entry]:
    direct = _asked_for(packages)
    for place in packages.members():
        # What is outside of `node_modules` is the project's own; a link leads there.
        folder = place.key.rpartition(_FOLDER)
        if not folder[1]:
            continue
        if place.is_true_at("link"):
            yield Own(folder[2])
            continue
        if not place.is_mapping:
            yield source.unknown(place.line, "an entry that is no mapping")
            continue
        about = About(
            name=place.text_at("name") or folder[2],
            integrity=place.text_at("integrity"),
            install_script=place.is_true_at("hasInstallScript"),
            dev=place.is_true_at("dev") or place.is_true_at("devOptional"),
            direct=place.key in direct,
        )
        version = place.get("version")
        yield place_package(source, version.line, version.text, place.text_at("resolved"), about)


def _asked_for(packages: Place) -> frozenset[str]:
    """The places of what the project and its workspaces ask for."""
    asked = set()
    projects = [key for key in packages.keys if _FOLDER not in key]
    for key in projects:
        prefix = f"{key}/" if key else ""
        for group in _GROUPS:
            for wanted in packages.get(key, group).members():
                asked |= {_FOLDER + wanted.key, prefix + _FOLDER + wanted.key}
    return frozenset(asked)


def _read_dependencies(source: Source, dependencies: Place) -> Iterator[Entry]:
    waiting = [(dependencies, True)]
    while waiting:
        level, top = waiting.pop()
        for place in level.members():
            if not place.is_mapping:
                yield source.unknown(place.line, "an entry that is no mapping")
                continue
            if not is_own_folder(place.get("version").text):
                yield _read_dependency(source, place, top=top)
            if "dependencies" in place:
                waiting.append((place.get("dependencies"), False))


def _read_dependency(source: Source, place: Place, *, top: bool) -> Entry:
    name, version = place.key, place.get("version").text
    address = place.text_at("resolved")
    if version.startswith("npm:"):
        name, _, version = version.removeprefix("npm:").rpartition("@")
    elif origin_of(version):
        address = version
    about = About(
        name=name,
        integrity=place.text_at("integrity"),
        dev=place.is_true_at("dev"),
        # The first format hoists packages that nobody at the root asked for.
        direct=None if top else False,
    )
    return place_package(source, place.get("version").line, version, address, about)
