"""Hands each item to its part; a part that cannot answer leaves the others theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeAlias, cast

from bot.errors import GonogoError
from bot.model import CheckResult, ItemRequest, Outcome, Request, State, Unknown

Answer: TypeAlias = Callable[[Request, ItemRequest], Outcome]

# Item to the module whose `answer` answers it, loaded when it is asked.
PARTS: Mapping[str, str] = {
    "security.code": "bot.checks.security.code.part",
    "security.suppressions": "bot.checks.security.suppressions.part",
    "security.dependencies": "bot.checks.security.dependencies.part",
    "security.workflows": "bot.checks.security.workflows.part",
    "security.containers": "bot.checks.security.containers.part",
    "security.sarif": "bot.checks.security.sarif.part",
    "security.infrastructure": "bot.checks.security.sarif.part",
}


def check_security(request: Request) -> CheckResult:
    """Answer the items that are asked for."""
    return CheckResult([_answer(request, item) for item in request.items])


def _answer(request: Request, item: ItemRequest) -> Outcome:
    answer = cast("Answer", import_module(PARTS[item.id]).answer)
    try:
        return answer(request, item)
    except GonogoError as error:
        unknown = Unknown(reason=str(error), settle="mend what it names, or ask for the item with `required: off`")
        return Outcome(item=item.id, state=State.NOT_CHECKED, reason=str(error), unknowns=(unknown,))
