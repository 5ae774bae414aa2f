"""What only a broken Prometheus, or something in its place, answers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.gate.client import Client
from bot.gate.prometheus import NoDataError, Prometheus
from bot.gate.resolver import Resolver
from bot.gate.scene import Scene
from bot.gate.settings import TargetsSettings
from bot.gate.urls import Url
from tests.gate.run import Result, gate, policy
from tests.gate.service import Reply, Service, serve

LIMITS = "readiness.monitor.metrics"
SETTINGS = {"queries": [{"name": "it", "query": "up", "min": 1}]}


@pytest.fixture
def prometheus() -> Iterator[Service]:
    with serve(Service()) as service:
        yield service


def ask(tmp_path: Path, prometheus: Service, **targets: Any) -> Result:  # noqa: ANN401 - JSON
    return gate(tmp_path, policy({LIMITS: SETTINGS}, targets=targets), "--prometheus", prometheus.url)


def said(value: object = "1", *, kind: str = "vector", at: int = 0, **more: object) -> dict[str, object]:
    """A body; its moment is so many seconds from when it is sent, which `at_once` puts in."""
    sample = [f"@{at}", value]
    result: object = [{"metric": {}, "value": sample}] if kind == "vector" else sample
    return {"status": "success", "data": {"resultType": kind, "result": result}, **more}


def at_once(reply: Reply | None) -> Reply | None:
    if reply is None or isinstance(reply.body, str | bytes):
        return reply
    text = re.sub(r'"@(-?[0-9]+)"', lambda found: f"{time.time() + int(found[1]):.3f}", json.dumps(reply.body))
    return Reply(text, reply.status, {"Content-Type": "application/json", **reply.headers})


@pytest.mark.parametrize(
    "body", [said(), said("1.5"), said(kind="scalar"), said(infos=["PromQL info: x"]), said(warnings=[])]
)
def test_a_whole_answer_counts(tmp_path: Path, prometheus: Service, body: object) -> None:
    prometheus.routes["/api/v1/query"] = lambda _: at_once(Reply(body))

    assert ask(tmp_path, prometheus).state(LIMITS) == "pass"


@pytest.mark.parametrize(
    "reply",
    [
        Reply({**said(), "status": "error", "errorType": "execution", "error": "query timed out"}),
        Reply(said(error="out of memory")),
        Reply(said(warnings=["PromQL warning: bucket label is missing"])),
        Reply(said(isPartial=True)),
        Reply(said(), 503),
        Reply(said(), 302, {"Location": "/login"}),
        Reply(said("NaN")),
        Reply(said("+Inf")),
        Reply(said("-Inf")),
        Reply(said("one")),
        Reply(said(1)),
        Reply(said(at=-600)),
        Reply(said(at=600)),
        Reply({"status": "success", "data": {"resultType": "vector", "result": []}}),
        Reply({"status": "success", "data": {"resultType": "string", "result": ["@0", "1"]}}),
        Reply(
            {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "histogram": [1, {}]}]}}
        ),
        Reply({"status": "success"}),
        Reply({"status": "success", "data": None}),
        Reply([]),
        Reply("<html>sign in</html>"),
        Reply("[" * 100_000),
        Reply("{" + '"a":{' * 50_000),
        Reply(""),
        Reply(b"\xff"),
        Reply("x" * 5_000_000),
        None,
    ],
)
def test_anything_else_is_not_checked(tmp_path: Path, prometheus: Service, reply: Reply | None) -> None:
    prometheus.routes["/api/v1/query"] = lambda _: at_once(reply)

    result = ask(tmp_path, prometheus)

    assert (result.status, result.state(LIMITS)) == (1, "not-checked")


@pytest.mark.parametrize(("at", "counts"), [(0, True), (-3600, False)])
def test_an_answer_for_another_moment_than_was_asked_for_is_none(prometheus: Service, at: int, *, counts: bool) -> None:
    asked = time.time() - 3600
    body = {"status": "success", "data": {"resultType": "vector", "result": [{"value": [asked + at, "1"]}]}}
    prometheus.say("/api/v1/query", body)
    url = Url.parse(prometheus.url)
    client = Client(Resolver(frozenset({url.host}), TargetsSettings(allow_networks=("127.0.0.0/8", "::1")).networks()))
    scene = Scene(client=client, targets=[], prometheus=url, sha=None, environment={}, settings={})

    with nullcontext() if counts else pytest.raises(NoDataError, match="3600 s away"):
        assert Prometheus(scene, url).query("up", asked).one() == 1


@pytest.mark.parametrize("limit", ["nan", "inf", ".nan"])
def test_a_limit_that_no_number_breaks_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], limit: str
) -> None:
    named = tmp_path / "gate.yml"
    queries = f"[{{name: it, query: up, max: {limit}}}]"
    named.write_text(f"name: x\nextends: deploy-gate\nitems:\n  {LIMITS}: {{settings: {{queries: {queries}}}}}\n")

    assert main(["gate", "--policy", str(named), "--url", "https://x"]) == 2
    assert "gate.yml:4" in capsys.readouterr().err


def test_no_prometheus_is_not_checked(tmp_path: Path, service: Service) -> None:
    assert gate(tmp_path, policy({LIMITS: SETTINGS}), "--url", service.url).state(LIMITS) == "not-checked"


def test_a_token_goes_along_and_is_never_shown(
    tmp_path: Path, prometheus: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guarded(request: Any) -> Reply | None:  # noqa: ANN401 - a request
        sent = request.headers.get("authorization")
        return at_once(Reply(said() if sent == "Bearer s3cret-token" else said(error=f"not {sent}")))

    prometheus.routes["/api/v1/query"] = guarded
    assert ask(tmp_path, prometheus, prometheus_token="TOKEN").state(LIMITS) == "not-checked"
    monkeypatch.setenv("TOKEN", "s3cret-token")
    assert ask(tmp_path, prometheus, prometheus_token="TOKEN").state(LIMITS) == "pass"
    monkeypatch.setenv("TOKEN", "0ther-token")
    refused = ask(tmp_path, prometheus, prometheus_token="TOKEN")
    assert refused.state(LIMITS) == "not-checked"
    assert "0ther-token" not in refused.text


def test_a_query_cannot_leave_its_address(tmp_path: Path, prometheus: Service) -> None:
    prometheus.routes["/api/v1/query"] = lambda _: at_once(Reply(said()))
    items = {LIMITS: {"queries": [{"name": "it", "query": "up&time=1#\r\nHost: x", "min": 1}]}}

    assert gate(tmp_path, policy(items), "--prometheus", prometheus.url).state(LIMITS) == "pass"
    assert [request.path for request in prometheus.requests] == ["/api/v1/query?query=up%26time%3D1%23%0D%0AHost%3A+x"]
