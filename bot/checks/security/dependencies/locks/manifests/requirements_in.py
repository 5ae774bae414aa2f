"""`requirements.in`, from which pip-compile and uv write `requirements.txt`.

Source: https://pip-tools.readthedocs.io/en/stable/ (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Statement
from bot.checks.security.dependencies.locks.manifests.python_requirement import declare_requirement
from bot.checks.security.dependencies.locks.python.requirements_lines import split_lines


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the file asks for."""
    for line in split_lines(source.content):
        if line.fault:
            yield source.unknown(line.number, line.fault)
        for text in filter(None, line.values("--editable") or [line.requirement]):
            yield declare_requirement(source, text, line.number)
