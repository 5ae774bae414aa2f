"""What instructions do to a schema: what comes, goes and changes, and what it takes along.

Source: Rails' schema statements and what PostgreSQL, MySQL and SQLite do of themselves (an index goes with its column).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.columns import make_column
from bot.checks.migrations.rails.ruby import Sql, Symbol, Unread, Value, has_unread
from bot.checks.migrations.rails.schema import Column, Constraint, ForeignKey, Index, Schema, Table, Terms

_INDEX_OPTIONS = ("where", "using", "order", "opclass", "length", "type", "include", "nulls_not_distinct", "comment")
_KEY_OPTIONS = ("on_delete", "on_update", "deferrable", "primary_key", "validate")
_SHORT_POLYMORPHIC = (6, 1)
_INDEXED = (5, 0)
_BIG_KEYS = (5, 1)
_FINE_TIMESTAMPS = (6, 0)

Touched = tuple[str, str, str]
"""A table, `column`, `index`, `foreign-key`, `constraint` or `table`, and the member's name."""


@dataclass
class Changer:
    """Changes one schema.

    Attributes:
        terms: how the instructions of the file at hand are meant.
        touched: what was changed, in the order in which it was.
        line: of the instruction at hand.
        missed: tables that instructions name and that are not there, with path and line of the first.
    """

    schema: Schema
    terms: Terms
    touched: dict[Touched, tuple[str, int]] = field(default_factory=dict)
    path: str = ""
    line: int = 0
    missed: dict[str, tuple[str, int]] = field(default_factory=dict)

    def touch(self, table: str, kind: str, name: str = "") -> None:
        """Keep what the instruction at hand is about."""
        self.touched[table, kind, name] = (self.path, self.line)

    def table(self, name: str) -> Table | None:
        """A table, perhaps named with PostgreSQL's usual schema."""
        return self.schema.tables.get(name.removeprefix("public."))

    # Tables

    def create_table(self, name: str, options: Mapping[str, Value]) -> Table:
        """Make a table with its primary key."""
        name = name.removeprefix("public.")
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
        name = name.removeprefix("public.")
        self.touch(name, "table")
        self.schema.tables.pop(name, None)
        for table in self.schema.tables.values():
            for columns in [one for one, key in table.foreign_keys.items() if key.to_table == name]:
                self.touch(table.name, "foreign-key", ",".join(columns))
                del table.foreign_keys[columns]

    def rename_table(self, old: str, new: str) -> None:
        """Give a table another name; the names that Rails made of it follow."""
        table = self.schema.tables.pop(old.removeprefix("public."), None)
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

    # Indexes, keys, constraints

    def add_index(self, table: Table, columns: Value, options: Mapping[str, Value]) -> None:
        """Add an index; its name is made up where none is given."""
        given = options.get("name")
        name = str(given) if given is not None else names.index_name(table.name, columns, self.terms.version)
        parts = names.index_columns(columns)
        kept = {key: options[key] for key in _INDEX_OPTIONS if options.get(key)}
        if options.get("unique"):
            kept["unique"] = True
        if str(kept.get("using", "")).lower() == "btree":
            del kept["using"]
        for key in ("order", "opclass", "length"):
            if key in kept:
                kept[key] = _each_part(kept[key], parts)
                if not kept[key]:
                    del kept[key]
        if "include" in kept:
            kept["include"] = [
                str(one) for one in (kept["include"] if isinstance(kept["include"], list) else [kept["include"]])
            ]
        table.indexes[name] = Index(name, parts, kept, given is not None, self.line)
        self.touch(table.name, "index", name)

    def find_index(self, table: Table, columns: Value, options: Mapping[str, Value]) -> str | None:
        """The name of the index that a name or columns tell."""
        named = options.get("name")
        if named is not None:
            return str(named) if str(named) in table.indexes else None
        wanted = columns if columns is not None else options.get("column")
        parts = names.index_columns(wanted)
        made = names.index_name(table.name, wanted, self.terms.version)
        found = [name for name, index in table.indexes.items() if index.columns == parts]
        return made if made in table.indexes else found[0] if found else None

    def drop_index(self, table: Table, columns: Value, options: Mapping[str, Value]) -> None:
        """Take an index away."""
        name = self.find_index(table, columns, options)
        if name is not None:
            self.touch(table.name, "index", name)
            del table.indexes[name]

    def rename_index(self, table: Table, old: str, new: str) -> None:
        """Give an index another name."""
        index = table.indexes.pop(old, None)
        self.touch(table.name, "index", old)
        self.touch(table.name, "index", new)
        if index is not None:
            table.indexes[new] = replace(index, name=new, named=True)

    def add_foreign_key(
        self, table: Table, to_table: str, options: Mapping[str, Value], *, guessed: bool = False
    ) -> None:
        """Add a foreign key."""
        to_table = to_table.removeprefix("public.")
        column = options.get("column") or names.key_column(to_table)
        columns = names.index_columns(column)
        kept = {key: _word(options[key]) for key in _KEY_OPTIONS if options.get(key) is not None}
        if kept.get("primary_key") == "id":
            del kept["primary_key"]
        if kept.get("validate") is True:
            del kept["validate"]
        if not kept.get("deferrable", True):
            del kept["deferrable"]
        for key in ("on_delete", "on_update"):
            if kept.get(key) in {"restrict", "no_action"} and self.terms.adapter == "mysql":
                del kept[key]
        given = options.get("name")
        if given is not None and not str(given).startswith("fk_rails_"):
            kept["name"] = str(given)
        table.foreign_keys[columns] = ForeignKey(columns, to_table, kept, guessed, self.line)
        self.touch(table.name, "foreign-key", ",".join(columns))

    def find_foreign_key(self, table: Table, to_table: Value, options: Mapping[str, Value]) -> tuple[str, ...] | None:
        """The columns of the key that a table, a column or a name tells."""
        column, named = options.get("column"), options.get("name")
        wanted = to_table if to_table is not None else options.get("to_table")
        for columns, key in table.foreign_keys.items():
            if column is not None and columns != names.index_columns(column):
                continue
            if named is not None and key.options.get("name") != str(named):
                continue
            if wanted is not None and key.to_table != str(wanted).removeprefix("public."):
                continue
            return columns
        return None

    def drop_foreign_key(self, table: Table, to_table: Value, options: Mapping[str, Value]) -> None:
        """Take a foreign key away."""
        columns = self.find_foreign_key(table, to_table, options)
        if columns is not None:
            self.touch(table.name, "foreign-key", ",".join(columns))
            del table.foreign_keys[columns]

    def add_constraint(self, table: Table, kind: str, text: str, options: Mapping[str, Value]) -> None:
        """Add a check, unique or exclusion constraint."""
        name = str(options.get("name") or "")
        made = not name or name.startswith(("chk_rails_", "uniq_rails_", "excl_rails_"))
        kept = {
            key: _word(value) for key, value in options.items() if key in {"validate", "deferrable", "using", "where"}
        }
        if kept.get("validate") is True:
            del kept["validate"]
        if not kept.get("deferrable", True):
            del kept["deferrable"]
        key = (kind, text if made else name)
        table.constraints[key] = Constraint(kind, "" if made else name, text, kept, self.line)
        self.touch(table.name, "constraint", key[1])

    def drop_constraint(self, table: Table, kind: str, text: Value, options: Mapping[str, Value]) -> None:
        """Take such a constraint away."""
        wanted = options.get("name") or text
        key = (kind, str(wanted))
        if key not in table.constraints:
            # The database writes an expression in its own words; where there is one of the kind, it is that.
            same = [one for one in table.constraints if one[0] == kind and not table.constraints[one].name]
            key = same[0] if len(same) == 1 and "name" not in options else key
        self.touch(table.name, "constraint", key[1])
        table.constraints.pop(key, None)


def _words(index: Index) -> set[str]:
    """The words of what an index has beside columns: an expression, a condition, what it includes."""
    texts = [str(index.options.get("where", "")), *(one for one in index.columns if not one.isidentifier())]
    included = index.options.get("include") or []
    return {word for text in texts for word in names.words(text)} | {str(one) for one in included}


def _each_part(given: Value, parts: tuple[str, ...]) -> Value:
    """An option of each column, without those that say the usual."""
    if isinstance(given, Unread):
        return given
    rows = given if isinstance(given, Mapping) else dict.fromkeys(parts, given)
    return {str(key): _word(value) for key, value in rows.items() if str(value).lower() != "asc"}


def _word(value: Value) -> Value:
    return value.lower() if isinstance(value, str) and not has_unread(value) else value


def _same_size(old: Column) -> dict[str, Value]:
    return {key: value for key, value in old.options.items() if key not in {"null", "default", "comment"}}


def _but_size(made: Column) -> dict[str, Value]:
    return {key: value for key, value in made.options.items() if key in {"null", "default", "comment"}}
