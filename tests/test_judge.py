from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.judge import find_expired, judge_items, judge_verdict
from bot.model import Finding, Item, Level, Outcome, State, Unknown, Verdict
from bot.policy.values import Waiver
from tests.test_run import policy

TODAY = date(2026, 11, 25)
FINDING = Finding(rule="r", message="m", path="src/a.py", fingerprint="f" * 16)
WAIVER = Waiver(
    item="x.item", fingerprint="f" * 16, path=None, owner="@ada", reason="a test value", expires=date(2026, 11, 25)
)


def items(*states: tuple[State, Level]) -> list[Item]:
    return [
        Item(id="x", section="s", title="t", level=level, outcome=Outcome(item="x", state=state, reason=""))
        for state, level in states
    ]


def judged(outcome: Outcome, waivers: Sequence[Waiver], today: date = TODAY) -> Outcome:
    [item] = judge_items([outcome], replace(policy("x"), waivers=waivers), today)
    return item.outcome


def failed(*findings: Finding, unknowns: Sequence[Unknown] = ()) -> Outcome:
    return Outcome(item="x.item", state=State.FAIL, reason="bad", findings=findings, unknowns=unknowns)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (State.PASS, Verdict.GO),
        (State.NOT_APPLICABLE, Verdict.GO),
        (State.WAIVED, Verdict.GO),
        (State.FAIL, Verdict.NO_GO),
        (State.NOT_CHECKED, Verdict.NO_GO),
        (State.NEEDS_SIGN_OFF, Verdict.NO_GO),
        (State.PENDING, Verdict.PENDING),
    ],
)
def test_the_state_of_a_required_item_decides(state: State, verdict: Verdict) -> None:
    assert judge_verdict(items((State.PASS, Level.BLOCK), (state, Level.BLOCK))) is verdict


@pytest.mark.parametrize("state", list(State))
def test_an_item_that_only_warns_decides_nothing(state: State) -> None:
    assert judge_verdict(items((State.PASS, Level.BLOCK), (state, Level.WARN))) is Verdict.GO


def test_a_fail_beside_a_pending_item_is_no_go() -> None:
    assert judge_verdict(items((State.PENDING, Level.BLOCK), (State.FAIL, Level.BLOCK))) is Verdict.NO_GO


def test_a_waiver_takes_the_finding_and_says_who_answers_for_it() -> None:
    outcome = judged(failed(FINDING), [WAIVER])

    assert outcome.state is State.WAIVED
    assert not outcome.findings[0].fails
    assert outcome.findings[0].details == {
        "waived": {"owner": "@ada", "reason": "a test value", "expires": "2026-11-25"}
    }
    assert outcome.evidence[0].text == "waived by @ada until 2026-11-25: a test value"


@pytest.mark.parametrize(
    "waiver",
    [
        replace(WAIVER, expires=date(2026, 11, 24)),
        replace(WAIVER, item="y.item"),
        replace(WAIVER, fingerprint="0" * 16),
        replace(WAIVER, path="docs/**"),
    ],
)
def test_a_waiver_of_something_else_changes_nothing(waiver: Waiver) -> None:
    assert judged(failed(FINDING), [waiver]) == failed(FINDING)


def test_one_finding_that_is_not_waived_still_fails() -> None:
    other = replace(FINDING, fingerprint="0" * 16)

    assert judged(failed(FINDING, other), [WAIVER]).state is State.FAIL


def test_a_waiver_settles_no_unknown() -> None:
    unknown = Unknown(reason="too large", settle="split it")

    outcome = judged(failed(FINDING, unknowns=[unknown]), [WAIVER])

    assert (outcome.state, outcome.reason) == (State.NOT_CHECKED, "too large")


def test_waivers_that_no_longer_count_are_found() -> None:
    old = replace(WAIVER, expires=date(2026, 11, 24))

    assert find_expired(replace(policy("x"), waivers=[WAIVER, old]), TODAY) == [old]


def test_what_only_needs_the_network_decides_nothing() -> None:
    [passed, asked] = items((State.PASS, Level.BLOCK), (State.NOT_CHECKED, Level.BLOCK))
    unasked = replace(asked, outcome=replace(asked.outcome, needs_network=True))

    assert judge_verdict([passed, unasked]) is Verdict.GO
    assert judge_verdict([passed, unasked, asked]) is Verdict.NO_GO
