"""What a change's migrations may take away of what is mapped, where they are not understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.checks.migrations.jpa.sets import MigrationSet
from bot.checks.migrations.jpa.tell import SETTLE
from bot.checks.migrations.jpa.wanted import Table
from bot.checks.migrations.sql.apply import Opaque
from bot.model import Unknown

_TAKES = frozenset({"ALTER", "CALL", "CHANGE", "DROP", "EXEC", "EXECUTE", "MODIFY", "RENAME", "SELECT"})
_MOST = 20


def find_hidden(
    sets: Sequence[MigrationSet],
    before: Mapping[str, MigrationSet],
    touched: Collection[str],
    tables: Collection[Table],
) -> Iterator[Unknown]:
    """Yield statements of the change's migrations that may change mapped tables and are not understood.

    `before` are the sets of the merge base by their keys.
    """
    mapped = {name for table in tables for name in table.names}
    seen: set[tuple[str, int, str]] = set()
    for one in sets:
        for path, opaque in one.unread_steps(touched, sorted(mapped), before.get(one.key)):
            key = (path, opaque.line, opaque.words)
            if key in seen or not _matters(opaque, mapped) or len(seen) >= _MOST:
                continue
            seen.add(key)
            reason = f"`{opaque.words}` may change what is mapped, and is not understood"
            yield Unknown(path=path, line=opaque.line, reason=reason, settle=SETTLE)


def _matters(opaque: Opaque, mapped: Collection[str]) -> bool:
    named = {name.lower() for name in opaque.names}
    words = {name.upper() for name in opaque.names} | {*opaque.words.upper().split()}
    # What is none of SQL is a change type that is not known, with the names that it is given.
    takes = not words.isdisjoint(_TAKES) or " " not in opaque.words
    return opaque.anything or (takes and not named.isdisjoint(mapped))
