"""The command as its users run it: a process, its streams and its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.repo import GitRepo

_TIMEOUT_S = 120
_CODE = str(Path(__file__).parents[1])


def gonogo(*args: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *args],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": _CODE, **environment},
        capture_output=True,
        check=False,
        timeout=_TIMEOUT_S,
        text=True,
        errors="surrogateescape",
    )


@pytest.fixture
def feature(repo: GitRepo) -> GitRepo:
    repo.branch("feature")
    repo.commit({"new.py": "print('hello')\n"})
    return repo


@pytest.fixture
def bad(repo: GitRepo) -> GitRepo:
    """A change that breaks the policy: a no-go without any secret."""
    repo.branch("feature")
    repo.commit({".github/gonogo.yml": "items: 3\n"})
    return repo


def test_a_healthy_change_is_go(feature: GitRepo) -> None:
    done = gonogo("check", "--base", "main", folder=feature.folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Go" in done.stdout


def test_a_bad_change_is_no_go(bad: GitRepo) -> None:
    done = gonogo("check", "--base", "main", folder=bad.folder)

    assert (done.returncode, done.stderr) == (1, "")
    assert ".github/gonogo.yml" in done.stdout


def test_json_is_the_contract(bad: GitRepo) -> None:
    report = json.loads(gonogo("check", "--format", "json", folder=bad.folder).stdout)

    assert set(report) >= {"schema", "tool", "repository", "pull_request", "base", "merge_base", "head", "policy"}
    assert set(report) >= {"verdict", "counts", "seconds", "items"}
    assert (report["schema"], report["verdict"], report["pull_request"]) == (1, "no-go", None)
    assert report["head"] == bad.git("rev-parse", "HEAD")
    assert report["base"] == report["merge_base"] == bad.git("rev-parse", "main")
    [item] = [item for item in report["items"] if item["state"] == "fail" and item["required"]]
    assert (item["id"], item["required"], item["level"]) == ("policy.changed", True, "block")
    assert item["findings"][0]["path"] == ".github/gonogo.yml"
    assert item["findings"][0]["line"] == 1
    assert sum(report["counts"].values()) == len(report["items"])


def test_an_empty_range_is_go(repo: GitRepo) -> None:
    done = gonogo("check", "--base", "HEAD", folder=repo.folder)

    assert done.returncode == 0
    assert "nothing to check" in done.stdout


@pytest.mark.parametrize("form", ["terminal", "markdown", "json", "sarif", "html"])
def test_every_format_goes_to_stdout_or_to_a_file(form: str, bad: GitRepo, tmp_path: Path) -> None:
    shown = gonogo("check", "--format", form, folder=bad.folder)
    written = gonogo("check", "--format", form, "--output", str(tmp_path / "report"), folder=bad.folder)

    assert (shown.returncode, written.returncode, written.stdout) == (1, 1, "")
    text = (tmp_path / "report").read_text()
    assert "policy.changed" in text or "policy stays valid" in text
    assert len(text) == pytest.approx(len(shown.stdout), abs=400)


def test_sarif_has_github_s_hash_of_each_line(bad: GitRepo) -> None:
    [run] = json.loads(gonogo("check", "--format", "sarif", folder=bad.folder).stdout)["runs"]
    [result] = run["results"]

    # Made by the code of GitHub's uploader, under Node.
    assert result["partialFingerprints"]["primaryLocationLineHash"] == "d73fb8a1be5cb7fc:1"


def test_a_pipe_gets_no_colours(bad: GitRepo) -> None:
    assert "\x1b" not in gonogo("check", folder=bad.folder).stdout


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["check", "--base", "nope"], 3, "unknown revision 'nope'"),
        (["check", "--head", "nope"], 3, "unknown revision 'nope'"),
        (["check", "--repo", "/nonexistent"], 2, "--repo /nonexistent: no such folder"),
        (["check", "--policy", "nope"], 2, "nope: neither a file nor a shipped policy"),
        (["check", "--only", "nope"], 2, "--only nope: no item of the policy begins so"),
        (["check", "--max-files", "0"], 2, "'0' is not a whole number above 0"),
        (["check", "--format", "xml"], 2, "invalid choice"),
        (["check", "--output", "/nonexistent/x"], 2, "--output /nonexistent/x: No such file or directory"),
        (["nope"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_a_wrong_call_says_so_in_a_line(args: list[str], status: int, words: str, feature: GitRepo) -> None:
    done = gonogo(*args, folder=feature.folder)

    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr.splitlines()[-1]


def test_outside_a_repository_the_status_is_3(tmp_path: Path) -> None:
    done = gonogo("check", folder=tmp_path)

    assert done.returncode == 3
    assert "no git repository" in done.stderr


def test_a_broken_policy_at_the_base_is_named_with_its_line(repo: GitRepo) -> None:
    repo.commit({".github/gonogo.yml": "extends: pull-request\nitems:\n  secrets.addd: {required: block}\n"})
    base = repo.git("rev-parse", "HEAD")
    repo.branch("feature")
    repo.commit({".github/gonogo.yml": "extends: pull-request\n"})

    done = gonogo("check", "--base", "main", folder=repo.folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gonogo: .github/gonogo.yml at {base[:12]}:3: ")
    assert "secrets.added" in done.stderr


def test_a_misnamed_policy_is_not_passed_over(repo: GitRepo) -> None:
    repo.commit({".github/gonogo.yaml": "extends: strict\n"})

    done = gonogo("check", "--base", "HEAD~1", "--head", "HEAD~1", folder=repo.folder)
    misnamed = gonogo("check", "--base", "HEAD", folder=repo.folder)

    assert done.returncode == 0
    assert (misnamed.returncode, misnamed.stdout) == (2, "")
    assert "rename it" in misnamed.stderr


def test_the_heads_policy_judges_nothing(repo: GitRepo) -> None:
    repo.branch("feature")
    repo.commit({".github/gonogo.yml": "items: {policy.changed: {required: off}}\n", "x": "y"})

    report = json.loads(gonogo("check", "--format", "json", folder=repo.folder).stdout)

    assert {item["id"] for item in report["items"]} >= {"policy.changed"}
    assert report["policy"]["name"] == "pull-request"


def test_the_policy_of_the_default_branch_counts_for_a_branch_it_does_not_name(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({".github/gonogo.yml": "name: ours\nextends: pull-request\nbranches: ['release/*']\n"})
    for branch in ("release/1", "other"):
        repo.branch(branch, "main")
        repo.commit({".github/gonogo.yml": f"name: {branch.replace('/', '-')}\nextends: pull-request\n"})
    repo.switch("main")
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))

    names = []
    for base in ("origin/main", "origin/release/1", "origin/other"):
        done = gonogo("check", "--base", base, "--head", base + "~1", "--format", "json", folder=tmp_path / "clone")
        names.append(json.loads(done.stdout)["policy"]["name"])

    assert names == ["ours", "release-1", "ours"]


def test_a_file_named_like_a_shipped_policy_is_not_it(feature: GitRepo) -> None:
    feature.write({"strict": "name: forged\nitems: {}\n"})

    done = gonogo("check", "--policy", "strict", "--format", "json", folder=feature.folder)

    assert json.loads(done.stdout)["policy"]["source"] == "strict (shipped)"


def test_a_shallow_clone_is_no_go_with_the_remedy(feature: GitRepo, tmp_path: Path) -> None:
    feature.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{feature.folder}", str(tmp_path / "shallow"))

    done = gonogo("check", "--base", "origin/main", "--format", "json", folder=tmp_path / "shallow")

    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (1, "no-go")
    assert {item["state"] for item in report["items"]} == {"not-checked"}
    assert "fetch-depth: 0" in report["items"][0]["unknowns"][0]["settle"]


def test_the_same_range_gives_the_same_report(bad: GitRepo) -> None:
    reports = [json.loads(gonogo("check", "--format", "json", folder=bad.folder).stdout) for _ in range(2)]

    for report in reports:
        del report["seconds"]
        for item in report["items"]:
            del item["seconds"]
    assert reports[0] == reports[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_leaves_nothing_behind(number: signal.Signals, feature: GitRepo, tmp_path: Path) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    child = subprocess.Popen(
        [sys.executable, "-m", "bot", "check", "--base", "main"],
        cwd=feature.folder,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": _CODE, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not list(scratch.glob("gonogo-*/engine-*/files/*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    child.send_signal(number)
    stdout, stderr = child.communicate(timeout=30)

    assert (child.returncode, stdout) == (128 + number, "")
    assert stderr == f"gonogo: interrupted by {number.name}\n"
    assert list(scratch.iterdir()) == []


def test_a_reader_that_goes_away_is_no_crash(bad: GitRepo) -> None:
    done = subprocess.run(
        f"{sys.executable} -m bot check --format json | head -c 1",
        shell=True,
        cwd=bad.folder,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": _CODE},
        capture_output=True,
        check=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("{", "")
