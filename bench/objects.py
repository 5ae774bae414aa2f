"""Compares the ways to read contents out of git: one open `git cat-file`, pygit2, and one `git show` a file.

    python bench/objects.py FOLDER [FILES]

Prints seconds and ratios for reading so many files of HEAD (2,000) of the repository in FOLDER. pygit2 is not a
dependency of the project; without it the row is left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.collect.change import Repository
from bot.settings import Limits


def _measure(read: Callable[[], int]) -> tuple[float, int]:
    best, size = float("inf"), 0
    for _ in range(3):
        started = time.perf_counter()
        size = read()
        best = min(best, time.perf_counter() - started)
    return best, size


def main() -> int:
    """Measure and print."""
    folder = Path(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 2000  # noqa: PLR2004 - the program's name and one argument
    with tempfile.TemporaryDirectory() as scratch:
        repository = Repository(folder, scratch=Path(scratch), limits=Limits())
        head = repository.resolve("HEAD").commit
        tree = repository.tree(head)
        contents = dict(tree.read_many([entry.path for entry in tree.entries()]))
        entries = [entry for entry in tree.entries() if isinstance(contents.get(entry.path), bytes)][:most]
        paths = [entry.path for entry in entries]

        def by_cat_file() -> int:
            fresh = repository.tree(head)
            return sum(len(content) for _, content in fresh.read_many(paths) if isinstance(content, bytes))

        def by_git_show() -> int:
            return sum(
                len(
                    subprocess.run(
                        ["git", "cat-file", "blob", entry.oid], cwd=folder, capture_output=True, check=True
                    ).stdout
                )
                for entry in entries[:100]
            )

        base, size = _measure(by_cat_file)
        print(f"{len(entries):,} files, {size:,} bytes")
        print(f"git cat-file --batch: {base:.3f} s, 1.0")
        try:
            import pygit2

            store = pygit2.Repository(str(folder))
            seconds, _ = _measure(lambda: sum(len(store[entry.oid].read_raw()) for entry in entries))
            print(f"pygit2: {seconds:.3f} s, {seconds / base:.1f}")
        except ImportError:
            print("pygit2: not installed")
        seconds, _ = _measure(by_git_show)
        scaled = seconds * len(entries) / min(100, len(entries))
        print(f"a git for each file: {scaled:.3f} s (from 100 files), {scaled / base:.1f}")
        repository.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
