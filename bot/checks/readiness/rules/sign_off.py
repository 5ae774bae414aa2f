"""What no repository can show: the rule `sign-off` asks for a person, and names files that may help them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.checks.readiness.ask import Glob
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import Evidence, State

_MAX_HINTS = 5


class SignOffAsk(NeedsAsk):
    """Settings of the rule `sign-off`."""

    hints: Annotated[tuple[Glob, ...], Field(description="files that a person would look at first")] = ()


def judge_sign_off(look: Look, ask: SignOffAsk) -> Judged:
    """Needs a sign-off, whatever the tree holds; hints are shown without any strength."""
    if lack := judge_needs(look, ask):
        return lack
    hints = look.files.select(*ask.hints, roles=(Role.PRODUCT, Role.DOCS)) if ask.hints else ()
    evidence = [Evidence(path=path, line=1, text="may help whoever signs off") for path in hints[:_MAX_HINTS]]
    reason = "no file can show this: a person signs it off, with a link and a date"
    return Judged(state=State.NEEDS_SIGN_OFF, reason=reason, evidence=evidence)
