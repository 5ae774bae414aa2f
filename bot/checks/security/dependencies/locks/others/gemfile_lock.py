"""Bundler's `Gemfile.lock` and `gems.locked`.

Source: https://bundler.io/man/bundle-lock.1.html and Bundler's class `LockfileParser` (read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import RUBYGEMS, About, Entry, Source, host_of, loose, pinned
from bot.checks.security.text.located import UnreadableError

_SPEC: Final = re.compile(r"    (\S+) \(([^()\s]+)\)")
_SUM: Final = re.compile(r"  (\S+) \(([^()\s]+)\) (\S+)")
_ASKED: Final = re.compile(r"  ([^\s!(]+)")
# A version ends where the name of a platform begins.
_PLATFORM: Final = re.compile(r"-(?=[A-Za-z])")
_DEFAULT_HOSTS: Final = frozenset({"", "rubygems.org", "www.rubygems.org", "index.rubygems.org"})
_SOURCES: Final = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})
_OTHERS: Final = frozenset({"DEPENDENCIES", "PLATFORMS", "RUBY VERSION", "BUNDLED WITH", "CHECKSUMS"})


def read(source: Source) -> Iterator[Entry]:
    """Yield the gems that the lock names, one for each platform's version."""
    lines = [line.rstrip("\r") for line in source.text.split("\n")]
    sections = {line for line in lines if line and line[0] not in " <=>"}
    if "DEPENDENCIES" not in sections and not sections & _SOURCES:
        raise UnreadableError(1, "is no lock of Bundler: it has no section of gems")
    if conflict := next((number for number, line in enumerate(lines, 1) if line.startswith(("<<<<<<<", ">>>>>>>"))), 0):
        raise UnreadableError(conflict, "holds the marks of a merge conflict")
    asked, sums = _read_tail(lines)
    section, remotes = "", list[str]()
    for number, line in enumerate(lines, 1):
        if line and line[0] != " ":
            section, remotes = line, []
            if section not in _SOURCES | _OTHERS:
                # Bundler reads what follows as if the line were not there.
                yield source.unknown(number, "a section that Bundler does not have")
        elif line.startswith("  remote: "):
            remotes.append(line.removeprefix("  remote: ").strip())
        elif section in _SOURCES and (found := _SPEC.fullmatch(line)):
            about = About(name=found[1], integrity=sums.get((found[1], found[2]), ""), direct=found[1] in asked)
            if entry := _read_gem(source, number, section, remotes, found[2], about):
                yield entry


def _read_tail(lines: list[str]) -> tuple[frozenset[str], dict[tuple[str, str], str]]:
    """The names that the project asks for, and the checksums by name and version."""
    asked, sums, section = set(), {}, ""
    for line in lines:
        if line and line[0] != " ":
            section = line
        elif section == "DEPENDENCIES" and (found := _ASKED.match(line)):
            asked.add(found[1])
        elif section == "CHECKSUMS" and (found := _SUM.fullmatch(line)):
            sums[found[1], found[2]] = found[3]
    return frozenset(asked), sums


def _read_gem(  # noqa: PLR0913, PLR0917 - a gem's place and what is said of it
    source: Source, number: int, section: str, remotes: list[str], version: str, about: About
) -> Entry | None:
    remote = remotes[-1] if remotes else ""
    if section == "GIT":
        return loose(source, number, Origin.VCS, remote, about)
    if section == "PATH":
        # A gem of the repository itself, unless its folder is outside.
        return loose(source, number, Origin.PATH, remote, about) if remote.startswith(("/", "~")) else None
    if section != "GEM":
        return loose(source, number, Origin.URL, remote, about)
    registry = " ".join(sorted({host_of(one) for one in remotes} - _DEFAULT_HOSTS))
    plain = _PLATFORM.split(version, maxsplit=1)[0]
    return pinned(source, number, RUBYGEMS, plain, replace(about, registry=registry))
