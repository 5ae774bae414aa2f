"""SQL of which only pieces are known: whether it writes rows alone, or may change tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.checks.migrations.rails.ruby import GAP

_WORD = re.compile(r"\w+")
# As words of a statement, rather than in a value such as `'create'`.
_DEFINES = re.compile(rf"\b(?:ALTER|CREATE|DROP|RENAME)(?:\s|/\*)+[\"`\w{GAP}]", re.IGNORECASE)
_LINE = re.compile(r"--[^\n]*")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_ROWS = re.compile(
    r"(?:ANALYZE|BEGIN|COMMIT|COPY|DELETE|EXPLAIN|INSERT|LOCK|MERGE|NOTIFY|REFRESH|REINDEX|REPLACE|ROLLBACK|SELECT|SET|"
    r"TRUNCATE|UPDATE|VACUUM|WITH)\b",
    re.IGNORECASE,
)
_SOME_TABLE = re.compile(
    rf"\b(?:TABLE|INDEX|TYPE|VIEW|ON)\s+(?:(?:IF|NOT|EXISTS|ONLY|CONCURRENTLY)\s+)*[\"`'\w.]*{GAP}", re.IGNORECASE
)


class Kind(Enum):
    """What statements do."""

    ROWS = "rows"
    TABLES = "tables"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pieces:
    """What is known of a text of SQL.

    Attributes:
        names: the words in it.
        anything: whether it may concern a table that it does not name.
    """

    kind: Kind
    names: frozenset[str]
    anything: bool


def read_pieces(text: str) -> Pieces:
    """What a text does in which a mark stands for each part that is not known."""
    # What begins after the last end of a comment is none; to look for its end from each begin costs the square.
    end = text.rfind("*/") + 2 if "*/" in text else 0
    plain = _COMMENT.sub(" ", text[:end]) + _LINE.sub(" ", text[end:])
    names = frozenset(_WORD.findall(plain))
    if _DEFINES.search(text):
        return Pieces(Kind.TABLES, names, _SOME_TABLE.search(plain) is not None)
    statements = [one.strip() for one in plain.split(";")]
    rows = any(statements) and all(_ROWS.match(one) for one in statements if one)
    return Pieces(Kind.ROWS if rows else Kind.UNKNOWN, names, anything=True)
