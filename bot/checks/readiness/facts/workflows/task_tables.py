"""What project managers run by name: tables of tasks in TOML and JSON, such as `pdm run test` and `deno task test`.

A task is a command or several, and may name others that it runs or depends on.
Sources: https://pdm-project.org/latest/usage/scripts/, https://hatch.pypa.io/latest/config/environment/overview/#scripts,
https://rye.astral.sh/guide/pyproject/#toolryescripts, https://pixi.sh/latest/workspace/advanced_tasks/,
https://poethepoet.natn.io/tasks/, https://github.com/taskipy/taskipy, https://pipenv.pypa.io/en/latest/scripts.html,
https://docs.deno.com/runtime/reference/cli/task/, https://github.com/google/wireit (read 2026-11-30).
Out of sight: tasks that call a function, conditions and switches of tasks, files that a table includes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_Table = tuple[str, tuple[str, ...]]
"""A file, and the keys under which it has tasks; `{}` stands for an environment."""
_TABLES: Mapping[str, Sequence[_Table]] = {
    "pdm": [("pyproject.toml", ("tool", "pdm", "scripts"))],
    "hatch": [
        ("pyproject.toml", ("tool", "hatch", "envs", "{}", "scripts")),
        ("hatch.toml", ("envs", "{}", "scripts")),
    ],
    "rye": [("pyproject.toml", ("tool", "rye", "scripts"))],
    "pixi": [
        (file, (*keys, *inner))
        for file, keys in (("pixi.toml", ()), ("pyproject.toml", ("tool", "pixi")))
        for inner in (("tasks",), ("feature", "{}", "tasks"))
    ],
    "pipenv": [("Pipfile", ("scripts",))],
    "poe": [("pyproject.toml", ("tool", "poe", "tasks")), ("poe_tasks.toml", ("tasks",))],
    "task": [("pyproject.toml", ("tool", "taskipy", "tasks"))],
    "deno": [("deno.json", ("tasks",)), ("deno.jsonc", ("tasks",)), ("package.json", ("scripts",))],
    "wireit": [("package.json", ("wireit",))],
}
_VERBS = {"deno": "task", "poe": "", "task": "", "wireit": ""}
RUN_BY = frozenset((manager, "run") for manager in _TABLES if manager not in _VERBS)
"""Managers that run a task, or else a program, by `run`."""
MANAGERS = frozenset(_TABLES) - {"task"}
# The kinds of task of which each element is a task's name, or else a command.
_IN_ORDER = ("composite", "chain", "sequence", "parallel")
_COMMANDS = ("cmd", "shell", "command")
_NEEDED = ("depends-on", "depends_on", "deps", "dependencies", "ref")
# Options of the managers that have a value of their own.
_VALUED = frozenset({"-e", "--env", "--environment", "-p", "--project", "-C", "--directory", "--manifest-path", "-c"})
# Options with which nothing is run, or only shown.
_NOT_DONE = frozenset({"-h", "--help", "-V", "--version", "-l", "--list", "--dry", "--dry-run"})
# Hatch passes over the failure of a command that begins so.
_PASSED_OVER = re.compile(r"\s*-\s+(.+)", re.DOTALL)
_MAX_TASKS = 60
_EVERY_ENVIRONMENT = "*"


@dataclass(frozen=True)
class _Task:
    value: object
    place: Place


def follow_table(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what a command such as `pdm run test` runs: a task and those that it names, or else a program."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    manager = words[0].rpartition("/")[2]
    asked = _asked(manager, words[1:])
    found = list(islice(_tasks(files, manager, asked[0], folder), _MAX_TASKS)) if asked else []
    # What stands behind a task's name is put at the end of its text.
    given = f" {shlex.join(asked[1:])}" if len(asked) > 1 and len(found) == 1 else ""
    for text, place in found:
        yield Script(text + given, place, folder, Manner.ERREXIT)
    if asked and not found and (manager, "run") in RUN_BY:
        yield Script(shlex.join(asked), Place("", 0), folder)


def _asked(manager: str, words: Sequence[str]) -> Sequence[str]:
    """The name of the task, and what it is given."""
    verb = _VERBS.get(manager, "run")
    rest = _after_options(words)
    if verb:
        if rest[:1] != [verb]:
            return []
        rest = _after_options(rest[1:])
    before = words[: len(words) - len(rest)]
    # `-d` of Poe's is what `--dry-run` is.
    return [] if not _NOT_DONE.isdisjoint(before) or (manager == "poe" and "-d" in before) else rest


def _after_options(words: Sequence[str]) -> list[str]:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        rest = rest[2 if rest[0] in _VALUED else 1 :]
    return rest


def _tasks(files: Files, manager: str, asked: str, folder: str) -> Iterator[tuple[str, Place]]:
    """Yield the commands of a task and of those that it names, each task once."""
    waiting, seen = [asked], set[str]()
    while waiting and len(seen) < _MAX_TASKS:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for task in _named(files, manager, name, folder):
            for text, may_be_task in _parts(task.value):
                # The first word of an element may be the name of another task.
                inner = text.split(" ", 1)[0]
                if may_be_task and inner != name and any(True for _ in _named(files, manager, inner, folder)):
                    waiting.append(inner)
                else:
                    passed_over = _PASSED_OVER.fullmatch(text)
                    yield f"{passed_over[1]} || true" if passed_over else text, task.place
            waiting += _needed(task.value)


def _named(files: Files, manager: str, name: str, folder: str) -> Iterator[_Task]:
    environment, _, inner = name.rpartition(":") if manager == "hatch" else ("", "", name)
    for file, keys in _TABLES[manager]:
        path = normpath(f"{folder or '.'}/{file}")
        document = files.parsed(path) if path in files else None
        for at in _places(document, keys, environment or ("default" if manager == "hatch" else _EVERY_ENVIRONMENT)):
            value = document.get(*at, inner) if document is not None else None
            if value is not None and document is not None:
                # What is a list of commands elsewhere is one command's words for Rye.
                told = shlex.join(map(text_of, value)) if manager == "rye" and isinstance(value, list) else value
                yield _Task(told, Place(path, document.line(*at, inner)))


def _places(document: Document | None, keys: Sequence[str], environment: str) -> Iterator[Sequence[str]]:
    if document is None:
        return
    if "{}" not in keys or environment != _EVERY_ENVIRONMENT:
        yield [environment if key == "{}" else key for key in keys]
        return
    before = keys[: list(keys).index("{}")]
    table = document.get(*before)
    for name in islice(table, _MAX_TASKS) if isinstance(table, Mapping) else ():
        yield [name if key == "{}" else key for key in keys]


def _parts(task: object) -> Iterator[tuple[str, bool]]:
    """Yield the commands of a task, and whether each may be the name of another."""
    if isinstance(task, str):
        yield task, True
    elif isinstance(task, list):
        for one in task[:_MAX_TASKS]:
            yield from _parts(one)
    elif isinstance(task, Mapping):
        forgiven = get_in(task, "ignore_fail") in (True, "return_zero")
        for key in _COMMANDS if not forgiven else ():
            value = task.get(key)
            # A command may be a list of its words.
            text = (
                value if isinstance(value, str) else shlex.join(map(text_of, value)) if isinstance(value, list) else ""
            )
            if text:
                yield text, False
        for key in _IN_ORDER if not forgiven else ():
            yield from _parts(task.get(key) if isinstance(task.get(key), list) else None)


def _needed(task: object) -> Iterator[str]:
    """Yield the names of the tasks that one depends on."""
    for key in _NEEDED:
        value = get_in(task, key)
        for one in value[:_MAX_TASKS] if isinstance(value, list) else [value]:
            name = one if isinstance(one, str) else text_of(get_in(one, "task")) or text_of(get_in(one, "script"))
            if name:
                yield name.split(" ", 1)[0].partition("@")[0]
