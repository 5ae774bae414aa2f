"""All notes on what a change does to dependencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from bot.checks.security.dependencies.notes import (
    allowed_scripts,
    disagreement,
    install_scripts,
    integrity,
    origins,
    registries,
    similar_names,
)
from bot.checks.security.dependencies.notes.sides import Sides, note
from bot.model import Finding

Note: TypeAlias = Callable[[Sides], Iterator[Finding]]

_NOTES: Final[Sequence[Note]] = (
    install_scripts.find,
    allowed_scripts.find,
    origins.find,
    registries.find,
    integrity.find,
    disagreement.find,
    similar_names.find,
)
_MAX_EACH: Final = 30


def find_notes(sides: Sides) -> Sequence[Finding]:
    """The notes, by kind; of many of one kind the first ones, and how many more there are."""
    findings: list[Finding] = []
    for find in _NOTES:
        found = list(find(sides))
        findings += found[:_MAX_EACH]
        if len(found) > _MAX_EACH:
            last = found[_MAX_EACH]
            message = f"{len(found) - _MAX_EACH:,} more of the same kind"
            path = last.path or ""
            findings.append(note(last.rule, message, path=path, line=last.line, about=message, fix=last.fix or ""))
    return findings
