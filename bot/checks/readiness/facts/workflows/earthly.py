"""What `earthly +test` runs: the RUN lines of a target of an Earthfile, and of the targets that it builds on.

Source: https://docs.earthly.dev/docs/earthfile (read 2026-11-30).
A condition may hold or not, so that nothing within one is known to run.
Out of sight: functions and loops, and Earthfiles of other repositories.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
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
_LINE = re.compile(
    r"^[ \t]+(RUN|BUILD|FROM|COPY|IF|WITH|FOR|WAIT|TRY|END)\b[ \t]*+((?:[^\\\n]|\\.|\\\n){0,4000})", re.MULTILINE
)
_OPTIONS = re.compile(r"(?:--[\w-]+(?:=\S+)?[ \t]+)+")
# Words that say of targets what they are.
_NOT_RUN = frozenset({"ls", "doc", "docker-build", "prune", "init"})
_MAX_TARGETS, _MAX_BYTES, _MAX_LINES = 100, 200_000, 1_000


def follow_earthly(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what the targets that a command names run, each target once."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    asked = () if not _NOT_RUN.isdisjoint(words[1:]) else words[1:]
    waiting = deque((folder, found) for one in asked if (found := _REFERENCE.fullmatch(one)))
    seen = set[tuple[str, str]]()
    while waiting and len(seen) < _MAX_TARGETS:
        begun, reference = waiting.popleft()
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
            yield from ((kind, given, first + body.count("\n", 0, at)) for kind, given, at in _certain(body))
            return


def _certain(body: str) -> Iterator[tuple[str, str, int]]:
    """Yield the commands of a target outside of conditions: what each is, what it is given, and where."""
    opened: list[str] = []
    for one in islice(_LINE.finditer(body), _MAX_LINES):
        if one[1] == "END":
            opened = opened[:-1]
        elif one[1] in {"IF", "WITH", "FOR", "WAIT", "TRY"}:
            opened.append(one[1])
        elif "IF" not in opened:
            yield one[1], one[2], one.start()
