"""What a tree holds, as the rules need it. Each part is worked out when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.model import Tree


@dataclass(frozen=True)
class Facts:
    """The facts of one revision."""

    tree: Tree

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all entries, sorted."""
        return tuple(entry.path for entry in self.tree.entries())
