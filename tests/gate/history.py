"""What a service's metrics were like, as OpenMetrics that Prometheus takes in; each case is a job of its own.

Times are seconds before now; what goes on does so for a quarter of an hour after now, so that it is new when it is
asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

AHEAD = 900
Rate: TypeAlias = Callable[[float], float]

BUCKETS = (0.1, 0.25, 0.498, 0.5, 0.502, 1.0)


class History:
    """Series by name and labels, each with its samples in order."""

    def __init__(self) -> None:
        self.now = time.time()
        self._families: dict[str, list[str]] = {}

    def samples(self, name: str, labels: Mapping[str, str], samples: Iterable[tuple[float, float]]) -> None:
        """Add a series; each sample is seconds before now, and a value."""
        inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
        lines = self._families.setdefault(name, [])
        lines.extend(f"{name}{{{inside}}} {value!r} {self.now - ago:.3f}" for ago, value in samples)

    def counter(
        self,
        name: str,
        labels: Mapping[str, str],
        per_second: float | Rate,
        *,
        since: float = 7200,
        until: float = -AHEAD,
        first: float = 0.0,
        resets: tuple[float, ...] = (),
        gap: tuple[float, float] | None = None,
        step: float = 15.0,
    ) -> None:
        """Add a counter that grows from `since` to `until` seconds ago; a rate may depend on the seconds before now."""
        value, ago, found = first, since, []
        left = sorted(resets, reverse=True)
        while ago >= until:
            if left and ago <= left[0]:
                value = 0.0
                left.pop(0)
            if gap is None or not gap[1] < ago < gap[0]:
                found.append((ago, value))
            value += step * (per_second(ago) if callable(per_second) else per_second)
            ago -= step
        self.samples(name, labels, found)

    def histogram(
        self,
        job: str,
        below: Mapping[float, float],
        *,
        per_second: float = 10.0,
        name: str = "http_request_duration_seconds",
        route: str = "/api",
        **how: object,
    ) -> None:
        """Add a histogram: which share of requests was at most as slow as each edge."""
        for edge, share in {**below, float("inf"): 1.0}.items():
            labels = {"job": job, "route": route, "le": "+Inf" if edge == float("inf") else f"{edge:g}"}
            self.counter(f"{name}_bucket", labels, per_second * share, **how)  # type: ignore[arg-type]

    def requests(self, job: str, per_second: Mapping[str, float | Rate], *, label: str = "code", **how: object) -> None:
        """Add a counter of requests by status."""
        for status, rate in per_second.items():
            labels = {"job": job, **({label: status} if status else {})}
            self.counter("http_requests_total", labels, rate, **how)  # type: ignore[arg-type]

    def gauge(
        self,
        name: str,
        labels: Mapping[str, str],
        value: float | Rate,
        *,
        since: float = 7200,
        until: float = -AHEAD,
        step: float = 15.0,
    ) -> None:
        """Add a gauge; a value may depend on the seconds before now."""
        moments = [since - step * number for number in range(int((since - until) // step) + 1)]
        self.samples(name, labels, [(ago, value(ago) if callable(value) else value) for ago in moments])

    def write(self, path: Path) -> Path:
        """Write it to a file."""
        path.write_text("\n".join([*(line for lines in self._families.values() for line in lines), "# EOF\n"]))
        return path
