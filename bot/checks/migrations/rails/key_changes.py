"""What instructions do to the indexes, foreign keys and constraints of a schema's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.ruby import Unread, Value, has_unread
from bot.checks.migrations.rails.schema import Constraint, ForeignKey, Index, Schema, Table, Terms

_INDEX_OPTIONS = ("where", "using", "order", "opclass", "length", "type", "include", "nulls_not_distinct", "comment")
_KEY_OPTIONS = ("on_delete", "on_update", "deferrable", "primary_key", "validate")

Touched = tuple[str, str, str]
"""A table, `column`, `index`, `foreign-key`, `constraint` or `table`, and the member's name."""


@dataclass
class KeyChanger:
    """Changes the keys of one schema.

    Attributes:
        terms: how the instructions of the file at hand are meant.
        touched: what was changed, in the order in which it was.
        line: of the instruction at hand.
        missed: tables that instructions name and that are not there, with path and line of the first.
        programs: functions that SQL made and that may change tables.
        wanted: names that instructions turn out to be about and that the schema was read without.
    """

    schema: Schema
    terms: Terms
    touched: dict[Touched, tuple[str, int]] = field(default_factory=dict)
    path: str = ""
    line: int = 0
    missed: dict[str, tuple[str, int]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)

    def touch(self, table: str, kind: str, name: str = "") -> None:
        """Keep what the instruction at hand is about."""
        self.touched[table, kind, name] = (self.path, self.line)

    def table(self, name: str) -> Table | None:
        """A table, perhaps named with PostgreSQL's usual schema."""
        return self.schema.tables.get(self.bare(name))

    def bare(self, name: str) -> str:
        """A table's name without PostgreSQL's usual schema; it is wanted if it was not read."""
        name = name.removeprefix("public.")
        self.want([name])
        return name

    def want(self, names: Iterable[str]) -> None:
        """Keep those of the names that were not read."""
        self.wanted.update(self.schema.omitted.intersection(names))

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


def _each_part(given: Value, parts: tuple[str, ...]) -> Value:
    """An option of each column, without those that say the usual."""
    if isinstance(given, Unread):
        return given
    rows = given if isinstance(given, Mapping) else dict.fromkeys(parts, given)
    return {str(key): _word(value) for key, value in rows.items() if str(value).lower() != "asc"}


def _word(value: Value) -> Value:
    return value.lower() if isinstance(value, str) and not has_unread(value) else value
