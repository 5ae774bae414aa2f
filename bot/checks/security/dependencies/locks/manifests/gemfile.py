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
# What may follow the variable where its value is the whole name: `gem lib.sub("a", "b")` asks for another one.
_WHOLE: Final = re.compile(r"\s*(?:[,);}#]|(?:end|if|unless)\b|$)")
_WORD: Final = re.compile(r"\w+")
# Names that loops may give in one file; each line of a long loop has all of them.
_MOST_LOOPED: Final = 2_000
_VERSION: Final = re.compile(r"""\s*,\s*\[?\s*(["'])([^"']*)\1\s*\]?""")
_ADDRESS: Final = re.compile(r"""\b(git|github|gitlab|bitbucket|gist|path)(?::|["']?\s*=>)\s*["']([^"']+)["']""")
_EXACT: Final = re.compile(r"=?\s*(\d[0-9A-Za-z.]*)")
_MAX_LINE: Final = 5_000


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for; a name that would have to be computed is told."""
    loops: dict[str, Sequence[str]] = {}
    names: Sequence[str] | None
    given = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        text = line[:_MAX_LINE]
        if loop := _LOOP.match(text):
            loops[loop["variable"]] = loop["names"].split()
            text = text[loop.end() :]
        if found := _GEM.match(text):
            names = [found["name"]] if "#{" not in found["name"] else None
        elif found := _COMPUTED.match(text):
            names = loops.get(found["variable"]) if _WHOLE.match(found["rest"]) else None
            given += len(names or ())
        else:
            # Another loop or an assignment may give the variable another value.
            for word in _WORD.findall(text.partition("#")[0]):
                loops.pop(word, None)
            continue
        if names is None or given > _MOST_LOOPED:
            yield source.unknown(number, "a gem whose name the file computes", "write its name out")
        else:
            yield from filter(None, (_declare(name, found["rest"], number) for name in names))


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
