"""The state that migrations lead to, and what of it is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.schema import Schema, Table


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
