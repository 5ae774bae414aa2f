"""Where a piece of code that is followed stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.efcore.handles import Given
from bot.checks.migrations.efcore.model import Bound


@dataclass(kw_only=True)
class Scope:
    """Where a piece of code stands: its class, its variables, and what its type parameters stand for."""

    at: TypeDecl
    variables: dict[str, Given] = field(default_factory=dict)
    types: tuple[tuple[str, Bound], ...] = ()
    depth: int = 0

    def inner(self, variables: Mapping[str, Given]) -> Scope:
        """The scope of a lambda."""
        return Scope(at=self.at, variables={**self.variables, **variables}, types=self.types, depth=self.depth + 1)
