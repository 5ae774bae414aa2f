"""Names that MikroORM gives to what has none.

Source: MikroORM's `UnderscoreNamingStrategy`, `EntityCaseNamingStrategy` and the platforms' `getIndexName`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS = re.compile(r"([a-z])([A-Z])")
# The longest name that a dialect's platform lets stand.
_LONGEST = {"postgres": 63, "mysql": 64}
_LONG = 58
_CUT = re.compile(r".*_([0-9a-f]{5}_(?:index|unique|foreign|check|primary))$", re.DOTALL)
_KEPT = {"postgres": 55, "mysql": 56}


def underscore(text: str) -> str:
    """`userName` as `user_name`."""
    return _WORDS.sub(r"\1_\2", text).lower()


@dataclass(frozen=True)
class Naming:
    """A strategy: the default one in snake case, or the one that keeps names as they are."""

    keeps: bool = False
    version: int = 6

    def table(self, class_name: str) -> str:
        """The table of an entity."""
        return class_name if self.keeps else underscore(class_name)

    def column(self, prop: str) -> str:
        """The column of a property."""
        return prop if self.keeps else underscore(prop)

    def join_column(self, name: str, referenced: str, *, composite: bool) -> str:
        """The column that refers to another table's; `name` is that of a property or of a class."""
        if not self.keeps:
            return f"{underscore(name)}_{referenced}"
        start = name[:1].lower() + name[1:]
        return f"{start}_{referenced}" if composite else start

    def join_table(self, table: str, prop: str) -> str:
        """The table between two."""
        start = table if self.keeps or self.version > 6 else underscore(table)  # noqa: PLR2004 - a version
        return f"{start}_{self.column(prop)}"


def index_name(dialect: str, table: str, columns: Sequence[str], kind: str, version: int) -> str:
    """The name of a key: `index`, `unique`, `foreign` or `check`."""
    bare = table.rpartition(".")[2]
    parts = [bare, *(one.replace(".", "_") for one in columns), kind]
    name = "_".join(parts)
    if len(name) <= _LONGEST.get(dialect, len(name)):
        return name
    return f"{name[: _KEPT[dialect] - len(kind)]}_{_mark(name, version)}_{kind}"


def same_name(name: str) -> str:
    """A name in which those are equal that versions cut at another length."""
    found = _CUT.match(name)
    return f"{name[:40]}~{found[1]}" if found and len(name) > _LONG else name


def _mark(name: str, version: int) -> str:
    """Five digits of a name: of MD5 up to MikroORM 6, of FNV-1a since."""
    if version <= 6:  # noqa: PLR2004 - a version
        return hashlib.md5(name.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:5]
    found = 0xCBF29CE484222325
    for sign in name:
        found = ((found ^ ord(sign)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{found:016x}"[:5]
