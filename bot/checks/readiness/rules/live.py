"""What only a running service can show: the rule `live` waits for the deploy gate's report, or for a person."""

from __future__ import annotations

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.model import State


class LiveAsk(Ask):
    """Settings of the rule `live`: none of its own."""


def judge_live(_: Look, ask: LiveAsk) -> Judged:
    """Needs a sign-off; the check puts the gate's answer in its place where one is given for the head."""
    del ask
    reason = "only what runs can show this: give the report of `gonogo gate` for this commit, or sign it off"
    return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
