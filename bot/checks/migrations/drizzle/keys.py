"""Keys and indexes: of a column itself, and of what stands beside the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.checks.migrations.drizzle.chains import Chain, items_of, options_of, read_chain
from bot.checks.migrations.drizzle.names import Names, TableCall
from bot.checks.migrations.script.values import Call, Function, Member, Name, Tagged, Text, Value
from bot.checks.migrations.sql.constraints import join_details
from bot.checks.migrations.sql.schema import ForeignKey, Index, Schema, Table


class Keys:
    """Adds keys and indexes to the tables of a schema."""

    def __init__(self, names: Names, schema: Schema, dialect: str) -> None:
        self._names, self._schema, self._dialect = names, schema, dialect

    def add_unique(self, table: Table, name: str | None, columns: tuple[str, ...], nulls: str = "") -> None:
        """Give a table a unique constraint, under its usual name where it has none."""
        name = name or f"{_bare(table.name)}_{'_'.join(columns)}_unique"
        key = self._schema.key(name)
        # SQLite and MySQL keep a unique column as an index; drizzle-kit tells them apart in MySQL alone.
        method = f"CONSTRAINT{nulls}" if self._dialect != "sqlite" else ""
        table.indexes[key] = Index(name=name, columns=columns, unique=True, method=method)

    def add_reference(
        self,
        table: Table,
        name: str | None,
        columns: tuple[str, ...],
        targets: Sequence[tuple[str, str]],
        actions: Mapping[str, str],
    ) -> None:
        """Give a table a foreign key to columns of another, each with the name of its table."""
        to_table, to_columns = targets[0][0], tuple(column for _, column in targets)
        parts = (_bare(table.name), *columns, _bare(to_table), *to_columns)
        name = name or f"{'_'.join(parts)}_fk"
        table.foreign_keys[self._schema.key(name)] = ForeignKey(
            name=name,
            columns=columns,
            to_table=to_table,
            to_columns=to_columns,
            on_delete=actions.get("onDelete", "no action").upper(),
            on_update=actions.get("onUpdate", "no action").upper(),
        )

    def add_extra(self, call: TableCall, table: Table, names: Mapping[str, str], value: Value) -> bool:
        """Add what a value beside the columns makes; whether it could be read."""
        chain = read_chain(value)
        builder = (
            self._names.callee(
                call.module, Member(Name(chain.owner), chain.function) if chain.owner else Name(chain.function)
            )
            if chain
            else None
        )
        done = False
        if chain is not None and builder in {"index", "uniqueIndex"}:
            done = self._extra_index(table, names, chain, unique=builder == "uniqueIndex")
        elif chain is not None and builder == "unique":
            columns = _own(names, chain.step("on").arguments if chain.step("on") else ())  # type: ignore[union-attr]
            done = columns is not None
            if columns is not None:
                nulls = " NULLS NOT DISTINCT" if chain.step("nullsNotDistinct") else ""
                self.add_unique(table, text_of(chain.arguments), columns, nulls)
        elif chain is not None and builder == "primaryKey":
            done = self._extra_key(table, names, chain)
        elif chain is not None and builder == "foreignKey":
            done = self._extra_reference(call, table, names, chain)
        elif builder in {"check", "pgPolicy"}:
            done = True
        return done

    def _extra_index(self, table: Table, names: Mapping[str, str], chain: Chain, *, unique: bool) -> bool:
        on = chain.step("on") or chain.step("onOnly") or chain.step("using")
        if on is None:
            return False
        method = on.arguments[0].text if on.name == "using" and isinstance(on.arguments[0], Text) else ""
        columns, details = [], []
        for value in on.arguments[on.name == "using" :]:
            part = self._index_part(names, value)
            if part is None:
                return False
            columns.append(part[0])
            details.append(part[1])
        name = text_of(chain.arguments) or f"{_bare(table.name)}_{'_'.join(columns)}_index"
        where = chain.step("where")
        condition = where.arguments[0] if where is not None and where.arguments else None
        if condition is not None and not (isinstance(condition, Tagged) and not condition.holes):
            return False
        table.indexes[self._schema.key(name)] = Index(
            name=name,
            columns=tuple(columns),
            details=join_details(details),
            unique=unique,
            method="" if method == "btree" else method,
            where=condition.texts[0] if isinstance(condition, Tagged) else "",
        )
        return True

    def _index_part(self, names: Mapping[str, str], value: Value) -> tuple[str, str] | None:
        words: list[str] = []
        while isinstance(value, Call) and isinstance(value.function, Member):
            step = value.function.name
            if step == "desc":
                words.append("DESC")
            elif step == "nullsFirst":
                words.append("NULLS FIRST")
            elif step == "op" and value.arguments and isinstance(value.arguments[0], Text):
                words.append(value.arguments[0].text)
            elif step not in {"asc", "nullsLast"}:
                return None
            value = value.function.value
        if isinstance(value, Tagged) and not value.holes:
            return value.texts[0], ""
        name = names.get(value.name) if isinstance(value, Member | Name) else None
        return (name, " ".join(reversed(words))) if name is not None else None

    def _extra_key(self, table: Table, names: Mapping[str, str], chain: Chain) -> bool:
        options = options_of(chain.arguments[0] if chain.arguments else None)
        values = items_of(options["columns"]) if "columns" in options else chain.arguments
        columns = _own(names, values)
        if columns is None:
            return False
        given = options.get("name")
        table.primary_key = columns
        table.primary_key_name = (
            given.text if isinstance(given, Text) else f"{_bare(table.name)}_{'_'.join(columns)}_pk"
        )
        return True

    def _extra_reference(self, call: TableCall, table: Table, names: Mapping[str, str], chain: Chain) -> bool:
        options = options_of(chain.arguments[0] if chain.arguments else None)
        columns = _own(names, items_of(options.get("columns")))
        foreign = items_of(options.get("foreignColumns"))
        targets = [self._foreign(call, names, value) for value in foreign]
        known = [one for one in targets if one is not None]
        if columns is None or not known or len(known) != len(targets):
            return False
        given = options.get("name")
        actions = {
            step.name: step.arguments[0].text
            for step in chain.steps
            if step.name in {"onDelete", "onUpdate"} and step.arguments and isinstance(step.arguments[0], Text)
        }
        self.add_reference(table, given.text if isinstance(given, Text) else None, columns, known, actions)
        return True

    def _foreign(self, call: TableCall, names: Mapping[str, str], value: Value) -> tuple[str, str] | None:
        """A column of another table, or of the same one by the function's parameter."""
        parameters = call.extra.parameters if isinstance(call.extra, Function) else ()
        if isinstance(value, Member) and isinstance(value.value, Name) and value.value.name in parameters:
            column = names.get(value.name)
            return (call.name, column) if column is not None else None
        return self._names.column_at(call.module, value)


def _own(names: Mapping[str, str], values: Sequence[Value]) -> tuple[str, ...] | None:
    found = [names.get(one.name) if isinstance(one, Member | Name) else None for one in values]
    return tuple(name for name in found if name is not None) if found and None not in found else None


def text_of(arguments: Sequence[Value]) -> str | None:
    """The first argument, where it is a text."""
    return arguments[0].text if arguments and isinstance(arguments[0], Text) else None


def _bare(name: str) -> str:
    return name.rpartition(".")[2]
