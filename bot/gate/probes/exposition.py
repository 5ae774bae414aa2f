"""`readiness.deploy.metrics-accessible`: the metrics endpoint, from inside, and not from outside.

Rule: text that Prometheus can read, with the series that the policy asks for, each with a number; where the policy says
that it is closed, it is refused or not there. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ and
the OpenMetrics specification (read 2026-11-30).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from bot.gate.client import Answer, Ask, NoAnswer, Trouble
from bot.gate.notes import Notes
from bot.gate.queries.series import Metric
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Route, Settings, Variable
from bot.gate.urls import Url

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as Family

_OK: Final = 200
_CLOSED: Final = (401, 403, 404)
_OPENMETRICS: Final = "application/openmetrics-text"
_TYPES: Final = ("text/plain", _OPENMETRICS)
_MAX_LINES: Final = 200_000


class MetricsSettings(Settings):
    """Settings of `readiness.deploy.metrics-accessible`."""

    path: Annotated[Route | None, Field(description="where it is served, often an address inside")] = None
    token: Annotated[Variable | None, Field(description="holds a bearer token for it")] = None
    series: Annotated[tuple[Metric, ...], Field(description="that must be there", max_length=MAX_ENTRIES)] = ()
    closed: Annotated[
        tuple[Route, ...], Field(description="where it must not be served, such as /metrics", max_length=MAX_ENTRIES)
    ] = ()


class UnreadableExpositionError(Exception):
    """The text is no exposition of metrics; the message says why, without any of it."""


def answer_metrics(scene: Scene, settings: MetricsSettings, notes: Notes) -> str:
    """Read the endpoint, and try the doors that must be closed."""
    if settings.path is None:
        notes.unsure("the metrics endpoint", "none is named", "name it under `path`")
        return ""
    places = scene.places([settings.path])
    side_by_side(lambda url: _judge_open(scene, settings, url, notes), places)
    side_by_side(lambda url: _judge_closed(scene, url, notes), scene.places(settings.closed))
    return f"{len(places)} endpoints serve metrics, with all {len(settings.series)} series"


def _judge_open(scene: Scene, settings: MetricsSettings, url: Url, notes: Notes) -> None:
    token = scene.secret(settings.token) if settings.token else None
    if settings.token and token is None:
        notes.unsure(url, f"the environment variable {settings.token} is not set", "set it from a secret")
        return
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = scene.client.send(Ask(url=url, headers=headers))
    if isinstance(answer, NoAnswer):
        notes.unsure(url, answer.reason)
        return
    if answer.status != _OK or answer.is_html or answer.media_type not in _TYPES:
        what = "a page of HTML" if answer.is_html else f"{answer.media_type or 'nothing that says its type'}"[:100]
        notes.fail("no-metrics", url, f"answers {answer.status} with {what}, not 200 with metrics as text")
        return
    try:
        found = parse_exposition(answer)
    except UnreadableExpositionError as error:
        notes.fail("unreadable", url, str(error), fix="serve the metrics with a client library of Prometheus")
        return
    _judge_series(settings, url, found, notes)


def _judge_series(settings: MetricsSettings, url: Url, found: dict[str, list[float]], notes: Notes) -> None:
    for name in settings.series:
        values = [value for metric, values in found.items() if _is_of(metric, name) for value in values]
        if not values:
            notes.fail(f"missing-{name}", url, f"has no series {name}")
        elif not any(map(math.isfinite, values)):
            notes.unsure(url, f"no series of {name} has a number")
    notes.saw(url, f"{sum(map(len, found.values()))} series of {len(found)} names")


def _is_of(metric: str, name: str) -> bool:
    return metric == name or metric in {f"{name}{end}" for end in ("_total", "_bucket", "_count", "_sum")}


def parse_exposition(answer: Answer) -> dict[str, list[float]]:
    """The values of each name of a series.

    Raises:
        UnreadableExpositionError: the body is too long, no text, no exposition, or without any series.
    """
    text = answer.body.decode("utf-8", "replace")
    if not answer.whole or text.count("\n") > _MAX_LINES:
        raise UnreadableExpositionError("the exposition is too long to be read")
    if "\ufffd" in text or "# TYPE " not in text:
        raise UnreadableExpositionError("the body is no exposition: it has no line # TYPE")
    found: dict[str, list[float]] = {}
    try:
        for name, value in _samples(text, openmetrics=answer.media_type == _OPENMETRICS):
            found.setdefault(name, []).append(value)
    except (ValueError, KeyError, IndexError, TypeError):
        raise UnreadableExpositionError("a line of the exposition cannot be read") from None
    if not found:
        raise UnreadableExpositionError("the exposition has no series")
    return found


def _samples(text: str, *, openmetrics: bool) -> Iterator[tuple[str, float]]:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
    from prometheus_client.parser import text_string_to_metric_families as parse_text

    parse: Callable[[str], Iterable[Family]] = parse_openmetrics if openmetrics else parse_text
    for family in parse(text):
        for sample in family.samples:
            yield sample.name, float(sample.value)


def _judge_closed(scene: Scene, url: Url, notes: Notes) -> None:
    answer = scene.client.send(Ask(url=url))
    place = f"{url}, which must be closed"
    if isinstance(answer, NoAnswer):
        if answer.trouble is Trouble.UNREACHABLE:
            notes.saw(place, "nobody answers")
        else:
            notes.unsure(place, answer.reason)
    elif answer.status in _CLOSED:
        notes.saw(place, f"answers {answer.status}")
    elif answer.status == _OK and not answer.is_html:
        notes.fail("open", place, "answers 200", fix="serve metrics on a port of their own, or ask for a token")
    else:
        notes.unsure(place, f"answers {answer.status}", "name a route that answers 401, 403 or 404 from outside")
