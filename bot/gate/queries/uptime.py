"""`readiness.metrics.uptime`: the share of time in which the service was up, as something outside of it saw.

Rule: each series of probes, over the whole window, is at or above the target; time without a probe is no uptime.
Source: docs/deploy-gate.md; the list's "Uptime: Target 99.9%".
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from bot.gate.notes import Notes
from bot.gate.prometheus import finite, open_prometheus
from bot.gate.queries.series import Matchers, Metric, SeriesSettings, check_covered, check_fresh, noting
from bot.gate.rules import promql
from bot.gate.scene import Scene
from bot.gate.settings import Duration

_MAX_SERIES: Final = 50


class UptimeSettings(SeriesSettings):
    """Settings of `readiness.metrics.uptime`."""

    metric: Annotated[Metric, Field(description="1 where a probe succeeded, else 0")] = "probe_success"
    selector: Annotated[Matchers | None, Field(description="matchers of the probes; all of them if left out")] = None
    exclude: Matchers = ""
    window: Annotated[Duration, Field(description="how far back it is looked")] = "30d"
    target: Annotated[float, Field(description="the least share", gt=0, le=1)] = 0.999


def answer_uptime(scene: Scene, settings: UptimeSettings, notes: Notes) -> str:
    """Ask for the share of time of each series of probes."""
    series = promql.select(settings.metric, settings.selector or "", settings.exclude)
    query = f"avg_over_time({series}[{settings.window}])"
    with noting(notes, query):
        prometheus = open_prometheus(scene)
        check_fresh(prometheus, series, settings)
        check_covered(prometheus, series, settings, each=True)
        values = [finite(sample.value) for sample in prometheus.query(query).samples]
        worst = min(values)
        notes.figures.update(value=worst, target=settings.target, series=len(values))
        if len(values) > _MAX_SERIES or not 0 <= worst <= max(values) <= 1:
            notes.unsure(query, "no shares of a few probes", "let `metric` be 1 or 0, and narrow `selector`")
        elif worst < settings.target:
            notes.fail("uptime", query, f"{worst:.3%} in the worst of {len(values)}, below {settings.target:.3%}")
        else:
            notes.saw(query, f"{worst:.3%} in the worst of {len(values)}, at least {settings.target:.3%}")
        return f"up in {worst:.3%} of the last {settings.window}"
    return ""
