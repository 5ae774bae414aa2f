"""What gonogo asks GitHub for.

Answers are the frozen values of `bot.github.answers`, never PyGithub's own objects, which ask again for what an answer
lacks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from bot.github.answers import (
    Artifact,
    Artifacts,
    Author,
    Branch,
    CheckRun,
    CheckRuns,
    Comment,
    ContentEdit,
    Deployment,
    History,
    Permission,
    Pull,
    Ref,
    Repository,
    Revision,
    Rule,
    Status,
    Viewer,
    WorkflowJob,
    WorkflowJobs,
    WorkflowRun,
    WorkflowRuns,
)
from bot.github.download import download
from bot.github.transport import Ask, GitHubError, MissingError, Response, Transport
from bot.model import Json

PAGE_SIZE: Final = 100
"""GitHub's largest page."""
MAX_PAGES: Final = 50
"""An issue takes 2,500 comments at most; a list that does not end at twice that is left."""

_HISTORY: Final = """
query ($id: ID!, $count: Int!) {
  node(id: $id) {
    ... on IssueComment {
      userContentEdits(first: $count) {
        nodes { editedAt deletedAt diff editor { __typename login } }
      }
    }
  }
}
"""

Reaction: TypeAlias = Literal["+1", "-1", "confused", "rocket"]
StatusState: TypeAlias = Literal["error", "failure", "pending", "success"]
DeploymentState: TypeAlias = Literal["error", "failure", "in_progress", "success"]

_T = TypeVar("_T")


class GitHub:
    """Asks GitHub about one repository. Every method raises `GitHubError` or one of its kinds."""

    def __init__(
        self,
        api_url: str,
        token: str,
        repository: str,
        *,
        budget_s: float,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make a client; it sends nothing yet.

        Args:
            api_url: such as `https://api.github.com` or `https://HOST/api/v3`.
            token: may be empty: then nothing can be written, and public things can be read.
            repository: `owner/name`.
            budget_s: seconds that may be waited in all before requests are repeated.
            pause: waits so many seconds.
        """
        self.transport = Transport(api_url, token, budget_s=budget_s, pause=pause)
        self._root = f"/repos/{repository}"

    def pull(self, number: int) -> Pull:
        """A pull request, as it is now."""
        ask = Ask("read the pull request", "pull-requests: read")
        return _read(Pull, ask, self.transport.send(ask, "GET", f"{self._root}/pulls/{number}"))

    def open_pulls(self, owner: str, branch: str) -> list[Pull]:
        """The open pull requests that ask to merge a branch of that owner's repository."""
        ask = Ask("list the pull requests", "pull-requests: read")
        query = {"head": f"{owner}:{branch}", "state": "open"}
        return list(self._pages(Pull, ask, f"{self._root}/pulls", query))

    def branch_tip(self, branch: str) -> str:
        """The commit that a branch of the repository points to now."""
        ask = Ask("read the tip of a branch", "contents: read")
        path = f"{self._root}/git/ref/heads/{quote(branch)}"
        return _read(Ref, ask, self.transport.send(ask, "GET", path)).object.sha

    def repository(self) -> Repository:
        """The repository itself."""
        ask = Ask("show the repository", "metadata: read")
        return _read(Repository, ask, self.transport.send(ask, "GET", self._root))

    def branch(self, branch: str) -> Branch:
        """A branch, and how it is protected."""
        ask = Ask("read the branch", "contents: read")
        return _read(Branch, ask, self.transport.send(ask, "GET", f"{self._root}/branches/{quote(branch)}"))

    def branch_rules(self, branch: str) -> Iterator[Rule]:
        """Yield the rules of rulesets that count for a branch."""
        ask = Ask("list the rules of the branch", "metadata: read")
        return self._pages(Rule, ask, f"{self._root}/rules/branches/{quote(branch)}", {})

    def commit(self, ref: str) -> str:
        """The commit that a tag or a branch stands for."""
        ask = Ask("find the commit", "contents: read")
        return _read(Revision, ask, self.transport.send(ask, "GET", f"{self._root}/commits/{quote(ref)}")).sha

    def viewer(self) -> Author:
        """The account that the token speaks for; `GET /user` is refused to the token of a workflow."""
        ask = Ask("say whose token this is", "metadata: read")
        body: Json = {"query": "query { viewer { login } }"}
        return _read(Viewer, ask, self.transport.send(ask, "POST", self.transport.graphql_path, body=body)).data.viewer

    def comment_history(self, comment: Comment) -> list[ContentEdit]:
        """The newest revisions of a comment, a hundred at most, newest first; none where it was never edited.

        Raises:
            MissingError: there is no such comment, or the token may not see its history.
        """
        ask = Ask("show the history of the comment", "pull-requests: read")
        body: Json = {"query": _HISTORY, "variables": {"id": comment.node_id, "count": PAGE_SIZE}}
        found = _read(History, ask, self.transport.send(ask, "POST", self.transport.graphql_path, body=body))
        if found.data.node is None or found.data.node.edits is None:
            raise MissingError(f"GitHub did not {ask.words}; it is not there, or the token may not see it")
        return found.data.node.edits.nodes

    def permission(self, login: str) -> str:
        """What a person may do in the repository: `admin`, `write`, `read` or `none`."""
        ask = Ask("say what a person may do here", "metadata: read")
        path = f"{self._root}/collaborators/{quote(login, safe='')}/permission"
        try:
            return _read(Permission, ask, self.transport.send(ask, "GET", path)).permission
        except MissingError:
            return "none"

    def comments(self, number: int, since: datetime | None = None) -> Iterator[Comment]:
        """Yield the comments of a pull request, page by page; with `since`, those written or edited from then on."""
        ask = Ask("list the comments", "pull-requests: read")
        query = {"since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        return self._pages(Comment, ask, f"{self._root}/issues/{number}/comments", query)

    def create_comment(self, number: int, body: str) -> Comment:
        """Write a comment. Where an answer was lost on the way, it may then be there twice."""
        ask = Ask("write the comment", "pull-requests: write")
        path = f"{self._root}/issues/{number}/comments"
        return _read(Comment, ask, self.transport.send(ask, "POST", path, body={"body": body}))

    def edit_comment(self, comment_id: int, body: str) -> Comment:
        """Replace the text of a comment.

        Raises:
            MissingError: it was deleted.
        """
        ask = Ask("update the comment", "pull-requests: write")
        path = f"{self._root}/issues/comments/{comment_id}"
        return _read(Comment, ask, self.transport.send(ask, "PATCH", path, body={"body": body}))

    def delete_comment(self, comment_id: int) -> None:
        """Delete a comment, which may be gone already."""
        ask = Ask("delete a surplus comment", "pull-requests: write")
        try:
            self.transport.send(ask, "DELETE", f"{self._root}/issues/comments/{comment_id}")
        except MissingError:
            return

    def react(self, comment_id: int, reaction: Reaction) -> None:
        """Add a reaction to a comment."""
        ask = Ask("react to the comment", "pull-requests: write")
        path = f"{self._root}/issues/comments/{comment_id}/reactions"
        self.transport.send(ask, "POST", path, body={"content": reaction})

    def create_status(self, sha: str, state: StatusState, context: str, description: str, url: str) -> Status:
        """Write a commit status and return it; who created it is who the token speaks for."""
        ask = Ask("write the commit status", "statuses: write")
        body: Json = {"state": state, "context": context, "description": description, "target_url": url}
        return _read(Status, ask, self.transport.send(ask, "POST", f"{self._root}/statuses/{sha}", body=body))

    def statuses(self, sha: str) -> list[Status]:
        """The newest statuses of a commit, newest first, one page of them."""
        ask = Ask("list the commit statuses", "statuses: read")
        path = f"{self._root}/commits/{sha}/statuses"
        return _read(list[Status], ask, self.transport.send(ask, "GET", path, query={"per_page": str(PAGE_SIZE)}))

    def check_runs(self, sha: str, name: str) -> list[CheckRun]:
        """The check runs of that name at a commit: of each app the latest."""
        ask = Ask("list the check runs", "checks: read")
        query = {"check_name": name, "filter": "latest", "per_page": str(PAGE_SIZE)}
        path = f"{self._root}/commits/{sha}/check-runs"
        return _read(CheckRuns, ask, self.transport.send(ask, "GET", path, query=query)).check_runs

    def create_check_run(self, body: Mapping[str, Json]) -> CheckRun:
        """Write a check run; `body` is as GitHub's API has it."""
        ask = Ask("write the check run", "checks: write")
        return _read(CheckRun, ask, self.transport.send(ask, "POST", f"{self._root}/check-runs", body=body))

    def add_annotations(self, check_run_id: int, output: Mapping[str, Json]) -> None:
        """Add the annotations in `output` to those that the check run has."""
        ask = Ask("add annotations to the check run", "checks: write")
        self.transport.send(ask, "PATCH", f"{self._root}/check-runs/{check_run_id}", body={"output": output})

    def newest_deployment(self, sha: str, environment: str) -> int | None:
        """The id of the newest deployment of a commit to an environment; None where there is none."""
        ask = Ask("list the deployments", "deployments: read")
        query = {"sha": sha, "environment": environment, "per_page": "1"}
        response = self.transport.send(ask, "GET", f"{self._root}/deployments", query=query)
        found = _read(list[Deployment], ask, response)
        return found[0].id if found else None

    def create_deployment_status(self, deployment: int, state: DeploymentState, description: str, log_url: str) -> None:
        """Write a status of a deployment; `log_url` may be empty."""
        ask = Ask("write the status of the deployment", "deployments: write")
        body: Json = {"state": state, "description": description, "log_url": log_url}
        self.transport.send(ask, "POST", f"{self._root}/deployments/{deployment}/statuses", body=body)

    def runs(self, *, pages: int = 1, **query: str) -> Iterator[WorkflowRun]:
        """Yield the runs of workflows, newest first, of at most so many pages; `query` is as GitHub's API has it."""
        ask = Ask("list the runs of workflows", "actions: read")
        for page in range(1, pages + 1):
            numbered = {**query, "per_page": str(PAGE_SIZE), "page": str(page)}
            response = self.transport.send(ask, "GET", f"{self._root}/actions/runs", query=numbered)
            yield from _read(WorkflowRuns, ask, response).workflow_runs
            if 'rel="next"' not in response.headers.get("link", ""):
                return

    def jobs(self, run_id: int) -> list[WorkflowJob]:
        """The jobs of a run's latest attempt, the first hundred of them."""
        ask = Ask("list the jobs of a run", "actions: read")
        query = {"filter": "latest", "per_page": str(PAGE_SIZE)}
        response = self.transport.send(ask, "GET", f"{self._root}/actions/runs/{run_id}/jobs", query=query)
        return _read(WorkflowJobs, ask, response).jobs

    def artifacts(self, run_id: int) -> list[Artifact]:
        """The newest artifacts of a run, one page of them."""
        ask = Ask("list the artifacts of a run", "actions: read")
        path = f"{self._root}/actions/runs/{run_id}/artifacts"
        return _read(
            Artifacts, ask, self.transport.send(ask, "GET", path, query={"per_page": str(PAGE_SIZE)})
        ).artifacts

    def download_artifact(self, artifact: Artifact, path: Path, *, max_bytes: int) -> None:
        """Save an artifact's archive as a new file.

        Raises:
            GitHubError: it could not be had whole, or is larger than `max_bytes`.
        """
        ask = Ask(f"hand over the artifact {artifact.id}", "actions: read")
        address = self.transport.locate(ask, f"{self._root}/actions/artifacts/{artifact.id}/zip")
        download(address, path, digest=artifact.digest, max_bytes=max_bytes)

    def _pages(self, shape: type[_T], ask: Ask, path: str, query: Mapping[str, str]) -> Iterator[_T]:
        for page in range(1, MAX_PAGES + 1):
            numbered = {**query, "per_page": str(PAGE_SIZE), "page": str(page)}
            response = self.transport.send(ask, "GET", path, query=numbered)
            yield from _read(list[shape], ask, response)  # type: ignore[valid-type]
            if 'rel="next"' not in response.headers.get("link", ""):
                return


def _read(shape: type[_T], ask: Ask, response: Response) -> _T:
    try:
        return TypeAdapter(shape).validate_json(response.text)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        reason = f"an answer of an unknown shape, at `{where or 'its root'}`"
        raise GitHubError(f"GitHub did not {ask.words} ({reason})") from None
