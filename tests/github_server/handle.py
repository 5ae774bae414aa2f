"""What tests hold: the running server, what it knows, and what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.github_server import routes
from tests.github_server.description import Object
from tests.github_server.faults import Fault
from tests.github_server.known import known
from tests.github_server.listen import Listener, Storage
from tests.github_server.objects import Objects
from tests.github_server.server import Application, Recorded
from tests.github_server.state import Edit, State
from tests.github_server.tokens import DEFAULT, Access, Kind, make_token


class GitHub:
    """A running GitHub with one repository; a context manager that stops it.

    Attributes:
        url: the web address, as GITHUB_SERVER_URL. api_url: as GITHUB_API_URL.
        repository: `owner/name`.
        requests: every request to the API, in the order of their answers. git_requests: those of git.
        violations: in what requests or answers differed from GitHub's description.
    """

    def __init__(self, repository: str = "acme/shop", *, private: bool = False) -> None:
        self._listener, self._storage = Listener(), Listener()
        self.url, self.repository = self._listener.url, repository
        self.api_url, self.graphql_url = f"{self.url}/api/v3", f"{self.url}/api/graphql"
        objects = Objects(known()["components"]["examples"], self.url, repository)
        home = objects.repo(repository, private=private, fork=False, identity=501)
        self.state = State(objects=objects, repository=home, storage_url=self._storage.url)
        self._application = Application(self.state)

    def __enter__(self) -> Self:
        """Start serving."""
        self._listener.start(self._application)
        self._storage.start(Storage(self.state, self.violations))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._listener.stop()
        self._storage.stop()

    @property
    def requests(self) -> list[Recorded]:
        """Every request to the API so far."""
        return self._application.requests

    @property
    def is_idle(self) -> bool:
        """Whether every request that came in is answered."""
        return self._application.is_idle

    @property
    def git_requests(self) -> list[Recorded]:
        """Every request of git so far."""
        return self._application.git_requests

    @property
    def violations(self) -> list[str]:
        """In what requests or answers differed from GitHub's description so far."""
        return self._application.violations

    # What a test sets up

    def token(
        self,
        permissions: Mapping[str, Access] | None = None,
        *,
        kind: Kind = Kind.GITHUB_TOKEN,
        login: str | None = None,
    ) -> str:
        """A fresh token; the permissions by their names in a workflow, what is not named is `none`.

        None stands for what gonogo's own workflow grants. `login` is a user's (PAT) or an App's slug.
        """
        made = make_token(kind, DEFAULT if permissions is None else permissions, login)
        self.state.tokens[made.value] = made
        return made.value

    def add_pull(
        self,
        number: int,
        base_ref: str = "main",
        head_ref: str = "topic",
        base_sha: str = "b" * 40,
        head_sha: str = "a" * 40,
        *,
        fork: bool = False,
        author: str = "ada",
        labels: Sequence[str] = (),
        files: Sequence[Object] | None = None,
        **changed: Any,  # noqa: ANN401 - members of the JSON object
    ) -> Object:
        """Add an open pull request; its commits and the base branch are then known.

        `files` replaces the changed files that the served git repository shows. `changed` replaces members of the
        object, such as `title`, `body`, `draft`, `mergeable`.
        """
        home = self.state.repository
        if fork:
            name = f"{author}/{home['name']}"
            home = self.state.objects.repo(name, private=False, fork=True, identity=502)
        pull = routes.pulls.make_pull(
            self.state,
            number,
            base_ref=base_ref,
            head_ref=head_ref,
            base_sha=base_sha,
            head_sha=head_sha,
            author=author,
            head_repository=home,
            **changed,
        )
        routes.pulls.set_labels(self.state, pull, tuple(labels))
        self.state.pulls[number] = pull
        if files is not None:
            self.state.files[number] = list(files)
        self.add_commit(base_sha, branch=base_ref)
        self.add_commit(head_sha, branch=None if fork else head_ref)
        return pull

    def push(self, number: int, head_sha: str) -> None:
        """Move a pull request's head."""
        head = self.state.pulls[number]["head"]
        head["sha"] = head_sha
        self.add_commit(head_sha, branch=head["ref"] if head["repo"] and not head["repo"]["fork"] else None)

    def delete_fork(self, number: int, *, account: bool = False) -> None:
        """Delete the repository that a pull request comes from, or its owner too; GitHub shows null in their place."""
        gone = ("repo", "label", "user") if account else ("repo",)
        self.state.pulls[number]["head"] |= dict.fromkeys(gone)

    def add_commit(self, sha: str, *, branch: str | None = None) -> None:
        """Make a commit known, as a branch's tip where one is given."""
        self.state.known_commits.add(sha)
        if branch:
            self.state.branches[branch] = sha

    def serve_git(self, repository: Path) -> None:
        """Serve a bare git repository (or a `.git` folder) as the repository's content, at `git_url`."""
        self.state.git = repository

    @property
    def git_url(self) -> str:
        """Where git finds the repository."""
        return f"{self.url}/{self.repository}.git"

    def add_comment(self, number: int, body: str, author: str = "ada", app: str | None = None) -> Object:
        """Add somebody's comment; `app` is the slug of the App that posted it."""
        return routes.comments.add_comment(self.state, number, body, author, app)

    def edit_comment(self, identity: int, body: str, author: str) -> Object:
        """Edit a comment as somebody."""
        return routes.comments.edit_comment(self.state, identity, body, author)

    def delete_revision(self, identity: int, number: int) -> None:
        """Delete a revision from a comment's history; the oldest is 0."""
        edits = self.state.edits[identity]
        edits[number] = replace(edits[number], deleted_at=self.state.now())

    def reactions(self, identity: int) -> list[tuple[str, str]]:
        """The reactions to a comment: who, and what."""
        return self.state.reactions.get(identity, [])

    def add_review(self, number: int, author: str, verdict: str = "APPROVED", body: str = "") -> Object:
        """Add a review of a pull request's head."""
        pull = self.state.pulls[number]
        return routes.pulls.add_review(self.state, pull, author=author, verdict=verdict, body=body)

    def add_run(self, head_sha: str, head_branch: str = "topic", event: str = "pull_request", **changed: Any) -> Object:  # noqa: ANN401 - members of the JSON object
        """Add a workflow run."""
        return routes.actions.add_run(self.state, head_sha=head_sha, head_branch=head_branch, event=event, **changed)

    def add_artifact(self, name: str, archive: bytes, run: Object, *, expired: bool = False) -> Object:
        """Add an artifact, a zip archive, to a workflow run."""
        return routes.actions.add_artifact(self.state, name, archive, run, expired=expired)

    def add_deployment(self, sha: str, environment: str) -> Object:
        """Add a deployment of a commit to an environment, as a workflow's job with an environment makes it."""
        login = "github-actions[bot]"
        return routes.deployments.add_deployment(self.state, ref=sha, sha=sha, environment=environment, login=login)

    def set_permission(self, login: str, role: str) -> None:
        """Say what a user may do: none, read, triage, write, maintain, admin."""
        self.state.permissions[login] = role

    def add_rule(self, kind: str, parameters: Object | None = None, branch: str = "main") -> None:
        """Add a rule of a ruleset, such as `required_status_checks`, that counts for a branch."""
        self.state.rules.setdefault(branch, []).append(routes.rules.make_rule(self.state, kind, parameters))

    def protect(self, contexts: Sequence[str], branch: str = "main") -> None:
        """Protect a branch the older way, without a ruleset; pull requests must have these statuses."""
        self.state.protected[branch] = list(contexts)

    def set_rate(self, remaining: int, reset: int) -> None:
        """Set the requests left, and the Unix time at which they are full again."""
        self.state.rate.remaining, self.state.rate.reset = remaining, reset

    def fail(self, method: str, path: str, **fault: Any) -> Fault:  # noqa: ANN401 - `Fault`'s own members
        """Make requests fail; the arguments are `Fault`'s. Earlier faults come first."""
        made = Fault(method=method, path=path, **fault)
        self._application.faults.append(made)
        return made

    def heal(self) -> None:
        """Forget all faults."""
        self._application.faults.clear()

    # What a test looks at

    def comments(self, number: int) -> list[Object]:
        """A pull request's comments, oldest first."""
        return routes.comments.comments_of(self.state, number)

    def edits(self, identity: int) -> list[Edit]:
        """The versions that a comment went through, the first included."""
        return self.state.edits[identity]

    def statuses(self, sha: str) -> list[Object]:
        """A commit's statuses, oldest first."""
        return routes.statuses.statuses_of(self.state, sha)

    def deployment_statuses(self) -> list[Object]:
        """The statuses of all deployments, oldest first."""
        return [status for statuses in self.state.deployment_statuses.values() for status in statuses]

    def check_runs(self, sha: str) -> list[Object]:
        """A commit's check runs, oldest first."""
        return [run for run in self.state.check_runs.values() if run["head_sha"] == sha]

    def annotations(self, check_run: int) -> list[Object]:
        """A check run's annotations, in the order given."""
        return self.state.annotations[check_run]

    def writes(self) -> list[Recorded]:
        """The requests that would change something, answered with success or not."""
        return [request for request in self.requests if request.method not in {"GET", "HEAD"}]
