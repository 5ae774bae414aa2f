"""Cargo's `Cargo.toml`.

Source: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.text.located import Place
from bot.checks.security.text.toml_text import read_toml

_GROUPS: Final = ("dependencies", "dev-dependencies", "build-dependencies")


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the crate or the workspace asks for."""
    root = read_toml(source.text)
    for table in (root, root.get("workspace"), *root.get("target").members()):
        for group in _GROUPS:
            for place in table.get(group).members():
                if declared := _declare(place, dev=group == "dev-dependencies"):
                    yield declared


def _declare(place: Place, *, dev: bool) -> Declared | None:
    name = place.get("package").text or place.key
    # What the workspace says stands there; a path is the project's own.
    if place.get("workspace").value is True or "path" in place:
        return None
    if address := place.get("git"):
        return Declared(name=name, said=address.text, line=address.line, origin=Origin.VCS, dev=dev)
    version = place if place.text else place.get("version")
    exact = version.text.removeprefix("=").strip()
    pinned = exact if version.text.startswith("=") and exact.count(".") > 1 and "," not in exact else ""
    return Declared(name=name, said=version.text, line=version.line, version=pinned, dev=dev)
