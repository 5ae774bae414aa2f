"""What `earthly +test` runs: the RUN lines of a target of an Earthfile, and of the targets that it builds on.

Source: https://docs.earthly.dev/docs/earthfile (read 2026-11-30).
Out of sight: functions, conditions and loops, and Earthfiles of other repositories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.makefiles import indented
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_REFERENCE = re.compile(r"([\w./-]{0,200})\+([\w.-]{1,80})")
_TARGET = re.compile(r"^([a-z][\w.-]{0,80}):[ \t]*$", re.MULTILINE)
_LINE = re.compile(r"^[ \t]+(RUN|BUILD|FROM|COPY)[ \t]+((?:[^\\\n]|\\.|\\\n){1,4000})", re.MULTILINE)
_OPTIONS = re.compile(r"(?:--[\w-]+(?:=\S+)?[ \t]+)+")
_MAX_TARGETS, _MAX_BYTES = 100, 200_000


def follow_earthly(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what the targets that a command names run, each target once."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    waiting = [(folder, found) for one in words[1:] if (found := _REFERENCE.fullmatch(one))]
    seen = set[tuple[str, str]]()
    while waiting and len(seen) < _MAX_TARGETS:
        begun, reference = waiting.pop(0)
        here = normpath(f"{begun or '.'}/{reference[1] or '.'}")
        if (here, reference[2]) in seen:
            continue
        seen.add((here, reference[2]))
        path = normpath(f"{here}/Earthfile")
        for kind, given, line in _lines(files, path, reference[2]):
            if kind == "RUN":
                yield Script(_OPTIONS.sub("", given, count=1), Place(path, line), here, Manner.ERREXIT)
            else:
                waiting += [(here, found) for found in _REFERENCE.finditer(given)]


def _lines(files: Files, path: str, target: str) -> Iterator[tuple[str, str, int]]:
    """Yield the commands of a target: what each is, what it is given, and its line."""
    text = files.text(path) if path in files else None
    if text is None or len(text) > _MAX_BYTES:
        return
    for found in _TARGET.finditer(text):
        if found[1] == target:
            first = text.count("\n", 0, found.end()) + 1
            body = indented(text, found.end())
            for one in _LINE.finditer(body):
                yield one[1], one[2], first + body.count("\n", 0, one.start())
            return
