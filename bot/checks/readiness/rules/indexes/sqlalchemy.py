"""Foreign keys of SQLAlchemy's and SQLModel's classes; an index may be made by a migration alone.

What a migration makes as it is undone is not there, nor what another one drops. Out of sight: in which order they run.
"""

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
_MIGRATED = re.compile(r"""^\(\s*(?:\w+\.f\(\s*)?["']([^"'\n]+)["'][^\[]{0,200}\[\s*["'](\w+)["']""")
_DROPPED = re.compile(r"""^\(\s*(?:\w+\.f\(\s*)?["']([^"'\n]+)["']""")


def find_sqlalchemy_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of each class."""
    migrated = _find_migrated(look)
    for file in look.source.parsed("ForeignKey(", "foreign_key=", language="python"):
        if re.search(r"(?:^|/)(?:versions|migrations|alembic)/", file.path):
            continue
        named: dict[int, set[str]] = {}
        for call in file.calls:
            if _COLUMN.fullmatch(call.name) and _KEY.search(call.text):
                yield _key(file, call, migrated, named)


def _find_migrated(look: Look) -> set[str]:
    """The columns that begin an index of a migration, which no other migration drops."""
    columns: dict[str, str] = {}
    dropped: set[str] = set()
    for file in look.source.parsed("create_index", "drop_index", language="python"):
        calls = [one for one in file.calls if not any(at.name == "downgrade" for at in file.functions_around(one))]
        own = {
            found[1]: found[2]
            for one in calls
            if one.last_name == "create_index" and (found := _MIGRATED.match(one.text))
        }
        gone = (_DROPPED.match(one.text) for one in calls if one.last_name == "drop_index")
        dropped |= {found[1] for found in gone if found} - own.keys()
        columns |= own
    return {column for name, column in columns.items() if name not in dropped}


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
