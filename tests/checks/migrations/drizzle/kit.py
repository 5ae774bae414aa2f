"""drizzle-kit itself, asked what it would generate: npm's `drizzle-kit` and `drizzle-orm`, run by node, offline.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.drizzle.kit` is the set-up command.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from tests.checks.migrations.asked import Asked, install
from tests.github_server.description import CACHE

FOLDER = CACHE.parent / "drizzle-0.31.4"
# No script of theirs runs, and nothing is built.
_PACKAGES = ("drizzle-kit@0.31.4", "drizzle-orm@0.44.5")
_SCRIPT = Path(__file__).with_name("kit.mjs")


def missing() -> str:
    """Why drizzle-kit cannot be asked; empty where it can."""
    if not shutil.which("node"):
        return "needs node"
    if not (FOLDER / "node_modules" / "drizzle-kit" / "api.js").is_file():
        return "run `python -m tests.checks.migrations.drizzle.kit`, which needs a network"
    return ""


class Kit(Asked):
    """drizzle-kit in a process of its own."""

    def __init__(self) -> None:
        super().__init__("node", "--no-warnings", str(_SCRIPT), str(FOLDER))

    def ask(self, dialect: str, base: str, head: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """The snapshots of two schemas, and the statements that lead from one to the other.

        Raises:
            KitError: a schema is not valid.
        """
        answer = self.answer(dialect=dialect, base=base, head=head)
        return answer["base"], answer["head"], answer["sql"]


def main() -> int:
    """Get drizzle-kit.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    return install(FOLDER, _PACKAGES, type="module") if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
