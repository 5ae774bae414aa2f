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
        named: dict[int, set[str]] = {}
        for call in file.calls:
            if _COLUMN.fullmatch(call.name) and _KEY.search(call.text):
                yield _key(file, call, migrated, named)


def _key(file: SourceFile, call: Element, migrated: set[str], named: dict[int, set[str]]) -> Key:
    """The key that a call declares; `named` keeps the columns of each class's indexes, by where the class begins."""
    holder = next((one for one in file.around(call) if one.kind is Kind.ASSIGN), None)
    name = holder.name.partition(":")[0].strip() if holder else ""
    owner = file.class_around(call)
    if owner and owner.start not in named:
        named[owner.start] = set(_NAMED.findall(file.text(owner)))
    own = named[owner.start] if owner else set()
    indexed = bool(_INDEXED.search(call.text)) or name in own or name in migrated
    return Key(owner.name if owner else "", name, file.path, call.line, (file.path, call.line) if indexed else None)
