"""Times the readiness audit of whole repositories, of pull requests to them, and of a repository that is made to cost.

    python -m bench.readiness_speed [owner/name=FOLDER ...]

Each folder is a clone, bare or not. Printed for each: a whole audit, a change of README.md alone, and a change of one
source file, each as seconds of wall time, seconds of the processors (which a busy machine changes less; what a second
process parses ahead is left out), the largest process, and the ratio of the processors' seconds to those of `git grep`
for one word through all files. The made-up repository has files of 200,000 brackets, megabytes on one line, a million
line breaks, and a change of 3,000 files.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_SOURCES = (".ts", ".py", ".go", ".java", ".cs", ".rb", ".php", ".rs")
_EDITED = 3_000


def _git(folder: Path, *args: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", *args], cwd=folder, input=stdin, check=True, capture_output=True)
    return os.fsdecode(done.stdout).strip()


def _commit(folder: Path, parent: str | None, files: Mapping[str, bytes]) -> str:
    """A commit that sets files; nothing is checked out."""
    lines = [b"commit refs/heads/made\ncommitter Ada <ada@example.org> 0 +0000\ndata 0\n"]
    lines += [f"from {parent}\n".encode()] if parent else []
    for path, content in files.items():
        lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (os.fsencode(path), len(content), content))
    _git(folder, "fast-import", "--quiet", "--force", stdin=b"".join(lines))
    return _git(folder, "rev-parse", "refs/heads/made")


def _measure(argv: Sequence[str], folder: Path) -> tuple[float, float, int]:
    """Seconds of wall time and of the processors, and the memory of the largest process in MiB."""
    started = time.monotonic()
    child = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(argv)}: {child.returncode}")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def _row(title: str, folder: Path, *, base: str | None, head: str) -> None:
    sides = ("--base", base, "--head", head) if base else ("--head", head)
    _, through, _ = _measure(["git", "grep", "-c", "-F", "gonogo", head], folder)
    check = [sys.executable, "-m", "bot", "check", "--repo", str(folder), "--policy", "production-readiness", *sides]
    wall, processors, memory = _measure(check, Path(__file__).parents[1])
    print(f"| {title} | {wall:.1f} | {processors:.1f} | {memory} | {processors / max(through, 0.01):.0f} |", flush=True)


def _of_repository(name: str, source: Path, scratch: Path) -> None:
    _git(scratch, "clone", "-q", "--shared", "--bare", str(source.resolve()), "clone")
    folder = scratch / "clone"
    head = _git(folder, "rev-parse", "HEAD")
    paths = _git(folder, "ls-tree", "-r", "--name-only", head).split("\n")
    edited = next(path for path in paths if path.endswith(_SOURCES) and "test" not in path.lower())
    readme = _commit(folder, head, {"README.md": b"# Changed\n"})
    content = _git(folder, "show", f"{head}:{edited}").encode("utf-8", "surrogateescape")
    change = _commit(folder, head, {edited: content + b"\n\n"})
    _row(f"{name}, {len(paths):,} files", folder, base=None, head=head)
    _row("its README.md changed", folder, base=head, head=readme)
    _row(f"{edited} changed", folder, base=head, head=change)


def _hostile() -> Iterator[tuple[str, bytes]]:
    yield "package.json", b'{"dependencies": {"express": "5", "pg": "8"}}'
    for ending in ("ts", "py", "go"):
        yield f"src/brackets.{ending}", b"[" * 200_000
        yield f"src/one_line.{ending}", b"app.use(limit(redis.get('a', {b: 1})));" * 25_000
        yield f"src/calls.{ending}", b"f(" * 390 + b"a(1);" * 90_000
    yield "config/one_line.json", b'{"secret": "' + b"a:-" * 400_000 + b'"}'
    yield "config/breaks.yml", b"\n" * 1_000_000
    for number in range(_EDITED):
        yield f"src/part{number}.ts", b"import express from 'express'\nexport const app = express()\n" * 4


def _of_hostile(scratch: Path) -> None:
    _git(scratch, "init", "-q", "--bare", "hostile")
    folder = scratch / "hostile"
    files = dict(_hostile())
    base = _commit(folder, None, files)
    edited = {path: content + b"app.listen(1)\n" for path, content in files.items() if "/part" in path}
    _row("made to cost", folder, base=None, head=base)
    _row(f"its {_EDITED:,} files changed", folder, base=base, head=_commit(folder, base, edited))


def main() -> int:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("repositories", nargs="*", metavar="owner/name=FOLDER")
    print("| | seconds | of the processors | MiB | times `git grep` |\n| --- | --- | --- | --- | --- |")
    for repository in parser.parse_args().repositories:
        name, _, folder = repository.partition("=")
        with tempfile.TemporaryDirectory() as scratch:
            _of_repository(name, Path(folder), Path(scratch))
    with tempfile.TemporaryDirectory() as scratch:
        _of_hostile(Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
