"""Compose files: services, what they build, run and are given.

Source: https://docs.docker.com/reference/compose-file/ (read 2026-11-29).
Out of sight: `include`, and `extends` of other files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, normpath

from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.located import Located, Place, get_in, locate, place_in, text_of

_NAMES = (
    *("compose*.yml", "compose*.yaml", "docker-compose*.yml", "docker-compose*.yaml"),
    *("*.compose.yml", "*quickstart*.yml"),
)
_TOP = re.compile(rb"^services:", re.MULTILINE)
_ELSEWHERE = re.compile(r"(?:^|/)\.devcontainer/", re.IGNORECASE)
_OF_PIPELINES = re.compile(r"(?:^|/)\.(?:github|circleci|gitlab|ci)/", re.IGNORECASE)
_FOLDERS = re.compile(r"^(?:deploy|infra)/|(?:^|/)(?:docker|compose|docker-compose)/")
_MAX_OTHERS = 400
_SET = re.compile(r"^[ \t]*+(\w++)[ \t]*+=[ \t]*+[\"']?([^\s\"'#]*)")
# The folder that Compose is started in, and those above it.
_SOURCES = frozenset({".", "./", "..", "../", "../..", "${PWD}", "$PWD"})
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^{}]*))?\}|(\w+))")


@dataclass(frozen=True)
class Service:
    """A service.

    Attributes:
        builds: the folder that it is built from, as the repository has it; None where it is not built.
        dockerfiles: where its Dockerfile may stand: below that folder, or where the repository begins.
    """

    name: str
    image: str
    builds: str | None
    dockerfiles: frozenset[str]
    place: Place
    value: Mapping[str, object] = field(repr=False)

    def at(self, *keys: str | int) -> Place:
        """Where a key of the service stands."""
        return place_in(self.value, self.place, *keys)

    @property
    def environment(self) -> Mapping[str, str]:
        """What it is given as environment; names without a value have an empty one."""
        given = self.value.get("environment")
        if isinstance(given, dict):
            return {key: "" if one is None else str(one) for key, one in given.items()}
        texts = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
        return {one.partition("=")[0]: one.partition("=")[2] for one in texts}


@dataclass(frozen=True)
class ComposeFile:
    """A file with services."""

    path: str
    services: Sequence[Service]


class Compose:
    """The Compose files of a repository."""

    def __init__(self, files: Files) -> None:
        named = [path for path in files.select(*_NAMES) if not (_ELSEWHERE.search(path) or _OF_PIPELINES.search(path))]
        others = [
            path
            for path in files.select("*.yml", "*.yaml")
            # Pipelines of some CI systems have services of their own.
            if (("/" not in path and not path.startswith(".")) or _FOLDERS.search(path)) and path not in named
        ]
        paths = named + [path for path in others[:_MAX_OTHERS] if _TOP.search(files.content(path) or b"")]
        self.files: Sequence[ComposeFile] = _read_all(files, paths)
        self._all = files

    @cached_property
    def examples(self) -> Sequence[ComposeFile]:
        """Files for whoever runs the product elsewhere, to be copied: `compose.example.yml`."""
        return _read_all(self._all, self._all.select(*_NAMES, roles=(Role.EXAMPLE,)))

    @cached_property
    def of_containers(self) -> Sequence[ComposeFile]:
        """Files of development containers."""
        return _read_all(self._all, [path for path in self._all.select(*_NAMES) if _ELSEWHERE.search(path)])


def _read_all(files: Files, paths: Sequence[str]) -> Sequence[ComposeFile]:
    found = (_read(files, path) for path in paths)
    return [one for one in found if one is not None and one.services]


def _read(files: Files, path: str) -> ComposeFile | None:
    document = files.parsed(path)
    if document is None:
        return None
    value = locate(document.value, document.first.lines, lambda line: Place(path, line))
    services = get_in(value, "services")
    if not isinstance(services, Located):
        return None
    variables = _variables(files, dirname(path))
    found = []
    for name, one in services.items():
        if not isinstance(one, dict) or not ({"image", "build", "extends"} & one.keys()):
            continue
        build = one.get("build")
        context = _filled(text_of(build) or text_of(get_in(build, "context")) or ("." if build else ""), variables)
        folder = normpath(f"{dirname(path) or '.'}/{context}") if context else None
        dockerfile = _filled(text_of(get_in(build, "dockerfile")) or "Dockerfile", variables)
        dockerfiles = {normpath(f"{folder}/{dockerfile}"), normpath(dockerfile)} if folder is not None else ()
        place = services.places.get(name, Place(path, 1))
        found.append(Service(name, text_of(one.get("image")), folder, frozenset(dockerfiles), place, one))
    return ComposeFile(path, found)


def _variables(files: Files, folder: str) -> Mapping[str, str]:
    """What Compose puts in for variables: the values of the `.env` that is committed beside its file."""
    path = f"{folder}/.env" if folder else ".env"
    lines = files.lines(path) if path in files.paths else ()
    return {found[1]: found[2] for line in lines if (found := _SET.match(line))}


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """A text with the variables put in whose values, or whose defaults, are committed."""
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[3]) or found[2] or found[0], text)


def mounts_sources(service: Service, path: str) -> bool:
    """Whether a service of a file of Compose runs the sources, in place of what its image holds."""
    volumes = service.value.get("volumes")
    return any(_is_source(one, dirname(path), service.builds) for one in (volumes if isinstance(volumes, list) else ()))


def _is_source(volume: object, folder: str, built: str | None) -> bool:
    """Whether it is the folder that Compose is started in, one above it, or the one that the image is built from."""
    source = text_of(volume).partition(":")[0] or text_of(get_in(volume, "source"))
    relative = source.startswith(".") and normpath(f"{folder or '.'}/{source}") == built
    return relative or source in _SOURCES
