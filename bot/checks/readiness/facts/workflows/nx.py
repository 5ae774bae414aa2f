"""What Nx runs for a command: the targets of that name of its projects, by the program that an executor starts.

Source: https://nx.dev/nx-api/nx/documents/run-many, https://nx.dev/reference/project-configuration and
https://nx.dev/concepts/inferred-tasks (read 2026-11-30).
Out of sight: which of the projects a command leaves out; executors of the repository's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.located import Place
from bot.model import Json

# Nx's executors and plugins of either owner, and what they start.
_PROGRAMS = (
    (re.compile(r"@(?:nx|nrwl)/jest(?::jest|/plugin)"), "jest"),
    (re.compile(r"@(?:nx|nrwl)/vite(?:st)?:test|@nx/vite(?:st)?(?:/plugin)?"), "vitest run"),
    (re.compile(r"@(?:nx|nrwl)/playwright(?::playwright|/plugin)"), "playwright test"),
    (re.compile(r"@(?:nx|nrwl)/cypress(?::cypress|/plugin)"), "cypress run"),
    (re.compile(r"@(?:angular-devkit/build-angular:karma|angular/build:unit-test)"), "ng test"),
)
_DEFAULT_NAMES = {"jest": "test", "vitest run": "test", "playwright test": "e2e", "cypress run": "e2e"}
_TARGET_FLAGS = frozenset({"-t", "--target", "--targets"})
_GIVEN = re.compile(r"(?:-t|--targets?)=(.*)")
_VERBS = frozenset({"run", "run-many", "affected"})
_MAX_PROJECTS = 200


@dataclass(frozen=True)
class Task:
    """A command that Nx runs, and where the repository says so."""

    text: str
    place: Place
    folder: str


def targets_of(rest: Sequence[str]) -> Sequence[str]:
    """The names of the targets that a command of Nx asks for, from the words behind `nx`."""
    verb = rest[0] if rest else ""
    if verb.startswith("affected:"):
        return [verb.partition(":")[2]]
    if verb == "run":
        return [one.split(":")[1] for one in rest[1:2] if ":" in one]
    if verb not in _VERBS:
        return [verb] if re.fullmatch(r"[\w-]+", verb) and not verb.startswith("-") else []
    names: list[str] = []
    taking = False
    for one in rest[1:]:
        if given := _GIVEN.fullmatch(one):
            names += given[1].split(",")
        elif taking and not one.startswith("-"):
            names += one.split(",")
        taking = one in _TARGET_FLAGS or (taking and not one.startswith("-"))
    return [name for name in names if name]


def follow_nx(files: Files, rest: Sequence[str]) -> Iterator[Task]:
    """Yield what the repository's projects run for a command of Nx."""
    names = targets_of(rest)
    for path in islice(files.select("project.json", roles=(Role.PRODUCT, Role.TEST)), _MAX_PROJECTS) if names else ():
        document = files.parsed(path)
        if document is not None:
            yield from (task for name in names for task in _of_target(document, path, name))
    document = files.parsed("nx.json") if names and "nx.json" in files else None
    plugins = document.get("plugins") if document is not None else None
    for at, plugin in enumerate(plugins if isinstance(plugins, Sequence) and not isinstance(plugins, str) else ()):
        program, name = _inferred(plugin)
        if document is not None and program and name in names:
            yield Task(program, Place("nx.json", document.line("plugins", at)), "")


def _of_target(document: Document, path: str, name: str) -> Iterator[Task]:
    place = Place(path, document.line("targets", name))
    options = document.get("targets", name, "options")
    own = [document.get("targets", name, "command"), *(_commands(options) if isinstance(options, Mapping) else ())]
    for text in own:
        if isinstance(text, str):
            yield Task(text, place, "")
    executor = document.get("targets", name, "executor")
    if program := _program(executor):
        yield Task(program, place, path.rpartition("/")[0])


def _commands(options: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the commands of the executor `nx:run-commands`."""
    yield options.get("command")
    listed = options.get("commands")
    for one in listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ():
        yield one.get("command") if isinstance(one, Mapping) else one


def _program(executor: Json) -> str | None:
    if not isinstance(executor, str):
        return None
    return next((program for pattern, program in _PROGRAMS if pattern.fullmatch(executor)), None)


def _inferred(plugin: Json) -> tuple[str | None, str]:
    """What a plugin of nx.json starts, and the name of the target that it gives each such project."""
    options = plugin.get("options") if isinstance(plugin, Mapping) else None
    program = _program(plugin.get("plugin") if isinstance(plugin, Mapping) else plugin)
    given = None
    if isinstance(options, Mapping):
        given = options.get("testTargetName") or options.get("targetName")
    return program, given if isinstance(given, str) else _DEFAULT_NAMES.get(program or "", "")
