"""setuptools' `setup.cfg`.

Source: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Statement
from bot.checks.security.dependencies.locks.manifests.python_requirement import declare_requirement, tell_files
from bot.checks.security.text.ini_text import read_ini

_LISTS: Final = frozenset({"install_requires", "tests_require"})


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for, of its extras too."""
    for value in read_ini(source.text):
        wanted = value.section == "options" and value.key in _LISTS
        if wanted or value.section == "options.extras_require":
            yield from _declare(source, value.text, value.line)


def _declare(source: Source, value: str, number: int) -> Iterator[Statement]:
    if value.startswith("file:"):
        yield from tell_files(source, value.removeprefix("file:").split(","), number)
        return
    for text in value.split("#", maxsplit=1)[0].split(";", maxsplit=1)[0].split("\n"):
        if text.strip():
            yield declare_requirement(source, text, number)
