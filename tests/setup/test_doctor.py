"""`gonogo doctor` says what is missing, weak, fine, and what it cannot know."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.policy.values import POLICY_PATH
from bot.setup.strong import PATH, Suite, render_workflow
from bot.setup.workflows import parse_workflow
from tests.github_server.handle import GitHub
from tests.repo import GitRepo
from tests.setup.conftest import ACTION, Run

STRONG = render_workflow(ACTION, "", None)
CHECKOUT = """\
    steps:
      - uses: actions/checkout@v7
        with: { ref: '${{ github.event.pull_request.head.sha }}' }
"""
CONTEXT = {"required_status_checks": [{"context": "gonogo/verdict"}], "strict_required_status_checks_policy": False}


def _write(repo: GitRepo, workflow: str) -> None:
    (repo.folder / PATH).write_text(workflow)


@pytest.fixture
def asked(github: GitHub, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """A GitHub that holds the project, whose token is in the environment."""
    github.serve_git(repo.folder / ".git")
    repo.git("remote", "add", "origin", f"{github.url}/acme/shop.git")
    monkeypatch.setenv("GITHUB_API_URL", github.api_url)
    monkeypatch.setenv("GH_TOKEN", github.token())
    return github


def test_the_strong_set_up_is_fine(repo: GitRepo, run: Run) -> None:
    _write(repo, STRONG)

    status, said = run("doctor")

    assert status == 0
    assert f"ok       {PATH}: strong" in said
    assert "unknown  whether gonogo/verdict is required: set GH_TOKEN" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("pull_request_target:", "pull_request:", "weak: on `pull_request` the workflow is the pull request's own"),
        (", edited, ready_for_review", "", "pull_request_target is not started by edited, ready_for_review"),
        ("    types: [opened", "    paths: [src]\n    types: [opened", "`paths` of pull_request_target"),
        (ACTION, "acme/gonogo@v1", "acme/gonogo@v1 can be moved to another commit"),
        ("      statuses: write", "      issues: read", "lacks `statuses: write`"),
        ("      contents: read", "      contents: write", "has more than it needs: `contents: write`"),
        (
            "    steps:\n",
            CHECKOUT,
            "the head of a pull request is checked out with a token that may write",
        ),
    ],
)
def test_each_fault_of_a_workflow_is_named_with_its_remedy(
    repo: GitRepo, run: Run, old: str, new: str, words: str
) -> None:
    assert old in STRONG
    _write(repo, STRONG.replace(old, new, 1))

    status, said = run("doctor")

    [line] = [line for line in said.splitlines() if line.startswith("mend")]
    assert (status, words in line, "; " in line) == (1, True, True), line


def test_no_permissions_at_all_are_named(repo: GitRepo, run: Run) -> None:
    job = "on: [pull_request_target]\njobs: {g: {runs-on: ubuntu-latest, steps: [{uses: %s}]}}\n"
    _write(repo, job % ACTION)

    assert "the job g says no permissions" in run("doctor")[1]


def test_write_all_is_more_than_it_needs(repo: GitRepo, run: Run) -> None:
    _write(repo, f"on: pull_request_target\npermissions: write-all\njobs: {{g: {{steps: [{{uses: {ACTION}}}]}}}}\n")

    said = run("doctor")[1]

    assert "has more than it needs: all" in said
    assert "lacks" not in said


def test_a_repository_without_gonogo_is_told_how_to_begin(run: Run) -> None:
    status, said = run("doctor")

    assert (status, "no workflow uses gonogo; gonogo init writes one" in said) == (1, True)


def test_a_policy_with_a_fault_is_named_with_its_line(repo: GitRepo, run: Run) -> None:
    _write(repo, STRONG)
    (repo.folder / POLICY_PATH).write_text("extends: pull-request\nitem: {}\n")

    status, said = run("doctor")

    assert (status, f"{POLICY_PATH}:2" in said) == (1, True)


def test_a_valid_policy_is_counted(repo: GitRepo, run: Run) -> None:
    _write(repo, STRONG)
    (repo.folder / POLICY_PATH).write_text("extends: pull-request\n")

    status, said = run("doctor")

    assert (status, f"ok       {POLICY_PATH} is valid" in said) == (0, True)


def test_coverage_that_nobody_leaves_and_ends_that_nobody_hears_are_named(repo: GitRepo, run: Run) -> None:
    late = render_workflow(ACTION, "", Suite("unit tests", ".github/workflows/tests.yml"))
    _write(repo, late.replace('["unit tests"]', "[others]"))

    _, said = run("doctor")
    assert ".github/workflows/tests.yml leaves no artifact that fits coverage*" in said
    assert f"{PATH} does not hear when unit tests ends" in said

    with (repo.folder / ".github/workflows/tests.yml").open("a") as file:
        file.write("      - uses: actions/upload-artifact@v7\n        with: { name: 'coverage-${{ matrix.os }}' }\n")
    _write(repo, late)
    assert run("doctor")[0] == 0

    _write(repo, late.replace("workflows/tests.yml", "workflows/gone.yml"))
    assert "coverage comes from .github/workflows/gone.yml, which is not there" in run("doctor")[1]


def test_a_shallow_clone_is_noted(repo: GitRepo, run: Run) -> None:
    _write(repo, STRONG)
    (repo.folder / ".git" / "shallow").write_text(repo.git("rev-parse", "HEAD") + "\n")

    status, said = run("doctor")

    assert (status, "git fetch --unshallow" in said) == (0, True)


@pytest.mark.parametrize("how", ["ruleset", "protection"])
def test_a_required_status_is_seen_however_it_is_required(repo: GitRepo, run: Run, asked: GitHub, how: str) -> None:
    _write(repo, STRONG)
    if how == "ruleset":
        asked.add_rule("deletion")
        asked.add_rule("required_status_checks", CONTEXT)
    else:
        asked.protect(["ci", "gonogo/verdict"])

    status, said = run("doctor")

    assert (status, "ok       main requires gonogo/verdict" in said) == (0, True), said


def test_a_status_that_is_not_required_is_named(repo: GitRepo, run: Run, asked: GitHub) -> None:
    _write(repo, STRONG)
    asked.protect(["gonogo/report"])

    status, said = run("doctor")

    assert status == 1
    assert "mend     main does not require gonogo/verdict" in said
    assert "mend     gonogo/report is required" in said


def test_a_queue_that_would_wait_for_ever_is_named(repo: GitRepo, run: Run, asked: GitHub) -> None:
    asked.add_rule("merge_queue")
    asked.protect(["gonogo/verdict"])
    _write(repo, STRONG.replace("  merge_group:\n", ""))
    before = run("doctor")
    _write(repo, STRONG)

    assert (before[0], "main has a merge queue" in before[1]) == (1, True)
    assert run("doctor")[0] == 0


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 404}, {"drop": True}])
def test_what_the_token_may_not_read_is_unknown_and_no_fault(
    repo: GitRepo, run: Run, asked: GitHub, fault: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.collect.platform._WAIT_BUDGET_S", 0.0)
    _write(repo, STRONG)
    asked.fail("GET", "*rules*", times=None, **fault)

    status, said = run("doctor")

    assert status == 0
    assert "unknown  whether main requires gonogo/verdict: not all of its rules could be read" in said
    assert "unknown  rules of main: GitHub did not list the rules of the branch" in said


def test_a_repository_that_github_does_not_show_is_unknown(
    repo: GitRepo, run: Run, asked: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(repo, STRONG)
    assert asked.requests == []
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/other")

    status, said = run("doctor")

    assert (status, "unknown  whether gonogo/verdict is required: GitHub did not show the repository" in said) == (
        0,
        True,
    )


def test_a_remote_elsewhere_leaves_open_what_is_required(
    repo: GitRepo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(repo, STRONG)
    monkeypatch.setenv("GH_TOKEN", "ghp_none")

    assert "name the repository with --repository" in run("doctor")[1]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"a: [",
        b"[]",
        b"name: x",
        b"on: push\n" + b"#" * (1 << 20),
        b"[" * 100_000,
        b"on: !!python/name:os.x 1",
    ],
    ids=["not text", "not YAML", "a list", "no event", "too large", "deep", "a tag"],
)
def test_a_file_that_is_no_workflow_is_named_and_the_rest_is_said(repo: GitRepo, run: Run, content: bytes) -> None:
    with pytest.raises(UsageError):
        parse_workflow("x.yml", content)
    _write(repo, STRONG)
    (repo.folder / ".github/workflows/odd.yml").write_bytes(content)

    status, said = run("doctor")

    assert (status, "unknown  .github/workflows/odd.yml cannot be read as a workflow" in said) == (0, True)


@pytest.mark.parametrize(
    "content", [b"on: push", b"on: [push, pull_request]", b"on:\n  push:\njobs: 3", b"on: {push: 1}"]
)
def test_odd_but_readable_workflows_are_read(content: bytes) -> None:
    assert "push" in parse_workflow("x.yml", content).events


def test_names_of_steps_and_files_cannot_act_on_the_terminal(repo: GitRepo, run: Run) -> None:
    _write(repo, STRONG.replace(f"uses: {ACTION}", 'uses: "acme/gonogo@\\e[31mv1"'))

    assert "\x1b" not in run("doctor")[1]


def test_the_folder_must_be_a_repository(run: Run, tmp_path: Path) -> None:
    assert run("doctor", "--repo", str(tmp_path))[0] == 3
    assert run("doctor", "--repo", str(tmp_path / "nosuch"))[0] == 2
