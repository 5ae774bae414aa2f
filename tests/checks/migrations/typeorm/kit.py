"""TypeORM itself, asked what it would do: npm's `typeorm` with sql.js and a PostgreSQL server, run by node, offline.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.typeorm.kit` is the set-up command.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.checks.migrations.asked import Asked, install
from tests.github_server.description import CACHE

FOLDER = CACHE.parent / "typeorm-0.3.27"
# No script of theirs runs, and nothing is built.
_PACKAGES = (
    "typeorm@0.3.27",
    "reflect-metadata@0.2.2",
    "sql.js@1.13.0",
    "pg@8.16.3",
    "typescript@5.9.3",
    "typeorm-naming-strategies@4.1.0",
)
_SCRIPT = Path(__file__).with_name("kit.mjs")


def missing() -> str:
    """Why TypeORM cannot be asked; empty where it can."""
    if not shutil.which("node"):
        return "needs node"
    if not all((FOLDER / "node_modules" / name / "package.json").is_file() for name in ("typeorm", "pg", "typescript")):
        return "run `python -m tests.checks.migrations.typeorm.kit`, which needs a network"
    return ""


class Kit(Asked):
    """TypeORM in a process of its own; `socket` is the folder of the PostgreSQL server's socket."""

    def __init__(self, socket: str) -> None:
        super().__init__("node", "--no-warnings", str(_SCRIPT), str(FOLDER), socket)

    def ask(self, dialect: str, base: str, head: str, *, snake: bool = False) -> tuple[list[str], list[str]]:
        """The statements that make the database of the first entities, and those that lead to the second.

        Raises:
            KitError: the entities are not valid.
        """
        answer = self.answer(dialect=dialect, base=base, head=head, snake=snake)
        return answer["base"], answer["sql"]


def main() -> int:
    """Get TypeORM.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    return install(FOLDER, _PACKAGES) if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
