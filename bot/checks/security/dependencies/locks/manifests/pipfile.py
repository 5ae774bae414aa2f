"""Pipenv's `Pipfile`.

Source: https://pipenv.pypa.io/en/latest/pipfile.html (read 2026-11-30)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source, is_own_folder
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.python.requirement import normalise
from bot.checks.security.text.located import Place
from bot.checks.security.text.toml_text import read_toml

_NO_CATEGORY: Final = frozenset({"source", "requires", "scripts", "pipenv"})


def declare(source: Source) -> Iterator[Statement]:
    """Yield what each category asks for."""
    for category in read_toml(source.text).members():
        if category.key in _NO_CATEGORY:
            continue
        for place in category.members():
            if declared := _declare(place, dev=category.key == "dev-packages"):
                yield declared


def _declare(place: Place, *, dev: bool) -> Declared | None:
    name = normalise(place.key)
    for key, origin in (("git", Origin.VCS), ("file", Origin.URL), ("path", Origin.PATH)):
        if said := place.get(key).text:
            kind = origin if origin is not Origin.URL or "://" in said else Origin.PATH
            if kind is Origin.PATH and is_own_folder(said):
                return None
            return Declared(name=name, said=said, line=place.get(key).line, origin=kind, dev=dev)
    version = place if place.text else place.get("version")
    exact = version.text.removeprefix("==").strip()
    pinned = exact if version.text.startswith("==") and not any(mark in exact for mark in "*,<>=!~") else ""
    said = "" if version.text == "*" else version.text
    return Declared(name=name, said=said, line=version.line, version=pinned, dev=dev)
