"""The arguments of an instruction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.ruby import Value, has_unread
from bot.checks.migrations.rails.schema import Table

if TYPE_CHECKING:
    from bot.checks.migrations.rails.calls import Call
    from bot.checks.migrations.rails.migrator import Migrator

Operation = Callable[["Migrator", "Call"], Value]
TableOperation = Callable[["Migrator", Table, "Call", list[Value], dict[str, Value]], None]


def options_of(call: Call) -> dict[str, Value]:
    """The options of a call, also where they stand in braces."""
    last = call.arguments[-1] if call.arguments else None
    given = {**last, **call.options} if isinstance(last, dict) else dict(call.options)
    given.pop("&", None)
    return given


def plain(call: Call) -> list[Value]:
    """The positional arguments of a call, without options in braces."""
    return [one for one in call.arguments if not isinstance(one, dict)]


def flat(values: Sequence[Value]) -> list[Value]:
    """Arguments and lists of arguments in one row."""
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def table_of(migrator: Migrator, call: Call) -> Table | None:
    """The table that the first argument names, if it is there and the arguments can be told."""
    given = call.argument(0)
    if not isinstance(given, str) or has_unread(list(call.arguments[:3])):
        if isinstance(given, str):
            migrator.doubt(call, "a table or column that is computed")
        else:
            migrator.doubt_any(call, "a table that is computed")
        return None
    if "?" in options_of(call):
        migrator.doubt(call, "options that are computed")
        return None
    found = migrator.changer.table(given)
    if found is None and not options_of(call).get("if_exists"):
        migrator.changer.missed.setdefault(given, (migrator.source.path, call.line))
    return found
