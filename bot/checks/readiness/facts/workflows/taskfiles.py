"""What `task NAME` runs: commands of the tasks of a Taskfile, the tasks that they call, and those that they depend on.

Source: https://taskfile.dev/reference/schema/ (read 2026-11-30).
Out of sight: files of tasks from elsewhere, names with a star, aliases, conditions of a task. What a task lets fail
(`ignore_error`), or leaves for its end (`defer`), is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_NAMES = ("Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml")
_NAMES_OF_A_TEMPLATE = ("Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml")
# Options with a value of their own.
_VALUED = frozenset({"-C", "--concurrency", "-I", "--interval", "-o", "--output", "--sort"})
_FILE_OPTIONS = frozenset({"-t", "--taskfile", "-d", "--dir"})
# What only shows the tasks, or what they would do.
_NOT_DONE = frozenset(
    {"-n", "--dry", "-l", "--list", "-a", "--list-all", "--status", "--summary", "-i", "--init", "--help", "--version"}
)
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,300}\}\}")
_BEFORE = re.compile(r"^[ \t]*+\{\{[^{}\n]{0,300}\}\}[ \t]++(?=[A-Za-z])", re.MULTILINE)
_MAX_TASKS = 200
_MAX_CALLED = 100


@dataclass(frozen=True)
class _Book:
    """A file of tasks, and the folder in which they run."""

    path: str
    document: Document
    folder: str


def follow_task(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what a command of task runs of the repository's own, each task once; `words` begin behind the program."""
    if _NOT_DONE & set(words):
        return
    file, names = _asked(words)
    first = _find(files, file, folder)
    waiting, seen = [(first, one) for one in names or ["default"] if first is not None], set[tuple[str, str]]()
    while waiting and len(seen) < _MAX_TASKS:
        book, name = waiting.pop(0)
        # A name that begins with a colon is one of the first file's.
        found = _resolve(files, first if name.startswith(":") and first else book, name.removeprefix(":"))
        if found is None or (found[0].path, found[1]) in seen:
            continue
        seen.add((found[0].path, found[1]))
        called = islice(_called(found[0].document.get("tasks", found[1])), _MAX_CALLED)
        waiting += [(found[0], one) for one in called]
        yield from _told(*found)


def _asked(words: Sequence[str]) -> tuple[str, list[str]]:
    """The file, or its folder, that a command names, and its tasks; what stands behind `--` is given to them."""
    file, names = "", list[str]()
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        option, told, value = word.partition("=")
        if option in _FILE_OPTIONS:
            file = value if told else next(rest, "")
        elif word in _VALUED:
            next(rest, None)
        elif not word.startswith("-") and "=" not in word:
            names.append(word)
    return file, names


def _find(files: Files, named: str, folder: str) -> _Book | None:
    """The file of tasks at a path, or that of a folder."""
    around = normpath(f"{folder or '.'}/{named or '.'}")
    paths = (around, *(normpath(f"{around}/{one}") for one in (*_NAMES, *_NAMES_OF_A_TEMPLATE)))
    path = next((one for one in paths if one in files), None)
    document = files.parsed(path) if path is not None else None
    return _Book(path, document, dirname(path)) if path is not None and document is not None else None


def _resolve(files: Files, book: _Book, name: str) -> tuple[_Book, str] | None:
    """The file that has a task, with the name that it has there: `web:test` is `test` of what is included as `web`."""
    if book.document.get("tasks", name) is not None:
        return book, name
    space, _, inner = name.partition(":")
    included = book.document.get("includes", space) if inner else None
    path = included if isinstance(included, str) else text_of(get_in(included, "taskfile"))
    other = _find(files, path, dirname(book.path)) if path and "://" not in path else None
    if other is None or other.document.get("tasks", inner) is None:
        return None
    # Tasks that are included run where those of the first file do, unless they are told where.
    told = text_of(get_in(included, "dir"))
    return _Book(other.path, other.document, normpath(f"{book.folder or '.'}/{told or '.'}")), inner


def _called(task: object) -> Iterator[str]:
    """Yield the names of the tasks that one depends on and calls."""
    needed = get_in(task, "deps")
    steps = [one for _, one in _steps(task) if not isinstance(one, str)]
    for one in [*(needed if isinstance(needed, list) else ()), *steps]:
        name = one if isinstance(one, str) else text_of(get_in(one, "task"))
        if name and not _may_fail(one):
            yield name


def _told(book: _Book, name: str) -> Iterator[Script]:
    from bot.checks.readiness.facts.workflows.scripts import Script

    task = book.document.get("tasks", name)
    begun = text_of(get_in(task, "dir"))
    begun = _without_templates(begun)
    folder = book.folder if not begun else begun if begun.startswith("$") else normpath(f"{book.folder or '.'}/{begun}")
    for keys, one in _steps(task):
        text = one if isinstance(one, str) else get_in(one, "cmd")
        if isinstance(text, str) and not _may_fail(one):
            place = Place(book.path, book.document.line("tasks", name, *keys))
            yield Script(_without_templates(text), place, folder, Manner.ERREXIT)


def _without_templates(text: str) -> str:
    """A text with what templates put into it as a variable of the shell, and not at all before a command."""
    return _TEMPLATE.sub("${TASK}", _BEFORE.sub("", text)) if "{{" in text else text


def _steps(task: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the steps of a task with their keys; a task may be a list of them, or no more than one command."""
    if _may_fail(task):
        return
    commands = get_in(task, "cmds") if isinstance(task, Mapping) else task
    keys: tuple[str | int, ...] = ("cmds",) if isinstance(task, Mapping) else ()
    if isinstance(commands, list):
        yield from (((*keys, at), one) for at, one in enumerate(commands))
    elif isinstance(commands, str):
        yield keys, commands
    elif isinstance(get_in(task, "cmd"), str):
        yield ("cmd",), get_in(task, "cmd")


def _may_fail(step: object) -> bool:
    return get_in(step, "ignore_error") is True
