"""What users of other bots reported, and no other test of the action shows. docs/github_scenarios.md lists all."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest

from bot.publish.mark import parse_mark
from tests.action.test_coverage import WORKFLOW, archive, judge, shop
from tests.action.world import BROKEN, NUMBER, POLICY, World
from tests.checks.coverage.make import lcov
from tests.github_server.tokens import FORK

__all__ = ["shop"]

_ADDRESS = re.compile(r"https?://[^\s)\"'<>`]+")
_SECRETS = "name: ours\nsections: {code: Code}\nitems:\n  secrets.added: {section: code, required: block}\n"


def test_300_files_and_250_comments_take_12_requests_and_no_diff_of_github_s(world: World) -> None:
    world.open_pull({f"src/{number}.py": "x = 1\n" * 100 for number in range(300)} | {POLICY: BROKEN})
    for number in range(250):
        world.github.add_comment(NUMBER, f"comment {number}")

    done = world.run("pull_request_target")

    assert (done.status, len(world.github.requests)) == (1, 12)
    assert "12 requests to GitHub" in done.log
    asked = [
        request for request in world.github.requests if request.path.endswith("/files") or "compare" in request.path
    ]
    assert not asked
    assert not any("diff" in request.headers.get("Accept", "") for request in world.github.requests)


def test_a_report_of_any_size_leaves_outputs_that_fit_an_environment(world: World) -> None:
    world.base = world.repo.commit({POLICY: _SECRETS})
    world.open_pull({f"conf/{number}.env": f"KEY=ghp_{secrets.token_hex(18)}\n" for number in range(300)})

    done = world.run("pull_request_target")

    assert (done.status, done.outputs["fail"]) == (1, "1")
    assert sum(len(name) + len(value) for name, value in done.outputs.items()) < 2_000
    assert Path(done.outputs["report-json"]).stat().st_size > 50_000
    assert len(done.summary.encode()) < 1_048_576
    assert len(world.github.requests) <= 12
    [body] = world.bodies()
    assert len(body) < 65_536
    assert "not shown here" in body


def test_every_address_is_of_the_server_that_the_runner_names(world: World) -> None:
    world.open_pull({POLICY: BROKEN})

    done = world.run("pull_request_target")

    [run] = world.github.check_runs(world.head)
    texts = [*world.bodies(), done.summary, done.outputs["comment-url"], run["details_url"], run["output"]["summary"]]
    texts += [status["target_url"] for status in world.github.statuses(world.head)]
    found = [address for text in texts for address in _ADDRESS.findall(text)]
    assert len(found) > 5
    assert [address for address in found if not address.startswith(f"{world.github.url}/")] == []


def test_a_fork_s_harmless_pull_request_does_not_fail_because_nothing_can_be_written(world: World) -> None:
    world.open_pull({"app.py": "two\n"}, fork=True, author="mallory")
    world.check_out(world.head)

    done = world.run("pull_request", token=world.github.token(FORK))

    assert (done.status, done.outputs["verdict"], world.bodies()) == (0, "go", [])


def test_a_fork_s_branch_that_is_named_like_the_base_s_is_found(world: World) -> None:
    world.open_pull({POLICY: BROKEN}, fork=True, author="mallory", head_ref="main")
    run = world.github.add_run(world.head, "main", head_repository=world.github.state.pulls[NUMBER]["head"]["repo"])

    done = world.run("workflow_run", world.events.workflow_run(run))

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


def test_the_end_of_a_workflow_whose_pull_request_is_merged_by_then_is_left_alone(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    run = world.github.add_run(world.head, "topic")
    world.github.state.pulls[NUMBER]["state"] = "closed"

    done = world.run("workflow_run", world.events.workflow_run(run))

    assert (done.status, world.github.writes()) == (0, [])


def test_a_number_that_an_artifact_names_counts_for_nothing(shop: World) -> None:
    other = shop.github.add_pull(8, base_sha=shop.base, head_sha="e" * 40, head_ref="victim")
    run = shop.github.add_run(shop.head, "topic", path=WORKFLOW)
    content = {"lcov.info": lcov({"shop.js": {1: 1}}), "pr_number.txt": "8\n", "event.json": json.dumps({"number": 8})}
    shop.github.add_artifact("coverage", archive(content), run)

    judge(shop, "workflow_run", shop.events.workflow_run(run))

    assert shop.github.comments(8) == []
    assert shop.github.statuses(other["head"]["sha"]) == []
    assert len(shop.bodies()) == 1


@pytest.mark.parametrize("length", [7, 12])
def test_a_base_branch_that_is_named_like_a_commit_is_the_branch(world: World, length: int) -> None:
    # GitHub has no branch of 40 digits. The name is the head's own:
    # taken for a commit, there would be nothing to look at, and that would be a go.
    world.repo.branch("topic", "main")
    world.head = world.repo.commit({POLICY: BROKEN})
    world.repo.switch("main")
    name = world.head[:length]
    world.repo.git("update-ref", f"refs/heads/{name}", world.base)
    world.github.add_commit(world.base, branch="main")
    world.github.add_pull(NUMBER, base_ref=name, base_sha=world.base, head_sha=world.head)
    world.serve()

    done = world.run("pull_request_target")

    assert (done.status, world.states()[-1]) == (1, ("gonogo/verdict", "failure"))


def test_a_comment_that_lost_its_mark_costs_one_new_comment_and_not_one_a_run(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.run("pull_request_target")
    [comment] = world.github.comments(NUMBER)
    world.github.edit_comment(comment["id"], "@_comment_body.md", "maintainer")

    for _ in range(3):
        world.run("pull_request_target")

    assert [parse_mark(body) is not None for body in world.bodies()] == [False, True]


def test_comments_of_the_same_account_that_are_not_gonogo_s_stay(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    others = ["<!-- gonogo:2 -->\nof another version", "<!-- Sticky Pull Request Comment -->\ncoverage", "hello"]
    for body in others:
        world.github.add_comment(NUMBER, body, "github-actions[bot]")

    for _ in range(2):
        world.run("pull_request_target")

    assert world.bodies()[:3] == others
    assert len(world.bodies()) == 4


def test_a_commit_is_pending_before_anything_is_known_of_it(world: World) -> None:
    world.open_pull({"app.py": "two\n"})

    world.run("pull_request_target")

    [first, *_] = world.github.writes()
    assert (first.path, first.body["state"]) == (f"/repos/acme/shop/statuses/{world.head}", "pending")


def test_no_run_concludes_neutral_or_skipped(shop: World) -> None:
    done = judge(shop)

    assert (done.outputs["verdict"], [run["conclusion"] for run in shop.github.check_runs(shop.head)]) == (
        "pending",
        ["action_required"],
    )


def test_a_pull_request_past_its_last_comment_keeps_status_and_check_run(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    for number in range(2_500):
        world.github.add_comment(NUMBER, f"comment {number}")

    done = world.run("pull_request_target")

    assert (done.status, world.states()[-1], len(world.github.check_runs(world.head))) == (
        1,
        ("gonogo/verdict", "failure"),
        1,
    )
    assert "GitHub did not write the comment (422" in done.summary
