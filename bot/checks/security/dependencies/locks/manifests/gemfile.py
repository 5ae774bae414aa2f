"""Bundler's `Gemfile` and `gems.rb`, as text: calls of `gem` with names and versions that stand in them as they are.

Source: https://bundler.io/man/gemfile.5.html (read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement

_GEM: Final = re.compile(r"""\s*gem[\s(]\s*(?P<quote>["'])(?P<name>[^"']+)(?P=quote)(?P<rest>.*)""")
_COMPUTED: Final = re.compile(r"\s*gem[\s(]\s*(?P<variable>[A-Za-z_#]\w*)(?P<rest>.*)")
# `%w[rspec-core rspec-mocks].each do |name|`: names that a loop gives to a variable.
_LOOP: Final = re.compile(r"\s*%w[\[({<](?P<names>[\w.\-\s]+)[\])}>]\.each\s*(?:do|\{)\s*\|\s*(?P<variable>\w+)\s*\|")
_VERSION: Final = re.compile(r"""\s*,\s*\[?\s*(["'])([^"']*)\1\s*\]?""")
_ADDRESS: Final = re.compile(r"""\b(git|github|gitlab|bitbucket|gist|path)(?::|["']?\s*=>)\s*["']([^"']+)["']""")
_EXACT: Final = re.compile(r"=?\s*(\d[0-9A-Za-z.]*)")
_MAX_LINE: Final = 5_000


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for; a name that would have to be computed is told."""
    loops: dict[str, Sequence[str]] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        text = line[:_MAX_LINE]
        if loop := _LOOP.match(text):
            loops[loop["variable"]] = loop["names"].split()
        elif found := _GEM.match(text) or _COMPUTED.match(text):
            variable = found.groupdict().get("variable")
            names = loops.get(variable) if variable else [found["name"]] if "#{" not in found["name"] else None
            if names is None:
                yield source.unknown(number, "a gem whose name the file computes", "write its name out")
            yield from filter(None, (_declare(name, found["rest"], number) for name in names or ()))


def _declare(name: str, rest: str, number: int) -> Declared | None:
    if address := _ADDRESS.search(rest):
        if address[1] == "path":
            return None
        return Declared(name=name, said=address[2], line=number, origin=Origin.VCS)
    versions = []
    while found := _VERSION.match(rest):
        versions.append(found[2].strip())
        rest = rest[found.end() :]
    exact = _EXACT.fullmatch(versions[0]) if len(versions) == 1 else None
    return Declared(name=name, said=", ".join(versions), line=number, version=exact[1] if exact else "")
