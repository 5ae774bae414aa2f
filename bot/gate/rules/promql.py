"""PromQL that a gate asks with, put together from what a policy names.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/ and .../functions/ (read 2026-11-29).
"""

from __future__ import annotations

import re
from typing import Final

_RANGED: Final = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[^{}]*\})?|\{[^{}]+\})\s*\[")
_QUANTILE: Final = re.compile(r"\s*histogram_quantile\s*\(\s*([0-9.]+)\s*,(.*)\)\s*", re.DOTALL)


def select(metric: str, *matchers: str) -> str:
    """A selector of series, such as `up{job="shop"}`."""
    inside = ",".join(part.strip().strip(",") for part in matchers if part.strip())
    return f"{metric}{{{inside}}}" if inside else metric


def by_bucket(series: str, window: str) -> str:
    """How many observations fell below each edge of a histogram's buckets."""
    return f"sum by (le) (increase({series}[{window}]))"


def quantile(q: float, series: str, window: str) -> str:
    """A quantile, as dashboards ask for it."""
    return f"histogram_quantile({q:g}, sum by (le) (rate({series}[{window}])))"


def by_label(series: str, label: str, window: str) -> str:
    """How often something happened, by a label's value; resets of counters are known to Prometheus."""
    return f"sum by ({label}) (increase({series}[{window}]))"


def by_label_with_new(series: str, label: str, window: str) -> str:
    """The same, with series that began within the window counted from zero.

    `increase` sees nothing of what a counter had when it was first scraped: a counter of failures that is born with
    its first twenty failures would count for none.
    """
    return f"sum by ({label}) (({series} unless {series} offset {window}) or increase({series}[{window}]))"


def covered_steps(series: str, window: str, step: str, *, each: bool = False) -> str:
    """In how many steps of a window there were samples; `each`: of each of the series."""
    inner = f"count_over_time({series}[{step}])"
    inner = inner if each else f"sum({inner})"
    return f"count_over_time(({inner} > 0)[{window}:{step}])"


def age(series: str) -> str:
    """Seconds since the newest sample of series that still go on."""
    return f"time() - max(timestamp({series}))"


def find_ranged(query: str) -> str | None:
    """The first selector of a query that looks over a range of time; None where none does."""
    found = _RANGED.search(query)
    return found[1] if found else None


def inside_quantile(query: str) -> tuple[float, str] | None:
    """Quantile and inner query, where a whole query is one `histogram_quantile(q, inner)`."""
    found = _QUANTILE.fullmatch(query)
    if not found or not _is_balanced(found[2]):
        return None
    return float(found[1]), found[2].strip()


def has_quantile(query: str) -> bool:
    """Whether a query takes a quantile of buckets anywhere."""
    return "histogram_quantile" in query


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
