"""What a manifest says: one dependency a line, with the range of versions that it allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.model import Unknown


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A dependency that a manifest asks for.

    Attributes:
        name: as the ecosystem normalises it.
        said: the range of versions, or the address; empty where any version will do.
        version: the one exact version that the range allows, or empty.
        line: of the range, or of the name.
        origin: `UNPINNED` for what a registry has, whatever the range; else the kind of address.
        dev: whether it is only for development.
    """

    name: str
    said: str
    line: int
    version: str = ""
    origin: Origin = Origin.UNPINNED
    dev: bool = False


Statement: TypeAlias = Declared | Unknown
DeclareFunction: TypeAlias = Callable[[Source], Iterator[Statement]]
