"""What statements do to a schema. Anything that is not understood is kept, with the names in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.sql import commands, constraints
from bot.checks.migrations.sql.comments import find_doubtful
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.elsewhere import is_elsewhere
from bot.checks.migrations.sql.programs import calls_program, keep_program
from bot.checks.migrations.sql.schema import Column, Schema, Table, qualified
from bot.checks.migrations.sql.statements import Statement, UnreadSqlError, block_body
from bot.checks.migrations.sql.transactions import TRANSACTIONAL, kept_statements
from bot.checks.migrations.sql.types import default_text, split_serial, type_text

if TYPE_CHECKING:
    from sqlglot import exp

# What reads or writes rows, or the session: no schema changes by these.
_ROWS = frozenset({
    "Analyze", "Commit", "Copy", "Delete", "Grant", "Insert", "Merge", "Pragma", "Revoke", "Rollback",
    "Select", "Set", "Transaction", "TruncateTable", "Union", "Update", "Use", "Values",
})  # fmt: skip
_ROW_WORDS = frozenset({
    "ANALYZE", "BEGIN", "CHECKPOINT", "CLUSTER", "COMMIT", "COPY", "DELETE", "END", "EXPLAIN", "GO", "GRANT",
    "INSERT", "LOCK", "NOTIFY", "PRAGMA", "PRINT", "REFRESH", "REINDEX", "REPLACE", "RELEASE", "REVOKE", "ROLLBACK",
    "SAVEPOINT", "SELECT", "SET", "START", "TRUNCATE", "UPDATE", "USE", "VACUUM", "WITH",
})  # fmt: skip
_DEFINING = frozenset({"ALTER", "CREATE", "DROP", "EXEC", "EXECUTE", "RENAME"})
# What may concern what it does not name.
_ANYTHING = frozenset({"CALL", "EXEC", "EXECUTE", "FORMAT", "OWNED", "PERFORM", "ROLLBACK"})
# A call for its effect alone, of functions of PostgreSQL that change no table, or of none.
_HARMLESS_CALL = re.compile(
    r"\bPERFORM\s+(?:1\b|(?:nextval|pg_advisory_(?:xact_)?lock|pg_notify|pg_sleep|setval)\s*\()", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Opaque:
    """A statement that may change the schema and is not understood.

    Attributes:
        words: how it begins, for people.
        names: every name and text in it: what it may concern.
        line: in its file, from 1.
        anything: whether it may concern what it does not name (code that runs in the database).
    """

    words: str
    names: frozenset[str]
    line: int
    anything: bool = False


def apply(schema: Schema, text: str) -> Iterator[Opaque]:
    """Change a schema as the statements of a text do, and yield those that are not understood."""
    yield from find_run_comments(text, schema.dialect)
    try:
        for statement in kept_statements(text, schema.dialect):
            body = block_body(statement, schema.dialect)
            if body is not None:
                yield from apply(schema, body)
            elif is_elsewhere(schema, statement) or not apply_statement(schema, statement):
                yield describe_opaque(schema, statement)
    except UnreadSqlError as error:
        yield Opaque(words=str(error), names=frozenset(), line=1, anything=True)


def find_run_comments(text: str, dialect: str) -> Iterator[Opaque]:
    """Yield the comments that may change tables and that only some servers run."""
    for line, body in find_doubtful(text, dialect):
        begin = " ".join(body.split())[:60]
        yield Opaque(words=f"/*! {begin} */", names=frozenset(_WORD.findall(body)), line=line)


def describe_opaque(schema: Schema, statement: Statement) -> Opaque:
    """A statement as one that was not understood."""
    words = statement.words()
    # The body of a block is one text; what it names is all that it concerns, unless it puts statements together.
    inner = [word for text in words for word in _WORD.findall(_HARMLESS_CALL.sub(" ", text))]
    composed = any(word.upper() in _ANYTHING or word.lower() in schema.programs for word in inner)
    first = [word.upper() for word in inner[:2]]
    composed = composed or schema.elsewhere or first[:1] == ["ABORT"] or first == ["PREPARE", "TRANSACTION"]
    cascades = words[0].upper() == "DROP" and "CASCADE" in _upper(statement)
    begin = " ".join(" ".join(words[:4]).split())[:60]
    return Opaque(words=begin, names=frozenset(words).union(inner), line=statement.line, anything=composed or cascades)


def apply_statement(schema: Schema, statement: Statement) -> bool:
    """Whether the statement was understood, and done."""
    tree = statement.tree
    kind = type(tree).__name__ if tree is not None else "Command"
    if kind in _ROWS:
        # Where a tool runs each statement by itself, a `ROLLBACK` takes back another part than in one transaction.
        known = kind != "Rollback" or ("TO" in _upper(statement) and schema.dialect not in TRANSACTIONAL)
        return known and not calls_program(schema, statement)
    if statement.tokens[0].text.upper() in _ROW_WORDS:
        # Without a sign between two statements the first word says nothing of the second.
        return _DEFINING.isdisjoint(_upper(statement)[1:]) and not calls_program(schema, statement)
    keep_program(schema, statement)
    if kind in {"Command", "Comment", "Execute"}:
        return commands.apply_command(schema, statement)
    handler = _HANDLERS.get(kind)
    return handler is not None and tree is not None and handler(schema, tree)


def _upper(statement: Statement) -> list[str]:
    return [word.upper() for word in statement.words()]


def _create(schema: Schema, tree: exp.Expr) -> bool:
    kind = (tree.args.get("kind") or "").upper()
    if kind == "TABLE":
        return _create_table(schema, tree)
    if kind.endswith("INDEX"):
        return _create_index(schema, tree)
    if kind == "TYPE":
        return _create_type(schema, tree)
    if kind == "VIEW":
        schema.views.add(schema.key(table_name(tree.this)))
        return True
    return kind in {"SCHEMA", "SEQUENCE", "FUNCTION", "PROCEDURE", "TRIGGER", "DATABASE", "EXTENSION"}


def _create_table(schema: Schema, tree: exp.Expr) -> bool:
    from sqlglot import exp

    body = tree.this
    if not isinstance(body, exp.Schema):
        return False
    name = table_name(body.this)
    key = schema.key(name)
    if tree.args.get("exists") and key in schema.tables:
        return True
    table = Table(name=name)
    understood = all(_define(schema, table, part) for part in body.expressions)
    schema.tables[key] = table
    return understood


def _define(schema: Schema, table: Table, part: exp.Expr) -> bool:
    from sqlglot import exp

    if isinstance(part, exp.ColumnDef):
        return add_column(schema, table, part)
    return constraints.add_constraint(schema, table, part)


def add_column(schema: Schema, table: Table, node: exp.Expr) -> bool:
    """Add the column that a definition describes, with the keys and indexes that it brings."""
    column = read_column(schema, node)
    table.columns[schema.key(column.name)] = column
    return all(
        constraints.add_column_constraint(schema, table, column.name, one) for one in node.args.get("constraints") or ()
    )


def read_column(schema: Schema, node: exp.Expr) -> Column:
    """A column as its definition says."""
    from sqlglot import exp

    text, increments = split_serial(type_text(node.args.get("kind"), schema.dialect))
    column = Column(name=node.name, type=text, increments=increments, nullable=not increments)
    for one in node.args.get("constraints") or ():
        match one.kind:
            case exp.NotNullColumnConstraint():
                column = replace(column, nullable=bool(one.kind.args.get("allow_null")))
            case exp.DefaultColumnConstraint():
                column = replace(column, default=default_text(one.kind.this, schema.dialect))
            case exp.PrimaryKeyColumnConstraint():
                column = replace(column, nullable=False)
            case exp.AutoIncrementColumnConstraint() | exp.GeneratedAsIdentityColumnConstraint():
                column = replace(column, increments=True)
            case exp.ComputedColumnConstraint():
                column = replace(column, default=one.kind.sql(schema.dialect))
    return column


def _create_index(schema: Schema, tree: exp.Expr) -> bool:
    node = tree.this
    table = schema.tables.get(schema.key(table_name(node.args.get("table"))))
    if table is None:
        return True
    index = constraints.read_index(node, unique=bool(tree.args.get("unique")), dialect=schema.dialect)
    if not index.name or (tree.args.get("exists") and schema.key(index.name) in table.indexes):
        return bool(index.name)
    constraints.add_index(schema, table, index)
    return True


def _create_type(schema: Schema, tree: exp.Expr) -> bool:
    from sqlglot import exp

    kind = tree.args.get("expression")
    if not isinstance(kind, exp.DataType) or kind.this != exp.DataType.Type.ENUM:
        return False
    schema.enums[table_name(tree.this)] = tuple(one.name for one in kind.expressions)
    return True


def _drop(schema: Schema, tree: exp.Expr) -> bool:
    kind = (tree.args.get("kind") or "").upper()
    names = [table_name(one) for one in tree.args.get("tables") or ()]
    if kind == "TABLE":
        _drop_tables(schema, names, cascade=bool(tree.args.get("cascade")))
    for one, name in zip(tree.args.get("tables") or (), names, strict=True):
        if kind == "INDEX":
            found = schema.table_of_index(one.name)
            if found is not None:
                del found[0].indexes[found[1]]
        elif kind == "TYPE":
            schema.enums.pop(name, None)
            if tree.args.get("cascade"):
                _drop_typed(schema, name)
        elif kind == "VIEW":
            schema.views.discard(schema.key(name))
        elif kind in {"SCHEMA", "DATABASE"}:
            _drop_schema(schema, one.name or one.db)
    return True


def _drop_typed(schema: Schema, name: str) -> None:
    """Take away the columns of a type that goes with all that rests on it."""
    for table in schema.tables.values():
        for column in list(table.columns.values()):
            if schema.key(column.type.removesuffix("[]").replace('"', "")) == schema.key(name):
                drop_column(schema, table, column.name)


def _drop_schema(schema: Schema, name: str) -> None:
    """Take away the tables of a schema."""
    for key, table in list(schema.tables.items()):
        inside, _, bare = table.name.rpartition(".")
        if table.name == qualified(name, bare) or inside.lower() == name.lower():
            del schema.tables[key]


def _drop_tables(schema: Schema, names: Sequence[str], *, cascade: bool) -> None:
    for name in names:
        schema.tables.pop(schema.key(name), None)
    for name in names:
        for other, key, reference in list(schema.references(name)):
            if cascade:
                del other.foreign_keys[key]
            elif schema.dialect == "postgres":
                schema.clashes.append(f"table {name} is dropped while {reference.name} of {other.name} points at it")


def _alter(schema: Schema, tree: exp.Expr) -> bool:
    kind = (tree.args.get("kind") or "").upper()
    if kind == "INDEX":
        return all(constraints.rename_index(schema, tree.this.name, one.this.name) for one in tree.args["actions"])
    if kind != "TABLE":
        return False
    table = schema.tables.get(schema.key(table_name(tree.this)))
    actions = tree.args.get("actions") or ()
    # A table that the schema does not declare is nothing to it, unless it becomes one.
    if table is None:
        return not any(type(action).__name__ == "AlterRename" for action in actions)
    return all(_act(schema, table, action) for action in actions)


def _act(schema: Schema, table: Table, action: exp.Expr) -> bool:
    handler = _ACTIONS.get(type(action).__name__)
    return handler is not None and handler(schema, table, action)


def _drop_part(schema: Schema, table: Table, action: exp.Expr) -> bool:
    kind = (action.args.get("kind") or "").upper()
    for one in action.args.get("tables") or ():
        if kind in {"COLUMN", ""}:
            drop_column(schema, table, one.name)
        else:
            constraints.drop_constraint(schema, table, one.name, kind)
    return True


def _alter_column(schema: Schema, table: Table, action: exp.Expr) -> bool:
    key = schema.key(action.name)
    column = table.columns.get(key)
    if column is None:
        return True
    args = action.args
    if args.get("dtype") is not None:
        text, increments = split_serial(type_text(args["dtype"], schema.dialect))
        column = replace(column, type=text, increments=column.increments or increments)
    if args.get("allow_null") is not None:
        column = replace(column, nullable=bool(args["allow_null"]))
    elif args.get("drop"):
        column = replace(column, default=None, increments=False)
    if args.get("default") is not None:
        numbered = "NEXTVAL" in args["default"].sql(schema.dialect).upper()
        given = None if numbered else default_text(args["default"], schema.dialect)
        column = replace(column, default=given, increments=column.increments or numbered)
    table.columns[key] = column
    return True


def _modify_column(schema: Schema, table: Table, action: exp.Expr) -> bool:
    old = action.args.get("rename_from")
    if old is not None:
        rename_column(schema, table, old.name, action.this.name)
    column = read_column(schema, action.this)
    table.columns[schema.key(column.name)] = column
    return True


def _rename_column(schema: Schema, table: Table, action: exp.Expr) -> bool:
    rename_column(schema, table, action.this.name, action.args["to"].name)
    return True


def _rename_table(schema: Schema, table: Table, action: exp.Expr) -> bool:
    # `RENAME a TO b` is of a column: the word COLUMN may be left out, and sqlglot does not know that.
    options = action.parent.args.get("options") if action.parent is not None else None
    if options:
        rename_column(schema, table, table_name(action.this), table_name(options[0].this))
        return True
    rename_table(schema, table, table_name(action.this))
    return True


def _drop_primary_key(_: Schema, table: Table, __: exp.Expr) -> bool:
    table.primary_key, table.primary_key_name = (), ""
    return True


def _add_constraint(schema: Schema, table: Table, action: exp.Expr) -> bool:
    return all(constraints.add_constraint(schema, table, one) for one in action.expressions)


def _rename_index(schema: Schema, _: Table, action: exp.Expr) -> bool:
    return constraints.rename_index(schema, action.this.name, action.args["to"].name)


def table_name(node: exp.Expr | None) -> str:
    """The name that a table, a type or an index has in a statement."""
    from sqlglot import exp

    if isinstance(node, exp.Schema):
        node = node.this
    if isinstance(node, exp.Table):
        return qualified(node.db, node.name)
    return node.name if node is not None else ""


_HANDLERS: Mapping[str, Callable[[Schema, exp.Expr], bool]] = {"Create": _create, "Drop": _drop, "Alter": _alter}
_ACTIONS: Mapping[str, Callable[[Schema, Table, exp.Expr], bool]] = {
    "ColumnDef": add_column,
    "Drop": _drop_part,
    "AlterColumn": _alter_column,
    "ModifyColumn": _modify_column,
    "RenameColumn": _rename_column,
    "AlterRename": _rename_table,
    "DropPrimaryKey": _drop_primary_key,
    "AddConstraint": _add_constraint,
    "RenameIndex": _rename_index,
}
