"""Runs the check of migrations on the last commits of a repository that touch models, and prints what it says.

    python bench/migrations_history.py --most 100 [--paths GLOB ...] owner/name=FOLDER [owner/name=FOLDER ...]

Each folder is a clone, bare or not, with its whole history. A commit is judged against its first parent. Printed are
the commits that fail or cannot be told, each finding in a line, and a count of the states with the median time.
With `--as-before '**/Migrations/**'` each commit that changes such files and others is judged without them.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.checks.migrations import CHECK
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.globs import Glob
from bot.model import Change, Entry, ItemRequest, NotRead, Outcome, Request, Tree
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


@dataclass(frozen=True)
class _Mixed:
    """A tree some of whose paths are another tree's."""

    tree: Tree
    other: Tree
    globs: Sequence[Glob]

    @property
    def commit(self) -> str:
        """A name of its own, since readers keep what they read by commit."""
        return f"{self.tree.commit}-mixed"

    def _is_other(self, path: str) -> bool:
        return any(glob.matches(path) for glob in self.globs)

    def entries(self) -> Sequence[Entry]:
        """All entries, in the order of their paths."""
        mine = [one for one in self.tree.entries() if not self._is_other(one.path)]
        return sorted([*mine, *(one for one in self.other.entries() if self._is_other(one.path))], key=lambda e: e.path)

    def entry(self, path: str) -> Entry | None:
        """The entry of a path."""
        return (self.other if self._is_other(path) else self.tree).entry(path)

    def glob(self, *patterns: str) -> Iterator[Entry]:
        """The entries that a pattern matches."""
        globs = [Glob(pattern) for pattern in patterns]
        return (one for one in self.entries() if any(glob.matches(one.path) for glob in globs))

    def read(self, path: str) -> bytes | NotRead:
        """The content of a path."""
        return (self.other if self._is_other(path) else self.tree).read(path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """The contents of paths."""
        return ((path, self.read(path)) for path in paths if self.entry(path) is not None)

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        """Which of some texts the tree holds; not asked by the checks that are run here."""
        return self.tree.contains(values)


def as_before(change: Change, patterns: Sequence[str]) -> Change:
    """The change with the files that the patterns match left as they were."""
    globs = [Glob(pattern) for pattern in patterns]
    head = _Mixed(change.head, change.merge_base, globs)
    files = [
        one
        for one in change.files
        if not any(glob.matches(path) for glob in globs for path in (one.path, one.old_path or one.path))
    ]
    return replace(change, head=head, files=files)


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
    parser.add_argument("--as-before", nargs="*", default=[], help="globs of paths that are left as they were before")
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
                if arguments.as_before:
                    whole, change = change, as_before(change, arguments.as_before)
                    if len(change.files) == len(whole.files) or not change.files:
                        continue
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
