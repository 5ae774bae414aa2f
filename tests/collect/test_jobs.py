from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from bot.collect.jobs import find_jobs
from bot.github.answers import WorkflowJob, WorkflowRun
from bot.github.transport import GitHubError
from bot.model import JobResult, Unknown

_SHA = "1" * 40


class FakeRuns:
    """Two runs of one workflow, the newer one first, and one of another."""

    def runs(self, *, pages: int = 1, **query: str) -> Iterable[WorkflowRun]:
        assert (pages, query) == (1, {"head_sha": _SHA})
        return [_run(3, "ci.yml@refs/heads/x"), _run(2, "ci.yml"), _run(1, "lint.yml")]

    def jobs(self, run_id: int) -> Sequence[WorkflowJob]:
        if run_id == 1:
            return [WorkflowJob(name="lint", status="in_progress", conclusion=None, html_url=None)]
        return [WorkflowJob(name=f"test {run_id}", status="completed", conclusion="success", html_url="https://x")]


class NoRuns(FakeRuns):
    def runs(self, *, pages: int = 1, **query: str) -> Iterable[WorkflowRun]:
        raise GitHubError(f"{pages} {query}: no")


def _run(run_id: int, name: str) -> WorkflowRun:
    return WorkflowRun(
        id=run_id,
        head_sha=_SHA,
        head_branch="x",
        event="pull_request",
        status="completed",
        conclusion="success",
        path=f".github/workflows/{name}",
        head_repository=None,
    )


def test_of_each_workflow_the_newest_run_tells() -> None:
    assert find_jobs(FakeRuns(), _SHA) == [
        JobResult(
            name="test 3",
            app="github-actions",
            workflow=".github/workflows/ci.yml",
            conclusion="success",
            url="https://x",
        ),
        JobResult(name="lint", app="github-actions", workflow=".github/workflows/lint.yml", conclusion=None, url=""),
    ]


def test_a_refusal_is_an_unknown() -> None:
    assert isinstance(find_jobs(NoRuns(), _SHA), Unknown)


class ManyRuns(FakeRuns):
    """So many runs of so many workflows, with so many jobs each."""

    def __init__(self, runs: int, workflows: int, jobs: int) -> None:
        self._runs, self._workflows, self._jobs = runs, workflows, jobs

    def runs(self, *, pages: int = 1, **query: str) -> Iterable[WorkflowRun]:
        assert (pages, query) == (1, {"head_sha": _SHA})
        return [_run(number, f"{number % self._workflows}.yml") for number in range(self._runs)]

    def jobs(self, run_id: int) -> Sequence[WorkflowJob]:
        job = WorkflowJob(name=f"test {run_id}", status="completed", conclusion="success", html_url=None)
        return [job] * self._jobs


@pytest.mark.parametrize(("runs", "workflows", "jobs"), [(100, 1, 1), (31, 31, 1), (1, 1, 100)])
def test_nothing_is_said_of_jobs_among_more_than_are_read(runs: int, workflows: int, jobs: int) -> None:
    found = find_jobs(ManyRuns(runs, workflows, jobs), _SHA)

    assert isinstance(found, Unknown)
    assert "are not all known" in found.reason


def test_as_many_as_are_read_are_all_told() -> None:
    found = find_jobs(ManyRuns(30, 30, 99), _SHA)

    assert not isinstance(found, Unknown)
    assert len(found) == 30 * 99
