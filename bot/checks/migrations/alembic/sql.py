"""SQL of a migration as the operations that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.checks.migrations.alembic.values import Call, Ref, Value
from bot.checks.migrations.sql.statements import UnreadSqlError, parse_statements

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "mysql"}
_TYPES = {
    "INT": "Integer",
    "SERIAL": "Integer",
    "BIGSERIAL": "BigInteger",
    "SMALLSERIAL": "SmallInteger",
    "DOUBLE": "DOUBLE_PRECISION",
    "DECIMAL": "Numeric",
    "VARBINARY": "BYTEA",
}


def operations_of(text: str, dialect: str, call: Call) -> Iterator[Call | str]:
    """Yield the operations of some SQL, each as a call of `op`; a text says what cannot be told."""
    try:
        statements = parse_statements(text, DIALECTS[dialect])
    except UnreadSqlError as error:
        yield str(error)
        return
    for statement in statements:
        yield from _Translation(call).statement(statement)


class _Translation:
    def __init__(self, call: Call) -> None:
        self._call = call

    def op(self, name: str, *args: Value, **kwargs: Value) -> Call:
        return Call(Ref(f"alembic.op.{name}"), args, kwargs, self._call.path, self._call.line)

    def statement(self, node: exp.Expr) -> Iterator[Call | str]:  # noqa: C901 - one answer a kind
        from sqlglot import exp

        match node:
            case exp.Alter() if node.args.get("kind") == "TABLE":
                table, schema = _table(node.this)
                for action in node.args.get("actions") or ():
                    yield from self.action(action, table, schema)
            case exp.Alter() if node.args.get("kind") == "INDEX":
                for action in node.args.get("actions") or ():
                    if isinstance(action, exp.AlterRename):
                        yield self.op("rename_index", node.this.name, action.this.name)
            case exp.Create() if node.args.get("kind") == "TABLE":
                yield from self.create_table(node)
            case exp.Create() if node.args.get("kind") == "INDEX":
                yield from self.create_index(node)
            case exp.Drop() if node.args.get("kind") in {"TABLE", "INDEX"}:
                kind = str(node.args["kind"]).lower()
                for one in node.args.get("tables") or [node.this]:
                    table, schema = _table(one)
                    yield (
                        self.op(f"drop_{kind}", table)
                        if kind == "index"
                        else self.op("drop_table", table, schema=schema)
                    )
            case exp.Command() if (
                str(node.args.get("this")).upper() == "ALTER" and " table " in f" {node.expression} ".lower()
            ):
                yield "an ALTER TABLE that cannot be parsed"

    def action(  # noqa: C901, PLR0912 - one answer a kind
        self, node: exp.Expr, table: str, schema: str | None
    ) -> Iterator[Call | str]:
        from sqlglot import exp

        match node:
            case exp.ColumnDef():
                yield self.op("add_column", table, _column(node), schema=schema)
            case exp.Drop() if node.args.get("kind") == "COLUMN":
                for one in node.args.get("tables") or [node.this]:
                    yield self.op("drop_column", table, one.name, schema=schema)
            case exp.Drop():
                for one in node.args.get("tables") or [node.this]:
                    yield self.op("drop_constraint", one.name, table, schema=schema)
            case exp.AlterColumn():
                changes: dict[str, Value] = {}
                if (dtype := node.args.get("dtype")) is not None:
                    changes["type_"] = _type(dtype)
                if (nullable := node.args.get("allow_null")) is not None:
                    changes["nullable"] = bool(nullable)
                yield self.op("alter_column", table, node.this.name, schema=schema, **changes)
            case exp.AlterRename():
                yield self.op("rename_table", table, _table(node.this)[0], schema=schema)
            case exp.RenameColumn():
                new = node.args["to"].name
                yield self.op("alter_column", table, node.this.name, new_column_name=new, schema=schema)
            case exp.AddConstraint():
                for constraint in node.expressions:
                    yield from self.constraint(constraint, table, schema)
            case _:
                yield "an ALTER TABLE with an action that is not known"

    def constraint(self, node: exp.Expr, table: str, schema: str | None) -> Iterator[Call | str]:
        from sqlglot import exp

        name = node.name if isinstance(node, exp.Constraint) else None
        for part in node.expressions if isinstance(node, exp.Constraint) else [node]:
            if isinstance(part, exp.UniqueColumnConstraint) and part.this is not None:
                yield self.op(
                    "create_unique_constraint", name, table, [one.name for one in part.this.expressions], schema=schema
                )
            elif isinstance(part, exp.ForeignKey):
                reference = part.args["reference"]
                other, targets = reference.this.this, [one.name for one in reference.this.expressions]
                local = [one.name for one in part.expressions]
                options = _reference_options(reference)
                yield self.op("create_foreign_key", name, table, _table(other)[0], local, targets, **options)

    def create_table(self, node: exp.Create) -> Iterator[Call | str]:
        from sqlglot import exp

        if not isinstance(node.this, exp.Schema):
            yield "a CREATE TABLE from a query"
            return
        table, schema = _table(node.this.this)
        columns = [_column(one) for one in node.this.expressions if isinstance(one, exp.ColumnDef)]
        yield self.op("create_table", table, *columns, schema=schema)
        for one in node.this.expressions:
            if not isinstance(one, exp.ColumnDef):
                yield from self.constraint(one, table, schema)

    def create_index(self, node: exp.Create) -> Iterator[Call | str]:
        from sqlglot import exp

        index = node.this
        parameters = index.args.get("params")
        columns = (parameters.args.get("columns") if parameters is not None else None) or ()
        parts: list[Value] = []
        for one in columns:
            inner = one.this if isinstance(one, exp.Ordered) else one
            inner = inner.this if isinstance(inner, exp.Opclass) else inner
            plain = isinstance(inner, exp.Column) and not one.args.get("desc")
            parts.append(inner.name if plain else Call(Ref("sqlalchemy.text"), (one.sql(dialect="postgres"),)))
        table, schema = _table(index.args["table"])
        yield self.op("create_index", index.name, table, parts, unique=bool(node.args.get("unique")), schema=schema)


def _table(node: exp.Expr) -> tuple[str, str | None]:
    return node.name, node.args["db"].name if node.args.get("db") is not None else None


def _type(node: exp.Expr) -> Value:
    kind = str(node.this.value if hasattr(node.this, "value") else node.this).upper()
    numbers = tuple(int(one.name) for one in node.expressions if one.name.isdigit())
    match kind:
        case "TIMESTAMPTZ":
            return Call(Ref("sqlalchemy.TIMESTAMP"), (), {"timezone": True})
        case "ARRAY" if node.expressions:
            return Call(Ref("sqlalchemy.ARRAY"), (_type(node.expressions[0]),))
        case "USERDEFINED":
            return Ref(f"sqlalchemy.{str(node.args.get('kind')).upper()}")
    return Call(Ref(f"sqlalchemy.{_TYPES.get(kind, kind)}"), numbers)


def _reference_options(node: exp.Expr) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for option in node.args.get("options") or ():
        words = str(option).upper().split()
        if words[:1] == ["ON"] and len(words) > 2:  # noqa: PLR2004 - ON DELETE action
            found[f"on{words[1].lower()}"] = " ".join(words[2:])
    return found


def _column(node: exp.ColumnDef) -> Call:
    from sqlglot import exp

    args: list[Value] = [node.name, _type(node.args["kind"]) if node.args.get("kind") is not None else None]
    kwargs: dict[str, Value] = {}
    for constraint in node.args.get("constraints") or ():
        match constraint.args.get("kind"):
            case exp.NotNullColumnConstraint() as kind:
                kwargs["nullable"] = bool(kind.args.get("allow_null"))
            case exp.PrimaryKeyColumnConstraint():
                kwargs["primary_key"] = True
            case exp.UniqueColumnConstraint():
                kwargs["unique"] = True
            case exp.Reference() as reference if isinstance(reference.this, exp.Schema):
                target = f"{reference.this.this.name}.{reference.this.expressions[0].name}"
                args.append(Call(Ref("sqlalchemy.ForeignKey"), (target,), _reference_options(reference)))
    return Call(Ref("sqlalchemy.Column"), tuple(args), kwargs)
