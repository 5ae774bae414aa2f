"""Replays corpora that others labelled as pull requests.

    git clone https://github.com/OWASP-Benchmark/BenchmarkPython
    git clone https://github.com/PyCQA/bandit
    git clone --filter=blob:none https://github.com/astral-sh/ruff
    python -m bench.security_corpora owasp BenchmarkPython
    python -m bench.security_corpora bandit bandit
    python -m bench.security_corpora ruff ruff

Each prints what was found, missed and false when the files are added, and how many are new when they are only moved.
"""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bench.security_replay import replay_added, replay_moved
from bot.model import Finding, Outcome

# Kind of the OWASP Benchmark to the rules that are of it; a kind without rules cannot be found.
OWASP_RULES = {
    "cmdi": {"S602", "S603", "S604", "S605", "S606"},
    "codeinj": {"S102", "S307"},
    "deserialization": {"S301", "S506"},
    "hash": {"S324"},
    "sqli": {"S608"},
    "weakrand": {"S311"},
    "xxe": {"S313", "S314", "S315", "S316", "S317", "S318", "S319"},
}
# The rules on what is imported are left out by intention, `S412` as well, and of two for `mark_safe` one counts.
_IMPORTS = re.compile(r"S4\d\d")
_RUFF = "crates/ruff_linter"


@dataclass(frozen=True)
class Row:
    """One line of a table: what the labels have, what of it was found, what was told beside it."""

    name: str
    labelled: int
    found: int
    beside: int


def _git(corpus: str, *args: str) -> bytes:
    return subprocess.run(["git", "-C", corpus, *args], capture_output=True, check=True).stdout


def _list(corpus: str, folder: str, ending: str) -> list[str]:
    names = _git(corpus, "ls-tree", "-r", "--name-only", "HEAD", folder).decode().splitlines()
    return [name for name in names if name.endswith(ending)]


def _added(files: Mapping[str, bytes]) -> tuple[dict[str, list[Finding]], Sequence[str]]:
    """By file: what is told when it is added; and the files that could not be read."""
    told: dict[str, list[Finding]] = {name: [] for name in files}
    unread = []
    for outcome in replay_added(files):
        for finding in outcome.findings:
            told[_inside(finding.path)].append(finding)
        unread += [_inside(unknown.path) for unknown in outcome.unknowns]
    return told, unread


def _inside(path: str | None) -> str:
    return (path or "").partition("/")[2]


def _moved(files: Mapping[str, bytes]) -> Counter[str]:
    """How many findings are new, and how many known, when every file is moved and nothing else."""
    counts: Counter[str] = Counter()
    for outcome in replay_moved(files):
        counts["new"] += _figure(outcome, "new")
        counts["known"] += _figure(outcome, "known")
    return counts


def _figure(outcome: Outcome, name: str) -> int:
    value = outcome.figures[name]
    return value if isinstance(value, int) else 0


def _owasp(corpus: str) -> Iterator[Row]:
    lines = _git(corpus, "show", "HEAD:expectedresults-0.1.csv").decode().splitlines()[1:]
    cases = [(name, kind, real == "true") for name, kind, real, *_ in csv.reader(lines)]
    files = {f"{name}.py": _git(corpus, "show", f"HEAD:testcode/{name}.py") for name, *_ in cases}
    told, unread = _added(files)
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for name, kind, real in cases:
        rules = {finding.rule for finding in told[f"{name}.py"]}
        counts[kind, real, bool(rules & OWASP_RULES.get(kind, set()))] += 1
    for kind in sorted({kind for _, kind, _ in cases}):
        found, false = counts[kind, True, True], counts[kind, False, True]
        safe = false + counts[kind, False, False]
        yield Row(f"{kind}, {safe} safe", found + counts[kind, True, False], found, false)
    _tell(files, unread)


def _tell(files: Mapping[str, bytes], unread: Sequence[str]) -> None:
    moved = _moved(files)
    print(f"{len(files)} files, {len(set(unread))} named as not checked")
    print(f"all moved: {moved['new']} findings new, {moved['known']} known")


def _bandit(corpus: str) -> Iterator[Row]:
    expected = _bandit_counts(_git(corpus, "show", "HEAD:tests/functional/test_functional.py").decode())
    files = {name: _git(corpus, "show", f"HEAD:examples/{name}") for name in expected}
    told, unread = _added(files)
    for name, number in sorted(expected.items()):
        count = len(told[name])
        yield Row(name, number, min(number, count), max(count - number, 0))
    _tell(files, unread)


def _bandit_counts(source: str) -> dict[str, int]:
    """Example to the number of issues that bandit's own tests ask for, the largest where there are several."""
    counts: dict[str, int] = {}
    for test in ast.walk(ast.parse(source)):
        known: dict[str, object] = {}
        for node in _in_order(test) if isinstance(test, ast.FunctionDef) else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known[node.targets[0].id] = _value(node.value, known)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "check_example":
                name, expected = (_value(argument, known) for argument in node.args)
                if isinstance(name, str) and isinstance(expected, dict):
                    counts[name] = max(counts.get(name, 0), sum(expected["SEVERITY"].values()))
    return counts


def _in_order(test: ast.AST) -> Iterator[ast.AST]:
    yield from sorted(
        (node for node in ast.walk(test) if isinstance(node, ast.Assign | ast.Call)), key=lambda node: node.lineno
    )


def _value(node: ast.expr, known: Mapping[str, object]) -> object:
    match node:
        case ast.Name():
            return known.get(node.id)
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return {_value(key, known): _value(value, known) for key, value in pairs if key}
        case ast.Constant():
            return node.value
    return None


def _ruff(corpus: str) -> Iterator[Row]:
    folder = f"{_RUFF}/resources/test/fixtures/flake8_bandit"
    files = {PurePosixPath(path).name: _git(corpus, "show", f"HEAD:{path}") for path in _list(corpus, folder, "")}
    expected = _ruff_labels(corpus)
    kept = {name: content for name, content in files.items() if any(name == file for file, _ in expected)}
    told, unread = _added(kept)
    for (name, rule), lines in sorted(expected.items()):
        found = Counter(finding.line or 0 for finding in told[name] if finding.rule == rule)
        both = (Counter(lines) & found).total()
        yield Row(f"{rule} in {name}", len(lines), both, (found - Counter(lines)).total())
    _tell(kept, unread)


def _ruff_labels(corpus: str) -> dict[tuple[str, str], list[int]]:
    """File and rule to the lines that ruff's own snapshots have; those of other settings are left out."""
    labels: dict[tuple[str, str], list[int]] = {}
    for path in _list(corpus, f"{_RUFF}/src/rules/flake8_bandit/snapshots", ".snap"):
        named = re.search(r"__tests__(S\d+)_(S\d+\w*\.pyi?)\.snap$", path)
        if named is None or _IMPORTS.fullmatch(named[1]):
            continue
        snapshot = _git(corpus, "show", f"HEAD:{path}").decode()
        places = re.findall(rf"^{named[1]} .*\n +--> {re.escape(named[2])}:(\d+):\d+$", snapshot, re.MULTILINE)
        labels[named[2], named[1]] = [int(line) for line in places]
    return labels


CORPORA: Mapping[str, Callable[[str], Iterator[Row]]] = {"owasp": _owasp, "bandit": _bandit, "ruff": _ruff}


def main() -> int:
    """Print the table of one corpus."""
    rows = list(CORPORA[sys.argv[1]](sys.argv[2]))
    print("| | labelled | found | missed | beside the labels |\n| --- | --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row.name} | {row.labelled} | {row.found} | {row.labelled - row.found} | {row.beside} |")
    labelled, found, beside = (sum(getattr(row, name) for row in rows) for name in ("labelled", "found", "beside"))
    print(f"| all | {labelled} | {found} | {labelled - found} | {beside} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
