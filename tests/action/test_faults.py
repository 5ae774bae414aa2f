"""GitHub has a bad day, or the run is interrupted: there is one comment, and the status is concluded."""

from __future__ import annotations

import signal
import time

import pytest

from tests.action.world import BROKEN, NUMBER, POLICY, World, wait_for
from tests.github_server import faults

_COMMENTS = f"/repos/acme/shop/issues/{NUMBER}/comments"


@pytest.mark.parametrize(
    ("method", "path", "fault"),
    [
        ("POST", _COMMENTS, {"drop": True, "done": True}),
        ("POST", _COMMENTS, {"status": 502, "body": faults.UNICORN, "done": True}),
        ("POST", _COMMENTS, {"drop": True}),
        ("POST", _COMMENTS, {"status": 200, "body": faults.UNICORN}),
        ("POST", _COMMENTS, faults.secondary_limit(retry_after=1)),
        ("GET", _COMMENTS, {"drop": True}),
        ("POST", "/repos/acme/shop/statuses/*", {"status": 500, "times": 2}),
        ("POST", "/repos/acme/shop/check-runs", {"status": 502, "body": faults.UNICORN}),
        ("GET", f"/repos/acme/shop/pulls/{NUMBER}", {"status": 200, "body": faults.UNICORN}),
    ],
)
def test_a_fault_on_the_way_is_got_over(world: World, method: str, path: str, fault: dict[str, object]) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    world.github.fail(method, path, **fault)

    done = world.run()

    assert (done.status, len(world.bodies()), len(world.github.check_runs(world.head))) == (1, 1, 1)
    assert world.states()[-1] == ("gonogo/verdict", "failure")
    assert "Not everything could be published" not in done.summary


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (_COMMENTS, (0, 1, "success")),
        ("/repos/acme/shop/check-runs", (1, 0, "success")),
        ("/repos/acme/shop/statuses/*", (1, 1, None)),
    ],
)
def test_what_github_does_not_do_is_said_and_the_rest_is_done(
    world: World, path: str, left: tuple[int, int, str | None]
) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    locked = {"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest"}
    world.github.fail("POST", path, times=None, status=422, body=locked)

    done = world.run()

    state = world.states()[-1][1] if world.states() else None
    assert (len(world.bodies()), len(world.github.check_runs(world.head)), state) == left
    assert (done.status, done.outputs["verdict"]) == (0, "go")
    assert "Not everything could be published" in done.summary
    assert "422" in done.summary


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("answered", [3, 5])
def test_an_interrupted_run_concludes_its_status(
    world: World, number: signal.Signals, status: int, answered: int
) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.fail("GET", "*", skip=answered - 1, delay_s=1)
    environment = world.environment("pull_request", world.events.pull_request(NUMBER))
    with world.start(environment) as process:
        wait_for(lambda: len(world.github.requests) >= answered)
        process.send_signal(number)
        started = time.monotonic()
        log, _ = process.communicate(timeout=60)

    assert (process.returncode, world.states()[-1]) == (status, ("gonogo/verdict", "error")), log
    assert time.monotonic() - started < 5
    assert number.name in world.github.statuses(world.head)[-1]["description"]


def test_a_base_that_changes_while_it_is_checked_gets_no_verdict(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.fail("POST", "/repos/acme/shop/statuses/*", delay_s=1)
    environment = world.environment("pull_request", world.events.pull_request(NUMBER))
    with world.start(environment) as process:
        wait_for(lambda: len(world.github.requests) == 2)
        world.github.state.pulls[NUMBER]["base"]["ref"] = "release"
        log, _ = process.communicate(timeout=60)

    done = world.done(environment, process.returncode, log)

    assert (done.status, done.outputs, world.bodies()) == (3, {}, [])
    assert world.states()[-1] == ("gonogo/verdict", "error")
    assert "the base changed from main to release while it was checked" in done.log


def test_a_policy_that_is_broken_at_the_base_is_said_on_the_status(world: World) -> None:
    world.base = world.repo.commit({POLICY: "items: [\n"})
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")

    done = world.run()

    assert (done.status, world.states()[-1]) == (2, ("gonogo/verdict", "error"))
    assert POLICY in world.github.statuses(world.head)[-1]["description"]
    assert POLICY in done.summary
    assert f"::error::gonogo: {POLICY}" in done.log


def test_a_summary_that_cannot_be_written_concludes_the_status_too(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    environment = world.environment("pull_request", world.events.pull_request(NUMBER))
    environment["GITHUB_STEP_SUMMARY"] = str(world.temp)
    with world.start(environment) as process:
        log, _ = process.communicate(timeout=60)

    assert process.returncode == 2, log
    assert world.states()[-1] == ("gonogo/verdict", "error")


def test_a_bug_of_gonogo_s_own_concludes_the_status_and_ends_4(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    environment = world.environment("pull_request", world.events.pull_request(NUMBER))
    # No input is known to cause one.
    (world.temp / "sitecustomize.py").write_text("import bot.assess\nbot.assess.assess = None\n", encoding="utf-8")
    environment["PYTHONPATH"] = f"{world.temp}:{environment['PYTHONPATH']}"
    with world.start(environment) as process:
        log, _ = process.communicate(timeout=60)

    assert (process.returncode, world.states()[-1]) == (4, ("gonogo/verdict", "error")), log
    assert "gonogo failed" in world.github.statuses(world.head)[-1]["description"]
    done = world.done(environment, process.returncode, log)
    assert "::error::gonogo failed (TypeError)" in done.log
    assert "**gonogo failed** (TypeError)" in done.summary
