"""Ticks in the comment: a person's word for this head, by GitHub's own record alone."""

from __future__ import annotations

import re

import pytest

from bot.boxes import find_boxes
from tests.action.world import NUMBER, POLICY, Done, World

ITEM = "readiness.backups.restore"
ASKED = """\
name: ours
sections: {ready: Ready}
items:
  readiness.backups.restore:
    section: ready
    title: Restores are rehearsed
    required: block
    ratchet: false
    settings: {rule: sign-off, strength: verified}
"""
MAY = "\nreadiness: {author_may_sign_off: true}\n"


@pytest.fixture
def asked(world: World) -> World:
    """A pull request of `ada` that waits for a sign-off, with gonogo's comment on it."""
    return _ask(world, ASKED)


def _ask(world: World, policy: str) -> World:
    world.base = world.repo.commit({POLICY: policy})
    world.open_pull({"app.py": "two\n"}, author="ada")
    assert world.run("pull_request_target").status == 1
    for login, role in (("bob", "write"), ("ada", "write"), ("eve", "read"), ("root", "admin"), ("mia", "maintain")):
        world.github.set_permission(login, role)
    return world


def _tick(world: World, by: str, body: str | None = None) -> Done:
    """Tick the box as somebody, and run for that event."""
    [comment] = world.github.comments(NUMBER)
    was = comment["body"]
    world.github.edit_comment(comment["id"], body or was.replace("- [ ] ", "- [x] "), by)
    return _edited(world, by, was)


def _edited(world: World, by: str, was: str) -> Done:
    [comment] = world.github.comments(NUMBER)
    payload = world.events.issue_comment(comment["id"], "edited", sender=by, was=was)
    return world.run("issue_comment", payload)


def _boxes(world: World) -> dict[str, bool]:
    [body] = world.bodies()
    return dict(find_boxes(body))


def test_what_a_person_has_to_answer_is_a_box(asked: World) -> None:
    [body] = asked.bodies()

    assert _boxes(asked) == {ITEM: False}
    assert "- [ ] **Restores are rehearsed**" in body
    assert "counts from who may write to the repository and is no author of the change" in body
    assert asked.states()[-1] == ("gonogo/verdict", "failure")


@pytest.mark.parametrize("by", ["bob", "mia", "root"])
def test_a_tick_of_somebody_who_may_answers_the_item(asked: World, by: str) -> None:
    done = _tick(asked, by)

    assert (done.status, done.outputs["verdict"], asked.states()[-1]) == (0, "go", ("gonogo/verdict", "success"))
    assert _boxes(asked) == {ITEM: True}
    assert f"signed off by {by}" in re.sub("[`]", "", asked.bodies()[0])


def test_a_tick_stays_through_later_runs_for_the_same_head(asked: World) -> None:
    _tick(asked, "bob")

    runs = [asked.run("pull_request_target") for _ in range(2)]

    assert [run.outputs["verdict"] for run in runs] == ["go", "go"]
    assert _boxes(asked) == {ITEM: True}


def test_a_tick_is_for_its_head_alone(asked: World) -> None:
    _tick(asked, "bob")
    asked.push({"app.py": "three\n"})

    done = asked.run("pull_request_target")

    assert (done.outputs["verdict"], _boxes(asked), asked.states()[-1][1]) == ("no-go", {ITEM: False}, "failure")


def test_emptying_the_box_takes_the_word_back(asked: World) -> None:
    _tick(asked, "bob")
    [comment] = asked.github.comments(NUMBER)
    asked.github.edit_comment(comment["id"], comment["body"].replace("- [x] ", "- [ ] "), "bob")

    done = _edited(asked, "bob", comment["body"])

    assert (done.outputs["verdict"], asked.states()[-1][1]) == ("no-go", "failure")


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("ada", "an author of the change cannot sign off what it needs"),
        ("eve", "only who may write to the repository can sign off"),
        ("helper[bot]", "it was ticked by no person whom GitHub names"),
    ],
)
def test_a_tick_of_somebody_who_may_not_counts_for_nothing_and_is_said(asked: World, by: str, words: str) -> None:
    [comment] = asked.github.comments(NUMBER)
    asked.github.edit_comment(comment["id"], comment["body"].replace("- [ ] ", "- [x] "), by)

    done = asked.run("pull_request_target")

    assert (done.status, asked.states()[-1]) == (1, ("gonogo/verdict", "failure"))
    assert _boxes(asked) == {ITEM: False}
    assert words in asked.bodies()[0]


def test_an_author_s_tick_counts_where_the_policy_says_so(world: World) -> None:
    _ask(world, ASKED + MAY)

    assert _tick(world, "ada").outputs["verdict"] == "go"


def test_an_author_of_a_commit_is_an_author_whoever_opened_the_pull_request(world: World) -> None:
    world.base = world.repo.commit({POLICY: ASKED})
    # Commits here are by `Ada <ada@example.org>`.
    world.open_pull({"app.py": "two\n"}, author="mallory")
    world.run("pull_request_target")
    world.github.set_permission("ada", "write")

    assert _tick(world, "ada").outputs["verdict"] == "no-go"


def test_who_opened_it_is_an_author_though_github_does_not_show_the_pull_request(world: World) -> None:
    world.base = world.repo.commit({POLICY: ASKED})
    world.open_pull({"app.py": "two\n"}, author="mallory")
    world.run("pull_request_target")
    world.github.set_permission("mallory", "write")
    [comment] = world.github.comments(NUMBER)
    world.github.edit_comment(comment["id"], comment["body"].replace("- [ ] ", "- [x] "), "mallory")
    world.github.fail("GET", f"/repos/acme/shop/pulls/{NUMBER}", times=None, status=404)

    done = world.run("pull_request_target")

    assert (done.outputs["verdict"], world.states()[-1][1]) == ("no-go", "failure")
    assert "an author of the change cannot sign off what it needs" in world.bodies()[0]


def test_a_mark_of_another_head_that_somebody_wrote_in_makes_no_tick(asked: World) -> None:
    _tick(asked, "bob")
    old = asked.head
    asked.push({"app.py": "three\n"})
    [comment] = asked.github.comments(NUMBER)

    done = _tick(asked, "bob", comment["body"].replace(old, asked.head))

    assert (done.outputs["verdict"], _boxes(asked)) == ("no-go", {ITEM: False})
    assert "more than boxes was edited in the comment" in asked.bodies()[0]


def test_a_tick_together_with_other_words_counts_for_nothing(asked: World) -> None:
    [body] = asked.bodies()

    done = _tick(asked, "bob", body.replace("- [ ] ", "- [x] ").replace("No go", "Go"))

    assert (done.outputs["verdict"], "### \u274c No go" in asked.bodies()[0]) == ("no-go", True)


def test_a_revision_that_was_deleted_from_the_history_counts_for_nothing(asked: World) -> None:
    [comment] = asked.github.comments(NUMBER)
    asked.github.edit_comment(comment["id"], comment["body"].replace("- [ ] ", "- [x] "), "bob")
    asked.github.delete_revision(comment["id"], 0)

    done = asked.run("pull_request_target")

    assert done.outputs["verdict"] == "no-go"
    assert "a revision of the comment was deleted from its history" in asked.bodies()[0]


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": '{"data": {"node": null}}'}])
def test_a_history_that_cannot_be_read_counts_for_nothing_and_is_said(asked: World, fault: dict[str, object]) -> None:
    [comment] = asked.github.comments(NUMBER)
    asked.github.edit_comment(comment["id"], comment["body"].replace("- [ ] ", "- [x] "), "bob")
    asked.github.fail("POST", "*graphql", times=None, **fault)

    done = asked.run("pull_request_target")

    assert (done.status, done.outputs["verdict"]) == (1, "no-go")
    assert "who ticked it is not known" in asked.bodies()[0]


def test_a_permission_that_cannot_be_read_counts_for_nothing_and_is_said(asked: World) -> None:
    asked.github.fail("GET", "*/permission", times=None, status=403)

    done = _tick(asked, "bob")

    assert (done.outputs["verdict"], "what that person may do here is not known" in asked.bodies()[0]) == (
        "no-go",
        True,
    )


def test_a_comment_that_was_deleted_takes_its_ticks_along(asked: World) -> None:
    _tick(asked, "bob")
    [comment] = asked.github.comments(NUMBER)
    payload = asked.events.issue_comment(comment["id"], "deleted", sender="ada")
    asked.github.state.issue_of.pop(comment["id"])

    done = asked.run("issue_comment", payload)

    assert (done.outputs["verdict"], _boxes(asked), asked.states()[-1][1]) == ("no-go", {ITEM: False}, "failure")


def test_a_comment_that_somebody_else_wrote_makes_no_tick(asked: World) -> None:
    [body] = asked.bodies()
    asked.github.add_comment(NUMBER, body.replace("- [ ] ", "- [x] "), "bob")

    done = asked.run("pull_request_target")

    assert (done.outputs["verdict"], asked.states()[-1][1]) == ("no-go", "failure")


def test_a_box_that_is_ticked_while_the_comment_is_written_stays_ticked(asked: World) -> None:
    comments = f"/repos/acme/shop/issues/{NUMBER}/comments"
    [comment] = asked.github.comments(NUMBER)
    # The first list is read for ticks; before the second, which precedes the writing, somebody ticks.
    asked.github.fail("GET", comments, skip=1, delay_s=3)
    environment = asked.environment("pull_request_target", asked.events.pull_request(NUMBER))
    asked.check_out("main")
    before = len(asked.github.requests)
    with asked.start(environment) as process:
        while not any(request.path == comments for request in asked.github.requests[before:]):
            assert process.poll() is None
        asked.github.edit_comment(comment["id"], comment["body"].replace("- [ ] ", "- [x] "), "bob")
        process.communicate(timeout=60)

    assert _boxes(asked) == {ITEM: True}
    assert _edited(asked, "bob", comment["body"]).outputs["verdict"] == "go"


def test_an_item_that_the_tree_fails_is_not_answered_by_a_tick(asked: World) -> None:
    [body] = asked.bodies()

    done = _tick(asked, "bob", body.replace(f"sign-off {ITEM}", "sign-off readiness.other"))

    assert done.outputs["verdict"] == "no-go"


def test_a_run_that_counts_ticks_stays_within_twelve_requests(asked: World) -> None:
    before = len(asked.github.requests)
    asked.run("pull_request_target")
    waiting = len(asked.github.requests) - before
    _tick(asked, "bob")

    ticked = len(asked.github.requests) - before - waiting

    # One more list of comments; then the history, and what whoever ticked may do; and the comment is written anew.
    assert (waiting, ticked) == (9, 12)
