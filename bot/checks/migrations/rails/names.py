"""The names that Rails makes up.

Source: https://github.com/rails/rails/blob/main/activerecord/lib/active_record/connection_adapters/abstract/schema_statements.rb
and activerecord/lib/active_record/migration/compatibility.rb, versions 5.0 to 8.1 (read 2026-11-30).
Out of sight: inflections of the project's own; what is compared by these names is compared by columns too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from bot.checks.migrations.rails.ruby import Symbol, Value

# From 7.1 on Rails shortens the names that are longer.
_MAX_INDEX_NAME = 62
_SHORT_NAMES = (7, 1)
# No database takes a longer one.
_MAX_NAME = 200
_NO_WORD = re.compile(r"\W")


def plural(name: str) -> str:
    """`user` to `users`."""
    import inflection

    return str(inflection.pluralize(name)) if len(name) < _MAX_NAME else name


def singular(name: str) -> str:
    """`users` to `user`."""
    import inflection

    return str(inflection.singularize(name)) if len(name) < _MAX_NAME else name


def is_expression(columns: Value) -> bool:
    """Whether what an index is of is no name of a column."""
    return isinstance(columns, str) and not isinstance(columns, Symbol) and _NO_WORD.search(columns) is not None


def index_columns(columns: Value) -> tuple[str, ...]:
    """The columns of an index, or its one expression."""
    return tuple(str(one) for one in columns) if isinstance(columns, list) else (str(columns),)


def index_name(table: str, columns: Value, version: tuple[int, int]) -> str:
    """The name that an index has if none is given."""
    parts: Sequence[str] = index_columns(columns)
    if is_expression(columns):
        parts = ("_".join(re.findall(r"\w+", columns)),)
    name = f"index_{table}_on_{'_and_'.join(parts)}"
    if version < _SHORT_NAMES or len(name.encode()) <= _MAX_INDEX_NAME:
        return name
    mark = "_" + hashlib.sha256(name.encode()).hexdigest()[:10]
    short = f"idx_on_{'_'.join(parts)}".encode()[: _MAX_INDEX_NAME - len(mark)]
    return short.decode("utf-8", "ignore") + mark


def key_column(to_table: str) -> str:
    """The column by which a foreign key points at a table, if none is given."""
    return f"{singular(to_table.rpartition('.')[2])}_id"


def join_table(one: str, other: str) -> str:
    """The name of the table between two tables."""
    joined = "\0".join(sorted((one, other)))
    return re.sub(r"^(.*[._])(.+)\0\1(.+)", r"\1\2_\3", joined).replace("\0", "_")


def words(text: str) -> list[str]:
    """The words of an expression."""
    return re.findall(r"\w+", text)
