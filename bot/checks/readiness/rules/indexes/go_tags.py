"""Foreign keys of the structs that GORM and XORM make tables of, and the indexes that their tags ask for.

Neither gives a foreign key an index by itself. Source: https://gorm.io/docs/indexes.html and
https://xorm.io/docs/chapter-02/4.columns/ (read 2026-11-30).
Out of sight: structs without a primary key of their own, which hold rows of queries as often as tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key

_STRUCT = re.compile(r"^type (\w+) struct \{$")
_FIELD = re.compile(r"^\s+(\w[\w.]*)(?:\s+([\w.*\[\]]+))?(?:\s+`([^`]*)`)?\s*$")
_TAG = re.compile(r'\b(?:gorm|xorm):"([^"]*)"')
_PRIMARY = re.compile(r"(?i)\b(?:pk|primary_?key)\b")
_POINTING = ("ID", "Id")
# What is named like a key and of a type that keys have; keys of other systems are texts.
_KEY_TYPES = frozenset(
    {"int", "int32", "int64", "uint", "uint32", "uint64", "NullInt32", "NullInt64", "UUID", "NullUUID"}
)
_KEY_COLUMN = re.compile(r"(?i)\b(?:BIG)?INT(?:EGER)?\b|\bUUID\b")
_INDEX = re.compile(
    r"(?i)\b(?:unique_?index|index|unique|pk|primary_?key)\b(?:\((\w+)\)|:(\w+))?(?:[^;\s]*priority:(\d+))?"
)
_IGNORED = "-"


class _Field(NamedTuple):
    """A field of a struct; `tag` is what GORM or XORM reads of its tags, `type` is empty of one that is embedded."""

    line: int
    name: str
    type: str
    tag: str


def find_go_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of each struct that is a table."""
    for path in look.source.mentioning('gorm:"', 'xorm:"', "gorm.Model", language="go"):
        yield from _find_in(path, look.source.file(path).lines)


def _find_in(path: str, lines: Sequence[str]) -> Iterator[Key]:
    table = ""
    fields: list[_Field] = []
    for number, line in enumerate(lines, start=1):
        if opened := _STRUCT.match(line):
            table, fields = opened[1], []
        elif line.startswith("}") and table:
            yield from _keys(path, table, fields)
            table = ""
        elif table and (field := _FIELD.match(line)):
            tag = _TAG.search(field[3] or "")
            fields.append(_Field(number, field[1], field[2] or "", tag[1] if tag else ""))


def _keys(path: str, table: str, fields: Sequence[_Field]) -> Iterator[Key]:
    if not any(one.name == "gorm.Model" or _PRIMARY.search(one.tag) for one in fields):
        return
    begun: set[str] = set()
    for one in fields:
        if one.tag == _IGNORED:
            continue
        indexed = _begins(one.tag, begun)
        if one.name.endswith(_POINTING) and one.name not in _POINTING and _is_key(one):
            yield Key(table, one.name, path, one.line, (path, one.line) if indexed else None)


def _is_key(field: _Field) -> bool:
    return field.type.lstrip("*").rpartition(".")[2] in _KEY_TYPES or bool(_KEY_COLUMN.search(field.tag))


def _begins(tag: str, begun: set[str]) -> bool:
    """Whether a column begins an index; `begun` holds the named ones of the struct, which only one column begins."""
    begins = False
    for found in _INDEX.finditer(tag):
        name = (found[1] or found[2] or ("pk" if _PRIMARY.match(found[0]) else "")).lower()
        if name not in begun and found[3] in {None, "1"}:
            begins = True
            begun.update({name} - {""})
    return begins
