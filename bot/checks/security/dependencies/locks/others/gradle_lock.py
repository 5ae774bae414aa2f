"""Gradle's `gradle.lockfile` and `buildscript-gradle.lockfile`, and the older `gradle/dependency-locks/*.lockfile`.

Source: https://docs.gradle.org/current/userguide/dependency_locking.html (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import MAVEN, About, Entry, Source, pinned

_PARTS: Final = 3


def read(source: Source) -> Iterator[Entry]:
    """Yield the modules that the lock names."""
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith(("#", "empty=")):
            continue
        module, _, configurations = line.partition("=")
        parts = module.split(":")
        if len(parts) != _PARTS or not all(parts):
            yield source.unknown(number, "a line that is no group, name and version")
            continue
        dev = bool(configurations) and all("test" in one.lower() for one in configurations.split(","))
        yield pinned(source, number, MAVEN, parts[2], About(name=f"{parts[0]}:{parts[1]}", dev=dev))
