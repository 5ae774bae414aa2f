"""One requirement of Python's: a name with versions, or an address.

Sources: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ and
https://pip.pypa.io/en/stable/cli/pip_install/ (read 2026-11-30); the library `packaging` reads the grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.checks.security.dependencies.locked import Origin

# What most lines are; it takes a tenth of the time that the grammar takes. Blanks are taken once: of many, each way to
# share them out between the parts would be tried.
_PLAIN: Final = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*+(?:\[[A-Za-z0-9._, -]*\][ \t]*+)?"
    r"(?P<spec>===?[ \t]*+(?P<version>\d[A-Za-z0-9.+!_-]*)[ \t]*+)?(?:;[^@]*)?"
)
_VCS: Final = re.compile(r"(?:git|hg|svn|bzr)\+|git@|ssh://")
_URL: Final = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_WHEEL: Final = re.compile(r"([A-Za-z0-9._]+)-[^/]*\.whl")
_ARCHIVES: Final = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What a line asks for.

    Attributes:
        name: normalised as PEP 503 says; empty where only an address is given and that names nothing.
        version: the one exact version, or empty.
        said: the range, address or path.
    """

    name: str
    version: str = ""
    origin: Origin = Origin.REGISTRY
    said: str = ""


def normalise(name: str) -> str:
    """A project's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str) -> Requirement | None:
    """What the text asks for; None where it follows no grammar."""
    if found := _PLAIN.fullmatch(text):
        name, version = normalise(found["name"]), found["version"] or ""
        if version or not found["name"].endswith(_ARCHIVES):
            return Requirement(name=name, version=version, origin=Origin.REGISTRY if version else Origin.UNPINNED)
    if origin := origin_of(text):
        found = _EGG.search(text) or _WHEEL.match(text.rpartition("/")[2])
        return Requirement(name=normalise(found[1]) if found else "", origin=origin, said=text)
    return _parse_by_grammar(text)


def origin_of(text: str) -> Origin | None:
    """The kind of address a text is; None for one that is no address but a requirement with a name."""
    if _VCS.match(text):
        return Origin.VCS
    if _URL.match(text):
        return Origin.URL
    address = text.partition(";")[0].strip()
    if text.startswith((".", "/", "file:", "~")) or (" " not in address and address.endswith(_ARCHIVES)):
        return Origin.PATH
    return Origin.PATH if "/" in address and "@" not in address else None


def _parse_by_grammar(text: str) -> Requirement | None:
    from packaging import requirements

    try:
        parsed = requirements.Requirement(text)
    except (ValueError, RecursionError):
        return None
    name = normalise(parsed.name)
    if parsed.url:
        return Requirement(name=name, origin=origin_of(parsed.url) or Origin.URL, said=parsed.url)
    exact = {one.version for one in parsed.specifier if one.operator in ("==", "===") and not one.version.endswith("*")}
    if len(exact) == 1:
        return Requirement(name=name, version=exact.pop())
    return Requirement(name=name, origin=Origin.UNPINNED, said=str(parsed.specifier))
