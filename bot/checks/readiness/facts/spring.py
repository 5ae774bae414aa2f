"""Settings of Spring's and Quarkus' programs that are committed: what production is told, by the whole key.

Rule: `application.yml` or `.properties`, with what `application-prod*` of the same folder says in its place; a document
of YAML that is for a profile counts where the profile is production's.
Source: https://docs.spring.io/spring-boot/reference/features/external-config.html (read 2026-11-30).
Out of sight: the environment, which overrides both; expressions of profiles other than a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname

from bot.checks.readiness.facts.appsettings import Setting
from bot.checks.readiness.facts.documents import Part
from bot.checks.readiness.facts.files import Files
from bot.model import Json

# Of a folder, what comes later overrides what comes earlier.
_NAMES = (
    ("application.yml", "application.yaml", "application.properties"),
    ("application-prod*.yml", "application-prod*.yaml", "application-prod*.properties"),
)
_PROFILES = (
    ("spring", "config", "activate", "on-profile"),
    ("spring", "profiles"),
    ("spring.config.activate.on-profile",),
)
_PRODUCTION = re.compile(r"prod|^!(?!.*prod)", re.IGNORECASE)
_LINE = re.compile(r"\s*+([\w.%\[\]-]++)\s*+[=:]\s*+(.*+)")
_MAX_DEPTH = 12
_MAX_LINE = 1_000


def find_spring_settings(files: Files) -> Iterator[Setting]:
    """Yield what each program is told in production: names, in lower case, as the parts of the key between dots."""
    programs: dict[str, dict[tuple[str, ...], Setting]] = {}
    for names in _NAMES:
        for path in files.select(*names):
            told = programs.setdefault(dirname(path), {})
            told.update((one.names, one) for one in _read(files, path))
    for one in programs.values():
        yield from one.values()


def _read(files: Files, path: str) -> Iterator[Setting]:
    if path.endswith(".properties"):
        for number, line in enumerate(files.lines(path), 1):
            if found := _LINE.match(line[:_MAX_LINE]):
                yield Setting(tuple(found[1].lower().removeprefix("%prod.").split(".")), found[2].strip(), path, number)
        return
    document = files.parsed(path)
    for part in document.parts if document else ():
        if _is_for_production(part):
            for keys, names, value in _leaves(part.value, (), ()):
                yield Setting(names, value, path, part.line(*keys))


def _is_for_production(part: Part) -> bool:
    profile = next((one for place in _PROFILES if isinstance(one := part.get(*place), str)), None)
    return profile is None or _PRODUCTION.search(profile) is not None


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
