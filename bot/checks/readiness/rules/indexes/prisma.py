"""Foreign keys of Prisma's schemas.

Source: https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode#indexes (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key, Lines

_MODEL = re.compile(r"^model\s+(\w+)\s*\{([^}]*)\}", re.MULTILINE)
_KEY = re.compile(r"@relation\([^)\n]*\bfields:\s*\[\s*(\w+)")
_FIRST = re.compile(r"@@(?:index|unique|id)\(\s*(?:fields:\s*)?\[\s*(\w+)")
_OWN = re.compile(r"^\s*(\w+)\s[^\n]*@(?:id|unique)\b", re.MULTILINE)
_PROVIDER = re.compile(r'^\s*provider\s*=\s*"(mysql|\w+)"', re.MULTILINE)
_MODE = re.compile(r'relationMode\s*=\s*"prisma"')


def find_prisma_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of each model; MySQL gives each one an index by itself."""
    for path in look.files.select("*.prisma"):
        text = without_comments(path, look.files.text(path) or "")
        lines = Lines(text)
        by_itself = any(found[1] == "mysql" for found in _PROVIDER.finditer(text)) and not _MODE.search(text)
        for model in _MODEL.finditer(text):
            body = model.start(2)
            indexes = {
                found[1]: lines.at(body + found.start(1))
                for pattern in (_OWN, _FIRST)
                for found in pattern.finditer(model[2])
            }
            for key in _KEY.finditer(model[2]):
                line = lines.at(body + key.start())
                index = indexes.get(key[1], line if by_itself else None)
                yield Key(model[1], key[1], path, line, (path, index) if index else None)
