"""Which statements that are not understood may take away what the code relies on."""

from __future__ import annotations

from collections.abc import Collection

from bot.checks.migrations.sql.apply import Opaque

_TAKES = frozenset({"ALTER", "CALL", "CHANGE", "DROP", "EXEC", "EXECUTE", "MODIFY", "RENAME", "SELECT"})


def may_take_away(one: Opaque, tables: Collection[str]) -> bool:
    """Whether a statement may change one of some tables, in lower case, or anything."""
    named = {name.lower() for name in one.names}
    words = {name.upper() for name in one.names} | {*one.words.upper().split()}
    # What is one word is none of SQL: a change type that is not known, with the names that it is given.
    takes = not words.isdisjoint(_TAKES) or " " not in one.words
    return one.anything or (takes and not named.isdisjoint(tables))
