"""One comment, whatever happens: found by mark and author, kept up to date in its place."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from bot.publish.mark import Mark, parse_mark
from tests.action.world import BROKEN, NUMBER, POLICY, World
from tests.github_server.tokens import Kind

_COMMENTS = f"/repos/acme/shop/issues/{NUMBER}/comments"
_GO = "Go: the one required item passes"
_NO_GO = "No go: the one required item fails"


def _verdicts(world: World) -> list[str]:
    """The headings of the comments, oldest first."""
    return [re.findall(r"(?:No go|Go|Pending): [^\n]*", body)[0] for body in world.bodies()]


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_first_run_writes_the_comment_and_names_it(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")

    done = world.run()

    [comment] = world.github.comments(NUMBER)
    assert (done.status, _verdicts(world)) == (0, [_GO])
    assert done.outputs["comment-id"] == str(comment["id"])
    assert done.outputs["comment-url"] == comment["html_url"]
    assert (mark := parse_mark(comment["body"])) is not None
    assert (mark.head, mark.name, mark.attempt) == (world.head, "", 1)


def test_a_second_run_on_the_same_changes_nothing_that_shows(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    first = world.run()
    shown = world.github.comments(NUMBER), world.github.check_runs(world.head)
    before = len(world.github.writes())

    second = world.run()

    assert (first.status, second.status) == (1, 1)
    assert (world.github.comments(NUMBER), world.github.check_runs(world.head)) == shown
    assert [request.path for request in world.github.writes()[before:]] == [
        f"/repos/acme/shop/statuses/{world.head}",
        f"/repos/acme/shop/statuses/{world.head}",
    ]
    assert world.states()[-1] == ("gonogo/verdict", "failure")


def test_a_new_head_updates_the_comment_in_its_place(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.run()
    [first] = world.github.comments(NUMBER)
    world.push({POLICY: BROKEN})

    done = world.run()

    [second] = world.github.comments(NUMBER)
    assert (done.status, second["id"], _verdicts(world)) == (1, first["id"], [_NO_GO])


def test_a_comment_that_somebody_edited_is_put_right(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    world.run()
    [comment] = world.github.comments(NUMBER)
    world.github.edit_comment(comment["id"], comment["body"].replace("No go", "Go"), "maintainer")

    world.run()

    assert _verdicts(world) == [_NO_GO]


def test_a_comment_that_was_deleted_is_written_again(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.run()
    [comment] = world.github.comments(NUMBER)
    world.github.state.comments.pop(comment["id"])
    world.github.state.issue_of.pop(comment["id"])

    world.run()

    assert _verdicts(world) == [_GO]


def test_a_comment_deleted_between_reading_and_writing_is_written_again(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.run()
    [comment] = world.github.comments(NUMBER)
    world.push({POLICY: BROKEN})
    gone = {"status": 404, "body": {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}}
    world.github.fail("PATCH", "/repos/acme/shop/issues/comments/*", **gone)

    world.run()

    assert _verdicts(world)[-1] == _NO_GO
    assert world.github.comments(NUMBER)[0]["id"] == comment["id"]


@pytest.mark.parametrize("author", ["mallory", "gonogo-app[bot]"])
def test_a_comment_with_a_forged_mark_counts_for_nothing(world: World, author: str) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    forged = f"{Mark('', world.head, 10**9, 1, int(time.time()) + 30)}\n### Go: trust me"
    world.github.add_comment(NUMBER, forged, author)

    world.run()
    world.run()

    [theirs, ours] = world.bodies()
    assert theirs == forged
    assert _NO_GO in ours


def test_a_quoted_mark_of_ours_is_no_comment_of_ours(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    quoted = f"> {Mark('', world.head, 1, 1, 1)}\n\nwhat does that mean?"
    world.github.add_comment(NUMBER, quoted, "github-actions[bot]")

    world.run()

    assert world.bodies()[0] == quoted


def test_surplus_comments_of_ours_go_and_the_oldest_stays(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    ids = [
        world.github.add_comment(NUMBER, f"{Mark('', 'c' * 40, run, 1, run)}\nold", "github-actions[bot]")["id"]
        for run in (5, 6, 7)
    ]

    world.run()

    assert [comment["id"] for comment in world.github.comments(NUMBER)] == ids[:1]
    assert _verdicts(world) == [_GO]


def test_our_comment_among_250_is_found_with_few_requests(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    for number in range(250):
        world.github.add_comment(NUMBER, f"comment {number}")
    world.run()
    for number in range(50):
        world.github.add_comment(NUMBER, f"comment {number}")
    first = len(world.github.requests)
    world.push({POLICY: BROKEN})

    world.run()

    assert sum("gonogo:1" in body for body in world.bodies()) == 1
    assert (first, len(world.github.requests) - first) == (12, 12)


def test_two_runs_at_once_leave_one_comment(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    # Both have read the list before either writes.
    world.github.fail("POST", _COMMENTS, times=2, delay_s=2)
    payload = world.events.pull_request(NUMBER)
    environments = [world.environment("pull_request", payload) for _ in range(2)]

    runs = [world.start(environment) for environment in environments]
    logs = [run.communicate(timeout=60)[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], logs
    assert sum(request.method == "POST" and request.path == _COMMENTS for request in world.github.requests) == 2
    assert _verdicts(world) == [_GO]


def test_a_run_whose_head_is_no_longer_the_head_leaves_the_comment_alone(world: World) -> None:
    old = world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.fail("POST", f"/repos/acme/shop/statuses/{old}", delay_s=1)
    environment = world.environment("pull_request", world.events.pull_request(NUMBER))
    with world.start(environment) as process:
        _wait_for(lambda: len(world.github.requests) == 2)
        world.push({POLICY: BROKEN})
        log, _ = process.communicate(timeout=60)

    done = world.done(environment, process.returncode, log)

    assert (done.status, world.bodies(), world.states(old)[-1]) == (0, [], ("gonogo/verdict", "success"))
    assert "newer head" in done.summary


def test_a_run_that_began_earlier_does_not_overwrite_a_later_one(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    later = f"{Mark('', world.head, 9, 1, int(time.time()) + 40)}\nwhat a later run says"
    world.github.add_comment(NUMBER, later, "github-actions[bot]")

    world.run()

    assert world.bodies() == [later]


def test_a_mark_from_a_clock_that_is_wrong_does_not_stop_updates(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    later = f"{Mark('', world.head, 9, 1, int(time.time()) + 10_000)}\nfrom the future"
    world.github.add_comment(NUMBER, later, "github-actions[bot]")

    world.run()

    assert _verdicts(world) == [_GO]


def test_names_have_a_comment_a_status_and_a_check_run_each(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")

    for name in ("", "api", "web app", "api"):
        world.run(name=name)

    assert [mark.name for body in world.bodies() if (mark := parse_mark(body))] == ["", "api", "web app"]
    assert {context for context, _ in world.states()} == {
        "gonogo/verdict",
        "gonogo/verdict (api)",
        "gonogo/verdict (web app)",
    }
    assert [run["name"] for run in world.github.check_runs(world.head)] == [
        "gonogo/report",
        "gonogo/report (api)",
        "gonogo/report (web app)",
    ]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", ["true", "false"])
def test_whatever_the_token_the_comment_is_known_again(world: World, kind: Kind, status: str) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    token = world.github.token(kind=kind)
    world.run(token=token, status=status)
    world.push({POLICY: BROKEN})

    world.run(token=token, status=status)

    assert _verdicts(world) == [_NO_GO]
    assert not any(request.path == "/user" for request in world.github.requests)


def test_where_nobody_tells_whose_token_it_is_there_is_still_one_comment(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.fail("POST", "*graphql", times=None, status=403)
    world.run(status="false")
    world.push({POLICY: BROKEN})

    world.run(status="false")

    assert _verdicts(world) == [_NO_GO]


def test_no_comment_is_written_where_none_is_wanted(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")

    done = world.run(comment="false", check_run="false", status="false")

    assert (done.status, done.outputs["verdict"], world.github.writes()) == (1, "no-go", [])
