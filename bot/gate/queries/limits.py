"""`readiness.monitor.metrics` and `readiness.verify.logs`: queries of the policy's own, each with its limits.

Rule: every series that a query gives is within the limits, now and not much above what it was before.
Source: docs/deploy-gate.md; the list's "Watch metrics", "Check logs" and "Monitor logs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.gate.notes import Notes
from bot.gate.prometheus import LOKI_PATH, NoDataError, Prometheus, finite, open_prometheus
from bot.gate.queries.series import Query, noting, own_selector
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Address, Settings
from bot.gate.urls import Url

_MAX_SERIES: Final = 1_000


class LimitedQuery(Settings):
    """A query and what it may give. `$selector` in it stands for that of `gate.targets`."""

    name: Annotated[str, StringConstraints(pattern=r"^[ -~]+$", min_length=1, max_length=100)]
    query: Query
    min: Annotated[float | None, Field(description="the least that each series may be")] = None
    max: Annotated[float | None, Field(description="the most that each series may be")] = None

    @model_validator(mode="after")
    def _check_limited(self) -> Self:
        if self.min is None and self.max is None:
            raise PydanticCustomError("limited", "needs `min`, `max` or both")
        return self


class LimitsSettings(Settings):
    """Settings of `readiness.monitor.metrics`."""

    queries: Annotated[tuple[LimitedQuery, ...], Field(max_length=MAX_ENTRIES)] = ()


class LogsSettings(LimitsSettings):
    """Settings of `readiness.verify.logs`."""

    loki: Annotated[
        Address | None, Field(description="a Loki that answers the queries; Prometheus does if left out")
    ] = None


@dataclass(frozen=True)
class _Ask:
    """Where a query goes."""

    prometheus: Prometheus
    selector: str


def answer_limits(scene: Scene, settings: LimitsSettings, notes: Notes) -> str:
    """Ask each query."""
    with noting(notes, "metrics"):
        return _answer(_Ask(open_prometheus(scene), own_selector(scene)), settings, notes)
    return ""


def answer_logs(scene: Scene, settings: LogsSettings, notes: Notes) -> str:
    """Ask each query, of Loki where there is one."""
    with noting(notes, "logs"):
        if not settings.queries:
            raise NoDataError("no query is named", "name one for error lines a minute, with `max`, under `queries`")
        asked = Prometheus(scene, Url.parse(settings.loki), LOKI_PATH) if settings.loki else open_prometheus(scene)
        return _answer(_Ask(asked, own_selector(scene)), settings, notes)
    return ""


def _answer(ask: _Ask, settings: LimitsSettings, notes: Notes) -> str:
    if not settings.queries:
        raise NoDataError("no query is named", "name some, with their limits, under `queries`")
    side_by_side(lambda query: _judge(ask, query, notes), settings.queries)
    return f"{len(settings.queries)} of {len(settings.queries)} queries are within their limits"


def _judge(ask: _Ask, limited: LimitedQuery, notes: Notes) -> None:
    query = limited.query.replace("$selector", ask.selector)
    place = f"{limited.name}: {query}"
    with noting(notes, place):
        values = [finite(sample.value) for sample in ask.prometheus.query(query).samples]
        if len(values) > _MAX_SERIES:
            raise NoDataError(f"more than {_MAX_SERIES} series", "aggregate them in the query")
        least, most = min(values), max(values)
        notes.figures[limited.name] = {"least": least, "most": most, "series": len(values)}
        if limited.min is not None and least < limited.min:
            notes.fail(f"below-{limited.name}", place, f"is {least:g}, below {limited.min:g}")
        if limited.max is not None and most > limited.max:
            notes.fail(f"above-{limited.name}", place, f"is {most:g}, above {limited.max:g}")
        notes.saw(place, f"from {least:g} to {most:g} in {len(values)} series")
