"""SQL in migrations as statements. sqlglot parses it, and is loaded when there is some."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_MAX_CHARACTERS = 50_000
_MAX_STATEMENTS = 200


class UnreadSqlError(Exception):
    """The SQL was not understood; the message says why in a few words."""


def parse_statements(text: str, dialect: str) -> Sequence[exp.Expr]:
    """The statements of a text, in a dialect as sqlglot names it.

    Raises:
        UnreadSqlError: it is too long, or cannot be parsed.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").disabled = True
    if len(text) > _MAX_CHARACTERS:
        raise UnreadSqlError(f"SQL of {len(text):,} characters")
    try:
        statements = [one for one in sqlglot.parse(text, read=dialect) if one is not None]
    except (SqlglotError, RecursionError, ValueError):
        raise UnreadSqlError("SQL that cannot be parsed") from None
    if len(statements) > _MAX_STATEMENTS:
        raise UnreadSqlError(f"SQL of {len(statements):,} statements")
    return statements
