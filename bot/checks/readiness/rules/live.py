"""What only a running service can show: the rule `live` waits for the deploy gate's report, or for a person."""

from __future__ import annotations

from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import State


class LiveAsk(NeedsAsk):
    """Settings of the rule `live`."""


def judge_live(look: Look, ask: LiveAsk) -> Judged:
    """Needs a sign-off; the check puts the gate's answer in its place where one is given for the head."""
    reason = "only what runs can show this: give the report of `gonogo gate` for this commit, or sign it off"
    return judge_needs(look, ask) or Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
