"""What `skaffold test` and `skaffold verify` run: commands of its files, and what the containers of a check start.

Source: https://skaffold.dev/docs/references/yaml/ (read 2026-11-30).
Out of sight: profiles, and files that are given by an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Part
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, mappings, text_of
from bot.checks.readiness.facts.workflows.boxes import started_by
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_MAX_FILES = 60
_FILE = re.compile(r"(?:-f|--filename)[= ](\S+)")


def follow_skaffold(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what a command of skaffold runs of the repository's own."""
    verb = next((one for one in words[1:] if not one.startswith("-")), "")
    if verb not in {"test", "verify"}:
        return
    named = _FILE.search(" ".join(words))
    parts = list(_reached(files, _join(folder, named[1] if named else "skaffold.yaml")))
    contexts = {name: built for path, part in parts for name, built in _contexts(path, part)}
    for path, part in parts:
        yield from _tests(path, part) if verb == "test" else _checks(files, part, contexts)


def _reached(files: Files, first: str) -> Iterator[tuple[str, Part]]:
    """Yield the documents of a file of skaffold and of those that it requires, each once."""
    waiting, seen = [first], set[str]()
    while waiting and len(seen) < _MAX_FILES:
        path = waiting.pop(0)
        document = files.parsed(path) if path in files and path not in seen else None
        seen.add(path)
        for part in document.parts if document else ():
            yield path, part
            required = [text_of(one.get("path")) for one in mappings(part.get("requires"))]
            waiting += [_config(files, _join(dirname(path), one)) for one in required if one]


def _config(files: Files, path: str) -> str:
    """A file that is required, which may be named by its folder."""
    return path if path in files else _join(path, "skaffold.yaml")


def _tests(path: str, part: Part) -> Iterator[Script]:
    from bot.checks.readiness.facts.workflows.scripts import Script

    for found in part.find("test", "*"):
        context = text_of(get_in(found.value, "context")) or "."
        for at, one in enumerate(mappings(get_in(found.value, "custom"))):
            line = part.line(*found.place, "custom", at, "command")
            command = text_of(one.get("command"))
            # A block of text begins on the line after its key.
            yield Script(
                command, Place(path, line + ("\n" in command.rstrip())), _join(dirname(path), context), Manner.PLAIN
            )


def _contexts(path: str, part: Part) -> Iterator[tuple[str, str]]:
    for one in mappings(get_in(part.value, "build", "artifacts")):
        context = _join(dirname(path), text_of(one.get("context")) or ".")
        yield text_of(one.get("image")), _join(context, text_of(get_in(one, "docker", "dockerfile")) or "Dockerfile")


def _checks(files: Files, part: Part, contexts: Mapping[str, str]) -> Iterator[Script]:
    """Yield what the containers of the checks start: the entry points of images that are built here."""
    for one in mappings(part.get("verify")):
        path = contexts.get(text_of(get_in(one, "container", "image")), "")
        yield from started_by(files, basename(path), dirname(path)) if path else ()


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name}")
