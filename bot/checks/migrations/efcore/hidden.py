"""SQL of the change's migrations that is not understood and may take away what the snapshot has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.checks.migrations.efcore.operations import Operation
from bot.checks.migrations.sql.hidden import Run, find_hidden_in
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.schema import Schema
from bot.model import Tree, Unknown


def find_hidden(
    new: Sequence[tuple[str, Sequence[Operation]]], schema: Schema, tree: Tree, merged: Iterable[str]
) -> Iterator[Unknown]:
    """Yield what of the SQL of new migrations is not understood; they are paths with operations, in their order.

    `schema` is the snapshot's, and `merged` are the paths of the migrations of a tree.
    """
    runs = [
        Run(path, one.line, text)
        for path, operations in new
        for one in operations
        if one.kind == "Sql" and (text := one.text("sql"))
    ]
    if runs:
        programs = find_merged(tree, merged, (run.text for run in runs))
        yield from find_hidden_in(runs, schema.dialect, [table.name for table in schema.tables.values()], programs)
