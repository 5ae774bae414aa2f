"""What `./build.sh TARGET` runs where NUKE builds: the tests that a target starts, and those that it depends on.

Source: https://nuke.build/docs/fundamentals/targets/ (read 2026-11-30).
Out of sight: targets that are the default, conditions of a target, and what it starts but `dotnet test`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_STARTERS = frozenset({"build.sh", "build.cmd", "build.ps1", "nuke"})
_SETTINGS = (".nuke/parameters.json", ".nuke/build.schema.json", ".nuke")
_TARGET = re.compile(r"\bTarget\s{1,9}(\w{1,80})\s{0,9}=>")
_NEEDS = re.compile(r"\.(?:DependsOn|Triggers)\(([\w\s,]{1,400})\)")
_TESTS = re.compile(r"\bDotNetTest\(")
_FILTER = re.compile(r"\.SetFilter\(\"([^\"\n]{1,200})\"\)")
_MAX_FILES, _MAX_TARGETS = 30, 200


def follow_nuke(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the tests that the targets of a command run, each target once."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    if words[0].rpartition("/")[2] not in _STARTERS:
        return
    if not any(normpath(f"{folder or '.'}/{one}") in files for one in _SETTINGS):
        return
    targets = _targets(files, folder)
    waiting, seen = list(takewhile(lambda one: not one.startswith("-"), words[1:])), set[str]()
    while waiting and len(seen) < _MAX_TARGETS:
        name = waiting.pop(0)
        if name in seen or name not in targets:
            continue
        seen.add(name)
        place, text = targets[name]
        waiting += [one.strip() for needed in _NEEDS.findall(text) for one in needed.split(",")]
        if _TESTS.search(text):
            chosen = _FILTER.search(text)
            yield Script(
                f"dotnet test --filter {chosen[1]}" if chosen else "dotnet test", place, folder, Manner.ERREXIT
            )


def _targets(files: Files, folder: str) -> Mapping[str, tuple[Place, str]]:
    """The targets by name: where each begins, and what it says up to the next one."""
    found: dict[str, tuple[Place, str]] = {}
    beside = normpath(f"{folder or '.'}/build/*.cs")
    for path in files.select(beside)[:_MAX_FILES]:
        code = without_comments(path, files.text(path) or "")
        begins = list(_TARGET.finditer(code))
        for at, one in enumerate(begins):
            end = begins[at + 1].start() if at + 1 < len(begins) else len(code)
            place = Place(path, code.count("\n", 0, one.start()) + 1)
            found.setdefault(one[1], (place, code[one.start() : end]))
    return found
