"""Tells GitHub how a deployment fares: a status from the start of the gate, and one at its end.

Rule: the newest deployment of the commit to the environment, where there is one, gets `in_progress`, then `success`,
`failure`, or `error` where the gate itself did not end.
Source: https://docs.github.com/en/rest/deployments/statuses (read 2026-11-30).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from bot.errors import UsageError
from bot.github.client import DeploymentState, GitHub
from bot.github.transport import GitHubError
from bot.model import Report, Verdict
from bot.render.words import verdict_reason

_BUDGET_S: Final = 60.0
_DESCRIPTION_LENGTH: Final = 140
_NEEDED: Final = "--environment needs --sha and, in the environment, GITHUB_REPOSITORY and GITHUB_TOKEN"


class Deployment:
    """One deployment's statuses; a context, in which the gate runs.

    Attributes:
        notes: what could not be written, and why.
    """

    def __init__(self, client: GitHub, sha: str, environment: str, log_url: str) -> None:
        self.notes: list[str] = []
        self._client = client
        self._sha, self._environment, self._log_url = sha, environment, log_url
        self._id: int | None = None
        self._concluded = False

    def __enter__(self) -> Self:
        try:
            self._id = self._client.newest_deployment(self._sha, self._environment)
        except GitHubError as error:
            self.notes.append(str(error))
        else:
            if self._id is None:
                self.notes.append(f"there is no deployment of the commit to {self._environment}: it gets no status")
        self._say("in_progress", "the gate is watching it")
        return self

    def conclude(self, report: Report) -> None:
        """Tell the verdict."""
        self._concluded = True
        self._say("success" if report.verdict is Verdict.GO else "failure", verdict_reason(report))

    def __exit__(self, *_: object) -> None:
        if not self._concluded:
            self._say("error", "the gate did not end")

    def _say(self, state: DeploymentState, words: str) -> None:
        if self._id is None:
            return
        try:
            description = words.encode("ascii", "replace").decode()[:_DESCRIPTION_LENGTH]
            self._client.create_deployment_status(self._id, state, description, self._log_url)
        except GitHubError as error:
            self.notes.append(str(error))


def open_deployment(environment: str, sha: str | None, variables: Mapping[str, str]) -> Deployment:
    """The deployment of a commit to an environment, by the variables that GitHub Actions sets.

    Raises:
        UsageError: a variable or the commit is not there.
    """
    repository, token = variables.get("GITHUB_REPOSITORY"), variables.get("GITHUB_TOKEN")
    if not (repository and token and sha):
        raise UsageError(_NEEDED)
    client = GitHub(variables.get("GITHUB_API_URL", "https://api.github.com"), token, repository, budget_s=_BUDGET_S)
    server, run = variables.get("GITHUB_SERVER_URL", "https://github.com"), variables.get("GITHUB_RUN_ID")
    log_url = f"{server}/{repository}/actions/runs/{run}" if run else ""
    return Deployment(client, sha, environment, log_url)
