"""Asks `migrations.missing` of the last commits of a public project that touch its models, one by one.

    python -m bench.migrations_alembic REPOSITORY [--count 100] [--verbose]

Prints each commit that is not a pass, the counts and the seconds. Whether a report is right is for a reader to say.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.checks.migrations.alembic import ORM
from bot.checks.migrations.face import Answer, Question
from bot.collect.change import Repository
from bot.model import ItemRequest
from bot.settings import Limits

_WORDS = r"Column\(|mapped_column|Mapped\[|Field\(.*(index|foreign_key|max_length|nullable)|UniqueConstraint\(|Index\("


def find_commits(folder: Path, count: int) -> list[str]:
    """The newest commits whose diff has a word of a schema, newest first; merges are left out."""
    command = [
        "git",
        "-C",
        str(folder),
        "log",
        "--no-merges",
        f"-n{count}",
        "--format=%H",
        "-E",
        f"-G{_WORDS}",
        "--",
        "*.py",
    ]
    done = subprocess.run([*command, ":!*test*"], check=True, capture_output=True, text=True)
    return done.stdout.split()


def ask(repository: Repository, commit: str) -> tuple[Answer, float]:
    """The answer of a commit against its parent, and the seconds that it took."""
    from bot.checks.migrations.settings import MissingSettings

    start = time.perf_counter()
    base = repository.resolve(f"{commit}^").commit
    items = [ItemRequest(id=one, settings=MissingSettings(), matches=lambda _: True) for one in Question]
    answer = ORM.judge(repository.change(base, commit), items)
    return answer, time.perf_counter() - start


def main() -> None:
    """Ask, print, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    states: Counter[str] = Counter()
    seconds: list[float] = []
    commits = find_commits(arguments.repository, arguments.count + arguments.skip)[arguments.skip :]
    for commit in commits:
        with tempfile.TemporaryDirectory() as scratch:
            repository = Repository(arguments.repository, scratch=Path(scratch), limits=Limits())
            answer, took = ask(repository, commit)
            repository.close()
        seconds.append(took)
        findings, unknowns = answer.findings.get(Question.MISSING, ()), answer.unknowns.get(Question.MISSING, ())
        state = "fail" if findings else "not-checked" if unknowns else "pass"
        states[state] += 1
        if state != "pass" or arguments.verbose:
            print(f"{commit[:12]} {state} {took:.2f} s")
        for finding in findings:
            place = f"{finding.path}:{finding.line}"
            print(f"    {finding.certainty} {finding.rule} {place} {finding.message}")
        for unknown in unknowns:
            print(f"    ? {unknown.path}:{unknown.line} {unknown.reason}")
        if arguments.verbose:
            for question in (Question.CONFLICTS, Question.EDITED):
                for finding in answer.findings.get(question, ()):
                    print(f"    {question} {finding.rule} {finding.path} {finding.message}")
    times = f"median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s"
    print(f"{len(commits)} commits: {dict(states)}; {times}")


if __name__ == "__main__":
    main()
