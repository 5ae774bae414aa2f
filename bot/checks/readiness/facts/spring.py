"""Settings of Spring's and Quarkus' programs that are committed: what production is told, by the whole key.

Rule: `application.yml` or `.properties`, with what `application-prod*` of the same folder says in its place; a document
that is for a profile counts where one of its profiles is production's.
Source: https://docs.spring.io/spring-boot/reference/features/external-config.html (read 2026-11-30).
Out of sight: the environment, which overrides both; expressions of profiles other than a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from bot.checks.readiness.facts.appsettings import Setting
from bot.checks.readiness.facts.files import Files
from bot.model import Json

# Of a folder, what comes later overrides what comes earlier.
_NAMES = (
    ("application.yml", "application.yaml", "application.properties"),
    ("application-prod*.yml", "application-prod*.yaml", "application-prod*.properties"),
)
_PROFILES = frozenset({"spring.config.activate.on-profile", "spring.profiles"})
_PRODUCTION = re.compile(r"[^!]*(?<!non)(?<!non[_-])(?<!not)(?<!pre)(?<!pre[_-])prod|!(?!.*prod)", re.IGNORECASE)
# What separates documents within a file of properties.
_SEPARATOR = re.compile(r"[#!]---\s*")
_LINE = re.compile(r"\s*+([\w.%\[\]-]++)\s*+[=:]\s*+(.*+)")
_MAX_DEPTH = 12
_MAX_LINE = 1_000


def find_spring_settings(files: Files) -> Iterator[Setting]:
    """Yield what each program is told in production: names, in lower case, as the parts of the key between dots."""
    programs: dict[str, dict[tuple[str, ...], Setting]] = {}
    for names in _NAMES:
        for path in files.select(*names):
            told = programs.setdefault(dirname(path), {})
            told.update((one.names, one) for one in read_settings(files, path))
    for one in programs.values():
        yield from one.values()


def read_settings(files: Files, path: str) -> Iterator[Setting]:
    """Yield what one file tells in production."""
    for document in _documents(files, path):
        profiles = [one for one in document if ".".join(one.names) in _PROFILES]
        named = [item for one in profiles for item in items_of(one.value)]
        if not profiles or any(map(_PRODUCTION.match, named)):
            for one in sorted(document, key=_is_of_production):
                yield replace(one, names=one.names[1:]) if _is_of_production(one) else one


def _documents(files: Files, path: str) -> Iterator[Sequence[Setting]]:
    """Yield what each document of a file says."""
    if path.endswith(".properties"):
        yield from _documents_of_lines(path, files.lines(path))
        return
    document = files.parsed(path)
    for part in document.parts if document else ():
        yield [Setting(names, value, path, part.line(*keys)) for keys, names, value in _leaves(part.value, (), ())]


def _documents_of_lines(path: str, lines: Sequence[str]) -> Iterator[Sequence[Setting]]:
    settings: list[Setting] = []
    for number, line in enumerate(lines, 1):
        if _SEPARATOR.fullmatch(line[:_MAX_LINE]):
            yield settings
            settings = []
        elif found := _LINE.match(line[:_MAX_LINE]):
            settings.append(Setting(tuple(found[1].lower().split(".")), found[2].strip(), path, number))
    yield settings


def _is_of_production(setting: Setting) -> bool:
    """Whether Quarkus takes a setting for production alone, in place of the one without that."""
    return setting.names[0] == "%prod"


def _leaves(
    value: Json, keys: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Json]]:
    """Yield each value, or list of values, with its place and the parts of its key."""
    if isinstance(value, Mapping) and len(keys) < _MAX_DEPTH:
        for key, one in value.items():
            yield from _leaves(one, (*keys, key), (*names, *str(key).lower().split(".")))
    elif keys:
        yield keys, names, value


def items_of(value: Json) -> Sequence[str]:
    """The texts of a setting that is a list, or a text with commas."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(one).strip() for one in value]
    return [one.strip(" []\"'") for one in str(value).split(",")]
