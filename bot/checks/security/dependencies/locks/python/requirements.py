"""pip's requirements and constraints files.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/ (read 2026-11-30). Markers are not judged:
what is asked for on some platform counts. Files that `-r` and `-c` name are read too, once each.
Out of sight: options given to pip on its command line or in its configuration.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import (
    FILES,
    PYPI,
    About,
    Entry,
    Source,
    hashes,
    loose,
    pinned,
)
from bot.checks.security.dependencies.locks.python.indexes import registry_of
from bot.checks.security.dependencies.locks.python.requirement import normalise, parse_requirement
from bot.checks.security.dependencies.locks.python.requirements_lines import Line, split_lines
from bot.checks.security.text.located import UnreadableError
from bot.model import Unknown

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_INDEXES: Final = ("--index-url", "--extra-index-url", "--find-links")
_INCLUDES: Final = ("--requirement", "--constraint")
_MAX_CONSTRAINTS: Final = 20


def read(source: Source) -> Iterator[Entry]:
    """Yield what the file itself asks for; not what is in the files that it names."""
    lines = split_lines(source.content)
    registry = _registry(lines)
    pins = _constraints(source, lines)
    for line in lines:
        yield from _find_faults(source, line)
        wanted = line.values("--editable") or [line.requirement]
        for text in filter(None, wanted):
            yield _read_requirement(source, line, text, registry, pins)


def follow(source: Source) -> Iterator[str]:
    """Yield the paths of the files that the file names and that the tree has.

    Raises:
        UnreadableError: the file is no text.
    """
    for line in split_lines(source.content):
        for option, value in line.options:
            if option in _INCLUDES and (path := _resolve(source, value)):
                yield path


def _read_requirement(source: Source, line: Line, text: str, registry: str, pins: Mapping[str, str]) -> Entry:
    wanted = parse_requirement(text)
    if wanted is None:
        return source.unknown(line.number, "a line that is no requirement of pip's grammar")
    version = wanted.version or (pins.get(wanted.name, "") if wanted.origin is Origin.UNPINNED else "")
    # Where another index is named too, pip takes a package from any of them.
    about = About(name=wanted.name, registry=registry, integrity=hashes(line.hashes))
    if version:
        return pinned(source, line.number, PYPI, version, about)
    origin = wanted.origin if wanted.origin is not Origin.REGISTRY else Origin.PATH
    return loose(source, line.number, origin, wanted.said or ("" if origin is Origin.UNPINNED else text), about)


def _find_faults(source: Source, line: Line) -> Iterator[Unknown]:
    if line.fault:
        yield source.unknown(line.number, line.fault)
    for option, value in line.options:
        if option not in _INCLUDES:
            continue
        path = _resolve(source, value)
        if path is None:
            reason = f"{option} names a file outside of the repository"
            yield source.unknown(line.number, reason, "put the file into the repository")
        elif (entry := source.tree.entry(path)) is None or entry.mode not in FILES:
            reason = f"{option} names what is no file of the tree"
            yield source.unknown(line.number, reason, "add the file, or take the line out")


def _resolve(source: Source, value: str) -> str | None:
    path = posixpath.normpath(source.folder + value)
    outside = path.startswith(("../", "/")) or path == ".."
    return None if not value or outside or _SCHEME.match(value) else path


def _registry(lines: Sequence[Line]) -> str:
    return registry_of(*(value for line in lines for option, value in line.options if option in _INDEXES))


def _constraints(source: Source, lines: Sequence[Line]) -> Mapping[str, str]:
    """The versions that constraints files fix, by name."""
    pins: dict[str, str] = {}
    paths = {path for line in lines for value in line.values("--constraint") if (path := _resolve(source, value))}
    for path in sorted(paths)[:_MAX_CONSTRAINTS]:
        if named := source.at(path):
            pins.update(_pins(named.content))
    return pins


@lru_cache(maxsize=16)
def _pins(content: bytes) -> Mapping[str, str]:
    try:
        lines = split_lines(content)
    except UnreadableError:
        return {}
    found = (parse_requirement(line.requirement) for line in lines if line.requirement)
    return {normalise(one.name): one.version for one in found if one and one.version}
