"""Advice on change sets: what they do to a system that runs, as the advice on SQL has it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from bot.checks.migrations.changelog.files import ChangeSet
from bot.checks.migrations.changelog.nodes import Node
from bot.checks.migrations.sql.folder import advise, decode
from bot.checks.migrations.sql.steps import find_steps
from bot.model import Finding, Tree

_STEPS = {
    "dropTable": "drop-table",
    "dropColumn": "drop-column",
    "renameColumn": "rename-column",
    "renameTable": "rename-table",
    "addNotNullConstraint": "set-not-null",
    "modifyDataType": "change-type",
    "createIndex": "lock-index",
    "addUniqueConstraint": "lock-constraint",
    "addForeignKeyConstraint": "lock-constraint",
}


def find_risks(sets: Sequence[ChangeSet], tree: Tree) -> Iterator[Finding]:
    """Yield advice on the steps of new change sets; tables that they make themselves are empty."""
    made = {node.get("tableName").lower() for one in sets for node in one.changes if node.name == "createTable"}
    for one in sets:
        for number, (kind, subject, line) in enumerate(_steps(one, tree)):
            if subject.partition(".")[0].lower() not in made:
                yield advise("liquibase", (kind, subject), one.path, number, line)


def _steps(one: ChangeSet, tree: Tree) -> Iterator[tuple[str, str, int]]:
    for node in one.changes:
        if node.name == "sql":
            yield from ((kind, subject, node.line) for kind, subject in find_steps(node.get("sql") or node.text))
        elif node.name == "sqlFile":
            text = _text(one, node, tree)
            steps = find_steps(text) if text is not None else [("unread-sql", node.get("path"))]
            yield from ((kind, subject, node.line) for kind, subject in steps)
        else:
            yield from _of_change(node)


def _of_change(node: Node) -> Iterator[tuple[str, str, int]]:
    table = node.get("tableName", "oldTableName", "baseTableName")
    if node.name == "addColumn":
        for column in node.all("column"):
            constraints = column.first("constraints")
            required = constraints is not None and constraints.get("nullable").lower() == "false"
            filled = any(name.startswith(("defaultValue", "value")) for name in column.attributes)
            if required and not filled:
                yield "not-null-without-default", f"{table}.{column.get('name')}", node.line
    elif node.name in _STEPS:
        own = node.get("columnName", "oldColumnName")
        dropped = [child.get("name") for child in node.all("column")] if node.name == "dropColumn" else []
        for name in dropped or [own]:
            yield _STEPS[node.name], f"{table}.{name}" if name else table, node.line
    elif node.name == "delete" and node.first("where") is None and not node.get("where"):
        yield "delete-rows", table, node.line


def _text(one: ChangeSet, node: Node, tree: Tree) -> str | None:
    """The SQL of the file that a change set runs; None where it is not there or is not read."""
    wanted = node.get("path").removeprefix("classpath:").lstrip("/")
    here = posixpath.normpath(posixpath.join(posixpath.dirname(one.path), wanted))
    root = one.path.partition("/resources/")[0] + "/resources/" + wanted
    for path in (here, root, wanted):
        if tree.entry(path) is not None:
            content = tree.read(path)
            return decode(content) if isinstance(content, bytes) else None
    return None
