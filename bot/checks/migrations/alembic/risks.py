"""Steps of the change's revisions that need care in production. Advice, each with its source.

Sources: https://www.postgresql.org/docs/current/sql-altertable.html, .../sql-createindex.html and
https://squawkhq.com/docs/rules (read 2026-11-25). PostgreSQL is what the advice is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.migrations.alembic.columns import column_call, plain_name
from bot.checks.migrations.alembic.operations import upgrade_functions
from bot.checks.migrations.alembic.replay import Replay
from bot.checks.migrations.alembic.report import fingerprint
from bot.checks.migrations.alembic.revisions import Revision, order
from bot.checks.migrations.alembic.state import Side
from bot.checks.migrations.alembic.values import Call, Value, call_name, last_name
from bot.model import Certainty, Finding, Severity

_ALTER = "https://www.postgresql.org/docs/current/sql-altertable.html"
_INDEX = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"


def find_risks(head: Side, revisions: Sequence[Revision]) -> Iterator[Finding]:
    """Yield advice on the operations of new revisions."""
    for revision in order(revisions):
        replay = Replay({}, head.models, head.convention)
        replay.run(upgrade_functions(head.reader, revision.path))
        made = {_table(one, 0) for one in replay.operations if last_name(one.func) == "create_table"}
        for number, one in enumerate(replay.operations):
            advice = _advice(one, made)
            if advice is not None:
                rule, message, fix, help_ = advice
                yield _finding(revision, one, number, rule, message, fix, help_)
        yield from _find_renames(revision, replay.operations)


def _table(call: Call, position: int) -> str:
    owner = getattr(call.func, "owner", None)
    batch = isinstance(owner, Call) and call_name(owner) == "batch_alter_table"
    value = (
        owner.argument("table_name", 0) if isinstance(owner, Call) and batch else call.argument("table_name", position)
    )
    return plain_name(value) or "a table"


def _advice(call: Call, made: set[str]) -> tuple[str, str, str, str] | None:  # noqa: PLR0911 - one answer a kind
    name = last_name(call.func)
    batch = isinstance(getattr(call.func, "owner", None), Call)
    table = _table(call, 1 if name in {"create_index", "create_foreign_key"} else 0)
    if table in made:
        return None
    match name:
        case "drop_table":
            return (
                "alembic-drop-table",
                f"table {table} is dropped with its data",
                "deploy code that does not use it first; keep a copy",
                _ALTER,
            )
        case "drop_column":
            column = call.argument("column_name", 0 if batch else 1)
            return (
                "alembic-drop-column",
                f"column {table}.{column} is dropped with its data",
                "deploy code that does not use it first, drop it in a later release",
                _ALTER,
            )
        case "rename_table":
            return (
                "alembic-rename",
                f"table {table} is renamed: code that runs meanwhile does not find it",
                "add the new one, copy, switch, drop the old one later",
                _ALTER,
            )
        case "add_column":
            return _of_added(column_call(call.argument("column", 0 if batch else 1)), table)
        case "alter_column":
            return _of_altered(call, table, call.argument("column_name", 0 if batch else 1))
        case "create_index" if call.argument("postgresql_concurrently") is not True:
            return (
                "alembic-index-locks",
                f"an index is made on {table}, which blocks writes meanwhile",
                "`postgresql_concurrently=True` in `with op.get_context().autocommit_block():`",
                _INDEX,
            )
    return None


def _of_added(column: Call | None, table: str) -> tuple[str, str, str, str] | None:
    if column is None or column.argument("nullable") is not False or column.argument("server_default") is not None:
        return None
    name = column.args[0] if column.args else "a column"
    return (
        "alembic-not-null-without-default",
        f"column {table}.{name} is added NOT NULL without a server default: it fails where the table has rows",
        "add it nullable, fill it, then set NOT NULL; or give it a `server_default`",
        _ALTER,
    )


def _of_altered(call: Call, table: str, column: Value) -> tuple[str, str, str, str] | None:
    if call.argument("new_column_name") is not None:
        return (
            "alembic-rename",
            f"column {table}.{column} is renamed: code that runs meanwhile does not find it",
            "add the new one, copy, switch, drop the old one later",
            _ALTER,
        )
    if call.argument("nullable") is False:
        return (
            "alembic-set-not-null",
            f"column {table}.{column} becomes NOT NULL: it fails where a row has NULL, and locks the table meanwhile",
            "fill the rows first; on PostgreSQL validate a CHECK constraint before",
            _ALTER,
        )
    if call.argument("type_") is not None:
        return (
            "alembic-change-type",
            f"the type of {table}.{column} changes: the table may be rewritten under a lock",
            "add a column of the new type, copy, switch",
            _ALTER,
        )
    return None


def _find_renames(revision: Revision, operations: Sequence[Call]) -> Iterator[Finding]:
    """A column that is added to a table that another is dropped from, of the same type, in one revision."""
    added = [
        (_table(one, 0), column_call(one.argument("column", len(one.args) - 1)), one)
        for one in operations
        if last_name(one.func) == "add_column"
    ]
    dropped = [(_table(one, 0), one) for one in operations if last_name(one.func) == "drop_column"]
    for number, (table, column, call) in enumerate(added):
        others = [one for owner, one in dropped if owner == table]
        gone = plain_name(others[0].args[-1]) if others and others[0].args else None
        if column is not None and len(others) == 1 and len([one for one in added if one[0] == table]) == 1:
            name = column.args[0] if column.args else "a column"
            yield _finding(
                revision,
                call,
                1000 + number,
                "alembic-rename-as-drop",
                f"{table}.{name} is added and {gone or 'another'} dropped: if that is a rename, data is lost",
                "`op.alter_column(..., new_column_name=...)`",
                _ALTER,
            )


def _finding(revision: Revision, call: Call, number: int, rule: str, message: str, fix: str, help_: str) -> Finding:  # noqa: PLR0913, PLR0917 - the parts of a finding
    return Finding(
        rule=rule,
        message=message,
        severity=Severity.MEDIUM,
        certainty=Certainty.CERTAIN,
        path=call.path or revision.path,
        line=call.line or None,
        fingerprint=fingerprint(rule, revision.id, str(number)),
        fix=fix,
        help=help_,
    )
