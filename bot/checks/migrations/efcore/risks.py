"""Advice on the operations of new migrations.

Source: EF Core's documentation of managing and applying migrations, and PostgreSQL's of ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.migrations.efcore.operations import Operation
from bot.checks.migrations.sql.folder import advise
from bot.checks.migrations.sql.steps import find_steps
from bot.model import Finding

_DROPS = {"DropTable": "drop-table", "DropColumn": "drop-column"}
_RENAMES = {"RenameColumn": "rename-column", "RenameTable": "rename-table"}


def find_risks(path: str, operations: Sequence[Operation], made: set[str], dialect: str) -> Iterator[Finding]:
    """Yield advice on the operations of one migration; `made` are the tables that the change makes."""
    created = {one.text("name") for one in operations if one.kind == "CreateTable"} | made
    for number, one in enumerate(operations):
        for kind, subject in _steps(one, dialect):
            if subject.partition(".")[0] not in created:
                yield advise("efcore", (kind, subject), path, number, one.line)


def _steps(one: Operation, dialect: str) -> Iterator[tuple[str, str]]:  # noqa: C901 - one branch an operation
    table, name = one.text("table"), one.text("name")
    if one.kind in _DROPS:
        yield _DROPS[one.kind], f"{table}.{name}" if table else name
    elif one.kind in _RENAMES:
        yield _RENAMES[one.kind], f"{table}.{name}" if table else name
    elif one.kind == "AddColumn":
        if (
            one.flag("nullable") is False
            and not {"defaultValue", "defaultValueSql", "computedColumnSql"} & one.values.keys()
        ):
            yield "not-null-without-default", f"{table}.{name}"
    elif one.kind == "AlterColumn":
        if one.flag("oldNullable") is True and one.flag("nullable") is not True:
            yield "set-not-null", f"{table}.{name}"
        if one.text("oldType") and one.text("oldType") != one.text("type"):
            yield "change-type", f"{table}.{name}"
    elif one.kind == "CreateIndex" and dialect == "postgres":
        if "concurrently" not in one.words.lower():
            yield "lock-index", table
    elif one.kind == "AddForeignKey" and dialect == "postgres":
        yield "lock-constraint", table
    elif one.kind == "Sql":
        yield from find_steps(one.text("sql")) if one.text("sql") else [("unread-sql", "SQL that is computed")]
