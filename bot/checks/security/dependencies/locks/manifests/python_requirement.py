"""A requirement of Python's as a manifest declares it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.formats import format_of
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.python.requirement import parse_requirement
from bot.model import Unknown


def declare_requirement(source: Source, text: str, line: int, *, dev: bool = False) -> Statement:
    """What the text asks for, or that it cannot be read."""
    wanted = parse_requirement(text.strip())
    if wanted is None:
        return source.unknown(line, "a requirement that follows no grammar of Python's")
    if wanted.origin is Origin.REGISTRY:
        return Declared(name=wanted.name, said=f"=={wanted.version}", line=line, version=wanted.version, dev=dev)
    return Declared(name=wanted.name, said=wanted.said, line=line, origin=wanted.origin, dev=dev)


def tell_files(source: Source, names: Iterable[str], line: int) -> Iterator[Unknown]:
    """Yield what of the files that setuptools takes requirements from has no name of such, and so is not read."""
    for name in names:
        if format_of(source.folder + name.strip()) is None:
            settle = "give it a name such as requirements.txt"
            yield source.unknown(line, "requirements from a file that has no name of such", settle)
