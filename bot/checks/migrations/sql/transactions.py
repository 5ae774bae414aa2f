"""Statements that a text takes back: what stands between the begin of a transaction and its `ROLLBACK` does nothing.

Rule: `ROLLBACK` and `ABORT` take back what follows the last `BEGIN`, `COMMIT` or begin of the text, `ROLLBACK TO` what
follows its `SAVEPOINT`, and `PREPARE TRANSACTION` leaves its end to another session. They stay among the statements,
since a tool that runs each statement by itself may have kept some of it.
Source: https://www.postgresql.org/docs/current/sql-rollback.html (read 2026-11-30).
Out of sight: MySQL, which commits with each change of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.migrations.sql.statements import Statement, read_statements

TRANSACTIONAL = frozenset({"postgres", "sqlite", "tsql"})
_TAKES_BACK = re.compile(r"\b(?:rollback|abort|prepare\s+transaction)\b", re.IGNORECASE)
# Words of `ROLLBACK WORK TO SAVEPOINT name` that are looked at.
_MOST_WORDS = 6


def kept_statements(text: str, dialect: str) -> Iterator[Statement]:
    """Yield the statements of a text without those that it takes back itself.

    Raises:
        UnreadSqlError: it is too long, or is no text that the dialect can hold.
    """
    statements = read_statements(text, dialect)
    if dialect not in TRANSACTIONAL or _TAKES_BACK.search(text) is None:
        yield from statements
        return
    kept: list[Statement] = []
    start, points = 0, dict[str, int]()
    for one in statements:
        words = [word.upper() for word in one.words()[:_MOST_WORDS]]
        match words:
            case ["ROLLBACK", *rest] if "TO" in rest and rest[-1] in points:
                end = points[rest[-1]]
                # Later ones are gone with what they follow; it stays itself.
                points = {name: at for name, at in points.items() if at <= end}
                del kept[end + 1 :]
                continue
            case ["ROLLBACK", *rest] if "TO" in rest:
                # The database refuses it, and what was done before is kept or not by the tool's way.
                pass
            case ["ROLLBACK" | "ABORT", *rest] if "PREPARED" not in rest:
                del kept[start:]
            case ["PREPARE", what, *_] if what.startswith("TRANSACTION"):
                del kept[start:]
            case ["SAVEPOINT", name]:
                points[name] = len(kept)
            case ["RELEASE", *rest]:
                points.pop(rest[-1] if rest else "", None)
        kept.append(one)
        if words[0] in {"ABORT", "BEGIN", "COMMIT", "END", "START"} or (words[0] == "ROLLBACK" and "TO" not in words):
            start, points = len(kept), {}
    yield from kept
