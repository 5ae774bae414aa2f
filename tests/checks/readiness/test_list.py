"""The list that the policy answers: every id in its order."""

from __future__ import annotations

from pathlib import Path

from bot.checks import CHECKS
from bot.checks.readiness.ask import ShippedAsk
from bot.checks.readiness.rule import load_rule, settle_ask
from bot.policy.load import shipped_policy

_LINES = [
    line for line in Path(__file__).with_name("list.txt").read_text().splitlines() if line and not line.startswith("#")
]


def test_the_policy_answers_the_list_in_its_order_but_for_what_is_not_there_yet() -> None:
    asked = [item.id.removeprefix("readiness.") for item in shipped_policy("production-readiness", CHECKS).items]

    assert asked == [line for line in _LINES if not line.startswith("- ")]


def test_what_is_shipped_is_what_the_rules_take() -> None:
    for item in shipped_policy("production-readiness", CHECKS).items:
        assert isinstance(item.settings, ShippedAsk)
        settled = settle_ask(item.settings)
        assert type(settled) is load_rule(settled.rule).settings


def test_no_line_of_the_list_is_answered_twice() -> None:
    items = shipped_policy("production-readiness", CHECKS).items
    rows = [row for item in items for row in item.settings.model_dump()["rows"]]

    assert len(set(rows)) == len(rows)
