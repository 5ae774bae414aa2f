"""git fetches from the server as it does from GitHub, and the API shows the same content."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from github import Auth, Github

from tests.github_server.handle import GitHub
from tests.repo import GitRepo

if TYPE_CHECKING:
    from github.Repository import Repository

Git = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def origin(github: GitHub, tmp_path: Path) -> GitRepo:
    """A repository with a change on `feat/x`, served by the server as pull request 7."""
    repo = GitRepo(tmp_path / "origin")
    base = repo.commit({"a.py": "one\ntwo\n", "old.txt": "kept as it is\n" * 5, "bin": b"\0\1"}, "base")
    repo.branch("feat/x")
    repo.commit({"a.py": "one\nthree\n", "bin": b"\0\2"}, "first")
    repo.git("mv", "old.txt", "new name.txt")
    head = repo.commit({"dir/é.txt": "new\n"}, "second")
    repo.git("update-ref", "refs/pull/7/head", head)
    repo.switch("main")
    github.serve_git(repo.folder / ".git")
    github.add_pull(7, head_ref="feat/x", base_sha=base, head_sha=head)
    return repo


@pytest.fixture
def git(github: GitHub, tmp_path: Path) -> Git:
    """Runs git with an empty configuration and with a token, as the action does."""

    def run(*args: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        if token:
            basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
            environment |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{github.url}/.extraheader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
            }
        return subprocess.run(
            ["git", *args], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def repo(github: GitHub, origin: GitRepo) -> Repository:
    assert origin.folder.is_dir()
    client = Github(auth=Auth.Token(github.token()), base_url=github.api_url, retry=None, seconds_between_requests=0)
    return client.get_repo("acme/shop")


def test_a_commit_is_fetched_by_its_sha_without_blobs(github: GitHub, origin: GitRepo, git: Git) -> None:
    head = origin.git("rev-parse", "feat/x")
    git("init", "-q", "--bare", "copy")

    done = git(
        "-C", "copy", "fetch", "-q", "--depth=1", "--filter=blob:none", github.git_url, head, token=github.token()
    )

    assert (done.returncode, done.stderr) == (0, "")
    objects = git("-C", "copy", "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").stdout.split()
    assert sorted(set(objects)) == ["commit", "tree"]
    assert objects.count("commit") == 1
    assert {request.headers["User-Agent"].partition("/")[0] for request in github.git_requests} == {"git"}


def test_a_wrong_token_is_refused(github: GitHub, origin: GitRepo, git: Git) -> None:
    assert origin.folder.is_dir()

    assert git("ls-remote", github.git_url, token="ghs_wrong").returncode == 128
    assert {request.status for request in github.git_requests} == {401}


def test_a_private_repository_asks_for_a_token(github: GitHub, origin: GitRepo, git: Git) -> None:
    assert origin.folder.is_dir()
    github.state.repository["private"] = True

    assert git("ls-remote", github.git_url).returncode == 128
    assert git("ls-remote", github.git_url, token=github.token()).returncode == 0


def test_nothing_can_be_pushed(github: GitHub, origin: GitRepo, git: Git) -> None:
    done = git("-C", str(origin.folder), "push", github.git_url, "main:other", token=github.token())

    assert done.returncode == 128
    assert "403" in done.stderr


def test_a_fetch_can_be_cut_off(github: GitHub, origin: GitRepo, git: Git) -> None:
    assert origin.folder.is_dir()
    github.fail("GET", "/acme/shop.git/*", drop=True)

    assert git("ls-remote", github.git_url).returncode == 128
    assert git("ls-remote", github.git_url).returncode == 0


def test_the_changed_files_are_those_of_git(repo: Repository) -> None:
    files = {file.filename: file for file in repo.get_pull(7).get_files()}

    assert {name: file.status for name, file in files.items()} == {
        "a.py": "modified",
        "bin": "modified",
        "dir/é.txt": "added",
        "new name.txt": "renamed",
    }
    assert files["a.py"].patch == "@@ -1,2 +1,2 @@\n one\n-two\n+three"
    assert (files["a.py"].additions, files["a.py"].deletions, files["new name.txt"].previous_filename) == (
        1,
        1,
        "old.txt",
    )
    assert files["bin"].raw_data.get("patch") is None


def test_a_pull_request_counts_its_commits_and_files(repo: Repository) -> None:
    pull = repo.get_pull(7)

    assert (pull.commits, pull.changed_files, pull.additions, pull.deletions) == (2, 4, 2, 1)
    assert [commit.commit.message for commit in pull.get_commits()] == ["first", "second"]


def test_a_comparison_is_from_the_merge_base(origin: GitRepo, repo: Repository) -> None:
    origin.commit({"later.txt": "x\n"}, "main went on")

    comparison = repo.compare("main", "feat/x")

    assert (comparison.status, comparison.ahead_by, comparison.behind_by) == ("diverged", 2, 1)
    assert sorted(file.filename for file in comparison.files) == ["a.py", "bin", "dir/é.txt", "new name.txt"]


def test_a_file_is_read_at_a_revision(origin: GitRepo, repo: Repository) -> None:
    read = repo.get_contents("a.py", ref="feat/x")

    assert not isinstance(read, list)
    assert read.decoded_content == b"one\nthree\n"
    assert read.sha == origin.git("rev-parse", "feat/x:a.py")
