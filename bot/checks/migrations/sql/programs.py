"""Code that runs in the database: functions that change tables, and SQL that is put together before it is run."""

from __future__ import annotations

import re

from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.sql.statements import Statement

_KINDS = frozenset({"FUNCTION", "PROC", "PROCEDURE"})
# Words between CREATE and the kind: OR REPLACE, DEFINER = a @ b.
_MOST_BEFORE = 8
_DEFINES = re.compile(r"\b(?:ALTER|CREATE|DROP|RENAME|EXECUTE|EXEC|PREPARE|CALL|PERFORM)\b", re.IGNORECASE)
_DEFINED = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:function|proc(?:edure)?)\s+([\w.\"`\[\]]{1,200})")
_RUN = re.compile(
    r"""\b(?:EXECUTE(?:\s+IMMEDIATE)?|EXEC|SP_EXECUTESQL|PREPARE\s+\w+\s+FROM)\b(?!\s+(?:FUNCTION|PROCEDURE|SP_RENAME)\b)"""
    r"""\s*\(?\s*(?P<text>N?'(?:[^']|'')*'\s*(?:\)|;|\Z|USING\b|INTO\b|,))?""",
    re.IGNORECASE,
)


def keep_program(schema: Schema, statement: Statement) -> None:
    """Keep the name of a function or procedure whose body may change tables."""
    words = statement.words()
    before = [word.upper() for word in words[:_MOST_BEFORE]]
    at = next((at for at, word in enumerate(before) if word in _KINDS), None)
    if at is None or before[0] != "CREATE":
        return
    end = at + 1
    while words[end + 1 : end + 2] == ["."]:
        end += 2
    if words[end : end + 1] and any(_DEFINES.search(word) for word in words[end + 1 :]):
        schema.programs.add(words[end].lower())


def find_programs(text: str) -> set[str]:
    """The functions and procedures that a text in lower case makes, if it may change tables."""
    if _DEFINES.search(text) is None:
        return set()
    return {found[1].rpartition(".")[2].strip('"`[]') for found in _DEFINED.finditer(text)}


def calls_program(schema: Schema, statement: Statement) -> bool:
    """Whether a statement names a function whose body may change tables."""
    return bool(schema.programs) and any(word.lower() in schema.programs for word in statement.words())


def is_composed(text: str) -> bool:
    """Whether code runs SQL that it puts together, rather than one that is written out."""
    return any(found["text"] is None for found in _RUN.finditer(text))
