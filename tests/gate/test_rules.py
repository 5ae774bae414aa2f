"""What is decided without any connection: buckets, shares, burn rates, PromQL, words on health, addresses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gate.rules import promql
from bot.gate.rules.buckets import Buckets, UnusableError, parse_buckets
from bot.gate.rules.burn import PAIRS, Pair, budget_left, burn_rate, burns
from bot.gate.rules.health import UnreadableError, find_said, look_up
from bot.gate.rules.shares import parse_share
from bot.gate.settings import seconds_of
from bot.gate.urls import Url
from bot.model import Json


def le(**counts: float) -> list[tuple[dict[str, str], float]]:
    return [({"le": edge.strip("_").replace("_", ".").replace("Inf", "+Inf")}, count) for edge, count in counts.items()]


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        (le(_0_1=50, _0_5=95, _1=100, Inf=100), (0.1, 0.5)),
        (le(_0_1=50, _0_5=94, _1=100, Inf=100), (0.5, 1.0)),
        (le(_0_1=100, _0_5=100, Inf=100), (0.0, 0.1)),
        (le(_0_1=10, _0_4=90, Inf=100), (0.4, math.inf)),
    ],
)
def test_a_quantile_lies_between_two_edges(
    counts: list[tuple[dict[str, str], float]], bounds: tuple[float, float]
) -> None:
    assert parse_buckets(reversed(counts)).bounds(0.95) == bounds


@pytest.mark.parametrize(
    "counts",
    [
        [],
        le(Inf=5),
        le(_0_1=5, _0_5=5),
        le(_0_1=math.nan, Inf=5),
        le(_0_1=-1, Inf=5),
        [({}, 5.0)],
        [({"le": "x"}, 5.0)],
    ],
)
def test_buckets_that_tell_nothing_are_refused(counts: list[tuple[dict[str, str], float]]) -> None:
    with pytest.raises(UnusableError):
        parse_buckets(counts)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200), st.floats(0.01, 0.99))
def test_the_edges_hold_the_real_quantile(values: list[float], q: float) -> None:
    edges = [0.1, 0.25, 0.5, 1.0, 5.0, math.inf]
    buckets = Buckets(edges, [float(sum(value <= edge for value in values)) for edge in edges])

    low, high = buckets.bounds(q)

    real = sorted(values)[max(0, math.ceil(q * len(values)) - 1)]
    assert low < real <= high or (low == 0 == real)


def test_shares_are_failures_by_requests() -> None:
    counted = [({"code": "200"}, 90.0), ({"code": "500"}, 8.0), ({"code": "503"}, 2.0), ({"code": "5000"}, 0.0)]

    share = parse_share(counted, "code", "5..")

    assert (share.failures, share.requests, share.ratio) == (10.0, 100.0, 0.1)
    assert math.isnan(parse_share([], "code", "5..").ratio)


@pytest.mark.parametrize(
    "sample", [({}, 1.0), ({"code": ""}, 1.0), ({"code": "200"}, math.nan), ({"code": "200"}, math.inf)]
)
def test_requests_without_a_status_or_number_give_no_share(sample: tuple[dict[str, str], float]) -> None:
    with pytest.raises(UnusableError):
        parse_share([({"code": "200"}, 5.0), sample], "code", "5..")


@pytest.mark.parametrize(
    ("long", "short", "expected"),
    [
        (15.0, 15.0, True),
        (15.0, 14.4, False),
        (14.4, 100.0, False),
        (None, 3.0, False),
        (3.0, None, False),
        (None, 15.0, None),
        (15.0, None, None),
        (None, None, None),
    ],
)
def test_a_pair_of_windows_burns_when_both_do(
    long: float | None, short: float | None, *, expected: bool | None
) -> None:
    assert burns(Pair("1h", "5m", 14.4, pages=True), long, short) is expected


def test_the_pairs_are_those_of_the_workbook() -> None:
    assert [(pair.long, pair.short, pair.factor) for pair in PAIRS] == [
        ("1h", "5m", 14.4),
        ("6h", "30m", 6),
        ("3d", "6h", 1),
    ]
    # 2%, 5% and 10% of a budget of 30 days, in 1 h, 6 h and 3 d.
    spent = [pair.factor * seconds_of(pair.long) / seconds_of("30d") for pair in PAIRS]
    assert spent == pytest.approx([0.02, 0.05, 0.1])


def test_a_budget_is_what_the_target_leaves() -> None:
    assert burn_rate(0.001, 0.999) == pytest.approx(1)
    assert budget_left(0.0005, 0.999) == pytest.approx(0.5)
    assert budget_left(0.002, 0.999) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('histogram_quantile(0.95, sum by (le) (rate(h_bucket{job="x"}[10m])))', 'h_bucket{job="x"}'),
        ("sum(rate(a[5m])) / sum(rate(b[5m]))", "a"),
        ('avg_over_time({__name__="x"}[30d])', '{__name__="x"}'),
        ("up", None),
    ],
)
def test_the_series_of_a_query_are_found(query: str, found: str | None) -> None:
    assert promql.find_ranged(query) == found


@pytest.mark.parametrize(
    ("query", "inner"),
    [
        ("histogram_quantile(0.95, sum by (le) (rate(h[10m])))", (0.95, "sum by (le) (rate(h[10m]))")),
        (" histogram_quantile ( 0.5 ,h ) ", (0.5, "h")),
        ("histogram_quantile(0.95, a) / histogram_quantile(0.5, b)", None),
        ("histogram_quantile(0.95, a) > bool (1)", None),
        ("max(histogram_quantile(0.95, a))", None),
    ],
)
def test_the_buckets_behind_a_quantile_are_found(query: str, inner: tuple[float, str] | None) -> None:
    assert promql.inside_quantile(query) == inner


def test_words_on_health_are_found_wherever_they_stand() -> None:
    document: Json = {
        "status": "UP",
        "name": "down",
        "checks": {"db": "ok", "redis": {"status": "Down"}},
        "list": [{"ok": True}],
    }

    assert [(said.path, said.good) for said in find_said(document)] == [
        ("status", True),
        ("checks.db", True),
        ("checks.redis.status", False),
        ("list[0].ok", True),
    ]


def test_a_word_that_is_not_known_is_not_repeated() -> None:
    [said] = find_said({"status": "s3cret"})

    assert (said.good, "s3cret" in said.word) == (None, False)


def test_a_document_without_an_end_is_not_read() -> None:
    with pytest.raises(UnreadableError):
        list(find_said([[] for _ in range(20_000)]))


def test_members_are_looked_up_by_their_path() -> None:
    document: Json = {"nodes": [{"lag": 3}], "db": {"up": True}}

    assert (look_up(document, "nodes.0.lag"), look_up(document, "db.up")) == (3, True)
    for path in ("nodes.1.lag", "nodes.x", "db.up.more", ""):
        with pytest.raises(KeyError):
            look_up(document, path)


@pytest.mark.parametrize(
    ("base", "route", "whole"),
    [
        ("https://x", "/health", "https://x/health"),
        ("https://x/", "/health", "https://x/health"),
        ("https://x/api/", "/health", "https://x/api/health"),
        ("https://x:8443/api?a=1", "/health", "https://x:8443/api/health"),
        ("https://x:443", "/", "https://x/"),
        ("http://[::1]:80/a", "/b", "http://[::1]/a/b"),
        ("https://x", "http://y:81/z?token=1", "http://y:81/z"),
    ],
)
def test_a_route_stands_below_its_service(base: str, route: str, whole: str) -> None:
    assert str(Url.parse(base).join(route)) == whole


@pytest.mark.parametrize(
    ("statuses", "failures", "ratio"),
    [
        ({"200": 99, "500": 1}, "5..", 0.01),
        ({"2xx": 99, "5xx": 1}, "5..", 0.01),
        ({"200": 99, "0": 1}, "5..", 0.0),
        ({"0": 99, "13": 1}, "13|14", 0.01),
        ({"success": 99, "error": 1}, "error", 0.01),
    ],
)
def test_failures_are_counted_by_their_status(statuses: dict[str, float], failures: str, ratio: float) -> None:
    assert parse_share([({"code": code}, value) for code, value in statuses.items()], "code", failures).ratio == ratio


@pytest.mark.parametrize("status", ["Internal", "13", "error", "none", "-"])
def test_a_status_of_which_the_pattern_says_nothing_is_no_success(status: str) -> None:
    with pytest.raises(UnusableError):
        parse_share([({"code": "200"}, 99.0), ({"code": status}, 1.0)], "code", "5..")
