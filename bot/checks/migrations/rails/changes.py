"""What instructions do to a schema: what comes, goes and changes, and what it takes along.

Source: Rails' schema statements and what PostgreSQL, MySQL and SQLite do of themselves (an index goes with its column).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.columns import make_column
from bot.checks.migrations.rails.key_changes import KeyChanger
from bot.checks.migrations.rails.ruby import Sql, Symbol, Value
from bot.checks.migrations.rails.schema import Column, Index, Table

_SHORT_POLYMORPHIC = (6, 1)
_INDEXED = (5, 0)
_BIG_KEYS = (5, 1)
_FINE_TIMESTAMPS = (6, 0)


@dataclass
class Changer(KeyChanger):
    """Changes one schema."""

    # Tables

    def create_table(self, name: str, options: Mapping[str, Value]) -> Table:
        """Make a table with its primary key."""
        name = self.bare(name)
        table = Table(name, comment=options.get("comment"), line=self.line)
        self.touch(name, "table")
        given = options.get("id", Symbol("primary_key"))
        key = options.get("primary_key", "id")
        if isinstance(key, list):
            table.primary_key = tuple(str(one) for one in key)
        elif given is not False and given is not None:
            table.primary_key = (str(key),)
            table.columns[str(key)] = self._key_column(str(key), given, options)
        self.schema.tables[name] = table
        return table

    def _key_column(self, name: str, given: Value, options: Mapping[str, Value]) -> Column:
        more = {key: options[key] for key in ("default", "limit", "collation", "unsigned", "array") if key in options}
        if isinstance(given, Mapping):
            more = {**more, **{key: value for key, value in given.items() if key != "type"}}
            given = given.get("type", Symbol("primary_key"))
        kind = str(given)
        if kind in {"primary_key", "True"}:
            kind = "bigint" if self.terms.version >= _BIG_KEYS else "integer"
        kind = {"serial": "integer", "bigserial": "bigint"}.get(kind, kind)
        if kind == "uuid" and "default" not in more and self.terms.adapter != "mysql":
            more["default"] = Sql("gen_random_uuid()" if self.terms.version >= _BIG_KEYS else "uuid_generate_v4()")
        column = make_column(name, kind, {**more, "null": False}, self.terms, self.line)
        # The numbering of rows is not written.
        kept = {one: value for one, value in column.options.items() if one != "comment"}
        return replace(column, options=kept)

    def drop_table(self, name: str) -> None:
        """Take a table away, with the keys that point at it."""
        name = self.bare(name)
        self.touch(name, "table")
        self.schema.tables.pop(name, None)
        for table in self.schema.tables.values():
            for columns in [one for one, key in table.foreign_keys.items() if key.to_table == name]:
                self.touch(table.name, "foreign-key", ",".join(columns))
                del table.foreign_keys[columns]

    def rename_table(self, old: str, new: str) -> None:
        """Give a table another name; the names that Rails made of it follow."""
        table = self.schema.tables.pop(self.bare(old), None)
        self.touch(old, "table")
        self.touch(new, "table")
        if table is None:
            return
        for name, index in list(table.indexes.items()):
            self.touch(new, "index", name)
            if name == names.index_name(old, self._parts(index), self.terms.version):
                made = names.index_name(new, self._parts(index), self.terms.version)
                table.indexes = {key: value for key, value in table.indexes.items() if key != name}
                table.indexes[made] = replace(index, name=made, named=False)
        for other in self.schema.tables.values():
            self._repoint(other, old, new)
        self._repoint(table, old, new)
        table.name = new
        self.schema.tables[new] = table

    @staticmethod
    def _parts(index: Index) -> Value:
        return list(index.columns)

    def _repoint(self, table: Table, old: str, new: str) -> None:
        for columns, key in list(table.foreign_keys.items()):
            if key.to_table == old:
                table.foreign_keys[columns] = replace(key, to_table=new)
                self.touch(table.name, "foreign-key", ",".join(columns))

    # Columns

    def add_column(self, table: Table, name: str, kind: str, options: Mapping[str, Value]) -> None:
        """Add a column, with the index that it asks for."""
        self.touch(table.name, "column", name)
        if kind == "primary_key":
            kind = "bigint" if self.terms.version >= _BIG_KEYS else "integer"
            table.primary_key = (name,)
            options = {**options, "null": False}
        if options.get("primary_key") is True:
            table.primary_key = (name,)
            options = {**options, "null": False}
        if kind in {"serial", "bigserial"}:
            kind = "bigint" if kind == "bigserial" else "integer"
        table.columns[name] = make_column(name, kind, options, self.terms, self.line)
        index = options.get("index")
        if index:
            self.add_index(table, [name], index if isinstance(index, Mapping) else {})

    def drop_column(self, table: Table, name: str) -> None:
        """Take a column away, with what rests on it."""
        self.touch(table.name, "column", name)
        table.columns.pop(name, None)
        for key, index in list(table.indexes.items()):
            if name in index.columns:
                self.touch(table.name, "index", key)
                left = tuple(one for one in index.columns if one != name)
                # MySQL and SQLite keep the index of the columns that are left.
                if left and self.terms.adapter in {"mysql", "sqlite"}:
                    table.indexes[key] = replace(index, columns=left)
                else:
                    del table.indexes[key]
            elif name in _words(index):
                self.touch(table.name, "index", key)
                del table.indexes[key]
        for columns in [one for one in table.foreign_keys if name in one]:
            self.touch(table.name, "foreign-key", ",".join(columns))
            del table.foreign_keys[columns]
        for held in [one for one, each in table.constraints.items() if name in names.words(each.text)]:
            self.touch(table.name, "constraint", held[1])
            del table.constraints[held]
        if name in table.primary_key:
            table.primary_key = ()

    def rename_column(self, table: Table, old: str, new: str) -> None:
        """Give a column another name, also in what rests on it."""
        column = table.columns.get(old)
        self.touch(table.name, "column", old)
        self.touch(table.name, "column", new)
        if column is not None:
            table.columns = {
                new if name == old else name: replace(one, name=new) if name == old else one
                for name, one in table.columns.items()
            }
        table.primary_key = tuple(new if one == old else one for one in table.primary_key)
        for key, index in list(table.indexes.items()):
            if old not in index.columns and old not in _words(index):
                continue
            moved = replace(index, columns=tuple(new if one == old else one for one in index.columns))
            if key == names.index_name(table.name, self._parts(index), self.terms.version):
                moved = replace(
                    moved, name=names.index_name(table.name, self._parts(moved), self.terms.version), named=False
                )
            del table.indexes[key]
            table.indexes[moved.name] = moved
            self.touch(table.name, "index", key)
            self.touch(table.name, "index", moved.name)
        for columns, reference in list(table.foreign_keys.items()):
            if old in columns:
                del table.foreign_keys[columns]
                swapped = tuple(new if one == old else one for one in columns)
                table.foreign_keys[swapped] = replace(reference, columns=swapped)
                self.touch(table.name, "foreign-key", ",".join(swapped))
        for held, each in table.constraints.items():
            if old in names.words(each.text):
                self.touch(table.name, "constraint", held[1])

    def change_column(self, table: Table, name: str, kind: str, options: Mapping[str, Value]) -> None:
        """Give a column another type; what is not said of null and default stays."""
        self.touch(table.name, "column", name)
        old = table.columns.get(name)
        kept: dict[str, Value] = {}
        if old is not None:
            kept = {key: old.options[key] for key in ("null", "default", "comment") if key in old.options}
        table.columns[name] = make_column(name, kind, {**kept, **options}, self.terms, old.line if old else self.line)

    def set_option(self, table: Table, name: str, key: str, value: Value) -> None:
        """Set one of null, default and comment."""
        self.touch(table.name, "column", name)
        old = table.columns.get(name)
        if old is None:
            return
        options = {**old.options, key: value}
        made = make_column(name, old.type, {**options, "precision": options.get("precision")}, self.terms, old.line)
        table.columns[name] = replace(made, options={**_same_size(old), **_but_size(made)})

    def add_timestamps(self, table: Table, options: Mapping[str, Value]) -> None:
        """`created_at` and `updated_at`."""
        usual: dict[str, Value] = {"null": self.terms.version < _INDEXED}
        usual["precision"] = 6 if self.terms.version >= _FINE_TIMESTAMPS else None
        for name in ("created_at", "updated_at"):
            self.add_column(table, name, "datetime", {**usual, **options})

    def add_reference(self, table: Table, name: str, options: Mapping[str, Value]) -> None:
        """The column of a reference, its type where it is polymorphic, its index and its key."""
        big = "bigint" if self.terms.version >= _BIG_KEYS else "integer"
        kind = str(options.get("type", big))
        polymorphic = options.get("polymorphic")
        outer = {key: options[key] for key in ("null",) if key in options}
        left_out = {"index", "foreign_key", "polymorphic", "type"}
        rest = {key: value for key, value in options.items() if key not in left_out}
        columns = [f"{name}_id"]
        if polymorphic:
            columns.insert(0, f"{name}_type")
            more = polymorphic if isinstance(polymorphic, Mapping) else {}
            self.add_column(table, f"{name}_type", "string", {**outer, **more})
        self.add_column(table, f"{name}_id", kind, rest)
        index = options.get("index", self.terms.version >= _INDEXED)
        if index:
            given = dict(index) if isinstance(index, Mapping) else {}
            if polymorphic and self.terms.version >= _SHORT_POLYMORPHIC:
                given.setdefault("name", f"index_{table.name}_on_{name}")
            self.add_index(table, columns if polymorphic else columns[0], given)
        key = options.get("foreign_key")
        if key:
            given = dict(key) if isinstance(key, Mapping) else {}
            named = given.pop("to_table", None)
            to_table = str(named) if named is not None else self.guess_table(name)
            given.setdefault("column", f"{name}_id")
            self.add_foreign_key(table, to_table, given, guessed=named is None)

    def guess_table(self, reference: str) -> str:
        """The table that a reference is to: the plural of its name, or the table whose singular it is."""
        made = names.plural(reference)
        if made in self.schema.tables:
            return made
        return next((one for one in self.schema.tables if names.singular(one) == reference), made)

    def drop_reference(self, table: Table, name: str, options: Mapping[str, Value]) -> None:
        """Take away what a reference made."""
        if options.get("polymorphic"):
            self.drop_column(table, f"{name}_type")
        self.drop_column(table, f"{name}_id")


def _words(index: Index) -> set[str]:
    """The words of what an index has beside columns: an expression, a condition, what it includes."""
    texts = [str(index.options.get("where", "")), *(one for one in index.columns if not one.isidentifier())]
    included = index.options.get("include") or []
    return {word for text in texts for word in names.words(text)} | {str(one) for one in included}


def _same_size(old: Column) -> dict[str, Value]:
    return {key: value for key, value in old.options.items() if key not in {"null", "default", "comment"}}


def _but_size(made: Column) -> dict[str, Value]:
    return {key: value for key, value in made.options.items() if key in {"null", "default", "comment"}}
