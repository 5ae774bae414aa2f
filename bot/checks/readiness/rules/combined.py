"""The rules `any-of` and `all-of`: other rules taken together.

Rule: each part is judged by its own rule and held against its own `strength`, or against the item's where it names
none. Of `any-of` one that passes is enough. Of `all-of` each that applies has to pass. What cannot be told of a part
is told of the whole where that part could decide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import Field, PlainValidator, SerializeAsAny, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError, to_json

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules import RULES
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import State

_MAX_PARTS = 20


def _check_part(value: Any) -> Ask:  # noqa: ANN401 - whatever stands in the policy
    """A part's settings, by the model of the rule that it names; an error tells where in the part the fault is."""
    from bot.checks.readiness.rule import load_rule

    if isinstance(value, Ask):
        return value
    if not isinstance(value, Mapping):
        raise PydanticCustomError("dict_type", "must be a mapping")
    name = value.get("rule")
    if name is None:
        raise PydanticCustomError("missing", "is missing", {"at": ("rule",)})
    if not isinstance(name, str) or name not in RULES:
        close = get_close_matches(str(name)[:100], RULES, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise PydanticCustomError("rule", "is no rule{hint}", {"at": ("rule",), "hint": hint})
    try:
        return load_rule(name).settings.model_validate_json(to_json(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        context = {**first.get("ctx", {}), "at": first.get("ctx", {}).get("at", ())}
        place = (*first["loc"], *context["at"])
        message = first["msg"].replace("{", "(").replace("}", ")")
        raise PydanticCustomError(first["type"], message, {**context, "at": place}) from None


Part = Annotated[
    SerializeAsAny[Ask],
    PlainValidator(_check_part),
    WithJsonSchema({"type": "object", "properties": {"rule": {"enum": sorted(RULES)}}, "required": ["rule"]}),
]


class CombinedAsk(NeedsAsk):
    """Settings of the rules `any-of` and `all-of`."""

    rules: Annotated[
        tuple[Part, ...],
        Field(description="settings of other rules, each with its `rule`", min_length=1, max_length=_MAX_PARTS),
    ]

    @property
    def reads_prose(self) -> bool:
        """Whether text for people can be evidence of a part."""
        return any(part.reads_prose for part in self.rules)


def judge_any_of(look: Look, ask: CombinedAsk) -> Judged:
    """Pass where one of the rules does."""
    if lack := judge_needs(look, ask):
        return lack
    found = _judge(look, ask)
    good = [one for one in found if one.state is State.PASS]
    if good:
        return _joined(State.PASS, good, good[0].reason)
    state = next((state for state in _OPEN if any(one.state is state for one in found)), State.NOT_APPLICABLE)
    return _joined(state, found, "; ".join(one.reason for one in found if one.state is state))


def judge_all_of(look: Look, ask: CombinedAsk) -> Judged:
    """Pass where all rules that apply do."""
    if lack := judge_needs(look, ask):
        return lack
    found = _judge(look, ask)
    order = (State.FAIL, *_OPEN, State.PASS)
    state = next((state for state in order if any(one.state is state for one in found)), State.NOT_APPLICABLE)
    return _joined(state, found, "; ".join(one.reason for one in found if one.state is state))


# What a part may be that neither passes nor decides that the whole does not: the most open first.
_OPEN = (State.NOT_CHECKED, State.PENDING, State.NEEDS_SIGN_OFF, State.FAIL)


def _judge(look: Look, ask: CombinedAsk) -> Sequence[Judged]:
    from bot.checks.readiness.check import judge

    found = []
    for part in ask.rules:
        given = {} if "strength" in part.model_fields_set else {"strength": ask.strength}
        asked = part.model_copy(update={**given, "fix": part.fix or ask.fix})
        # As an item of its own: what a part could not read leaves open that something is nowhere.
        judged, _ = judge(look, asked)
        found.append(judged)
    return found


def _joined(state: State, found: Sequence[Judged], reason: str) -> Judged:
    return Judged(
        state=state,
        reason=reason,
        evidence=[seen for one in found for seen in one.evidence],
        missing=[missing for one in found if state is not State.PASS for missing in one.missing],
        unknowns=list(dict.fromkeys(unknown for one in found for unknown in one.unknowns)),
        measures={name: measure for one in found for name, measure in one.measures.items()},
        parts={name: part for one in found for name, part in one.parts.items()},
        needs_network=any(one.needs_network for one in found),
    )
