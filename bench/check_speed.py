"""Times `gonogo check` on a made-up repository of 10,000 files with a range of 20 commits and 2,000 added lines.

    python bench/check_speed.py [--runs 5] [--cold]

Prints the median wall time and the largest process, warm and (as root on Linux, with --cold) after dropping the disk
cache, the time with every check off, the time of `--help`, and as ratios what a user would run instead: `git log -p`
over the range, and the secrets engine alone over the changed files.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_FILES, _COMMITS, _LINES = 10_000, 20, 2_000
_ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "gc.auto=0")
_ALL_OFF = """extends: pull-request
items:
"""


def _git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *_AUTHOR, *args], cwd=folder, env=_ENVIRONMENT, check=True, capture_output=True)


def _source(chance: random.Random, lines: int) -> str:
    words = ["value", "total", "order", "index", "price", "name", "count", "result", "item", "user"]
    return "".join(
        f"{chance.choice(words)}_{chance.randrange(10**6)} = {chance.choice(words)}({chance.randrange(10**4)})\n"
        for _ in range(lines)
    )


def make_repository(folder: Path) -> None:
    """A repository of 10,000 source files on main, and a branch of 20 commits that add 2,000 lines to 60 files."""
    chance = random.Random(1)  # noqa: S311 - nothing is guarded by it
    _git(folder, "init", "-q", "-b", "main")
    for number in range(_FILES):
        path = folder / f"pkg{number % 100:02}/mod{number:05}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_source(chance, 30))
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "all")
    _git(folder, "switch", "-qc", "feature")
    for commit in range(_COMMITS):
        for part in range(3):
            path = folder / f"pkg{chance.randrange(100):02}/new{commit:02}{part}.py"
            path.write_text(_source(chance, _LINES // (_COMMITS * 3) + 1))
        _git(folder, "add", "-A")
        _git(folder, "commit", "-qm", f"part {commit}")
    _git(folder, "gc", "-q")


def _measure(argv: Sequence[str], folder: Path, runs: int, *, cold: bool) -> tuple[float, float]:
    """Median seconds, and the largest process of all runs so far in MB."""
    seconds = []
    for _ in range(runs):
        if cold:
            subprocess.run(["sync"], check=True)
            Path("/proc/sys/vm/drop_caches").write_text("3")
        started = time.perf_counter()
        subprocess.run(argv, cwd=folder, env=_ENVIRONMENT, check=False, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def main() -> int:
    """Make the repository, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true", help="drop the disk cache before each run; needs root")
    arguments = parser.parse_args()
    program = shutil.which("gonogo", path=str(Path(sys.executable).parent)) or "gonogo"
    check = [program, "check", "--base", "main"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_repository(folder)
        policy = folder / ".git/off.yml"
        shown = subprocess.run([program, "policy", "show", "pull-request"], capture_output=True, check=True, text=True)
        ids = [line.strip().rstrip(":") for line in shown.stdout.splitlines() if line.startswith("  ") and "." in line]
        policy.write_text(_ALL_OFF + "".join(f"  {name}: {{required: off}}\n" for name in ids if " " not in name))
        git_log, _ = _measure(["git", "log", "-p", "main..HEAD"], folder, arguments.runs, cold=False)
        rows = {
            "--help": _measure([program, "--help"], folder, arguments.runs, cold=False),
            "every check off": _measure([*check, "--policy", str(policy)], folder, arguments.runs, cold=False),
            "check, warm": _measure(check, folder, arguments.runs, cold=False),
        }
        if arguments.cold:
            rows["check, cold disk"] = _measure(check, folder, arguments.runs, cold=True)
        print("| | seconds (median) | largest process so far, MB | times git log -p |\n| --- | --- | --- | --- |")
        for name, (seconds, size) in rows.items():
            print(f"| {name} | {seconds:.2f} | {size:.0f} | {seconds / git_log:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
