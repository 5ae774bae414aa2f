"""The share of failures among requests, from counts by status.

Rule: a status that was never counted is zero failures only where every request has a status.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.gate.rules.buckets import UnusableError


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
        UnusableError: a count is no number, or requests have no status.
    """
    pattern = re.compile(failures)
    failed = total = without = 0.0
    for labels, value in samples:
        if not math.isfinite(value) or value < 0:
            raise UnusableError("a count is no number")
        status = labels.get(label, "")
        total += value
        without += value if not status else 0.0
        failed += value if status and pattern.fullmatch(status) else 0.0
    if without > 0:
        raise UnusableError(f"{without:.0f} requests without the label {label}")
    return Share(failed, total)
