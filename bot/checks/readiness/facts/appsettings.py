"""Settings of .NET's hosts that are committed: what production is told, by section and key.

Rule: `appsettings.json`, with what `appsettings.Production.json` of the same folder says in its place.
Source: https://learn.microsoft.com/aspnet/core/fundamentals/configuration/ (read 2026-11-30).
Out of sight: the environment, which overrides both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname

from bot.checks.readiness.facts.files import Files
from bot.model import Json

_MAX_DEPTH = 8


@dataclass(frozen=True)
class Setting:
    """A value, with the names of its sections and its key in lower case, and where it stands."""

    names: tuple[str, ...]
    value: Json
    path: str
    line: int


def find_settings(files: Files) -> Iterator[Setting]:
    """Yield what each host is told in production."""
    hosts: dict[str, dict[tuple[str, ...], Setting]] = {}
    for name in ("appsettings.json", "appsettings.Production.json"):
        for path in files.select(name):
            document = files.parsed(path)
            host = hosts.setdefault(dirname(path), {})
            for keys, value in _leaves(document.value, ()) if document else ():
                names = tuple(key.lower() for key in keys)
                host[names] = Setting(names, value, path, document.line(*keys) if document else 1)
    for host in hosts.values():
        yield from host.values()


def _leaves(value: Json, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, Mapping) and len(keys) < _MAX_DEPTH:
        for key, one in value.items():
            yield from _leaves(one, (*keys, key))
    elif keys:
        yield keys, value
