"""Flyway's names of files: `V1_2__orders.sql`, `R__views.sql`, `U1_2__orders.sql`, `B1__all.sql`, `afterMigrate.sql`.

Source: https://documentation.red-gate.com/flyway, "Migrations", naming, and "Callback events" (both read 2026-11-30).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"(?P<kind>[VURB])(?P<version>[0-9]+(?:[._][0-9]+)*)?__.+\.(?P<ending>(?i:sql)|java|kt)")
# What runs beside migrations. `createSchema` is left out: there are no tables then, and others name files so.
# Those of `clean` and `undo` are for databases that are thrown away, or taken back.
_CALLBACK = re.compile(
    r"(?P<event>(?:before|after)(?:Each)?(?:Migrate|Repeatables|Versioned|Validate|Baseline|Repair|Info|Connect|CreateSchema"
    r"|Undo|Clean))(?:Statement)?(?:Error|Applied|OperationFinish)?(?:__.*)?\.(?i:sql)"
)
_TAKES_BACK = ("Undo", "Clean")


@dataclass(frozen=True)
class FlywayName:
    """What a name says: `V`, `U`, `R` or `B`, the version as numbers, whether it is SQL, and its ending as written."""

    kind: str
    version: tuple[int, ...]
    sql: bool
    ending: str = "sql"

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
    return FlywayName(found["kind"], version, found["ending"].lower() == "sql", found["ending"])


def is_callback(name: str) -> bool:
    """Whether Flyway runs a file of this name beside the migrations that go up."""
    found = _CALLBACK.fullmatch(name)
    return found is not None and not found["event"].endswith(_TAKES_BACK)
