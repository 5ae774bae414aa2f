"""What `dotnet run --project build` runs where Bullseye builds: the commands of the targets, and of those they need.

Source: https://github.com/adamralph/bullseye (read 2026-11-30).
Out of sight: commands that are put together by code, and conditions of a target.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_PROJECT = frozenset({"--project", "-p"})
_TARGET = re.compile(r"\bTarget\(\s{0,99}(?:\"([\w.-]{1,80})\"|(?:\w{1,40}\.)?(\w{1,80}))\s{0,9},")
_NAMES = re.compile(r"\bDependsOn\(([^()]{1,600})\)|^[^=;{]{0,200}?\[([^\[\]]{1,400})\]\s{0,9},")
_NAME = re.compile(r"\"([\w.-]{1,80})\"|\b(\w{1,80})\b")
_COMMAND = re.compile(r"\b(?:Run|Read)(?:Async)?\(\s{0,99}\"([\w./-]{1,80})\"\s{0,9},\s{0,99}\$?@?\"([^\"\n]{1,300})\"")
_MAX_FILES, _MAX_TARGETS = 30, 200


def follow_bullseye(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the targets that a command names, or of the default one, each target once."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    asked = _parse(words)
    home = _home(files, asked[0], folder) if asked else None
    if asked is None or home is None:
        return
    targets = _targets(files, home)
    waiting, seen = deque(asked[1] or ["default"]), set[str]()
    while waiting and len(seen) < _MAX_TARGETS:
        name = waiting.popleft().lower()
        if name in seen or name not in targets:
            continue
        seen.add(name)
        place, text = targets[name]
        waiting += [one[0] or one[1] for needed in _NAMES.findall(text) for one in _NAME.findall("".join(needed))]
        line, counted = place.line, 0
        for found in _COMMAND.finditer(text):
            line += text.count("\n", counted, found.start())
            counted = found.start()
            yield Script(f"{found[1]} {found[2]}", Place(place.path, line), folder, Manner.ERREXIT)


def _parse(words: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    """The project and the targets of `dotnet run`; None for any other command."""
    if list(words[:2]) != ["dotnet", "run"]:
        return None
    own, _, rest = " ".join(words[2:]).partition(" -- ")
    given = own.split()
    project = next((given[at + 1] for at, one in enumerate(given[:-1]) if one in _PROJECT), "")
    project = next((one.partition("=")[2] for one in given if one.startswith("--project=")), project)
    return project, [one for one in rest.split() if not one.startswith("-")]


def _home(files: Files, project: str, folder: str) -> str | None:
    """The folder of the project that is run, where it is one of Bullseye."""
    named = normpath(f"{folder or '.'}/{project or '.'}")
    home = dirname(named) if named.endswith("proj") else named
    manifests = files.select("*.csproj" if home == "." else f"{home}/*.csproj")
    own = [path for path in manifests if (dirname(path) or ".") == home]
    return home if any('"Bullseye"' in (files.text(path) or "") for path in own) else None


def _targets(files: Files, home: str) -> Mapping[str, tuple[Place, str]]:
    """The targets by name in lower case: where each begins, and what it says up to the next one."""
    found: dict[str, tuple[Place, str]] = {}
    for path in files.select(f"{home}/*.cs")[:_MAX_FILES]:
        code = without_comments(path, files.text(path) or "")
        begins = list(_TARGET.finditer(code))
        line, counted = 1, 0
        for at, one in enumerate(begins):
            end = begins[at + 1].start() if at + 1 < len(begins) else len(code)
            line += code.count("\n", counted, one.start())
            counted = one.start()
            found.setdefault((one[1] or one[2]).lower(), (Place(path, line), code[one.start() : end]))
    return found
