"""A requirement of Python's as a manifest declares it."""

from __future__ import annotations

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.python.requirement import parse_requirement


def declare_requirement(source: Source, text: str, line: int, *, dev: bool = False) -> Statement:
    """What the text asks for, or that it cannot be read."""
    wanted = parse_requirement(text.strip())
    if wanted is None:
        return source.unknown(line, "a requirement that follows no grammar of Python's")
    if wanted.origin is Origin.REGISTRY:
        return Declared(name=wanted.name, said=f"=={wanted.version}", line=line, version=wanted.version, dev=dev)
    return Declared(name=wanted.name, said=wanted.said, line=line, origin=wanted.origin, dev=dev)
