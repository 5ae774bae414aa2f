from __future__ import annotations

import re
import signal
from collections.abc import Iterator

import pytest

from bot.checks.readiness import check
from bot.checks.readiness.check import judge
from bot.checks.readiness.patience import TookTooLong, limited
from bot.checks.readiness.rules.files import FilesAsk
from bot.model import State, Strength
from tests.checks.readiness.look import ask, look

_COSTLY, _TEXT = r"^(a+)+$", "a" * 40 + "b"
_SETTLE = "make its regular expressions cheaper, or shorten what they are matched to"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    assert (signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)) == (before, (0, 0))


def test_a_pattern_of_any_cost_is_ended() -> None:
    with pytest.raises(TookTooLong), limited(0.2):
        re.search(_COSTLY, _TEXT)


def test_within_another_limit_there_is_none_of_its_own() -> None:
    with limited(20) as outer, limited(0.1) as inner:
        assert (outer, inner) == (True, False)


@pytest.mark.parametrize("rule", ["files", "any-of"])
def test_a_rule_whose_pattern_costs_is_not_checked(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 0.2)
    part = {"rule": "files", "strength": "configured", "files": ["a"], "pattern": _COSTLY}

    judged = ask(rule, {"a": _TEXT}, **({"rules": [part]} if rule == "any-of" else part))

    assert (judged.state, [one.settle for one in judged.unknowns]) == (State.NOT_CHECKED, [_SETTLE])


def test_the_rules_after_it_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 0.2)
    seen = look({"a": _TEXT, "main.py": "x = 1\n"})
    asks = [
        FilesAsk(rule="files", files=("a",), pattern=pattern, strength=Strength.CONFIGURED)
        for pattern in (_COSTLY, "a")
    ]

    assert [judge(seen, one)[0].state for one in asks] == [State.NOT_CHECKED, State.PASS]
