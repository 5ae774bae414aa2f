"""Bun's `bun.lock`: JSON with trailing commas, one list a package.

Source: https://bun.sh/docs/pm/lockfile (read 2026-11-30) and the type `BunLockFile` of the package bun-types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import NPM, About, Entry, Own, Source, host_of, loose, pinned
from bot.checks.security.dependencies.locks.node.addresses import is_of_registry, is_own_folder, origin_of
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError

_OWN: Final = ("workspace:", "root:", "link:")
_GROUPS: Final = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_DEFAULT_HOST: Final = "registry.npmjs.org"


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    root = read_json(source.text, trailing_commas=True)
    if "lockfileVersion" not in root or not root.get("packages").is_mapping:
        raise UnreadableError(1, "is no lock of Bun: it has no version or no packages")
    asked = {
        wanted.key
        for workspace in root.get("workspaces").members()
        for group in _GROUPS
        for wanted in workspace.get(group).members()
    }
    for place in root.get("packages").members():
        parts = list(place.elements())
        if not parts or not parts[0].text:
            yield source.unknown(place.line, "an entry that is no list with a name")
        else:
            yield from _read_package(source, place, parts, asked)


def _read_package(source: Source, place: Place, parts: list[Place], asked: set[str]) -> Iterator[Entry]:
    said = parts[0].text
    name, _, where = said[1:].partition("@")
    about = About(name=said[:1] + name, direct=place.key in asked)
    line = parts[0].line
    origin = origin_of(where)
    if where.startswith(_OWN) or (origin is Origin.PATH and is_own_folder(where)):
        yield Own(about.name)
        return
    if origin or not where[:1].isdigit():
        yield loose(source, line, origin or Origin.URL, where, about)
        return
    address = parts[1].text if len(parts) > 1 else ""
    about = replace(about, integrity=parts[-1].text if len(parts) > 3 else "")  # noqa: PLR2004 - name, registry, what it needs, hash
    if address.endswith(".tgz") and not is_of_registry(address, about.name, where):
        yield loose(source, line, Origin.URL, address, about)
        return
    host = host_of(address)
    yield pinned(source, line, NPM, where, replace(about, registry="" if host == _DEFAULT_HOST else host))
