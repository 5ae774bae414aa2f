"""What change sets do to a schema.

Source: https://docs.liquibase.com/change-types/home.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.changelog.conditions import applies, holds
from bot.checks.migrations.changelog.files import ChangeSet
from bot.checks.migrations.changelog.nodes import Node
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.replay import replay as replay_sql
from bot.checks.migrations.sql.schema import Column, Index, Schema, Table

_PROPERTY = re.compile(r"\$\{([^}$]{1,200})\}")
_MAX_EXPANSIONS = 5
# Characters that the values of properties may add to all change sets of a run.
_MAX_GROWTH = 20_000_000
# Change types that leave tables, columns and keys as they are.
_HARMLESS = frozenset({
    "addDefaultValue", "alterSequence", "comment",
    "createSequence", "createSynonym", "delete", "disableCheckConstraint",
    "disableTrigger", "dropDefaultValue", "dropFunction", "dropPackage", "dropPackageBody", "dropProcedure",
    "dropSequence", "dropSynonym", "dropTrigger", "empty", "enableCheckConstraint", "enableTrigger", "insert",
    "loadData", "loadUpdateData", "output", "renameSequence", "renameTrigger", "setColumnRemarks",
    "setTableRemarks", "stop", "tagDatabase", "update", "addForeignKeyConstraint", "dropForeignKeyConstraint",
    "dropAllForeignKeyConstraints", "grant", "revoke", "addCheckConstraint",
    "dropCheckConstraint", "createExtension", "renameView", "include", "includeAll", "property", "rollback",
})  # fmt: skip
# What runs SQL of its own, which most often makes a function.
_PROGRAMS = frozenset({
    "createFunction", "createPackage", "createPackageBody", "createProcedure", "createTrigger",
})  # fmt: skip
_MORE = re.compile(r"[;,]|\b(?:DROP|RENAME|MODIFY|CHANGE)\b", re.IGNORECASE)
_NAMES = frozenset({
    "baseTableName", "column1Name", "column2Name", "columnName", "finalColumnName", "newColumnName", "newTableName",
    "oldColumnName", "oldTableName", "tableName", "viewName",
})  # fmt: skip
_TABLES = ("tableName", "oldTableName", "newTableName", "baseTableName", "existingTableName")
_KINDS = {"java.sql.types.": "", "longvarchar": "text"}


@dataclass(kw_only=True)
class Run:
    """How change sets run.

    Attributes:
        dbms: the database, as Liquibase names it: `postgresql`.
        names: the tables that matter, in lower case; all where there are none.
        read: the text of a file that `sqlFile` names, from the file that does; None where it is not there.
    """

    dbms: str
    names: Sequence[str]
    read: Callable[[str, str, bool], str | None]
    properties: Mapping[str, str] = field(default_factory=dict)
    _grown: int = 0

    def expand(self, text: str) -> str:
        """A text with the values of properties in it.

        Raises:
            GrowsError: there are too many of them, or they are too long.
        """
        for _ in range(_MAX_EXPANSIONS):
            if "${" not in text:
                break
            expanded = _PROPERTY.sub(self._value, text)
            if expanded == text:
                break
            text = expanded
        return text

    def _value(self, found: re.Match[str]) -> str:
        value = self.properties.get(found[1].strip(), found[0])
        self._grown += max(len(value) - len(found[0]), 0)
        if self._grown > _MAX_GROWTH:
            raise GrowsError
        return value


class GrowsError(ValueError):
    """The values of properties make a text that is too long to be read."""


def apply_change_set(schema: Schema, one: ChangeSet, run: Run) -> Iterator[Opaque]:
    """Change a schema as a change set does, if it runs; yield what is not understood."""
    if not applies(one.attributes.get("dbms", ""), run.dbms):
        return
    if one.attributes.get("ignore", "").lower() == "true":
        return
    if one.conditions is not None and holds(one.conditions, schema, run.dbms, run.names) is False:
        outcome = (one.conditions.get("onFail") or "HALT").upper()
        if outcome in {"MARK_RAN", "CONTINUE"}:
            return
    for change in one.changes:
        try:
            yield from _apply(schema, change, one, run)
        except GrowsError:
            yield Opaque(words="properties without end", names=frozenset(), line=change.line, anything=True)


def _apply(schema: Schema, node: Node, one: ChangeSet, run: Run) -> Iterator[Opaque]:
    if not applies(node.get("dbms"), run.dbms):
        return
    match node.name:
        case "sql" | "sqlFile":
            yield from _run_sql(schema, node, one, run)
        case name if name in _PROGRAMS:
            yield from _run_sql(schema, node, one, run)
        case "modifySql":
            if any(_rewrites(child) for child in node.children):
                yield Opaque(words="modifySql", names=frozenset(), line=node.line, anything=True)
        case "createView" | "dropView":
            key = schema.key(run.expand(node.get("viewName")))
            (schema.views.add if node.name == "createView" else schema.views.discard)(key)
        case "customChange" | "executeCommand":
            words = f"{node.name} {node.get('class', 'executable')}".strip()
            yield Opaque(words=words, names=frozenset(), line=node.line, anything=True)
        case _ if node.name not in _HARMLESS and _matters(node, run):
            yield from _change(schema, node, run)


def _change(schema: Schema, node: Node, run: Run) -> Iterator[Opaque]:
    """Do what a change type does."""
    handler, names = _HANDLERS.get(node.name), frozenset(_names(node, run))
    if handler is None or any("${" in name for name in names):
        # A name that is not known may be any.
        yield Opaque(words=node.name, names=names, line=node.line, anything=handler is not None)
    else:
        handler(schema, _expanded(node, run))


def _run_sql(schema: Schema, node: Node, one: ChangeSet, run: Run) -> Iterator[Opaque]:
    """Do what SQL does, in the change set or in a file."""
    if node.name == "sql" or not node.get("path"):
        text: str | None = node.get("sql", "procedureText", "functionText", "triggerText") or node.text
    else:
        relative = node.get("relativeToChangelogFile").lower() == "true"
        text = run.read(one.path, run.expand(node.get("path")), relative)
    if text is None:
        words = f"{node.name} {node.get('path')}"
        yield Opaque(words=words, names=frozenset(), line=node.line, anything=True)
    else:
        yield from _sql(schema, text, node, run)


def _sql(schema: Schema, text: str, node: Node, run: Run) -> Iterator[Opaque]:
    for found in replay_sql(schema, run.expand(text), run.names):
        yield replace(found, line=node.line + found.line - 1)


def _rewrites(node: Node) -> bool:
    """Whether a visitor of SQL makes another statement of one, rather than adding a table's options."""
    return node.name != "append" or _MORE.search(node.get("value")) is not None


def _matters(node: Node, run: Run) -> bool:
    """Whether a change is of a table that matters."""
    named = {_bare(run.expand(node.attributes.get(name, ""))).lower() for name in _TABLES}
    vague = any("${" in name for name in named)
    return not run.names or vague or named == {""} or not named.isdisjoint(run.names)


def _bare(name: str) -> str:
    """A table's name without quotes, and without its schema."""
    return name.strip().rpartition(".")[2].strip("\"'`[]") if "${" not in name else name


def _names(node: Node, run: Run) -> Iterator[str]:
    for name, value in node.attributes.items():
        if name.endswith("Name"):
            yield _bare(run.expand(value)).lower()


def _expanded(node: Node, run: Run) -> Node:
    return Node(
        name=node.name,
        line=node.line,
        attributes={name: _given(node, name, run.expand(value)) for name, value in node.attributes.items()},
        children=[_expanded(child, run) for child in node.children],
    )


def _given(node: Node, name: str, value: str) -> str:
    """The value of an attribute; names are without quotes."""
    return _bare(value) if name in _NAMES or (name == "name" and node.name == "column") else value


def read_type(text: str) -> str:
    """A column's type without what Liquibase puts before it."""
    low = text.strip()
    for prefix, instead in _KINDS.items():
        if low.lower().startswith(prefix):
            low = instead + low[len(prefix) :]
    return low.upper()


def _column(node: Node) -> Column:
    constraints = node.first("constraints")
    given = constraints.get("nullable").lower() if constraints is not None else ""
    key = constraints is not None and constraints.get("primaryKey").lower() == "true"
    default = next((value for name, value in node.attributes.items() if name.startswith("defaultValue")), None)
    return Column(
        name=node.get("name"),
        type=read_type(node.get("type")),
        nullable=not (key or given == "false"),
        default=default,
        increments=node.get("autoIncrement").lower() == "true",
    )


def _add_columns(schema: Schema, table: Table, node: Node) -> None:
    for child in node.all("column"):
        column = _column(child)
        table.columns[schema.key(column.name)] = column
        constraints = child.first("constraints")
        if constraints is not None and constraints.get("unique").lower() == "true":
            _add_unique(schema, table, constraints.get("uniqueConstraintName"), (column.name,))
        if constraints is not None and constraints.get("primaryKey").lower() == "true":
            table.primary_key = (*table.primary_key, column.name)


def _add_unique(schema: Schema, table: Table, name: str, columns: tuple[str, ...]) -> None:
    key = schema.key(name or f"{table.name}_{'_'.join(columns)}_key")
    table.indexes[key] = Index(name=key, columns=columns, unique=True)


def _create_table(schema: Schema, node: Node) -> None:
    table = Table(name=node.get("tableName"))
    if node.get("ifNotExists").lower() == "true" and schema.key(table.name) in schema.tables:
        return
    _add_columns(schema, table, node)
    schema.tables[schema.key(table.name)] = table


def _on_table(act: Callable[[Schema, Table, Node], None]) -> Callable[[Schema, Node], None]:
    def handler(schema: Schema, node: Node) -> None:
        table = schema.tables.get(schema.key(node.get("tableName", "baseTableName")))
        if table is not None:
            act(schema, table, node)

    return handler


def _drop_columns(schema: Schema, table: Table, node: Node) -> None:
    for name in (node.get("columnName"), *(child.get("name") for child in node.all("column"))):
        if name:
            drop_column(schema, table, name)


def _rename_column(schema: Schema, table: Table, node: Node) -> None:
    rename_column(schema, table, node.get("oldColumnName"), node.get("newColumnName"))


def _edit(change: Callable[[Column, Node], Column]) -> Callable[[Schema, Node], None]:
    def act(schema: Schema, table: Table, node: Node) -> None:
        key = schema.key(node.get("columnName"))
        if key in table.columns:
            table.columns[key] = change(table.columns[key], node)

    return _on_table(act)


def _rename_table(schema: Schema, node: Node) -> None:
    table = schema.tables.get(schema.key(node.get("oldTableName")))
    if table is not None:
        rename_table(schema, table, node.get("newTableName"))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.split()[0] for part in text.split(",") if part.split())


def _unique(schema: Schema, table: Table, node: Node) -> None:
    _add_unique(schema, table, node.get("constraintName"), _listed(node.get("columnNames")))


def _create_index(schema: Schema, table: Table, node: Node) -> None:
    columns = tuple(part for child in node.all("column") for part in _listed(child.get("name")))
    name = node.get("indexName") or "_".join(columns)
    unique = node.get("unique").lower() == "true"
    table.indexes[schema.key(name)] = Index(name=name, columns=columns, unique=unique)


def _drop_index(schema: Schema, table: Table, node: Node) -> None:
    table.indexes.pop(schema.key(node.get("indexName", "constraintName")), None)


def _primary_key(schema: Schema, table: Table, node: Node) -> None:
    table.primary_key = _listed(node.get("columnNames"))
    for name in table.primary_key:
        column = table.columns.get(schema.key(name))
        if column is not None:
            table.columns[schema.key(name)] = replace(column, nullable=False)


def _drop_primary_key(_: Schema, table: Table, __: Node) -> None:
    table.primary_key = ()


def _drop_table(schema: Schema, node: Node) -> None:
    schema.tables.pop(schema.key(node.get("tableName")), None)


def _merge_columns(schema: Schema, table: Table, node: Node) -> None:
    for name in (node.get("column1Name"), node.get("column2Name")):
        drop_column(schema, table, name)
    column = Column(name=node.get("finalColumnName"), type=read_type(node.get("finalColumnType")))
    table.columns[schema.key(column.name)] = column


def _lookup_table(schema: Schema, node: Node) -> None:
    name, column = node.get("newTableName"), node.get("newColumnName")
    kind = read_type(node.get("newColumnDataType"))
    schema.tables[schema.key(name)] = Table(
        name=name, columns={schema.key(column): Column(name=column, type=kind, nullable=False)}, primary_key=(column,)
    )


_HANDLERS: Mapping[str, Callable[[Schema, Node], None]] = {
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "addColumn": _on_table(_add_columns),
    "dropColumn": _on_table(_drop_columns),
    "renameColumn": _on_table(_rename_column),
    "modifyDataType": _edit(lambda column, node: replace(column, type=read_type(node.get("newDataType")))),
    "addNotNullConstraint": _edit(lambda column, _: replace(column, nullable=False)),
    "dropNotNullConstraint": _edit(lambda column, _: replace(column, nullable=True)),
    "addAutoIncrement": _edit(lambda column, _: replace(column, increments=True)),
    "addUniqueConstraint": _on_table(_unique),
    "dropUniqueConstraint": _on_table(_drop_index),
    "createIndex": _on_table(_create_index),
    "dropIndex": _on_table(_drop_index),
    "addPrimaryKey": _on_table(_primary_key),
    "dropPrimaryKey": _on_table(_drop_primary_key),
    "mergeColumns": _on_table(_merge_columns),
    "addLookupTable": _lookup_table,
}
