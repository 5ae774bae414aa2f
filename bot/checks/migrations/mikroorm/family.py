"""Which classes share a table, and which properties a table is made of.

Source: MikroORM's `MetadataDiscovery` (`defineBaseEntityProperties`, `initSingleTableInheritance`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.migrations.mikroorm.columns import flag, text_of
from bot.checks.migrations.mikroorm.facts import Ent, Key, Prop
from bot.checks.migrations.mikroorm.naming import Naming
from bot.checks.migrations.sql.schema import qualified

SHARED = frozenset({"discriminatorColumn", "discriminatorMap"})
_MAX_DEPTH = 12


class Family:
    """The entities of a project, and what belongs to what."""

    def __init__(self, ents: Sequence[Ent], naming: Naming) -> None:
        self.naming = naming
        self.ents = {ent.key: ent for ent in ents}
        self._by_name: dict[str, Ent] = {}
        for one in ents:
            self._by_name.setdefault(one.name, one)
        self._props: dict[Key, dict[str, Prop]] = {}
        self._keys: dict[Key, list[Prop]] = {}
        self._children: dict[Key, list[Ent]] = {}
        for one in ents:
            root = self.root(one)
            if root is not one and one.kind == "entity":
                self._children.setdefault(root.key, []).append(one)

    def ent(self, target: Key | str | None) -> Ent | None:
        """The entity that a relation names."""
        if isinstance(target, tuple):
            return self.ents.get(target) or self._by_name.get(target[1])
        return self._by_name.get(target) if target else None

    def root(self, ent: Ent) -> Ent:
        """The entity in whose table another's rows are: itself, or the ancestor with a discriminator."""
        for one in ancestors(ent):
            if one.options.keys() & SHARED:
                return one
        return ent

    def children(self, ent: Ent) -> list[Ent]:
        """The entities whose rows are in another's table."""
        return self._children.get(ent.key, [])

    def has_table(self, ent: Ent) -> bool:
        """Whether an entity has a table of its own."""
        if ent.kind != "entity" or ent.options.keys() & {"expression", "view"}:
            return False
        shared = bool(ent.options.keys() & SHARED)
        return self.root(ent) is ent and (shared or flag(ent.options, "abstract") is not True)

    def table_of(self, ent: Ent) -> str:
        """The name of an entity's table, with its schema."""
        root = self.root(ent)
        given = text_of(root.options.get("tableName") or root.options.get("collection"))
        schema = text_of(root.options.get("schema"))
        name = given or self.naming.table(root.name)
        if "." in name and not schema:
            schema, _, name = name.partition(".")
        return qualified("" if schema == "*" else schema, name)

    def props_of(self, ent: Ent) -> dict[str, Prop]:
        """The properties of an entity's table, with those of its bases and of the children that share it."""
        if ent.key not in self._props:
            found = _inherited(ent)
            for child in self.children(ent):
                for name, prop in _inherited(child, until=ent).items():
                    if name not in found:
                        found[name] = replace(prop, inherited=True)
            self._props[ent.key] = found
        return self._props[ent.key]

    def keys(self, ent: Ent) -> list[Prop]:
        """The properties of an entity's primary key."""
        if ent.key not in self._keys:
            self._keys[ent.key] = [one for one in self.props_of(ent).values() if flag(one.options, "primary")]
        return self._keys[ent.key]


def ancestors(ent: Ent, depth: int = 0) -> Iterator[Ent]:
    """Yield the classes that one rests on, the nearest first."""
    for one in ent.parents if depth < _MAX_DEPTH else ():
        yield one
        yield from ancestors(one, depth + 1)


def _inherited(ent: Ent, until: Ent | None = None, depth: int = 0) -> dict[str, Prop]:
    """The properties of a class and its bases, those of the bases first."""
    found: dict[str, Prop] = {}
    for one in ent.parents if depth < _MAX_DEPTH else ():
        if one is not until:
            found.update(_inherited(one, until, depth + 1))
    found.update(ent.props)
    return found
