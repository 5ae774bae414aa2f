"""What `mise run NAME` runs: tasks of its files of settings, what they depend on, and files in its folders of tasks.

Source: https://mise.jdx.dev/tasks/ (read 2026-11-30).
Out of sight: settings of one environment alone, tasks of files that settings include, tasks of other folders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_SETTINGS = ("mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml")
_FOLDERS = ("mise-tasks", ".mise-tasks", "mise/tasks", ".mise/tasks", ".config/mise/tasks")
_RUNNING = frozenset({"run", "r"})
_DEPENDING = ("depends", "depends_post")
# Options with a value of their own.
_VALUED = frozenset({"-C", "--cd", "-j", "--jobs", "-o", "--output", "-t", "--tool", "-E", "--env", "--timeout"})
# The first line of a script, which says that it ends with the first failure.
_MINDS = re.compile(r"#![^\n]*\s-[a-z]*e")
_MAX_TASKS = 60


def follow_mise(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what a command of mise runs of the repository's own, each task once."""
    waiting, seen = list(_asked(words)), set[str]()
    while waiting and len(seen) < _MAX_TASKS:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield from _file_of(files, name, folder)
        for path, document in _settings(files, folder):
            waiting += _needed(document, name)
            yield from _told(path, document, name, folder)


def _asked(words: Sequence[str]) -> Iterator[str]:
    """Yield the names of the tasks: the first word after the verb, and after each `:::`."""
    if len(words) < len(("mise", "run")) or words[1] not in _RUNNING or {"-n", "--dry-run"} & set(words[2:4]):
        return
    named = False
    rest = iter(words[2:])
    for word in rest:
        if word == ":::":
            named = False
        elif word.startswith("-"):
            if word in _VALUED and not named:
                next(rest, None)
        elif not named:
            named = True
            yield word


def _settings(files: Files, folder: str) -> Iterator[tuple[str, Document]]:
    for name in _SETTINGS:
        path = normpath(f"{folder or '.'}/{name}")
        document = files.parsed(path) if path in files else None
        if document is not None:
            yield path, document


def _needed(document: Document, name: str) -> Iterator[str]:
    for key in _DEPENDING:
        needed = document.get("tasks", name, key)
        for one in needed[:_MAX_TASKS] if isinstance(needed, list) else [needed]:
            if isinstance(one, str) and one:
                yield one.split()[0]


def _told(path: str, document: Document, name: str, folder: str) -> Iterator[Script]:
    from bot.checks.readiness.facts.workflows.scripts import Script

    task = document.get("tasks", name)
    commands = get_in(task, "run") if isinstance(task, dict) else task
    place = Place(path, document.line("tasks", name))
    begun = text_of(get_in(task, "dir")) or folder
    for one in commands if isinstance(commands, list) else [commands]:
        if isinstance(one, str):
            yield Script(one, place, begun, Manner.ERREXIT)


def _file_of(files: Files, name: str, folder: str) -> Iterator[Script]:
    """Yield the file of a task; `test:unit` is the file `unit` in the folder `test`."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for tasks in _FOLDERS:
        path = normpath(f"{folder or '.'}/{tasks}/{name.replace(':', '/')}")
        text = files.text(path) if path in files else None
        if text is not None and "\0" not in text:
            minds = _MINDS.match(text) is not None
            yield Script(text, Place(path, 1), folder, Manner.ERREXIT if minds else Manner.PLAIN)
