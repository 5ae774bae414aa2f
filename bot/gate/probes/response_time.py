"""`gate.response-time`: how long a sample of requests takes, where no Prometheus tells it of all.

Rule: the quantile of so many requests, by nearest rank, is below the limit; connecting does not count.
Source: docs/deploy-gate.md. Out of sight: what users see; this is one route from one place, with hardly any load.
"""

from __future__ import annotations

import math
import time
from typing import Annotated, Final

from pydantic import Field

from bot.gate.client import Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.scene import Scene
from bot.gate.settings import Route, Settings
from bot.gate.urls import Url

_BROKEN: Final = 500
_GOOD: Final = range(200, 300)


class ResponseTimeSettings(Settings):
    """Settings of `gate.response-time`."""

    path: Annotated[Route, Field(description="a route that users wait for")] = "/"
    requests: Annotated[int, Field(description="how many are sent, one after the other", ge=20, le=1000)] = 50
    spread: Annotated[float, Field(description="seconds over which they are spread", ge=0, le=300)] = 10.0
    quantile: Annotated[float, Field(gt=0, lt=1)] = 0.95
    max_ms: Annotated[float, Field(description="the limit", gt=0)] = 500.0


def answer_response_time(scene: Scene, settings: ResponseTimeSettings, notes: Notes) -> str:
    """Time the requests to each address, one address after the other."""
    for url in scene.places([settings.path]):
        _measure(scene, settings, url, notes)
    return f"below {settings.max_ms:g} ms, of n = {settings.requests}"


def _measure(scene: Scene, settings: ResponseTimeSettings, url: Url, notes: Notes) -> None:
    times: list[float] = []
    for _ in range(settings.requests):
        answer = scene.client.send(Ask(url=url))
        if isinstance(answer, NoAnswer) or answer.status not in _GOOD:
            reason = answer.reason if isinstance(answer, NoAnswer) else f"answers {answer.status}"
            what = f"request {len(times) + 1} of {settings.requests}: {reason}"
            if isinstance(answer, NoAnswer) or answer.status < _BROKEN:
                notes.unsure(url, what, "name a route that answers 200")
            else:
                notes.fail("breaks", url, what)
            return
        times.append(answer.seconds * 1000)
        time.sleep(settings.spread / settings.requests)
    value = nearest_rank(times, settings.quantile)
    notes.figures[str(url)] = {"value_ms": round(value, 1), "limit_ms": settings.max_ms, "requests": len(times)}
    words = f"synthetic p{settings.quantile * 100:g} of n = {len(times)}: {value:.0f} ms"
    if value < settings.max_ms:
        notes.saw(url, words)
    else:
        notes.fail("slow", url, f"{words}, not below {settings.max_ms:g} ms")


def nearest_rank(values: list[float], quantile: float) -> float:
    """The quantile of some values: the least of them that so large a share does not exceed."""
    return sorted(values)[max(0, math.ceil(quantile * len(values)) - 1)]
