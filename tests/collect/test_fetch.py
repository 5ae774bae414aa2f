"""What is not in the checkout is fetched from a real git server, over HTTP, with a token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.collect.change import Repository
from bot.collect.git import Remote
from bot.errors import ChangeError
from bot.model import Change
from bot.settings import Limits
from tests.github_server.handle import GitHub
from tests.repo import GitRepo

_SECRET_LINE = b"two"


@pytest.fixture
def base(repo: GitRepo) -> str:
    for number in range(70):
        repo.commit({f"history/{number % 7}.txt": f"{number}\n"})
    return repo.git("rev-parse", "HEAD")


@pytest.fixture
def head(repo: GitRepo, base: str) -> str:
    repo.branch("feature", base)
    repo.commit({"app.py": "one\n2\nthree\n"})
    head = repo.commit({"new.py": "x\n"})
    repo.switch("main")
    repo.commit({"theirs.py": "x\n"})
    return head


@pytest.fixture
def read_from(github: GitHub, repo: GitRepo, head: str, tmp_path: Path) -> Callable[..., Change]:
    assert head
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "served.git"))
    github.serve_git(tmp_path / "served.git")
    remote = Remote(github.git_url, github.token())

    def read(folder: Path | None, base: str, head: str, remote: Remote = remote) -> Change:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        return Repository(folder, scratch=scratch, limits=Limits(), remote=remote).change(base, head)

    return read


def test_a_change_is_read_without_any_checkout(
    repo: GitRepo, base: str, head: str, read_from: Callable[..., Change]
) -> None:
    tip = repo.git("rev-parse", "main")

    change = read_from(None, tip, head)

    assert change.merge_base.commit == base
    assert [file.path for file in change.files] == ["app.py", "new.py"]
    assert all(file.lines_known for file in change.files)
    assert change.head.read("new.py") == b"x\n"
    assert change.base.read("theirs.py") == b"x\n"
    assert change.base.contains([_SECRET_LINE, b"nowhere"]) == {_SECRET_LINE}


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_checkout_is_completed_without_being_written_to(
    depth: int, repo: GitRepo, base: str, head: str, tmp_path: Path, read_from: Callable[..., Change]
) -> None:
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", f"--depth={depth}", "--branch=feature", f"file://{repo.folder}", str(shallow))
    before = sorted(path for path in shallow.rglob("*"))

    change = read_from(shallow, base, head)

    assert (change.merge_base.commit, len(change.commits), change.gaps) == (base, 2, [])
    assert change.base.read("history/0.txt") == b"63\n"
    assert sorted(path for path in shallow.rglob("*")) == before


def test_a_token_that_is_refused_leaves_a_gap(
    repo: GitRepo, base: str, head: str, tmp_path: Path, github: GitHub, read_from: Callable[..., Change]
) -> None:
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", "--depth=1", "--branch=feature", f"file://{repo.folder}", str(shallow))

    change = read_from(shallow, base, head, Remote(github.git_url, "nonsense"))

    assert not change.readable
    assert change.gaps[0].settle


def test_a_head_that_cannot_be_had_is_an_error(base: str, read_from: Callable[..., Change]) -> None:
    with pytest.raises(ChangeError, match="not in this clone"):
        read_from(None, base, "1" * 40)


def test_the_token_is_in_no_argument_and_in_no_file(
    base: str, head: str, github: GitHub, tmp_path: Path, read_from: Callable[..., Change]
) -> None:
    token = github.token()

    read_from(None, base, head, Remote(github.git_url, token))

    assert token not in repr(Remote(github.git_url, token))
    files = [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if token.encode() in path.read_bytes()]
