"""Composer's `composer.json`.

Source: https://getcomposer.org/doc/04-schema.md (read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.text.json_text import read_json

_EXACT: Final = re.compile(r"v?\d+\.\d+\.\d+(?:\.\d+)?(?:-[A-Za-z0-9.]+)?")


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for; PHP and its extensions are no packages."""
    root = read_json(source.text)
    for group in ("require", "require-dev"):
        for place in root.get(group).members():
            if "/" not in place.key:
                continue
            said = place.text.strip()
            version = said if _EXACT.fullmatch(said) else ""
            dev = group != "require"
            yield Declared(name=place.key.lower(), said=said, line=place.line, version=version, dev=dev)
