"""What a reader of a format gets and gives: a file in, one entry a dependency out.

Readers say what the file says; here it is held to what a registry could know, so that no odd text of a file reaches a
service or a report as the name of a package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from bot.checks.security.dependencies.locked import Locked, Origin
from bot.checks.security.text.decode import decode
from bot.model import Mode, NotRead, Package, Tree, Unknown

FILES: Final = (Mode.FILE, Mode.EXECUTABLE)

PYPI: Final = "PyPI"
NPM: Final = "npm"
GO: Final = "Go"
CRATES: Final = "crates.io"
MAVEN: Final = "Maven"
RUBYGEMS: Final = "RubyGems"
NUGET: Final = "NuGet"
PACKAGIST: Final = "Packagist"

# Registries allow fewer characters; what is outside of these belongs to none.
_PLAIN: Final = re.compile(r"[!-~]{1,256}")
_MAX_SOURCE: Final = 200
_ARCHIVES: Final = (".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar", ".zip", ".whl")
_SETTLE: Final = "mend the line, or write the file anew with its package manager"


@dataclass(frozen=True)
class Own:
    """A name that stands for a folder of the project itself, such as a workspace."""

    name: str


Entry: TypeAlias = Locked | Unknown | Own


@dataclass(frozen=True)
class Source:
    """A file to read, and the tree in which it may look at others."""

    path: str
    content: bytes
    tree: Tree

    @cached_property
    def text(self) -> str:
        """The content as text.

        Raises:
            UnreadableError: it is no text.
        """
        return decode(self.content)

    @property
    def folder(self) -> str:
        """The file's folder: empty for the root, else with `/` at its end."""
        return self.path[: self.path.rfind("/") + 1]

    def beside(self, name: str) -> Source | None:
        """A file of the same folder, or None where there is none that can be read."""
        return self.at(self.folder + name)

    def at(self, path: str) -> Source | None:
        """Another file of the tree, or None where there is none that can be read."""
        for _, content in self.tree.read_many([path]):
            return None if isinstance(content, NotRead) else Source(path, content, self.tree)
        return None

    def unknown(self, line: int | None, reason: str, settle: str = _SETTLE) -> Unknown:
        """Something of the file that cannot be read."""
        return Unknown(path=self.path, line=line, reason=reason, settle=settle)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says of a dependency besides its version; fields as in `Locked`."""

    name: str
    registry: str = ""
    integrity: str = ""
    install_script: bool = False
    dev: bool = False
    direct: bool | None = None


def pinned(source: Source, line: int | None, ecosystem: str, version: str, about: About) -> Entry:
    """The entry of an exact version from a registry."""
    if not _PLAIN.fullmatch(about.name) or not _PLAIN.fullmatch(version):
        return source.unknown(line, "a name or a version that no registry could have")
    package = Package(ecosystem=ecosystem, name=about.name, version=version)
    return Locked(package=package, path=source.path, line=line, **vars(about))


def loose(source: Source, line: int | None, origin: Origin, said: str, about: About) -> Locked:
    """The entry of what has no exact version from a registry; `said` is the address, path or range."""
    shown = public_address(said)
    named = replace(about, name=about.name[:_MAX_SOURCE] or shown)
    return Locked(package=None, path=source.path, line=line, origin=origin, source=shown, **vars(named))


def public_address(address: str) -> str:
    """An address without what may be a secret in it (user, password, query), shortened."""
    head, found, rest = address.partition("://")
    if found:
        host, slash, path = rest.partition("/")
        address = head + found + host.rpartition("@")[2] + slash + path.partition("?")[0]
    return address[:_MAX_SOURCE]


def is_own_folder(path: str) -> bool:
    """Whether a path is a folder of the repository itself, whose files are the project's own code.

    A path that leaves the lock's own folder may still be in the repository; one that starts elsewhere is not.
    """
    return "://" not in path and not path.startswith(("/", "~", "\\")) and not path.endswith(_ARCHIVES)


def host_of(address: str) -> str:
    """The host of a URL in lower case, or empty where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def hashes(values: list[str]) -> str:
    """Several hashes as one text, which does not depend on their order."""
    return " ".join(sorted(set(values)))
