"""setuptools' `setup.cfg`.

Source: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html (read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Statement
from bot.checks.security.dependencies.locks.manifests.python_requirement import declare_requirement

_SECTION: Final = re.compile(r"\[([^\]]*)\]")
_OPTION: Final = re.compile(r"([^\s=:][^=:]*)[=:]\s*(.*)")
_LISTS: Final = frozenset({"install_requires", "tests_require"})


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for, of its extras too."""
    section = option = ""
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = raw.rstrip()
        value = line.strip()
        if not value or value.startswith(("#", ";")):
            continue
        if found := _SECTION.match(line):
            section, option = found[1].strip(), ""
            continue
        if not line[0].isspace() and (found := _OPTION.match(line)):
            option, value = found[1].rstrip().lower(), found[2]
        wanted = section == "options" and option in _LISTS
        if value and option and (wanted or section == "options.extras_require"):
            yield from _declare(source, value, number)


def _declare(source: Source, value: str, number: int) -> Iterator[Statement]:
    if value.startswith("file:"):
        # The files are read as requirements where their names say that they are such.
        return
    for text in value.split("#", maxsplit=1)[0].split(";", maxsplit=1)[0].split("\n"):
        if text.strip():
            yield declare_requirement(source, text, number)
