"""Baselines that are kept in the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.checks.coverage.known import Side
from bot.checks.coverage.lines import Arms, FileLines, Format, Headline, Measure, Ratio
from bot.checks.coverage.stored import NotStoredError, decode, encode
from bot.cli import main
from tests.checks.coverage.make import lcov, numbered
from tests.repo import GitRepo

POLICY = "extends: pull-request\nitems:\n  coverage.total: {settings: {store: notes}}\n"
FULL = dict.fromkeys(range(1, 41), 1)
SIDE = Side(
    names=["a.xml"],
    formats=frozenset({Format.COVERAGE_PY_XML}),
    files={"ä.py": FileLines(lines=bytearray([0, 3, 1, 0, 2]), arms={4: Arms(1, 2)})},
    totals={Measure.LINES: Ratio(2, 3), Measure.BRANCHES: Ratio(1, 2)},
    headline=Headline(Measure.LINES, Ratio(2, 3), 2),
)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({".github/gonogo.yml": POLICY, "a.js": numbered(40), "b.js": numbered(40)}, "first")
    return repo


def record(repo: GitRepo, report: str, *options: str) -> int:
    path = repo.folder.parent / "lcov.info"
    path.write_text(report)
    return main(["coverage", "record", "--repo", str(repo.folder), "--coverage", str(path), *options])


def check(repo: GitRepo, report: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    path = repo.folder.parent / "head.info"
    path.write_text(report)
    capsys.readouterr()
    arguments = ["--repo", str(repo.folder), "--base", "main", "--only", "coverage", "--format", "json"]
    main(["check", *arguments, "--coverage", str(path)])
    return {item["id"]: item for item in json.loads(capsys.readouterr().out)["items"]}


def test_what_is_kept_is_what_is_compared_with(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(repo, lcov({"a.js": {**FULL, 1: 0}, "b.js": FULL})) == 0
    repo.commit({"c.md": "more\n"})
    assert record(repo, lcov({"a.js": FULL, "b.js": FULL})) == 0
    base = repo.git("rev-parse", "main")
    repo.branch("topic")
    repo.commit({"a.js": numbered(1, 90) + numbered(40)})

    items = check(
        repo, lcov({"a.js": dict.fromkeys(range(1, 42), 1), "b.js": {**FULL, **dict.fromkeys(range(1, 21), 0)}}), capsys
    )

    total = items["coverage.total"]["figures"]
    assert (items["coverage.total"]["state"], total["status"], total["base_commit"]) == ("fail", "ok", base)
    assert (total["base"]["lines"], total["trend"]) == ([80, 80], [98.75, 100, pytest.approx(100 * 61 / 81)])
    assert items["coverage.indirect"]["figures"]["lost"] == {"b.js": list(range(1, 21))}


def test_nothing_is_kept_where_the_policy_does_not_say_so(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({".github/gonogo.yml": "extends: pull-request\n"})

    assert record(repo, lcov({"a.js": FULL})) == 2
    assert "store: notes" in capsys.readouterr().err


def test_nothing_is_kept_for_another_branch(repo: GitRepo) -> None:
    repo.branch("topic")
    repo.commit({"c.js": numbered(3)})

    assert record(repo, lcov({"a.js": FULL})) == 3


def test_a_report_of_other_content_is_not_kept(repo: GitRepo) -> None:
    assert record(repo, lcov({"a.js": dict.fromkeys(range(1, 60), 1)})) == 2
    assert record(repo, "") == 2
    assert "gonogo-coverage" not in repo.git("for-each-ref")


def test_a_side_survives_being_kept() -> None:
    assert decode(encode(SIDE)) == SIDE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        encode(SIDE).replace(b'"version":1', b'"version":2'),
        encode(SIDE).replace(b"[2,3]", b"[4,3]"),
        encode(SIDE).replace(b"[2,3]", b"[-2,3]"),
        encode(SIDE).replace(b"3102", b"3192"),
        encode(SIDE) + b"null\n",
        encode(SIDE).replace(b'"coverage.py XML"', b'"Mine"'),
    ],
    ids=range(8),
)
def test_a_note_that_somebody_else_wrote_is_refused(content: bytes) -> None:
    with pytest.raises(NotStoredError):
        decode(content)
