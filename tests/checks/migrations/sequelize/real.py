"""Sequelize itself, asked what `sync()` and migrations make: npm's `sequelize` on SQLite in WebAssembly, run by node.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.sequelize.real` sets them up.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.checks.migrations.asked import Asked, install
from tests.github_server.description import CACHE

FOLDER = CACHE.parent / "sequelize-6.37.7"
# No script of theirs runs, and nothing is built.
_PACKAGES = ("sequelize@6.37.7", "sql.js@1.13.0")
_SCRIPT = Path(__file__).with_name("real.cjs")


def missing() -> str:
    """Why Sequelize cannot be asked; empty where it can."""
    if not shutil.which("node"):
        return "needs node"
    if not all((FOLDER / "node_modules" / name / "package.json").is_file() for name in ("sequelize", "sql.js")):
        return "run `python -m tests.checks.migrations.sequelize.real`, which needs a network"
    return ""


class Real(Asked):
    """Sequelize in a process of its own."""

    def __init__(self) -> None:
        super().__init__("node", "--no-warnings", str(_SCRIPT), str(FOLDER))

    def ask(self, models: Sequence[str], migrations: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The schema that `sync()` makes of models, and the one that migrations make.

        Raises:
            KitError: a model is not valid, or a migration fails.
        """
        answer = self.answer(models=list(models), migrations=list(migrations))
        return answer["sync"], answer["migrated"]

    def ask_words(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """The plurals and the singulars of words."""
        answer: dict[str, list[str]] = self.answer(words=list(words))
        return answer["sync"], answer["migrated"]


def main() -> int:
    """Get Sequelize.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    return install(FOLDER, _PACKAGES) if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
