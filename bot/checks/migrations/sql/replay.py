"""Texts of SQL put onto a schema, where only some tables matter: what does not name one of them is not parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.checks.migrations.sql.apply import Opaque, apply_statement, describe_opaque, find_run_comments
from bot.checks.migrations.sql.lenient import apply_leniently
from bot.checks.migrations.sql.programs import is_composed
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.sql.statements import Statement, UnreadSqlError, block_body
from bot.checks.migrations.sql.transactions import kept_statements

# A text below this size is parsed whole: its statements may rest on each other.
_SMALL = 4_000
_MAX_DELIMITERS = 5
_WHOLE = re.compile(r"\$\$|\$\w+\$|\bdelimiter\b|\bbegin\b|\brollback\b|\babort\b", re.IGNORECASE)
_END = re.compile(r";[ \t]*(?:--[^\n]*)?\r?\n")
_BATCH = re.compile(r"^[ \t]*GO(?:[ \t]*;)?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# A placeholder that is a table's or column's whole name; before a point it is that of a schema.
_VAGUE = re.compile(
    r"\b(?:ALTER|DROP|RENAME)\s+(?:TABLE|COLUMN)\s+(?:IF\s+EXISTS\s+|ONLY\s+)*(?:[\w\"`\[\]${}]{1,80}\.)?"
    r"[\"`\[]?\$\{[\w.:-]+\}[\"`\]]?(?![\w.])",
    re.IGNORECASE,
)
_MOST_VAGUE = 20
_PLACEHOLDER = re.compile(r"\$\{([\w.:-]+)\}")


def replay(schema: Schema, text: str, names: Sequence[str]) -> Iterator[Opaque]:
    """Change a schema as the statements that name a table do; yield those that are not understood.

    Args:
        schema: what is changed.
        text: SQL, perhaps with placeholders (`${schema}`), batches (`GO`) and changed delimiters.
        names: of the tables that matter, in lower case; all where there are none.
    """
    yield from _find_vague(text)
    text = _mention(_without_schemas(_plain(text), names), names)
    dialect = dialect_of(text, schema.dialect)
    yield from find_run_comments(text, dialect)
    try:
        for statement in kept_statements(text, dialect):
            body = block_body(statement, schema.dialect)
            if body is not None:
                yield from replay(schema, body, names)
            elif not apply_statement(schema, statement) and not _is_known(schema, statement):
                yield describe_opaque(schema, statement)
    except UnreadSqlError as error:
        yield Opaque(words=str(error), names=frozenset(re.findall(r"\w+", text.lower())), line=1)


def _find_vague(text: str) -> Iterator[Opaque]:
    """Yield the statements that change or drop a table whose name is a placeholder: it may be any."""
    for found in islice(_VAGUE.finditer(text), _MOST_VAGUE):
        words = " ".join(found[0].split())
        yield Opaque(words=words, names=frozenset(), line=text.count("\n", 0, found.start()) + 1, anything=True)


def _is_known(schema: Schema, statement: Statement) -> bool:
    """Whether a statement was read word by word, and runs nothing that it puts together itself."""
    found = apply_leniently(schema, statement)
    # What a batch of SQL Server runs out of a variable was read where the variable was set.
    composed = any(is_composed(token.text) for token in statement.tokens if " " in token.text)
    return found and not composed


def _plain(text: str) -> str:
    text = _PLACEHOLDER.sub(lambda found: re.sub(r"\W", "_", found[1]), text)
    text = _BATCH.sub(";", text)
    for mark in sorted({found[1] for found in _DELIMITER.finditer(text)} - {";"})[:_MAX_DELIMITERS]:
        text = text.replace(mark, ";")
    return re.sub(r"^[ \t]*DELIMITER\b[^\n]*$", "", text, flags=re.IGNORECASE | re.MULTILINE)


def _without_schemas(text: str, names: Sequence[str]) -> str:
    """A text whose tables are named without the schemas that they are in: a project may give them any name."""
    if not names or "." not in text:
        return text
    listed = "|".join(re.escape(name) for name in names)
    return re.sub(rf"""["`\[]?\b\w+["`\]]?\.(?=["`\[]?(?:{listed})\b)""", "", text, flags=re.IGNORECASE)


def _mention(text: str, names: Sequence[str]) -> str:
    """The statements of a long text that name one of the tables; the others leave their lines empty."""
    if not names or len(text) < _SMALL or _WHOLE.search(text):
        return text
    kept, start = [], 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        piece = text[start:end]
        low = piece.lower()
        kept.append(piece if any(name in low for name in names) else "\n" * piece.count("\n"))
        start = end
    return "".join(kept)


def dialect_of(text: str, usual: str) -> str:
    """The dialect that a text shows by its quotes."""
    if "`" in text:
        return "mysql"
    return (
        "tsql" if re.search(r"\[\w+\]\s*[.(,]", text) and "]" in text and usual not in {"postgres", "mysql"} else usual
    )
