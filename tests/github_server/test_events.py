"""Each event that the tests use has the shape that GitHub describes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.github_server.description import Object
from tests.github_server.events import Events
from tests.github_server.handle import GitHub
from tests.github_server.known import validator

_ACTIONS = [
    "opened",
    "reopened",
    "synchronize",
    "edited",
    "closed",
    "labeled",
    "unlabeled",
    "ready_for_review",
    "converted_to_draft",
]
_OTHERS: dict[str, tuple[str, Callable[[GitHub, Events], Object]]] = {
    "a merge group": ("merge_group", lambda _, events: events.merge_group(7, "c" * 40)),
    "a workflow's end": ("workflow_run", lambda github, events: events.workflow_run(github.add_run("a" * 40))),
    "a workflow's request": (
        "workflow_run",
        lambda github, events: events.workflow_run(github.add_run("a" * 40), "requested"),
    ),
    "a push": ("push", lambda _, events: events.push("refs/heads/main", "b" * 40, "c" * 40)),
    "a new branch": ("push", lambda _, events: events.push("refs/heads/new", "0" * 40, "c" * 40)),
    "a deleted branch": ("push", lambda _, events: events.push("refs/heads/new", "c" * 40, "0" * 40)),
    "a comment": ("issue_comment", lambda github, events: events.issue_comment(github.add_comment(7, "hi")["id"])),
    "a comment's end": (
        "issue_comment",
        lambda github, events: events.issue_comment(github.add_comment(7, "hi")["id"], "deleted"),
    ),
    "an edit": (
        "issue_comment",
        lambda github, events: events.issue_comment(github.add_comment(7, "hi")["id"], "edited", was="ho"),
    ),
    "a run by hand": ("workflow_dispatch", lambda _, events: events.workflow_dispatch("refs/heads/main", {"a": "b"})),
}


@pytest.mark.parametrize("members", [{}, {"fork": True}, {"draft": True}, {"author": "dependabot[bot]"}])
@pytest.mark.parametrize("action", _ACTIONS)
def test_a_pull_requests_event_is_as_described(
    github: GitHub, events: Events, action: str, members: dict[str, object]
) -> None:
    github.add_pull(7, labels=["database"], **members)  # type: ignore[arg-type]  # one of several kinds

    payload = events.pull_request(7, action)

    assert list(validator().event("pull_request", payload)) == []


@pytest.mark.parametrize(("name", "make"), _OTHERS.values(), ids=_OTHERS)
def test_other_events_are_as_described(
    github: GitHub, events: Events, name: str, make: Callable[[GitHub, Events], Object]
) -> None:
    github.add_pull(7)

    assert list(validator().event(name, make(github, events))) == []


def test_an_event_names_only_this_server(github: GitHub, events: Events) -> None:
    github.add_pull(7, fork=True)

    payload = events.pull_request(7)

    assert payload["repository"]["full_name"] == "acme/shop"
    assert payload["pull_request"]["head"]["repo"]["full_name"] == "ada/shop"
    assert payload["pull_request"]["url"] == f"{github.api_url}/repos/acme/shop/pulls/7"
    assert "Hello-World" not in str(payload)


@pytest.mark.parametrize("account", [False, True])
def test_an_event_of_a_deleted_fork_is_as_described(github: GitHub, events: Events, *, account: bool) -> None:
    github.add_pull(7, fork=True)
    github.delete_fork(7, account=account)

    assert list(validator().event("pull_request_target", events.pull_request(7, "edited"))) == []


def test_an_event_that_differs_from_the_description_is_seen(github: GitHub, events: Events) -> None:
    github.add_pull(7)

    assert list(validator().event("pull_request", {**events.pull_request(7), "number": "7"})) == [
        "$.number: '7' is not of type 'integer'"
    ]
