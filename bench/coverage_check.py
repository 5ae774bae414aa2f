"""Times the whole check on a report, and takes its memory: 1,000 files, 50 of them changed, 5 MB at head and at base.

    python -m bench.coverage_check [--runs 3] [--lines 1500]

Ten times the lines are ten times the size. diff-cover, where it is installed, does its part of the same (the changed
lines alone) for comparison. The memory is that of the largest process of all.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.repo import GitRepo

_FILES, _CHANGED = 1_000, 50


def _source(number: int, lines: int) -> str:
    return "".join("\n" if line % 9 == 0 else f"x{line} = {number}\n" for line in range(1, lines))


def _report(files: Mapping[str, str]) -> str:
    classes = []
    for path, text in files.items():
        rows = "".join(
            f'\t\t\t\t\t\t<line number="{number}" hits="{int(number % 10 != 0)}"/>\n'
            for number, line in enumerate(text.splitlines(), start=1)
            if line
        )
        classes.append(f'\t\t\t\t<class name="m" filename="{path}">\n<methods/><lines>\n{rows}</lines></class>\n')
    head = '<?xml version="1.0" ?>\n<coverage version="7" line-rate="0.9"><packages><package name="p"><classes>\n'
    return f"{head}{''.join(classes)}</classes></package></packages></coverage>\n"


def _seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - started


def main() -> None:
    """Make the repository, and print the best time of each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lines", type=int, default=150)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repo = GitRepo(folder / "repo")
        base = {f"src/pkg{number % 40}/mod{number}.py": _source(number, given.lines) for number in range(_FILES)}
        head = {**base, **{path: f"y1 = 1\ny2 = 2\n{base[path]}" for path in sorted(base)[:_CHANGED]}}
        repo.commit(dict(base), "base")
        repo.branch("topic")
        repo.commit(dict(head), "head")
        for side, files in (("base", base), ("head", head)):
            (folder / f"{side}.xml").write_text(_report(files))
        size = (folder / "head.xml").stat().st_size / 1e6
        check = [
            sys.executable,
            "-m",
            "bot",
            "check",
            "--repo",
            str(repo.folder),
            "--base",
            "main",
            "--only",
            "coverage",
        ]
        check += ["--coverage", str(folder / "head.xml"), "--base-coverage", str(folder / "base.xml")]
        commands = {"gonogo check": (check, Path.cwd())}
        if found := shutil.which("diff-cover"):
            commands["diff-cover"] = ([found, str(folder / "head.xml"), "--compare-branch", "main"], repo.folder)
        for title, (command, where) in commands.items():
            best = min(_seconds(command, where) for _ in range(given.runs))
            print(f"{title:14} {best:6.2f} s on {size:.1f} MB, {_FILES:,} files, {_CHANGED} changed")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{'':14} {peak:6.0f} MiB in the largest process so far")


if __name__ == "__main__":
    main()
