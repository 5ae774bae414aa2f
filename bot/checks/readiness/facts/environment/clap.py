"""Variables of the environment that clap of Rust reads, and those that it stops without.

A field of a parser that says `env` is read from the variable of that name, or of its own in capitals; without a default
it is required, unless it is an `Option`, a list or a flag. Source: https://docs.rs/clap/latest/clap/_derive/
(read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.environment.required import Variable
from bot.checks.readiness.facts.source.index import Source

_BYTES = re.compile(rb"#\[(?:clap|arg|structopt)\([^\]]{0,400}?\benv\b")
_FIELD = re.compile(
    r"#\[(?:clap|arg|structopt)\((?P<told>[^\]]{0,400})\)\]\s{0,99}"
    r"(?:(?:#\[[^\]]{0,200}\]|///[^\n]{0,200})\s{0,99}){0,6}(?:pub(?:\([^)]{0,40}\))?\s+)?(?P<name>[a-z]\w{0,60})\s{0,9}:\s{0,9}(?P<type>\w{1,40})"
)
_ENV = re.compile(r"(?:^|[\s,(])env(?:\s*=\s*\"([A-Z][A-Z0-9_]{1,60})\")?\s*(?=,|$)")
_DEFAULT = re.compile(r"\bdefault_(?:value|values|value_t|values_t|missing_value)")
_MAY_BE_NONE = frozenset({"Option", "Vec", "bool"})


def find_by_clap(source: Source, *, required: bool) -> Iterator[Variable]:
    """Yield the variables that parsers read, or those alone that they stop without."""
    for file in source.parsed("clap", "structopt", language="rust", pattern=_BYTES):
        for found in _FIELD.finditer(file.code):
            told = _ENV.search(found["told"])
            may_be_none = _DEFAULT.search(found["told"]) or found["type"] in _MAY_BE_NONE
            if told and not (required and may_be_none):
                line = file.code.count("\n", 0, found.start()) + 1
                yield Variable(told[1] or found["name"].upper(), file.path, line)
