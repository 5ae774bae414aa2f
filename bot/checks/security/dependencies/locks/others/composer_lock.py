"""Composer's `composer.lock`.

Source: https://getcomposer.org/doc/01-basic-usage.md and Composer's class `Locker` (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import PACKAGIST, About, Entry, Source, host_of, loose, pinned
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError

_DEFAULT_HOSTS: Final = frozenset({"", "packagist.org", "repo.packagist.org"})
_BRANCH: Final = ("dev-", "-dev")


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names, then those for development."""
    root = read_json(source.text)
    if not root.get("packages").is_list:
        raise UnreadableError(1, "is no lock of Composer: it has no list of packages")
    for group in ("packages", "packages-dev"):
        for place in root.get(group).elements():
            yield _read_package(source, place, dev=group != "packages")


def _read_package(source: Source, place: Place, *, dev: bool) -> Entry:
    version, origin = place.get("version"), place.get("source")
    notified = host_of(place.get("notification-url").text)
    about = About(
        # Packagist compares names without regard to case.
        name=place.get("name").text.lower(),
        registry="" if notified in _DEFAULT_HOSTS else notified,
        integrity=place.get("dist", "shasum").text,
        dev=dev,
    )
    if place.get("dist", "type").text == "path":
        return loose(source, version.line, Origin.PATH, place.get("dist", "url").text, about)
    if version.text.startswith(_BRANCH[0]) or version.text.endswith(_BRANCH[1]):
        return loose(source, origin.get("url").line, Origin.VCS, origin.get("url").text, about)
    # What no registry is told of was found in a repository or an archive that the project names.
    address = origin.get("url").text or place.get("dist", "url").text
    if address and not notified:
        return loose(source, version.line, Origin.VCS if origin else Origin.URL, address, about)
    if not version.text:
        return source.unknown(place.line, "a package without a version")
    return pinned(source, version.line, PACKAGIST, version.text, about)
