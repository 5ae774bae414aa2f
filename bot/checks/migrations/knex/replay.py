"""What migrations add up to, as far as the names of tables and columns go; and which steps a database would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.knex.operations import Step
from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, Schema, Table

_DEFINES = re.compile(r"\b(?:alter|create|drop|rename)\s+(?:\w+\s+){0,2}?(?:table|column)\b", re.IGNORECASE)
_STAMPS = ("created_at", "updated_at")


@dataclass(kw_only=True)
class State:
    """Tables with their columns.

    Attributes:
        partial: tables of which not all is known; `unsure` where a step that is not understood may concern any.
    """

    schema: Schema
    partial: set[str] = field(default_factory=set)
    unsure: bool = False

    def known(self, table: str) -> Table | None:
        """A table of which all columns are known."""
        key = self.schema.key(table)
        return None if self.unsure or key in self.partial else self.schema.tables.get(key)


def find_refused(state: State, steps: Sequence[Step]) -> Iterator[tuple[Step, str]]:
    """Do the steps of a migration, and yield those that the database would refuse, with the reason."""
    for step in steps:
        reason = _refusal(state, step) if step.certain and step.inside != "create-if" else ""
        if reason:
            yield step, reason
        _do(state, step)


def _refusal(state: State, step: Step) -> str:
    if step.kind == "create" and not state.unsure and state.schema.key(step.table) in state.schema.tables:
        return f"table {step.table} is there already"
    table = state.known(step.table) if step.table else None
    if table is None:
        return ""
    keys = {state.schema.key(name) for name in step.names}
    match step.kind:
        case "column":
            twice = next((name for name in step.names[:1] if state.schema.key(name) in table.columns), "")
            return f"column {step.table}.{twice} is there already" if twice else ""
        case "drop-column" | "alter-column":
            gone = next((name for name in step.names if state.schema.key(name) not in table.columns), "")
            return f"column {step.table}.{gone} is not there" if gone and keys else ""
        case "rename-column" if len(step.names) == 2:  # noqa: PLR2004 - old and new
            there = state.schema.key(step.names[0]) in table.columns
            return "" if there else f"column {step.table}.{step.names[0]} is not there"
    return ""


def _do(state: State, step: Step) -> None:  # noqa: C901 - one case a kind
    key = state.schema.key(step.table)
    table = state.schema.tables.get(key)
    if table is None and step.table and step.kind not in {"create", "create-if", "drop-table"}:
        table = state.schema.tables[key] = Table(name=step.table)
        state.partial.add(key)
    match step.kind:
        case "create" | "create-if" if table is None:
            state.schema.tables[key] = Table(name=step.table)
        case "drop-table":
            state.schema.tables.pop(key, None)
            state.partial.discard(key)
        case "rename-table" if table is not None and len(step.names) > 1:
            _rename(state, table, step.names[1])
        case "column" if table is not None and step.names:
            table.columns[state.schema.key(step.names[0])] = Column(name=step.names[0], type="")
        case "stamps" if table is not None:
            for name in _STAMPS:
                table.columns[name] = Column(name=name, type="")
            # It may be told to make other names.
            state.partial.add(key)
        case "drop-column" if table is not None:
            for name in step.names:
                drop_column(state.schema, table, name)
        case "rename-column" if table is not None and len(step.names) > 1:
            rename_column(state.schema, table, step.names[0], step.names[1])
        case "raw" if _DEFINES.search(step.sql):
            state.unsure = state.unsure or any(True for _ in apply(state.schema, step.sql))
        case "opaque":
            state.partial |= set(state.schema.tables) if not step.table else {key}


def _rename(state: State, table: Table, new: str) -> None:
    if state.schema.key(table.name) in state.partial:
        state.partial.discard(state.schema.key(table.name))
        state.partial.add(state.schema.key(new))
    state.schema.tables.pop(state.schema.key(new), None)
    rename_table(state.schema, table, new)
