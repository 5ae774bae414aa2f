"""`readiness.metrics.p95`: how long requests take, by the service's own histogram.

Rule: the quantile is below the limit by Prometheus' own number and by the edges of the bucket in which it lies, over
enough requests. Source: docs/deploy-gate.md; the list's "P95 < 500 ms".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from bot.gate.notes import Notes
from bot.gate.prometheus import NoDataError, Prometheus, finite, open_prometheus
from bot.gate.queries.series import Metric, QuerySettings, check_fresh, is_below, noting
from bot.gate.rules import promql
from bot.gate.rules.buckets import Buckets, UnusableError, parse_buckets
from bot.gate.scene import Scene


class LatencySettings(QuerySettings):
    """Settings of `readiness.metrics.p95`."""

    histogram: Annotated[Metric, Field(description="its name, without _bucket")] = "http_request_duration_seconds"
    quantile: Annotated[float, Field(gt=0, lt=1)] = 0.95
    max: Annotated[float, Field(description="the limit, in `unit`", gt=0)] = 0.5
    unit: Annotated[Literal["s", "ms"], Field(description="of the histogram")] = "s"
    min_requests: Annotated[int, Field(description="with fewer in the window it is not checked", ge=1)] = 100


@dataclass(frozen=True)
class Latency:
    """A quantile at a moment.

    Attributes:
        value: by Prometheus.
        bounds: between which it really lies; None where the buckets are not known.
        at: the moment, by Prometheus' clock.
    """

    value: float
    requests: float
    bounds: tuple[float, float] | None
    at: float


def answer_latency(scene: Scene, settings: LatencySettings, notes: Notes) -> str:
    """Ask for the quantile, and judge it."""
    counted = settings.since(scene)
    place = settings.query or promql.quantile(settings.quantile, _series(scene, settings), counted.window)
    with noting(notes, place):
        prometheus = open_prometheus(scene)
        check_fresh(prometheus, settings.watched_series(_series(scene, settings)), settings)
        found = measure_latency(scene, counted)
        _judge(settings, found, place, notes)
        return f"{_shown(settings, found.value)} over {found.requests:.0f} requests in {counted.window}"
    return ""


def measure_latency(scene: Scene, settings: LatencySettings, at: float | None = None) -> Latency:
    """The quantile now, or at a moment.

    Raises:
        NoDataError: there is none, or too few requests for one.
        UnusableError: the buckets tell nothing.
    """
    prometheus = open_prometheus(scene)
    found = _by_query(prometheus, settings, at) if settings.query else _by_buckets(scene, prometheus, settings, at)
    if found.requests < settings.min_requests:
        reason = f"{found.requests:.0f} requests in {settings.window}, fewer than {settings.min_requests}"
        raise NoDataError(reason, "wait for traffic, send some, or lengthen `window`")
    return found


def _series(scene: Scene, settings: LatencySettings) -> str:
    return settings.series(scene, f"{settings.histogram}_bucket")


def _by_buckets(scene: Scene, prometheus: Prometheus, settings: LatencySettings, at: float | None) -> Latency:
    series = _series(scene, settings)
    vector = prometheus.query(promql.by_bucket(series, settings.window), at)
    buckets = parse_buckets(vector.pairs)
    if not buckets.total:
        raise NoDataError(f"no requests in {settings.window}", "wait for traffic, send some, or lengthen `window`")
    value = prometheus.query(promql.quantile(settings.quantile, series, settings.window), vector.at).one()
    return Latency(value, buckets.total, buckets.bounds(settings.quantile), vector.at)


def _by_query(prometheus: Prometheus, settings: LatencySettings, at: float | None) -> Latency:
    query = settings.query or ""
    vector = prometheus.query(query, at)
    value = vector.one()
    requests = finite(prometheus.query(settings.requests or "", vector.at).one())
    inner = promql.inside_quantile(query)
    if inner is None:
        if promql.has_quantile(query):
            raise NoDataError("its buckets cannot be seen", "let all of `query` be one histogram_quantile(number, ...)")
        return Latency(value, requests, None, vector.at)
    if inner[0] != settings.quantile:
        raise NoDataError(f"it asks for the quantile {inner[0]:g}, not for {settings.quantile:g}", "mend one of them")
    return Latency(value, requests, _buckets(prometheus, inner[1], vector.at).bounds(inner[0]), vector.at)


def _buckets(prometheus: Prometheus, query: str, at: float) -> Buckets:
    buckets = parse_buckets(prometheus.query(query, at).pairs)
    if not buckets.total:
        raise UnusableError("the buckets are empty")
    return buckets


def _judge(settings: LatencySettings, found: Latency, place: str, notes: Notes) -> None:
    limit = settings.max
    notes.figures.update(value=found.value, limit=limit, unit=settings.unit, requests=found.requests)
    low, high = found.bounds or (found.value, found.value)
    notes.figures.update(above=low, at_most=high)
    value, wanted = _shown(settings, found.value), _shown(settings, limit)
    if high <= limit and is_below(found.value, limit):
        notes.saw(place, f"is {value}, below {wanted}")
    elif low < limit < high:
        upper = "without an end" if math.isinf(high) else f"to {_shown(settings, high)}"
        reason = f"lies in the bucket from {_shown(settings, low)} {upper}: on which side of {wanted} is not known"
        notes.unsure(place, reason, f"give the histogram a bucket that ends at {wanted}")
    else:
        notes.fail("slow", place, f"is {_shown(settings, max(found.value, low))}, not below {wanted}")


def _shown(settings: LatencySettings, value: float) -> str:
    return f"{value * (1000 if settings.unit == 's' else 1):.0f} ms"
