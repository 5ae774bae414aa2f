"""What a change brings that runs beside migrations of SQL, or instead of them: whether it leaves tables alone.

Rule for code: the texts in the file, one after the other, hold no word that defines tables, some that write rows, and
name no file of SQL. All else may do anything. Rule for a callback of Flyway: no statement of it makes, changes or drops
a table or a type, and none runs code of the database.
Source: https://documentation.red-gate.com/flyway, "Java-based migrations" and "Callbacks"; https://docs.liquibase.com,
"customChange" (all read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.migrations.jpa.tell import SETTLE
from bot.checks.migrations.sql.comments import with_run_comments
from bot.checks.migrations.sql.flyway import is_callback, parse_flyway
from bot.checks.migrations.sql.folder import decode
from bot.checks.migrations.sql.replay import dialect_of
from bot.checks.migrations.sql.statements import UnreadSqlError, read_statements
from bot.model import Change, NotRead, Unknown

_ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|build|node_modules)/")
_ENDINGS = (".java", ".kt", ".groovy", ".scala")
_CODE = re.compile(rb"\b(?:BaseJavaMigration|JavaMigration|JdbcMigration|CustomTaskChange|CustomSqlChange)\b")
# Comments, so that no quote in one is taken for a text's; and Groovy's texts, which may have single quotes.
_TEXT = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<quotes>\"{3}|'{3})(?P<long>.*?)(?P=quotes)"""
    # One that does not end is one to the end of its line: to look again from each quote in it costs the square.
    r"""|(?P<quote>["'])(?P<short>(?:(?!(?P=quote))[^\\\n]|\\.)*+)(?:(?P=quote)|(?=\n)|\Z)""",
    re.DOTALL,
)
_DEFINES = re.compile(r"alter|drop|rename|truncate|create\s+table|\.sql\b")
_ROWS = re.compile(r"\b(?:select|insert|update|delete|merge|upsert)\b")
_CHANGES = re.compile(
    r"\b(?:(?:alter|drop|rename)\s+(?:foreign\s+)?(?:table|type|schema|extension|domain|column|owned|database)"
    r"|create\b[^;(]{0,80}?\btable|into\s+(?:table\s+)?\w{1,128}\s+from|do(?!\s+(?:nothing|update|instead)\b)"
    # What a trigger runs for each row, and the right to run it, are no statements of the callback.
    r"|sp_rename|exec|execute(?!\s+(?:function|procedure|on)\b)|prepare|call|perform)\b",
    re.IGNORECASE,
)
# What runs files, or has Hibernate make the schema.
_RUNS = re.compile(
    r"ScriptUtils|ResourceDatabasePopulator|RunScript|ScriptRunner|SchemaExport|SchemaUpdate|getResource"
)


@dataclass(frozen=True)
class Program:
    """A migration in code, or a callback, with its text in lower case.

    `rows` says that it leaves tables as they are; `what` says in words what it is.
    """

    path: str
    text: str
    rows: bool
    what: str = "a migration in code, which is not read"


def find_programs(change: Change) -> Iterator[Program | Unknown]:
    """Yield the migrations in code and the callbacks that the change adds or edits."""
    yield from _find_callbacks(change)
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


def _find_callbacks(change: Change) -> Iterator[Program | Unknown]:
    for file in change.files:
        if file.new_oid is None or not is_callback(file.path.rpartition("/")[2]) or _ELSEWHERE.search(file.path):
            continue
        for _, content in change.blobs.read([file.new_oid]):
            if isinstance(content, NotRead):
                yield Unknown(path=file.path, reason=content.reason, settle=content.settle)
                continue
            text = with_run_comments(decode(content))
            what = "a callback of Flyway, which runs beside the migrations and is not followed"
            yield Program(file.path, text.lower(), _leaves_tables(text), what)


def _leaves_tables(text: str) -> bool:
    """Whether no statement of a callback makes, changes or drops a table, as far as its words tell."""
    text = text.replace("${", "").replace("}", "")
    try:
        statements = list(read_statements(text, dialect_of(text, "postgres")))
    except UnreadSqlError:
        return False
    return all(_CHANGES.search(" ".join(one.words())) is None for one in statements)


def _writes_rows(text: str) -> bool:
    joined = "".join(found["long"] or found["short"] or "" for found in _TEXT.finditer(text)).lower()
    return _DEFINES.search(joined) is None and _ROWS.search(joined) is not None and _RUNS.search(text) is None


def find_unread(programs: Sequence[Program]) -> Iterator[Unknown]:
    """Yield the migrations in code that may do more than write rows."""
    for one in programs:
        if not one.rows:
            reason = f"{one.what}: it may change what is mapped"
            yield Unknown(path=one.path, line=1, reason=reason, settle=SETTLE)
