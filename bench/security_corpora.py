"""Replays the OWASP Benchmark for Python, labelled by others, as one pull request that adds its test cases.

    git clone https://github.com/OWASP-Benchmark/BenchmarkPython
    python -m bench.security_corpora BenchmarkPython

Prints by kind: real cases found and missed, safe cases with a false alarm. A case is found where a rule of its kind
tells of its file, as a finding that fails or as advice.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.checks.security import CHECK
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.model import ItemRequest, Outcome, Request
from bot.settings import Limits
from tests.repo import GitRepo

# Kind of the corpus to the rules that are of it; a kind without rules cannot be found.
RULES = {
    "cmdi": {"S602", "S603", "S604", "S605", "S606"},
    "codeinj": {"S102", "S307"},
    "deserialization": {"S301", "S506"},
    "hash": {"S324"},
    "sqli": {"S608"},
    "weakrand": {"S311"},
    "xxe": {"S313", "S314", "S315", "S316", "S317", "S318", "S319"},
}


def _show(corpus: str, path: str) -> bytes:
    return subprocess.run(["git", "-C", corpus, "show", f"HEAD:{path}"], capture_output=True, check=True).stdout


def _judge(folder: Path, scratch: Path) -> Outcome:
    repository = Repository(folder, scratch=scratch, limits=Limits())
    change = repository.change(repository.resolve("main").commit, repository.resolve("change").commit)
    spec = next(spec for spec in CHECK.items() if spec.id == "security.code")
    item = ItemRequest(id=spec.id, settings=spec.settings(fail_on="nothing"), matches=lambda _: True)
    request = Request(change=change, items=[item], tools=EngineTools(scratch), salt=b"", deadline_s=120.0)
    [outcome] = CHECK.run(request).outcomes
    repository.close()
    return outcome


def _replay(corpus: str, names: list[str], found: dict[str, set[str]], unread: set[str]) -> None:
    """Add the cases to a fresh repository and note the rules that are told of each."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = GitRepo(Path(scratch) / "repo")
        repo.commit({"README": "x\n"})
        repo.branch("change")
        repo.commit({f"app/{name}.py": _show(corpus, f"testcode/{name}.py") for name in names})
        outcome = _judge(repo.folder, Path(scratch))
    for finding in outcome.findings:
        found.setdefault(Path(finding.path or "").stem, set()).add(finding.rule)
    unread.update(Path(unknown.path or "").stem for unknown in outcome.unknowns)


def main() -> int:
    """Replay in changes of 100 cases, for the list of findings has an end, and print the table."""
    corpus = sys.argv[1]
    lines = _show(corpus, "expectedresults-0.1.csv").decode().splitlines()[1:]
    cases = [(name, kind, real == "true") for name, kind, real, *_ in csv.reader(lines)]
    found: dict[str, set[str]] = {}
    unread: set[str] = set()
    start = time.perf_counter()
    for first in range(0, len(cases), 100):
        _replay(corpus, [name for name, *_ in cases[first : first + 100]], found, unread)
    seconds = time.perf_counter() - start
    counts = Counter((kind, real, bool(found.get(name, set()) & RULES.get(kind, set()))) for name, kind, real in cases)
    print("| kind | found | missed | false | safe |\n| --- | --- | --- | --- | --- |")
    for kind in sorted({kind for _, kind, _ in cases}):
        false, quiet = counts[kind, False, True], counts[kind, False, False]
        print(f"| {kind} | {counts[kind, True, True]} | {counts[kind, True, False]} | {false} | {false + quiet} |")
    print(f"{len(cases)} cases, {len(unread)} named as not checked, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
