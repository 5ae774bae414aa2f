"""TypeORM itself, asked what it would do: npm's `typeorm` with sql.js and a PostgreSQL server, run by node, offline.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.typeorm.kit` is the set-up command.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.github_server.description import CACHE, DescriptionMissingError, npm_command

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


class KitError(Exception):
    """TypeORM refuses the entities."""


class Kit:
    """TypeORM in a process of its own; `socket` is the folder of the PostgreSQL server's socket."""

    def __init__(self, socket: str) -> None:
        command = ["node", "--no-warnings", str(_SCRIPT), str(FOLDER), socket]
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

    def ask(self, dialect: str, base: str, head: str, *, snake: bool = False) -> tuple[list[str], list[str]]:
        """The statements that make the database of the first entities, and those that lead to the second.

        Raises:
            KitError: the entities are not valid.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = {"dialect": dialect, "base": base, "head": head, "snake": snake}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise KitError(answer["error"])
        return answer["base"], answer["sql"]


def main() -> int:
    """Get TypeORM.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    if not missing():
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}\n')
    try:
        with npm_command() as npm:
            options = [
                "--ignore-scripts",
                "--omit=optional",
                "--no-audit",
                "--no-fund",
                "--save-exact",
                "--legacy-peer-deps",
            ]
            subprocess.run([*npm, "install", *options, *_PACKAGES], cwd=FOLDER, check=True, capture_output=True)
    except (DescriptionMissingError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"TypeORM could not be had: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
