"""Where a quantile lies, as far as a histogram's buckets tell.

Rule: within a bucket nothing is known but its two edges; Prometheus' own number is a straight line between them, and
past the last edge that edge itself, however long it took.
Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile (read 2026-11-29).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

_MAX_BUCKETS = 1_000


class UnusableError(Exception):
    """The buckets tell nothing; the message says why."""


@dataclass(frozen=True)
class Buckets:
    """Upper edges in rising order, the last infinite, and how many observations are at most as large as each."""

    edges: Sequence[float]
    counts: Sequence[float]

    @property
    def total(self) -> float:
        """All observations."""
        return self.counts[-1]

    def bounds(self, q: float) -> tuple[float, float]:
        """The edges between which a quantile lies: above the first, at most the second, which may be infinite."""
        rank = q * self.total
        at = next(number for number, count in enumerate(self.counts) if count >= rank)
        return (self.edges[at - 1] if at else 0.0), self.edges[at]


def parse_buckets(samples: Iterable[tuple[Mapping[str, str], float]]) -> Buckets:
    """Buckets out of samples with the label `le`.

    Raises:
        UnusableError: there are none, one is no number, or only the infinite one is there.
    """
    by_edge: dict[float, float] = {}
    for labels, value in samples:
        edge = _number(labels.get("le", ""))
        if not math.isfinite(value) or value < 0 or math.isnan(edge):
            raise UnusableError("a bucket holds no number")
        by_edge[edge] = by_edge.get(edge, 0.0) + value
    edges = sorted(by_edge)
    if not edges or len(edges) > _MAX_BUCKETS:
        raise UnusableError("there are no buckets" if not edges else f"more than {_MAX_BUCKETS} buckets")
    if edges[-1] != math.inf:
        raise UnusableError("the bucket +Inf is missing: what is slower than the last edge is not seen")
    if len(edges) == 1:
        raise UnusableError("there is no bucket but +Inf, which says nothing")
    # Counts of one scrape may be a little apart from those of another; Prometheus mends that likewise.
    return Buckets(edges, list(accumulate((by_edge[edge] for edge in edges), max)))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
