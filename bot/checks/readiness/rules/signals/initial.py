"""Scripts that the image of a database runs once, while it holds nothing yet, and those that Spring runs as it starts.

Rule: what an image copies, or a service of Compose mounts, into `/docker-entrypoint-initdb.d` is run; of Spring, where
production is told to always initialize, the files of rows beside the settings, by the names that are told or its own.
Sources: https://github.com/docker-library/docs/blob/master/postgres/content.md#initialization-scripts (the images of
MySQL, MariaDB and MongoDB do the same) and https://docs.spring.io/spring-boot/how-to/data-initialization.html (read
2026-11-30).
Out of sight: scripts that are packed, and what a script of the shell runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from posixpath import dirname, normpath

from bot.checks.readiness.facts.compose import Service, mounts_sources
from bot.checks.readiness.facts.located import text_of
from bot.checks.readiness.facts.spring import find_spring_settings, items_of
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.signals.ask import InitialSignal
from bot.globs import Glob
from bot.model import Evidence

_FOLDER = "docker-entrypoint-initdb.d"
_PACKED = (".gz", ".xz", ".zst", ".bz2")
_OF_SPRING = "spring.sql.init"
_ROWS = re.compile(r"data(?:-\w{1,40})?\.sql")
_MAX_LINE = 2_000
# Compose files to develop with, and to test.
_TRIED = re.compile(r"(?:^|[._/-])(?:override|dev|devel|development|local|tests?|ci|e2e)(?:[._/-]|$)", re.IGNORECASE)


def find_initial(look: Look, signal: InitialSignal, pattern: re.Pattern[str]) -> Iterator[Evidence]:
    """Yield of each script the first line that the signal's pattern is found in."""
    for path in _scripts(look):
        for number, line in enumerate(look.files.lines(path), start=1):
            if pattern.search(line[:_MAX_LINE]):
                yield Evidence(path=path, line=number, text="an empty database is filled", strength=signal.shows)
                break


def find_packed(look: Look) -> Sequence[str]:
    """The scripts that could hold anything."""
    return [path for path in _scripts(look) if path.endswith(_PACKED)]


def _scripts(look: Look) -> Sequence[str]:
    sources = frozenset([*_copied(look), *_mounted(look), *_started(look)])
    patterns = [Glob(one) for one in sources if "*" in one]
    return [path for path in look.files.paths if _is_meant(path, sources, patterns)] if sources else ()


def _started(look: Look) -> Iterator[str]:
    """Yield the files of rows that programs of Spring run each time they start."""
    told = {(dirname(one.path), ".".join(one.names)): one for one in find_spring_settings(look.files)}
    for (folder, name), one in told.items():
        if name == f"{_OF_SPRING}.mode" and str(one.value).strip().lower() == "always":
            named = told.get((folder, f"{_OF_SPRING}.data-locations"))
            names = {item.rpartition("/")[2] for item in items_of(named.value)} if named else set()
            rows = (path for path in look.files.paths if path.startswith(f"{folder}/") and path.endswith(".sql"))
            for path in rows:
                last = path.rpartition("/")[2]
                if last in names or (not names and _ROWS.fullmatch(last)):
                    yield path


def _is_meant(path: str, sources: Collection[str], patterns: Sequence[Glob]) -> bool:
    above = accumulate(path.split("/"), lambda folder, name: f"{folder}/{name}")
    return any(one in sources for one in above) or any(one.matches(path) for one in patterns)


def _copied(look: Look) -> Iterator[str]:
    """Yield what images copy, told from each folder that they may be built from; not those to develop with."""
    for image in look.images.all:
        if _TRIED.search(image.path):
            continue
        contexts = [service.builds for service in _services(look) if image.path in service.dockerfiles]
        for one in image.last.of("COPY", "ADD"):
            words = re.findall(r"[^\s\"',\[\]]+", one.text) if _FOLDER in one.text else []
            for word in words[:-1]:
                if not word.startswith("--"):
                    yield from (normpath(f"{folder or '.'}/{word}") for folder in {image.folder, *contexts})


def _mounted(look: Look) -> Iterator[str]:
    for file in look.compose.files:
        # Where a service runs the sources, who develops is brought up a database.
        tried = _TRIED.search(file.path) or any(mounts_sources(one, file.path) for one in file.services)
        for service in file.services if not tried else ():
            volumes = service.value.get("volumes")
            for one in volumes if isinstance(volumes, list) else ():
                source, target = _mount(one)
                if _FOLDER in target and source.startswith("."):
                    yield normpath(f"{dirname(file.path) or '.'}/{source}")


def _mount(volume: object) -> tuple[str, str]:
    if isinstance(volume, dict):
        return text_of(volume.get("source")), text_of(volume.get("target"))
    source, _, target = text_of(volume).partition(":")
    return source, target


def _services(look: Look) -> Iterator[Service]:
    for file in look.compose.files:
        yield from file.services
