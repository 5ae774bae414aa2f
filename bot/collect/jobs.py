"""The results of a commit's jobs in GitHub Actions, by workflow: of each workflow the newest run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.github.answers import WorkflowJob, WorkflowRun
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
        newest: dict[str, WorkflowRun] = {}
        for run in client.runs(head_sha=sha):
            newest.setdefault(run.workflow, run)
        chosen = list(newest.values())[:_MAX_WORKFLOWS]
        return [_result(run, job) for run in chosen for job in client.jobs(run.id)]
    except GitHubError as error:
        return Unknown(reason=f"the jobs of this commit are not known: {error}", settle="give the job `actions: read`")


def _result(run: WorkflowRun, job: WorkflowJob) -> JobResult:
    ended = job.conclusion if job.status == "completed" else None
    return JobResult(
        name=job.name, app="github-actions", workflow=run.workflow, conclusion=ended, url=job.html_url or ""
    )
