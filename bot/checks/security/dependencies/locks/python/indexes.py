"""Indexes of Python packages: which one is the default, and how a lock's tables say where a package comes from."""

from __future__ import annotations

from typing import Final

from bot.checks.security.dependencies.locks.entries import host_of
from bot.checks.security.text.located import Place

# Files of PyPI stand on a host of their own.
DEFAULT_HOSTS: Final = frozenset({"", "pypi.org", "pypi.python.org", "files.pythonhosted.org"})


def registry_of(*addresses: str) -> str:
    """The hosts of indexes, without PyPI's; several are joined by a blank."""
    return " ".join(sorted({host_of(address) for address in addresses} - DEFAULT_HOSTS))


def first_said(place: Place, *keys: str) -> str:
    """The text under the first of the keys that has one."""
    return next((text for key in keys if (text := place.get(key).text)), "")
