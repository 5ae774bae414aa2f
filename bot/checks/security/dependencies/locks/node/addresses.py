"""Where a package of npm's registry comes from, by the address in a lock."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks import entries
from bot.checks.security.dependencies.locks.entries import NPM, About, Entry, Source, host_of, loose, pinned

# Yarn's default host is another name of npm's own.
_NPM: Final = "registry.npmjs.org"
_DEFAULT_HOSTS: Final = frozenset({"", _NPM, "registry.yarnpkg.com"})
_VCS: Final = re.compile(r"git(\+\w+)?:|git@|github:|gitlab:|bitbucket:|gist:|ssh:|https?://[^?#]*\.git(#|$)")
_PATH: Final = re.compile(r"(file|link|portal|workspace):|\.{0,2}/")
_PROTOCOL: Final = re.compile(r"(file|link|portal):")
_URL: Final = re.compile(r"https?://")
# Registries that keep packages under addresses without `/-/`.
_GITHUB: Final = "npm.pkg.github.com"
_JSR: Final = "npm.jsr.io"


def origin_of(address: str) -> Origin | None:
    """What kind of address it is: None for one that is none of the kinds a package manager knows."""
    if _VCS.match(address):
        return Origin.VCS
    if _PATH.match(address):
        return Origin.PATH
    return Origin.URL if _URL.match(address) else None


def place_package(source: Source, line: int, version: str, address: str, about: About) -> Entry:
    """The entry of a package with a version and the address that it is downloaded from, empty where none is said.

    An address wins over the name and the version beside it, since package managers install what is there
    (https://snyk.io/blog/why-npm-lockfiles-can-be-a-security-blindspot-for-injecting-malicious-modules/).
    """
    if version and (not address or _is_plain(address, about.name, version)):
        return pinned(source, line, NPM, version, about)
    origin = origin_of(address) if address else None
    if origin is Origin.URL and is_of_registry(address, about.name, version):
        origin = None
    if origin:
        return loose(source, line, origin, address, about)
    host = host_of(address)
    about = replace(about, registry="" if host in _DEFAULT_HOSTS else host)
    if not version:
        return loose(source, line, Origin.UNPINNED, "", about)
    return pinned(source, line, NPM, version, about)


def _is_plain(address: str, name: str, version: str) -> bool:
    """Whether an address is the usual one of npm's own registry: most are, and a comparison of texts is quick."""
    return address.partition("#")[0] == f"https://{_NPM}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"


def is_of_registry(address: str, name: str, version: str) -> bool:
    """Whether an address is what a registry has for the version of a package."""
    path = unquote(address.partition("#")[0].partition("?")[0])
    if host_of(address) == _GITHUB:
        return f"/{name}/{version}/" in path
    if host_of(address) == _JSR:
        return path.endswith(f"/{name}/{version}.tgz")
    base = name.rpartition("/")[2]
    plain = version.partition("+")[0]
    _, dash, tail = path.rpartition("/-/")
    file = tail.rpartition("/")[2]
    return bool(dash) and file in (f"{base}-{version}.tgz", f"{base}-{plain}.tgz")


def is_own_folder(address: str) -> bool:
    """Whether an address is a folder of the repository itself, whose files are the project's own code."""
    if not _PATH.match(address):
        return False
    path = address.partition(":")[2] if _PROTOCOL.match(address) else address
    return entries.is_own_folder(path.partition("#")[0].partition("::")[0])
