"""From an event to commits: what GitHub says now counts, not what a payload said once."""

from __future__ import annotations

import pytest

from bot.collect.change import Revision
from bot.collect.event import BranchEvent, GroupEvent, HeadEvent, Ignored, PullEvent, SaidPull
from bot.collect.target import Target, resolve_target
from bot.errors import ChangeError, UsageError
from bot.github.client import GitHub as Client
from bot.github.transport import GitHubError
from tests.github_server.events import Events
from tests.github_server.handle import GitHub

_BASE, _HEAD, _TIP, _OTHER = "b" * 40, "a" * 40, "d" * 40, "c" * 40


@pytest.fixture
def client(github: GitHub) -> Client:
    return Client(github.api_url, github.token(), github.repository, budget_s=0)


def test_the_base_is_the_branch_s_tip_as_it_is_now(github: GitHub, client: Client) -> None:
    github.add_pull(7)
    github.add_commit(_TIP, branch="main")

    target = resolve_target(PullEvent(7), client, github.repository)

    tip = Revision(_TIP, "main")
    assert target == Target(pull_number=7, head_sha=_HEAD, base=tip, policy_base=tip, author="ada", changed_files=0)


def test_another_base_than_the_default_branch_brings_the_default_branch_s_policy(
    github: GitHub, client: Client
) -> None:
    github.add_pull(7, base_ref="release/2")
    github.add_commit(_TIP, branch="main")

    target = resolve_target(PullEvent(7), client, github.repository)

    assert isinstance(target, Target)
    assert (target.base, target.default) == (Revision(_BASE, "release/2"), Revision(_TIP, "main"))


def test_a_head_of_another_repository_is_a_fork(github: GitHub, client: Client) -> None:
    github.add_pull(7, fork=True)
    github.add_pull(8, fork=True)
    github.state.pulls[8]["head"]["repo"] = None

    targets = [resolve_target(PullEvent(number), client, github.repository) for number in (7, 8)]

    assert [isinstance(target, Target) and target.fork for target in targets] == [True, True]


def test_a_pull_request_that_was_closed_meanwhile_is_not_checked(github: GitHub, client: Client) -> None:
    github.add_pull(7)["state"] = "closed"

    assert resolve_target(PullEvent(7), client, github.repository) == Ignored("pull request 7 is closed")


def test_where_github_does_not_say_the_payload_counts_and_a_note_says_so(
    github: GitHub, client: Client, events: Events
) -> None:
    github.add_pull(7, fork=True)
    said = SaidPull.model_validate(events.pull_request(7)["pull_request"])
    github.fail(
        "GET",
        "/repos/acme/shop/pulls/7",
        status=403,
        body={"message": "Resource not accessible", "documentation_url": ""},
    )

    target = resolve_target(PullEvent(7, said), client, github.repository)

    assert isinstance(target, Target)
    assert (target.head_sha, target.base, target.fork) == (_HEAD, Revision(_BASE, "main"), True)
    [note] = target.notes
    assert note.startswith("the base is as it was when the event happened: GitHub did not read the pull request (403")


def test_whose_policy_counts_is_not_guessed(github: GitHub, client: Client, events: Events) -> None:
    github.add_pull(7, base_ref="release/2")
    said = SaidPull.model_validate(events.pull_request(7)["pull_request"])
    github.fail("GET", "/repos/acme/shop/pulls/7", status=500)

    with pytest.raises(ChangeError, match="whose policy counts on the branch release/2 cannot be found out"):
        resolve_target(PullEvent(7, said), client, github.repository)


def test_a_pull_request_that_is_not_there_is_an_error(github: GitHub, client: Client) -> None:
    with pytest.raises(GitHubError, match="GitHub did not read the pull request") as raised:
        resolve_target(PullEvent(404), client, github.repository)

    assert raised.value.exit_status == 3


@pytest.mark.parametrize("fork", [True, False])
def test_a_workflow_s_head_leads_to_its_pull_request(github: GitHub, client: Client, *, fork: bool) -> None:
    github.add_pull(7, fork=fork, author="mallory")
    owner = "mallory" if fork else "acme"

    target = resolve_target(HeadEvent(owner, "topic", _HEAD), client, github.repository)

    assert isinstance(target, Target)
    assert (target.pull_number, target.fork) == (7, fork)


@pytest.mark.parametrize(
    "event",
    [HeadEvent("acme", "topic", _OTHER), HeadEvent("mallory", "topic", _HEAD), HeadEvent("acme", "main", _HEAD)],
)
def test_a_head_that_no_open_pull_request_has_is_not_checked(github: GitHub, client: Client, event: HeadEvent) -> None:
    github.add_pull(7)

    assert isinstance(resolve_target(event, client, github.repository), Ignored)


def test_of_two_pull_requests_with_one_head_the_user_says_which(github: GitHub, client: Client) -> None:
    github.add_pull(7)
    github.add_pull(8, base_ref="release/2")

    with pytest.raises(UsageError, match=r"pull requests (7, 8|8, 7) have the same head; set the input `number`"):
        resolve_target(HeadEvent("acme", "topic", _HEAD), client, github.repository)


def test_a_merge_group_is_compared_with_the_group_before_it_under_the_branch_s_policy(
    github: GitHub, client: Client
) -> None:
    github.add_commit(_TIP, branch="main")

    target = resolve_target(GroupEvent("main", _BASE, _HEAD, "main"), client, github.repository)

    assert target == Target(
        pull_number=None, head_sha=_HEAD, base=Revision(_BASE, "main"), policy_base=Revision(_TIP, "main")
    )


@pytest.mark.parametrize(
    ("event", "base", "policy_base"),
    [
        (BranchEvent("topic", None, _HEAD, "main"), Revision(_TIP, "main"), Revision(_TIP, "main")),
        (BranchEvent("topic", _OTHER, _HEAD, "main"), Revision(_OTHER, "topic"), Revision(_TIP, "main")),
        (BranchEvent("main", _OTHER, _HEAD, "main"), Revision(_OTHER, "main"), Revision(_OTHER, "main")),
    ],
)
def test_a_push_is_judged_by_what_it_could_not_change(
    github: GitHub, client: Client, event: BranchEvent, base: Revision, policy_base: Revision
) -> None:
    github.add_commit(_TIP, branch="main")

    target = resolve_target(event, client, github.repository)

    assert target == Target(pull_number=None, head_sha=_HEAD, base=base, policy_base=policy_base)


def test_a_first_push_of_the_default_branch_is_not_checked(github: GitHub, client: Client) -> None:
    event = BranchEvent("main", None, _HEAD, "main")

    assert isinstance(resolve_target(event, client, github.repository), Ignored)
