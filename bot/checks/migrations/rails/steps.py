"""What a migration does, instruction by instruction, for advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.rails.ruby import Value


@dataclass(frozen=True)
class Step:
    """One instruction.

    Attributes:
        name: of the instruction: `add_column`, also where it was said of a table in its block.
        member: the column, where one is meant.
        values: what follows the table, as it is given.
        assured: whether it stands in `safety_assured`.
        transaction: whether the migration runs in one.
    """

    name: str
    table: str
    member: str
    values: Sequence[Value]
    options: Mapping[str, Value]
    path: str
    line: int
    assured: bool
    transaction: bool


def make_step(  # noqa: PLR0913 - what a step is made of
    name: str,
    table: str,
    values: Sequence[Value],
    options: Mapping[str, Value],
    *,
    path: str,
    line: int,
    assured: bool,
    transaction: bool,
) -> Step:
    """A step; its member is the first name that follows the table."""
    first = values[0] if values else options.get("column", options.get("name", ""))
    member = ", ".join(str(one) for one in first) if isinstance(first, list) else str(first or "")
    if name in {"create_table", "drop_table", "rename_table", "add_foreign_key", "execute"}:
        member = ""
    return Step(name, table, member, values, options, path, line, assured, transaction)
