"""Ent itself, asked what it generates of a schema and what SQL leads from one schema to another.

Ent and Go are Debian's (`apt-get install golang-go golang-entgo-ent-dev`), PostgreSQL runs in a folder of the test's
own. All schemas of a question are compiled into one program, which takes half a minute or more: what it answers is
kept in `answers.json.gz`, and `python -m tests.checks.migrations.ent.oracle` asks again.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel

from tests.checks.migrations.alembic.postgres import run_server
from tests.checks.migrations.ent.generate import Spec, make_change

ANSWERS = Path(__file__).with_name("answers.json.gz")
_PROGRAM = Path(__file__).with_name("oracle.go.txt")
_DEBIAN = Path("/usr/share/gocode")
_KEPT = 120


class Answer(BaseModel):
    """What ent says of a change: what it generates before and after, the SQL of each step; or why it refuses."""

    error: str = ""
    base: str = ""
    head: str = ""
    first: str = ""
    sql: str = ""


def missing() -> str:
    """Why ent cannot be asked; empty where it can."""
    if shutil.which("go") is None or not (_DEBIAN / "src/entgo.io/ent").is_dir():
        return "needs Go and ent: apt-get install golang-go golang-entgo-ent-dev"
    return ""


def ask(changes: Mapping[str, tuple[Spec, Spec]]) -> dict[str, Answer]:
    """Ent's answers, by the names of the changes (small letters and digits)."""
    with TemporaryDirectory(prefix="gonogo-ent-") as folder, run_server() as address:
        home = Path(folder) / "src" / "oracle"
        home.mkdir(parents=True)
        shutil.copyfile(_PROGRAM, home / "main.go")
        imports, entries = [], []
        for name, (base, head) in changes.items():
            for side, spec in (("base", base), ("head", head)):
                package = f"{name}{side}"
                (home / package).mkdir()
                (home / package / "schema.go").write_text(spec.text(package))
                imports.append(f'\t"oracle/{package}"')
            lists = [", ".join(f"{name}{side}.{one.name}{{}}" for one in spec.types)
                     for side, spec in (("base", base), ("head", head))]  # fmt: skip
            entries.append(f'\t"{name}": {{[]ent.Interface{{{lists[0]}}}, []ent.Interface{{{lists[1]}}}}},')
        registry = ["package main", "import (", '\t"entgo.io/ent"', *imports, ")"]
        registry += ["var registry = map[string]pair{", *entries, "}"]
        (home / "registry.go").write_text("\n".join(registry) + "\n")
        host = re.sub(r".*host=", "", address)
        environment = {**os.environ, "GO111MODULE": "off", "GOPATH": f"{folder}:{_DEBIAN}", "GOFLAGS": ""}
        done = subprocess.run(
            ["go", "run", "oracle", f"host={host} user=test dbname=postgres sslmode=disable"],
            cwd=folder, env=environment, capture_output=True, check=False, text=True,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stderr[-4000:])
        return {name: Answer.model_validate(one) for name, one in json.loads(done.stdout).items()}


def kept_answers() -> dict[str, Answer]:
    """The answers that are kept, by the seeds of the changes; those that ent refuses are left out."""
    read = json.loads(gzip.decompress(ANSWERS.read_bytes()))
    answers = {seed: Answer.model_validate(one) for seed, one in read.items()}
    return {seed: one for seed, one in sorted(answers.items()) if not one.error}


def ask_seeds(first: int, count: int) -> dict[str, Answer]:
    """Ent's answers to made-up changes, by their seeds."""
    changes = {f"c{seed}": make_change(seed)[:2] for seed in range(first, first + count)}
    return {name.removeprefix("c"): answer for name, answer in ask(changes).items()}


def main() -> int:
    """Ask ent again, and keep the answers.

    Returns:
        0 where they are kept, 1 where ent is not to be had.
    """
    if missing():
        sys.stderr.write(f"{missing()}\n")
        return 1
    answers = {seed: one.model_dump() for seed, one in ask_seeds(0, _KEPT).items()}
    ANSWERS.write_bytes(gzip.compress(json.dumps(answers, sort_keys=True).encode(), mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
