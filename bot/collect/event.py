"""From the event that started a workflow to what is to be checked.

A payload is read for the few members that are used. It may be old, for a run that is started again gets the first run's
payload, so that a pull request and the tips of branches are asked for afresh.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows and
https://docs.github.com/en/webhooks/webhook-events-and-payloads (read 2026-11-25)
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.commands import is_command
from bot.errors import UsageError

MARK_START: Final = "<!-- gonogo:1 "
"""How a comment of gonogo's begins. Whether it is one is looked up again: anybody may write that."""
MAX_EVENT_BYTES: Final = 32 * 1024 * 1024
"""GitHub caps payloads at 25 MB."""
_BRANCH: Final = "refs/heads/"
# The branches of merge queues; nobody else may write them.
_QUEUE: Final = re.compile(r"gh-readonly-queue/(?P<base>.+)/pr-\d+-[0-9a-f]+")


@dataclass(frozen=True)
class PullEvent:
    """Something happened to a pull request. `said` is what the payload says of it, where it does."""

    number: int
    said: SaidPull | None = None


@dataclass(frozen=True)
class GroupEvent:
    """A merge queue asks about a group of pull requests: a commit that no branch of a person has.

    `base_sha` is the group before it; None where the payload does not say.
    """

    base_branch: str
    base_sha: str | None
    head_sha: str
    default_branch: str


@dataclass(frozen=True)
class HeadEvent:
    """A workflow ended that ran for a commit; a pull request with that head is to be found."""

    owner: str
    branch: str
    head_sha: str


@dataclass(frozen=True)
class BranchEvent:
    """A branch was pushed to. `before` is None where the payload names no commit to compare with."""

    branch: str
    before: str | None
    head_sha: str
    default_branch: str


@dataclass(frozen=True)
class CommandEvent:
    """A person wrote a command into a comment on a pull request; whether that person may is still open."""

    number: int
    comment_id: int
    login: str
    text: str


@dataclass(frozen=True)
class Ignored:
    """Nothing is to be checked, and why."""

    reason: str


Event: TypeAlias = PullEvent | GroupEvent | HeadEvent | BranchEvent | CommandEvent | Ignored


class _Members(BaseModel):
    """The members of a payload that are used; others are ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


_Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
_Name = Annotated[str, Field(min_length=1, max_length=1024)]
_Number = Annotated[int, Field(ge=1, le=2**53)]


class _Account(_Members):
    login: _Name
    type: str = "User"


class _Repository(_Members):
    full_name: _Name
    default_branch: _Name


class _HeadRepository(_Members):
    full_name: _Name
    owner: _Account


class _Head(_Members):
    sha: _Sha
    repo: _HeadRepository | None


class _Base(_Members):
    ref: _Name
    sha: _Sha
    repo: _Repository


class SaidPull(_Members):
    """A pull request, as a payload has it."""

    number: _Number
    head: _Head
    base: _Base
    user: _Account | None


class _Payload(_Members):
    """A payload, and what it asks to check."""

    @abstractmethod
    def event(self, sha: str) -> Event:
        """What it is about; the workflow runs for the commit `sha`."""


class _PullRequest(_Payload):
    action: str
    pull_request: SaidPull

    def event(self, sha: str) -> Event:  # noqa: ARG002 - the head counts, not the merge of head and base
        if self.action == "closed":
            return Ignored("the pull request was closed")
        return PullEvent(self.pull_request.number, self.pull_request)


class _Group(_Members):
    head_sha: _Sha
    base_sha: _Sha
    base_ref: _Name


class _MergeGroup(_Payload):
    action: str
    merge_group: _Group
    repository: _Repository

    def event(self, sha: str) -> Event:  # noqa: ARG002 - the payload has it
        if self.action != "checks_requested":
            return Ignored("the merge group is no more")
        group = self.merge_group
        branch = group.base_ref.removeprefix(_BRANCH)
        return GroupEvent(branch, group.base_sha, group.head_sha, self.repository.default_branch)


class _Run(_Members):
    event: str
    head_sha: _Sha
    head_branch: _Name | None
    head_repository: _HeadRepository | None


class _WorkflowRun(_Payload):
    workflow_run: _Run
    repository: _Repository

    def event(self, sha: str) -> Event:  # noqa: ARG002 - it is the default branch's
        run = self.workflow_run
        if run.head_branch is None or run.head_repository is None:
            return Ignored("the workflow ran for a commit whose branch or repository is gone")
        queued = _QUEUE.fullmatch(run.head_branch) if run.event == "merge_group" else None
        if queued and run.head_repository.full_name == self.repository.full_name:
            return GroupEvent(queued["base"], None, run.head_sha, self.repository.default_branch)
        return HeadEvent(run.head_repository.owner.login, run.head_branch, run.head_sha)


class _Push(_Payload):
    ref: _Name
    before: _Sha
    after: _Sha
    forced: bool = False
    deleted: bool = False
    repository: _Repository

    def event(self, sha: str) -> Event:  # noqa: ARG002 - the payload has it
        if self.deleted or not self.after.strip("0"):
            return Ignored("the branch was deleted")
        if not self.ref.startswith(_BRANCH):
            return Ignored("a tag was pushed")
        # Zeros stand for a branch that was not there. After a forced push the old commit is on no branch any more.
        before = self.before if self.before.strip("0") and not self.forced else None
        return BranchEvent(self.ref.removeprefix(_BRANCH), before, self.after, self.repository.default_branch)


class _Issue(_Members):
    number: _Number
    pull_request: Mapping[str, object] | None = None


class _Comment(_Members):
    id: int
    body: str | None
    user: _Account | None


class _IssueComment(_Payload):
    action: str
    issue: _Issue
    comment: _Comment
    sender: _Account

    def event(self, sha: str) -> Event:  # noqa: ARG002 - it is the default branch's
        """Of comments only commands count, and what people do to gonogo's own; anybody may write any other."""
        if self.issue.pull_request is None:
            return Ignored("the comment is on an issue, not on a pull request")
        if self.sender.type != "User":
            return Ignored("the comment is a bot's, or a bot edited it")
        body = self.comment.body or ""
        if self.action != "created":
            ours = body.startswith(MARK_START) and self.comment.user != self.sender
            return PullEvent(self.issue.number) if ours else Ignored("the comment is none of gonogo's")
        if not is_command(body):
            return Ignored("the comment is no command")
        return CommandEvent(self.issue.number, self.comment.id, self.sender.login, body)


class _Dispatched(_Members):
    number: Annotated[_Number | None, BeforeValidator(lambda value: None if value == "" else value)] = None


class _WorkflowDispatch(_Payload):
    ref: _Name
    inputs: _Dispatched | None = None
    repository: _Repository

    def event(self, sha: str) -> Event:
        if self.inputs and self.inputs.number is not None:
            return PullEvent(self.inputs.number)
        if not self.ref.startswith(_BRANCH):
            return Ignored("the workflow was started for a tag")
        return BranchEvent(self.ref.removeprefix(_BRANCH), None, sha, self.repository.default_branch)


_PAYLOADS: Final[Mapping[str, type[_Payload]]] = {
    "pull_request": _PullRequest,
    "pull_request_target": _PullRequest,
    "merge_group": _MergeGroup,
    "workflow_run": _WorkflowRun,
    "push": _Push,
    "issue_comment": _IssueComment,
    "workflow_dispatch": _WorkflowDispatch,
}
KNOWN_EVENTS: Final = frozenset(_PAYLOADS)
"""The events that name what to check. With the input `number`, any other will do."""


def parse_event(name: str, path: Path, *, number: int | None, sha: str) -> Event:
    """What an event is about.

    Args:
        name: the event's name, such as `pull_request`.
        path: the file of its payload, JSON.
        number: a pull request that the user names; the payload is then not looked at.
        sha: the commit that the workflow runs for.

    Raises:
        UsageError: the event is none that gonogo knows, or its payload is broken.
    """
    if number is not None:
        return PullEvent(number)
    if name not in KNOWN_EVENTS:
        raise UsageError(f"the event {name[:50]} names nothing to check; set the input `number` to a pull request's")
    return _load(_PAYLOADS[name], name, path).event(sha)


def _load(model: type[_Payload], name: str, path: Path) -> _Payload:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_EVENT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: the event's payload cannot be read: {error.strerror}") from None
    if len(content) > MAX_EVENT_BYTES:
        raise UsageError(f"{path}: the event's payload is larger than {MAX_EVENT_BYTES:,} bytes")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "its root"
        raise UsageError(f"{path}: not the payload of a {name} event, at {where}: {first['msg']}") from None
