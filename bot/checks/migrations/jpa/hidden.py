"""What a change's migrations may take away of what is mapped, where they are not understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.checks.migrations.jpa.sets import MigrationSet
from bot.checks.migrations.jpa.tell import SETTLE
from bot.checks.migrations.jpa.wanted import Table
from bot.checks.migrations.sql.hidden import may_take_away
from bot.model import Unknown

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
            if key in seen or not may_take_away(opaque, mapped) or len(seen) >= _MOST:
                continue
            seen.add(key)
            reason = f"`{opaque.words}` may change what is mapped, and is not understood"
            yield Unknown(path=path, line=opaque.line, reason=reason, settle=SETTLE)
