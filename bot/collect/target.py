"""What is to be checked: commits, the base as it is now, and where the answer goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.collect.change import Revision
from bot.collect.event import BranchEvent, CommandEvent, Event, GroupEvent, HeadEvent, Ignored, PullEvent, SaidPull
from bot.errors import ChangeError, UsageError
from bot.github.answers import Pull
from bot.github.client import GitHub
from bot.github.transport import GitHubError


@dataclass(frozen=True, kw_only=True)
class Target:
    """One thing to check.

    Attributes:
        pull_number: the pull request that gets the comment; None where there is none.
        head_sha: the commit that gets the status.
        base: what the head is compared with, and its branch.
        policy_base: the tip of the branch whose policy counts, and its name.
        default: the tip of the default branch, and its name; None where `policy_base` is that branch.
        author: the login of whoever opened the pull request; None where there is none, or where it is not known.
        fork: whether the head comes from another repository.
        changed_files: how many files GitHub counts; None where it does not say.
        notes: what a reader must know, such as that GitHub could not be asked.
    """

    pull_number: int | None
    head_sha: str
    base: Revision
    policy_base: Revision
    default: Revision | None = None
    author: str | None = None
    fork: bool = False
    changed_files: int | None = None
    notes: Sequence[str] = ()


def resolve_target(event: Event, client: GitHub, repository: str) -> Target | Ignored:
    """Ask GitHub for what the event leaves open.

    Raises:
        ChangeError: what is to be checked cannot be found out.
        UsageError: several pull requests have the head that a workflow ran for.
    """
    match event:
        case Ignored():
            return event
        case PullEvent():
            return _pull(event, client, repository)
        case CommandEvent():
            return _pull(PullEvent(event.number), client, repository)
        case HeadEvent():
            return _pull_of_head(event, client, repository)
        case GroupEvent():
            return _group(event, client)
        case BranchEvent():
            return _branch(event, client)
    assert_never(event)


def _pull(event: PullEvent, client: GitHub, repository: str) -> Target | Ignored:
    try:
        pull = client.pull(event.number)
    except GitHubError as error:
        if event.said is None:
            raise
        return _said(event.said, repository, error)
    return _of_pull(pull, client, repository)


def _of_pull(pull: Pull, client: GitHub, repository: str) -> Target | Ignored:
    if pull.state == "closed":
        return Ignored(f"pull request {pull.number} is closed")
    tip = _tip(client, pull.base.ref)
    return Target(
        pull_number=pull.number,
        head_sha=pull.head.sha,
        base=tip,
        policy_base=tip,
        default=_default_tip(client, tip, pull.base.repo.default_branch),
        author=pull.user.login if pull.user else None,
        fork=pull.head.repo is None or pull.head.repo.full_name.lower() != repository.lower(),
        changed_files=pull.changed_files,
    )


def _said(pull: SaidPull, repository: str, error: GitHubError) -> Target:
    """The pull request as the payload has it. Its base may be old, so that the policy may be an older one."""
    branch = pull.base.ref
    if branch != pull.base.repo.default_branch:
        raise ChangeError(f"whose policy counts on the branch {branch} cannot be found out: {error}") from None
    base = Revision(pull.base.sha, branch)
    return Target(
        pull_number=pull.number,
        head_sha=pull.head.sha,
        base=base,
        policy_base=base,
        author=pull.user.login if pull.user else None,
        fork=pull.head.repo is None or pull.head.repo.full_name.lower() != repository.lower(),
        notes=[f"the base is as it was when the event happened: {error}"],
    )


def _pull_of_head(event: HeadEvent, client: GitHub, repository: str) -> Target | Ignored:
    """The open pull request whose head is the commit that a workflow ran for.

    Nothing that the workflow made is asked: it may have run what a stranger wrote.
    """
    found = [
        pull
        for pull in client.open_pulls(event.owner, event.branch)
        if pull.head.sha == event.head_sha and pull.base.repo.full_name.lower() == repository.lower()
    ]
    if not found:
        return Ignored(f"no open pull request has the head {event.head_sha[:12]} (any more)")
    if len(found) > 1:
        numbers = ", ".join(str(pull.number) for pull in found)
        raise UsageError(f"pull requests {numbers} have the same head; set the input `number` to one of them")
    return _of_pull(found[0], client, repository)


def _group(event: GroupEvent, client: GitHub) -> Target:
    """A group is compared with the one before it, whose changes are not merged yet and have no say in the policy.

    Where it is not known which that is, the group is compared with the branch: then it answers for those before it too.
    """
    tip = _tip(client, event.base_branch)
    return Target(
        pull_number=None,
        head_sha=event.head_sha,
        base=Revision(event.base_sha, event.base_branch) if event.base_sha else tip,
        policy_base=tip,
        default=_default_tip(client, tip, event.default_branch),
    )


def _branch(event: BranchEvent, client: GitHub) -> Target | Ignored:
    if event.branch != event.default_branch:
        tip = _tip(client, event.default_branch)
        base = Revision(event.before, event.branch) if event.before else tip
        return Target(pull_number=None, head_sha=event.head_sha, base=base, policy_base=tip)
    if event.before is None:
        return Ignored("there is no earlier commit of the default branch to compare with")
    base = Revision(event.before, event.branch)
    return Target(pull_number=None, head_sha=event.head_sha, base=base, policy_base=base)


def _tip(client: GitHub, branch: str) -> Revision:
    return Revision(client.branch_tip(branch), branch)


def _default_tip(client: GitHub, base: Revision, default_branch: str) -> Revision | None:
    return None if base.name == default_branch else _tip(client, default_branch)
