"""Rules by name: the function that judges, and the model of the settings that it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from bot.checks.readiness.ask import SHIPPED, Ask, ShippedAsk
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules import RULES

JudgeFunction: TypeAlias = Callable[[Look, Any], Judged]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        settings: the model of its settings, a kind of `Ask`.
        judge: `judge(look, ask)`, pure.
    """

    name: str
    settings: type[Ask]
    judge: JudgeFunction


@cache
def load_rule(name: str) -> Rule:
    """The rule of a name.

    Raises:
        KeyError: there is none of that name.
    """
    module, _, function = RULES[name].partition(":")
    judge: JudgeFunction = getattr(import_module(module), function)
    parameters = list(inspect.signature(judge, eval_str=True).parameters.values())
    settings = parameters[1].annotation
    if not (isinstance(settings, type) and issubclass(settings, Ask)):
        raise TypeError(f"the rule {name} takes no settings that are a kind of Ask")
    return Rule(name, settings, judge)


def settle_ask(ask: Ask) -> Ask:
    """Settings as the model of their rule; those of a shipped item are read now."""
    if not isinstance(ask, ShippedAsk):
        return ask
    return load_rule(ask.rule).settings.model_validate(ask.model_dump(exclude_unset=True), context=SHIPPED)
