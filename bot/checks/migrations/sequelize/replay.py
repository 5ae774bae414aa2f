"""What migrations add up to: their steps, done one after the other to a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.migrations.script.values import (
    Object,
    Tagged,
    Text,
)
from bot.checks.migrations.script.ways import words_in
from bot.checks.migrations.sequelize.interface import HANDLERS, table_and_column
from bot.checks.migrations.sequelize.operations import Step
from bot.checks.migrations.sequelize.options import table_of
from bot.checks.migrations.sequelize.state import State
from bot.checks.migrations.sql.apply import Opaque, apply

_ANY_HOLE = "gonogo_hole"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEFINES = re.compile(
    r"\b(?:alter|create|drop|rename)\s+(?:\w+\s+){0,2}?(?:column|constraint|index|table|type)\b|\bexecute\b",
    re.IGNORECASE,
)
_ON_COLUMNS = frozenset({"addColumn", "changeColumn", "removeColumn", "renameColumn"})
_CREATES = re.compile(r"create\s+table\s+if\s+not\s+exists", re.IGNORECASE)


def replay(state: State, steps: Sequence[Step], words: frozenset[str] | None = None) -> None:
    """Do the steps of a migration; of SQL only what holds one of the words, where they are given."""
    for step in steps:
        if step.name == "query":
            text = " ".join(words_in(step.arguments))
            if _DEFINES.search(text) and (words is None or "enum" in text or not words.isdisjoint(_WORD.findall(text))):
                _run_sql(state, step)
            elif not text or not _is_told(step):
                state.opaque.append((step.path, _opaque(step)))
            elif words is None:
                # What only reads and writes rows is understood, and nothing is defined here: the schema stays.
                sql = _ANY_HOLE.join(_sql_of(step))
                state.opaque += _understand(state, step, sql)
            continue
        handler = HANDLERS.get(step.name)
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
    name, column = table_and_column(step.arguments)
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


def _sql_of(step: Step) -> Sequence[str]:
    """The parts of a query between its holes, of which what fills them is not known; none where it is not written."""
    first = step.arguments[0] if step.arguments else None
    if isinstance(first, Object):
        first = next((entry.value for entry in first.entries if entry.key in {"query", "sql"}), None)
    match first:
        case Text(text):
            return (text,)
        case Tagged(texts=texts):
            return texts
    return ()


def _run_sql(state: State, step: Step) -> None:
    parts = _sql_of(step)
    if parts:
        # A statement of names that are not known concerns what it names.
        _apply(state, step, _ANY_HOLE.join(parts), holes=len(parts) > 1)
    else:
        state.opaque.append((step.path, _opaque(step)))


def _understand(state: State, step: Step, text: str) -> Iterator[tuple[str, Opaque]]:
    """Do what SQL does to the schema, and yield what of it is not understood."""
    for one in apply(state.schema, text):
        yield step.path, replace(one, line=step.line + one.line - 1)


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
    state.opaque += _understand(state, step, text)
    for key, table in state.schema.tables.items():
        if table.name in words:
            state.touch(table.name, *(word for word in words if word in table.columns or word in before.get(key, ())))
            for word in words:
                state.touched.add((key, state.schema.key(word)))
