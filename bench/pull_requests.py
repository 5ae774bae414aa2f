"""Runs `gonogo check` on merged pull requests of public repositories, and prints a table of the verdicts.

    python bench/pull_requests.py --most 20 --json results.json owner/name=FOLDER [owner/name=FOLDER ...]

Each folder is a clone of the repository, bare or not, with its whole history. A pull request is a commit on the first
parents' line of HEAD whose subject names one: a merge commit (`Merge pull request #12 ...`) is judged as its second
parent against its first, a squashed one (`... (#12)`) as itself against its parent.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MERGED = re.compile(r"Merge pull request #(\d+) ")
_SQUASHED = re.compile(r"\(#(\d+)\)$")


@dataclass(frozen=True)
class PullRequest:
    """A merged pull request: its number, and the two commits that it lies between."""

    number: int
    base: str
    head: str


def find_pull_requests(folder: Path, revision: str, most: int) -> Iterator[PullRequest]:
    """Yield the newest merged pull requests of a branch, newest first."""
    log = subprocess.run(
        ["git", "log", "--first-parent", "-z", "--format=%H %P%x01%s", revision],
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
        errors="replace",
    ).stdout
    found = 0
    for record in log.split("\0"):
        names, _, subject = record.partition("\x01")
        commit, *parents = names.split()
        if len(parents) == 2 and (match := _MERGED.match(subject)):  # noqa: PLR2004 - a merge of two
            pull = PullRequest(int(match[1]), parents[0], parents[1])
        elif len(parents) == 1 and (match := _SQUASHED.search(subject)):
            pull = PullRequest(int(match[1]), parents[0], commit)
        else:
            continue
        yield pull
        found += 1
        if found == most:
            return


def judge(folder: Path, pull: PullRequest) -> dict[str, Any]:
    """The report on a pull request, with the seconds that the command took; `error` where there was none."""
    started = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bot", "check", "--repo", str(folder)),
            *("--base", pull.base, "--head", pull.head, "--policy", "pull-request", "--format", "json"),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    seconds = time.monotonic() - started
    if done.returncode not in {0, 1}:
        return {"error": f"exit {done.returncode}: {done.stderr.strip()[-300:]}", "wall": seconds}
    return {**json.loads(done.stdout), "wall": seconds}


def _print_row(name: str, pull: PullRequest, report: dict[str, Any]) -> None:
    wrong = [
        f"{item['id']} {item['state']}: {item['reason']}"
        for item in report.get("items", [])
        if item["state"] not in {"pass", "not-applicable"} or item["findings"]
    ]
    words = "; ".join(wrong) or report.get("error", "")
    verdict = report.get("verdict", "error")
    print(f"| {name} | #{pull.number} | {pull.head[:12]} | {verdict} | {report['wall']:.1f} | {words} |")


def main() -> int:
    """Judge, print the table, and write all reports as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("repositories", nargs="+", metavar="owner/name=FOLDER")
    parser.add_argument("--most", type=int, default=20, help="pull requests of each repository (20)")
    parser.add_argument("--revision", default="HEAD", help="where their history begins (HEAD)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all reports to a file")
    arguments = parser.parse_args()
    print("| repository | pull request | head | verdict | seconds | what was found |")
    print("| --- | --- | --- | --- | --- | --- |")
    reports = []
    for repository in arguments.repositories:
        name, _, folder = repository.partition("=")
        for pull in find_pull_requests(Path(folder), arguments.revision, arguments.most):
            report = judge(Path(folder), pull)
            reports.append({**report, "repository": name, "number": pull.number})
            _print_row(name, pull, report)
            sys.stdout.flush()
    if arguments.json:
        arguments.json.write_text(json.dumps(reports, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
