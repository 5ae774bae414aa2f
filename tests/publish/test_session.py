"""A run's dealings with GitHub, where the whole action has no way to cause the case."""

from __future__ import annotations

import pytest

from bot.action import exit_status
from bot.collect.change import Revision
from bot.collect.target import Target
from bot.github.client import GitHub as Client
from bot.inputs import Inputs, Runner
from bot.model import State, Verdict
from bot.publish.session import Session
from tests.github_server.handle import GitHub
from tests.github_server.tokens import Kind
from tests.render.reports import HEAD, item, report

_PENDING = report(Verdict.PENDING, item("deploy.health", "It is up", State.PENDING, "not deployed yet"))


def _session(github: GitHub, token: str, branch: str = "main") -> Session:
    runner = Runner.model_validate(
        {
            "event_name": "pull_request",
            "event_path": "event.json",
            "repository": github.repository,
            "workspace": ".",
            "server_url": github.url,
        }
    )
    base = Revision("b" * 40, branch)
    return Session(
        client=Client(github.api_url, token, github.repository, budget_s=0),
        inputs=Inputs.model_validate({}),
        runner=runner,
        target=Target(pull_number=7, head_sha=HEAD, base=base, policy_base=base),
        started_at=1,
    )


def test_pending_is_no_failure_once_github_shows_it(github: GitHub) -> None:
    github.add_pull(7, head_sha=HEAD)
    session = _session(github, github.token())

    session.publish(_PENDING, fresh=True)

    assert (session.state, exit_status(_PENDING, session)) == ("pending", 0)


def test_pending_is_a_failure_where_github_cannot_show_it(github: GitHub) -> None:
    github.add_pull(7, head_sha=HEAD)
    session = _session(github, github.token({"contents": "read"}))
    session.begin()

    session.publish(_PENDING, fresh=True)

    assert (session.state, exit_status(_PENDING, session)) == (None, 1)


def test_a_later_run_s_status_is_left_alone(github: GitHub) -> None:
    github.add_pull(7, head_sha=HEAD)
    earlier, later = (_session(github, github.token()) for _ in range(2))
    earlier.begin()
    later.begin()

    earlier.conclude("success", "go")
    later.conclude("failure", "no go")

    assert [status["state"] for status in github.statuses(HEAD)] == ["pending", "pending", "failure"]
    assert earlier.notes == ["another run for this commit began later: the status is left to it"]


def test_somebody_else_s_status_is_written_over(github: GitHub) -> None:
    github.add_pull(7, head_sha=HEAD)
    session = _session(github, github.token())
    session.begin()
    other = Client(github.api_url, github.token(kind=Kind.PAT), github.repository, budget_s=0)
    other.create_status(HEAD, "success", "gonogo/verdict", "trust me", github.url)

    session.conclude("failure", "no go")

    assert [status["state"] for status in github.statuses(HEAD)] == ["pending", "success", "failure"]


@pytest.mark.parametrize("fault", [{"status": 403}, {"drop": True}, {"status": 500}])
def test_a_status_that_cannot_be_looked_up_is_concluded(github: GitHub, fault: dict[str, object]) -> None:
    github.add_pull(7, head_sha=HEAD)
    session = _session(github, github.token())
    session.begin()
    github.fail("GET", "*/statuses", times=None, **fault)

    session.conclude("success", "go")

    assert github.statuses(HEAD)[-1]["state"] == "success"


@pytest.mark.parametrize(
    "branch",
    ["x" * 500, "\u6f22" * 200, "a\nb", "\U0001f980" * 60, "\udcff" * 90],
    ids=["long", "wide", "broken", "astral", "no text"],
)
def test_a_description_is_one_that_github_takes(github: GitHub, branch: str) -> None:
    github.add_pull(7, head_sha=HEAD)
    session = _session(github, github.token(), branch)

    session.begin()
    session.conclude("error", branch * 3)

    descriptions = [status["description"] for status in github.statuses(HEAD)]
    assert len(descriptions) == 2
    assert all(text.isascii() and text.isprintable() and len(text) <= 140 for text in descriptions)
