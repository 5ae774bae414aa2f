"""Commands in comments: obeyed for those who may write, answered by a reaction and in the one comment."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.action.test_sign_offs import ASKED, ITEM
from tests.action.world import BROKEN, NUMBER, POLICY, Done, World

_SECRET_POLICY = "name: ours\nsections: {code: Code}\nitems:\n  secrets.added: {section: code, required: block}\n"


def _say(world: World, text: str, login: str = "bob", role: str = "write") -> tuple[Done, list[tuple[str, str]]]:
    """Write a comment and run for that; gives how it ended and the reactions to the comment."""
    world.github.set_permission(login, role)
    comment = world.github.add_comment(NUMBER, text, login)["id"]
    done = world.run("issue_comment", world.events.issue_comment(comment, "created"))
    reactions = world.github.reactions(comment)
    world.github.state.issue_of.pop(comment)
    return done, reactions


def _only_body(world: World) -> str:
    [body] = world.bodies()
    return body


def _plain(world: World) -> str:
    """The comment without code's marks."""
    return re.sub("`|</?code>", "", _only_body(world))


def test_recheck_judges_again_and_is_answered_by_a_rocket(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.run("pull_request_target")

    done, reactions = _say(world, "/gonogo recheck\n\nplease")

    assert (done.status, reactions) == (1, [("github-actions[bot]", "rocket")])
    assert [state for _, state in world.states()] == ["pending", "failure"] * 2
    assert len(world.bodies()) == 1


@pytest.mark.parametrize(("login", "role"), [("eve", "read"), ("eve", "triage"), ("eve", "none"), ("ada", "read")])
def test_a_stranger_s_command_is_answered_by_a_thumb_down_and_nothing_else(world: World, login: str, role: str) -> None:
    world.open_pull({POLICY: BROKEN}, author="ada")

    done, reactions = _say(world, "/gonogo recheck", login, role)

    assert (done.status, reactions, world.states(), world.bodies()) == (0, [("github-actions[bot]", "-1")], [], [])
    assert len(world.github.requests) == 2
    assert "may not write to the repository" in done.summary


def test_who_is_no_collaborator_at_all_is_a_stranger(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    gone = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}
    world.github.fail("GET", "*/permission", status=404, body=gone)

    done, reactions = _say(world, "/gonogo recheck")

    assert (done.status, reactions[0][1], world.states()) == (0, "-1", [])


def test_where_nobody_knows_what_a_person_may_nothing_is_obeyed(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.github.fail("GET", "*/permission", times=None, status=403)

    done, reactions = _say(world, "/gonogo recheck")

    assert (done.status, reactions, world.states()) == (3, [], [])


def test_explain_says_in_the_one_comment_what_an_item_rests_on(world: World) -> None:
    world.base = world.repo.commit({POLICY: ASKED})
    world.open_pull({"app.py": "two\n"})
    world.run("pull_request_target")

    done, reactions = _say(world, f"/gonogo explain {ITEM}")

    body = _plain(world)
    assert (done.status, reactions) == (1, [("github-actions[bot]", "+1")])
    assert f"<summary>{ITEM}: Restores are rehearsed</summary>" in body
    assert "- needs-sign-off: " in body
    assert "- it decides the verdict, says the policy ours" in body
    world.run("pull_request_target")
    assert f"<summary>{ITEM}" not in _plain(world)


def test_explain_of_an_unknown_item_names_those_there_are(world: World) -> None:
    world.open_pull({"app.py": "two\n"})

    _say(world, "/gonogo explain policy.nosuch")

    body = _plain(world)
    assert "There is no item policy.nosuch here" in body
    assert "there is policy.changed" in body


def test_waive_gives_the_text_to_commit_and_waives_nothing(world: World) -> None:
    world.base = world.repo.commit({POLICY: _SECRET_POLICY})
    world.open_pull({"conf.env": f"KEY=ghp_{'a1B2c3D4e5' * 3}f6G7h8\n"})
    first = world.run("pull_request_target")
    if first.outputs["verdict"] == "go":
        pytest.fail("the made-up token is not found")

    done, reactions = _say(world, '/gonogo waive secrets.added until 2099-12-31: it\'s "made" `up`: <b>@ada</b> -->')

    body = _only_body(world)
    [text] = re.findall(r"```yaml\n(.*?)```", body, re.DOTALL)
    [entry] = yaml.safe_load(text)["waivers"]
    assert (done.status, done.outputs["verdict"], reactions[0][1]) == (1, "no-go", "+1")
    assert entry["reason"] == 'it\'s "made" `up`: <b>@ada</b> -->'
    assert (entry["item"], entry["owner"], str(entry["expires"])) == ("secrets.added", "@bob", "2099-12-31")
    assert len(entry["fingerprint"]) > 8
    assert "it waives nothing yet" in body

    world.github.add_commit(world.repo.commit({POLICY: _SECRET_POLICY + text}), branch="main")
    world.serve()
    assert world.run("pull_request_target").outputs["verdict"] == "go"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/gonogo", "did not understand"),
        ("/gonogo merge", "did not understand"),
        ("/gonogo explain ../../etc", "did not understand"),
        ("/gonogo waive policy.changed", "did not understand"),
        ("/gonogo waive policy.changed until 2027-02-30: no such day", "is no day"),
        ("/gonogo waive policy.changed until 2020-01-01: late", "is over"),
        ("/gonogo waive policy.changed until 2099-01-01: nothing to waive", "no finding that a waiver could name"),
    ],
)
def test_what_cannot_be_done_is_said(world: World, text: str, words: str) -> None:
    world.open_pull({"app.py": "two\n"})

    done, reactions = _say(world, text)

    assert (done.status, words in _plain(world)) == (0, True)
    assert reactions[0][1] == ("confused" if "understand" in words or "no day" in words else "+1")


def test_a_reaction_that_is_refused_stops_nothing(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.github.fail("POST", "*/reactions", times=None, status=403)

    done, reactions = _say(world, "/gonogo recheck")

    assert (done.status, reactions, world.states()[-1][1]) == (1, [], "failure")
