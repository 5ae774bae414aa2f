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
from bot.checks.migrations.rails.ruby import Source, Sql, Value
from bot.checks.migrations.rails.schema import Doubt, Schema, Terms

if TYPE_CHECKING:
    from bot.checks.migrations.sql import schema as sql

_BLANK = re.compile(r"\n[ \t]*\n+")
_WORD = re.compile(r"\w+")
_VERSION = re.compile(r"\(\s*'(\d+)'\s*\)")
_RAN = re.compile(r"INSERT\s+INTO\s+\S*schema_migrations\S*\s", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'(?:::.*)?", re.DOTALL)
_NUMBER = re.compile(r"\(?(-?\d+(?:\.\d+)?)\)?(?:::.*)?")
_ACTIONS = {"CASCADE": "cascade", "SET NULL": "nullify", "RESTRICT": "restrict"}
_SUBJECT = re.compile(
    r"\b(?:TABLE|INDEX|TYPE|ON)\s+(?:ONLY\s+|IF\s+\w+\s+(?:EXISTS\s+)?)*[\"`]?(?:public\.)?[\"`]?(\w+)", re.IGNORECASE
)
_PLAIN = (6, 1)
# What a schema of SQL does not tell, or tells in the database's words.
_NOT_TOLD = frozenset(
    {"constraint", "comment", "view", "function", "trigger", "extension", "primary-key", "virtual table"}
)


def read_pair(
    base: str, head: str, path: str, migrations: Sequence[Source], adapter: str
) -> tuple[tuple[Schema, list[Doubt]], tuple[Schema, list[Doubt]]]:
    """The schemas of two dumps, each with what of it cannot be read."""
    old, new = _BLANK.split(base), _BLANK.split(head)
    both = set(old) & set(new)
    concerned = {word for source in migrations for word in _WORD.findall(source.root.text.decode("utf-8", "replace"))}  # type: ignore[union-attr]
    for part in (*old, *new):
        if part not in both:
            concerned.update(_SUBJECT.findall(part))
    kept = [[part for part in parts if part not in both or _is_about(part, concerned)] for parts in (old, new)]
    read = [_read("\n\n".join(parts), path, adapter) for parts in kept]
    for (schema, _), text in zip(read, (base, head), strict=True):
        schema.versions = _versions(text)
        schema.version = max(schema.versions, key=int, default=None)
    return read[0], read[1]


def _is_about(part: str, concerned: set[str]) -> bool:
    return any(name in concerned for name in _SUBJECT.findall(part[:2000]))


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
