"""An ORM for node itself, asked in a process of its own; its packages are npm's, and no script of theirs runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.github_server.description import DescriptionMissingError, npm_command

_OPTIONS = ("--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--save-exact", "--legacy-peer-deps")


class KitError(Exception):
    """The ORM refuses what it is given."""


class Asked:
    """A script that answers questions, one JSON object a line."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the script end by itself, so that it takes its files away."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def answer(self, **question: object) -> dict[str, Any]:
        """What the script says.

        Raises:
            KitError: what it is given is not valid.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise KitError(answer["error"])
        return answer


def install(folder: Path, packages: Sequence[str], **manifest: str) -> int:
    """Get packages from npm; 0 where they are there then, 1 where they could not be had."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True, **manifest}) + "\n")
    try:
        with npm_command() as npm:
            subprocess.run([*npm, "install", *_OPTIONS, *packages], cwd=folder, check=True, capture_output=True)
    except (DescriptionMissingError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"{packages[0]} could not be had: {error}\n")
        return 1
    return 0
