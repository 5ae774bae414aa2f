"""Types and defaults in one spelling for each dialect, so that two can be compared as texts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

# Written so in PostgreSQL, a type numbers the rows and is this one underneath.
_SERIALS = {"SERIAL": "INT", "BIGSERIAL": "BIGINT", "SMALLSERIAL": "SMALLINT"}


def type_text(kind: exp.Expr | None, dialect: str) -> str:
    """A type in the dialect's own spelling; empty where there is none."""
    if kind is None:
        return ""
    # sqlglot's SQLite writes a type's affinity, which is less than its name says.
    text = kind.sql("" if dialect == "sqlite" else dialect)
    for usual in ('"public".', "public.", "[dbo]."):
        text = text.removeprefix(usual)
    return text


@lru_cache(maxsize=4096)
def normal_type(text: str, dialect: str) -> str:
    """A type that is given as text, in the dialect's own spelling; as it is where sqlglot does not know it."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        return type_text(exp.DataType.build(text, dialect=dialect, udt=True), dialect)
    except (SqlglotError, ValueError, RecursionError):
        return text


def split_serial(text: str) -> tuple[str, bool]:
    """A type without its numbering, and whether it had one."""
    return (_SERIALS[text], True) if text in _SERIALS else (text, False)


def default_text(node: exp.Expr | None, dialect: str) -> str | None:
    """A default's expression in one spelling, without casts and brackets around it; None for `NULL` and none."""
    from sqlglot import exp

    while isinstance(node, exp.Cast | exp.Paren):
        node = node.this
    if node is None or isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.National):
        return f"'{node.this}'"
    if isinstance(node, exp.CurrentTimestamp):
        return "CURRENT_TIMESTAMP"
    if isinstance(node, exp.Array) and not node.expressions:
        return "[]"
    return node.sql(dialect).replace("CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP")


@lru_cache(maxsize=4096)
def normal_default(text: str, dialect: str) -> str | None:
    """A default that is given as text, in one spelling; as it is where sqlglot does not understand it."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        return default_text(sqlglot.parse_one(text, read=dialect), dialect)
    except (SqlglotError, ValueError, RecursionError):
        return text
