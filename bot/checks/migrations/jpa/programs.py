"""Migrations in code that a change brings: whether they can be told to write rows alone.

Rule: the texts in the file, one after the other, hold no word that defines tables, some that write rows, and name no
file of SQL. All else may do anything.
Source: https://documentation.red-gate.com/flyway, "Java-based migrations"; https://docs.liquibase.com, "customChange"
(both read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.jpa.tell import SETTLE
from bot.checks.migrations.sql.flyway import parse_flyway
from bot.model import Change, NotRead, Unknown

_ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|build|node_modules)/")
_ENDINGS = (".java", ".kt", ".groovy", ".scala")
_CODE = re.compile(rb"\b(?:BaseJavaMigration|JavaMigration|JdbcMigration|CustomTaskChange|CustomSqlChange)\b")
_TEXT = re.compile(r'"""(.*?)"""|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
_DEFINES = re.compile(r"alter|drop|rename|truncate|create\s+table|\.sql\b")
_ROWS = re.compile(r"\b(?:select|insert|update|delete|merge|upsert)\b")
# What runs files, or has Hibernate make the schema.
_RUNS = re.compile(
    r"ScriptUtils|ResourceDatabasePopulator|RunScript|ScriptRunner|SchemaExport|SchemaUpdate|getResource"
)


@dataclass(frozen=True)
class Program:
    """A migration in code, with its text in lower case; `rows` says that it writes rows alone."""

    path: str
    text: str
    rows: bool


def find_programs(change: Change) -> Iterator[Program | Unknown]:
    """Yield the migrations in code that the change adds or edits."""
    for file in change.files:
        if file.new_oid is None or not file.path.endswith(_ENDINGS) or _ELSEWHERE.search(file.path):
            continue
        name = parse_flyway(file.path.rpartition("/")[2])
        for _, content in change.blobs.read([file.new_oid]):
            if isinstance(content, NotRead):
                if name is not None:
                    yield Unknown(path=file.path, reason=content.reason, settle=content.settle)
            elif name is not None or _CODE.search(content):
                text = content.decode("utf-8", "replace")
                yield Program(file.path, text.lower(), _writes_rows(text))


def _writes_rows(text: str) -> bool:
    joined = "".join(found[1] or found[2] or "" for found in _TEXT.finditer(text)).lower()
    return _DEFINES.search(joined) is None and _ROWS.search(joined) is not None and _RUNS.search(text) is None


def find_unread(programs: Sequence[Program]) -> Iterator[Unknown]:
    """Yield the migrations in code that may do more than write rows."""
    for one in programs:
        if not one.rows:
            reason = "a migration in code, which is not read: it may change what is mapped"
            yield Unknown(path=one.path, line=1, reason=reason, settle=SETTLE)
