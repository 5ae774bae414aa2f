"""Statements after which a name stands for a table of another schema: `SET search_path`, `SET SCHEMA`, `USE`.

Rule: where the first schema of the path is another than `public`, a table that is named without a schema is not known.
An empty path is quiet, since every name has its schema then; so is what a function sets for itself.
Source: https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.sql.statements import Statement

if TYPE_CHECKING:
    from sqlglot import exp

_NAME = re.compile(r"[\w$]+")
_USUAL = frozenset({"default", "dbo", "main", "public"})
# Words beside the path: `TO`, the last argument of `set_config`, and schemas that hold no table of the project.
_BESIDE = frozenset({"$user", "false", "local", "pg_catalog", "session", "to", "true"})
_DEFINING = frozenset({"ALTER", "COMMENT", "CREATE", "DROP", "RENAME"})
_FIRST = 40
_SETS = re.compile(
    r"(?:^|;)[ \t]*(?:set\s+(?:local\s+|session\s+)?(?:search_path\s*(?:=|\bto\b)|schema\b)"
    r"|select\s+(?:pg_catalog\.)?set_config\s*\(\s*'search_path'\s*,)(?P<path>[^;]{0,200})",
    re.IGNORECASE | re.MULTILINE,
)


def find_paths(text: str) -> Iterator[tuple[int, str]]:
    """Yield where a text makes names stand for tables of another schema: the line, from 1, and that schema."""
    line, counted = 1, 0
    for found in _SETS.finditer(text):
        line += text.count("\n", counted, found.start("path"))
        counted = found.start("path")
        path = _names([found["path"]])
        if path and path[0] not in _USUAL:
            yield line, path[0]


def is_elsewhere(schema: Schema, statement: Statement) -> bool:
    """Whether a statement defines something under a name that leads elsewhere; one that leads names there is kept."""
    words = [token.text for token in statement.tokens[:_FIRST]]
    path = _path(words)
    if path is not None:
        schema.elsewhere = bool(path) and path[0] not in _USUAL
        return False
    return schema.elsewhere and words[0].upper() in _DEFINING and not _is_qualified(statement.tree)


def _path(words: Sequence[str]) -> list[str] | None:
    """The schemas that a statement makes names stand for, in lower case; None where it does not."""
    upper = [word.upper() for word in words]
    if upper[0] in {"RESET", "DISCARD"}:
        # `RESET statement_timeout` and `DISCARD TEMP` leave the path as it is.
        return [] if {"ALL", "SEARCH_PATH"} & {*" ".join(upper[1:]).split()} else None
    if upper[0] == "USE":
        return [word.lower() for word in words[1:2]]
    if upper[0] == "SET" and upper[1:2] == ["SCHEMA"]:
        return _names(words[2:])
    if "SEARCH_PATH" in upper and (upper[0] == "SET" or "SET_CONFIG" in upper):
        return _names(words[upper.index("SEARCH_PATH") + 1 :])
    return None


def _names(words: Sequence[str]) -> list[str]:
    found = [name.lower() for word in words for name in _NAME.findall(word)]
    return [name for name in found if name not in _BESIDE]


def _is_qualified(tree: exp.Expr | None) -> bool:
    """Whether every table that a statement names has its schema."""
    from sqlglot import exp

    tables = list(tree.find_all(exp.Table)) if tree is not None else []
    return bool(tables) and all(table.db for table in tables)
