"""Variables that Symfony's configuration reads: `%env(X)%`, which no parameter and no processor gives a default.

Source: https://symfony.com/doc/current/configuration/env_var_processors.html (read 2026-11-30).
Out of sight: configuration in PHP, and processors of the program's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.environment.required import Variable
from bot.checks.readiness.facts.files import Files

_NAME = r"([A-Z][A-Z0-9_]{2,})"
_READ = re.compile(rf"%env\((?!default:)(?:\w+:)*{_NAME}\)%")
_DEFAULT = re.compile(rf"^\s*[\"']?env\({_NAME}\)[\"']?\s*:")
_FILES = ("config/**/*.yaml", "config/**/*.yml", "**/config/*.yml", "**/config/*.yaml")
_BESIDE = re.compile(r"(?:^|/)(?:packages|routes|services)/(?:dev|test)/|[_.-](?:dev|test)\.ya?ml$")
# What stands below such a key holds in that environment alone.
# https://symfony.com/doc/current/configuration.html#configuration-environments
_TOP = re.compile(r"[\"']?([\w@.-]{1,80}+)[\"']?\s{0,8}:")
_OF_DEVELOPERS = frozenset({"when@dev", "when@test"})
_MAX_LINE = 1_000


def find_in_symfony(files: Files) -> Iterator[Variable]:
    """Yield the variables that production's configuration reads without a default, each where it is first read."""
    found: dict[str, Variable] = {}
    given: set[str] = set()
    for path in files.select(*_FILES):
        lines = files.lines(path) if b"env(" in (files.content(path) or b"") else ()
        section = ""
        for number, line in enumerate(lines, 1):
            section = top[1] if (top := _TOP.match(line[:_MAX_LINE])) else section
            said = line[:_MAX_LINE].partition("#")[0]
            given.update(_DEFAULT.findall(said))
            for name in () if section in _OF_DEVELOPERS or _BESIDE.search(path) else _READ.findall(said):
                found.setdefault(name, Variable(name, path, number))
    yield from (one for name, one in found.items() if name not in given)
