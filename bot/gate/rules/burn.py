"""How fast an error budget burns, by several windows.

Rule: a budget burns too fast where a long window and its short one both say so; the short one ends the alarm soon
after the cause has ended. Source: Google, The Site Reliability Workbook, chapter 5, table 5-8 (read 2026-11-29),
https://sre.google/workbook/alerting-on-slos/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pair:
    """Two windows, and how many times as fast as the budget allows it may burn in both.

    Attributes:
        pages: whether it is a matter of minutes; else of days.
    """

    long: str
    short: str
    factor: float
    pages: bool


PAIRS: Final = (
    Pair("1h", "5m", 14.4, pages=True),
    Pair("6h", "30m", 6.0, pages=True),
    Pair("3d", "6h", 1.0, pages=False),
)


def burn_rate(ratio: float, slo: float) -> float:
    """How many times as fast as allowed the budget burns, of a share of errors."""
    return ratio / (1.0 - slo)


def budget_left(ratio: float, slo: float) -> float:
    """The share of the budget that is left, of the share of errors in the whole period; negative where overspent."""
    return 1.0 - burn_rate(ratio, slo)


def burns(pair: Pair, long: float | None, short: float | None) -> bool | None:
    """Whether both windows burn too fast; None where that depends on one that is not known."""
    known = [rate for rate in (long, short) if rate is not None]
    if any(rate <= pair.factor for rate in known):
        return False
    return True if len(known) == len((long, short)) else None
