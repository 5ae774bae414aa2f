"""One side of a change: its declared tables, its revisions, and its migrations replayed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.checks.migrations.alembic.conventions import Conventions
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.inventory import Inventory
from bot.checks.migrations.alembic.models import Models
from bot.checks.migrations.alembic.operations import upgrade_functions
from bot.checks.migrations.alembic.replay import Replay
from bot.checks.migrations.alembic.revisions import Revision, code_of, order, read_revision
from bot.checks.migrations.alembic.schema import Convention, Schema
from bot.checks.migrations.syntax.source import Sources
from bot.model import Tree

_QUOTED = re.compile(rb"""["'](\w{1,100})["']""")
_RENAMED = re.compile(rb"""rename_table\(\s*["'](\w{1,100})["']\s*,\s*["'](\w{1,100})["']""")
_CREATED = re.compile(rb"""create_table\(\s*["'](\w{1,100})["']""")


@dataclass
class Side:
    """The merge base or the head."""

    tree: Tree
    sources: Sources
    inventory: Inventory
    dialect: str
    _replayed: dict[tuple[str, ...], Replay] = field(default_factory=dict)

    @cached_property
    def reader(self) -> Reader:
        """Reads the tree's code."""
        return Reader(self.tree, self.sources, self.dialect)

    @cached_property
    def models(self) -> Models:
        """The declared tables."""
        conventions = Conventions(self.reader)
        for path in self.inventory.model_files:
            text = self.sources.text(self.tree, path)
            if isinstance(text, bytes) and b".naming_convention" in text:
                conventions.read_assignments(path)
        models = Models(self.reader, conventions)
        for path in self.inventory.model_files:
            models.read_file(path)
        models.finish()
        return models

    @cached_property
    def revisions(self) -> list[Revision]:
        """All revisions, in no order."""
        found = (read_revision(self.reader, path) for path in self.inventory.revision_files)
        return [one for one in found if one is not None]

    def code(self, revision: Revision) -> str:
        """What of a revision takes the schema forward."""
        return code_of(self.reader, revision.path)

    @cached_property
    def convention(self) -> Convention:
        """The convention of most tables: what `op` names constraints by."""
        counts: dict[Convention, int] = {}
        for table in self.models.tables.values():
            counts[table.convention] = counts.get(table.convention, 0) + 1
        return max(counts, key=lambda one: counts[one]) if counts else self.models.conventions.assigned

    def names_in(self, revisions: Iterable[Revision]) -> frozenset[str]:
        """The tables of the models, and those made, that the text of some revisions names."""
        known = {key.rpartition(".")[2] for key in self.models.tables}
        found: set[str] = set()
        for one in revisions:
            text = self.sources.text(self.tree, one.path)
            if isinstance(text, bytes):
                found.update(word.decode("utf-8", "replace") for word in _QUOTED.findall(text))
        return frozenset(found & known)

    @cached_property
    def models_are_seen(self) -> bool:
        """Whether the code declares at least half of the tables that the migrations make.

        Else it makes its models when it runs.
        """
        made: set[bytes] = set()
        for one in self.revisions:
            text = self.sources.text(self.tree, one.path)
            if isinstance(text, bytes):
                made.update(_CREATED.findall(text))
        few = 4
        known = {key.rpartition(".")[2].encode() for key in self.models.tables}
        return len(made) < few or 2 * len(made & known) >= len(made)

    @cached_property
    def excluded(self) -> frozenset[str]:
        """The names that an `env.py` with a filter of its own writes out: tables that it leaves out, as a rule."""
        found: set[str] = set()
        for folder in self.inventory.environments:
            text = self.sources.text(self.tree, f"{folder}env.py")
            if isinstance(text, bytes) and (b"include_object" in text or b"include_name" in text):
                found.update(word.decode("utf-8", "replace") for word in _QUOTED.findall(text))
        return frozenset(found)

    def replay(self, revisions: Iterable[Revision], start: Schema) -> Replay:
        """Carry a schema (it is copied) on by some revisions, in the order that they are given."""
        replay = Replay({key: table.copy() for key, table in start.items()}, self.models, self.convention)
        for one in revisions:
            replay.run(upgrade_functions(self.reader, one.path))
        return replay

    def replay_of(self, revisions: Sequence[Revision], tables: frozenset[str]) -> Replay:
        """What those of some revisions that name one of some tables add up to, from nothing."""
        words = self._with_old_names({table.rpartition(".")[2].encode() for table in tables})
        # Only all of them together make the order.
        naming = [one for one in order(revisions) if self._mentions(one, words)]
        key = tuple(one.path for one in naming)
        if key not in self._replayed:
            self._replayed[key] = self.replay(naming, {})
        return self._replayed[key]

    def _with_old_names(self, names: set[bytes]) -> set[bytes]:
        """Tables' names, and those that the tables had before revisions renamed them."""
        found, waiting = set(names), list(names)
        while waiting:
            older = self._old_names.get(waiting.pop(), set()) - found
            found |= older
            waiting += older
        return found

    @cached_property
    def _old_names(self) -> dict[bytes, set[bytes]]:
        names: dict[bytes, set[bytes]] = {}
        for one in self.revisions:
            text = self.sources.text(self.tree, one.path)
            for old, new in _RENAMED.findall(text) if isinstance(text, bytes) else ():
                names.setdefault(new, set()).add(old)
        return names

    def _mentions(self, revision: Revision, words: set[bytes]) -> bool:
        text = self.sources.text(self.tree, revision.path)
        return isinstance(text, bytes) and any(word in text for word in words)
