"""A real repository and a reader of changes, for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.collect.change import Repository
from bot.model import Change
from bot.settings import Limits
from tests.repo import GitRepo

ReadChange = Callable[..., Change]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"kept.txt": "kept\n", "app.py": "one\ntwo\nthree\n"}, "first")
    return repo


@pytest.fixture
def read_change(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadChange]:
    opened: list[Repository] = []

    def read(folder: Path, base: str = "main", head: str = "HEAD", limits: Limits | None = None) -> Change:
        limits = limits or Limits()
        repository = Repository(folder, scratch=tmp_path_factory.mktemp("scratch"), limits=limits)
        opened.append(repository)
        return repository.change(repository.resolve(base).commit, repository.resolve(head).commit)

    yield read
    for repository in opened:
        repository.close()
