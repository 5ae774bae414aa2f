"""The rule `workflow-step`: a command or an action that a pipeline runs, for policies without Python.

Rule: a step whose failure counts and that runs when it is asked to; one that is off, passes over its failure or waits
for a hand is configured and not wired. Commands are followed into scripts, targets and reusable workflows.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.checks.readiness.ask import RegularExpression
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.signals.ask import ActionSignal, CommandSignal
from bot.checks.readiness.rules.signals.finders import find_signal
from bot.model import Evidence, Finding, State, Strength

_MAX_EVIDENCE = 10


class WorkflowStepAsk(NeedsAsk):
    """Settings of the rule `workflow-step`."""

    runs: Annotated[RegularExpression | None, Field(description="a command with its arguments, from its start")] = None
    uses: Annotated[RegularExpression | None, Field(description="the whole name of an action, without a version")] = (
        None
    )
    given: Annotated[
        dict[str, RegularExpression], Field(description="what the action's inputs must be", default_factory=dict)
    ]
    when: Annotated[
        Literal["change", "itself", "any"],
        Field(description="`change`: a pull request or push starts it; `itself`: no hand does; `any`: a hand may"),
    ] = "change"
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> WorkflowStepAsk:
        if self.runs is None and self.uses is None:
            raise PydanticCustomError("nothing_asked", "needs `runs` or `uses`")
        if self.given and self.uses is None:
            raise PydanticCustomError("given_to_nothing", "`given` needs `uses`: a command has no inputs")
        return self


def judge_workflow_step(look: Look, ask: WorkflowStepAsk) -> Judged:
    """Pass where a pipeline runs such a step."""
    if lack := judge_needs(look, ask):
        return lack
    found: list[Evidence] = []
    if ask.runs is not None:
        found += find_signal(look, CommandSignal(command=ask.runs, when=ask.when))
    if ask.uses is not None:
        found += find_signal(look, ActionSignal(action=ask.uses, given=ask.given, when=ask.when))
    if found:
        order = list(Strength)
        found.sort(key=lambda one: -order.index(one.strength or Strength.CONFIGURED))
        reason = f"{found[0].text} ({found[0].path}:{found[0].line})"
        return Judged(state=State.PASS, reason=reason, evidence=found[:_MAX_EVIDENCE])
    reason = f"none of {len(look.workflows.pipelines):,} pipelines runs such a step"
    if unread := look.workflows.unread:
        return Judged(state=State.NOT_CHECKED, reason=f"{reason}; {unread[0].reason}", unknowns=unread)
    if ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=reason)])
