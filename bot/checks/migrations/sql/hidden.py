"""Which statements that are not understood may take away what the code relies on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from bot.checks.migrations.sql.apply import Opaque
from bot.model import Unknown

SETTLE = "look at the statement by hand"
_MOST_TOLD = 20

_TAKES = frozenset({"ALTER", "CALL", "CHANGE", "DROP", "EXEC", "EXECUTE", "MODIFY", "RENAME"})


def may_take_away(one: Opaque, tables: Collection[str]) -> bool:
    """Whether a statement may change one of some tables, in lower case, or anything."""
    named = {name.lower() for name in one.names}
    words = {name.upper() for name in one.names} | {*one.words.upper().split()}
    # What is one word is none of SQL: a change type that is not known, with the names that it is given.
    takes = not words.isdisjoint(_TAKES) or " " not in one.words
    return one.anything or (takes and not named.isdisjoint(tables))


def find_hidden(opaque: Iterable[tuple[str, Opaque]], tables: Iterable[str]) -> Iterator[Unknown]:
    """Yield the statements of a change that are not understood and may take away what the code declares, as unknowns.

    `opaque` are statements with their files, `tables` those that the code declares; only the first ones are told.
    """
    low = {name.rpartition(".")[2].lower() for name in tables}
    found = ((path, one) for path, one in opaque if may_take_away(one, low))
    for path, one in islice(found, _MOST_TOLD):
        reason = f"`{one.words}` may change what the code declares, and is not understood"
        yield Unknown(path=path, line=one.line, reason=reason, settle=SETTLE)
