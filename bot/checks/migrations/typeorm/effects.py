"""What a migration does to a schema while it is followed: queries, the runner's methods, and what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.script.values import Call, Member, Name, Number, Text, Value
from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.schema import Schema
from bot.checks.migrations.typeorm.arguments import UnsaidError
from bot.checks.migrations.typeorm.state import SILENT, Runner
from bot.checks.migrations.typeorm.words import DEFINES, WORD, parts_of, texts_in

_ROLLBACK = re.compile(r"\brollback\b(?!\s+to\b)", re.IGNORECASE)


@dataclass(kw_only=True)
class Followed:
    """What following a migration gave.

    Attributes:
        sql: what it runs.
        opaque: what could not be followed.
        forks: path and line of each condition that cannot be told, and that something may hang on.
    """

    sql: list[str] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    forks: list[tuple[str, int]] = field(default_factory=list)


class Effects:
    """Does to one schema what migrations do.

    `wanted` says of a text of SQL whether it is to be looked at. `doubtful` is what a condition comes to that cannot
    be told; where it is None, both ways are done. `at` is the path and the line that is followed now.
    """

    def __init__(self, schema: Schema, wanted: Callable[[str], bool] | None, *, doubtful: bool | None) -> None:
        self.schema, self._wanted, self.doubtful = schema, wanted, doubtful
        self._runner = Runner(schema)
        self._start: Schema | None = None
        self.at = ("", 1)
        self.followed = Followed()

    def begin(self, text: str) -> None:
        """Remember the schema where the text of a migration may take back what it does."""
        self._start = self.schema.copy() if "rollback" in text.lower() else None

    def roll_back(self) -> None:
        """What was done before counts in one of two worlds: it may have been committed meanwhile."""
        self.followed.forks.append(self.at)
        if self.doubtful is False and self._start is not None:
            kept = self._start.copy()
            self.schema.tables, self.schema.enums = kept.tables, kept.enums

    def step(self, name: str, arguments: Sequence[Value], line: int) -> None:
        """Do what a method of the runner does."""
        try:
            known = self._runner.call(name, arguments)
        except UnsaidError as error:
            names = [word for one in arguments for text in texts_in(one) for word in WORD.findall(text)]
            self.note(f"{name}: {error}", names, line, anything=not names)
            return
        if known:
            self._keep(name, arguments)
        elif name not in SILENT:
            self.note(f"{name} of the query runner", [], line, anything=True)

    def _keep(self, name: str, arguments: Sequence[Value]) -> None:
        """Note the SQL that a method stands for, where it takes something away."""
        texts = [one.text for one in arguments if isinstance(one, Text)]
        match name, texts:
            case "dropTable", [table, *_]:
                self.followed.sql.append(f'DROP TABLE "{table}"')
            case "dropColumn", [table, column, *_]:
                self.followed.sql.append(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
            case "renameColumn", [table, old, new]:
                self.followed.sql.append(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
            case "renameTable", [old, new]:
                self.followed.sql.append(f'ALTER TABLE "{old}" RENAME TO "{new}"')

    def query(self, value: Value, line: int) -> None:
        """Do what a text of SQL does; what stands between its written parts is filled in, as far as it can be told."""
        texts, holes = parts_of(value)
        filled = [_fill(one) for one in holes]
        text = texts[0] + "".join((hole or "unread_") + rest for hole, rest in zip(filled, texts[1:], strict=True))
        if self._wanted is not None and not self._wanted(text):
            return
        if None in filled and (DEFINES.match(text) or not text.replace("unread_", "").strip()):
            names = WORD.findall(text)
            words = " ".join(text.replace("unread_", "...").split())[:60]
            self.note(words, names, line, anything=not any(texts))
            return
        self.followed.sql.append(text)
        for one in apply(self.schema, text):
            self.note(one.words, one.names, line + one.line - 1, anything=one.anything)
        if self._start is not None and _ROLLBACK.search(text):
            self.roll_back()

    def note(self, words: str, names: Sequence[str] | frozenset[str], line: int, *, anything: bool = False) -> None:
        """Keep what cannot be followed, with the names that it may concern."""
        self.followed.opaque.append(Opaque(words=words, names=frozenset(names), line=line, anything=anything))


def _fill(value: Value) -> str | None:
    """What stands in the SQL for a value that is not written there; None where that cannot be told."""
    match value:
        case Text(text) | Number(text):
            return text
        case Call(_, [Text(text)]) if "escape" in repr(value.function) or "quote" in repr(value.function):
            return text
        case Name(name) | Member(name=name) if "prefix" in name.lower():
            return ""
        case Name(name) | Member(name=name) if name.lower() in {"schema", "schemaname"}:
            return "public"
    return None
