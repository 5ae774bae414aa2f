"""What GitHub says of a repository's set-up: the rules of a branch, and the commit that a tag stands for.

Source: https://docs.github.com/en/rest/repos/rules and https://docs.github.com/en/rest/branches/branches
(read 2026-11-29)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import UsageError
from bot.github.client import GitHub
from bot.github.transport import GitHubError

_WAIT_BUDGET_S: Final = 20.0
_REMOTE: Final = re.compile(r"[:/](?P<name>[A-Za-z0-9._-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?$")


@dataclass(frozen=True)
class BranchRules:
    """What a branch asks of a pull request.

    Attributes:
        branch: its name.
        contexts: the statuses and checks that must be there.
        workflow_required: whether a ruleset requires a workflow of a repository of its choice.
        has_queue: whether pull requests are merged by a queue.
        unread: what the token could not read, in words; the rest may then be not all.
    """

    branch: str
    contexts: frozenset[str]
    workflow_required: bool
    has_queue: bool
    unread: tuple[str, ...]


def find_token(environment: Mapping[str, str]) -> str:
    """The token that GitHub's own tools take from the environment; empty for none."""
    return environment.get("GH_TOKEN") or environment.get("GITHUB_TOKEN") or ""


def find_repository(environment: Mapping[str, str], remote: str | None) -> str | None:
    """`owner/name`, as the environment or else the address of the remote says it."""
    found = _REMOTE.search(remote or "")
    return environment.get("GITHUB_REPOSITORY") or (found["name"] if found else None)


def find_commit(environment: Mapping[str, str], repository: str, ref: str) -> str:
    """The commit that a tag or a branch stands for.

    Raises:
        GitHubError: it cannot be had.
    """
    return _client(environment, repository).commit(ref)


def find_rules(environment: Mapping[str, str], repository: str) -> BranchRules:
    """The rules of the default branch, as far as the token may read them.

    Raises:
        UsageError: GitHub does not show the repository.
    """
    client = _client(environment, repository)
    try:
        branch = client.repository().default_branch
    except GitHubError as error:
        raise UsageError(str(error)) from None
    unread, contexts, kinds = [], set(), set()
    try:
        for rule in client.branch_rules(branch):
            kinds.add(rule.type)
            contexts |= {check.context for check in rule.parameters.required_status_checks}
    except GitHubError as error:
        unread.append(str(error))
    try:
        contexts |= set(client.branch(branch).protection.required_status_checks.contexts)
    except GitHubError as error:
        unread.append(str(error))
    return BranchRules(branch, frozenset(contexts), "workflows" in kinds, "merge_queue" in kinds, tuple(unread))


def _client(environment: Mapping[str, str], repository: str) -> GitHub:
    api = environment.get("GITHUB_API_URL") or "https://api.github.com"
    return GitHub(api, find_token(environment), repository, budget_s=_WAIT_BUDGET_S)
