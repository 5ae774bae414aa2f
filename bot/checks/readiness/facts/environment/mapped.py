"""Variables of the environment that a table of settings names: convict's schemas, and what node-config maps.

Neither requires one: what is not set keeps the default of the schema, or what the files beside the map say.
Sources: https://github.com/mozilla/node-convict and https://github.com/node-config/node-config/wiki/Environment-Variables
(read 2026-11-30).
Out of sight: schemas whose names are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.environment.required import Variable
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.index import Source

_NAME = r"[\"']([A-Z][A-Z0-9_]{2,60})[\"']"
_SCHEMA = re.compile(rf"\benv:\s{{0,8}}{_NAME}")
_SCHEMA_BYTES = re.compile(rb"\benv:\s{0,8}[\"'][A-Z]")
# A key of convict's schema has a default, and says of what form it is.
_OF_SCHEMA = ("default:", "format:")
_MAPS = tuple(
    f"custom-environment-variables.{ending}" for ending in ("json", "json5", "yaml", "yml", "js", "cjs", "ts")
)
_MAPPED = re.compile(rf"(?::\s{{0,8}}|__name[\"']?\s{{0,8}}:\s{{0,8}}){_NAME}|:\s{{1,8}}([A-Z][A-Z0-9_]{{2,60}})\s*$")
_MAX_LINE = 1_000


def find_mapped(files: Files, source: Source) -> Iterator[Variable]:
    """Yield the variables that a schema or a map says a setting is read from."""
    for file in source.parsed("env:", language="typescript", pattern=_SCHEMA_BYTES):
        if all(file.says(word) for word in _OF_SCHEMA):
            for number, line in enumerate(file.lines, 1):
                yield from (Variable(name, file.path, number) for name in _SCHEMA.findall(line[:_MAX_LINE]))
    for path in files.select(*_MAPS):
        for number, line in enumerate(files.lines(path), 1):
            for names in _MAPPED.findall(line[:_MAX_LINE].partition("#")[0]):
                yield Variable(next(filter(None, names)), path, number)
