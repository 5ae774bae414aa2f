"""What nox runs: the commands of its sessions, whichever are asked for.

Source: https://nox.thea.codes/en/stable/config.html (read 2026-11-30).
Out of sight: which sessions a command leaves out, and what a session puts together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_NOX_RUN = re.compile(r"session\.run(?:_always)?\(\s*([^)]{1,400})\)")
_QUOTED = re.compile(r"""["']([^"']*)["']""")


def follow_nox(files: Files, _words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the sessions of nox."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    path = normpath(f"{folder or '.'}/noxfile.py")
    text = (files.text(path) or "") if path in files else ""
    for found in _NOX_RUN.finditer(text):
        yield Script(" ".join(_QUOTED.findall(found[1])), Place(path, text.count("\n", 0, found.start()) + 1), folder)
