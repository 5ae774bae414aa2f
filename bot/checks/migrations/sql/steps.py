"""What SQL in a migration does to a running system, as kinds of steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from bot.checks.migrations.sql.comments import with_run_comments
from bot.checks.migrations.sql.programs import find_programs
from bot.checks.migrations.sql.statements import UnreadSqlError, parse_statements

if TYPE_CHECKING:
    from sqlglot import exp

# What sqlglot hands on as it stands, and what of it changes tables or may.
_OPAQUE = frozenset({"ALTER", "CALL", "DO", "DROP", "EXEC", "EXECUTE"})


def find_steps(sql: str, merged: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield the kind of each risky step and what it concerns: `drop-column`, `shop_item.note`.

    Kinds: drop-table, drop-column, rename-column, rename-table, not-null-without-default, set-not-null, change-type,
    lock-index, lock-constraint, delete-rows; and unread-sql with what it is, where it is not understood.
    `merged` are functions of other migrations that may change tables.
    """
    from sqlglot import exp

    try:
        statements = parse_statements(with_run_comments(sql), "postgres")
    except UnreadSqlError as error:
        yield "unread-sql", str(error)
        return
    for statement in statements:
        yield from _steps(statement)
    programs = find_programs(sql.lower()).union(merged)
    called = (one.name.lower() for statement in statements for one in statement.find_all(exp.Anonymous))
    if any(name in programs for name in called):
        yield "unread-sql", "a function that changes tables"


def _steps(node: exp.Expr) -> Iterator[tuple[str, str]]:
    from sqlglot import exp

    match node:
        case exp.Drop():
            yield from _of_drop(node)
        case exp.TruncateTable():
            yield "delete-rows", _table(node)
        case exp.Select() | exp.Delete():
            yield from (("delete-rows", _table(one)) for one in node.find_all(exp.Delete) if _is_of_all_rows(one))
        case exp.Create() if node.args.get("kind") == "INDEX" and not node.args.get("concurrently"):
            yield "lock-index", _table(node)
        case exp.Command() if node.name.upper() in _OPAQUE:
            yield "unread-sql", f"{node.name.upper()} in SQL"
        case exp.Alias() | exp.Column():
            # A statement of another database.
            yield "unread-sql", " ".join(node.sql("postgres").split())[:40]
        case exp.Alter() if node.args.get("kind") == "TABLE":
            yield from _of_alter(node)


def _of_drop(node: exp.Expr) -> Iterator[tuple[str, str]]:
    kind, names = node.args.get("kind"), [one.name or one.db for one in node.args.get("tables") or ()]
    if kind in {"TABLE", "SCHEMA", "DATABASE"}:
        yield from (("drop-table", name) for name in names)
    elif kind == "TYPE" and node.args.get("cascade"):
        yield "unread-sql", "DROP TYPE with all that rests on it"


def _of_alter(node: exp.Expr) -> Iterator[tuple[str, str]]:
    table = _table(node)
    for action in node.args.get("actions") or ():
        step = _of_action(action)
        if step is not None and not (step[0] == "lock-constraint" and node.args.get("not_valid")):
            yield step[0], f"{table}.{step[1]}" if step[1] else table


def _is_of_all_rows(node: exp.Expr) -> bool:
    from sqlglot import exp

    where = node.args.get("where")
    return where is None or where.this == exp.true() or where.this.sql() == "1 = 1"


def _of_action(action: exp.Expr) -> tuple[str, str] | None:  # noqa: PLR0911 - one answer an action
    from sqlglot import exp

    match action:
        case exp.Drop() if action.args.get("kind") == "COLUMN":
            return "drop-column", ", ".join(one.name for one in action.args.get("tables") or ())
        case exp.RenameColumn():
            return "rename-column", action.this.name
        case exp.AlterRename():
            return "rename-table", ""
        case exp.AlterColumn():
            if action.args.get("dtype") is not None:
                return "change-type", action.this.name
            return ("set-not-null", action.this.name) if action.args.get("allow_null") is False else None
        case exp.ColumnDef():
            kinds = [one.kind for one in action.args.get("constraints") or ()]
            not_null = any(
                isinstance(one, exp.NotNullColumnConstraint) and not one.args.get("allow_null") for one in kinds
            )
            filled = any(isinstance(one, exp.DefaultColumnConstraint | exp.ComputedColumnConstraint) for one in kinds)
            return ("not-null-without-default", action.this.name) if not_null and not filled else None
        case exp.AddConstraint():
            return "lock-constraint", ""
    return None


def _table(node: exp.Expr) -> str:
    from sqlglot import exp

    found = node.find(exp.Table)
    return found.name if found is not None else ""
