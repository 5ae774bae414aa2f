"""Check runs and statuses are kept within GitHub's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.github_server.client import HEAD, Http
from tests.github_server.handle import GitHub

if TYPE_CHECKING:
    from github.Repository import Repository


def annotation(line: int) -> dict[str, object]:
    return {"path": "a.py", "start_line": line, "end_line": line, "annotation_level": "warning", "message": "m"}


def test_120_annotations_come_in_three_batches(github: GitHub, repo: Repository) -> None:
    run = repo.create_check_run(name="gonogo/report", head_sha=HEAD, status="in_progress")
    for start in (1, 51, 101):
        batch = [annotation(line) for line in range(start, min(start + 50, 121))]
        run.edit(output={"title": "t", "summary": "s", "annotations": batch})
    run.edit(status="completed", conclusion="failure")

    [made] = github.check_runs(HEAD)
    assert (made["status"], made["conclusion"], made["output"]["annotations_count"]) == ("completed", "failure", 120)
    assert [a.start_line for a in repo.get_check_run(run.id).get_annotations()] == list(range(1, 121))


def output(*annotations: dict[str, object], **members: str) -> dict[str, object]:
    return {"output": {"title": "t", "summary": "s", "annotations": annotations, **members}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "completed"}, 'Invalid request.\n\n"conclusion" wasn\'t supplied'),
        ({"conclusion": "stale"}, "Invalid request.\n\nstale is not a conclusion that can be set"),
        (output({**annotation(3), "end_line": 2}), "Invalid request.\n\nend_line must not be before start_line"),
        (output({**annotation(3), "title": "x" * 256}), "Invalid request.\n\nOnly 255 characters are allowed in title"),
        (
            output({**annotation(3), "end_line": 4, "end_column": 2}),
            "Invalid request.\n\nstart_column and end_column are only allowed where start_line is end_line",
        ),
        ({"head_sha": "f" * 40}, f"No commit found for SHA: {'f' * 40}"),
    ],
)
def test_a_check_run_past_a_limit_is_refused(
    github: GitHub, http: Http, changes: dict[str, object], message: str
) -> None:
    answer = http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD, **changes})

    assert (answer.status_code, answer.json()["message"]) == (422, message)
    assert github.check_runs(HEAD) == []


@pytest.mark.parametrize(
    "changes",
    [output(summary="x" * 65_536), output(text="x" * 65_536), output(*(annotation(line) for line in range(1, 52)))],
    ids=["summary", "text", "annotations"],
)
def test_a_check_run_past_a_limit_that_is_described_is_a_violation_too(
    github: GitHub, http: Http, changes: dict[str, object]
) -> None:
    assert http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD, **changes}).status_code == 422
    assert len(github.violations) == 1
    github.violations.clear()


def test_of_each_name_the_newest_check_run_is_listed(repo: Repository) -> None:
    for _ in range(2):
        repo.create_check_run(name="a", head_sha=HEAD)
    newest = repo.create_check_run(name="b", head_sha=HEAD)
    commit = repo.get_commit(HEAD)

    assert [run.name for run in commit.get_check_runs()] == ["b", "a"]
    assert [run.name for run in commit.get_check_runs(filter="all")] == ["b", "a", "a"]
    assert [run.id for run in commit.get_check_runs(check_name="b")] == [newest.id]


def test_a_forks_pull_request_is_not_in_its_check_run(github: GitHub, http: Http) -> None:
    github.add_pull(8, head_sha="d" * 40, fork=True)

    of = {
        sha: http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": sha}).json()["pull_requests"]
        for sha in (HEAD, "d" * 40)
    }

    assert ([pull["number"] for pull in of[HEAD]], of["d" * 40]) == ([7], [])


def test_the_newest_status_of_each_context_counts(github: GitHub, repo: Repository) -> None:
    commit = repo.get_commit(HEAD)
    for state in ("pending", "success"):
        commit.create_status(state, description="d", context="gonogo/verdict")
    commit.create_status("pending", context="other")

    combined = commit.get_combined_status()

    assert (combined.state, combined.total_count) == ("pending", 2)
    assert [status.state for status in commit.get_statuses()] == ["pending", "success", "pending"]
    assert [status["state"] for status in github.statuses(HEAD)] == ["pending", "success", "pending"]


@pytest.mark.parametrize("changes", [{"description": "x" * 141}, {"context": "x" * 256}])
def test_a_status_past_a_limit_is_refused(http: Http, changes: dict[str, object]) -> None:
    answer = http("POST", f"/repos/acme/shop/statuses/{HEAD}", {"state": "success", **changes})

    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")
