"""`gate.error-budget`: what is left of the error budget, and how fast it burns.

Rule: some of it is left, and no pair of windows says that it burns too fast; see `bot/gate/rules/burn.py`.
Source: Google, The Site Reliability Workbook, chapter 5. Out of sight: what Prometheus no longer keeps.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from bot.gate.notes import Notes
from bot.gate.prometheus import NoDataError, open_prometheus
from bot.gate.queries.errors import CounterSettings, count_failures
from bot.gate.queries.series import noting
from bot.gate.rules import promql
from bot.gate.rules.buckets import UnusableError
from bot.gate.rules.burn import PAIRS, Pair, budget_left, burn_rate, burns
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import Duration, seconds_of
from bot.model import Severity

_HELP: Final = "https://sre.google/workbook/alerting-on-slos/"


class BudgetSettings(CounterSettings):
    """Settings of `gate.error-budget`. Its windows are those of the workbook; `window` is not looked at."""

    slo: Annotated[float, Field(description="the share of requests that must succeed", ge=0.5, lt=1)] = 0.999
    period: Annotated[Duration, Field(description="over which the budget is")] = "30d"
    min_requests: Annotated[int, Field(description="with fewer in a window it tells nothing", ge=1)] = 100


def answer_budget(scene: Scene, settings: BudgetSettings, notes: Notes) -> str:
    """Ask for the share of failures in each window, and judge them together."""
    series = settings.series(scene, settings.counter)
    with noting(notes, series):
        _check_alive(scene, series, settings)
        windows = list(dict.fromkeys([w for pair in PAIRS for w in (pair.long, pair.short)] + [settings.period]))
        found = dict(
            zip(windows, side_by_side(lambda window: _burn(scene, settings, series, window), windows), strict=True)
        )
        notes.figures.update(slo=settings.slo, burn=found)
        for pair in PAIRS:
            _judge_pair(pair, found, series, notes)
        return _judge_left(settings, found[settings.period], series, notes)
    return ""


def _check_alive(scene: Scene, series: str, settings: BudgetSettings) -> None:
    old = open_prometheus(scene).query(promql.age(series)).one()
    if old > seconds_of(settings.max_gap):
        raise NoDataError(f"the newest sample is {old:.0f} s old", "see why the service is not scraped any more")


def _burn(scene: Scene, settings: BudgetSettings, series: str, window: str) -> float | None:
    """How fast the budget burns in a window; None where that is not known."""
    try:
        share, _ = count_failures(open_prometheus(scene), settings, series, window)
    except (NoDataError, UnusableError):
        return None
    return burn_rate(share.ratio, settings.slo) if share.requests >= settings.min_requests else None


def _judge_pair(pair: Pair, found: dict[str, float | None], series: str, notes: Notes) -> None:
    long, short = found[pair.long], found[pair.short]
    place = f"{series}, {pair.long} and {pair.short}"
    fired = burns(pair, long, short)
    if fired is None:
        notes.unsure(place, "too few requests to tell how fast the budget burns", "wait for traffic, or send some")
    elif fired:
        notes.fail(
            f"burns-{pair.long}",
            place,
            f"the budget burns {long:.1f} and {short:.1f} times as fast as it may; {pair.factor:g} is too fast",
            help=_HELP,
            severity=Severity.CRITICAL if pair.pages else Severity.MEDIUM,
            fails=pair.pages,
            fix="roll back, if the deployment began it",
        )
    else:
        rates = " and ".join("not known" if rate is None else f"{rate:.2f}" for rate in (long, short))
        notes.saw(place, f"burns {rates} times as fast as it may; {pair.factor:g} is too fast in both")


def _judge_left(settings: BudgetSettings, burnt: float | None, series: str, notes: Notes) -> str:
    if burnt is None:
        notes.unsure(f"{series}[{settings.period}]", "too few requests to tell what is left of the budget")
        return ""
    left = budget_left(burnt * (1 - settings.slo), settings.slo)
    notes.figures.update(left=left)
    if left <= 0:
        notes.fail("spent", f"{series}[{settings.period}]", f"the error budget is spent: {left:.0%} of it is left",
                   help=_HELP, fix="mend what fails before anything else is deployed")  # fmt: skip
    return f"{left:.0%} of the error budget is left, and it does not burn too fast"
