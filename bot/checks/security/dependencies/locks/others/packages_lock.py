"""NuGet's `packages.lock.json`.

Source: https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files#locking-dependencies
(read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.locks.entries import NUGET, About, Entry, Source, pinned
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import UnreadableError


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages of each framework; projects of the same solution are left out."""
    root = read_json(source.text)
    if not root.get("dependencies").is_mapping:
        raise UnreadableError(1, "is no lock of NuGet: it has no mapping of dependencies")
    for framework in root.get("dependencies").members():
        for place in framework.members():
            kind = place.get("type").text
            if kind == "Project":
                continue
            version = place.get("resolved")
            if not version.text:
                yield source.unknown(place.line, "a package without a version")
                continue
            about = About(name=place.key, integrity=place.get("contentHash").text, direct=kind == "Direct")
            yield pinned(source, version.line, NUGET, version.text, about)
