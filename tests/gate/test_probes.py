"""Rate limits, smoke requests, dependencies, metrics endpoints, descriptions and response times."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.openmetrics import exposition

from tests.gate.run import Result, gate, policy
from tests.gate.service import Reply, Request, Service

RATE, SMOKE = "readiness.security.rate-limiting", "readiness.verify.smoke"
METRICS, OPENAPI = "readiness.deploy.metrics-accessible", "readiness.docs.swagger-ui"
CONNECTIONS, REDIS, TIME = (
    "readiness.deploy.connection-tests",
    "readiness.deploy.redis-accessible",
    "gate.response-time",
)


def ask(tmp_path: Path, service: Service, item: str, **settings: Any) -> Result:  # noqa: ANN401 - JSON
    return gate(tmp_path, policy({item: settings}), "--url", service.url)


# Rate limits


def limit(service: Service, number: int, status: int = 429) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return Reply("ok") if len(seen) <= number else Reply("slow down", status, {"Retry-After": "1"})

    service.routes["/sign-in"] = answer


def test_a_burst_that_is_limited_passes_and_ends_there(tmp_path: Path, service: Service) -> None:
    limit(service, 15)

    result = ask(tmp_path, service, RATE, path="/sign-in", requests=200)

    assert result.state(RATE) == "pass"
    assert len(service.requests) == 21


def test_a_burst_that_is_never_limited_fails(tmp_path: Path, service: Service) -> None:
    limit(service, 1000)

    assert ask(tmp_path, service, RATE, path="/sign-in", requests=30).state(RATE) == "fail"
    assert len(service.requests) == 30


def test_a_limiter_that_answers_503_fails_with_what_to_do(tmp_path: Path, service: Service) -> None:
    limit(service, 5, 503)

    result = ask(tmp_path, service, RATE, path="/sign-in", requests=30)

    assert result.state(RATE) == "fail"
    assert "429" in result.item(RATE)["findings"][0]["fix"]


@pytest.mark.parametrize("number", [0])
def test_a_route_that_is_limited_before_the_burst_is_not_checked(tmp_path: Path, service: Service, number: int) -> None:
    limit(service, number)

    assert ask(tmp_path, service, RATE, path="/sign-in").state(RATE) == "not-checked"


def test_without_a_route_no_burst_is_sent(tmp_path: Path, service: Service) -> None:
    assert ask(tmp_path, service, RATE).state(RATE) == "not-checked"
    assert service.requests == []


# Smoke requests


def smoke(**expect: object) -> dict[str, Any]:
    return {"requests": [{"name": "basket", "path": "/api/basket?x=1", "expect": expect}]}


@pytest.mark.parametrize(
    "expect",
    [
        {},
        {"fields": {"items.0.id": 7, "open": True}},
        {"contains": ['"id"'], "lacks": ["error"]},
        {"type": "application/json"},
        {"headers": {"X-Frame-Options": "DENY"}},
        {"status": [200, 204]},
    ],
)
def test_a_request_that_is_answered_as_expected_passes(
    tmp_path: Path, service: Service, expect: dict[str, Any]
) -> None:
    service.say("/api/basket", {"items": [{"id": 7}], "open": True})

    assert ask(tmp_path, service, SMOKE, **smoke(**expect)).state(SMOKE) == "pass"


@pytest.mark.parametrize(
    "expect",
    [
        {"fields": {"items.0.id": 8}},
        {"fields": {"items.1.id": 7}},
        {"fields": {"open": 1}},
        {"contains": ["sold out"]},
        {"lacks": ["open"]},
        {"type": "text/html"},
        {"headers": {"X-Frame-Options": "SAMEORIGIN"}},
        {"status": [204]},
    ],
)
def test_a_request_that_is_answered_otherwise_fails(tmp_path: Path, service: Service, expect: dict[str, Any]) -> None:
    service.say("/api/basket", {"items": [{"id": 7}], "open": True})

    assert ask(tmp_path, service, SMOKE, **smoke(**expect)).state(SMOKE) == "fail"


def test_a_page_in_place_of_an_answer_is_no_pass(tmp_path: Path, service: Service) -> None:
    service.say("/api/basket", "<!doctype html><title>Sign in</title>", content_type="text/html")

    assert ask(tmp_path, service, SMOKE, **smoke()).state(SMOKE) == "not-checked"
    assert ask(tmp_path, service, SMOKE, **smoke(fields={"open": True})).state(SMOKE) == "fail"
    assert ask(tmp_path, service, SMOKE, **smoke(contains=["Sign in"])).state(SMOKE) == "pass"


def test_a_request_can_carry_a_secret_and_a_body_and_neither_is_shown(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASKET_TOKEN", "s3cret-basket")
    service.routes["/api/basket"] = lambda request: Reply(
        {"sent": request.body.decode(), "token": request.headers["authorization"]}, 201, {"X-Echo": "s3cret-basket"}
    )
    request = {
        "name": "order", "path": "/api/basket", "method": "POST", "content": {"id": 7},
        "secret_headers": {"Authorization": "BASKET_TOKEN"},
        "expect": {"status": [201], "fields": {"sent": '{"id": 7}', "token": "s3cret-basket"}},
    }  # fmt: skip

    result = ask(tmp_path, service, SMOKE, requests=[request])

    assert result.state(SMOKE) == "pass"
    assert "s3cret-basket" not in result.text
    monkeypatch.delenv("BASKET_TOKEN")
    assert ask(tmp_path, service, SMOKE, requests=[request]).state(SMOKE) == "not-checked"


@pytest.mark.parametrize(
    "request_",
    [{"method": "TRACE"}, {"path": "file:///etc/passwd"}, {"path": "x"}, {"headers": {"A\r\nB": "x"}}, {"x": 1}],
)
def test_a_request_that_is_none_is_an_error_of_the_policy(
    tmp_path: Path, service: Service, request_: dict[str, Any]
) -> None:
    assert ask(tmp_path, service, SMOKE, requests=[{"name": "a", "path": "/", **request_}]).status == 2


# Dependencies


def test_dependencies_that_are_up_pass(tmp_path: Path, service: Service) -> None:
    assert ask(tmp_path, service, CONNECTIONS).state(CONNECTIONS) == "pass"
    assert ask(tmp_path, service, REDIS).state(REDIS) == "pass"


def test_a_dependency_that_is_down_fails_its_item_alone(tmp_path: Path, service: Service) -> None:
    service.say("/health", {"status": "degraded", "checks": {"database": "up", "redis": {"status": "down"}}}, 503)
    items: dict[str, dict[str, Any]] = {item: {} for item in (CONNECTIONS, REDIS, "readiness.database.health-check")}

    result = gate(tmp_path, policy(items), "--url", service.url)

    assert [result.state(item) for item in items] == ["fail", "fail", "pass"]


@pytest.mark.parametrize("body", [{"status": "ok"}, "ok", {"checks": {"database": "up"}}])
def test_a_service_that_says_nothing_of_its_cache_is_not_checked(
    tmp_path: Path, service: Service, body: object
) -> None:
    service.say("/health", body)

    assert ask(tmp_path, service, REDIS).state(REDIS) == "not-checked"


# The metrics endpoint


def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    Counter("orders", "Orders", registry=registry).inc()
    Histogram("latency_seconds", "Latency", registry=registry).observe(0.2)
    return registry


def openmetrics() -> bytes:
    text: bytes = exposition.generate_latest(registry())  # type: ignore[no-untyped-call]
    return text


def test_what_a_client_library_serves_passes(tmp_path: Path, service: Service) -> None:
    service.say("/metrics", generate_latest(registry()), content_type="text/plain; version=0.0.4")
    settings = {"path": "/metrics", "series": ["orders_total", "latency_seconds", "latency_seconds_bucket"]}

    assert ask(tmp_path, service, METRICS, **settings).state(METRICS) == "pass"
    service.say("/metrics", openmetrics(), content_type="application/openmetrics-text; version=1.0.0")
    assert ask(tmp_path, service, METRICS, **settings).state(METRICS) == "pass"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("<html># TYPE</html>", "text/html", 200),
        ("<!doctype html># TYPE a counter", "text/plain", 200),
        ({"orders": 1}, "application/json", 200),
        ("# TYPE a counter\na_total 1\n", "text/plain", 503),
        ("# TYPE a counter\na_total one\n", "text/plain", 200),
        ("# TYPE a counter\n", "text/plain", 200),
        ("hello 1\n", "text/plain", 200),
        (b"# TYPE a counter\n\xff 1\n", "text/plain", 200),
        ("# TYPE a counter\na_total 1\n", "application/openmetrics-text", 200),
    ],
)
def test_what_is_no_exposition_fails(tmp_path: Path, service: Service, body: Any, kind: str, status: int) -> None:  # noqa: ANN401
    service.say("/metrics", body, status, content_type=kind)

    assert ask(tmp_path, service, METRICS, path="/metrics").state(METRICS) == "fail"


def test_a_series_that_is_missing_fails_and_one_without_a_number_is_not_checked(
    tmp_path: Path, service: Service
) -> None:
    service.say("/metrics", "# TYPE a gauge\na NaN\n# TYPE b gauge\nb 1\n", content_type="text/plain")

    assert ask(tmp_path, service, METRICS, path="/metrics", series=["b"]).state(METRICS) == "pass"
    assert ask(tmp_path, service, METRICS, path="/metrics", series=["a"]).state(METRICS) == "not-checked"
    assert ask(tmp_path, service, METRICS, path="/metrics", series=["c"]).state(METRICS) == "fail"


def test_an_endpoint_that_must_be_closed_and_is_open_fails(tmp_path: Path, service: Service) -> None:
    service.say("/internal", generate_latest(registry()), content_type="text/plain")
    settings = {"path": "/internal", "closed": ["/metrics"]}

    assert ask(tmp_path, service, METRICS, **settings).state(METRICS) == "pass"
    service.routes["/metrics"] = service.routes["/internal"]
    assert ask(tmp_path, service, METRICS, **settings).state(METRICS) == "fail"


# The description of the API

ITEM = {"$ref": "#/components/schemas/Item"}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/items/{id}": {
            "get": {
                "operationId": "item",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "it", "content": {"application/json": {"schema": ITEM}}}},
            }
        }
    },
    "components": {"schemas": {"Item": {"type": "object", "properties": {"next": ITEM}}}},
}
YAML = """
swagger: "2.0"
info: { title: Shop, version: "1" }
paths:
  /items: { get: { responses: { "200": { description: all } } } }
"""


@pytest.mark.parametrize("body", [DESCRIPTION, {**DESCRIPTION, "openapi": "3.0.3"}, YAML])
def test_a_valid_description_passes(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/openapi.json", body)

    assert ask(tmp_path, service, OPENAPI).state(OPENAPI) == "pass"


@pytest.mark.parametrize(
    "body",
    [
        {**DESCRIPTION, "info": {"title": "Shop"}},
        {**DESCRIPTION, "components": {}},
        {**DESCRIPTION, "paths": {"/items/{id}": {"get": {"responses": {"200": {"description": "it"}}}}}},
        {**DESCRIPTION, "paths": None},
        {**DESCRIPTION, "openapi": "9.0.0"},
        {"hello": 1},
        [],
        "hello",
        "<!doctype html><title>Swagger UI</title>",
        "a: &a [*a",
    ],
)
def test_a_description_that_is_not_valid_fails(tmp_path: Path, service: Service, body: object) -> None:
    service.say("/openapi.json", body)

    assert ask(tmp_path, service, OPENAPI).state(OPENAPI) == "fail"


@pytest.mark.parametrize("reference", ["https://example.org/x.json", "other.json", "file:///etc/passwd", "//x/y"])
def test_a_description_that_refers_to_others_is_not_checked(tmp_path: Path, service: Service, reference: str) -> None:
    service.say("/openapi.json", {**DESCRIPTION, "components": {"schemas": {"Item": {"$ref": reference}}}})

    assert ask(tmp_path, service, OPENAPI).state(OPENAPI) == "not-checked"


def test_a_description_of_a_billion_laughs_is_not_checked(tmp_path: Path, service: Service) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    service.say("/openapi.json", "\n".join(["openapi: 3.1.0", "info: {title: x, version: '1'}", "paths: {}", *lines]))
    started = time.monotonic()

    assert ask(tmp_path, service, OPENAPI).state(OPENAPI) == "not-checked"
    assert time.monotonic() - started < 20


# The time of a sample


def test_a_sample_that_is_fast_passes_and_says_what_it_is(tmp_path: Path, service: Service) -> None:
    result = ask(tmp_path, service, TIME, spread=0, requests=20, path="/health")

    assert result.state(TIME) == "pass"
    assert "synthetic p95 of n = 20" in result.item(TIME)["evidence"][0]["text"]


def test_a_sample_of_which_a_tenth_is_slow_fails(tmp_path: Path, service: Service) -> None:
    turn = iter(range(1000))

    def answer(_: Request) -> Reply:
        if next(turn) % 10 == 0:
            time.sleep(0.25)
        return Reply("ok")

    service.routes["/slow"] = answer

    assert ask(tmp_path, service, TIME, spread=0, requests=20, path="/slow", max_ms=200).state(TIME) == "fail"


@pytest.mark.parametrize(("status", "state"), [(500, "fail"), (404, "not-checked"), (302, "not-checked")])
def test_a_sample_of_what_is_not_there_is_no_pass(tmp_path: Path, service: Service, status: int, state: str) -> None:
    service.say("/slow", "", status)

    assert ask(tmp_path, service, TIME, spread=0, requests=20, path="/slow").state(TIME) == state
