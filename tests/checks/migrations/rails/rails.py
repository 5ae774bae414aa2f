"""Rails itself: Debian's, or one whose sources `GONOGO_RAILS` names (a checkout of rails/rails)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.checks.migrations.alembic.postgres import run_server

_SCRIPT = Path(__file__).with_name("rails.rb")


class RailsError(Exception):
    """Rails or the database refuses a migration."""


def missing() -> str:
    """What is needed and not there; empty where all is."""
    needed = "Rails is needed: apt-get install ruby ruby-activerecord ruby-pg postgresql"
    ruby = shutil.which("ruby")
    if ruby is None:
        return needed
    asked = [ruby, *_paths(), "-e", "require 'logger'; require 'active_record'; require 'pg'"]
    return needed if subprocess.run(asked, capture_output=True, check=False).returncode else ""


def _paths() -> list[str]:
    source = os.environ.get("GONOGO_RAILS", "")
    parts = ("activerecord", "activemodel", "activesupport") if source else ()
    return [f"-I{source}/{part}/lib" for part in parts]


class Rails:
    """A process of Rails on a database of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        major, minor = self._line().split(".")[:2]
        self.version = (int(major), int(minor))

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("Rails ended")
        return line

    def run(self, migrations: Sequence[tuple[int, str, str]]) -> list[str]:
        """Run migrations (version, class, text) in an empty database; the schema after each.

        Raises:
            RailsError: one is refused.
        """
        rows = [{"version": version, "name": name, "text": text} for version, name, text in migrations]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"migrations": rows}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._line())
        if "error" in answer:
            raise RailsError(answer["error"])
        return list(answer["schemas"])


@contextmanager
def run_rails() -> Iterator[Rails]:
    """Start a database and Rails."""
    with run_server() as url:
        command = ["ruby", "-W0", *_paths(), str(_SCRIPT), url.partition("host=")[2]]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield Rails(process)
            finally:
                if process.stdin is not None:
                    process.stdin.close()
                process.wait(timeout=20)
