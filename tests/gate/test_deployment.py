from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.run import SHA, Result, gate, policy
from tests.gate.service import Reply, Service
from tests.github_server.handle import GitHub

HEALTH = "readiness.verify.health"


@pytest.fixture
def deployed(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """A GitHub with a commit that was deployed to staging and production."""
    github.add_commit(SHA)
    monkeypatch.setenv("GITHUB_API_URL", github.api_url)
    monkeypatch.setenv("GITHUB_SERVER_URL", github.url)
    monkeypatch.setenv("GITHUB_REPOSITORY", github.repository)
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    monkeypatch.setenv("GITHUB_TOKEN", github.token({"deployments": "write"}))
    for environment in ("staging", "production"):
        github.add_deployment(SHA, environment)
    return github


def ask(tmp_path: Path, service: Service, *options: str) -> Result:
    return gate(tmp_path, policy({HEALTH: {}}), "--url", service.url, "--sha", SHA, *options)


def told(github: GitHub) -> list[tuple[str, str, str]]:
    return [(one["environment"], one["state"], one["log_url"]) for one in github.deployment_statuses()]


def test_a_deployment_gets_its_statuses(tmp_path: Path, service: Service, deployed: GitHub) -> None:
    assert ask(tmp_path, service, "--environment", "production").status == 0

    run = f"{deployed.url}/{deployed.repository}/actions/runs/7"
    assert told(deployed) == [("production", "in_progress", run), ("production", "success", run)]


def test_a_no_go_is_a_failure_of_the_deployment(tmp_path: Path, service: Service, deployed: GitHub) -> None:
    service.routes["/health"] = lambda _: Reply("down", 503)

    assert ask(tmp_path, service, "--environment", "staging").status == 1
    assert [state for _, state, _ in told(deployed)] == ["in_progress", "failure"]


def test_without_an_environment_github_is_not_asked(tmp_path: Path, service: Service, deployed: GitHub) -> None:
    assert ask(tmp_path, service).status == 0
    assert deployed.requests == []


def test_where_nothing_was_deployed_nothing_is_written(tmp_path: Path, service: Service, deployed: GitHub) -> None:
    result = ask(tmp_path, service, "--environment", "qa")

    assert (result.status, told(deployed)) == (0, [])
    assert any("no deployment of the commit to qa" in note for note in result.report["notes"])


def test_a_token_that_may_not_write_is_said_so_and_changes_no_verdict(
    tmp_path: Path, service: Service, deployed: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", deployed.token({"deployments": "read"}))

    result = ask(tmp_path, service, "--environment", "production")

    assert (result.status, told(deployed)) == (0, [])
    assert any("`deployments: write`" in note for note in result.report["notes"])


@pytest.mark.parametrize("without", ["GITHUB_TOKEN", "GITHUB_REPOSITORY"])
def test_an_environment_without_github_is_an_error_of_usage(
    tmp_path: Path, service: Service, deployed: GitHub, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    monkeypatch.delenv(without)

    assert ask(tmp_path, service, "--environment", "production").status == 2
    assert deployed.requests == []
