"""npm's `package.json`, which Yarn, pnpm and Bun read too.

Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-json (read 2026-11-30)
Out of sight: peer dependencies, which the project that uses a package brings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.node.addresses import is_own_folder, origin_of
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place

_GROUPS: Final = ("dependencies", "devDependencies", "optionalDependencies")
_EXACT: Final = re.compile(r"=?\s*v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)")
# `owner/repository`, which npm takes for GitHub's.
_SHORTHAND: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#.*)?")


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for."""
    root = read_json(source.text)
    for group in _GROUPS:
        for place in root.get(group).members():
            if declared := _declare(place, dev=group == "devDependencies"):
                yield declared


def _declare(place: Place, *, dev: bool) -> Declared | None:
    name, said = place.key, place.text.strip()
    # What a workspace stands for is said where that is; what a catalog does, only in a lock.
    if said.startswith(("workspace:", "link:", "portal:")) or is_own_folder(said):
        return None
    if said.startswith("jsr:"):
        # JSR gives npm's clients its packages under one scope (https://jsr.io/docs/npm-compatibility).
        full, _, version = said.removeprefix("jsr:").rpartition("@")
        name, said = f"@jsr/{(full or name).removeprefix('@').replace('/', '__')}", version
    if said.startswith("npm:"):
        name, _, said = said.removeprefix("npm:").rpartition("@")
        name, said = (name, said) if name else (f"@{said}", "")
    origin = origin_of(said) or (Origin.VCS if _SHORTHAND.fullmatch(said) else None)
    if origin:
        return Declared(name=name, said=said, line=place.line, origin=origin, dev=dev)
    exact = _EXACT.fullmatch(said)
    return Declared(name=name, said=said, line=place.line, version=exact[1] if exact else "", dev=dev)
