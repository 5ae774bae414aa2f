"""Every event that can ask for a verdict, with every checkout that a job can have."""

from __future__ import annotations

import pytest

from tests.action.world import BROKEN, NUMBER, POLICY, World

_LOOSE = "name: theirs\nsections: {policy: Rules}\nitems:\n  policy.changed: {section: policy, required: off}\n"


def test_a_merge_group_is_judged_on_its_own_commit_without_a_comment(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    group = world.queue(world.base)

    done = world.run("merge_group", world.events.merge_group(NUMBER, group))

    assert (done.status, world.bodies(), world.states(world.head)) == (1, [], [])
    assert world.states(group) == [("gonogo/verdict", "pending"), ("gonogo/verdict", "failure")]
    assert [run["conclusion"] for run in world.github.check_runs(group)] == ["failure"]


def test_what_a_group_before_it_does_to_the_policy_has_no_say(world: World) -> None:
    world.repo.branch("earlier", "main")
    earlier = world.repo.commit({POLICY: _LOOSE})
    world.repo.switch("main")
    world.open_pull({POLICY: BROKEN})
    group = world.queue(earlier)
    payload = world.events.merge_group(NUMBER, group)
    payload["merge_group"]["base_sha"] = earlier

    done = world.run("merge_group", payload)

    assert (done.status, world.states(group)[-1]) == (1, ("gonogo/verdict", "failure"))


def test_the_second_half_of_two_workflows_finds_a_fork_s_pull_request(world: World) -> None:
    world.open_pull({POLICY: BROKEN}, fork=True, author="mallory")
    run = world.github.add_run(world.head, "topic", head_repository=world.github.state.pulls[NUMBER]["head"]["repo"])

    done = world.run("workflow_run", world.events.workflow_run(run))

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


def test_a_workflow_s_head_that_moved_on_is_left_alone(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    run = world.github.add_run(world.head, "topic")
    world.push({"app.py": "three\n"})

    done = world.run("workflow_run", world.events.workflow_run(run))

    assert (done.status, world.github.writes(), done.outputs) == (0, [], {})
    assert "nothing to check" in done.summary


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_what_people_do_to_gonogo_s_comment_has_the_pull_request_judged_afresh(world: World, action: str) -> None:
    world.open_pull({POLICY: BROKEN})
    world.run("pull_request_target")
    [comment] = world.github.comments(NUMBER)
    payload = world.events.issue_comment(comment["id"], action, sender="ada")
    if action == "deleted":
        world.github.state.issue_of.pop(comment["id"])

    done = world.run("issue_comment", payload)

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


@pytest.mark.parametrize(
    ("body", "author", "action"),
    [
        ("again, please", "ada", "created"),
        ("/gonogo recheck", "helper[bot]", "created"),
        ("a word\n/gonogo recheck", "ada", "created"),
        ("/gonogo recheck", "ada", "edited"),
        ("<!-- gonogo:1 forged -->", "mallory", "edited"),
        ("anything", "github-actions[bot]", "deleted"),
    ],
)
def test_other_comments_cost_no_request(world: World, body: str, author: str, action: str) -> None:
    world.open_pull({POLICY: BROKEN})
    comment = world.github.add_comment(NUMBER, body, author)["id"]

    done = world.run("issue_comment", world.events.issue_comment(comment, action, sender=author))

    assert (done.status, world.github.requests, world.states()) == (0, [], [])
    assert "nothing to check" in done.summary


def test_a_push_is_judged_without_a_comment(world: World) -> None:
    before = world.base
    world.open_pull({POLICY: BROKEN})

    done = world.run("push", world.events.push("refs/heads/topic", before, world.head))

    assert (done.status, world.bodies(), world.states()[-1]) == (1, [], ("gonogo/verdict", "failure"))


@pytest.mark.parametrize(("inputs", "number"), [({"number": str(NUMBER)}, ""), ({}, str(NUMBER))])
def test_a_run_by_hand_judges_the_pull_request_that_is_named(world: World, inputs: dict[str, str], number: str) -> None:
    world.open_pull({POLICY: BROKEN})

    done = world.run("workflow_dispatch", world.events.workflow_dispatch("refs/heads/main", inputs), number=number)

    assert (done.status, len(world.bodies())) == (1, 1)


def test_a_run_that_is_started_again_reads_the_pull_request_and_not_the_old_payload(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    old = world.events.pull_request(NUMBER)
    world.push({POLICY: BROKEN})

    done = world.run(payload=old)

    assert (done.status, world.states()[-1]) == (1, ("gonogo/verdict", "failure"))


def test_the_policy_is_read_at_the_base_as_it_is_now(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    old = world.events.pull_request(NUMBER)
    world.github.add_commit(world.repo.commit({POLICY: _LOOSE}), branch="main")
    world.serve()

    done = world.run(payload=old)

    assert (done.status, done.outputs["verdict"]) == (0, "go")


def test_a_pull_request_cannot_loosen_the_policy_that_judges_it(world: World) -> None:
    world.open_pull({POLICY: _LOOSE, "app.py": "two\n"})
    world.check_out("topic")

    done = world.run()

    assert f"{POLICY} at {world.base[:12]}" in world.bodies()[0].replace("`", "")
    assert done.outputs["not-applicable"] == "0"


def test_a_pull_request_into_another_branch_is_judged_by_the_default_branch_s_policy(world: World) -> None:
    world.repo.branch("side", "main")
    side = world.repo.commit({POLICY: _LOOSE})
    world.repo.switch("main")
    world.github.add_commit(world.base, branch="main")
    world.repo.branch("topic", side)
    world.head = world.repo.commit({POLICY: BROKEN})
    world.repo.switch("main")
    world.github.add_pull(NUMBER, base_ref="side", base_sha=side, head_sha=world.head)
    world.serve()

    done = world.run()

    assert (done.status, done.outputs["verdict"]) == (1, "no-go")


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_checkout_of_the_merge_commit_fetches_what_it_lacks(world: World, depth: int) -> None:
    for number in range(5):
        world.base = world.repo.commit({f"{number}.py": "x\n"})
    world.open_pull({POLICY: BROKEN})
    world.check_out(world.queue(world.base), depth=depth)

    done = world.run()

    assert (done.status, done.outputs["verdict"], done.outputs["not-checked"]) == (1, "no-go", "0")
    assert world.github.git_requests


def test_what_cannot_be_fetched_is_not_checked(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic", depth=1)
    world.github.state.git = None

    done = world.run()

    assert (done.status, done.outputs["pass"], world.states()[-1]) == (1, "0", ("gonogo/verdict", "failure"))
    assert done.outputs["not-checked"] != "0"


def test_nothing_is_written_into_the_workspace(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    before = sorted((path, path.stat().st_mtime_ns) for path in world.workspace.rglob("*"))

    world.run()

    assert sorted((path, path.stat().st_mtime_ns) for path in world.workspace.rglob("*")) == before
    assert sorted(path.name for path in world.temp.rglob("*") if path.is_file()) == [
        "report.json",
        "report.md",
        "report.sarif",
    ]


def test_an_empty_range_that_github_does_not_see_as_empty_is_an_error(world: World) -> None:
    world.open_pull({})
    world.github.state.pulls[NUMBER]["head"]["sha"] = world.head = world.base
    world.github.state.files[NUMBER] = [{"additions": 1, "deletions": 0}] * 3

    done = world.run()

    assert (done.status, world.states()[-1]) == (3, ("gonogo/verdict", "error"))
    assert "GitHub counts 3 changed files, but base and head show none here" in done.log
