"""The whole gate: a real service over TLS, scraped by a real Prometheus, with the shipped policy as it is."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.cli import main
from tests.gate.certificates import Authority
from tests.gate.prometheus import Server, run_prometheus
from tests.gate.run import SHA, Result, gate
from tests.gate.service import Reply, Request, Service, serve

SCRAPED = {"window": "20s", "max_gap": "5s"}
PASSING = (
    "gate.targets",
    "readiness.verify.health",
    "readiness.step.deploy",
    "readiness.deploy.connection-tests",
    "readiness.deploy.metrics-accessible",
    "readiness.verify.smoke",
    "readiness.deploy.ssl-tls",
    "readiness.deploy.headers-verified",
    "readiness.deploy.cors-proper",
    "readiness.security.rate-limiting",
    "readiness.monitor.metrics",
    "readiness.verify.logs",
    "readiness.metrics.p95",
    "readiness.metrics.error-rate",
    "readiness.metrics.uptime",
    "readiness.metrics.security-score",
    "gate.error-budget",
    "gate.response-time",
)


class Shop(Service):
    """A service that counts what it serves; `slow` and `broken` are what a deployment can do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.slow, self.broken = 0.02, 0
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.latency = Histogram(
            "http_request_duration_seconds", "Latency", ["route"], registry=registry, buckets=(0.05, 0.1, 0.25, 0.5, 1)
        )
        self.served = Counter("http_requests", "Requests", ["code"], registry=registry)
        self.logged = Counter("log_lines", "Lines", ["level"], registry=registry)
        self.logged.labels("error").inc(0)
        Gauge("build_info", "Build", ["commit"], registry=registry).labels(SHA).set(1)
        self.say("/health", {"status": "ok", "checks": {"database": "up"}})
        self.say("/version", {"commit": SHA})
        self.say("/", "<!doctype html><title>Shop</title>", content_type="text/html")
        self.say("/api/items", {"items": [1, 2]})
        self.routes["/metrics"] = lambda _: Reply(generate_latest(registry), 200, {"Content-Type": "text/plain"})
        self.routes["/sign-in"] = self._limited

    def _limited(self, _: Request) -> Reply:
        asked = sum(request.path == "/sign-in" for request in self.requests)
        return Reply("ok") if asked % 100 < 20 else Reply("slow down", 429)

    def work(self, stop: threading.Event) -> None:
        """Serve some hundred customers a second, as far as the counters know."""
        for number in itertools.count():
            if stop.wait(0.05):
                return
            for _ in range(10):
                self.latency.labels("/api/items").observe(self.slow)
            failed = self.broken and number % 2 == 0
            self.served.labels("500" if failed else "200").inc(10)
            self.logged.labels("error").inc(10 if failed else 0)


@pytest.fixture(scope="module")
def shop(authority: Authority) -> Iterator[Shop]:
    stop = threading.Event()
    with serve(Shop(), authority.issue()) as service:
        assert isinstance(service, Shop)
        threading.Thread(target=service.work, args=(stop,), daemon=True).start()
        yield service
        stop.set()


@pytest.fixture(scope="module")
def prometheus(shop: Shop, tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Server]:
    target = shop.url.removeprefix("https://")
    with run_prometheus(tmp_path_factory.mktemp("prometheus"), authority.path, [target]) as server:
        time.sleep(24)
        yield server


def policy(**changed: dict[str, Any]) -> dict[str, Any]:
    """The shipped policy, with what a team has to say of its service, and times that a test can wait for."""
    sign_in, counter = {"path": "/sign-in"}, {**SCRAPED, "min_requests": 100}
    error_lines = 'sum(rate(log_lines_total{$selector,level="error"}[20s]))'
    settings: dict[str, dict[str, Any]] = {
        "gate.targets": {
            "allow_networks": ["127.0.0.0/8", "::1"], "selector": 'job="shop"', "stable_for": 3, "every": 1,
        },
        "readiness.deploy.metrics-accessible": {"path": "/metrics", "series": ["http_requests_total", "build_info"]},
        "readiness.verify.smoke": {
            "requests": [{"name": "items", "path": "/api/items", "expect": {"fields": {"items.1": 2}}}]
        },
        "readiness.security.rate-limiting": sign_in,
        "readiness.verify.logs": {
            "queries": [{"name": "error lines", "query": error_lines, "max": 1}]
        },
        "readiness.metrics.p95": counter,
        "readiness.metrics.error-rate": counter,
        "readiness.metrics.uptime": {**SCRAPED, "metric": "up", "selector": 'job="shop"'},
        "gate.error-budget": {"max_gap": "5s", "min_requests": 100},
        "gate.response-time": {"requests": 20, "spread": 0},
    }  # fmt: skip
    off = ("gate.comparison", "readiness.deploy.jwt-working", "readiness.docs.swagger-ui")
    items: dict[str, Any] = {item: {"settings": {**given, **changed.get(item, {})}} for item, given in settings.items()}
    items |= {item: {"required": "off"} for item in off}
    return {"name": "shop", "extends": "deploy-gate", "items": items}


def ask(tmp_path: Path, shop: Shop, prometheus: Server, *options: str) -> Result:
    named = ("--url", shop.url, "--prometheus", prometheus.url, "--sha", SHA)
    return gate(tmp_path, policy(), *named, *options)


def test_a_healthy_deployment_is_a_go(tmp_path: Path, shop: Shop, prometheus: Server) -> None:
    result = ask(tmp_path, shop, prometheus, "--wait", "60")

    assert {item: result.reason(item) for item in PASSING if result.state(item) != "pass"} == {}
    assert (result.status, result.report["verdict"], result.report["head"]) == (0, "go", SHA)
    value = result.item("readiness.metrics.p95")["figures"]["value"]
    query = 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="shop"}[20s])))'
    assert value == pytest.approx(prometheus.value(query), rel=0.01)


@pytest.mark.parametrize("form", ["terminal", "markdown", "sarif", "html", "json"])
def test_every_format_says_what_was_asked(
    tmp_path: Path, shop: Shop, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    named = tmp_path / "gate.yml"
    named.write_text(json.dumps(policy()))

    status = main(["gate", "--policy", str(named), "--url", shop.url, "--sha", SHA, "--format", form])

    said = capsys.readouterr().out
    assert status == 1
    assert "Prometheus" in said
    assert shop.url in said or form == "sarif"
    assert "against" not in said or form in {"html", "sarif", "json"}


def test_a_deployment_that_fails_is_no_go_within_seconds(tmp_path: Path, shop: Shop, prometheus: Server) -> None:
    shop.broken, shop.slow = 1, 0.7
    try:
        time.sleep(12)
        started = time.monotonic()
        result = ask(tmp_path, shop, prometheus, "--wait", "600")
    finally:
        shop.broken, shop.slow = 0, 0.02

    assert time.monotonic() - started < 60
    failed = {"readiness.metrics.p95", "readiness.metrics.error-rate", "gate.error-budget", "readiness.verify.logs"}
    assert {item for item in PASSING if result.state(item) == "fail"} == failed
    assert result.status == 1


def test_a_service_that_is_not_scraped_any_more_is_no_go(tmp_path: Path, shop: Shop, prometheus: Server) -> None:
    served, shop.routes["/metrics"] = shop.routes["/metrics"], lambda _: Reply("", 503)
    try:
        time.sleep(8)
        result = ask(tmp_path, shop, prometheus)
    finally:
        shop.routes["/metrics"] = served

    unknown = ("readiness.metrics.p95", "readiness.metrics.error-rate", "gate.error-budget")
    assert {item: result.state(item) for item in unknown} == dict.fromkeys(unknown, "not-checked")
    assert (result.status, result.state("readiness.monitor.metrics")) == (1, "fail")
