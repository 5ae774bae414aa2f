"""Which statements that are not understood may take away what the code relies on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from bot.checks.migrations.sql.apply import Opaque, apply
from bot.checks.migrations.sql.schema import Schema, Table
from bot.model import Unknown

SETTLE = "look at the statement by hand"
_MOST_TOLD = 20

_TAKES = frozenset({"ALTER", "CALL", "CHANGE", "DROP", "EXEC", "EXECUTE", "MODIFY", "RENAME"})


class Run(NamedTuple):
    """SQL that a migration in code runs: its file, the line there, from 1, and the SQL."""

    path: str
    line: int
    text: str


def may_take_away(one: Opaque, tables: Collection[str]) -> bool:
    """Whether a statement may change one of some tables, in lower case, or anything."""
    named = {name.lower() for name in one.names}
    words = {name.upper() for name in one.names} | {*one.words.upper().split()}
    # What is one word is none of SQL: a change type that is not known, with the names that it is given.
    takes = not words.isdisjoint(_TAKES) or " " not in one.words
    return one.anything or (takes and not named.isdisjoint(tables))


def find_hidden(opaque: Iterable[tuple[str, Opaque]], tables: Iterable[str]) -> Iterator[Unknown]:
    """Yield the statements of a change that are not understood and may take away what the code declares, as unknowns.

    `opaque` are statements with their files, `tables` those that the code declares; only the first ones are told.
    """
    low = {name.rpartition(".")[2].lower() for name in tables}
    found = ((path, one) for path, one in opaque if may_take_away(one, low))
    for path, one in islice(found, _MOST_TOLD):
        reason = f"`{one.words}` may change what the code declares, and is not understood"
        yield Unknown(path=path, line=one.line, reason=reason, settle=SETTLE)


def find_hidden_in(
    runs: Iterable[Run], dialect: str, tables: Collection[str], programs: Collection[str]
) -> Iterator[Unknown]:
    """Yield what of the SQL of a change's migrations may take away what the code declares and is not understood.

    It is in the order in which it is run. `programs` are the functions of merged migrations that may change tables.
    """
    schema = Schema(dialect=dialect, caseless=True, programs=set(programs))
    schema.tables = {schema.key(name): Table(name=name) for name in tables}
    opaque = ((run.path, replace(one, line=run.line)) for run in runs for one in apply(schema, run.text))
    yield from find_hidden(opaque, tables)
