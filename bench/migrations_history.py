"""Runs the check of migrations on the last commits of a repository that touch models, and prints what it says.

    python bench/migrations_history.py --most 100 [--paths GLOB ...] owner/name=FOLDER [owner/name=FOLDER ...]

Each folder is a clone, bare or not, with its whole history. A commit is judged against its first parent. Printed are
the commits that fail or cannot be told, each finding in a line, and a count of the states with the median time.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.checks.migrations import CHECK
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.model import Change, ItemRequest, Outcome, Request
from bot.settings import Limits

_PATHS = ("*models*.py", "*/models/*", "*/migrations/*.py", "*/versions/*.py")


def find_commits(folder: Path, revision: str, most: int, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the newest commits that touch the paths, each with its first parent."""
    log = subprocess.run(
        ["git", "log", "--no-merges", f"--max-count={most}", "--format=%H %P", revision, "--", *paths],
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for line in log.splitlines():
        commit, *parents = line.split()
        if parents:
            yield parents[0], commit


def judge(change: Change, only: str) -> list[Outcome]:
    """The outcomes of the items whose id begins with a text."""
    items = [
        ItemRequest(id=spec.id, settings=spec.settings(), matches=lambda _: True)
        for spec in CHECK.items()
        if spec.id.startswith(only)
    ]
    tools = EngineTools(Path(tempfile.gettempdir()))
    request = Request(change=change, items=items, tools=tools, salt=b"", deadline_s=60)
    return list(CHECK.run(request).outcomes)


def _print(name: str, head: str, outcome: Outcome, seconds: float) -> None:
    print(f"{name} {head[:12]} {outcome.item} {outcome.state} {seconds:.2f} s: {outcome.reason}")
    for finding in outcome.findings:
        print(f"    {finding.certainty} {finding.path}:{finding.line} {finding.message}")
    for unknown in outcome.unknowns:
        print(f"    unknown {unknown.path}:{unknown.line} {unknown.reason}")


def main() -> int:
    """Judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("repositories", nargs="+", metavar="owner/name=FOLDER")
    parser.add_argument("--most", type=int, default=100, help="commits of each repository (100)")
    parser.add_argument("--revision", default="HEAD", help="where their history begins (HEAD)")
    parser.add_argument("--paths", nargs="*", default=list(_PATHS), help="what a commit must touch, as git's pathspecs")
    parser.add_argument("--only", default="migrations.missing", help="items to answer, by the beginning of their ids")
    parser.add_argument("--all", action="store_true", help="print the commits that pass, too")
    arguments = parser.parse_args()
    for repository in arguments.repositories:
        name, _, folder = repository.partition("=")
        states: Counter[str] = Counter()
        times = []
        for base, head in find_commits(Path(folder), arguments.revision, arguments.most, arguments.paths):
            with tempfile.TemporaryDirectory() as scratch:
                reader = Repository(Path(folder), scratch=Path(scratch), limits=Limits())
                change = reader.change(base, head)
                started = time.monotonic()
                outcomes = judge(change, arguments.only)
                times.append(time.monotonic() - started)
                reader.close()
            for outcome in outcomes:
                states[f"{outcome.item} {outcome.state}"] += 1
                if arguments.all or outcome.findings or outcome.unknowns:
                    _print(name, head, outcome, times[-1])
        print(f"{name}: {dict(states)}, median {statistics.median(times):.2f} s, most {max(times):.2f} s")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
