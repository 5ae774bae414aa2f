"""A PostgreSQL server of the tests' own, in a temporary folder, reached through a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

_NEEDED = "PostgreSQL's initdb and pg_ctl are needed: apt-get install postgresql"


def find_binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`; the test is skipped where there is none."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = newest[0] if newest else shutil.which("initdb")
    if found is None:
        pytest.skip(_NEEDED)
    return Path(found).resolve().parent


@contextmanager
def run_server() -> Iterator[str]:
    """Run a server; yield the URL of its database. PostgreSQL refuses root, so as root it runs as `nobody`."""
    binaries = find_binaries()
    user = "nobody" if os.geteuid() == 0 else None
    # The path of a socket may have 107 bytes: pytest's own folders are too deep.
    with TemporaryDirectory(prefix="gonogo-pg-") as folder:
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

        def run(*command: str) -> None:
            environment = {"LANG": "C.UTF-8"}
            done = subprocess.run(command, user=user, capture_output=True, check=False, cwd=folder, env=environment)
            if done.returncode:
                raise AssertionError(f"{command}: {done.stdout!r} {done.stderr!r}")

        data = f"{folder}/data"
        run(f"{binaries}/initdb", "-D", data, "-A", "trust", "-U", "test", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        run(f"{binaries}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://test@/postgres?host={folder}"
        finally:
            run(f"{binaries}/pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def connect(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Connect to an empty database: one of SQLite's in memory, or an empty schema of PostgreSQL."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for step in ("DROP SCHEMA IF EXISTS cases CASCADE", "CREATE SCHEMA cases", "SET search_path TO cases"):
                connection.execute(sa.text(step))
        yield connection
