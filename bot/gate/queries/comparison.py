"""`gate.comparison`: latency and errors after the deployment, against those before.

Rule: neither is worse than so many times what it was, both measured as `readiness.metrics.p95` and
`readiness.metrics.error-rate` are. Source: docs/deploy-gate.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import Field

from bot.gate.notes import Notes
from bot.gate.queries.errors import ErrorSettings, measure_errors
from bot.gate.queries.latency import LatencySettings, measure_latency
from bot.gate.queries.series import noting
from bot.gate.scene import Scene
from bot.gate.settings import Duration, Settings, seconds_of

P95: Final = "readiness.metrics.p95"
ERROR_RATE: Final = "readiness.metrics.error-rate"
# A tenth of a limit is little enough for nobody to mind how many times as much it is.
_LITTLE: Final = 0.1


class ComparisonSettings(Settings):
    """Settings of `gate.comparison`."""

    before: Annotated[Duration, Field(description="how long ago is before the deployment")] = "1h"
    max_ratio: Annotated[float, Field(description="how many times as bad it may be", ge=1)] = 2.0


def answer_comparison(scene: Scene, settings: ComparisonSettings, notes: Notes) -> str:
    """Measure both twice."""
    latency = scene.settings.get(P95)
    errors = scene.settings.get(ERROR_RATE)
    if isinstance(latency, LatencySettings):
        _compare("latency", lambda at: _latency(scene, latency, at), latency.max, settings, notes)
    if isinstance(errors, ErrorSettings):
        _compare("errors", lambda at: _errors(scene, errors, at), errors.max, settings, notes)
    return f"no worse than {settings.max_ratio:g} times what it was {settings.before} ago"


_Measured = tuple[float, float]


def _latency(scene: Scene, settings: LatencySettings, at: float | None) -> _Measured:
    found = measure_latency(scene, settings, at)
    return found.value, found.at


def _errors(scene: Scene, settings: ErrorSettings, at: float | None) -> _Measured:
    found = measure_errors(scene, settings, at)
    return found.ratio, found.at


def _compare(
    name: str, measure: Callable[[float | None], _Measured], limit: float, settings: ComparisonSettings, notes: Notes
) -> None:
    with noting(notes, f"{name} now"):
        now, at = measure(None)
        with noting(notes, f"{name} {settings.before} ago"):
            before, _ = measure(at - seconds_of(settings.before))
            notes.figures[name] = {"now": now, "before": before}
            words = f"{now:.4g}, was {before:.4g}"
            if now > settings.max_ratio * max(before, _LITTLE * limit):
                notes.fail("worse", name, f"{words}: more than {settings.max_ratio:g} times as bad",
                           fix="roll back, if nothing else changed")  # fmt: skip
            else:
                notes.saw(name, words)
