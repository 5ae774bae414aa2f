"""Sequelize itself, asked what `sync()` and migrations make: npm's `sequelize` on SQLite in WebAssembly, run by node.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.sequelize.real` sets them up.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.github_server.description import CACHE, DescriptionMissingError, npm_command

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


class RealError(Exception):
    """Sequelize refuses a project."""


class Real:
    """Sequelize in a process of its own."""

    def __init__(self) -> None:
        command = ["node", "--no-warnings", str(_SCRIPT), str(FOLDER)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, models: Sequence[str], migrations: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The schema that `sync()` makes of models, and the one that migrations make.

        Raises:
            RealError: a model is not valid, or a migration fails.
        """
        answer = self._answer({"models": list(models), "migrations": list(migrations)})
        return answer["sync"], answer["migrated"]

    def ask_words(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """The plurals and the singulars of words."""
        answer = self._answer({"words": list(words)})
        return answer["sync"], answer["migrated"]

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RealError(answer["error"])
        return answer


def main() -> int:
    """Get Sequelize.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    if not missing():
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}\n')
    try:
        with npm_command() as npm:
            options = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--save-exact"]
            subprocess.run([*npm, "install", *options, *_PACKAGES], cwd=FOLDER, check=True, capture_output=True)
    except (DescriptionMissingError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"Sequelize could not be had: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
