"""The tables that ent generated: `migrate/schema.go`, which ent writes from the schema's code.

Source: ent's template of that file, https://github.com/ent/ent/blob/master/entc/gen/template/migrate/schema.tmpl.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.evaluate import Evaluator
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.golang.scope import Scope
from bot.checks.migrations.ent.golang.source import Source, text
from bot.checks.migrations.ent.golang.values import Chain, Dictionary, Name, Struct, Value
from bot.checks.migrations.ent.tables import Column, Default, Expression, ForeignKey, Index, Table

if TYPE_CHECKING:
    from tree_sitter import Node

_ATLAS_TYPES = frozenset({
    "bigint", "bigserial", "blob", "boolean", "bytea", "char", "date", "decimal", "double", "float", "inet", "int",
    "integer", "interval", "json", "jsonb", "longtext", "mediumtext", "money", "numeric", "real", "serial", "smallint",
    "smallserial", "text", "tinyint", "uuid", "varchar", "xml",
})  # fmt: skip


class UnreadTablesError(Exception):
    """The file is not what ent writes; the message says where."""


def read_tables(program: Program, path: str) -> dict[str, Table]:
    """The tables of a generated file, by name.

    Raises:
        UnreadTablesError: it is not there, cannot be parsed or holds something else.
    """
    source = program.source(path)
    if source is None:
        raise UnreadTablesError("it cannot be read")
    if source.broken is not None:
        raise UnreadTablesError(f"line {source.broken} cannot be parsed")
    evaluator = Evaluator(program)
    scope = Scope(source, path.rpartition("/")[0])
    named = {
        name: value
        for name, constant in source.constants.items()
        if name.endswith("Table") and constant.value is not None
        for value in [evaluator.value(constant.value, scope)]
        if isinstance(value, Struct)
    }
    listed = source.constants.get("Tables")
    if listed is None or listed.value is None:
        raise UnreadTablesError("it has no list of tables")
    # What is not in the list is a view.
    names = {text(one) for one in _identifiers(listed.value)}
    odd = next((name for name in sorted(names) if name in source.constants and name not in named), None)
    if odd is not None:
        raise UnreadTablesError(f"{odd} cannot be read")
    later = dict(_later(source, evaluator, scope))
    tables = {}
    for name, struct in named.items():
        if name in names:
            table = _table(name, struct, later, named)
            tables[table.name] = table
    return tables


def _identifiers(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "identifier":
            yield one
        waiting.extend(one.named_children)


def _later(source: Source, evaluator: Evaluator, scope: Scope) -> Iterator[tuple[str, Value]]:
    """Yield what `init` gives to the tables, as `UsersTable.ForeignKeys[0].RefTable`, with a name or a literal."""
    function = source.functions.get("init")
    waiting = [function.node] if function is not None else []
    while waiting:
        node = waiting.pop()
        if node.type != "assignment_statement":
            waiting.extend(reversed(node.named_children))
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            name = right.named_children[0] if right.named_children else right
            yield text(left), Name("", text(name)) if name.type == "identifier" else evaluator.value(name, scope)


def _table(name: str, struct: Struct, later: Mapping[str, Value], named: Mapping[str, Struct]) -> Table:
    table = Table(name=_text(struct, "Name"))
    for one in _structs(struct, "Columns"):
        column = _column(one)
        table.columns[column.name] = column
    table.primary_key = _names(struct, "PrimaryKey")
    for one in _structs(struct, "Indexes"):
        index = _index(one)
        table.indexes[index.name] = index
    for number, one in enumerate(_structs(struct, "ForeignKeys")):
        target = later.get(f"{name}.ForeignKeys[{number}].RefTable")
        to = named.get(target.name) if isinstance(target, Name) else None
        key = _text(one, "Symbol")
        table.foreign_keys[key] = ForeignKey(
            name=key,
            columns=_names(one, "Columns"),
            to_table=_text(to, "Name") if to is not None else "",
            to_columns=_names(one, "RefColumns"),
            on_delete=_word(one, "OnDelete"),
            on_update=_word(one, "OnUpdate"),
        )
    table.checks = _checks(name, later)
    return table


def _checks(name: str, later: Mapping[str, Value]) -> dict[str, str]:
    given = later.get(f"{name}.Annotation.Checks")
    annotation = later.get(f"{name}.Annotation")
    found = dict(texts_of(given)) if isinstance(given, Dictionary) else {}
    alone = annotation.fields.get("Check") if isinstance(annotation, Struct) else None
    return {**found, "": alone} if isinstance(alone, str) else found


def _column(struct: Struct) -> Column:
    size, enums = struct.fields.get("Size"), struct.fields.get("Enums")
    return Column(
        name=_text(struct, "Name"),
        type=_word(struct, "Type").removeprefix("Type"),
        nullable=struct.fields.get("Nullable") is True,
        unique=struct.fields.get("Unique") is True,
        increments=struct.fields.get("Increment") is True,
        size=size if isinstance(size, int) else 0,
        enums=tuple(one for one in enums if isinstance(one, str)) if isinstance(enums, tuple) else (),
        default=read_default(struct.fields.get("Default")),
        schema_type=_by_dialect(struct.fields.get("SchemaType")),
    )


def _index(struct: Struct) -> Index:
    given = struct.fields.get("Annotation")
    said = given if isinstance(given, Struct) else Struct(Name("", ""), None)
    columns = _names(struct, "Columns")
    kind = said.fields.get("Type")
    return Index(
        name=_text(struct, "Name"),
        columns=columns,
        unique=struct.fields.get("Unique") is True,
        where=_text(said, "Where"),
        kinds=(("", kind),) if isinstance(kind, str) else _by_dialect(said.fields.get("Types")),
        descending=frozenset(columns if said.fields.get("Desc") is True else _keys(said, "DescColumns")),
    )


def read_default(value: Value) -> Default:
    """A default as it stands in the file."""
    if isinstance(value, Chain):
        argument = value.steps[0].arguments[0] if value.steps[0].arguments else None
        return Expression(text=argument) if isinstance(argument, str) else None
    if isinstance(value, Dictionary):
        return Expression(by_dialect=_by_dialect(value))
    return value if isinstance(value, str | int | float | bool) else None


def texts_of(value: Value) -> Iterator[tuple[str, str]]:
    """Yield the entries of a map of texts; a key that is a name stands for itself in small letters."""
    for key, one in value.entries if isinstance(value, Dictionary) else ():
        name = key.name.lower() if isinstance(key, Name) else key
        kind = _atlas_type(one)
        if isinstance(name, str) and isinstance(kind, str):
            yield ("sqlite3" if name == "sqlite" else name), kind


def _atlas_type(value: Value) -> Value:
    """The text that a constant of Atlas's stands for, where its name says it: `postgres.TypeBigSerial`."""
    if isinstance(value, Name) and value.package.startswith("ariga.io/atlas/sql/"):
        kind = value.name.removeprefix("Type").lower()
        return kind if kind in _ATLAS_TYPES else value
    return value


def _by_dialect(value: Value) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(texts_of(value)))


def _keys(struct: Struct, name: str) -> Iterator[str]:
    value = struct.fields.get(name)
    for key, one in value.entries if isinstance(value, Dictionary) else ():
        if isinstance(key, str) and one is True:
            yield key


def _structs(struct: Struct, name: str) -> list[Struct]:
    value = struct.fields.get(name)
    return [one for one in value if isinstance(one, Struct)] if isinstance(value, tuple) else []


def _names(struct: Struct, name: str) -> tuple[str, ...]:
    return tuple(_text(one, "Name") for one in _structs(struct, name))


def _text(struct: Struct, name: str) -> str:
    value = struct.fields.get(name)
    return value if isinstance(value, str) else ""


def _word(struct: Struct, name: str) -> str:
    value = struct.fields.get(name)
    return value.name if isinstance(value, Name) else ""
