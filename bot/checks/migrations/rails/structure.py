"""A schema that is kept as SQL: structure.sql, as a schema of Rails, as far as a change concerns it.

A dump is thousands of statements, set apart by blank lines. Those that stand in both revisions and that no migration of
the change names are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.compare import Difference
from bot.checks.migrations.rails.ruby import Source, Sql, Value, text_of
from bot.checks.migrations.rails.schema import Doubt, Schema, Terms

if TYPE_CHECKING:
    from bot.checks.migrations.sql import schema as sql

_BLANK = re.compile(r"\n[ \t]*\n+")
_WORD = re.compile(r"\w+")
_VERSION = re.compile(r"\(\s*'(\d{1,255})'\s*\)")
_RAN = re.compile(r"INSERT\s+INTO\s+\S*schema_migrations\S*\s", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'(?:::.*)?", re.DOTALL)
_NUMBER = re.compile(r"\(?(-?\d+(?:\.\d+)?)\)?(?:::.*)?")
_ACTIONS = {"CASCADE": "cascade", "SET NULL": "nullify", "RESTRICT": "restrict"}
_SUBJECT = re.compile(
    r"\b(?:TABLE|INDEX|TYPE|ON)\s+(?:ONLY\s+|IF\s+\w+\s+(?:EXISTS\s+)?)*[\"`]?(?:public\.)?[\"`]?(\w+)", re.IGNORECASE
)
_PLAIN = (6, 1)
# Characters of a statement in which stands what it is about.
_OPENING = 2_000
# What a schema of SQL does not tell, or tells in the database's words.
_NOT_TOLD = frozenset(
    {"constraint", "comment", "view", "function", "trigger", "extension", "primary-key", "virtual table"}
)


def words_of(migrations: Sequence[Source]) -> frozenset[str]:
    """What migrations name."""
    return frozenset(word for source in migrations for word in _WORD.findall(text_of(source.root)))


def read_pair(
    base: str, head: str, path: str, concerned: frozenset[str] | None, adapter: str
) -> tuple[tuple[Schema, list[Doubt]], tuple[Schema, list[Doubt]]]:
    """The schemas of two dumps, each with what of it cannot be read.

    `concerned` are the names that migrations are about: what both dumps say alike of others is left out; None for all.
    """
    old, new = _BLANK.split(base), _BLANK.split(head)
    both = set(old) & set(new)
    named = {*(concerned or ())}
    for part in (*old, *new):
        if part not in both:
            named.update(_SUBJECT.findall(part))
    if concerned is None:
        both = set()
    kept = [[part for part in parts if part not in both or _is_about(part, named)] for parts in (old, new)]
    omitted = frozenset(name for part in both for name in _SUBJECT.findall(part[:_OPENING])) - named
    read = [_read("\n\n".join(parts), path, adapter) for parts in kept]
    for (schema, _), text in zip(read, (base, head), strict=True):
        schema.versions = _versions(text)
        schema.omitted = omitted
        schema.version = max(schema.versions, key=int, default=None)
    return read[0], read[1]


def _is_about(part: str, concerned: set[str]) -> bool:
    return any(name in concerned for name in _SUBJECT.findall(part[:_OPENING]))


def _versions(text: str) -> frozenset[str]:
    """The migrations that were run, as the end of a dump lists them."""
    found = _RAN.search(text)
    return frozenset(_VERSION.findall(text, found.end())) if found is not None else frozenset()


def _read(text: str, path: str, adapter: str) -> tuple[Schema, list[Doubt]]:
    from bot.checks.migrations.sql import schema as sql
    from bot.checks.migrations.sql.apply import apply

    made = sql.Schema(dialect={"mysql": "mysql", "sqlite": "sqlite"}.get(adapter, "postgres"))
    text = _RAN.split(text)[0]
    doubts = [
        Doubt(f"`{one.words}` in {path} is not understood", path, 1, one.names, one.anything)
        for one in apply(made, text)
    ]
    return _as_rails(made, path, adapter), doubts


def _as_rails(made: sql.Schema, path: str, adapter: str) -> Schema:
    changer = Changer(Schema(), Terms(adapter, _PLAIN), path=path)
    for table in made.tables.values():
        one = changer.create_table(table.name, {"id": False})
        one.primary_key = table.primary_key
        for column in table.columns.values():
            options: dict[str, Value] = {"null": column.nullable, "default": _default(column.default)}
            kind = column.type.strip('"').lower()
            if kind in made.enums:
                kind, options["enum_type"] = "enum", kind
            changer.add_column(one, column.name, kind, options)
        for index in table.indexes.values():
            given = {"name": index.name, "unique": index.unique, "where": index.where, "using": index.method.lower()}
            changer.add_index(one, list(index.columns), given)
    for table in made.tables.values():
        for key in table.foreign_keys.values():
            actions = {"on_delete": _ACTIONS.get(key.on_delete), "on_update": _ACTIONS.get(key.on_update)}
            changer.add_foreign_key(
                changer.schema.tables[table.name], key.to_table, {**actions, "column": list(key.columns)}
            )
    changer.schema.enums = dict(made.enums)
    changer.schema.named = {("view", name): "" for name in made.views}
    return changer.schema


def _default(text: str | None) -> Value:
    if text is None or text.upper() == "NULL":
        return None
    found = _TEXT.fullmatch(text)
    if found is not None:
        return found[1].replace("''", "'")
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return number[1]
    return text.lower() == "true" if text.lower() in {"true", "false"} else Sql(text)


def told(differences: Sequence[Difference]) -> Iterator[Difference]:
    """The differences that a schema of SQL can tell."""
    for one in differences:
        if one.kind in _NOT_TOLD or (one.kind == "foreign-key" and one.made and one.written):
            continue
        if one.kind == "option" and one.touched and not one.name.endswith((".type", ".null", ".limit", ".precision")):
            continue
        yield one
