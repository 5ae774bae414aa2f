"""What Prometheus may hold, and what a gate must make of it: written down before the gate was tuned.

Each case is a job of its own in one real Prometheus.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.gate.history import History

P95, ERRORS, UPTIME = "readiness.metrics.p95", "readiness.metrics.error-rate", "readiness.metrics.uptime"
BUDGET, COMPARISON, LIMITS = "gate.error-budget", "gate.comparison", "readiness.monitor.metrics"

Arrange: TypeAlias = Callable[[History, str], None]


@dataclass(frozen=True)
class Case:
    """A case by its name, which is its job's.

    Attributes:
        settings: of the item; `{job}` in them is the case's name.
        others: settings of further items, by id.
    """

    name: str
    item: str
    state: str
    arrange: Arrange
    settings: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def nothing(_history: History, _job: str) -> None:
    """Nothing was ever scraped."""


def slow(below: Mapping[float, float], **how: Any) -> Arrange:  # noqa: ANN401 - as History takes it
    return lambda history, job: history.histogram(job, below, **how)


def served(per_second: Mapping[str, Any], **how: Any) -> Arrange:  # noqa: ANN401 - as History takes it
    return lambda history, job: history.requests(job, per_second, **how)


def both(*arranged: Arrange) -> Arrange:
    def arrange(history: History, job: str) -> None:
        for one in arranged:
            one(history, job)

    return arrange


def probes(value: Any, instance: str = "a", **how: Any) -> Arrange:  # noqa: ANN401 - as History takes it
    return lambda history, job: history.gauge("probe_success", {"job": job, "instance": instance}, value, **how)


def gauge(name: str, value: Any, instance: str = "a") -> Arrange:  # noqa: ANN401 - as History takes it
    return lambda history, job: history.gauge(name, {"job": job, "instance": instance}, value)


FAST = {0.1: 0.5, 0.25: 0.97, 0.5: 0.99, 1.0: 1.0}
AT_499 = {0.25: 0.5, 0.498: 0.94, 0.5: 0.96, 0.502: 0.99, 1.0: 1.0}
AT_501 = {0.25: 0.5, 0.498: 0.9, 0.5: 0.94, 0.502: 0.96, 1.0: 1.0}
HOUR = {"window": "1h"}
ASKED = {
    "query": 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="{job}"}[10m])))',
    "requests": 'sum(increase(http_request_duration_seconds_bucket{job="{job}",le="+Inf"}[10m]))',
}
TOTAL = 'sum(rate(http_requests_total{job="{job}"}[10m]))'
SHARE = {
    "query": 'sum(rate(http_requests_total{job="{job}",code=~"5.."}[10m])) / ' + TOTAL,
    "requests": 'sum(increase(http_requests_total{job="{job}"}[10m]))',
    "watched": 'http_requests_total{job="{job}"}',
}


def one_query(query: str, **limits: float) -> dict[str, Any]:
    return {"queries": [{"name": "it", "query": query, **limits}]}


CASES = (
    # Latency
    Case("fast", P95, "pass", slow(FAST)),
    Case("at-499-ms", P95, "pass", slow(AT_499)),
    Case("at-501-ms", P95, "fail", slow(AT_501)),
    Case("at-500-ms-to-the-dot", P95, "fail", slow({0.25: 0.9, 0.5: 0.95, 0.502: 1.0})),
    Case("no-edge-at-500-ms", P95, "not-checked", slow({0.25: 0.9, 1.0: 1.0})),
    Case("no-edge-at-500-ms-seems-slow", P95, "not-checked", slow({0.25: 0.5, 1.0: 0.97})),
    Case("slower-than-a-low-last-edge", P95, "not-checked", slow({0.1: 0.5, 0.4: 0.9})),
    Case("slower-than-the-last-edge", P95, "fail", slow({0.1: 0.5, 0.5: 0.6, 1.0: 0.7})),
    Case("no-bucket-but-the-infinite-one", P95, "not-checked", slow({})),
    Case("99-requests", P95, "not-checked", slow(FAST, per_second=0.16)),
    Case("no-requests", P95, "not-checked", slow(FAST, per_second=0.0)),
    Case("no-histogram", P95, "not-checked", nothing),
    Case("scraped-until-eight-minutes-ago", P95, "not-checked", slow(FAST, until=480)),
    Case("scraped-until-three-minutes-ago", P95, "not-checked", slow(FAST, until=180)),
    Case("not-scraped-for-four-minutes", P95, "not-checked", slow(FAST, gap=(510, 240))),
    Case("scraped-since-three-minutes", P95, "not-checked", slow(FAST, since=180)),
    Case("restarted", P95, "pass", slow(FAST, resets=(300,))),
    Case("restarted-often-and-slow", P95, "fail", slow(AT_501, resets=(450, 300, 150))),
    Case("slow-behind-fast-probes", P95, "fail", both(slow(AT_501), slow(FAST, route="/healthz", per_second=500.0))),
    Case("only-probes", P95, "not-checked", slow(FAST, route="/health")),
    Case("in-milliseconds", P95, "pass", slow({100: 0.5, 250: 0.96, 500: 1.0}, name="latency_ms"),
         {"histogram": "latency_ms", "unit": "ms", "max": 500}),
    Case("in-milliseconds-taken-for-seconds", P95, "fail", slow({100: 0.5, 250: 0.96, 500: 1.0}, name="other_ms"),
         {"histogram": "other_ms"}),
    Case("own-query", P95, "pass", slow(AT_499), ASKED),
    Case("own-query-slow", P95, "fail", slow(AT_501), ASKED),
    Case("own-query-without-an-edge", P95, "not-checked", slow({0.25: 0.9, 1.0: 1.0}), ASKED),
    Case("own-query-of-several-series", P95, "not-checked", slow(FAST),
         {**ASKED, "query": 'rate(http_request_duration_seconds_bucket{job="{job}"}[10m])'}),
    Case("own-query-that-divides-by-nothing", P95, "not-checked", slow(FAST, per_second=0.0),
         {**ASKED, "query": 'sum(rate(http_request_duration_seconds_bucket{job="{job}"}[10m])) / 0'}),
    Case("own-query-by-route", P95, "not-checked", both(slow(FAST), slow(FAST, route="/b")),
         {**ASKED, "query": str(ASKED["query"]).replace("by (le)", "by (le, route)")}),
    Case("own-query-around-a-quantile", P95, "not-checked", slow({0.1: 0.5, 0.4: 0.9}),
         {**ASKED, "query": f"max({ASKED['query']})"}),
    Case("own-query-of-another-quantile", P95, "not-checked", slow(AT_501),
         {**ASKED, "query": str(ASKED["query"]).replace("0.95", "0.5")}),
    Case("two-layouts-of-buckets", P95, "pass", both(slow(FAST), slow({0.05: 0.2, 0.3: 0.98, 0.5: 1.0}, route="/b"))),
    Case("one-of-two-services-is-gone", P95, "pass", both(slow(FAST), slow(AT_501, route="/b", until=700))),
    Case("slow-since-two-minutes", P95, "fail",
         both(slow(FAST, per_second=2.0), slow({0.25: 0.0, 0.5: 0.1, 1.0: 1.0}, route="/b", since=120))),
    Case("own-query-of-too-few", P95, "not-checked", slow(FAST, per_second=0.1), ASKED),
    Case("own-query-that-is-stale", P95, "not-checked", slow(FAST, until=240), ASKED),
    # Errors
    Case("few-errors", ERRORS, "pass", served({"200": 20, "500": 0.01})),
    Case("too-many-errors", ERRORS, "fail", served({"200": 20, "500": 0.04})),
    Case("one-in-a-thousand-to-the-dot", ERRORS, "fail", served({"200": 19.98, "503": 0.02})),
    Case("never-an-error", ERRORS, "pass", served({"200": 20, "404": 3})),
    Case("a-label-of-another-name", ERRORS, "not-checked", served({"200": 20, "500": 5}, label="status")),
    Case("a-label-of-another-name-given", ERRORS, "fail", served({"200": 20, "500": 5}, label="status"),
         {"label": "status"}),
    Case("requests-without-a-status", ERRORS, "not-checked", served({"200": 20, "": 1})),
    Case("classes-of-statuses", ERRORS, "fail", served({"2xx": 20, "5xx": 1})),
    Case("statuses-of-grpc-by-a-pattern-of-http", ERRORS, "not-checked", served({"OK": 20, "Internal": 5})),
    Case("statuses-of-grpc", ERRORS, "fail", served({"OK": 20, "Internal": 5}), {"failures": "Internal|Unknown"}),
    Case("too-few-requests", ERRORS, "not-checked", served({"200": 1.5})),
    Case("nobody-asks", ERRORS, "not-checked", served({"200": 0.0, "500": 0.0})),
    Case("no-counter", ERRORS, "not-checked", nothing),
    Case("a-counter-born-with-its-errors", ERRORS, "fail",
         both(served({"200": 20}), served({"500": 0.0}, since=120, first=50.0))),
    Case("an-old-counter-of-errors-that-rests", ERRORS, "pass",
         both(served({"200": 20}), served({"500": 0.0}, first=5e4))),
    Case("counters-that-begin-anew", ERRORS, "pass", served({"200": 20, "500": 0.005}, resets=(300,))),
    Case("errors-over-a-restart", ERRORS, "fail", served({"200": 20, "500": 0.2}, resets=(300,))),
    Case("errors-of-a-service-that-is-gone", ERRORS, "not-checked", served({"200": 20}, until=200)),
    Case("a-counter-that-is-no-number", ERRORS, "not-checked", served({"200": math.nan, "500": 0.0})),
    Case("own-share", ERRORS, "pass", served({"200": 20, "500": 0.01}), SHARE),
    Case("own-share-too-large", ERRORS, "fail", served({"200": 20, "500": 0.1}), SHARE),
    Case("own-share-of-a-status-never-seen", ERRORS, "not-checked", served({"200": 20}), SHARE),
    Case("own-share-of-nothing", ERRORS, "not-checked", served({"200": 0.0, "500": 0.0}), SHARE),
    Case("own-share-upside-down", ERRORS, "not-checked", served({"200": 0.01, "500": 20}),
         {**SHARE, "query": 'sum(rate(http_requests_total{job="{job}"}[10m])) * 3'}),
    Case("own-share-that-is-stale", ERRORS, "not-checked", served({"200": 20, "500": 0.01}, until=150), SHARE),
    Case("all-fail", ERRORS, "fail", served({"502": 20})),
    # Uptime
    Case("always-up", UPTIME, "pass", probes(1), HOUR),
    Case("up-for-99.9-percent", UPTIME, "pass", probes(1), {**HOUR, "target": 1.0}),
    Case("down-for-a-minute", UPTIME, "fail", probes(lambda ago: 0.0 if 600 < ago <= 660 else 1.0), HOUR),
    Case("never-probed", UPTIME, "not-checked", nothing, HOUR),
    Case("probed-since-half-an-hour", UPTIME, "not-checked", probes(1, since=1800), HOUR),
    Case("not-probed-any-more", UPTIME, "not-checked", probes(1, until=240), HOUR),
    Case("one-of-two-probes-fails", UPTIME, "fail",
         both(probes(1), probes(0, instance="b")), HOUR),
    Case("one-of-two-probes-is-young", UPTIME, "not-checked",
         both(probes(1), probes(1, instance="b", since=900)), HOUR),
    Case("a-probe-that-is-no-number", UPTIME, "not-checked", probes(math.nan), HOUR),
    Case("a-metric-that-counts", UPTIME, "not-checked", probes(7), HOUR),
    # The error budget
    Case("budget-left", BUDGET, "pass", served({"200": 20, "500": 0.002})),
    Case("burns-now", BUDGET, "fail",
         served({"200": 20, "500": lambda ago: 20.0 if ago < 600 else 0.0})),
    Case("burnt-an-hour-ago", BUDGET, "pass",
         served({"200": 200, "500": lambda ago: 0.6 if 4200 < ago < 4500 else 0.0})),
    Case("spent-slowly", BUDGET, "fail", served({"200": 20, "500": 0.03})),
    Case("nobody-asks-for-the-budget", BUDGET, "not-checked", served({"200": 0.0})),
    Case("a-burst-of-five-minutes", BUDGET, "pass",
         served({"200": 200, "500": lambda ago: 1.0 if ago < 60 else 0.0})),
    Case("fails-since-half-an-hour", BUDGET, "fail",
         served({"200": 20, "500": lambda ago: 1.0 if ago < 1800 else 0.0})),
    Case("no-budget", BUDGET, "not-checked", nothing),
    Case("budget-of-a-service-that-is-gone", BUDGET, "not-checked", served({"200": 20}, until=240)),
    # Before and after
    Case("as-before", COMPARISON, "pass",
         both(slow(FAST), served({"200": 20, "500": 0.01})), {}, {P95: {}, ERRORS: {}}),
    Case("three-times-slower", COMPARISON, "fail",
         both(slow({0.1: 1.0}, until=1200), slow({0.1: 0.1, 0.25: 0.2, 0.498: 1.0}, since=1000), served({"200": 20})),
         {}, {P95: {}, ERRORS: {}}),
    Case("more-errors-than-before", COMPARISON, "fail",
         served({"200": 200, "500": lambda ago: 0.14 if ago < 1200 else 0.02}), {}, {ERRORS: {}}),
    Case("a-first-error", COMPARISON, "pass",
         served({"200": 200, "500": lambda ago: 0.03 if ago < 1200 else 0.0}), {}, {ERRORS: {"max": 0.002}}),
    Case("the-first-deployment", COMPARISON, "not-checked", served({"200": 20}, since=900), {}, {ERRORS: {}}),
    # Queries of one's own
    Case("all-up", LIMITS, "pass", both(gauge("up", 1), gauge("up", 1, "b")), one_query("min(up{$selector})", min=1)),
    Case("one-of-two-down", LIMITS, "fail",
         both(gauge("up", 1), gauge("up", 0, "b")), one_query("up{$selector}", min=1)),
    Case("no-target", LIMITS, "not-checked", nothing, one_query("min(up{$selector})", min=1)),
    Case("a-scalar", LIMITS, "pass", nothing, one_query("scalar(vector(3))", max=3)),
    Case("a-matrix", LIMITS, "not-checked", gauge("up", 1), one_query("up{$selector}[5m]", min=1)),
    Case("not-promql", LIMITS, "not-checked", nothing, one_query("up{", min=1)),
    Case("zero-by-zero", LIMITS, "not-checked", nothing, one_query("vector(0) / 0", max=1)),
    Case("one-by-zero", LIMITS, "not-checked", nothing, one_query("vector(1) / 0", min=1)),
    Case("saturated", LIMITS, "fail",
         gauge("process_open_fds", 900), one_query("process_open_fds{$selector} / 1024", max=0.8)),
)  # fmt: skip
