"""What GitHub answers, as far as it is used: pydantic reads it, frozen values leave."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

_OBJECT_ID: Final = r"^[0-9a-f]{40}([0-9a-f]{24})?$"


class Answer(BaseModel):
    """Part of an answer of GitHub: the members that are used; others are ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Author(Answer):
    """An account. GitHub's own bots are accounts too, such as `github-actions[bot]`."""

    login: str


class Repository(Answer):
    """A repository, as a pull request names it."""

    full_name: str
    default_branch: str


class RequiredCheck(Answer):
    """A status or a check run that a rule asks for."""

    context: str


class RuleParameters(Answer):
    """What a rule asks for, of the kind `required_status_checks`."""

    required_status_checks: list[RequiredCheck] = Field(default_factory=list)


class Rule(Answer):
    """A rule of a ruleset that counts for a branch."""

    type: str
    parameters: RuleParameters = Field(default_factory=RuleParameters)


class RequiredChecks(Answer):
    """The statuses and check runs that a protected branch asks for."""

    contexts: list[str] = Field(default_factory=list)


class Protection(Answer):
    """How a branch is protected, without a ruleset."""

    required_status_checks: RequiredChecks = Field(default_factory=RequiredChecks)


class Branch(Answer):
    """A branch."""

    protection: Protection


class Revision(Answer):
    """A commit, as GitHub's API has it."""

    sha: str = Field(pattern=_OBJECT_ID)


class Tip(Answer):
    """One side of a pull request. `repo` is None where the fork was deleted."""

    ref: str
    sha: str = Field(pattern=_OBJECT_ID)
    repo: Repository | None


class Base(Tip):
    """The side that is merged into. Its `sha` may be older than the branch's tip."""

    repo: Repository


class Pull(Answer):
    """A pull request. `changed_files` is None in lists."""

    number: int
    state: Literal["open", "closed"]
    user: Author | None
    head: Tip
    base: Base
    changed_files: int | None = None


class Comment(Answer):
    """A comment on the conversation of a pull request."""

    id: int
    node_id: str
    html_url: str
    body: str | None = None
    user: Author | None
    created_at: datetime


class CheckRunOutput(Answer):
    """What a check run shows."""

    title: str | None
    summary: str | None
    annotations_count: int


class CheckRun(Answer):
    """A check run. `external_id` is what its maker wrote there."""

    id: int
    html_url: str | None
    conclusion: str | None
    external_id: str | None
    output: CheckRunOutput


class Status(Answer):
    """A commit status. A later one has a higher id."""

    id: int
    context: str
    creator: Author | None


class Deployment(Answer):
    """A commit that somebody deployed to an environment."""

    id: int


class CheckRuns(Answer):
    """A list of check runs."""

    check_runs: list[CheckRun]


class HomeRepository(Answer):
    """The repository that a workflow's head comes from."""

    full_name: str


class WorkflowRun(Answer):
    """A run of a workflow. `path` is the workflow's file, maybe with `@` and a ref behind it."""

    id: int
    head_sha: str = Field(pattern=_OBJECT_ID)
    head_branch: str | None
    event: str
    status: str | None
    conclusion: str | None
    path: str
    head_repository: HomeRepository | None

    @property
    def workflow(self) -> str:
        """The workflow's file, from the repository's root."""
        return self.path.partition("@")[0]


class WorkflowRuns(Answer):
    """A page of runs."""

    workflow_runs: list[WorkflowRun]


class WorkflowJob(Answer):
    """A job of a run."""

    name: str
    status: str
    conclusion: str | None
    html_url: str | None


class WorkflowJobs(Answer):
    """A page of jobs."""

    jobs: list[WorkflowJob]


class Artifact(Answer):
    """Files that a run has left, as a zip archive. `digest` is `sha256:` and hexadecimal digits."""

    id: int
    name: str
    size_in_bytes: int
    expired: bool
    digest: str | None = None


class Artifacts(Answer):
    """A page of artifacts."""

    artifacts: list[Artifact]


class RefObject(Answer):
    """What a ref points to."""

    sha: str = Field(pattern=_OBJECT_ID)


class Ref(Answer):
    """A branch or a tag."""

    object: RefObject


class Editor(Answer):
    """Who edited a comment. `kind` is `User` for people; GraphQL leaves `[bot]` out of a bot's login."""

    kind: str = Field(alias="__typename")
    login: str


class ContentEdit(Answer):
    """A revision of a comment. `diff` is its whole text; None where somebody deleted the revision."""

    edited_at: datetime = Field(alias="editedAt")
    deleted_at: datetime | None = Field(alias="deletedAt")
    diff: str | None
    editor: Editor | None


class ContentEdits(Answer):
    """The revisions of a comment, newest first."""

    nodes: list[ContentEdit]


class EditedComment(Answer):
    """A comment with its history; None where it was never edited."""

    edits: ContentEdits | None = Field(alias="userContentEdits")


class HistoryData(Answer):
    """What a query for a comment's history gives; None where there is no such comment."""

    node: EditedComment | None


class History(Answer):
    """An answer of GraphQL to that query."""

    data: HistoryData


class Permission(Answer):
    """What a person may do in the repository: `admin`, `write`, `read` or `none`; `maintain` counts as `write`."""

    permission: str


class ViewerData(Answer):
    """What a query for the viewer gives."""

    viewer: Author


class Viewer(Answer):
    """An answer of GraphQL to that query."""

    data: ViewerData


class Message(Answer):
    """What GitHub says about a request that it did not do."""

    message: str
