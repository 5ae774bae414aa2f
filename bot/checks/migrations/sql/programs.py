"""Code that runs in the database: functions that change tables, and SQL that is put together before it is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.sql.statements import Statement
from bot.model import Tree

_KINDS = frozenset({"FUNCTION", "PROC", "PROCEDURE"})
# Words between CREATE and the kind: OR REPLACE, DEFINER = a @ b.
_MOST_BEFORE = 8
_DEFINES = re.compile(
    r"\b(?:(?:ALTER|DROP|RENAME)\s+(?:TABLE|TYPE|SCHEMA|EXTENSION)|SP_RENAME|EXECUTE|EXEC|PREPARE|CALL|PERFORM)\b",
    re.IGNORECASE,
)
_DEFINED = re.compile(r"\bcreate\s+(?:or\s+replace\s+)?(?:function|proc(?:edure)?)\s+([\w.\"`\[\]]{1,200})")
_SWEEPS = re.compile(
    r"\bdrop\s+(?:(?:schema|database)\b[^;]{0,200}|(?:type|domain|extension)\b[^;]{0,200}?\bcascade\b|owned\s+by\b)"
)
_MOST_SWEEPS = 10
_MAKES = re.compile(rb"(?i)create\s+(?:or\s+replace\s+)?(?:function|proc)")
_CALLED = re.compile(r"(?<!\w)(\w{1,63}+)[\"`\]]?\s?\(")
_MAX_CALLING = 1_000_000
# What most SQL calls, or has before a bracket.
_COMMON = frozenset({"char", "check", "count", "in", "key", "max", "min", "now", "values", "varchar"})
_MARK = re.compile(r"\$\w*\$")
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
    if words[end : end + 1] and _DEFINES.search(" ".join(words[end + 1 :])):
        schema.programs.add(words[end].lower())


def find_programs(text: str) -> set[str]:
    """The functions and procedures that a text in lower case makes and that may change tables."""
    found = list(_DEFINED.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)] * bool(found)
    bodies = ((one[1], _body(text[one.end() : end])) for one, end in zip(found, ends, strict=True))
    return {name.rpartition(".")[2].strip('"`[]') for name, body in bodies if _DEFINES.search(body)}


def find_merged(tree: Tree, paths: Iterable[str], texts: Iterable[str]) -> set[str]:
    """The functions that may change tables and that texts call, of those that merged migrations make.

    A migration may be a script that has its SQL as texts; it is not read as one.
    """
    called = {name.lower() for text in texts for name in _CALLED.findall(text[:_MAX_CALLING])} - _COMMON
    if not called:
        return set()
    contents = (content for _, content in tree.read_many(paths) if isinstance(content, bytes))
    made = (content.decode("utf-8", "replace").lower() for content in contents if _MAKES.search(content))
    return called & set().union(*map(find_programs, made))


def find_sweeping(text: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a text in lower case that take tables or columns away without naming them.

    Each is its line, from 1, and how it begins.
    """
    for found in islice(_SWEEPS.finditer(text), _MOST_SWEEPS):
        yield text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())[:60].upper()


def _body(text: str) -> str:
    """What stands between the first two marks such as `$$`; all where there are none."""
    mark = _MARK.search(text)
    end = text.find(mark[0], mark.end()) if mark is not None else -1
    return text[mark.end() : end] if mark is not None and end >= 0 else text


def calls_program(schema: Schema, statement: Statement) -> bool:
    """Whether a statement calls a function whose body may change tables."""
    if not schema.programs:
        return False
    words = [word.lower() for word in statement.words()]
    return any(word in schema.programs and words[at + 1 : at + 2] == ["("] for at, word in enumerate(words))


def is_composed(text: str) -> bool:
    """Whether code runs SQL that it puts together, rather than one that is written out."""
    return any(found["text"] is None for found in _RUN.finditer(text))
