"""Times `gonogo check --only security` on changes of several shapes; each run is a process of its own.

    python -m bench.security_code [--only SHAPE]... [FOLDER...]

The shapes are made up: few edits in a large repository, a package that moves, thousands of files that are edited or
added, many results of SARIF. With FOLDERs, clones, the newest commits of their main branches that touch Python are
judged instead, and the median and the 95th percentile of the seconds are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "gc.auto=0")
_COUNT = 30
_CHECK = (sys.executable, "-m", "bot", "check", "--format", "json", "--max-files", "20000", "--time-budget", "900")


def _git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", *_AUTHOR, *args], cwd=folder, env=_ENVIRONMENT, check=True, capture_output=True)
    return done.stdout.decode()


def _module(number: int, *, fault: bool = False) -> str:
    """A module of some 60 lines, as applications have them."""
    chance = random.Random(number)  # noqa: S311 - nothing is guarded by it
    functions = [
        f"def handle_{chance.randrange(10**6)}(request, value_{part}):\n"
        f'    """Handle one of {chance.randrange(10**4)}."""\n'
        f"    found = [item.{chance.choice(('name', 'total', 'price'))} for item in request.items if item]\n"
        f"    return {{'value': value_{part}, 'found': found, 'number': {chance.randrange(10**6)}}}\n\n\n"
        for part in range(10)
    ]
    unsafe = f"def read_{number}(text):\n    return eval(text)\n\n\n" if fault else ""
    return "import json\nimport subprocess\n\n\n" + unsafe + "".join(functions)


def _start(folder: Path, count: int) -> None:
    """A repository of so many modules on main, each tenth with an old fault, and the branch `change`."""
    _git(folder, "init", "-q", "-b", "main")
    for number in range(count):
        path = folder / f"pkg{number % 50:02}" / f"mod{number:05}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_module(number, fault=number % 10 == 0))
    _commit(folder)
    _git(folder, "switch", "-qc", "change")


def _commit(folder: Path) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "change")


def _edit(folder: Path, count: int) -> None:
    for path in sorted(folder.glob("pkg*/*.py"))[:count]:
        path.write_text("import sys\n" + path.read_text() + "\nX = sys.argv\n")
    _commit(folder)


def _few_edits(folder: Path) -> None:
    _start(folder, 10_000)
    _edit(folder, 10)


def _moved(folder: Path) -> None:
    _start(folder, 1_243)
    for path in sorted(folder.glob("pkg*")):
        path.rename(folder / f"moved_{path.name}")
    _commit(folder)


def _moved_and_edited(folder: Path) -> None:
    _start(folder, 1_243)
    for path in sorted(folder.glob("pkg*")):
        path.rename(folder / f"moved_{path.name}")
    for path in folder.glob("moved_*/*.py"):
        path.write_text(path.read_text() + "\nX = 1\n")
    _commit(folder)


def _many_edits(folder: Path) -> None:
    _start(folder, 3_000)
    _edit(folder, 3_000)


def _touched(folder: Path) -> None:
    """Ten thousand files: 8,000 only moved, 2,000 edited."""
    _start(folder, 10_000)
    for number in range(40):
        (folder / f"pkg{number:02}").rename(folder / f"moved{number:02}")
    _edit(folder, 2_000)


def _many_results(folder: Path) -> None:
    _start(folder, 500)
    _edit(folder, 500)
    paths = sorted(str(path.relative_to(folder)) for path in folder.glob("pkg*/*.py"))
    results = [
        {
            "ruleId": f"r{number % 40}",
            "level": "warning",
            "message": {"text": f"message {number % 900}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": paths[number % len(paths)]},
                        "region": {"startLine": number % 60 + 1},
                    }
                }
            ],
        }
        for number in range(25_000)
    ]
    driver = {"driver": {"name": "Other", "rules": []}}
    log = {"version": "2.1.0", "runs": [{"tool": driver, "results": results}]}
    (folder.parent / "other.sarif").write_text(json.dumps(log))


SHAPES: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "10 edits in 10,000 files": (_few_edits, "security."),
    "1,243 files moved": (_moved, "security."),
    "1,243 files moved and edited": (_moved_and_edited, "security."),
    "3,000 files edited": (_many_edits, "security."),
    "10,000 files touched, 2,000 of them edited": (_touched, "security."),
    "25,000 results of SARIF": (_many_results, "security.sarif"),
}


@dataclass(frozen=True)
class Run:
    """Wall seconds and seconds of all processors of one run, and the states of the items."""

    seconds: float
    worked: float
    states: str


def _time(folder: Path, base: str, head: str, *more: str) -> Run:
    argv = [*_CHECK, "--repo", str(folder), "--base", base, "--head", head, *more]
    started, worked = time.perf_counter(), _worked()
    done = subprocess.run(argv, env=_ENVIRONMENT, check=False, capture_output=True)
    items = json.loads(done.stdout)["items"]
    states = " ".join(f"{item['id'].partition('.')[2]}={item['state']}" for item in items)
    return Run(time.perf_counter() - started, _worked() - worked, states)


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measure_shape(name: str) -> None:
    make, items = SHAPES[name]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "repo"
        folder.mkdir()
        make(folder)
        sarif = Path(scratch) / "other.sarif"
        given = ("--sarif", str(sarif)) if sarif.exists() else ()
        run = _time(folder, "main", "change", "--only", items, *given)
    print(f"{name}: {run.seconds:.1f} s, {run.worked:.1f} s of the processors ({run.states})")


def _measure_clone(folder: Path) -> list[Run]:
    commits = _git(folder, "log", "--first-parent", f"-{_COUNT}", "--format=%H", "HEAD", "--", "*.py").split()
    return [_time(folder, f"{commit}^", commit, "--only", "security.") for commit in commits]


def main() -> int:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=SHAPES)
    parser.add_argument("clones", nargs="*", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    for name in arguments.only or ([] if arguments.clones else SHAPES):
        _measure_shape(name)
    runs = [run for folder in arguments.clones for run in _measure_clone(folder)]
    for name, every in (("wall", [run.seconds for run in runs]), ("processors", [run.worked for run in runs])):
        if every:
            last = statistics.quantiles(every, n=20)[-1]
            print(
                f"{len(every)} changes, {name}: median {statistics.median(every):.2f} s, 95th percentile {last:.2f} s"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
