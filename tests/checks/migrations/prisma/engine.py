"""Prisma's own schema engine, asked what it would do: `@prisma/schema-engine-wasm` of npm, run by node, offline.

Source: https://github.com/prisma/prisma-engines (Apache-2.0). It is never committed, and it is no part of gonogo:
`python -m tests.checks.migrations.prisma.engine` is the set-up command; it needs npm and node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.github_server.description import DescriptionMissingError, Package, npm_command, obtain

_VERSION = "8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323"
_SHA512 = (
    "8303313f578213cab99118d7a9f3b8aeb3ef2776378d0e193d02621a2fd9f99038f18fb4595aef66900d3190b29d7552"
    "0fcf00a9ffb3f0da0c09f4425fd3bd6c"
)
WASM = Package("@prisma/schema-engine-wasm", _VERSION, "package/schema_engine_bg.wasm", _SHA512)
GLUE = Package("@prisma/schema-engine-wasm", _VERSION, "package/schema_engine_bg.js", _SHA512)
_SCRIPT = Path(__file__).with_name("engine.mjs")
_ADAPTERS = {"postgresql": "postgres", "sqlite": "sqlite"}


def missing() -> str:
    """Why the engine cannot be asked; empty where it can."""
    if not shutil.which("node"):
        return "needs node"
    if not (WASM.cached.is_file() and GLUE.cached.is_file()):
        return "run `python -m tests.checks.migrations.prisma.engine`, which needs a network"
    return ""


class EngineError(Exception):
    """The engine refuses a schema."""


class Engine:
    """The engine in a process of its own; begun anew where a question kills it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def diff(self, provider: str, base: str | None, head: str) -> str:
        """The SQL that leads from one schema to another; empty where there is nothing to do.

        Raises:
            EngineError: a schema is not valid.
        """
        if self._process is None or self._process.poll() is not None:
            command = ["node", "--no-warnings", str(_SCRIPT), str(GLUE.cached), str(WASM.cached)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = {"provider": _ADAPTERS[provider], "from": base, "to": head}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the engine ended"}
        if "error" in answer:
            raise EngineError(answer["error"])
        sql: str = answer["sql"]
        return "" if "This is an empty migration" in sql else sql.strip()


def main() -> int:
    """Get the engine.

    Returns:
        0 where it is there, 1 where it could not be had.
    """
    try:
        with npm_command() as npm:
            for package in (WASM, GLUE):
                if not package.cached.is_file():
                    obtain(package, npm)
    except DescriptionMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
