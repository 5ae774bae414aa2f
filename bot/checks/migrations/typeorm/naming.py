"""Names that TypeORM gives to what has none: its default strategy, and the usual one in snake case.

Source: TypeORM's `DefaultNamingStrategy` and `StringUtils`, and the package `typeorm-naming-strategies`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CAPITALS = re.compile(r"([A-Z])([A-Z])([a-z])")
_WORDS = re.compile(r"([a-z0-9])([A-Z])")
_CAMEL = re.compile(r"^([A-Z])|[\s\-_](\w)", re.ASCII)
_TITLE = re.compile(r"\w\S*", re.ASCII)


def snake_case(text: str) -> str:
    """`userName` as `user_name`."""
    return _WORDS.sub(r"\1_\2", _CAPITALS.sub(r"\1_\2\3", text)).lower()


def camel_case(text: str) -> str:
    """`user_name` as `userName`."""
    return _CAMEL.sub(lambda found: found[2].upper() if found[2] else found[1].lower(), text)


def _title_case(text: str) -> str:
    return _TITLE.sub(lambda found: found[0][:1].upper() + found[0][1:].lower(), text)


@dataclass(frozen=True)
class Naming:
    """A strategy: the default one, or the one in snake case. `prefix` begins every table's name."""

    snake: bool = False
    prefix: str = ""

    def table(self, class_name: str, given: str) -> str:
        """The table of an entity, with the prefix."""
        return self.prefix + (given or snake_case(class_name))

    def column(self, name: str, given: str, prefixes: Sequence[str]) -> str:
        """The column of a property; `prefixes` are those of the embedded objects that it stands in."""
        if self.snake:
            return snake_case("_".join([*prefixes, ""])) + (given or snake_case(name))
        if any(prefixes):
            return camel_case("_".join(one for one in prefixes if one)) + _title_case(given or name)
        return given or name

    def embedded(self, name: str) -> str:
        """The usual prefix of an embedded object."""
        return name

    def join_column(self, relation: str, referenced: str) -> str:
        """The column of a relation."""
        return snake_case(f"{relation}_{referenced}") if self.snake else camel_case(f"{relation}_{referenced}")

    def join_table(self, first: str, name: str, second: str) -> str:
        """The table between two, without the prefix."""
        return snake_case(f"{first}_{name.replace('.', '_')}_{second}")

    def join_table_column(self, table: str, column: str) -> str:
        """A column of the table between two."""
        return snake_case(f"{table}_{column}") if self.snake else camel_case(f"{table}_{column}")


def constraint(kind: str, table: str, columns: Iterable[str], where: str = "") -> str:
    """The name of a key or an index: `PK`, `UQ`, `FK` (27 digits), `IDX` or `REL` (26)."""
    key = f"{_bare(table)}_{'_'.join(sorted(columns))}" + (f"_{where}" if where else "")
    return f"{kind}_{_hash(key)[: 26 if kind in {'IDX', 'REL'} else 27]}"


def condition(kind: str, table: str, expression: str) -> str:
    """The name of a check (`CHK`) or of an exclusion (`XCL`)."""
    return f"{kind}_{_hash(f'{_bare(table)}_{expression}')[:26]}"


def _bare(table: str) -> str:
    return table.rpartition(".")[2]


def _hash(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
