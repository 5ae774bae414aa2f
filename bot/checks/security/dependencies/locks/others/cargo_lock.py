"""Cargo's `Cargo.lock`, versions 1 to 4.

Source: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html (read 2026-11-30), and the module
`cargo::core::resolver::encode` of Cargo.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import CRATES, About, Entry, Own, Source, host_of, loose, pinned
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.toml_text import read_toml

_DEFAULT: Final = ("registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/")


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that come from elsewhere; those without a source are the workspace's own."""
    root = read_toml(source.text)
    packages = root.get("package")
    if packages and not packages.is_list:
        raise UnreadableError(packages.line, "is no lock of Cargo: it has no list of packages")
    sums = root.get("metadata")
    for place in packages.elements():
        yield _read_package(source, place, sums) if place.get("source").text else Own(place.get("name").text)


def _read_package(source: Source, place: Place, sums: Place) -> Entry:
    name, version, origin = place.get("name").text, place.get("version"), place.get("source")
    # The first version of the format kept the checksums at its end.
    old = sums.get(f"checksum {name} {version.text} ({origin.text})").text
    kind, _, address = origin.text.partition("+")
    default = origin.text.startswith(_DEFAULT)
    registry = "" if default or kind not in ("registry", "sparse") else host_of(address)
    about = About(name=name, registry=registry, integrity=place.get("checksum").text or old)
    if kind == "git":
        return loose(source, origin.line, Origin.VCS, address, about)
    if kind not in ("registry", "sparse"):
        return loose(source, origin.line, Origin.PATH, origin.text, about)
    return pinned(source, version.line, CRATES, version.text, about)
