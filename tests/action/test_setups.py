"""Every way in which a pull request arrives, and what an edited workflow can and cannot do."""

from __future__ import annotations

import pytest

from bot.github.client import GitHub as Client
from bot.github.transport import RefusedError
from bot.publish.mark import parse_mark
from tests.action.world import BROKEN, NUMBER, POLICY, Done, World, wait_for
from tests.github_server.tokens import FORK

_OWN_WORKFLOW = ".github/workflows/gonogo.yml"
_HARMLESS = "on: pull_request\njobs: {gonogo: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n"


def _descriptions(world: World, sha: str | None = None) -> list[str]:
    return [status["description"] for status in world.github.statuses(sha or world.head)]


def _retarget(world: World, branch: str) -> Done:
    """Let somebody choose another base branch, and run for that."""
    base = world.github.state.pulls[NUMBER]["base"]
    changes = {"base": {"ref": {"from": base["ref"]}, "sha": {"from": base["sha"]}}}
    base["ref"], base["sha"] = branch, world.github.state.branches[branch]
    return world.run("pull_request_target", world.events.pull_request(NUMBER, "edited", changes=changes))


def test_an_edited_workflow_does_not_turn_the_status_green(world: World) -> None:
    world.base = world.repo.commit({_OWN_WORKFLOW: "on: pull_request_target\n"})
    world.open_pull({_OWN_WORKFLOW: _HARMLESS, POLICY: BROKEN}, fork=True, author="mallory")
    edited = Client(world.github.api_url, world.github.token(FORK), world.github.repository, budget_s=0)

    # GitHub takes the workflow of this event from the default branch, so that it runs as it is there.
    done = world.run("pull_request_target")
    with pytest.raises(RefusedError):
        edited.create_status(world.head, "success", "gonogo/verdict", "trust me", world.github.url)

    assert (done.status, world.states()[-1]) == (1, ("gonogo/verdict", "failure"))


def test_a_status_that_an_edited_workflow_could_write_is_written_over_by_the_next_run(world: World) -> None:
    world.open_pull({_OWN_WORKFLOW: _HARMLESS, POLICY: BROKEN})
    insider = Client(world.github.api_url, world.github.token(), world.github.repository, budget_s=0)
    insider.create_status(world.head, "success", "gonogo/verdict", "trust me", world.github.url)

    world.run("pull_request_target")

    assert world.states()[-1] == ("gonogo/verdict", "failure")


@pytest.mark.parametrize("files", [{"app.py": "two\n"}, {POLICY: BROKEN}])
def test_dependabot_s_reading_token_is_told_what_it_lacks_and_the_job_answers(
    world: World, files: dict[str, str | bytes | None]
) -> None:
    world.open_pull(files, author="dependabot[bot]", head_ref="dependabot/npm/left-pad-1.3.0")
    world.check_out(world.head)
    payload = world.events.pull_request(NUMBER, sender="dependabot[bot]")

    done = world.run("pull_request", payload, token=world.github.token(FORK))

    assert (done.status, done.outputs["verdict"]) == ((1, "no-go") if POLICY in files else (0, "go"))
    assert (world.bodies(), world.states()) == ([], [])
    assert "`statuses: write`" in done.summary


def test_dependabot_s_pull_request_gets_everything_where_the_base_s_workflow_runs(world: World) -> None:
    world.open_pull({POLICY: BROKEN}, author="dependabot[bot]", head_ref="dependabot/npm/left-pad-1.3.0")

    done = world.run("pull_request_target", world.events.pull_request(NUMBER, sender="dependabot[bot]"))

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


@pytest.mark.parametrize("action", ["opened", "converted_to_draft", "ready_for_review", "reopened"])
def test_a_draft_is_judged_as_any_other(world: World, action: str) -> None:
    world.open_pull({POLICY: BROKEN}, draft=action in {"opened", "converted_to_draft"})

    done = world.run("pull_request_target", world.events.pull_request(NUMBER, action))

    assert (done.status, len(world.bodies()), world.states()[-1]) == (1, 1, ("gonogo/verdict", "failure"))


def test_another_base_sets_the_status_pending_and_then_judges_against_it(world: World) -> None:
    # A stack: `side` has a commit of its own; once it is merged or deleted, GitHub changes the base to `main`.
    world.repo.branch("side", "main")
    side = world.repo.commit({POLICY: BROKEN})
    world.repo.branch("topic", "side")
    world.head = world.repo.commit({"app.py": "two\n"})
    world.repo.switch("main")
    world.github.add_commit(world.base, branch="main")
    world.github.add_pull(NUMBER, base_ref="side", base_sha=side, head_sha=world.head)
    world.serve()
    first = world.run("pull_request_target")

    second = _retarget(world, "main")

    assert (first.status, second.status, len(world.bodies())) == (0, 1, 1)
    assert [state for _, state in world.states()] == ["pending", "success", "pending", "failure"]
    assert f"main@{world.base[:7]}" in _descriptions(world)[2]
    assert f"main@{world.base[:7]}" in _descriptions(world)[3]


@pytest.mark.parametrize("message", ["another message", "change"])
def test_a_forced_push_is_judged_anew_even_where_no_file_differs(world: World, message: str) -> None:
    world.open_pull({POLICY: BROKEN})
    world.run("pull_request_target")
    [first] = world.github.comments(NUMBER)
    old = world.head
    world.repo.switch("topic")
    world.repo.git("commit", "-q", "--amend", "--date=2027-01-01T00:00:00Z", "-m", message)
    world.head = world.repo.git("rev-parse", "HEAD")
    world.repo.switch("main")
    world.github.push(NUMBER, world.head)
    world.serve()

    done = world.run("pull_request_target", world.events.pull_request(NUMBER, "synchronize", before=old))

    [comment] = world.github.comments(NUMBER)
    mark = parse_mark(comment["body"])
    assert (done.status, comment["id"], mark and mark.head) == (1, first["id"], world.head)
    assert world.states()[-1] == ("gonogo/verdict", "failure")


def test_a_second_attempt_says_pending_and_concludes_again_on_the_same_head(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    payload = world.events.pull_request(NUMBER)
    world.run("pull_request_target", payload)
    environment = world.environment("pull_request_target", payload) | {"GITHUB_RUN_ATTEMPT": "2"}
    world.check_out("main")

    with world.start(environment) as process:
        process.communicate(timeout=60)

    assert [state for _, state in world.states()] == ["pending", "success"] * 2
    assert len(world.bodies()) == 1


@pytest.mark.parametrize("mergeable", [False, None])
def test_a_pull_request_in_conflict_with_its_base_is_judged_by_its_head(
    world: World, *, mergeable: bool | None
) -> None:
    world.open_pull({"app.py": "two\n", POLICY: BROKEN}, mergeable=mergeable)
    world.github.add_commit(world.repo.commit({"app.py": "three\n"}), branch="main")
    world.serve()

    done = world.run("pull_request_target")

    assert (done.status, world.states()[-1]) == (1, ("gonogo/verdict", "failure"))


def test_of_two_runs_for_one_commit_the_one_that_began_last_has_the_last_word(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    statuses = f"/repos/acme/shop/commits/{world.head}/statuses"
    # The first run is held back where it would conclude; meanwhile the policy becomes one that the change breaks.
    world.github.fail("GET", statuses, delay_s=6)
    early = world.environment("pull_request_target", world.events.pull_request(NUMBER))
    world.check_out("main")
    with world.start(early) as process:
        wait_for(lambda: bool(world.bodies()))
        world.github.add_commit(world.repo.commit({POLICY: "items: [\n"}), branch="main")
        world.serve()
        late = world.run("pull_request_target")
        log, _ = process.communicate(timeout=60)

    assert (process.returncode, late.status) == (0, 2), log
    assert [state for _, state in world.states()] == ["pending", "pending", "error"]
    assert b"another run for this commit began later" in log
