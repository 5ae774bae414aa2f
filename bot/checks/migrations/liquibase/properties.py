"""The properties of all changelogs of one tree: their values, and the change sets that use them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from bot.checks.migrations.changelog.files import Changelogs, ChangeSet, Property

_USE = re.compile(r"\$\{([^}$]{1,200})\}")
_MOST_STEPS = 5
# Characters that values may add to one change set.
_LONGEST = 1_000_000


class Properties:
    """What the changelogs of a tree define. The first definition of a name counts for each database."""

    def __init__(self, side: Changelogs) -> None:
        self._side = side

    @cached_property
    def _definitions(self) -> dict[str, list[tuple[str, Property]]]:
        """Each name's definitions, with the files that have them."""
        found: dict[str, list[tuple[str, Property]]] = defaultdict(list)
        for path in sorted(self._side.contents):
            if b"property" in self._side.contents[path].lower():
                one = self._side.get(path)
                for each in one.definitions if one is not None else ():
                    found[each.name].append((path, each))
        return found

    def _values(self, name: str) -> dict[str, str]:
        """A name's value by the databases that it is for."""
        found: dict[str, str] = {}
        for _, one in self._definitions.get(name, ()):
            found.setdefault(one.dbms, one.value)
        return found

    def changed_from(self, before: Properties, touched: set[str]) -> dict[str, tuple[str, int]]:
        """The names whose values are others than before, with the file and line that says so."""
        sides = (before._side, self._side)
        if not any(b"property" in side.contents.get(path, b"").lower() for side in sides for path in touched):
            return {}
        found = {}
        for name in {**before._definitions, **self._definitions}:
            if before._values(name) != self._values(name):
                places = [*self._definitions.get(name, ()), *before._definitions.get(name, ())]
                path, one = next((place for place in places if place[0] in touched), places[0])
                found[name] = (path, one.line)
        return found

    def users(self, names: Collection[str]) -> dict[str, list[ChangeSet]]:
        """The change sets that use one of some properties, itself or through another one, by its name."""
        found: dict[str, list[ChangeSet]] = defaultdict(list)
        for path, content in self._side.contents.items() if names else ():
            changelog = self._side.get(path) if b"${" in content else None
            for each in changelog.change_sets() if changelog is not None else ():
                for name in self._used(repr(each.content())).intersection(names) if not each.repeated else ():
                    found[name].append(each)
        return found

    def _used(self, text: str) -> set[str]:
        """The properties that a text uses, and those that their values use."""
        used: set[str] = set()
        waiting = {name.strip() for name in _USE.findall(text)}
        while waiting:
            name = waiting.pop()
            used.add(name)
            inner = {other.strip() for _, one in self._definitions.get(name, ()) for other in _USE.findall(one.value)}
            waiting |= inner - used
        return used

    def expanded(self, content: object) -> str:
        """What a change set does, with the values of properties; as it stands where they make it too long."""
        plain = text = repr(content)
        left = _LONGEST

        def value(found: re.Match[str]) -> str:
            nonlocal left
            given = next(iter(self._values(found[1].strip()).values()), found[0])
            left -= len(given)
            return given if left > 0 else ""

        for _ in range(_MOST_STEPS):
            if "${" not in text:
                break
            text = _USE.sub(value, text)
        return text if left > 0 else plain
