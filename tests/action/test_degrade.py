"""What may not be written is left out and said; verdict and exit status do not depend on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from tests.action.world import BROKEN, POLICY, World
from tests.github_server.tokens import Access, Kind

_PERMISSIONS = ("pull-requests", "checks", "statuses")


@pytest.mark.parametrize("writable", list(itertools.product((True, False), repeat=3)))
def test_each_permission_that_is_missing_costs_only_what_it_is_for(
    world: World, writable: tuple[bool, bool, bool]
) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    access: Mapping[str, Access] = {
        name: "write" if may else "read" for name, may in zip(_PERMISSIONS, writable, strict=True)
    }

    done = world.run(token=world.github.token({"contents": "read", **access}))

    written = (bool(world.bodies()), bool(world.github.check_runs(world.head)), bool(world.states()))
    assert (done.status, done.outputs["verdict"], written) == (1, "no-go", writable)
    for name, may in zip(_PERMISSIONS, writable, strict=True):
        assert (f"`{name}: write`" in done.summary) is not may
        assert ("::warning::GitHub did not" in done.log and f"`{name}: write`" in done.log) is not may
    assert "No go" in done.summary
    assert "comment-id" not in done.outputs or writable[0]


def test_the_token_of_a_fork_s_pull_request_writes_nothing_and_the_verdict_stands(world: World) -> None:
    world.open_pull({POLICY: BROKEN}, fork=True, author="mallory")
    world.check_out(world.head)
    reads: dict[str, Access] = {"contents": "read", "pull-requests": "read", "checks": "read", "statuses": "read"}

    done = world.run(token=world.github.token(reads))

    assert (done.status, done.outputs["verdict"], done.outputs["fail"]) == (1, "no-go", "1")
    assert (world.bodies(), world.states(), world.github.check_runs(world.head)) == ([], [], [])
    # One refusal is enough to know.
    assert len(world.github.writes()) == 1
    assert "the job itself is the check to require" in done.summary
    assert f"::error file={POLICY},line=" in done.log


def test_pull_request_target_of_a_fork_writes_everything(world: World) -> None:
    world.open_pull({POLICY: BROKEN}, fork=True, author="mallory")

    done = world.run("pull_request_target")

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


def test_a_user_s_token_cannot_write_check_runs_and_that_is_said(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")

    done = world.run(token=world.github.token(kind=Kind.PAT))

    assert (done.status, len(world.bodies()), world.states()[-1]) == (0, 1, ("gonogo/verdict", "success"))
    assert "only the token of a workflow or of a GitHub App may do that" in done.log


@pytest.mark.parametrize("token", ["", "ghs_of_another_day"])
def test_without_a_usable_token_the_verdict_stands(world: World, token: str) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")

    done = world.run(token=token)

    assert (done.status, done.outputs["verdict"]) == (1, "no-go")
    assert "No go" in done.summary


def test_findings_are_on_their_lines_once(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")

    done = world.run()

    [run] = world.github.check_runs(world.head)
    [annotation] = world.github.annotations(run["id"])
    assert (annotation["path"], annotation["annotation_level"], run["conclusion"]) == (POLICY, "failure", "failure")
    assert "::error file=" not in done.log


def test_the_summary_is_written_where_github_is_down(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    world.github.fail("*", "*", times=None, status=401)

    done = world.run()

    assert (done.status, done.outputs["verdict"]) == (1, "no-go")
    assert "the base is as it was when the event happened" in done.log
