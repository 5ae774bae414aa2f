"""The results of a commit's jobs in GitHub Actions, by workflow: of each workflow the newest run.

Anybody's change may add workflows and jobs: where there are more than are read, nothing is said of those that were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.github.answers import WorkflowJob, WorkflowRun
from bot.github.client import PAGE_SIZE
from bot.github.transport import GitHubError
from bot.model import JobResult, Unknown

_MAX_WORKFLOWS = 30


class Runs(Protocol):
    """Who tells of runs: the client of GitHub's API."""

    def runs(self, *, pages: int = 1, **query: str) -> Iterable[WorkflowRun]:
        """The runs, newest first."""
        ...

    def jobs(self, run_id: int) -> Sequence[WorkflowJob]:
        """The jobs of a run."""
        ...


def find_jobs(client: Runs, sha: str) -> Sequence[JobResult] | Unknown:
    """The jobs of a commit, or why they are not known."""
    try:
        runs = list(client.runs(head_sha=sha))
        newest: dict[str, WorkflowRun] = {}
        for run in runs:
            newest.setdefault(run.workflow, run)
        if len(runs) >= PAGE_SIZE or len(newest) > _MAX_WORKFLOWS:
            return _too_many(f"{PAGE_SIZE} runs or {_MAX_WORKFLOWS} workflows")
        jobs = [(run, client.jobs(run.id)) for run in newest.values()]
        if any(len(of_run) >= PAGE_SIZE for _, of_run in jobs):
            return _too_many(f"{PAGE_SIZE} jobs of one run")
        return [_result(run, job) for run, of_run in jobs for job in of_run]
    except GitHubError as error:
        return Unknown(reason=f"the jobs of this commit are not known: {error}", settle="give the job `actions: read`")


def _too_many(limit: str) -> Unknown:
    return Unknown(
        reason=f"the jobs of this commit are not all known: no more than {limit} are read",
        settle="let fewer of them run for one commit",
    )


def _result(run: WorkflowRun, job: WorkflowJob) -> JobResult:
    ended = job.conclusion if job.status == "completed" else None
    return JobResult(
        name=job.name, app="github-actions", workflow=run.workflow, conclusion=ended, url=job.html_url or ""
    )
