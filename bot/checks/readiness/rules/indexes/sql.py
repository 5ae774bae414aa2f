"""Foreign keys of schemas that are written in SQL: of dumps, and of migrations one after the other.

A dump is believed of its own tables: those that only migrations make are of another schema. Of several dumps of one
table the one that lacks an index counts.

Where a repository keeps copies for several databases, one of them is looked at: PostgreSQL's, which gives a foreign key
no index by itself, before the others. MySQL does; source:
https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.indexes.keys import Key, Lines
from bot.model import Unknown

_DIALECTS = (
    *("postgres", "pgsql", "psql", "sqlite", "mysql", "mariadb", "mssql", "sqlserver", "oracle", "h2", "hsqldb"),
    "cockroach",
)
_DUMP = re.compile(r"(?i)(?:^|/)(?:latest|schema|structure|init)\.sql$")
_DOWN = re.compile(r"(?i)\.down\.sql$|(?:^|/)down\.sql$|rollback|(?:^|/)U\d[^/]*\.sql$")
# What runs beside a program that is developed has a database of its own.
_OF_DEVELOPMENT = re.compile(r"(?i)(?:^|/)(?:\.?dev(?:elop\w*)?|\.devcontainer|local-?dev)/")
_UNDO = re.compile(r"(?is)--\s*(?:(?:\+goose|\+migrate)\s*Down|migrate:\s*down)\b.*$")
_QUOTES = str.maketrans("", "", '`"[]')
_NAME = r"(?:\w+\.)?(\w+)"
_CREATE = re.compile(rf"(?i)\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*\(")
_INDEX = re.compile(
    rf"(?i)\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?:(\w+)\s+)?ON\s+(?:ONLY\s+)?{_NAME}"
    r"\s*(?:USING\s+\w+\s*)?\(\s*(\w+)"
)
_DROP_INDEX = re.compile(rf"(?i)\bDROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?{_NAME}")
_DROP_TABLE = re.compile(rf"(?i)\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_NAME}")
_RENAME = re.compile(rf"(?i)\bALTER\s+TABLE\s+{_NAME}\s+RENAME\s+TO\s+(\w+)")
_ADDED = re.compile(
    rf"(?i)\bALTER\s+TABLE\s+(?:ONLY\s+)?(?:IF\s+EXISTS\s+)?{_NAME}\s+ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(\w+_id)\s"
)
_CONSTRAINT = re.compile(
    rf"(?i)\bALTER\s+TABLE\s+(?:ONLY\s+)?{_NAME}\s+ADD\s+(?:CONSTRAINT\s+\w+\s+)?(?:PRIMARY\s+KEY|UNIQUE)\s*\(\s*(\w+)"
)
_WHOLE = re.compile(
    r"(?i)^(?:CONSTRAINT\s+\w+\s+)?(PRIMARY\s+KEY|UNIQUE(?:\s+KEY|\s+INDEX)?|KEY|INDEX|FOREIGN\s+KEY)[\s\w]*\(\s*(\w+)"
)
# What is named like a key and of a type that keys have; keys of other systems are texts.
_POINTING = re.compile(r"(?i)\w+_id\s+(?:BIG|SMALL)?(?:INT|SERIAL)|\w+_id\s+UUID\b")
_FOREIGN = re.compile(
    rf"(?i)\bALTER\s+TABLE\s+(?:ONLY\s+)?(?:IF\s+EXISTS\s+)?{_NAME}\s+ADD\s+(?:CONSTRAINT\s+\w+\s+)?FOREIGN\s+KEY\s*\(\s*(\w+)"
)
_MAX_FILES, _MAX_EVENTS = 1_500, 20_000
# Characters of one table.
_LONGEST = 40_000


class _Index(NamedTuple):
    table: str
    column: str
    path: str
    line: int


@dataclass
class _Table:
    """Keys by column, with where they stand and whether they bring an index, and the names of the table's indexes."""

    keys: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    indexes: set[str] = field(default_factory=set)
    made: bool = False


@dataclass
class _Schema:
    """Tables by name, and indexes by name or place. Each table has its own, so that it comes and goes at no cost.

    Attributes:
        fault: why not all of what was read last was taken in, if so.
    """

    tables: defaultdict[str, _Table] = field(default_factory=lambda: defaultdict(_Table))
    indexes: dict[str, _Index] = field(default_factory=dict)
    fault: str = ""

    def has(self, table: str) -> bool:
        """Whether a table was created."""
        return table in self.tables and self.tables[table].made

    def point(self, table: str, column: str, here: tuple[str, int], *, indexed: bool) -> None:
        """Take in a column that points at another table; what was said of it before stays."""
        keys = self.tables[table].keys
        path, line, before = keys.get(column, (*here, False))
        keys[column] = (path, line, indexed or before)

    def index(self, name: str, index: _Index) -> None:
        """Take in an index, in place of one of that name."""
        self.drop_index(name)
        self.indexes[name] = index
        self.tables[index.table].indexes.add(name)

    def drop_index(self, name: str) -> None:
        """Take an index out, where there is one of that name."""
        if before := self.indexes.pop(name, None):
            self.tables[before.table].indexes.discard(name)

    def drop(self, table: str) -> None:
        """Take a table out."""
        for name in self.tables.pop(table).indexes:
            del self.indexes[name]

    def rename(self, old: str, new: str) -> None:
        """Give a table another name."""
        gone, table = self.tables.pop(old), self.tables[new]
        table.made = True
        table.keys.update(gone.keys)
        table.indexes.update(gone.indexes)
        self.indexes.update((name, self.indexes[name]._replace(table=new)) for name in gone.indexes)


def find_sql_keys(look: Look) -> Iterator[Key]:
    """Yield the keys of the final schemas; a file that is not read to its end is a fault."""
    dumps, migrations = _chosen(look, look.files.select("*.sql"))
    dumped = [key for path in dumps for key in _keys_of(look, [path])]
    tables = {key.table for key in dumped}
    # Those without an index last: of the same column they are the ones that count.
    bare = {(key.table, key.column) for key in dumped if key.index is None}
    yield from (key for key in dumped if key.index is None or (key.table, key.column) not in bare)
    yield from (key for key in _keys_of(look, migrations) if key.table not in tables)


def _keys_of(look: Look, paths: Sequence[str]) -> Iterator[Key]:
    schema = _Schema()
    for path in paths:
        text = _UNDO.sub("", look.files.text(path) or "")
        _read(schema, path, without_comments(path, text).translate(_QUOTES))
        if schema.fault:
            _tell(look, path, schema.fault)
            schema.fault = ""
    indexes = {(one.table, one.column): (one.path, one.line) for one in schema.indexes.values()}
    for name, table in schema.tables.items():
        for column, (path, line, own) in table.keys.items():
            yield Key(name, column, path, line, indexes.get((name, column), (path, line) if own else None))


def _tell(look: Look, path: str, reason: str) -> None:
    look.files.content(path)
    look.files.doubt(path, Unknown(path=path, line=1, reason=reason, settle="keep a dump of the schema beside them"))


def _chosen(look: Look, paths: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The dumps, and the migrations in their order, of one database's copy."""
    ups = [path for path in paths if not (_DOWN.search(path) or _OF_DEVELOPMENT.search(path))]
    said = [one for one in _DIALECTS if any(_is_of(path, one) for path in ups)]
    if said:
        own = [path for path in ups if _is_of(path, said[0])]
        ups = [*own, *_for_all(ups, own)]
    dumps = [path for path in ups if _DUMP.search(path)]
    migrations = sorted((path for path in ups if not _DUMP.search(path)), key=_order)
    for kind in (dumps, migrations):
        if len(kind) > _MAX_FILES:
            _tell(look, kind[_MAX_FILES], f"more than {_MAX_FILES:,} files of SQL: this and later ones were not read")
    return dumps[:_MAX_FILES], migrations[:_MAX_FILES]


def _for_all(paths: Sequence[str], own: Sequence[str]) -> Iterator[str]:
    """Yield the files beside those of one database that name none: they are for all, where none is in their place."""
    folders = {path.rpartition("/")[0] for path in own}
    replaced = {path.partition(".")[0] for path in own}
    for path in paths:
        beside = path.rpartition("/")[0] in folders and path.partition(".")[0] not in replaced
        if beside and not any(_is_of(path, one) for one in _DIALECTS):
            yield path


def _is_of(path: str, dialect: str) -> bool:
    return re.search(rf"(?i)(?:^|[/._-]){dialect}\w*(?:[/._-]|$)", path) is not None


def _order(path: str) -> list[tuple[int, str]]:
    """Numbers in a path by their value."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d{1,18})", path)]


def _read(schema: _Schema, path: str, text: str) -> None:
    lines = Lines(text)
    innodb, done = "auto_increment" in text.lower(), 0
    for start, kind, found in _statements(schema, text):
        names = [(name or f"{path}:{lines.at(start)}").lower() for name in found.groups()]
        here = (path, lines.at(start))
        match kind:
            case "create" if start >= done:
                parts, done = _parts(schema, text, found.end())
                for offset, part in parts:
                    _declare(schema, names[0], part, (path, lines.at(offset)), innodb=innodb)
            case "index":
                schema.index(names[0], _Index(names[1], names[2], *here))
            case "drop index":
                schema.drop_index(names[0])
            case "drop table" if schema.has(names[0]):
                schema.drop(names[0])
            case "rename" if schema.has(names[0]):
                schema.rename(names[0], names[1])
            case "added" | "foreign":
                schema.point(names[0], names[1], here, indexed=innodb and kind == "foreign")
            case "constraint":
                schema.index(":".join(map(str, here)), _Index(names[0], names[1], *here))


def _statements(schema: _Schema, text: str) -> Sequence[tuple[int, str, re.Match[str]]]:
    """Where each statement stands, what it does, and its names, in order."""
    events = [(found.start(), kind, found) for kind, pattern in _EVENTS.items() for found in pattern.finditer(text)]
    if len(events) > _MAX_EVENTS:
        schema.fault = f"more than {_MAX_EVENTS:,} statements: not all were read"
    return sorted(events, key=lambda event: event[0])[:_MAX_EVENTS]


_EVENTS = {
    "create": _CREATE,
    "index": _INDEX,
    "drop index": _DROP_INDEX,
    "drop table": _DROP_TABLE,
    "rename": _RENAME,
    "added": _ADDED,
    "foreign": _FOREIGN,
    "constraint": _CONSTRAINT,
}


def _declare(schema: _Schema, table: str, part: str, here: tuple[str, int], *, innodb: bool) -> None:
    """Take in a column or a constraint of a table."""
    schema.tables[table].made = True
    whole = _WHOLE.match(part)
    if whole is None:
        name = part.split(None, 1)[0].lower()
        if re.search(r"(?i)\bPRIMARY\s+KEY\b(?!(?s:.)*\bREFERENCES\b)", part):
            # What a table's rows are known by points at none, unless that is said elsewhere.
            schema.index(":".join(map(str, here)), _Index(table, name, *here))
        elif (_POINTING.match(part) and not _is_own(table, name)) or re.search(r"(?i)\bREFERENCES\b", part):
            schema.point(table, name, here, indexed=bool(re.search(r"(?i)\bPRIMARY\s+KEY\b|\bUNIQUE\b", part)))
    elif whole[1].upper().startswith("FOREIGN"):
        schema.point(table, whole[2].lower(), here, indexed=innodb)
    else:
        schema.index(":".join(map(str, here)), _Index(table, whole[2].lower(), *here))


def _is_own(table: str, column: str) -> bool:
    """Whether a column is named for its own table, as `role_id` of `roles` is."""
    one = column.removesuffix("_id")
    return table in {one, f"{one}s", f"{one}es", f"{one[:-1]}ies"}


def _parts(schema: _Schema, text: str, start: int) -> tuple[Sequence[tuple[int, str]], int]:
    """What stands between the brackets of a table, by its commas, with where it begins; and where that ends."""
    found: list[tuple[int, str]] = []
    depth, begun, end = 0, start, min(len(text), start + _LONGEST)
    for position in range(start, end):
        one = text[position]
        if one == "(":
            depth += 1
        elif one == ")":
            depth -= 1
        if depth < 0 or (one == "," and depth == 0):
            part = text[begun:position]
            if part.strip():
                found.append((begun + len(part) - len(part.lstrip()), part.strip()))
            begun = position + 1
        if depth < 0:
            return found, position
    if end < len(text):
        schema.fault = f"a table of more than {_LONGEST:,} characters: not all of it was read"
    return found, end
