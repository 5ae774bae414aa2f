from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.gate.run import gate, policy
from tests.gate.service import Reply, Service

HEALTH = "readiness.verify.health"


def ask(tmp_path: Path, service: Service, *options: str, **settings: Any) -> Any:  # noqa: ANN401 - JSON
    return gate(tmp_path, policy({HEALTH: settings}), "--url", service.url, *options)


@pytest.mark.parametrize(
    "body",
    [
        "OK",
        "healthy\n",
        {"status": "UP", "components": {"db": {"status": "UP", "details": {"database": "PostgreSQL"}}}},
        {"status": "Healthy", "entries": {"db": {"status": "Healthy", "duration": "00:00:00.01"}}},
        {"status": "ok", "info": {"db": {"status": "up"}}, "error": {}, "details": {"db": {"status": "up"}}},
        {"status": "pass", "checks": {"redis:time": [{"status": "pass", "observedValue": 3}]}},
        {"ok": True, "version": "1.2"},
        {"success": True},
        {"checks": {"database": "ok", "nats": "connected"}},
    ],
)
def test_what_frameworks_say_when_all_is_well_passes(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/health", body)

    result = ask(tmp_path, service)

    assert (result.status, result.state(HEALTH)) == (0, "pass")


@pytest.mark.parametrize(
    "reply",
    [
        Reply("OK", 500),
        Reply("", 204),
        Reply("", 302, {"Location": "/login"}),
        Reply("<!DOCTYPE html><html>Shop</html>"),
        Reply("<html><body>welcome to nginx</body></html>", 200, {"Content-Type": "text/plain"}),
        Reply({"status": "ok", "checks": {"database": "down"}}),
        Reply({"status": "ok", "nodes": [{"status": "up"}, {"status": "DEGRADED"}]}),
        Reply({"status": "ok", "error": {"redis": "refused"}}),
        Reply({"healthy": False}),
        Reply("unhealthy", 503),
    ],
)
def test_what_is_not_well_fails(tmp_path: Path, service: Service, reply: Reply) -> None:
    service.routes["/health"] = lambda _: reply

    result = ask(tmp_path, service)

    assert (result.status, result.state(HEALTH)) == (1, "fail")


def test_a_plain_ok_that_says_it_is_a_page_passes(tmp_path: Path, service: Service) -> None:
    service.say("/health", "OK", content_type="text/html; charset=utf-8")

    assert ask(tmp_path, service).state(HEALTH) == "pass"


@pytest.mark.parametrize("body", ["", "hello", {"status": "wobbly"}, {"app": "shop"}, b"\xff\xfe", "[" * 100_000])
def test_what_says_nothing_known_is_not_a_pass(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/health", body)

    result = ask(tmp_path, service)

    assert (result.status, result.state(HEALTH)) == (1, "not-checked")


def test_the_policy_can_say_what_a_body_says_when_all_is_well(tmp_path: Path, service: Service) -> None:
    service.say("/health", {"mood": "sunny", "db": {"lag": 0}})

    assert ask(tmp_path, service, fields={"mood": "sunny", "db.lag": 0}).state(HEALTH) == "pass"
    assert ask(tmp_path, service, fields={"mood": "rainy"}).state(HEALTH) == "fail"
    assert ask(tmp_path, service, fields={"db.delay": 0}).state(HEALTH) == "fail"
    assert ask(tmp_path, service, contains="sunny").state(HEALTH) == "pass"


def test_one_bad_answer_of_three_fails(tmp_path: Path, service: Service) -> None:
    good = Reply({"status": "ok"})
    service.in_turn("/health", good, good, Reply("down", 503))

    assert ask(tmp_path, service).state(HEALTH) == "fail"


def test_a_service_that_says_ok_to_any_path_fails(tmp_path: Path, service: Service) -> None:
    turn = iter(range(1000))
    service.routes["/health"] = service.routes["*"] = lambda _: Reply({"status": "ok", "request": next(turn)})

    result = ask(tmp_path, service)

    assert result.state(HEALTH) == "fail"
    assert "a path that nobody made" in result.reason(HEALTH)


def test_an_answer_that_takes_too_long_fails(tmp_path: Path, service: Service) -> None:
    def slow(_: object) -> Reply:
        time.sleep(0.4)
        return Reply("ok")

    service.routes["/health"] = slow

    assert ask(tmp_path, service, max_seconds=0.2).state(HEALTH) == "fail"
    assert ask(tmp_path, service, max_seconds=5.0).state(HEALTH) == "pass"


def test_nobody_there_fails(tmp_path: Path, service: Service) -> None:
    service.routes["/health"] = lambda _: None

    assert ask(tmp_path, service).state(HEALTH) == "fail"
