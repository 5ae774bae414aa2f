"""Flyway's names of files: `V1_2__orders.sql`, `R__views.sql`, `U1_2__orders.sql`, `B1__all.sql`.

Source: https://documentation.red-gate.com/flyway, "Migrations", naming.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?P<kind>[VURB])(?P<version>[0-9]+(?:[._][0-9]+)*)?__.+\.(?P<ending>sql|java|kt)")


@dataclass(frozen=True)
class FlywayName:
    """What a name says: `V`, `U`, `R` or `B`, the version as numbers, and whether it is SQL."""

    kind: str
    version: tuple[int, ...]
    sql: bool

    @property
    def order(self) -> tuple[bool, tuple[int, ...]]:
        """When it runs: those without a version last."""
        return self.kind == "R", self.version


def parse_flyway(name: str) -> FlywayName | None:
    """A file's name as Flyway takes it; None where it is none of its migrations."""
    found = _NAME.fullmatch(name)
    if found is None or (found["version"] is None) != (found["kind"] == "R"):
        return None
    version = tuple(int(part) for part in re.split(r"[._]", found["version"] or "0") if len(part) < 40)  # noqa: PLR2004 - no number
    return FlywayName(found["kind"], version, found["ending"] == "sql")
