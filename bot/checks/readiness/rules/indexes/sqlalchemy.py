"""Foreign keys of SQLAlchemy's and SQLModel's classes; an index may be made by a migration alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key

_COLUMN = re.compile(r"(?:.*\.)?(?:mapped_column|Column|Field)")
_KEY = re.compile(r"\bForeignKey\(|\bforeign_key\s*=\s*[\"']")
_INDEXED = re.compile(r"\b(?:index|unique|primary_key)\s*=\s*True\b")
_NAMED = re.compile(r"""\b(?:Index|UniqueConstraint|PrimaryKeyConstraint)\(\s*(?:["'][^"'\n]*["'],\s*)?["'](\w+)["']""")
_MIGRATED = re.compile(r"""create_index\([^\[\n]{0,200}?(?:\[\s*|columns=\[\s*)["'](\w+)["']""", re.DOTALL)


def find_sqlalchemy_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of each class."""
    migrated = set()
    for path in look.source.mentioning("create_index", language="python"):
        migrated.update(_MIGRATED.findall(look.source.file(path).code))
    for file in look.source.parsed("ForeignKey(", "foreign_key=", language="python"):
        if re.search(r"(?:^|/)(?:versions|migrations|alembic)/", file.path):
            continue
        for call in file.calls:
            if _COLUMN.fullmatch(call.name) and _KEY.search(call.text):
                yield _key(file, call, migrated)


def _key(file: SourceFile, call: Element, migrated: set[str]) -> Key:
    holder = next((one for one in file.around(call) if one.kind is Kind.ASSIGN), None)
    name = holder.name.partition(":")[0].strip() if holder else ""
    owner = file.class_around(call)
    named = set(_NAMED.findall(file.text(owner))) if owner else set()
    indexed = bool(_INDEXED.search(call.text)) or name in named or name in migrated
    return Key(owner.name if owner else "", name, file.path, call.line, (file.path, call.line) if indexed else None)
