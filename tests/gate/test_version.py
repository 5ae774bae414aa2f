from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gate.run import OLDER, SHA, Result, gate, policy
from tests.gate.service import Reply, Service

VERSION = "readiness.step.deploy"


def ask(tmp_path: Path, service: Service, *options: str, **settings: Any) -> Result:  # noqa: ANN401 - JSON
    return gate(tmp_path, policy({VERSION: settings}), "--url", service.url, *(options or ("--sha", SHA)))


@pytest.mark.parametrize(
    "body",
    [
        {"sha": SHA},
        {"commit": SHA[:7]},
        SHA,
        SHA.upper() + "\n",
        "1.4.2+" + SHA[:12],
        {"version": f"v1.4-3-g{SHA[:7]}"},
    ],
)
def test_the_deployed_commit_passes(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/version", body)

    assert ask(tmp_path, service).state(VERSION) == "pass"


@pytest.mark.parametrize("body", [{"sha": OLDER}, OLDER, {"commit": OLDER[:12]}, {"commit": SHA[:11] + "f" + SHA[12:]}])
def test_another_commit_fails(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/version", body)

    assert ask(tmp_path, service).state(VERSION) == "fail"


def test_one_replica_of_an_older_commit_fails(tmp_path: Path, service: Service) -> None:
    service.in_turn("/version", Reply(SHA), Reply(SHA), Reply(OLDER))

    assert ask(tmp_path, service).state(VERSION) == "fail"


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"version": "1.4.2"}),
        Reply(SHA[:6]),
        Reply("<html>" + SHA + "</html>"),
        Reply("", 404),
        Reply("", 302, {"Location": "/login"}),
        None,
    ],
)
def test_a_service_that_names_no_commit_is_not_a_pass(tmp_path: Path, service: Service, reply: Reply | None) -> None:
    service.routes["/version"] = lambda _: reply

    assert ask(tmp_path, service).state(VERSION) == "not-checked"


def test_without_a_commit_to_compare_it_is_not_checked(tmp_path: Path, service: Service) -> None:
    assert ask(tmp_path, service, "--format", "json").state(VERSION) == "not-checked"


def test_a_header_can_name_the_commit(tmp_path: Path, service: Service) -> None:
    service.headers["X-Commit"] = SHA

    assert ask(tmp_path, service, path="/health", header="x-commit").state(VERSION) == "pass"
    service.headers["X-Commit"] = OLDER
    assert ask(tmp_path, service, path="/health", header="x-commit").state(VERSION) == "fail"


def test_a_short_name_of_the_commit_is_refused(
    tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(tmp_path, service, "--sha", SHA[:12]).status == 2
    assert "--sha" in capsys.readouterr().err
