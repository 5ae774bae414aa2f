"""The names and types that a project's own conventions give, as far as its snapshot at the base tells them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.checks.migrations.efcore.model import Model

Key = TypeVar("Key")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MOST = 0.8
# What a provider's version or switch makes of the same type: a first column of it says nothing of the code.
SWITCHED = frozenset(
    {
        ("timestamp with time zone", "timestamp without time zone"),
        ("tinyint(1)", "bit"),
        ("datetime(6)", "datetime"),
        ("decimal(18,2)", "decimal(18, 2)"),
    }
)


def snake(name: str) -> str:
    """`OrderLineID` as `order_line_id`."""
    return _WORDS.sub("_", name).replace("__", "_").lower()


def _same(name: str) -> str:
    return name


_STYLES: Mapping[str, Callable[[str], str]] = {
    "same": _same,
    "snake": snake,
    "lower": str.lower,
    "camel": lambda name: name[:1].lower() + name[1:],
    "upper": str.upper,
    "upper-snake": lambda name: snake(name).upper(),
}


@dataclass(kw_only=True)
class Names:
    """How names are made where the code gives none.

    Attributes:
        style: one of the usual conventions of names.
        tables: entity type to (the name by convention, the name that the snapshot has).
        columns: the same for (entity type, property).
        types: a column's type by convention to the one that the snapshot has; empty where it has several.
    """

    style: str = "same"
    tables: dict[str, tuple[str, str]] = field(default_factory=dict)
    columns: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def following(self, before: Names) -> Names:
        """These names, but those that were known before as they were then.

        Where code and snapshot now agree as they are written, what differed before was no convention.
        """
        return Names(
            style=before.style,
            tables={**self.tables, **_unlike(before.tables, self.tables)},
            columns={**self.columns, **_unlike(before.columns, self.columns)},
        )

    def table(self, key: str, name: str) -> str:
        """A table's name."""
        known = self.tables.get(key)
        return known[1] if known is not None and known[0] == name else _STYLES[self.style](name)

    def given_table(self, key: str, name: str) -> str:
        """A table's name that the code gives, and that the project's conventions may write in another way."""
        known = self.tables.get(key)
        return known[1] if known is not None and known[0] == name else name

    def column(self, key: str, prop: str, name: str) -> str:
        """A column's name."""
        known = self.columns.get((key, prop))
        return known[1] if known is not None and known[0] == name else _STYLES[self.style](name)

    def given_column(self, key: str, prop: str, name: str) -> str:
        """A column's name that the code gives, as the project's conventions write it."""
        known = self.columns.get((key, prop))
        return known[1] if known is not None and known[0] == name else name

    def index(self, name: str) -> str:
        """The name of an index or of a foreign key."""
        return _STYLES[self.style](name)

    def type(self, name: str) -> str:
        """A column's type."""
        return self.types.get(name, name)


def _unlike(before: Mapping[Key, tuple[str, str]], now: Mapping[Key, tuple[str, str]]) -> dict[Key, tuple[str, str]]:
    return {key: pair for key, pair in before.items() if key not in now or now[key][0] != now[key][1]}


def style_of(model: Model) -> str:
    """The convention of names that the columns of a snapshot follow."""
    votes: Counter[str] = Counter()
    total = 0
    for entity in model.entities.values():
        for made in entity.properties.values():
            if entity.owner is not None:
                continue
            column = str(made.facets.get("column") or made.name)
            total += 1
            for style, convert in _STYLES.items():
                votes[style] += column == convert(made.name)
    best = max(_STYLES, key=lambda style: votes[style])
    return best if total and votes[best] >= _MOST * total and votes[best] > votes["same"] else "same"


def learn_types(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Types by convention to those of the snapshot, where they differ more often than not."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for computed, actual in pairs:
        seen[computed][actual] += 1
    learned = {}
    for computed, counts in seen.items():
        agree, other = counts[computed], counts.total() - counts[computed]
        if other <= agree // 3:
            continue
        rest = [actual for actual in counts if actual != computed]
        learned[computed] = rest[0] if len(rest) == 1 and not agree else ""
    return learned


def unlike(learned: Mapping[str, str], pairs: list[tuple[str, str]]) -> dict[str, str]:
    """What was learned of types, but for those of which every column is now as it is by convention."""
    agreed = {computed for computed, actual in pairs if computed == actual}
    other = {computed for computed, actual in pairs if computed != actual}
    return {computed: actual for computed, actual in learned.items() if computed not in agreed - other}
