"""What tox and nox run: the commands of their environments and sessions, whichever are asked for.

Sources: https://tox.wiki/en/latest/config.html, https://nox.thea.codes/en/stable/config.html (read 2026-11-30).
Out of sight: which environments a command leaves out, and what a session puts together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Found
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_COMMANDS = re.compile(r"^commands\s*=([^\n]*(?:\n[ \t]+[^\n]*|\n(?=[ \t]*\n))*)", re.MULTILINE)
# Tox passes over the failure of a command that begins so.
_PASSED_OVER = re.compile(r"^([ \t]*+)-[ \t]++([^\n]*+)$", re.MULTILINE)
_NOX_RUN = re.compile(r"session\.run(?:_always)?\(\s*([^)]{1,400})\)")
_QUOTED = re.compile(r"""["']([^"']*)["']""")
# Files, and the keys under which each has its environments.
_TABLES = (("pyproject.toml", ("tool", "tox")), ("tox.toml", ()))


def follow_tox(files: Files, _words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the environments of tox."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for name, keys in _TABLES:
        path = _join(folder, name)
        document = files.parsed(path) if path in files else None
        for inner in (("env", "*", "commands"), ("env_run_base", "commands")):
            for found in document.find(*keys, *inner) if document else ():
                yield from _listed(found, path, folder)
    for name in ("tox.ini", "setup.cfg", "pyproject.toml"):
        path = _join(folder, name)
        text = (files.text(path) or "") if path in files else ""
        for match in _COMMANDS.finditer(text) if "testenv" in text else ():
            line = text.count("\n", 0, match.start()) + 1
            told = _PASSED_OVER.sub(r"\1\2 || true", match[1].replace("\\\n", " "))
            yield Script(told, Place(path, line), folder)


def follow_nox(files: Files, _words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the sessions of nox."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    path = _join(folder, "noxfile.py")
    text = (files.text(path) or "") if path in files else ""
    for found in _NOX_RUN.finditer(text):
        yield Script(" ".join(_QUOTED.findall(found[1])), Place(path, text.count("\n", 0, found.start()) + 1), folder)


def _listed(found: Found, path: str, folder: str) -> Iterator[Script]:
    """Commands as lists of words; a word that is a mapping stands for what is given on the command line."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for words in found.value if isinstance(found.value, list) else ():
        if isinstance(words, list):
            text = _PASSED_OVER.sub(r"\1\2 || true", " ".join(one for one in words if isinstance(one, str)))
            yield Script(text, Place(path, found.line), folder)


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name}")
