"""A run that is killed at any request, and the next one: one comment with the newest head, and the right status."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.action.test_coverage import HEAD, ITEMS, WORKFLOW, archive, token
from tests.action.world import BROKEN, NUMBER, POLICY, World
from tests.checks.coverage.make import lcov, numbered


@dataclass(frozen=True)
class Story:
    """The event of the run that is killed, its inputs, the commit that it judges, and how the run after it must end."""

    event: str
    payload: object
    head: str
    ends: tuple[int, str]
    comments: int = 1
    inputs: dict[str, str] = field(default_factory=dict)


def _first_post(world: World) -> Story:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    return Story("pull_request", world.events.pull_request(NUMBER), world.head, (1, "failure"))


def _update(world: World) -> Story:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    assert world.run().status == 0
    head = world.push({POLICY: BROKEN})
    return Story("pull_request", world.events.pull_request(NUMBER, "synchronize"), head, (1, "failure"))


def _late_coverage(world: World) -> Story:
    world.base = world.repo.commit({"shop.js": numbered(40), POLICY: ITEMS}, "shop")
    world.open_pull({"shop.js": numbered(10, 100) + numbered(40)})
    world.check_out("topic")
    inputs = {"coverage_artifact": "coverage*", "coverage_workflow": WORKFLOW, "token": token(world)}
    assert world.run("pull_request_target", **inputs).outputs["verdict"] == "pending"
    run = world.github.add_run(world.head, "topic", path=WORKFLOW)
    world.github.add_artifact("coverage", archive({"lcov.info": lcov(HEAD)}), run)
    return Story("workflow_run", world.events.workflow_run(run), world.head, (0, "success"), inputs=inputs)


def _merge_queue(world: World) -> Story:
    world.open_pull({POLICY: BROKEN})
    group = world.queue(world.base)
    world.check_out(group)
    return Story("merge_group", world.events.merge_group(NUMBER, group), group, (1, "failure"), comments=0)


def _each(make: Callable[[World], Story], requests: int) -> Iterator[object]:
    """The story, killed after each of the requests that its run makes."""
    for answered in range(1, requests):
        yield pytest.param(make, requests, answered, id=f"{make.__name__.strip('_')}-{answered}")


@pytest.mark.parametrize(
    ("make", "requests", "answered"),
    [*_each(_first_post, 10), *_each(_update, 10), *_each(_late_coverage, 16), *_each(_merge_queue, 6)],
)
def test_the_run_after_a_killed_one_leaves_one_comment_and_the_right_status(
    world: World, make: Callable[[World], Story], requests: int, answered: int
) -> None:
    story = make(world)
    world.run_killed(world.environment(story.event, story.payload, **story.inputs), answered)

    before = len(world.github.requests)
    done = world.run(story.event, story.payload, **story.inputs)

    assert (done.status, world.states(story.head)[-1]) == (story.ends[0], ("gonogo/verdict", story.ends[1]))
    assert len(world.bodies()) == story.comments
    assert all(story.head[:7] in body for body in world.bodies())
    # So that no request of a longer run goes untried.
    assert len(world.github.requests) - before <= requests
