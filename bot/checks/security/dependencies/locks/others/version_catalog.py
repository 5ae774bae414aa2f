"""Gradle's version catalogs, `gradle/libs.versions.toml` and others of that name.

Source: https://docs.gradle.org/current/userguide/version_catalogs.html (read 2026-11-30). A catalog says what a build
may use; Gradle may select a newer version where another module asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import MAVEN, About, Entry, Source, loose, pinned
from bot.checks.security.dependencies.locks.others.ranges import is_exact_of_maven
from bot.checks.security.text.located import Place
from bot.checks.security.text.toml_text import read_toml


def read(source: Source) -> Iterator[Entry]:
    """Yield the libraries and the plugins; a version that several share counts for each, at its own line."""
    root = read_toml(source.text)
    versions = root.get("versions")
    for place in root.get("libraries").members():
        yield _read_entry(source, place, _module(place), versions)
    for place in root.get("plugins").members():
        name = place.text.partition(":")[0] or place.get("id").text
        # A plugin is found by a module that is named after it.
        yield _read_entry(source, place, f"{name}:{name}.gradle.plugin", versions)


def _module(place: Place) -> str:
    if place.text:
        return ":".join(place.text.split(":")[:2])
    return place.get("module").text or f"{place.get('group').text}:{place.get('name').text}"


def _read_entry(source: Source, place: Place, module: str, versions: Place) -> Entry:
    said = place.get("version")
    if place.text:
        version, line = place.text.rpartition(":")[2], place.line
    elif reference := said.get("ref").text:
        said = versions.get(reference)
        version, line = _version(said), said.line
    else:
        version, line = _version(said), said.line
    about = About(name=module, direct=True)
    if not is_exact_of_maven(version):
        return loose(source, line, Origin.UNPINNED, version, about)
    return pinned(source, line, MAVEN, version, about)


def _version(place: Place) -> str:
    """The version of a plain one or of a rich one."""
    said = (place.text, *(place.get(key).text for key in ("strictly", "require", "prefer")))
    return next(filter(None, said), "")
