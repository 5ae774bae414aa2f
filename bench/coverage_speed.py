"""Times the readers of coverage reports against diff-cover and pycobertura, on made-up reports of one size.

    python bench/coverage_speed.py [--megabytes 50] [--runs 3]

Each run is a process of its own, timed as a whole by the processor's time that it takes, so that other work on the
machine counts little. Prints megabytes a second, the largest process, and how many times as fast as diff-cover's
whole run it is; diff-cover and pycobertura are left out where they are not installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_LINES_A_FILE, _BRANCHES = 75, 0.2
_READ = """
import sys
sys.path.insert(0, sys.argv[1])
from bot.checks.coverage.formats import read_report
with open(sys.argv[2], "rb") as stream:
    report = read_report(stream, "report")
assert report.files, report
"""
_DIFF_COVER = """
import sys
from diff_cover.diff_cover_tool import main
sys.exit(main(["diff-cover", sys.argv[1], "--compare-branch", "main", "--quiet"]))
"""
_PYCOBERTURA = """
import sys
from pycobertura import Cobertura
report = Cobertura(sys.argv[1])
print(report.total_statements(), report.total_misses())
"""


class _Measured(NamedTuple):
    seconds: float
    megabytes: float


def _lines(chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """Yield a line, its hits, and how many of its two arms were taken (-1: no branch)."""
    number = 0
    for _ in range(_LINES_A_FILE):
        number += chance.choice((1, 1, 1, 2, 3))
        hits = chance.choice((0, 1, 1, 1, 12, 530))
        yield number, hits, chance.choice((0, 1, 2)) if chance.random() < _BRANCHES else -1


def make_cobertura(path: Path, size: int) -> None:
    """A report as coverage.py writes it, of about `size` bytes."""
    chance = random.Random(1)  # noqa: S311 - nothing is guarded by it
    with path.open("w") as out:
        out.write('<?xml version="1.0" ?>\n<coverage version="7.10" line-rate="0.8" branch-rate="0.5">\n')
        out.write("\t<sources>\n\t\t<source>/r</source>\n\t</sources>\n\t<packages>\n\t\t<package>\n\t\t\t<classes>\n")
        file = 0
        while out.tell() < size:
            name = f"pkg{file % 100:02}/mod{file:06}.py"
            out.write(f'\t\t\t\t<class name="mod{file:06}.py" filename="{name}" complexity="0" line-rate="0.8">\n')
            out.write("\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n")
            for number, hits, arms in _lines(chance):
                branch = f' branch="true" condition-coverage="{arms * 50}% ({arms}/2)"' if arms >= 0 else ""
                out.write(f'\t\t\t\t\t\t<line number="{number}" hits="{hits}"{branch}/>\n')
            out.write("\t\t\t\t\t</lines>\n\t\t\t\t</class>\n")
            file += 1
        out.write("\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n")


def make_lcov(path: Path, size: int) -> None:
    """A tracefile of about `size` bytes."""
    chance = random.Random(1)  # noqa: S311 - nothing is guarded by it
    with path.open("w") as out:
        file = 0
        while out.tell() < size:
            out.write(f"TN:\nSF:pkg{file % 100:02}/mod{file:06}.py\n")
            # As lcov writes it: functions, branches, then lines.
            lines = list(_lines(chance))
            names = [(number, hits, f"_ZN4shop7reports9Formatter{number:04}Ev") for number, hits, _ in lines[::5]]
            out.writelines(f"FN:{number},{name}\n" for number, _, name in names)
            out.writelines(f"FNDA:{hits},{name}\n" for _, hits, name in names)
            for number, _, arms in lines:
                if arms >= 0:
                    out.writelines(f"BRDA:{number},0,{arm},{int(arm < arms)}\n" for arm in range(2))
            out.writelines(f"DA:{number},{hits}\n" for number, hits, _ in lines)
            out.write(f"LF:{_LINES_A_FILE}\nLH:60\nend_of_record\n")
            file += 1


def _make_repository(folder: Path) -> None:
    """What diff-cover needs: a branch with twenty changed files."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*args: str) -> None:
        argv = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *args]
        subprocess.run(argv, cwd=folder, env=environment, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for branch, text in (("main", "one\n"), ("feature", "one\ntwo\nthree\n")):
        if branch != "main":
            git("switch", "-qc", branch)
        for file in range(20):
            path = folder / f"pkg{file:02}/mod{file:06}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        git("add", "-A")
        git("commit", "-qm", branch)


def _measure(code: str, args: Sequence[str], folder: Path, runs: int) -> _Measured:
    seconds, size = [], 0.0
    for _ in range(runs):
        process = subprocess.Popen([sys.executable, "-c", code, *args], cwd=folder, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(usage.ru_utime + usage.ru_stime)
        if status:
            raise SystemExit(f"a run failed with {os.waitstatus_to_exitcode(status)}")
        size = max(size, usage.ru_maxrss / 1024)
    return _Measured(statistics.median(seconds), size)


def main() -> int:
    """Make the reports, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    root = str(Path(__file__).parents[1])
    print("| report | reader | MB/s | MiB | times diff-cover |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _make_repository(folder)
        for kind, make in (("Cobertura", make_cobertura), ("LCOV", make_lcov)):
            report = folder / f"report.{'xml' if kind == 'Cobertura' else 'info'}"
            make(report, arguments.megabytes * 1_000_000)
            size = report.stat().st_size / 1_000_000
            rows = {"gonogo": _measure(_READ, [root, str(report)], folder, arguments.runs)}
            if importlib.util.find_spec("diff_cover"):
                rows["diff-cover"] = _measure(_DIFF_COVER, [str(report)], folder, arguments.runs)
            if kind == "Cobertura" and importlib.util.find_spec("pycobertura"):
                rows["pycobertura"] = _measure(_PYCOBERTURA, [str(report)], folder, arguments.runs)
            peer = rows.get("diff-cover")
            for name, one in rows.items():
                ratio = f"{peer.seconds / one.seconds:.1f}" if peer else "-"
                print(f"| {kind} | {name} | {size / one.seconds:.1f} | {one.megabytes:.0f} | {ratio} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
