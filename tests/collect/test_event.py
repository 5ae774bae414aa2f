"""What an event asks to check: GitHub's own payloads, and broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.collect.event import (
    MARK_START,
    BranchEvent,
    CommandEvent,
    Event,
    GroupEvent,
    HeadEvent,
    Ignored,
    PullEvent,
    parse_event,
)
from bot.errors import UsageError
from bot.publish.mark import Mark
from tests.github_server.events import Events
from tests.github_server.handle import GitHub

_BASE, _HEAD, _OTHER, _ZEROS = "b" * 40, "a" * 40, "c" * 40, "0" * 40

Parse = Callable[..., Event]


@pytest.fixture
def parse(event_file: Callable[[object], Path]) -> Parse:
    def parse(name: str, payload: object, *, number: int | None = None) -> Event:
        return parse_event(name, event_file(payload), number=number, sha=_OTHER)

    return parse


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize(
    "action", ["opened", "synchronize", "reopened", "edited", "labeled", "ready_for_review", "converted_to_draft"]
)
def test_a_pull_request_is_known_by_its_number(
    github: GitHub, events: Events, parse: Parse, name: str, action: str
) -> None:
    github.add_pull(7, labels=["x"])

    event = parse(name, events.pull_request(7, action))

    assert isinstance(event, PullEvent)
    assert event.said is not None
    assert (event.number, event.said.head.sha, event.said.base.sha) == (7, _HEAD, _BASE)


def test_a_fork_that_was_deleted_has_no_repository(github: GitHub, events: Events, parse: Parse) -> None:
    github.add_pull(7, fork=True)
    payload = events.pull_request(7)
    payload["pull_request"]["head"]["repo"] = None

    event = parse("pull_request", payload)

    assert isinstance(event, PullEvent)
    assert event.said is not None
    assert event.said.head.repo is None


def test_a_merge_group_is_a_commit_of_its_own(github: GitHub, events: Events, parse: Parse) -> None:
    github.add_pull(7, base_ref="release/2")

    event = parse("merge_group", events.merge_group(7, _OTHER))

    assert event == GroupEvent("release/2", _BASE, _OTHER, github.state.repository["default_branch"])


def test_a_workflow_s_end_is_known_by_the_head_it_ran_for(github: GitHub, events: Events, parse: Parse) -> None:
    github.add_pull(7, fork=True, author="mallory")
    run = github.add_run(_HEAD, "topic", head_repository=github.state.pulls[7]["head"]["repo"])

    assert parse("workflow_run", events.workflow_run(run)) == HeadEvent("mallory", "topic", _HEAD)


@pytest.mark.parametrize(
    ("event", "branch", "fork", "base"),
    [
        ("merge_group", f"gh-readonly-queue/release/1/pr-7-{_HEAD}", False, "release/1"),
        ("merge_group", f"gh-readonly-queue/main/pr-7-{_HEAD}", True, None),
        ("pull_request", f"gh-readonly-queue/main/pr-7-{_HEAD}", False, None),
        ("merge_group", "topic", False, None),
    ],
)
def test_a_workflow_s_end_for_a_merge_group_is_about_the_group(
    github: GitHub, events: Events, parse: Parse, event: str, branch: str, *, fork: bool, base: str | None
) -> None:
    github.add_commit(_HEAD)
    home = github.state.objects.repo("mallory/shop", private=False, fork=True, identity=9)
    run = github.add_run(_HEAD, branch, event, **({"head_repository": home} if fork else {}))

    parsed = parse("workflow_run", events.workflow_run(run))

    owner = "mallory" if fork else "acme"
    assert parsed == (GroupEvent(base, None, _HEAD, "main") if base else HeadEvent(owner, branch, _HEAD))


def test_comments_on_pull_requests_count_and_others_do_not(github: GitHub, events: Events, parse: Parse) -> None:
    github.add_pull(7)
    comment = github.add_comment(7, "/gonogo recheck", "bob")["id"]
    ours = github.add_comment(7, f"{MARK_START}...", "github-actions[bot]")["id"]
    on_pull = events.issue_comment(comment)
    on_issue = {**on_pull, "issue": {**on_pull["issue"]}}
    del on_issue["issue"]["pull_request"]

    assert str(Mark("", "a" * 40, 1, 1, 1)).startswith(MARK_START)
    assert parse("issue_comment", on_pull) == CommandEvent(7, comment, "bob", "/gonogo recheck")
    for action in ("edited", "deleted"):
        by_a_person = events.issue_comment(ours, action, sender="bob", was="hi")
        assert parse("issue_comment", by_a_person) == PullEvent(7)
        assert isinstance(parse("issue_comment", events.issue_comment(ours, action, was="hi")), Ignored)
        assert isinstance(parse("issue_comment", events.issue_comment(comment, action, was="hi")), Ignored)
    assert parse("issue_comment", on_issue) == Ignored("the comment is on an issue, not on a pull request")


@pytest.mark.parametrize(
    ("ref", "before", "after", "forced", "expected"),
    [
        ("refs/heads/main", _BASE, _HEAD, False, BranchEvent("main", _BASE, _HEAD, "main")),
        ("refs/heads/a/b", _ZEROS, _HEAD, False, BranchEvent("a/b", None, _HEAD, "main")),
        ("refs/heads/a/b", _BASE, _HEAD, True, BranchEvent("a/b", None, _HEAD, "main")),
        ("refs/heads/a/b", _BASE, _ZEROS, False, Ignored("the branch was deleted")),
        ("refs/tags/v1", _ZEROS, _HEAD, False, Ignored("a tag was pushed")),
    ],
)
def test_a_push_is_compared_with_what_was_there(
    events: Events, parse: Parse, ref: str, before: str, after: str, *, forced: bool, expected: Event
) -> None:
    assert parse("push", {**events.push(ref, before, after), "forced": forced}) == expected


@pytest.mark.parametrize(
    ("ref", "inputs", "expected"),
    [
        ("refs/heads/main", {"number": "12"}, PullEvent(12)),
        ("refs/heads/topic", {"number": ""}, BranchEvent("topic", None, _OTHER, "main")),
        ("refs/heads/topic", {"other": "x"}, BranchEvent("topic", None, _OTHER, "main")),
        ("refs/tags/v1", {}, Ignored("the workflow was started for a tag")),
    ],
)
def test_a_run_started_by_hand_names_a_pull_request_or_stands_for_its_branch(
    events: Events, parse: Parse, ref: str, inputs: dict[str, str], expected: Event
) -> None:
    assert parse("workflow_dispatch", events.workflow_dispatch(ref, inputs)) == expected


def test_a_number_that_the_user_gives_is_enough(parse: Parse) -> None:
    assert parse("schedule", "nothing of use", number=3) == PullEvent(3)


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
def test_a_closed_pull_request_is_not_checked(github: GitHub, events: Events, parse: Parse, name: str) -> None:
    github.add_pull(7)

    assert parse(name, events.pull_request(7, "closed")) == Ignored("the pull request was closed")


def test_an_event_of_another_kind_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="the event schedule names nothing to check; set the input `number`"):
        parse_event("schedule", Path("event.json"), number=None, sha=_HEAD)


_PULL: dict[str, Any] = {
    "action": "opened",
    "pull_request": {
        "number": 7,
        "head": {"sha": _HEAD, "repo": None},
        "base": {"sha": _BASE, "ref": "main", "repo": {"full_name": "acme/shop", "default_branch": "main"}},
    },
}


def _with_sha(sha: object) -> dict[str, Any]:
    return {**_PULL, "pull_request": {**_PULL["pull_request"], "head": {"sha": sha, "repo": None}}}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "its root"),
        (b"\xff\xfe", "its root"),
        (b"null", "its root"),
        (b"[]", "its root"),
        (b'{"action": "opened"', "its root"),
        (b"[" * 100_000, "its root"),
        (b'{"a":' * 100_000, "its root"),
        (b'{"action": "opened"}', "pull_request"),
        (json.dumps(_with_sha("--upload-pack=evil")).encode(), "pull_request.head.sha"),
        (json.dumps(_with_sha(_HEAD + "\n")).encode(), "pull_request.head.sha"),
        (json.dumps(_with_sha(_HEAD[:-1])).encode(), "pull_request.head.sha"),
        (json.dumps(_with_sha(None)).encode(), "pull_request.head.sha"),
        (json.dumps(_with_sha("\ud800")).encode(), "its root"),
        (
            json.dumps({**_PULL, "pull_request": {**_PULL["pull_request"], "number": -1}}).encode(),
            "pull_request.number",
        ),
    ],
)
def test_a_broken_payload_is_one_line_that_names_file_and_place(tmp_path: Path, content: bytes, where: str) -> None:
    path = tmp_path / "event.json"
    path.write_bytes(content)

    with pytest.raises(UsageError) as raised:
        parse_event("pull_request", path, number=None, sha=_HEAD)

    assert str(raised.value).startswith(f"{path}: not the payload of a pull_request event, at {where}: ")
    assert "\n" not in str(raised.value)
    assert "evil" not in str(raised.value)


def test_a_payload_that_is_not_there_or_too_large_is_named(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    for path, words in ((tmp_path / "none.json", "No such file"), (tmp_path, "Is a directory"), (large, "larger than")):
        with pytest.raises(UsageError, match=words):
            parse_event("push", path, number=None, sha=_HEAD)
