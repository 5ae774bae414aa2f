"""Foreign keys of Prisma's schemas.

Source: https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode#indexes (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key, Lines

_MODEL = re.compile(r"^model[ \t]+(\w+)[ \t]*\{", re.MULTILINE)
# A bracket within a line may stand in a text, as in `@default("{}")`.
_END = re.compile(r"^[ \t]*\}", re.MULTILINE)
_KEY = re.compile(r"@relation\([^)@\n]*\bfields:\s*\[\s*(\w+)")
_FIRST = re.compile(r"@@(?:index|unique|id)\(\s*(?:fields:\s*)?\[\s*(\w+)")
_OWN = re.compile(r"^[ \t]*(\w+)[ \t][^\n]*@(?:id|unique)\b", re.MULTILINE)
_PROVIDER = re.compile(r'^[ \t]*provider[ \t]*=[ \t]*"(mysql|\w+)"', re.MULTILINE)
_MODE = re.compile(r'relationMode\s*=\s*"prisma"')


def find_prisma_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of each model; MySQL gives each one an index by itself."""
    for path in look.files.select("*.prisma"):
        text = without_comments(path, look.files.text(path) or "")
        lines = Lines(text)
        by_itself = any(found[1] == "mysql" for found in _PROVIDER.finditer(text)) and not _MODE.search(text)
        for model, start, end in _models(text):
            indexes = {
                found[1]: lines.at(found.start(1))
                for pattern in (_OWN, _FIRST)
                for found in pattern.finditer(text, start, end)
            }
            for key in _KEY.finditer(text, start, end):
                line = lines.at(key.start())
                index = indexes.get(key[1], line if by_itself else None)
                yield Key(model, key[1], path, line, (path, index) if index else None)


def _models(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each model's name, and where its body begins and ends."""
    at = 0
    while begun := _MODEL.search(text, at):
        end = _END.search(text, begun.end())
        at = end.start() if end else len(text)
        yield begun[1], begun.end(), at
