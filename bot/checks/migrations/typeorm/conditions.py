"""Whether a condition of a migration holds, as far as the schema or the value itself tells."""

from __future__ import annotations

import re

from bot.checks.migrations.script.folding import truth
from bot.checks.migrations.script.values import Call, Member, Name, Operation, Text, Value
from bot.checks.migrations.typeorm.arguments import UnsaidError, table_name
from bot.checks.migrations.typeorm.effects import Effects
from bot.checks.migrations.typeorm.words import ROWS, texts_in

# Questions that ask what the schema is: a step that waits for their answer is a step that looks before it goes.
_CATALOGUE = re.compile(
    r"information_schema|\bpg_\w+|sqlite_(master|schema)|\bpragma\b|\bto_regclass\b|\bsys\.\w+"
    r"|\bshow\s+(full\s+)?(columns|tables|index|indexes|keys|create)\b|\bhasColumn\b|\bhasTable\b|\bgetTables?\b",
    re.IGNORECASE,
)


class Conditions:
    """Tells the conditions of migrations that are followed upon one schema."""

    def __init__(self, effects: Effects) -> None:
        self._effects, self._schema = effects, effects.schema

    def tell(self, value: Value) -> bool | None:  # noqa: PLR0911 - one answer a kind
        """Whether a condition holds, by the schema where it asks for a table or a column."""
        match value:
            case Operation("!", [one]):
                told = self.tell(one)
                return None if told is None else not told
            case Operation("&&" | "||" as sign, [one, other]):
                first, second = self.tell(one), self.tell(other)
                if sign == "&&":
                    return False if False in (first, second) else None if None in (first, second) else True
                return True if True in (first, second) else None if None in (first, second) else False
            case Call(Name("%table" | "%hasTable"), [name]):
                return self._table_key(name) in self._schema.tables
            case Call(Name("%hasColumn"), [name, Text(column)]):
                return self._has_column(name, column)
            case Call(Member(Call(Name("%table"), [name]), "findColumnByName"), [Text(column)]):
                return self._has_column(name, column)
            case Call(Member(Member(Call(Name("%table"), [name]), "columns"), "find" | "some"), [one]):
                wanted = list(texts_in(one))
                return self._has_column(name, wanted[0]) if len(wanted) == 1 else None
        told = truth(value)
        if told is None and self._effects.doubtful is not None and not asks_catalogue(value):
            self._effects.followed.forks.append(self._effects.at)
            return self._effects.doubtful
        return told

    def _table_key(self, name: Value) -> str:
        try:
            return self._schema.key(table_name(name))
        except UnsaidError:
            return ""

    def _has_column(self, name: Value, column: str) -> bool:
        table = self._schema.tables.get(self._table_key(name))
        return table is not None and self._schema.key(column) in table.columns


def asks_catalogue(value: Value) -> bool:
    """Whether a value rests on what the database says of its schema."""
    return f"function={ROWS!r}" in (words := repr(value)) and bool(_CATALOGUE.search(words))
