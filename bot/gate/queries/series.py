"""What the items on metrics share: which series, over which time, and whether there is enough of them.

Rule: a window counts where samples are in (nearly) all of it and the newest is new; counters of a service that is gone
would go on to look well for as long as the window is.
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.gate.notes import Notes
from bot.gate.prometheus import NoDataError, Prometheus
from bot.gate.rules import promql
from bot.gate.rules.buckets import UnusableError
from bot.gate.scene import Scene
from bot.gate.settings import TARGETS, Duration, Settings, TargetsSettings, seconds_of

_MAX_STEPS: Final = 500
_COVERED: Final = 0.99

Metric = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=200)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=100)]
Matchers = Annotated[
    str,
    StringConstraints(pattern=r'^([a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"[^"\\{}]*"(, ?|$))*$', max_length=500),
]
Query = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
# A matcher of a label that a series does not have lets it through.
_PROBES: Final = "/(health|healthz|livez|readyz|ready|live|ping|metrics|actuator).*"
NOT_PROBES: Final = ",".join(f'{label}!~"{_PROBES}"' for label in ("route", "path", "handler", "uri", "endpoint"))


class SeriesSettings(Settings):
    """Which series count, over which time."""

    selector: Annotated[
        Matchers | None, Field(description='matchers, such as job="shop"; those of gate.targets if left out')
    ] = None
    exclude: Annotated[Matchers, Field(description="more matchers; by default probes of health do not count")] = (
        NOT_PROBES
    )
    window: Annotated[Duration, Field(description="how far back it is looked")] = "10m"
    max_gap: Annotated[
        Duration, Field(description="the longest time without a sample; at least two intervals of scraping")
    ] = "2m"

    since_start: Annotated[
        bool, Field(description="count only what happened since the gate began; `--wait` gives it the time")
    ] = False

    def since(self, scene: Scene) -> Self:
        """The same, with the window cut to the time since the gate began where only that counts."""
        if not self.since_start:
            return self
        seconds = min(seconds_of(self.window), int(scene.elapsed()))
        return self.model_copy(update={"window": f"{max(1, seconds)}s"})

    def series(self, scene: Scene, metric: str) -> str:
        """The selector of a metric's series."""
        return promql.select(metric, self.selector if self.selector is not None else own_selector(scene), self.exclude)


class QuerySettings(SeriesSettings):
    """Settings of an item that a query of the policy's own may answer."""

    query: Annotated[Query | None, Field(description="a query of one's own, in place of the metric that is named")] = (
        None
    )
    requests: Annotated[Query | None, Field(description="with `query`: how many requests it rests on")] = None
    watched: Annotated[
        Query | None, Field(description="with `query`: its series; the first over a range in it if left out")
    ] = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if (self.query is None) != (self.requests is None):
            raise PydanticCustomError("together", "needs `query` and `requests` together")
        if self.query is not None and self.since_start:
            raise PydanticCustomError("since", "has `since_start` beside `query`, whose windows are its own")
        if self.query is not None and not (self.watched or promql.find_ranged(self.query)):
            raise PydanticCustomError("watched", "needs `watched`: the query looks over no range of time")
        return self

    def watched_series(self, named: str) -> str:
        """The series whose samples must be there; `named` where no query is the policy's own."""
        return self.watched or (promql.find_ranged(self.query) if self.query else None) or named


def own_selector(scene: Scene) -> str:
    """The matchers of `gate.targets`."""
    settings = scene.settings.get(TARGETS)
    return settings.selector if isinstance(settings, TargetsSettings) else ""


def is_below(value: float, limit: float) -> bool:
    """Whether a value is below a limit by more than what sums of fractions are wrong by."""
    return value < limit * (1 - 1e-6)


class noting:  # noqa: N801 - it reads as the verb that it is
    """Within, what gave no data is noted, with the place that it is about."""

    def __init__(self, notes: Notes, place: object) -> None:
        self._notes, self._place = notes, place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        match error:
            case NoDataError():
                self._notes.unsure(self._place, error.reason, error.settle)
            case UnusableError():
                self._notes.unsure(self._place, str(error), "look at the metric that the service exposes")
            case _:
                return False
        return True


def check_fresh(prometheus: Prometheus, series: str, settings: SeriesSettings) -> None:
    """See that series have samples in all of the window, up to now.

    Raises:
        NoDataError: they do not.
    """
    max_gap = seconds_of(settings.max_gap)
    old = prometheus.query(promql.age(series)).one()
    if old > max_gap:
        raise NoDataError(f"the newest sample is {old:.0f} s old", "see why the service is not scraped any more")
    check_covered(prometheus, series, settings)


def check_covered(prometheus: Prometheus, series: str, settings: SeriesSettings, *, each: bool = False) -> None:
    """See that there are samples in all of the window; `each`: of each of the series.

    Raises:
        NoDataError: there are not.
    """
    window = seconds_of(settings.window)
    step = max(seconds_of(settings.max_gap), -(-window // _MAX_STEPS))
    wanted = max(1, window // step)
    for sample in prometheus.query(promql.covered_steps(series, f"{window}s", f"{step}s", each=each)).samples:
        if sample.value < _COVERED * wanted:
            share = sample.value / wanted
            raise NoDataError(
                f"there are samples in {share:.0%} of the last {settings.window}", "wait for it, or shorten `window`"
            )
