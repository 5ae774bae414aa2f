"""Foreign keys of Rails' dumped schema: its columns that end in `_id`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key

_TABLE = re.compile(r"""^\s*create_table\s+["':](\w+)""")
_COLUMN = re.compile(r"""^\s*t\.(?:bigint|integer|uuid|references)\s+["':](\w+_id)\b""")
_INDEX = re.compile(r"""^\s*t\.index\s+\[?\s*["':](\w+)""")
_ADDED = re.compile(r"""^\s*add_index\s+["':](\w+)["']?,\s*\[?\s*["':](\w+)""")


def find_rails_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of the program's own tables."""
    # What a gem keeps in a database of its own has a schema of its own beside this one.
    for path in look.files.select("db/schema.rb", "**/db/schema.rb"):
        table = ""
        columns: list[tuple[str, str, int]] = []
        indexes: dict[tuple[str, str], int] = {}
        for number, line in enumerate(look.files.lines(path), start=1):
            if begun := _TABLE.match(line):
                table = begun[1]
            elif column := _COLUMN.match(line):
                columns.append((table, column[1], number))
            elif index := _INDEX.match(line):
                indexes.setdefault((table, index[1]), number)
            elif added := _ADDED.match(line):
                indexes.setdefault((added[1], added[2]), number)
        for owner, name, number in columns:
            at = indexes.get((owner, name))
            yield Key(owner, name, path, number, (path, at) if at else None)
