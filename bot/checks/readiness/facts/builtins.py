"""Caches, queues and stores that no manifest names: what a framework brings, and what the program keeps of its own.

Source: https://laravel.com/docs/12.x/cache, https://guides.rubyonrails.org/caching_with_rails.html,
https://docs.spring.io/spring-framework/reference/integration/cache.html and
https://learn.microsoft.com/aspnet/core/performance/caching/overview (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.standing import DESKTOP_FILE
from bot.checks.readiness.facts.source.index import Source

_COMPOSE = ("compose*.y*ml", "docker-compose*.y*ml")
_IMAGE = re.compile(r"^\s*image:\s*[\"']?([^\s\"'#]+)")
_MAX_FILES = 200


@dataclass(frozen=True)
class BuiltIn:
    """Where something is used that needs no client.

    Attributes:
        beside: whether it may be, or is, a server beside the program; what is kept in the process is none.
    """

    shows: str
    path: str
    line: int
    beside: bool


@dataclass(frozen=True, kw_only=True)
class _Look:
    shows: str
    words: Sequence[str]
    line: re.Pattern[str]
    path: re.Pattern[str]
    language: str | None
    image: re.Pattern[str] | None
    beside: bool


@cache
def _looks() -> Mapping[str, Sequence[_Look]]:
    import yaml

    text = files("bot.checks.readiness.facts").joinpath("builtins.yml").read_text("utf-8")
    return {trait: [_look(one) for one in entries] for trait, entries in yaml.safe_load(text).items()}


def _look(entry: Mapping[str, str]) -> _Look:
    return _Look(
        shows=entry["shows"],
        words=entry["words"],
        line=re.compile(entry["line"]),
        path=re.compile(entry.get("path", "")),
        language=entry.get("language"),
        image=re.compile(entry["image"]) if "image" in entry else None,
        beside=bool(entry.get("beside")),
    )


def find_built_in(files: Files, source: Source, trait: str) -> BuiltIn | None:
    """What shows a trait without a client of it; what may stand beside the program first."""
    found = [built for look in _looks().get(trait, ()) if (built := _find(files, source, look))]
    return next((one for one in found if one.beside), found[0] if found else None)


def _find(files: Files, source: Source, look: _Look) -> BuiltIn | None:
    if look.image is not None and not any(look.image.search(image) for image in _images(files)):
        return None
    paths = [path for path in source.mentioning(*look.words, language=look.language) if look.path.search(path)]
    for path in [one for one in paths if not DESKTOP_FILE.search(one)][:_MAX_FILES]:
        for number, line in enumerate(source.file(path).lines, start=1):
            if look.line.search(line[:1000]):
                return BuiltIn(look.shows, path, number, look.beside)
    return None


def _images(files: Files) -> Iterator[str]:
    for path in files.select(*_COMPOSE):
        for line in files.lines(path):
            if image := _IMAGE.match(line[:500]):
                yield image[1]
