"""Fixtures of the set-up's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.repo import GitRepo

ACTION = "acme/gonogo@" + "0123456789abcdef" * 2 + "01234567"
TESTS = "name: unit tests\non: {pull_request: , push: {branches: [main]}}\npermissions: {contents: read}\njobs:\n  t:\n"
TESTS += "    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A Python project whose tests run on pull requests; the environment names no token."""
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL"):
        monkeypatch.delenv(name, raising=False)
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"pyproject.toml": "[project]\n", ".github/workflows/tests.yml": TESTS})
    return repo


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the project; gives its exit status and what it printed, errors included."""

    def call(*arguments: str) -> tuple[int, str]:
        status = main([arguments[0], "--repo", str(repo.folder), *arguments[1:]])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return call
