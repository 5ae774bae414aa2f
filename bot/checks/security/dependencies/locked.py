"""What a lock file says: which packages, at which versions, from where, and in which line.

Between the readers in `locks/` and whatever judges the packages stand these values alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Package, Unknown


class Origin(StrEnum):
    """Where a dependency comes from, and so whether an advisory could name it."""

    REGISTRY = "registry"
    # From a registry too, but at whatever version is current when it is installed.
    UNPINNED = "unpinned"
    URL = "url"
    VCS = "vcs"
    PATH = "path"


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One dependency that a file names.

    Attributes:
        package: None where no exact version from a registry is said; `origin` tells why.
        path: the file that names it.
        line: of its version, or of its name where the version stands with it; None where the file has no lines.
        name: as the ecosystem normalises it, or as the file says where there is no name but an address.
        source: empty for the registry that is the ecosystem's default; else what the file says: an address, a path,
            or the range of versions of what is unpinned.
        registry: host of a registry that is not the ecosystem's default.
        integrity: the hash that the file pins, in the format's own words; several are joined by a blank, sorted.
        install_script: whether the file says that installing runs a script of the package's own.
        dev: whether it is only for development, by the file.
        direct: whether the project itself asks for it; None where the file does not tell.
    """

    package: Package | None
    path: str
    line: int | None
    name: str
    origin: Origin = Origin.REGISTRY
    source: str = ""
    registry: str = ""
    integrity: str = ""
    install_script: bool = False
    dev: bool = False
    direct: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LockFile:
    """A file of one ecosystem, read. One that could not be read has unknowns and no packages.

    `own` are the names that the file says to be folders of the project itself.
    """

    path: str
    ecosystem: str
    packages: Sequence[Locked] = ()
    own: frozenset[str] = frozenset()
    unknowns: Sequence[Unknown] = ()
