"""The share of failures among requests, from counts by status.

Rule: a status that was never counted is zero failures only where every request has a status, and where the pattern of
failures speaks of statuses such as are counted: `5..` says nothing of gRPC's `Internal`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.gate.rules.buckets import UnusableError

# `5xx` is what some count by; `0` is a request that nobody waited for.
_HTTP: Final = re.compile(r"[1-5](?:[0-9]{2}|xx|XX)|0")
_FAILURES_OF_HTTP: Final = (*map(str, range(500, 600)), "5xx", "5XX")


@dataclass(frozen=True)
class Share:
    """Failures among requests; both may be fractions, since Prometheus extrapolates."""

    failures: float
    requests: float

    @property
    def ratio(self) -> float:
        """Failures by requests; not a number without any."""
        return self.failures / self.requests if self.requests > 0 else math.nan


def parse_share(samples: Iterable[tuple[Mapping[str, str], float]], label: str, failures: str) -> Share:
    """The share out of samples by a label.

    Args:
        samples: labels and counts.
        label: that names the status.
        failures: a regular expression that is all of a failure's status.

    Raises:
        UnusableError: a count is no number, requests have no status, or one that the pattern does not speak of.
    """
    pattern = re.compile(failures)
    of_http = any(map(pattern.fullmatch, _FAILURES_OF_HTTP))
    failed = total = without = strange = 0.0
    for labels, value in samples:
        if not math.isfinite(value) or value < 0:
            raise UnusableError("a count is no number")
        status = labels.get(label, "")
        total += value
        without += value if not status else 0.0
        fails = bool(status and pattern.fullmatch(status))
        failed += value if fails else 0.0
        strange += value if of_http and status and not fails and not _HTTP.fullmatch(status) else 0.0
    if without > 0:
        raise UnusableError(f"{without:.0f} requests without the label {label}")
    if strange > 0:
        raise UnusableError(f"{strange:.0f} requests whose {label} is no status of HTTP: say by `failures` which fail")
    return Share(failed, total)
