"""drizzle-kit itself, asked what it would generate: npm's `drizzle-kit` and `drizzle-orm`, run by node, offline.

They are never committed, and no part of gonogo: `python -m tests.checks.migrations.drizzle.kit` is the set-up command.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.github_server.description import CACHE, DescriptionMissingError, npm_command

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


class KitError(Exception):
    """drizzle-kit refuses a schema."""


class Kit:
    """drizzle-kit in a process of its own."""

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

    def ask(self, dialect: str, base: str, head: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """The snapshots of two schemas, and the statements that lead from one to the other.

        Raises:
            KitError: a schema is not valid.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"dialect": dialect, "base": base, "head": head}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise KitError(answer["error"])
        return answer["base"], answer["head"], answer["sql"]


def main() -> int:
    """Get drizzle-kit.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    if not missing():
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true, "type": "module"}\n')
    try:
        with npm_command() as npm:
            options = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--save-exact"]
            subprocess.run([*npm, "install", *options, *_PACKAGES], cwd=FOLDER, check=True, capture_output=True)
    except (DescriptionMissingError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"drizzle-kit could not be had: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
