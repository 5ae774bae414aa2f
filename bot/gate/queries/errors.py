"""`readiness.metrics.error-rate`: the share of requests that fail, by the service's own counter.

Rule: below the limit, over enough requests, each of which has a status; a counter that began within the window counts
from zero. Source: docs/deploy-gate.md; the list's "Error Rate < 0.1%".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.gate.notes import Notes
from bot.gate.prometheus import NoDataError, Prometheus, finite, open_prometheus
from bot.gate.queries.series import Label, Metric, QuerySettings, SeriesSettings, check_fresh, is_below, noting
from bot.gate.rules import promql
from bot.gate.rules.shares import Share, parse_share
from bot.gate.scene import Scene


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise PydanticCustomError("pattern", "is no regular expression") from None
    return text


class CounterSettings(SeriesSettings):
    """Which counter counts requests, and which of them failed."""

    counter: Annotated[Metric, Field(description="counts requests")] = "http_requests_total"
    label: Annotated[Label, Field(description="of that counter, names the status")] = "code"
    failures: Annotated[
        str,
        # Digits, dots and the like: nothing that could take long to match.
        StringConstraints(pattern=r"^[0-9a-zA-Z.|_\[\]-]+$", max_length=100),
        AfterValidator(_check_pattern),
        Field(description="a regular expression of the statuses that are failures"),
    ] = "5.."


class ErrorSettings(CounterSettings, QuerySettings):
    """Settings of `readiness.metrics.error-rate`."""

    max: Annotated[float, Field(description="the limit, as a share", gt=0, lt=1)] = 0.001
    min_requests: Annotated[int, Field(description="with fewer in the window it is not checked", ge=1)] = 1000


@dataclass(frozen=True)
class Rate:
    """A share of failures at a moment, by Prometheus' clock."""

    ratio: float
    requests: float
    at: float


def answer_errors(scene: Scene, settings: ErrorSettings, notes: Notes) -> str:
    """Ask for the share, and judge it."""
    series, counted = settings.series(scene, settings.counter), settings.since(scene)
    place = settings.query or f"failures ({settings.label}=~{settings.failures}) of {series}[{counted.window}]"
    with noting(notes, place):
        check_fresh(open_prometheus(scene), settings.watched_series(series), settings)
        found = measure_errors(scene, counted)
        notes.figures.update(value=found.ratio, limit=settings.max, requests=found.requests)
        words = f"{found.ratio:.3%} of {found.requests:.0f} requests in {counted.window}"
        if is_below(found.ratio, settings.max):
            notes.saw(place, f"{words}, below {settings.max:.3%}")
        else:
            notes.fail("errors", place, f"{words}, not below {settings.max:.3%}")
        return f"{words} failed"
    return ""


def measure_errors(scene: Scene, settings: ErrorSettings, at: float | None = None) -> Rate:
    """The share of failures now, or at a moment.

    Raises:
        NoDataError: there is none, or too few requests for one.
        UnusableError: requests have no status.
    """
    prometheus = open_prometheus(scene)
    found = _by_query(prometheus, settings, at) if settings.query else _by_counter(scene, prometheus, settings, at)
    if found.requests < settings.min_requests:
        reason = f"{found.requests:.0f} requests in {settings.window}, fewer than {settings.min_requests}"
        raise NoDataError(reason, "wait for traffic, send some, or lengthen `window`")
    return found


def count_failures(
    prometheus: Prometheus, settings: CounterSettings, series: str, window: str, at: float | None = None
) -> tuple[Share, float]:
    """Failures and requests in a window, the worse of two ways to count, and the moment.

    Raises:
        NoDataError: there are no requests.
        UnusableError: requests have no status.
    """
    vector = prometheus.query(promql.by_label(series, settings.label, window), at)
    grown = parse_share(vector.pairs, settings.label, settings.failures)
    other = prometheus.query(promql.by_label_with_new(series, settings.label, window), vector.at)
    born = parse_share(other.pairs, settings.label, settings.failures)
    share = max(grown, born, key=lambda share: (share.requests > 0, share.ratio))
    if not share.requests:
        raise NoDataError(f"no requests in {window}", "wait for traffic, or send some")
    return share, vector.at


def _by_counter(scene: Scene, prometheus: Prometheus, settings: ErrorSettings, at: float | None) -> Rate:
    share, moment = count_failures(prometheus, settings, settings.series(scene, settings.counter), settings.window, at)
    return Rate(share.ratio, share.requests, moment)


def _by_query(prometheus: Prometheus, settings: ErrorSettings, at: float | None) -> Rate:
    vector = prometheus.query(settings.query or "", at)
    ratio = vector.one()
    if not 0 <= ratio <= 1:
        raise NoDataError(f"{ratio:g} is no share between 0 and 1", "let the query give failures by requests")
    return Rate(ratio, finite(prometheus.query(settings.requests or "", vector.at).one()), vector.at)
