"""What migrations add up to: their steps, done one after the other to a schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.script.values import (
    Array,
    Call,
    Closure,
    Constant,
    Entry,
    Member,
    Number,
    Object,
    Tagged,
    Text,
    Value,
)
from bot.checks.migrations.script.ways import words_in
from bot.checks.migrations.sequelize.operations import Step
from bot.checks.migrations.sequelize.types import enum_values, read_type
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, ForeignKey, Index, Schema, Table, qualified

_UNKNOWN = ""
_ANY_HOLE = "gonogo_hole"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEFINES = re.compile(
    r"\b(?:alter|create|drop|rename)\s+(?:\w+\s+){0,2}?(?:column|constraint|index|table|type)\b|\bexecute\b",
    re.IGNORECASE,
)
_ON_COLUMNS = frozenset({"addColumn", "changeColumn", "removeColumn", "renameColumn"})
_CREATES = re.compile(r"create\s+table\s+if\s+not\s+exists", re.IGNORECASE)
FUNCTIONS = frozenset({"NOW", "UUIDV1", "UUIDV4"})
"""Defaults that Sequelize fills in itself, without the database."""


@dataclass(kw_only=True)
class State:
    """What migrations add up to.

    Attributes:
        partial: keys of tables that no migration that can be read made: only what was done to them is known.
        touched: (table, column) pairs that steps named; (table, "") for the table itself.
        dropped: (table, column) pairs that steps took away, by one of their names.
        opaque: what was not understood, with its file.
    """

    schema: Schema
    partial: set[str] = field(default_factory=set)
    touched: set[tuple[str, str]] = field(default_factory=set)
    dropped: set[tuple[str, str]] = field(default_factory=set)
    opaque: list[tuple[str, Opaque]] = field(default_factory=list)

    def copy(self) -> State:
        """A state of its own with the same content."""
        return State(schema=self.schema.copy(), partial=set(self.partial))

    def table(self, name: str) -> Table:
        """The table of a name; where no step made it, one of which nothing is known."""
        key = self.schema.key(name)
        if key not in self.schema.tables:
            self.schema.tables[key] = Table(name=name)
            self.partial.add(key)
        return self.schema.tables[key]

    def touch(self, table: str, *columns: str) -> None:
        """Take note that steps named a table, and columns of it."""
        for column in ("", *columns):
            self.touched.add((self.schema.key(table), self.schema.key(column)))


def replay(state: State, steps: Sequence[Step], words: frozenset[str] | None = None) -> None:
    """Do the steps of a migration; of SQL only what holds one of the words, where they are given."""
    for step in steps:
        if step.name == "query":
            text = " ".join(words_in(step.arguments))
            if _DEFINES.search(text) and (words is None or "enum" in text or not words.isdisjoint(_WORD.findall(text))):
                _run_sql(state, step)
            elif not text or not _is_told(step):
                state.opaque.append((step.path, _opaque(step)))
            continue
        handler = _HANDLERS.get(step.name)
        if handler is None or not handler(state, step.arguments):
            state.opaque.append((step.path, _opaque(step)))


def steps_tables(steps: Sequence[Step]) -> set[str]:
    """The tables whose columns steps add or alter."""
    return {name for step in steps if step.name in _ON_COLUMNS and (name := table_of(next(iter(step.arguments), None)))}


def find_refused(state: State, steps: Sequence[Step]) -> Iterator[tuple[Step, str]]:
    """Do the steps of a migration, and yield those that the database would refuse, with the reason."""
    for step in steps:
        reason = _refusal(state, step) if step.certain and step.name in _ON_COLUMNS and not state.opaque else ""
        if reason:
            yield step, reason
        replay(state, [step])


def _refusal(state: State, step: Step) -> str:
    name, column = _table_and_column(step.arguments)
    key = state.schema.key(name or "")
    table = state.schema.tables.get(key)
    if table is None or column is None:
        return ""
    there = state.schema.key(column) in table.columns
    if step.name == "addColumn":
        return f"column {name}.{column} is there already" if there else ""
    return "" if there or key in state.partial else f"column {name}.{column} is not there"


def tables_in(steps: Sequence[Step]) -> frozenset[str]:
    """Every word of steps that may name a table that they define or alter."""
    found: set[str] = set()
    for step in steps:
        if step.name != "query":
            found |= words_in(step.arguments)
        else:
            text = " ".join(words_in(step.arguments))
            found.update(_WORD.findall(text) if _DEFINES.search(text) else ())
    return frozenset(found)


def _is_told(step: Step) -> bool:
    """Whether the SQL of a query is written somewhere."""
    first = step.arguments[0] if step.arguments else None
    return isinstance(first, Text | Tagged | Object)


def _opaque(step: Step) -> Opaque:
    names = words_in(step.arguments) if step.name != "query" or _is_told(step) else frozenset()
    inner = {word for text in names for word in _WORD.findall(text)}
    return Opaque(words=f"{step.name}(...)", names=names | inner, line=step.line, anything=not names)


def _run_sql(state: State, step: Step) -> None:
    first = step.arguments[0] if step.arguments else None
    if isinstance(first, Object):
        first = next((entry.value for entry in first.entries if entry.key in {"query", "sql"}), None)
    match first:
        case Text(text):
            _apply(state, step, text)
        case Tagged(texts=texts):
            # What fills the holes is not known: a statement of names that are not known concerns what it names.
            _apply(state, step, _ANY_HOLE.join(texts), holes=True)
        case _:
            state.opaque.append((step.path, _opaque(step)))


def _apply(state: State, step: Step, text: str, *, holes: bool = False) -> None:
    words = set(_WORD.findall(text))
    for key in list(state.partial):
        # A table of which nothing is known yet must not stand in the way of one that is made where there is none.
        if not state.schema.tables[key].columns and _CREATES.search(text) and state.schema.tables[key].name in words:
            del state.schema.tables[key]
            state.partial.discard(key)
    if holes and re.match(r"\s*(alter|create|drop|rename|do)\b", text, re.IGNORECASE) and _ANY_HOLE in words:
        opaque = Opaque(words=" ".join(text.split()[:4])[:60], names=frozenset(words), line=step.line)
        state.opaque.append((step.path, opaque))
    before = {key: set(table.columns) for key, table in state.schema.tables.items()}
    for one in apply(state.schema, text):
        state.opaque.append((step.path, replace(one, line=step.line + one.line - 1)))
    for key, table in state.schema.tables.items():
        if table.name in words:
            state.touch(table.name, *(word for word in words if word in table.columns or word in before.get(key, ())))
            for word in words:
                state.touched.add((key, state.schema.key(word)))


# Arguments


def entries_of(value: Value | None) -> dict[str, Value]:
    """The members of an object; none for anything else."""
    return {entry.key: entry.value for entry in value.entries if entry.key} if isinstance(value, Object) else {}


def options_of(value: Value | None) -> dict[str, Value]:
    """The members of an object; what is spread into it, or is no object, stands under an empty key."""
    if value is None or value == Constant("undefined"):
        return {}
    if not isinstance(value, Object):
        return {"": value}
    spread = [entry.value for entry in value.entries if not entry.key]
    return {**entries_of(value), **({"": Array(spread)} if spread else {})}


def is_told(value: Value | None) -> bool:
    """Whether a value stands for itself."""
    return value is None or isinstance(value, Text | Number | Constant | Object | Array | Closure)


def table_of(value: Value | None) -> str | None:
    """The name that a table is given by: a text, or an object with the table's name and its schema."""
    match value:
        case Text(text):
            return text
        case Object():
            options = entries_of(value)
            name, schema = options.get("tableName") or options.get("name"), options.get("schema")
            if isinstance(name, Text):
                return qualified(schema.text, name.text) if isinstance(schema, Text) else name.text
    return None


def texts_of(value: Value | None) -> tuple[str, ...] | None:
    """Columns as they are listed: texts, or objects with a name; None where one cannot be told."""
    items = value.items if isinstance(value, Array) else [value] if isinstance(value, Text | Object) else []
    found = []
    for item in items:
        options = entries_of(item)
        inner = options.get("name") or options.get("attribute") or options.get("field") or item
        if isinstance(inner, Text):
            found.append(inner.text)
        elif isinstance(inner, Call | Tagged):
            found.append("(expression)")
        else:
            return None
    return tuple(found) if found else None


def is_true(value: Value | None) -> bool:
    """Whether a value is `true`."""
    return value == Constant("true")


def default_of(value: Value | None) -> str | None:  # noqa: PLR0911 - one answer a kind
    """The default that a column has in the database; None for none, `?` where it cannot be told."""
    match value:
        case None | Constant("null" | "undefined"):
            return None
        case Text(text) | Number(text):
            return text
        case Constant(name):
            return name
        case Member(name=name) if name in FUNCTIONS:
            return None
        # Sequelize calls a function for each row, and tells the database of none.
        case Closure() | Call(function=Member(name="UUIDV1" | "UUIDV4")):
            return None
        case Array(items):
            return "[" + ",".join(str(default_of(item)) for item in items) + "]"
        case Object(entries):
            return "{" + ",".join(f"{entry.key}:{default_of(entry.value)}" for entry in entries) + "}"
        case Call(function=Member(name="literal" | "fn"), arguments=[Text(text), *_]):
            return f"= {text}"
    return "?"


def reference_of(options: Mapping[str, Value]) -> tuple[str, str] | None:
    """The table and the column that an attribute refers to; an empty column for the primary key."""
    given = options.get("references")
    if isinstance(given, Text):
        key = options.get("referencesKey")
        return given.text, key.text if isinstance(key, Text) else ""
    inner = entries_of(given)
    table = table_of(inner.get("model") or inner.get("table"))
    key = inner.get("key") or inner.get("field")
    return (table, key.text if isinstance(key, Text) else "") if table is not None else None


def action_of(options: Mapping[str, Value], name: str) -> str:
    """What is done on delete or on update, in capitals."""
    value = options.get(name)
    return value.text.upper() if isinstance(value, Text) else "NO ACTION"


# Steps


def _create_table(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    body = arguments[1] if len(arguments) > 1 else None
    if name is None:
        return False
    key = state.schema.key(name)
    # Sequelize writes CREATE TABLE IF NOT EXISTS.
    if key in state.schema.tables and key not in state.partial:
        return True
    table = Table(name=name)
    state.schema.tables[key] = table
    state.partial.discard(key)
    state.touch(name)
    entries = body.entries if isinstance(body, Object) else ()
    whole = isinstance(body, Object) and all(entry.key for entry in entries)
    for entry in entries:
        if entry.key:
            _define(state, table, entry)
    if not whole:
        state.partial.add(key)
    keys = entries_of(entries_of(arguments[2] if len(arguments) > 2 else None).get("uniqueKeys"))  # noqa: PLR2004
    for label, unique in keys.items():
        columns = texts_of(entries_of(unique).get("fields"))
        if columns is not None:
            table.indexes[state.schema.key(label)] = Index(name=label, columns=columns, unique=True)
    return whole


def _define(state: State, table: Table, entry: Entry) -> None:
    """Give a table the column that an attribute describes."""
    options = entries_of(entry.value)
    if "type" not in options:
        options = {"type": entry.value} if not isinstance(entry.value, Object) else options
    field_name = options.get("field")
    name = field_name.text if isinstance(field_name, Text) else entry.key
    inner = entry.value.entries if isinstance(entry.value, Object) else ()
    primary, increments = is_true(options.get("primaryKey")), is_true(options.get("autoIncrement"))
    column = Column(
        name=name,
        type=read_type(options.get("type"), inner) or _UNKNOWN,
        nullable=not primary and options.get("allowNull") != Constant("false"),
        default=default_of(options.get("defaultValue")),
        increments=increments,
    )
    key = state.schema.key(name)
    table.columns[key] = replace(column, type=_named_enum(state, table, name, column.type))
    state.touch(table.name, name)
    if primary and name not in table.primary_key:
        table.primary_key = (*table.primary_key, name)
    _add_unique(state, table, name, options.get("unique"))
    target = reference_of(options)
    if target is not None:
        reference = ForeignKey(
            name=f"{table.name}_{name}_fkey",
            columns=(name,),
            to_table=target[0],
            to_columns=(target[1],) if target[1] else (),
            on_delete=action_of(options, "onDelete"),
            on_update=action_of(options, "onUpdate"),
        )
        table.foreign_keys[state.schema.key(reference.name)] = reference


def _named_enum(state: State, table: Table, column: str, kind: str) -> str:
    """In PostgreSQL an enumeration is a type with a name, which SQL may change by that name."""
    bare = kind.removesuffix("[]")
    values = enum_values(bare)
    if state.schema.dialect != "postgres" or values is None:
        return kind
    name = f"enum_{table.name}_{column}"
    state.schema.enums[name] = values
    return f'"{name}"{kind.removeprefix(bare)}'


def _add_unique(state: State, table: Table, column: str, value: Value | None) -> None:
    """A column that is unique: alone, or with the others that give the same name."""
    named = value if isinstance(value, Text) else entries_of(value).get("name")
    if isinstance(named, Text):
        key = state.schema.key(named.text)
        had = table.indexes.get(key)
        columns = (*had.columns, column) if had is not None and column not in had.columns else (column,)
        table.indexes[key] = Index(name=named.text, columns=columns, unique=True)
    elif is_true(value):
        name = f"{table.name}_{column}_key"
        table.indexes[state.schema.key(name)] = Index(name=name, columns=(column,), unique=True)


def _add_column(state: State, arguments: Sequence[Value]) -> bool:
    table, column = _table_and_column(arguments)
    if table is None or column is None or len(arguments) < 3:  # noqa: PLR2004 - table, column, attribute
        return False
    _define(state, state.table(table), Entry(column, arguments[2], 0))
    return True


def _change_column(state: State, arguments: Sequence[Value]) -> bool:
    name, column = _table_and_column(arguments)
    if name is None or column is None or len(arguments) < 3:  # noqa: PLR2004 - table, column, attribute
        return False
    table = state.table(name)
    key = state.schema.key(column)
    before = table.columns.get(key)
    _define(state, table, Entry(column, arguments[2], 0))
    after = table.columns[key]
    given = entries_of(arguments[2])
    if before is None:
        return True
    if not after.type:
        after = replace(after, type=before.type if "type" not in given and given else "")
    if column in table.primary_key:
        after = replace(after, nullable=False)
    if state.schema.dialect == "sqlite":
        after = replace(
            after,
            nullable=after.nullable if "allowNull" in given else before.nullable,
            default=after.default if "defaultValue" in given else before.default,
        )
    table.columns[key] = replace(after, increments=after.increments or before.increments)
    return True


def _remove_column(state: State, arguments: Sequence[Value]) -> bool:
    table, column = _table_and_column(arguments)
    if table is None or column is None:
        return False
    drop_column(state.schema, state.table(table), column)
    state.dropped.add((state.schema.key(table), state.schema.key(column)))
    state.touch(table, column)
    return True


def _table_and_column(arguments: Sequence[Value]) -> tuple[str | None, str | None]:
    table = table_of(arguments[0] if arguments else None)
    column = arguments[1] if len(arguments) > 1 else None
    return table, column.text if isinstance(column, Text) else None


def _rename_column(state: State, arguments: Sequence[Value]) -> bool:
    table, old = _table_and_column(arguments)
    new = arguments[2] if len(arguments) > 2 else None  # noqa: PLR2004 - table, old, new
    if table is None or old is None or not isinstance(new, Text):
        return False
    had = state.table(table)
    if state.schema.key(old) not in had.columns:
        had.columns[state.schema.key(new.text)] = Column(name=new.text, type=_UNKNOWN)
    rename_column(state.schema, had, old, new.text)
    state.dropped.add((state.schema.key(table), state.schema.key(old)))
    state.touch(table, old, new.text)
    return True


def _rename_table(state: State, arguments: Sequence[Value]) -> bool:
    old = table_of(arguments[0] if arguments else None)
    new = table_of(arguments[1] if len(arguments) > 1 else None)
    if old is None or new is None:
        return False
    table = state.table(old)
    partial = state.schema.key(old) in state.partial
    state.partial.discard(state.schema.key(old))
    state.schema.tables.pop(state.schema.key(new), None)
    rename_table(state.schema, table, new)
    (state.partial.add if partial else state.partial.discard)(state.schema.key(new))
    state.touch(old)
    state.touch(new)
    return True


def _drop_table(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    if name is None:
        return False
    state.schema.tables.pop(state.schema.key(name), None)
    state.partial.discard(state.schema.key(name))
    state.touch(name)
    return True


def _add_index(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    second = arguments[1] if len(arguments) > 1 else None
    options = entries_of(second) if isinstance(second, Object) else {}
    if not isinstance(second, Object):
        options = {**entries_of(arguments[2] if len(arguments) > 2 else None), "fields": second or Array([])}  # noqa: PLR2004
    columns = texts_of(options.get("fields"))
    if name is None or columns is None:
        return False
    kind, label = options.get("type") or options.get("indicesType"), options.get("name") or options.get("indexName")
    unique = is_true(options.get("unique")) or (isinstance(kind, Text) and kind.text.upper() == "UNIQUE")
    state.touch(name, *columns)
    _index(state, state.table(name), label, columns, unique=unique, where="where" in options)
    return True


def _index(  # noqa: PLR0913 - what an index is made of
    state: State, table: Table, label: Value | None, columns: tuple[str, ...], *, unique: bool, where: bool = False
) -> None:
    name = label.text if isinstance(label, Text) else f"{table.name}_{'_'.join(columns)}"
    made = Index(name=name, columns=columns, unique=unique, where="?" if where else "")
    table.indexes[state.schema.key(name)] = made


def _remove_index(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    second = arguments[1] if len(arguments) > 1 else None
    if name is None or second is None:
        return False
    table = state.table(name)
    state.touch(name)
    if isinstance(second, Text) and table.indexes.pop(state.schema.key(second.text), None) is not None:
        return True
    columns = texts_of(second)
    for key, index in list(table.indexes.items()):
        if index.columns == columns:
            del table.indexes[key]
            break
    if columns is not None:
        state.touch(name, *columns)
    return columns is not None


def _add_constraint(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    last = arguments[-1] if len(arguments) > 1 else None
    options = entries_of(last)
    listed = arguments[1] if isinstance(arguments[1] if len(arguments) > 1 else None, Array) else options.get("fields")
    kind = options.get("type")
    columns = texts_of(listed) or ()
    if name is None or not isinstance(kind, Text):
        return False
    table = state.table(name)
    state.touch(name, *columns)
    match kind.text.lower():
        case "unique":
            _index(state, table, options.get("name"), columns, unique=True)
        case "primary key":
            table.primary_key = columns
        case "foreign key":
            return _add_reference(state, table, columns, options)
    return True


def _add_reference(state: State, table: Table, columns: tuple[str, ...], options: Mapping[str, Value]) -> bool:
    inner = entries_of(options.get("references"))
    target, label = table_of(inner.get("table") or inner.get("model")), options.get("name")
    to_columns = texts_of(inner.get("field") or inner.get("fields") or inner.get("key"))
    if target is None:
        return False
    name = label.text if isinstance(label, Text) else f"{table.name}_{'_'.join(columns)}_fkey"
    table.foreign_keys[state.schema.key(name)] = ForeignKey(
        name=name,
        columns=columns,
        to_table=target,
        to_columns=to_columns or (),
        on_delete=action_of(options, "onDelete"),
        on_update=action_of(options, "onUpdate"),
    )
    return True


def _remove_constraint(state: State, arguments: Sequence[Value]) -> bool:
    name = table_of(arguments[0] if arguments else None)
    label = arguments[1] if len(arguments) > 1 else None
    if name is None or not isinstance(label, Text):
        return False
    table, key = state.table(name), state.schema.key(label.text)
    state.touch(name)
    table.indexes.pop(key, None)
    table.foreign_keys.pop(key, None)
    return True


def _nothing(_: State, __: Sequence[Value]) -> bool:
    return True


_HANDLERS: Mapping[str, Callable[[State, Sequence[Value]], bool]] = {
    "addColumn": _add_column,
    "addConstraint": _add_constraint,
    "addIndex": _add_index,
    "changeColumn": _change_column,
    "createTable": _create_table,
    "dropEnum": _nothing,
    "dropAllEnums": _nothing,
    "dropTable": _drop_table,
    "removeColumn": _remove_column,
    "removeConstraint": _remove_constraint,
    "removeIndex": _remove_index,
    "renameColumn": _rename_column,
    "renameTable": _rename_table,
}
