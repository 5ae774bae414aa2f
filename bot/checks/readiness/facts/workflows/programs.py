"""What a program in JavaScript or Python runs, which a pipeline starts by its file: `node scripts/test.mjs`.

Rule: commands that the file has as texts, and that end it where they fail: `execSync("npm test")`,
`execa("vitest", ["run"])`, `subprocess.run(["pytest"], check=True)`, `subprocess.check_call("make test", shell=True)`.
Source: https://nodejs.org/api/child_process.html, https://docs.python.org/3/library/subprocess.html (read 2026-11-30).
Out of sight: commands that are put together, and whether a branch is taken.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_FILE_OF_NODE = re.compile(r"[\w./-]{1,200}\.[cm]?[jt]s")
_FILE_OF_PYTHON = re.compile(r"[\w./-]{1,200}\.py")
RUNTIMES = {
    **dict.fromkeys(("node", "tsx", "ts-node", "zx", "esr"), _FILE_OF_NODE),
    **dict.fromkeys(("python", "python3"), _FILE_OF_PYTHON),
}
_TEXT = r"""["'`]([^"'`\n]{1,300})["'`]"""
_LIST = r"""\[([^\[\]]{0,600})\]"""
_BY_NODE = re.compile(
    rf"\b(?:execSync|execa(?:Sync|Command|CommandSync)?)\(\s{{0,99}}{_TEXT}(?:\s{{0,9}},\s{{0,99}}{_LIST})?"
)
_BY_PYTHON = re.compile(
    rf"\bsubprocess\.(run|check_call|check_output)\(\s{{0,99}}(?:{_TEXT}|{_LIST})([^()]{{0,200}})\)"
)
_CHECKED = re.compile(r"\bcheck\s*=\s*True\b")
_QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")
_MAX_BYTES = 100_000
_MAX_CALLS = 50


def follow_program(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands that a program of the repository runs; an option before its file may change what it does."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    pattern = RUNTIMES.get(words[0].rpartition("/")[2])
    if pattern is None or not pattern.fullmatch("".join(words[1:2])):
        return
    path = normpath(f"{folder or '.'}/{words[1]}")
    text = files.text(path) if path in files else None
    if text is None or len(text) > _MAX_BYTES:
        return
    code = without_comments(path, text)
    find = _by_python if pattern is _FILE_OF_PYTHON else _by_node
    for at, command in islice(find(code), _MAX_CALLS):
        yield Script(command, Place(path, code.count("\n", 0, at) + 1), folder, Manner.ERREXIT)


def _by_node(code: str) -> Iterator[tuple[int, str]]:
    for found in _BY_NODE.finditer(code):
        given = shlex.join(_QUOTED.findall(found[2] or ""))
        yield found.start(), f"{found[1]} {given}".strip()


def _by_python(code: str) -> Iterator[tuple[int, str]]:
    for found in _BY_PYTHON.finditer(code):
        if found[1] != "run" or _CHECKED.search(found[4]):
            yield found.start(), found[2] or shlex.join(_QUOTED.findall(found[3]))
